"""What casework itself offers, through the same hooks as everybody else's."""

from __future__ import annotations

from casework.documents.formats.own import READERS
from casework.documents.ocr.engines import ENGINES
from casework.plugins.hookspecs import hookimpl
from casework.types.plugin import OcrEngineSpec, ReaderSpec


@hookimpl
def casework_readers() -> tuple[ReaderSpec, ...]:
    """Our readers."""
    return READERS


@hookimpl
def casework_ocr_engines() -> tuple[OcrEngineSpec, ...]:
    """Our OCR engines, the better one first."""
    return ENGINES

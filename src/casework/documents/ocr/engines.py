"""The OCR engines of casework itself, as data, and which one is used. Imports none of them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from casework.types.plugin import OcrEngineSpec

ENGINES: Final = (
    OcrEngineSpec(
        "rapidocr",
        "casework.documents.ocr.rapid:open_engine",
        "1",
        modules=("rapidocr", "onnxruntime"),
    ),
    OcrEngineSpec(
        "tesseract", "casework.documents.ocr.tesseract:open_engine", "1", program="tesseract"
    ),
)
AUTO: Final = "auto"
OFF: Final = "off"
_ASKED: Final = frozenset({"tesseract"})
"""Programs that tell their version when they are started with --version."""
_VERSION: Final = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_ANSWERS_S: Final = 10.0
INSTALL: Final = {
    "rapidocr": "pip install 'casework[ocr]'",
    "tesseract": "apt-get install tesseract-ocr",
}


def is_usable(spec: OcrEngineSpec) -> bool:
    """Whether what the engine needs is installed."""
    here = all(importlib.util.find_spec(module) is not None for module in spec.modules)
    return here and (not spec.program or shutil.which(spec.program) is not None)


def chosen(engines: Sequence[OcrEngineSpec], wanted: str) -> OcrEngineSpec | None:
    """The engine of this name, or for `auto` the first that is usable; None when there is none."""
    if wanted == OFF:
        return None
    fitting = [spec for spec in engines if wanted in (AUTO, spec.name)]
    return next(filter(is_usable, fitting), None)


def version_of(spec: OcrEngineSpec) -> str:
    """The engine with its version and that of its first library or its program, such as
    `rapidocr-1-3.10.0`."""
    parts = [spec.name, spec.version]
    if spec.program in _ASKED:
        parts.append(_version_of_program(spec.program))
    if spec.modules:
        try:
            parts.append(importlib.metadata.version(spec.modules[0]))
        except importlib.metadata.PackageNotFoundError:
            pass  # a module that is no package of its own
    return "-".join(part for part in parts if part)


def _version_of_program(name: str) -> str:
    """What an installed program says that it is, such as `5.3.0`; '' where it is not there."""
    found = shutil.which(name)
    if found is None:
        return ""
    return _told_version(found, Path(found).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _told_version(path: str, changed: int) -> str:
    """The same, asked once of a program as long as it is not replaced (`changed`)."""
    try:
        told = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWERS_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search((told.stdout + told.stderr).decode("utf-8", "replace"))
    return found[0] if found else ""


def how_to_get(engines: Sequence[OcrEngineSpec], wanted: str) -> str:
    """What to do so that pictures are read, as a sentence; `wanted` found no usable engine."""
    again = "then: casework read --again"
    if wanted == OFF:
        return f"Recognition is switched off. casework settings set documents.ocr auto, {again}."
    if wanted != AUTO and wanted not in {spec.name for spec in engines}:
        return (
            f"The setting documents.ocr names an engine {wanted!r} that there is not. "
            f"casework settings set documents.ocr auto, {again}."
        )
    command = INSTALL.get(wanted if wanted != AUTO else "rapidocr")
    if command is None:
        return f"Install what the OCR engine {wanted} needs, {again}."
    return f"To have it read: {command}, {again}."

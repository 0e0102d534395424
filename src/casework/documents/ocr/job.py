"""One page through an engine, in a worker: its picture out, its words back. Knows no engine by
name.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final, cast

from casework.documents.ocr.recognised import page_with_pictures, recognised_page
from casework.documents.ocr.shots import Shot, page_shots
from casework.types.document import Document
from casework.types.ocr import OcrEngine, OcrPicture, OcrResult
from casework.types.plugin import OcrEngineSpec, engine_of
from casework.types.values import Json

_POINTS: Final = 72.0


def recognised(header: dict[str, Json], data: bytes, document: Document) -> Document:
    """The document of one page with the words that an engine finds on it. A page with words of its
    own gets those of the pictures on it. Raises whatever the engine raises."""
    engine = _engine(engine_of(header["engine"]), str(header["languages"]))
    (page,) = document.pages
    shots = page_shots(data, document, page, str(header["password"]))
    if page.words:
        found = [(shot, _read(engine, shot, may_turn=False)) for shot in shots]
        return replace(document, pages=(page_with_pictures(page, found),))
    (shot,) = shots
    page = recognised_page(page, shot, _read(engine, shot, may_turn=True))
    return replace(document, pages=(page,))


@lru_cache(maxsize=2)
def _engine(spec: OcrEngineSpec, languages: str) -> OcrEngine:
    """The engine, made once for the life of this worker."""
    module, _, function = spec.target.partition(":")
    make = cast("Callable[[str], OcrEngine]", getattr(importlib.import_module(module), function))
    return make(languages)


def _read(engine: OcrEngine, shot: Shot, *, may_turn: bool) -> OcrResult:
    picture = shot.picture
    dots = _POINTS * math.sqrt(shot.across * shot.down)
    rgb = picture.tobytes()
    return engine.read(OcrPicture(picture.width, picture.height, rgb, dots, may_turn))

"""An engine that does as it is told, for tests: it ships, so that nobody needs to patch ours.

What it is told comes where the languages stand, as JSON: `words` (rows of left, top, right, bottom
in pixels, text, confidence), `turned`, `slope`, and `fails` with the reason. Without words it says
how large the picture is.
"""

from __future__ import annotations

import json

from casework.base.errors import DocumentError
from casework.types.ocr import OcrEngine, OcrPicture, OcrResult, OcrWord
from casework.types.plugin import OcrEngineSpec

SCRIPTED = OcrEngineSpec("scripted", "casework.documents.ocr.testing:open_engine", "1")


def open_engine(languages: str) -> OcrEngine:
    """The engine that follows this script."""
    return _Scripted(languages)


class _Scripted:
    def __init__(self, script: str) -> None:
        self._script = json.loads(script)

    def read(self, picture: OcrPicture) -> OcrResult:
        if self._script.get("fails"):
            raise DocumentError(self._script["fails"])
        rows = self._script.get("words")
        if rows is None:
            size = f"{picture.width_px}x{picture.height_px}"
            rows = [[0, 0, picture.width_px, picture.height_px, size, 1.0]]
        words = tuple(OcrWord(*row) for row in rows)
        return OcrResult(words, self._script.get("turned", 0), self._script.get("slope", 0.0))

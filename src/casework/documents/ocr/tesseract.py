"""The engine Tesseract: the installed program, run once a page, its table of words read back.

A page is turned upright by its own look at orientation first, and made level by ours. Needs a
worker that may start programs. Knows nothing of pages.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casework.base.errors import DocumentError
from casework.documents.fenced.programs import run_program
from casework.documents.ocr.slope import slope_of
from casework.types.ocr import OcrPicture, OcrResult, OcrWord, Turn

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_PX: Final = 4000
_SECONDS: Final = 60.0
_NARROW: Final = 1.7
"""Height over width from which a page is a strip, such as a receipt: one block of text from edge to
edge. Paper in sheets is less high (A4 1.41, legal 1.65)."""
_STRIP: Final = "6"  # page segmentation: one uniform block
_SHEET: Final = "3"  # find blocks and columns
_SURE_OF_TURN: Final = 2.0
"""Tesseract's own scale; below it the direction is a guess on too few letters."""
_WORD_ROW: Final = "5"
_ASKEW: Final = 0.004  # a slope from which the page is made level first
_LEAST_DPI: Final = 70
_LANGUAGES: Final = re.compile(r"[A-Za-z0-9_]+(\+[A-Za-z0-9_]+)*")


def open_engine(languages: str) -> TesseractEngine:
    """The engine for these languages, in Tesseract's own words (`deu+eng`)."""
    if not _LANGUAGES.fullmatch(languages):
        raise DocumentError(
            f"{languages!r} names no languages of Tesseract.",
            fix="Write them as `eng` or `deu+eng` in the setting `documents.ocr_languages`.",
        )
    return TesseractEngine(languages)


class TesseractEngine:
    """An `OcrEngine`."""

    def __init__(self, languages: str) -> None:
        self._languages = languages

    def read(self, picture: OcrPicture) -> OcrResult:
        """The words in this picture. Raises `DocumentError` when Tesseract refuses."""
        from PIL import Image

        size = (picture.width_px, picture.height_px)
        grey = Image.frombytes("RGB", size, picture.rgb).convert("L")
        share = min(1.0, _LONGEST_PX / max(size))
        if share < 1:
            grey = grey.resize((max(1, round(size[0] * share)), max(1, round(size[1] * share))))
        dots = max(_LEAST_DPI, round(picture.dots_per_inch * share))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.pgm"
            grey.save(path)
            turned = self._turn(path) if picture.may_turn else 0
            words, slope = self._words(grey.rotate(-turned, expand=True), path, dots)
            if turned:  # a guess from few letters; believed where it makes better words
                as_it_is, slope_as_it_is = self._words(grey, path, dots)
                if _sense(as_it_is) >= _sense(words):
                    words, slope, turned = as_it_is, slope_as_it_is, 0
        return OcrResult(tuple(_scaled(word, 1 / share) for word in words), turned, slope)

    def _words(self, grey: Image, path: Path, dots: int) -> tuple[list[OcrWord], float]:
        """The words of a page that stands upright, made level first, and its slope."""
        slope = slope_of(grey)
        straight = _levelled(grey, slope) if abs(slope) >= _ASKEW else grey
        straight.save(path)
        strip = grey.height >= _NARROW * grey.width
        words = _table(self._told(path, _STRIP if strip else _SHEET, dots))
        if straight is not grey:
            words = [_put_back(word, slope, straight.size, grey.size) for word in words]
        return words, slope

    def _turn(self, path: Path) -> Turn:
        """How far the page must be turned clockwise; 0 when Tesseract cannot tell."""
        try:
            told = self._run(path, ("--psm", "0", "-l", "osd"))
        except DocumentError:
            return 0  # too few letters, or its data for orientation are not installed
        found = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
        sure = float(found.get("Orientation confidence", "0"))
        turn = int(found.get("Rotate", "0"))
        if sure < _SURE_OF_TURN:
            return 0
        return turn if turn in (90, 180, 270) else 0  # type: ignore[return-value]

    def _told(self, path: Path, layout: str, dots: int) -> str:
        options = ("--psm", layout, "--dpi", str(dots), "-l", self._languages, "tsv")
        return self._run(path, options)

    def _run(self, path: Path, options: Sequence[str]) -> str:
        """What Tesseract writes about this picture."""
        argv = ["tesseract", path.name, "stdout", *options]
        ended = run_program(
            argv, folder=path.parent, seconds=_SECONDS, environment={"OMP_THREAD_LIMIT": "1"}
        )
        if ended.code:
            said = " ".join(ended.errors.split())[:200]
            raise DocumentError(
                f"Tesseract cannot read the picture: {said or f'exit status {ended.code}'}.",
                fix="Look at the languages in the setting `documents.ocr_languages`; "
                "`tesseract --list-langs` names those that are installed.",
            )
        return ended.output


def _table(told: str) -> list[OcrWord]:
    """The words of Tesseract's table."""
    words: list[OcrWord] = []
    for row in told.splitlines():
        field = row.split("\t")
        if len(field) < 12 or field[0] != _WORD_ROW or not field[11].strip():
            continue
        left, top, width, height = map(float, field[6:10])
        sure = min(max(float(field[10]) / 100, 0.0), 1.0)
        words.append(OcrWord(left, top, left + width, top + height, field[11].strip(), sure))
    return words


def _sense(words: Sequence[OcrWord]) -> float:
    """How much sense words make: letters, each counting by how sure its word is."""
    return sum(len(word.text) * word.confidence**2 for word in words)


def _scaled(word: OcrWord, by: float) -> OcrWord:
    return OcrWord(
        word.x0 * by, word.y0 * by, word.x1 * by, word.y1 * by, word.text, word.confidence
    )


def _levelled(grey: Image, slope: float) -> Image:
    """The page with its lines level, larger by what that needs, on white."""
    from PIL import Image

    degrees = math.degrees(math.atan(slope))
    return grey.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _put_back(
    word: OcrWord, slope: float, straight: tuple[int, int], askew: tuple[int, int]
) -> OcrWord:
    """A word of the level page at its place on the page that is askew: its middle is turned back,
    its size stays."""
    angle = math.atan(slope)
    x = (word.x0 + word.x1 - straight[0]) / 2
    y = (word.y0 + word.y1 - straight[1]) / 2
    middle_x = x * math.cos(angle) - y * math.sin(angle) + askew[0] / 2
    middle_y = x * math.sin(angle) + y * math.cos(angle) + askew[1] / 2
    wide, high = (word.x1 - word.x0) / 2, (word.y1 - word.y0) / 2
    return OcrWord(
        middle_x - wide,
        middle_y - high,
        middle_x + wide,
        middle_y + high,
        word.text,
        word.confidence,
    )

"""Documents for tests: lines of text set in a grid, where a tab is a wide gap."""

from __future__ import annotations

from casework.base.hashing import sha256_text
from casework.documents.layout import lay_out
from casework.extraction.extract import Prepared, prepare
from casework.types.document import Document

_LETTER_PT, _LINE_PT, _TAB_PT = 5.0, 14.0, 90.0
_WIDTH_PT, _HEIGHT_PT = 595.0, 842.0


def document(*pages: str) -> Document:
    """A document whose pages show these texts; words stand where a typewriter would set them."""
    made = tuple(
        lay_out(_words(text), number=at, width_pt=_WIDTH_PT, height_pt=_HEIGHT_PT)
        for at, text in enumerate(pages, start=1)
    )
    return Document(
        sha256_text("\f".join(pages)), "application/pdf", "test", "1", "read", pages=made
    )


def ready(*pages: str, name: str = "file.pdf") -> Prepared:
    """The document made ready to be asked."""
    return prepare(document(*pages), name)


def _words(text: str) -> list[tuple[float, float, float, float, str]]:
    words: list[tuple[float, float, float, float, str]] = []
    for row, line in enumerate(text.strip("\n").split("\n")):
        top = 40.0 + row * _LINE_PT
        for column, cell in enumerate(line.split("\t")):
            left = 40.0 + column * _TAB_PT * 2
            for word in cell.split():
                right = left + _LETTER_PT * len(word)
                words.append((left, top, right, top + 10.0, word))
                left = right + _LETTER_PT * 0.6
    return words

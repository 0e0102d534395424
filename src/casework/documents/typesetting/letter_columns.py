"""Lines of text set by the columns of their letters, as a terminal or a line printer shows them.

For source code and for reports that are aligned by blanks: each word keeps its column, so that what
stands below each other stays so. Letters of East Asian scripts take two columns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from casework.documents.compose import PlacedWord

LETTER_PT = 6.0
"""The width of a column at ten points, as in Courier."""
MOST_COLUMNS = 240
"""A line that is longer goes on in the next, from its beginning."""
_TAB = 8


def columns_of(text: str) -> int:
    """How many columns a line takes, at most as many as a line may have."""
    line = text.expandtabs(_TAB).rstrip()
    return min(len(line) if line.isascii() else sum(map(_columns, line)), MOST_COLUMNS)


def set_letters(text: str, left_pt: float) -> Iterator[list[tuple[float, float, str]]]:
    """The words of each line that this line of text becomes, as left edge, right edge and word."""
    line: list[tuple[float, float, str]] = []
    column, shift, indent = 0, 0, -1
    for blanks, word in _words(text.expandtabs(_TAB)):
        column += blanks
        wide = len(word) if word.isascii() else sum(map(_columns, word))
        indent = column if indent < 0 else indent
        if line and column - shift + wide > MOST_COLUMNS:
            yield line
            line, shift = [], column - min(indent, MOST_COLUMNS // 2)
        elif not line and column - shift > MOST_COLUMNS - wide:
            shift = column
        left = left_pt + (column - shift) * LETTER_PT
        right = left + max(min(wide, MOST_COLUMNS), 0.5) * LETTER_PT
        line.append((round(left, 2), round(right, 2), word))
        column += wide
    if line:
        yield line


def placed(line: list[tuple[float, float, str]], top: float, bottom: float) -> list[PlacedWord]:
    """The words of a line at this height."""
    return [(left, top, right, bottom, word) for left, right, word in line]


def _words(line: str) -> Iterator[tuple[int, str]]:
    """The words of a line, each with how many blanks stand before it."""
    at = 0
    for word in line.split():
        found = line.index(word, at)
        yield found - at, word
        at = found + len(word)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1

"""Rows of placed words → a page: its text, and words, lines and blocks that point into it.

Knows neither where the words came from nor how they were ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from casework.types.document import Block, BlockKind, Box, Line, Page, Word

PlacedWord = tuple[float, float, float, float, str]
"""Left, top, right, bottom, in hundredths of a point at the finest; text without blanks."""

CELL_SEPARATOR = "\t"


class Row(NamedTuple):
    """Words that make one line. `same_row` says that it is a further cell of the grid row that
    the line before it began, so that a tab parts them instead of a line break."""

    words: Sequence[PlacedWord]
    place: str = ""
    same_row: bool = False


class RowBlock(NamedTuple):
    """Rows that belong together."""

    kind: BlockKind
    rows: Sequence[Row]
    level: int = 0


def compose(
    number: int,
    width_pt: float,
    height_pt: float,
    blocks: Iterable[RowBlock],
    *,
    label: str = "",
    state: Literal["read", "needs_ocr", "empty"] = "read",
) -> Page:
    """The page with these blocks. Blocks are parted by an empty line, lines by a line break,
    words by one space. Rows without words are left out."""
    parts: list[str] = []
    words: list[Word] = []
    lines: list[Line] = []
    made: list[Block] = []
    at = 0
    for kind, rows, level in blocks:
        first = len(lines)
        for row in rows:
            if not row.words:
                continue
            if lines:
                gap = "\n\n" if len(lines) == first else CELL_SEPARATOR if row.same_row else "\n"
                parts.append(gap)
                at += len(gap)
            at = _add_row(row, at, len(lines), parts, words, lines)
        if len(lines) > first:
            made.append(Block(kind, first, len(lines), level))
    return Page(
        number=number,
        width_pt=round(width_pt, 2),
        height_pt=round(height_pt, 2),
        text="".join(parts),
        words=tuple(words),
        lines=tuple(lines),
        blocks=tuple(made),
        label=label,
        state=state if words or state != "read" else "empty",
    )


def _add_row(
    row: Row, at: int, index: int, parts: list[str], words: list[Word], lines: list[Line]
) -> int:
    """Append a row that begins at `at`; the offset of its end.

    Runs for every word of every page, hence tuples made directly and no calls of min and max.
    """
    new = tuple.__new__
    start = at
    left, top, right, bottom, _ = row.words[0]
    for x0, y0, x1, y1, text in row.words:
        end = at + len(text)
        words.append(new(Word, (at, end, new(Box, (x0, y0, x1, y1)), index)))
        at = end + 1
        left = x0 if x0 < left else left
        top = y0 if y0 < top else top
        right = x1 if x1 > right else right
        bottom = y1 if y1 > bottom else bottom
    parts.append(" ".join([word[4] for word in row.words]))
    lines.append(Line(start, at - 1, Box(left, top, right, bottom), row.place))
    return at - 1

"""Labels with what stands beside or below them, from the places of words alone: `Rent: £1,275`,
`Rent    £1,275`. Works in every language, because no label is known beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.extraction.layout import CELL_GAPS, Layout
from casework.extraction.tokens import tokens

_COLON = re.compile(r"\W{0,2}([^\W\d_][^:：]{0,46}?)\s?[:：]\s*(\S.*)?", re.DOTALL)
_CLOCK = re.compile(r"\d[:：]\d")
_NOT_LABEL = re.compile(r"@|://|www\.|[{}<>|=;]")
_MOST_WORDS = 6
_LEAST_LETTERS = 2
_LONGEST_VALUE = 300
_RUNNING = 9
"""So many words without a gap are running text."""
_MOSTLY = 0.5
_BELOW = 3.0
"""How far below its label a value may stand, in heights of the text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one row that no wide gap parts."""

    text: str
    page: int
    row: int
    x0: float
    x1: float
    y0: float
    y1: float


@dataclass(frozen=True, slots=True)
class Beside:
    """A label and what stands beside it. `key` is the label folded; `sure` tells that a colon says
    that it is one, `below` that its value stands below it."""

    key: str
    label: str
    value: str
    sure: bool
    below: bool = False


def labels_in(rows: Sequence[list[Cell]]) -> list[Beside]:
    """Every label with a value, in the order of the rows."""
    found: list[Beside] = []
    for at, row in enumerate(rows):
        following = rows[at + 1] if at + 1 < len(rows) else []
        found += _in_row(row, following)
    return found


def rows_of(layout: Layout) -> Iterator[list[Cell]]:
    """The rows of all pages, cut into cells at wide gaps."""
    words = layout.order.tolist()
    rows = layout.row.tolist()
    boxes, heights = layout.box.tolist(), layout.height.tolist()
    starts, ends = layout.start.tolist(), layout.end.tolist()
    row: list[Cell] = []
    group: list[int] = []
    for word in words:
        last = group[-1] if group else -1
        if last >= 0 and rows[word] == rows[last]:
            gap = boxes[word][0] - boxes[last][2]
            if gap <= CELL_GAPS[1] * heights[word]:
                group.append(word)
                continue
        if group:
            row.append(_cell(layout, group, boxes, starts, ends))
            if rows[word] != rows[last]:
                yield row
                row = []
        group = [word]
    if group:
        row.append(_cell(layout, group, boxes, starts, ends))
    if row:
        yield row


def is_prose(rows: Sequence[list[Cell]]) -> bool:
    """Whether most words stand in running text, and not beside labels or in columns."""
    counts = [len(cell.text.split()) for row in rows for cell in row]
    return sum(count for count in counts if count >= _RUNNING) > _MOSTLY * max(sum(counts), 1)


def is_label(text: str) -> bool:
    """Whether words may be a label: few, without figures, no address and no sentence."""
    names = tokens(text)
    letters = sum(letter.isalpha() for letter in text)
    return (
        0 < len(names) <= _MOST_WORDS
        and letters >= _LEAST_LETTERS
        and not any(letter.isdigit() for letter in text)
        and not _NOT_LABEL.search(text)
        and not text.rstrip().endswith((",", "!", "?"))
    )


def tidy(label: str) -> str:
    """A label as a name: without the marks around it, capitals only where a sentence has them."""
    told = re.sub(r"\s+", " ", label).replace(" -", "-").strip(" \t.:：-–•*#/()[]{}<>`\"'“”„")
    if told.isupper() and len(told) > 4:
        told = told.capitalize()
    return told[:1].upper() + told[1:]


def _cell(
    layout: Layout, words: list[int], boxes: list[list[float]], starts: list[int], ends: list[int]
) -> Cell:
    first = words[0]
    page = int(layout.page[first])
    text = layout.pages[page].text
    told = " ".join(text[starts[word] : ends[word]] for word in words)
    within = [boxes[word] for word in words]
    return Cell(
        told,
        page,
        int(layout.row[first]),
        within[0][0],
        within[-1][2],
        min(box[1] for box in within),
        max(box[3] for box in within),
    )


def _in_row(row: list[Cell], following: list[Cell]) -> Iterator[Beside]:
    skip = False
    for at, cell in enumerate(row):
        if skip:
            skip = False
            continue
        beside = row[at + 1] if at + 1 < len(row) else None
        told = _COLON.fullmatch(cell.text)
        if told and is_label(told[1]) and not _CLOCK.search(cell.text[: told.end(1) + 2]):
            if told[2] and not told[2].startswith("//"):
                yield _beside(told[1], told[2], sure=True)
            elif beside is not None and not _is_labelled(beside):
                yield _beside(told[1], beside.text, sure=True)
                skip = True
            elif (under := _under(cell, following)) is not None and not _is_labelled(under):
                yield _beside(told[1], under.text, sure=True, below=True)
            continue
        if not is_label(cell.text):
            continue
        if beside is not None and not _is_labelled(beside):
            yield _beside(cell.text, beside.text, sure=False)
        under = _under(cell, following)
        if under is not None and not is_label(under.text):
            yield _beside(cell.text, under.text, sure=False, below=True)


def _beside(label: str, value: str, *, sure: bool, below: bool = False) -> Beside:
    key = " ".join(tokens(label))
    return Beside(key, label.strip(), value.strip()[:_LONGEST_VALUE], sure, below)


def _is_labelled(cell: Cell) -> bool:
    told = _COLON.fullmatch(cell.text)
    return bool(told and is_label(told[1]))


def _under(cell: Cell, following: list[Cell]) -> Cell | None:
    """What stands below a cell, beginning where it begins."""
    height = max(cell.y1 - cell.y0, 1.0)
    for other in following:
        near = 0 <= other.y0 - cell.y0 < _BELOW * height and other.page == cell.page
        if near and abs(other.x0 - cell.x0) < height:
            return other
    return None

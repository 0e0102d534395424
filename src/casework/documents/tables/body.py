"""Visual rows of a table → its rows: second lines join the row that they belong to.

A row of figures begins with a line that has figures in it; lines of text alone continue the row
above or below, or are headings of a section. Knows columns, not what headings mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from casework.documents.tables.columns import Column, Part
from casework.documents.tables.rows import VisualRow, WordBox, kind_of

_VALUES_SHARE = 0.5  # of the filled cells of a column that are figures, for a column of figures
_FEW_VALUES = (
    0.4  # of the usual number of figures in a row; with fewer, a line without label goes on
)
_CLOSER = 0.75  # of the gap below, for a line that belongs above
_TIGHT = 0.6  # of the usual gap between rows, for a line that goes on
_LONG = 0.75  # of the widest label, for a label that goes on below
_BLANK = 0.3  # of the row height that a space between words takes
_CARRIED = re.compile(
    r"(?i)\b(?:carried|brought)\s+(?:forward|over|down)|\b[bc]/(?:fwd|f|d)\b|übertrag\b|\bvortrag\s+(?:von|auf|aus)\s+seite"
    r"|zwischensumme\s+seite|à\s+reporter|\breports?\s*:?$|report\s+(?:de\s+la\s+)?page|suma\s+(?:y\s+sigue|anterior)"
    r"|\bcontinued\s+(?:on|from)\b|a\s+riportare|riporto\b|transporteren|transport\s*:?$"
)
_GOES_ON = re.compile(
    r"(?i)(?:,|-|–|\(|/|&|\b(?:and|or|of|the|for|to|from|in|on|by|with|und|oder|der|die|des|aus|"
    r"von|für|zu|zum|im|et|ou|de|du|des|la|le|les|sur|à|pour|y|en|e|di))$"
)


@dataclass(slots=True)
class Line:
    """A visual row with its words by column."""

    row: VisualRow
    parts: list[Part]

    def at(self, column: int) -> Part | None:
        """The part that begins in a column."""
        return next((part for part in self.parts if part.column == column), None)


@dataclass(slots=True)
class Body:
    """A row of the table under way: its lines, top down."""

    lines: list[Line] = field(default_factory=list)

    def cells(self) -> dict[tuple[int, int], tuple[int, list[list[WordBox]]]]:
        """By column and page: the column after it, and its words line by line."""
        found: dict[tuple[int, int], tuple[int, list[list[WordBox]]]] = {}
        for line in self.lines:
            for part in line.parts:
                end, words = found.get((part.column, line.row.page), (part.column + 1, []))
                words.append(part.words)
                found[part.column, line.row.page] = (max(end, part.end_column), words)
        return _not_overlapping(found)


def _not_overlapping(
    cells: dict[tuple[int, int], tuple[int, list[list[WordBox]]]],
) -> dict[tuple[int, int], tuple[int, list[list[WordBox]]]]:
    """A line over several columns that other lines of the row fill stands in its first one."""
    begun = {column for column, _ in cells}
    return {
        (column, page): (min([end, *(c for c in begun if column < c < end)]), words)
        for (column, page), (end, words) in cells.items()
    }


def value_columns(lines: Sequence[Line], count: int) -> set[int]:
    """The columns that mostly hold figures."""
    figures: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for line in lines:
        for part in line.parts:
            if part.end_column == part.column + 1:
                filled[part.column] += 1
                figures[part.column] += kind_of(part.text) in ("value", "dash")
    found: set[int] = set()
    for column in range(count):
        # A heading or two stand over the figures: they do not count against a short column.
        rest = filled[column] - (filled[column] > 1)
        if figures[column] and figures[column] >= _VALUES_SHARE * rest:
            found.add(column)
    return found


def is_carried(line: Line) -> bool:
    """Whether a line only carries a sum from one page to the next."""
    text = line.row.text
    return bool(_CARRIED.search(text)) and len(text) < 80


def bodies_of(lines: Sequence[Line], columns: Sequence[Column], values: set[int]) -> list[Body]:
    """The rows of the table; every line is in one of them, in order."""
    if not values:
        return _text_bodies(lines)
    label = next((at for at in range(len(columns)) if at not in values), 0)
    begins = _begins(lines, values, label)
    widest = _room(lines, columns, label)
    where = [
        _belongs(lines, at, begins, label, widest) if not begins[at] else "begins"
        for at in range(len(lines))
    ]
    bodies: list[Body] = []
    waiting: list[Line] = []
    for line, told in zip(lines, where, strict=True):
        if told == "below":
            waiting.append(line)
        elif told == "above" and bodies and not waiting:
            bodies[-1].lines.append(line)
        else:
            bodies.append(Body([*waiting, line]))
            waiting = []
    if waiting:
        bodies.append(Body(waiting))
    return bodies


def _text_bodies(lines: Sequence[Line]) -> list[Body]:
    """Rows of a table without figures: a line goes on where its first column is empty, or where it
    stands closer to the line above than rows usually do."""
    gaps = [_gap(one, other) for one, other in pairwise(lines)]
    usual = median([gap for gap in gaps if gap is not None] or [0.0])
    bodies: list[Body] = []
    for at, line in enumerate(lines):
        gap = gaps[at - 1] if at else None
        first = line.parts[0].column if line.parts else 0
        tight = gap is not None and usual > 0 and gap < _TIGHT * usual
        if bodies and (first > 0 or tight):
            bodies[-1].lines.append(line)
        else:
            bodies.append(Body([line]))
    return bodies


def _gap(one: Line, other: Line) -> float | None:
    """The height between two lines of a page; None when they are on two."""
    return other.row.y0 - one.row.y1 if one.row.page == other.row.page else None


def _room(lines: Sequence[Line], columns: Sequence[Column], label: int) -> float:
    """How far labels may reach before they are broken: as far as those that are broken for sure,
    else up to the next column."""
    found = [0.0]
    for one, other in pairwise(lines):
        over, under = one.at(label), other.at(label)
        if over and under and (_GOES_ON.search(over.text) or under.text[0].islower()):
            found.append(over.words[-1].x1)
    if max(found):
        return max(found)
    if label + 1 < len(columns):
        return columns[label + 1].x0 - lines[0].row.height
    return columns[label].x1


def _begins(lines: Sequence[Line], values: set[int], label: int) -> list[bool]:
    """Which lines have figures of their own and so begin a row."""
    told = values - {0} or values
    counts = [
        sum(part.column in told and kind_of(part.text) != "text" for part in line.parts)
        for line in lines
    ]
    usual = median([count for count in counts if count] or [0])
    labelled = [any(part.column <= label for part in line.parts) for line in lines]
    last = max(told)
    summed = [
        any(part.column == last and kind_of(part.text) != "text" for part in line.parts)
        for line in lines
    ]
    # A line of figures without a label is a sum, when it has about as many as others or the last.
    return [
        bool(count) and (has or total or count > _FEW_VALUES * usual)
        for count, has, total in zip(counts, labelled, summed, strict=True)
    ]


def _belongs(
    lines: Sequence[Line], at: int, begins: Sequence[bool], label: int, widest: float
) -> str:
    """Where a line without figures belongs: `above`, `below`, or `alone`."""
    line = lines[at]
    above = lines[at - 1] if at else None
    below = lines[at + 1] if at + 1 < len(lines) else None
    only = line.parts[0] if len(line.parts) == 1 else None
    if only is None or only.column != label or label > 0:
        return _by_gap(above, line, below)
    text, first = only.text, only.words[0]
    over = above.at(label) if above else None
    under = below.at(label) if below else None
    if above is not None and over is not None:
        goes_on = _did_not_fit(over, only, widest, line.row.height)
        small = text[0].islower() or text[0] in "(&–-"
        cut = bool(_GOES_ON.search(over.text))
        indented = first.x0 > over.words[0].x0 + _BLANK * line.row.height
        tight = begins[at - 1] and _closer(above, line, below)
        if goes_on and (small or cut or indented or tight):
            return "above"
        if small and not text.startswith(("-", "–")) and begins[at - 1] is False:
            return "above"
        if small and text[0].islower() and (cut or indented or _closer(above, line, below)):
            return "above"
    if below is not None and under is not None and at + 1 < len(lines):
        if _GOES_ON.search(text) or under.text[:1].islower():
            return "below"
        long = only.words[-1].x1 - first.x0 >= _LONG * (widest - first.x0)
        if long and begins[at + 1] and _did_not_fit(only, under, widest, line.row.height):
            return "below"
    return "alone"


def _by_gap(above: Line | None, line: Line, below: Line | None) -> str:
    if above is None:
        return "below" if below else "alone"
    over = _gap(above, line)
    under = _gap(line, below) if below else None
    if over is None or under is None:
        return "above"
    return "below" if under < _CLOSER * over and over > line.row.height else "above"


def _closer(above: Line, line: Line, below: Line | None) -> bool:
    over = _gap(above, line)
    under = _gap(line, below) if below else None
    return over is not None and (under is None or over < _CLOSER * under)


def _did_not_fit(one: Part, other: Part, widest: float, height: float) -> bool:
    """Whether the first word of the other line had no room at the end of this one."""
    word = other.words[0]
    return one.words[-1].x1 + _BLANK * height + (word.x1 - word.x0) > widest + 0.5

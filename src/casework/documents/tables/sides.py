"""Two tables that stand side by side and share their rows: where to part them.

An account with assets left and liabilities right, a long list set in two halves. Knows columns
and figures, no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.documents.tables.body import Line
from casework.documents.tables.columns import Column
from casework.documents.tables.rows import kind_of

_LEAST_LABEL = 6.0  # letters of the labels of each side, on average
_OWN_ROWS = 2  # rows that only one of the sides has


def sides_of(lines: Sequence[Line], columns: Sequence[Column], values: set[int]) -> int:
    """The column at which the right one of two tables begins; 0 when there is one table."""
    if len(columns) < 4 or 0 in values:
        return 0
    for cut in range(2, len(columns) - 1):
        if cut in values or cut - 1 not in values or cut + 1 not in values:
            continue
        if _label_letters(lines, 0) < _LEAST_LABEL or _label_letters(lines, cut) < _LEAST_LABEL:
            continue
        if _headed_alike(lines, cut, len(columns)) or _own_rows(lines, cut):
            return cut
    return 0


def _label_letters(lines: Sequence[Line], column: int) -> float:
    texts = [part.text for line in lines if (part := line.at(column))]
    return sum(map(len, texts)) / len(texts) if texts else 0.0


def _headed_alike(lines: Sequence[Line], cut: int, count: int) -> bool:
    """Whether the headings of the left half stand over the right one again."""
    if 2 * cut != count:
        return False
    first = lines[0]
    if any(kind_of(part.text) in ("value", "dash") for part in first.parts):
        return False
    left = [part.text.casefold() for part in first.parts if 0 < part.column < cut]
    right = [part.text.casefold() for part in first.parts if part.column > cut]
    return bool(left) and left == right


def _own_rows(lines: Sequence[Line], cut: int) -> bool:
    """Whether each row has a label and figures on its sides, and some rows have one side alone."""
    alone = 0
    for line in lines:
        left = [part for part in line.parts if part.column < cut]
        right = [part for part in line.parts if part.column >= cut]
        alone += not left or not right
        for side, label in ((left, 0), (right, cut)):
            figures = any(kind_of(part.text) in ("value", "dash") for part in side)
            if figures and not any(part.column == label for part in side):
                return False
    return alone >= _OWN_ROWS

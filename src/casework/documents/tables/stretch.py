"""Where a table begins and ends among the rows of a document: parted at headings that stand
again, without what stands at a page break outside of it, with second lines under its last row.

Knows rows and columns, makes no cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from casework.documents.tables.body import Line, is_carried, value_columns
from casework.documents.tables.columns import Column, columns_of, parts_of
from casework.documents.tables.headers import Headings, is_continued
from casework.documents.tables.rows import VisualRow, kind_of

_MOST_ABOVE = 6  # rows above headings that may be title and headings too
_LABEL_LETTERS = 40  # of a label beside periods that are headings
_HEADED_SHARE = 0.6  # of the columns of figures over which words stand, for headings
_MOST_LABELS = 3  # lone labels between headings and figures
_LABEL_GAP = 4.0  # of the row height between them
_GAPS = 1.6  # of the usual gap of a table that is set wider
_TAIL_LINES = 3  # lines that may go on the last row of a table
_TAIL_GAP = 0.9  # of the row height between such lines
_OUTSIDE_GAP = 1.2  # of the row height that parts a line at a page break from the table
_WIDE = 0.8  # of the width of a row that a line at a page break fills which is no label


def parted(rows: Sequence[VisualRow], members: list[int]) -> list[list[int]]:
    """A group cut where headings stand again: there another table begins, unless the same
    headings stand at the top of the next page."""
    columns = columns_of([rows[at] for at in members])
    lines = [Line(rows[at], parts_of(rows[at], columns)) for at in members]
    values = value_columns(lines, len(columns)) - {0}
    if not values:
        return [members]
    heads = [_is_heading(line, values) for line in lines]
    pieces: list[list[int]] = [[]]
    last: str | None = None
    first = members[0]
    for at, (row, head) in enumerate(zip(members, heads, strict=True)):
        begun = pieces[-1]
        if head and not (at and heads[at - 1]):
            text = _folded(rows[row].text)
            again = text == last and begun and rows[begun[-1]].page != rows[row].page
            if begun and at and not (again and _goes_on(rows, row, first)):
                pieces.append([])
                first = row
            last = text
        pieces[-1].append(row)
    return [each for each in pieces if each]


def _is_heading(line: Line, values: set[int]) -> bool:
    """Whether a line holds only words or periods over the columns of figures."""
    over = [part for part in line.parts if values.intersection(range(part.column, part.end_column))]
    if not over or len(line.parts) < 2:
        return False
    kinds = [kind_of(part.text) for part in over]
    if "value" in kinds or "dash" in kinds:
        return False
    label = next((part.text for part in line.parts if part.column == 0), "")
    if "period" in kinds:
        return 2 * kinds.count("period") >= len(values) and len(label) < _LABEL_LETTERS
    return len(over) >= max(2, _HEADED_SHARE * len(values))


def _goes_on(rows: Sequence[VisualRow], row: int, first: int) -> bool:
    """Whether nothing above a row of headings on its page says that another table begins than the
    one whose headings begin at `first`."""
    known = {_folded(rows[at].text) for at in range(max(0, first - _MOST_ABOVE), first)}
    at = row - 1
    while at >= 0 and rows[at].page == rows[row].page:
        above = rows[at]
        told = above.running or is_continued(above.text) or is_carried(Line(above, []))
        if not told and _folded(above.text) not in known:
            return False
        at -= 1
    return True


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def usual_gap(rows: Sequence[VisualRow], stretch: Sequence[int]) -> float:
    """The usual empty height between rows of a table."""
    gaps = [
        rows[other].y0 - rows[one].y1
        for one, other in pairwise(stretch)
        if rows[one].page == rows[other].page
    ]
    return max(median(gaps), 0.0) if gaps else 0.0


def labels_over(
    rows: Sequence[VisualRow], first: int, columns: Sequence[Column], free: int, gap: float
) -> list[int]:
    """The headings and the lone labels between them and the first row of figures: the first section
    of a table. Empty when there are no such labels, or no headings over them."""
    found: list[int] = []
    for at in range(first - 1, max(first - 1 - _MOST_LABELS, free - 1) - 1, -1):
        row, below = rows[at], rows[at + 1]
        if at < free or row.page != below.page or row.running:
            return []
        if below.y0 - row.y1 > max(_LABEL_GAP * row.height, _GAPS * gap):
            return []
        if len(row.pieces) > 1:
            over = [piece for piece in row.pieces if piece.x0 > columns[0].x1]
            heads = not row.has_values and 2 * len(over) >= len(columns) - 1
            return [at, *found[::-1]] if heads and found else []
        if row.pieces[0].x1 > columns[1].left or row.pieces[0].kind != "text":
            return []
        found.append(at)
    return []


def without_page_edges(
    rows: Sequence[VisualRow], stretch: list[int], members: Sequence[int]
) -> list[int]:
    """Without lone lines between the last row of a page and the first row on the next one that
    stand outside of the table: notes at the foot, titles at the head."""
    known = set(members)
    kept: list[int] = []
    for at in stretch:
        if at not in known:
            before = max((each for each in members if each < at), default=at)
            after = min((each for each in members if each > at), default=at)
            if rows[before].page != rows[after].page and _is_outside(rows, before, at, after):
                continue
        kept.append(at)
    return kept


def _is_outside(rows: Sequence[VisualRow], before: int, at: int, after: int) -> bool:
    """Whether a line at a page break stands apart from the rows of the table."""
    row = rows[at]
    step = 1 if row.page == rows[after].page else -1
    near = after if step > 0 else before
    while at != near:
        one, other = rows[min(at, at + step)], rows[max(at, at + step)]
        if other.y0 - one.y1 > _OUTSIDE_GAP * row.height:
            return True
        at += step
    return is_continued(row.text) or row.pieces[0].x1 - row.pieces[0].x0 > _WIDE * (
        rows[near].pieces[-1].x1 - rows[near].pieces[0].x0
    )


def tail_of(
    rows: Sequence[VisualRow], members: Sequence[int], columns: Sequence[Column]
) -> list[int]:
    """Lines under the last row that go on in a column of text other than the first."""
    found: list[int] = []
    at = members[-1] + 1
    while at < len(rows) and len(found) < _TAIL_LINES:
        row, above = rows[at], rows[at - 1]
        if row.page != above.page or row.running or len(row.pieces) > 1:
            break
        piece = row.pieces[0]
        if row.y0 - above.y1 > _TAIL_GAP * row.height or piece.kind != "text":
            break
        parts = parts_of(row, columns)
        if parts[0].column == 0 or len(parts) > 1 or parts[0].end_column > parts[0].column + 1:
            break
        found.append(at)
        at += 1
    return found


def repeats(line: Line, headings: Headings, page: int) -> bool:
    """Whether a line on a later page says what a line of the headings says."""
    if line.row.page == page:
        return False
    text = _folded(line.row.text)
    return any(
        text == _folded(each.row.text) for level in headings.levels for each in level.lines
    ) or text in (_folded(each) for each in headings.title)

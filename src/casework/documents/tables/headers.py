"""The headings of a table found by its words: rows over its columns, its title and its note.

A heading that reaches over several columns is a level of its own; labels that run over several
lines are one level. Knows no figures' meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from casework.documents.tables.body import Body, Line
from casework.documents.tables.columns import Column, Part, parts_of
from casework.documents.tables.rows import VisualRow, kind_of

_STACKED = 1.9  # of the row height between rows of headings
_GAPS = 1.2  # of the usual gap between the rows of a table that is set wider
_STACKED_ON_ALL = 0.9  # the same once every column has a heading
_STUB_STACKED = 0.6  # the same for a lone label over the first column
_AT_EDGE_PT = 4.0  # from the edge of its columns that a heading may stand which is set at it
_LONGEST = 60  # letters of a heading
_MOST_LEVELS = 6
_TITLE_ROWS = 4  # with more lines it is a paragraph
_TITLE_FAR = 3.0  # of the row height between a title and what it stands over
_TITLE_PARTED = 1.6  # the same between the lines of a title
_LONGEST_TITLE = 120
_CONTINUED = re.compile(
    r"(?i)\b(?:continued|cont'?d\.?|fortsetzung|forts\.|suite|continuación|segue)\b"
)


class Headings(NamedTuple):
    """Rows of headings by level, each with the columns after its parts settled; `first` is the
    index of the topmost row."""

    levels: list[Body]
    first: int
    title: list[str]


def headings_over(
    rows: Sequence[VisualRow],
    first: int,
    known: list[Line],
    columns: Sequence[Column],
    free: int,
    gap: float,
) -> Headings:
    """The headings of a table whose first row is `rows[first]`; `known` are the lines at its top
    that are headings already. Rows before `free` belong to somebody else; `gap` is the usual
    empty height between rows of the table."""
    top, lines = first, list(known)
    height = rows[first].height
    edge = columns[1].x0 if len(columns) > 1 else columns[0].x1
    while top - 1 >= free and len(lines) < _MOST_LEVELS:
        above = rows[top - 1]
        if above.page != rows[first].page or above.running:
            break
        complete = any(len(line.parts) >= len(columns) - 1 for line in lines)
        near = _STACKED_ON_ALL if complete else _STACKED
        far = max(near * height, _GAPS * gap)
        if rows[top].y0 - above.y1 > far or not _fits(above, columns):
            break
        lone = len(above.pieces) == 1 and above.pieces[0].x0 < edge - height
        stub = rows[top].y0 - above.y1 <= _STUB_STACKED * height
        if lone and not (lines and stub and above.pieces[0].x1 < edge and _over_stub(lines)):
            break
        lines.insert(0, Line(above, _by_order(above, columns) or parts_of(above, columns)))
        top -= 1
    title = _title(rows, top, free, height)
    return Headings(_levels(lines, columns), top, title)


def _by_order(row: VisualRow, columns: Sequence[Column]) -> list[Part] | None:
    """One heading for each column in their order, where places do not tell: headings at the left
    of columns whose figures stand at the right. None where places tell, or counts differ."""
    placed = parts_of(row, columns)
    stub = [piece for piece in row.pieces if piece.x1 <= columns[0].x1]
    pieces = row.pieces[len(stub) :]
    if len(pieces) != len(columns) - 1 or len(stub) > 1:
        return None
    if len(placed) == len(row.pieces) and len({part.column for part in placed}) == len(placed):
        return None
    named = [Part(at, at + 1, piece.words) for at, piece in enumerate(pieces, 1)]
    return [*(Part(0, 1, piece.words) for piece in stub), *named]


def is_continued(text: str) -> bool:
    """Whether a title says that the table goes on from the page before."""
    return bool(_CONTINUED.search(text))


def _over_stub(lines: Sequence[Line]) -> bool:
    """Whether the topmost line of headings has one over the first column too."""
    return any(part.column == 0 for part in lines[0].parts)


def _fits(row: VisualRow, columns: Sequence[Column]) -> bool:
    """Whether a row may be headings of these columns: short pieces within the table, no figures."""
    slack = row.height
    left, right = columns[0].x0 - slack, columns[-1].x1 + 2 * slack
    for piece in row.pieces:
        if piece.kind in ("value", "dash") or len(piece.text) > _LONGEST:
            return False
        if piece.x0 < left or piece.x1 > right or (":" in piece.text and len(row.pieces) > 1):
            return False
    return len(row.pieces) <= len(columns)


def _title(rows: Sequence[VisualRow], top: int, free: int, height: float) -> list[str]:
    """Lines of text right above, the topmost first; none when they are a paragraph."""
    found: list[str] = []
    below = rows[top]
    for at in range(top - 1, free - 1, -1):
        row = rows[at]
        if row.page != below.page or row.running:
            break
        far = below.y0 - row.y1
        if far > (_TITLE_PARTED if found else _TITLE_FAR) * height:
            break
        if len(row.pieces) > 2 or len(row.text) > _LONGEST_TITLE:
            break
        if any(piece.kind == "value" for piece in row.pieces[1:]):
            break
        found.insert(0, row.text)
        below = row
        if len(found) > _TITLE_ROWS:
            return found[-1:] if found[-1].endswith(":") else []
    return found


def _levels(lines: Sequence[Line], columns: Sequence[Column]) -> list[Body]:
    """Lines of headings as levels. A line that has fewer parts than those below it, over the
    columns of figures, reaches over several columns."""
    for at, line in enumerate(lines[:-1]):
        under = {part.column for each in lines[at + 1 :] for part in each.parts}
        whole = parts_of(line.row, columns, cut=False)
        if any(len(under.intersection(range(part.column, part.end_column))) > 1 for part in whole):
            line.parts = whole
        _spread(line, lines[at + 1 :], columns)
    levels: list[Body] = []
    for line in lines:
        before = levels[-1] if levels else None
        if before and not _reaches(Body([line])) and not _reaches(before):
            before.lines.append(line)
        else:
            levels.append(Body([line]))
    return levels


def _reaches(level: Body) -> bool:
    return any(part.end_column - part.column > 1 for line in level.lines for part in line.parts)


def _spread(line: Line, below: Sequence[Line], columns: Sequence[Column]) -> None:
    """Let the parts of a line reach over the columns that they head."""
    under = [part for each in below for part in each.parts if part.column > 0]
    periods = [part for part in under if kind_of(part.text) == "period"]
    headed = sorted({part.column for part in (periods if len(periods) > 1 else under)})
    own = [part for part in line.parts if part.column > 0 or part.end_column > 1]
    if headed and own and len(own) < len(headed) and _heads_several(own, under):
        stub = [part for part in line.parts if part not in own]
        first = {part.column: part.text for part in reversed(under)}
        texts = [first[column] for column in headed]
        again = [at for at, text in enumerate(texts) if at and text == texts[0]]
        if len(again) == len(own) - 1:
            line.parts = [*stub, *_blocks(own, headed, again)]
        else:
            line.parts = [*stub, *_shared_out(own, headed, columns)]


def _heads_several(own: Sequence[Part], under: Sequence[Part]) -> bool:
    """Whether parts reach over columns, and are not the first lines of labels that go on below:
    they lie over several columns, are periods, or what stands below them repeats."""
    texts = [part.text for part in under]
    return (
        len(set(texts)) < len(texts)
        or all(kind_of(part.text) == "period" for part in own)
        or any(part.end_column - part.column > 1 for part in own)
        or all(_between(part, under) for part in own)
    )


def _between(part: Part, under: Sequence[Part]) -> bool:
    """Whether a part stands over no single part below it, by its edges or its middle."""
    x0, x1 = part.words[0].x0, part.words[-1].x1
    for each in under:
        y0, y1 = each.words[0].x0, each.words[-1].x1
        middle = abs(x0 + x1 - y0 - y1) / 2
        if min(abs(x0 - y0), abs(x1 - y1), middle) < _AT_EDGE_PT:
            return False
    return True


def _shared_out(
    own: Sequence[Part], headed: Sequence[int], columns: Sequence[Column]
) -> list[Part]:
    """Each part over its share of the headed columns: the shares under whose middles, left or
    right edges the parts stand best. Where the labels below begin again is looked at before."""
    best: tuple[float, list[Part]] | None = None
    for cuts in combinations(range(1, len(headed)), len(own) - 1):
        parts = _blocks(own, headed, cuts)
        off = _off(parts, columns)
        if best is None or off < best[0]:
            best = (off, parts)
    return best[1] if best else list(own)


def _blocks(own: Sequence[Part], headed: Sequence[int], cuts: Sequence[int]) -> list[Part]:
    """The parts over blocks of the headed columns that end at these cuts."""
    blocks = [headed[low:high] for low, high in pairwise([0, *cuts, len(headed)])]
    return [
        Part(block[0], block[-1] + 1, part.words) for part, block in zip(own, blocks, strict=True)
    ]


def _off(parts: Sequence[Part], columns: Sequence[Column]) -> float:
    """How far parts stand from what they head: by their edges where all stand at the left or all
    at the right edge of it, else by their middles."""
    left = right = middle = 0.0
    for column, end, words in parts:
        x0, x1 = words[0].x0, words[-1].x1
        y0, y1 = columns[column].x0, columns[end - 1].x1
        left = max(left, abs(x0 - y0))
        right = max(right, abs(x1 - y1))
        middle += abs(x0 + x1 - y0 - y1) / 2
    return min(middle, *(edge for edge in (left, right) if edge < _AT_EDGE_PT), middle)

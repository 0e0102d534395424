"""Which tables stand on a sheet: blocks of filled cells that empty rows or columns part.

An empty row or column that only gives air parts nothing: what goes on below without headings of its
own belongs to the table above, and columns without labels of their own to the table at their left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.documents.sheets.data import Cells, Listed, SheetData, SheetRow
from casework.documents.tables.headings import note_in
from casework.documents.typesetting.grid_heads import heads
from casework.documents.typesetting.stated import Region

_HEAD_SAMPLE = 60
_MOST_BLOCKS = 2_000
_MOST_TITLE_LINES = 4
_FEWEST_VALUES = 0.5


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of the sheet (indexes into its filled rows, end exclusive) and columns."""

    first: int
    end: int
    left: int
    right: int


def regions_of(sheet: SheetData, cells: Cells) -> list[Region]:
    """The tables of a sheet as regions of its grid."""
    if not sheet.rows:
        return []
    right = 1 + max(row.columns[-1] for row in sheet.rows)
    whole = _Block(0, len(sheet.rows), cells.left, right)
    found: list[Region] = []
    titles: list[str] = []
    above: _Block | None = None
    for block in _blocks(sheet, whole):
        small = block.end - block.first < 2 or block.right - block.left < 2
        if small:
            if block.right - block.left == 1 and block.end - block.first <= _MOST_TITLE_LINES:
                titles = [*titles, *_texts(sheet, block)][-_MOST_TITLE_LINES:]
            continue
        if found and above and not titles and _goes_on(sheet, above, block):
            above = replace(above, end=block.end)
            last = found.pop()
            found.append(last._replace(bottom=cells.index[sheet.rows[block.end - 1].number] + 1))
            continue
        found.append(_region(sheet, cells, block, titles))
        above, titles = block, []
    return [each for each in found if each.bottom - each.top > 1]


def _blocks(sheet: SheetData, whole: _Block) -> list[_Block]:
    """The blocks of filled cells, from the top down, then from left to right."""
    done: list[_Block] = []
    todo = [whole]
    while todo and len(done) < _MOST_BLOCKS:
        block = todo.pop()
        parts = _by_rows(sheet, block)
        if len(parts) == 1:
            parts = _by_columns(sheet, parts[0])
            if len(parts) == 1:
                done.append(parts[0])
                continue
        todo.extend(reversed(parts))
    return done


def _by_rows(sheet: SheetData, block: _Block) -> list[_Block]:
    """A block split where rows are empty, each part as narrow as its cells."""
    parts: list[_Block] = []
    first, left, right, before = -1, 0, 0, -1
    for index in range(block.first, block.end):
        row = sheet.rows[index]
        inside = [column for column in row.columns if block.left <= column < block.right]
        if not inside:
            continue
        if first >= 0 and row.number > before + 1:
            parts.append(_Block(first, _after(sheet, before, index), left, right))
            first = -1
        if first < 0:
            first, left, right = index, inside[0], inside[-1] + 1
        left, right = min(left, inside[0]), max(right, inside[-1] + 1)
        before = _bottom(sheet, row, inside)
    if first >= 0:
        parts.append(_Block(first, _after(sheet, before, block.end), left, right))
    return parts


def _after(sheet: SheetData, number: int, end: int) -> int:
    """The index behind the last row whose number is at most this."""
    while end > 0 and sheet.rows[end - 1].number > number:
        end -= 1
    return end


def _bottom(sheet: SheetData, row: SheetRow, columns: Sequence[int]) -> int:
    """The number of the last row that a cell of this row reaches, merged cells included."""
    if not sheet.merged:
        return row.number
    spans = (sheet.merged.get((row.number - 1, column), (1, 1))[0] for column in columns)
    return row.number + max(spans, default=1) - 1


def _by_columns(sheet: SheetData, block: _Block) -> list[_Block]:
    """A block split at empty columns behind which another table begins."""
    filled: set[int] = set()
    for row in sheet.rows[block.first : block.end]:
        for column in row.columns:
            if block.left <= column < block.right:
                filled.add(column)
                if sheet.merged:
                    across = sheet.merged.get((row.number - 1, column), (1, 1))[1]
                    filled.update(range(column, min(column + across, block.right)))
    runs: list[list[int]] = []
    for column in sorted(filled):
        if runs and column == runs[-1][1]:
            runs[-1][1] = column + 1
        else:
            runs.append([column, column + 1])
    merged = runs[:1]
    for left, right in runs[1:]:
        alone = right - left > 1 and merged[-1][1] - merged[-1][0] > 1
        if alone and _has_labels(sheet, replace(block, left=left, right=right)):
            merged.append([left, right])
        else:
            merged[-1][1] = right
    return [replace(block, left=left, right=right) for left, right in merged]


def _has_labels(sheet: SheetData, block: _Block) -> bool:
    """Whether the first column of a block says what its rows are."""
    return heads(_sample(sheet, block)).columns > 0 or not any(
        text[:1].isdigit()
        for row in sheet.rows[block.first : block.end][:_HEAD_SAMPLE]
        for column, text in zip(row.columns, row.texts, strict=True)
        if column == block.left
    )


def _goes_on(sheet: SheetData, above: _Block, block: _Block) -> bool:
    """Whether a block continues the table above it: its columns, and no headings of its own."""
    if block.left < above.left or block.right > above.right:
        return False
    return not heads(_sample(sheet, block)).rows and heads(_sample(sheet, above)).rows > 0


def _region(sheet: SheetData, cells: Cells, block: _Block, titles: Sequence[str]) -> Region:
    lines = list(titles)
    first = block.first
    while first < block.end - 2 and _is_title(sheet, block, first):
        lines.append(_inside(sheet.rows[first], block)[0][1])
        first += 1
    block = replace(block, first=first)
    known = _listed(sheet, block)
    top = cells.index[sheet.rows[first].number]
    if known is not None:
        start = cells.index.get(known.top + 1, top)
        top, header_rows, header_columns = max(start, top), known.header_rows, 0
        lines = lines or [known.title]
    else:
        found = heads(_sample(sheet, block), first_is_head=block.right - block.left > 2)
        header_rows, header_columns = found.rows, found.columns
        frozen = sheet.frozen_rows - sheet.rows[first].number + 1
        if 0 < frozen < block.end - first:
            header_rows = frozen
        if 0 < sheet.frozen_columns - block.left < block.right - block.left:
            header_columns = sheet.frozen_columns - block.left
    return Region(
        top,
        block.left - cells.left,
        cells.index[sheet.rows[block.end - 1].number] + 1,
        block.right - cells.left,
        header_rows,
        header_columns,
        " · ".join(" ".join(line.split()) for line in lines)[:500] or sheet.name,
        note_in(lines),
    )


def _is_title(sheet: SheetData, block: _Block, index: int) -> bool:
    """Whether a row is one text over the table: in its first column, or merged over all of it."""
    row = sheet.rows[index]
    inside = _inside(row, block)
    return (
        len(inside) == 1
        and inside[0][0] == block.left
        and len(_inside(sheet.rows[index + 1], block)) >= 1
        and any(len(_inside(each, block)) > 1 for each in sheet.rows[index + 1 : index + 4])
    )


def _listed(sheet: SheetData, block: _Block) -> Listed | None:
    """The table of Excel that is this block."""
    first, last = sheet.rows[block.first].number - 1, sheet.rows[block.end - 1].number
    for each in sheet.listed:
        across = (each.left, each.right) == (block.left, block.right)
        if across and first <= each.top < each.bottom <= last + 1:
            return each
    return None


def _inside(row: SheetRow, block: _Block) -> list[tuple[int, str]]:
    pairs = zip(row.columns, row.texts, strict=True)
    return [(column, text) for column, text in pairs if block.left <= column < block.right]


def _sample(sheet: SheetData, block: _Block) -> list[list[tuple[int, str]]]:
    end = min(block.end, block.first + _HEAD_SAMPLE)
    return [_inside(row, block) for row in sheet.rows[block.first : end]]


def _texts(sheet: SheetData, block: _Block) -> list[str]:
    """The cells of a small block."""
    return [text for row in sheet.rows[block.first : block.end] for _, text in _inside(row, block)]

"""The tables of a document: those that its format states, and those found by the places of words.

`tables_of` is the door. Tables are found on demand, in four steps: visual rows (`table_rows`),
rows that stand under each other (`table_groups`), columns (`table_columns`), rows and headings of
the table (`table_body`, `table_headers`). No word is in two cells. What cells mean is read in
`headings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.documents.tables.body import Line, bodies_of, is_carried, value_columns
from casework.documents.tables.cells import table_of
from casework.documents.tables.columns import columns_of, parts_of, whole_columns
from casework.documents.tables.groups import groups_of
from casework.documents.tables.headers import headings_over
from casework.documents.tables.headings import note_in
from casework.documents.tables.rows import VisualRow, kind_of, mark_repeated, rows_of
from casework.documents.tables.sides import sides_of
from casework.documents.tables.stretch import (
    labels_over,
    parted,
    repeats,
    tail_of,
    usual_gap,
    without_page_edges,
)
from casework.types.document import Document, Page
from casework.types.table import Table

_LONG_CELL = 5.0  # words of a cell, on average, of which running text is made
_LEAST_TEXT_ROWS = 4
_TEXT_FILL = 0.75  # of the places of a table of text that must be filled
_PROSE = 100  # letters of a line that is a sentence, not headings
_BULLET = 3  # letters of a number or a bullet of a list
_MOST_ROWS = 20_000
_MOST_HEADS = 5  # rows of headings of a stated table
_ABOVE = 4  # lines above a stated table that may say its title and its scale
_STATED_SHARE = 0.5  # of the words of a page in stated tables, with which no others are sought
_NONE: frozenset[int] = frozenset()


def tables_of(document: Document) -> tuple[Table, ...]:
    """All tables in the order of their pages. Those that the format states come as they are; on
    the words that are in none of these further ones are found."""
    used = _used_words(document)
    open_pages = [
        page
        for page in document.pages
        if len(used.get(page.number, ())) < _STATED_SHARE * len(page.words)
    ]
    found = [table for table in found_tables(open_pages) if not _touches(table, used)]
    pages = {page.number: page for page in document.pages}
    stated = [_with_context(table, pages) for table in document.tables]
    return tuple(sorted([*stated, *found], key=_place))


def _used_words(document: Document) -> dict[int, set[int]]:
    """By page the words that stand in tables which the format states."""
    used: dict[int, set[int]] = {}
    for table in document.tables:
        for cell in table.cells:
            for first, end in cell.words:
                used.setdefault(cell.page, set()).update(range(first, end))
    return used


def _touches(table: Table, used: Mapping[int, set[int]]) -> bool:
    """Whether a word of a table is one of these."""
    return any(
        not used.get(cell.page, _NONE).isdisjoint(range(*run))
        for cell in table.cells
        for run in cell.words
    )


def _with_context(table: Table, pages: Mapping[int, Page]) -> Table:
    """A stated table with rows of headings that its format does not tell, and with the title and
    the note that stand right above it, where it has none."""
    heads = max(table.header_rows, _stated_heads(table))
    number, word = _place(table)
    page = pages.get(number)
    above: list[str] = []
    if page is not None and word < len(page.words):
        first = page.words[word].line
        lines = page.lines[max(0, first - _ABOVE) : first]
        above = [page.text[line.start : line.end] for line in reversed(lines)]
        above = [text for text in above if len(text) <= _PROSE]
    told = [table.title, *(cell.text for cell in table.cells if cell.row < heads), *above]
    note = table.note or note_in(told)
    title = table.title or next((text for text in above if text != note), "")
    return replace(table, header_rows=heads, note=note, title=title)


def _stated_heads(table: Table) -> int:
    """How many rows at the top of a stated table are headings by their look: words and periods
    over columns of figures. 0 where no row of figures follows."""
    rows: list[dict[int, str]] = [{} for _ in range(min(table.rows, _MOST_HEADS + 1))]
    figures: set[int] = set()
    for cell in table.cells:
        if cell.row < len(rows) and cell.text:
            rows[cell.row][cell.column] = cell.text
        if cell.column and kind_of(cell.text) in ("value", "dash"):
            figures.add(cell.column)
    heads = 0
    for at, row in enumerate(rows):
        kinds = {kind_of(text) for column, text in row.items() if column in figures}
        if "value" in kinds or "dash" in kinds:
            return heads
        if kinds:
            heads = at + 1
    return 0


def _place(table: Table) -> tuple[int, int]:
    return min(((cell.page, run[0]) for cell in table.cells for run in cell.words), default=(0, 0))


def found_tables(pages: Sequence[Page]) -> list[Table]:
    """The tables that stand on these pages by the places of their words alone."""
    by_page = [rows_of(page) for page in pages if page.words]
    mark_repeated(by_page, pages[0].height_pt if pages else 0.0)
    rows = [row for each in by_page for row in each]
    tables: list[Table] = []
    free = 0
    for group in groups_of(rows):
        for members in parted(rows, group.rows):
            made, free = _table(rows, members, free)
            tables += made
            if sum(table.rows for table in tables) > _MOST_ROWS:
                return tables
    return tables


def _table(rows: Sequence[VisualRow], members: list[int], free: int) -> tuple[list[Table], int]:
    """The table of these rows (two where two stand side by side), and the first row after it."""
    nothing: tuple[list[Table], int] = ([], free)
    columns = columns_of([rows[at] for at in members])
    if len(columns) < 2:
        return nothing
    stretch = [at for at in range(max(members[0], free), members[-1] + 1) if not rows[at].running]
    stretch = without_page_edges(rows, stretch, members)
    columns = whole_columns([rows[at] for at in members], columns)
    gap = usual_gap(rows, stretch)
    above = labels_over(rows, stretch[0], columns, free, gap)
    stretch = [*above, *stretch, *tail_of(rows, members, columns)]
    known = set(members)
    lines = [Line(rows[at], parts_of(rows[at], columns, cut=at in known)) for at in stretch]
    full = [line for at, line in zip(stretch, lines, strict=True) if at in known]
    values = value_columns(full, len(columns))
    if not _is_table(full, values - {0}, len(columns)):
        return nothing
    split = sides_of(full, columns, values)
    if split:
        return _two(rows, stretch, columns[split].left, free)
    head = _head_lines(lines, values)
    lines = [line for at, line in enumerate(lines) if at >= head or len(line.row.text) <= _PROSE]
    head -= len(stretch) - len(lines)
    headings = headings_over(rows, stretch[0], lines[:head], columns, free, gap)
    body = [
        line for line in lines[head:]
        if not is_carried(line) and not repeats(line, headings, lines[0].row.page)
    ]  # fmt: skip
    bodies = bodies_of(body, columns, values)
    if not bodies:
        return nothing
    return [table_of(headings, bodies, len(columns), values)], stretch[-1] + 1


def _two(
    rows: Sequence[VisualRow], stretch: Sequence[int], cut: float, free: int
) -> tuple[list[Table], int]:
    """The tables left and right of a cut, each with rows of its own."""
    first = max(free, stretch[0] - 4)
    made: list[Table] = []
    for left in (True, False):
        part = [
            half for at in range(first, stretch[-1] + 1)
            if (half := _half(rows[at], cut, left=left)) is not None
        ]  # fmt: skip
        many = [at for at, row in enumerate(part) if len(row.pieces) > 1]
        if len(many) > 1:
            made += _table(part, many, 0)[0]
    if made:
        first_of = made[0]
        made = [
            replace(each, title=each.title or first_of.title, note=each.note or first_of.note)
            for each in made
        ]
    return made, stretch[-1] + 1


def _half(row: VisualRow, cut: float, *, left: bool) -> VisualRow | None:
    pieces = [piece for piece in row.pieces if ((piece.x0 + piece.x1) / 2 < cut) == left]
    return VisualRow(row.page, row.y0, row.y1, row.height, pieces, row.running) if pieces else None


def _is_table(full: Sequence[Line], values: set[int], count: int) -> bool:
    """Whether these rows are a table, and not running text in columns or a list."""
    parts = [part for line in full for part in line.parts]
    rows = len(full)
    cells = len(parts)
    words = sum(len(part.words) for part in parts)
    if cells < 2 * rows:
        return False
    if values and rows >= 2:
        return True
    if words > _LONG_CELL * cells or rows < _LEAST_TEXT_ROWS or cells < _TEXT_FILL * rows * count:
        return False
    # A list with its numbers or bullets is none.
    return count > 2 or not all(len(line.parts[0].text) <= _BULLET for line in full)


def _head_lines(lines: Sequence[Line], values: set[int]) -> int:
    """How many lines at the top are headings."""
    told = values - {0} or values
    if not told:
        return _text_head(lines)
    for at, line in enumerate(lines):
        kinds = {kind_of(part.text) for part in line.parts if part.column in told}
        if "value" in kinds or "dash" in kinds:
            return _without_first_label(lines, at, told)
    return 0


def _without_first_label(lines: Sequence[Line], end: int, values: set[int]) -> int:
    """Lines right above the first figures that stand over the first column alone belong to the
    body: a section, or the first line of a label."""
    while end and not any(part.end_column - 1 > 0 for part in lines[end - 1].parts):
        if lines[end].row.page != lines[end - 1].row.page:
            break
        gap = lines[end].row.y0 - lines[end - 1].row.y1
        above = lines[end - 2].row if end > 1 else None
        if above is not None and lines[end - 1].row.y0 - above.y1 < 0.5 * gap:
            break
        end -= 1
    return end


def _text_head(lines: Sequence[Line]) -> int:
    """One line of headings where the first line has another look than those below it."""
    if len(lines) < 2:
        return 0
    columns = {part.column for part in lines[0].parts}
    for column in columns:
        below = [kind_of(part.text) for line in lines[1:] if (part := line.at(column))]
        top = lines[0].at(column)
        if top and below and kind_of(top.text) == "text" and below.count("text") * 2 < len(below):
            return 1
    return 0

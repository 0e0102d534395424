"""Rows of a table → the table itself: cells with their text and their words. Finds nothing."""

from __future__ import annotations

from collections.abc import Sequence

from casework.documents.tables.body import Body
from casework.documents.tables.headers import Headings
from casework.documents.tables.headings import note_in
from casework.documents.tables.rows import WordBox
from casework.types.table import Table, TableCell


def table_of(headings: Headings, bodies: Sequence[Body], count: int, values: set[int]) -> Table:
    cells: list[TableCell] = []
    for at, body in enumerate([*headings.levels, *bodies]):
        for (column, page), (end, words) in sorted(body.cells().items()):
            cells.append(_cell(at, column, end, page, words))
    labels = next((column for column in range(count) if column not in values), 0)
    told = [*headings.title, *(cell.text for cell in cells if cell.row < len(headings.levels))]
    return Table(
        tuple(cells),
        rows=len(headings.levels) + len(bodies),
        columns=count,
        header_rows=len(headings.levels),
        header_columns=1 if labels == 0 and values else 0,
        title=" ".join(headings.title),
        note=note_in(told),
    )


def _cell(
    row: int, column: int, end: int, page: int, lines: Sequence[Sequence[WordBox]]
) -> TableCell:
    text = ""
    runs: list[tuple[int, int]] = []
    for words in lines:
        told = " ".join(word.text for word in words)
        if text.endswith("-") and told[:1].islower() and text[-2:-1].isalpha():
            text = text[:-1] + told
        else:
            text = f"{text} {told}".strip()
        for word in words:
            if runs and runs[-1][1] == word.number:
                runs[-1] = (runs[-1][0], word.number + 1)
            else:
                runs.append((word.number, word.number + 1))
    return TableCell(row, column, text, page, tuple(runs), column_span=end - column)

"""What the cells of a workbook hold behind what they show: numbers with all digits, dates whole."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from casework.documents.readers.sheet import shown
from casework.documents.readers.xlsx import MOST_CELLS
from casework.documents.readers.xlsx_styles import plain
from casework.documents.reading import Source
from casework.documents.sheets.data import SheetData, SheetRow
from casework.documents.sheets.workbook import workbook


class Held(NamedTuple):
    """A number, with a decimal point, or a date as YYYY-MM-DD."""

    text: str
    number: bool


HeldValues = dict[tuple[int, int], Held]
"""By row, as people count, and column from 0."""


def held_values(source: Source) -> Iterator[tuple[SheetData, HeldValues]]:
    """The sheets of a workbook of any format with the values that were last calculated. Raises
    `DocumentError` for one that is damaged or has a password."""
    for sheet, rows in workbook(source, most_cells=MOST_CELLS):
        held: HeldValues = {}
        for number, row in rows:
            _take(sheet, held, number, row)
        yield sheet, held


def _take(sheet: SheetData, held: HeldValues, number: int, row: dict[int, object]) -> None:
    texts = {column: shown(value) for column, value in row.items()}
    texts = {column: text for column, text in texts.items() if text and not text.isspace()}
    for column in texts:
        value = row[column]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            texts[column] = plain(repr(value))
            held[number, column] = Held(texts[column], number=True)
        elif isinstance(value, (datetime.date, datetime.datetime)):
            held[number, column] = Held(texts[column], number=False)
    if texts:
        sheet.rows.append(SheetRow(number, tuple(texts), tuple(texts.values())))

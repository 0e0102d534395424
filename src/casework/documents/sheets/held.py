"""What the cells of a workbook hold behind what they show: numbers with all digits, dates whole."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import NamedTuple

from casework.base.errors import DocumentError
from casework.documents.readers.sheet import shown
from casework.documents.readers.xlsx import MOST_CELLS
from casework.documents.readers.xlsx_styles import plain
from casework.documents.reading import Source, too_large
from casework.documents.sheets.data import SheetData, SheetRow


class Held(NamedTuple):
    """A number, with a decimal point, or a date as YYYY-MM-DD."""

    text: str
    number: bool


HeldValues = dict[tuple[int, int], Held]
"""By row, as people count, and column from 0."""


def held_values(source: Source) -> Iterator[tuple[SheetData, HeldValues]]:
    """The sheets of a workbook of any format with the values that were last calculated. Raises
    `DocumentError` for one that is damaged or has a password."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
    except python_calamine.PasswordError as error:
        raise DocumentError(
            f"{source.name} is protected by a password.",
            state="password",
            fix="Save it without one, then give it again.",
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DocumentError(
            f"The workbook is damaged: {' '.join(str(error).split())[:200]}.",
            fix="Save it anew from the program that made it.",
        ) from error
    seen = 0
    for about in book.sheets_metadata:
        source.check_time()
        sheet = SheetData(about.name, about.visible != python_calamine.SheetVisibleEnum.Visible)
        try:
            values = book.get_sheet_by_name(about.name)
        except python_calamine.WorksheetNotFound:
            continue  # a sheet that holds only a chart
        seen += values.height * values.width
        if seen > MOST_CELLS:
            raise too_large(f"The workbook has more than {MOST_CELLS:,} cells.")
        for (top, left), (bottom, right) in values.merged_cell_ranges or ():
            sheet.merged[top, left] = (bottom - top + 1, right - left + 1)
        first_row, first_column = values.start or (0, 0)
        held: HeldValues = {}
        for number, row in enumerate(values.to_python(skip_empty_area=True), first_row + 1):
            _take(sheet, held, number, {first_column + at: value for at, value in enumerate(row)})
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

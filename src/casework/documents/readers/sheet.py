"""Spreadsheets by calamine: a grid for each sheet, cells with places such as `Costs!B7`.

Values are those that were last calculated; how a cell was formatted is not known here.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

from casework.base.errors import DocumentError
from casework.documents.reading import Reading, Source, too_large
from casework.documents.typeset import Grid, GridCell, Text, typeset

READER = "sheet"
VERSION = "1"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_CELLS = 5_000_000
_EXACT_DIGITS = 15  # what a double holds


def read(source: Source) -> Reading:
    """The pages of a workbook, sheet after sheet. Charts and pictures are not read."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
    except python_calamine.PasswordError as error:
        raise DocumentError(
            "The workbook is protected by a password.",
            state="password",
            fix="Save a copy without it and add that.",
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DocumentError(
            f"The workbook is damaged: {' '.join(str(error).split())[:200]}.",
            fix="Save it anew from the program that made it.",
        ) from error
    pages = typeset(_flow(book, source), source)
    if not pages:
        return Reading(
            MEDIA_TYPE,
            READER,
            VERSION,
            state="empty",
            reason="The workbook has no cell with a value. Check that it is the right file.",
        )
    facts = {"sheets": ", ".join(book.sheet_names)[:500]}
    return Reading(MEDIA_TYPE, READER, VERSION, pages, facts=facts)


def _flow(book: object, source: Source) -> Iterator[Text | Grid]:
    from python_calamine import CalamineWorkbook, WorksheetNotFound

    assert isinstance(book, CalamineWorkbook)
    seen = 0
    for name in book.sheet_names:
        source.check_time()
        try:
            sheet = book.get_sheet_by_name(name)
        except WorksheetNotFound:
            continue  # a sheet that holds only a chart
        seen += sheet.height * sheet.width
        if seen > _MOST_CELLS:
            raise too_large(f"The workbook has more than {_MOST_CELLS:,} cells.")
        top, left = sheet.start or (0, 0)
        rows = [
            [
                GridCell(column, text, f"{name}!{column_name(left + column)}{number}")
                for column, value in enumerate(row)
                if (text := shown(value))
            ]
            for number, row in enumerate(sheet.to_python(skip_empty_area=True), top + 1)
        ]
        if any(rows):
            yield Text(name, name, "heading", 2)
            yield Grid(rows)


def column_name(column: int) -> str:
    """A, B, …, Z, AA, … for a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def shown(value: object) -> str:
    """A value of a cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else _decimal(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def _decimal(value: float) -> str:
    """The number as a spreadsheet shows it: 0.1 + 0.2 is 0.3."""
    return f"{value:.{_EXACT_DIGITS}g}"

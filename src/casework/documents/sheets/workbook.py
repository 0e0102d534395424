"""The sheets of a workbook of any format, as calamine reads them: values that were last calculated.
Knows nothing of how a file shows them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.packed.locked import unlocked
from casework.documents.reading import Source, too_large
from casework.documents.sheets.data import SheetData

if TYPE_CHECKING:
    import python_calamine

ValueRow = tuple[int, dict[int, object]]
"""The number of a row, as people count, and its values by column from 0."""


def workbook(source: Source, *, most_cells: int) -> Iterator[tuple[SheetData, Iterator[ValueRow]]]:
    """Each sheet, without rows, and the values of its rows. Raises `DocumentError` for a workbook
    that is damaged, has a password, or has more cells than `most_cells`."""
    import python_calamine

    book = _opened(source)
    seen = 0
    for about in book.sheets_metadata:
        source.check_time()
        sheet = SheetData(about.name, about.visible != python_calamine.SheetVisibleEnum.Visible)
        try:
            values = book.get_sheet_by_name(about.name)
        except python_calamine.WorksheetNotFound:
            continue  # a sheet that holds only a chart
        seen += values.height * values.width
        if seen > most_cells:
            raise too_large(f"The workbook has more than {most_cells:,} cells.")
        for (top, left), (bottom, right) in values.merged_cell_ranges or ():
            sheet.merged[top, left] = (bottom - top + 1, right - left + 1)
        yield sheet, _rows(values)


def _opened(source: Source) -> python_calamine.CalamineWorkbook:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
    except python_calamine.PasswordError:
        data = unlocked(source, "workbook")
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DocumentError(
            f"The workbook is damaged: {' '.join(str(error).split())[:200]}.",
            fix="Save it anew from the program that made it.",
        ) from error


def _rows(values: python_calamine.CalamineSheet) -> Iterator[ValueRow]:
    first_row, first_column = values.start or (0, 0)
    for number, row in enumerate(values.to_python(skip_empty_area=True), first_row + 1):
        yield number, {first_column + at: value for at, value in enumerate(row)}

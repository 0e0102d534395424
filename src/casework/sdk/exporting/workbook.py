"""An Excel workbook of a worksheet, written line by line: a sheet of values, one for the rows of
each table, and one that tells what each value rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.sdk.export import neutral
from casework.sdk.exporting.blocks import Blocks, ToWrite
from casework.sdk.exporting.spool import Line, Spool, Spools
from casework.sdk.frame import CELL_COLUMNS, cell_lines

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDEST_PX = 420
_MOST_FITTED = 1_000
"""Letters of a text that are measured: more are wider than any column becomes."""
_SHEET_LETTERS = 31
_MOST_LETTERS = 32_767
_MOST_LINES = 1_048_576
"""What the name of a sheet, a cell and a sheet of Excel hold at most."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(wanted: ToWrite, blocks: Blocks, path: Path, aside: Path) -> None:
    """Write it; `aside` is a folder for what is needed meanwhile. Raises `UsageError` where a sheet
    would need more lines than Excel has, before anything is read where that is known."""
    import xlsxwriter

    _check(wanted.cases * len(wanted.columns))
    book = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(aside)})
    book.use_zip64()
    spools = Spools(wanted.table(), aside)
    try:
        names = ["Values", *(_name(one.title, at) for at, one in enumerate(spools.all[1:], 1))]
        sheets = [book.add_worksheet(name) for name in names]
        proof = _ProofSheet(book)
        for block in blocks:
            table = wanted.table(block)
            spools.add(table)
            proof.add(cell_lines(table))
        look = book.add_format({"bg_color": "#FFF2CC"})
        for sheet, spool in zip(sheets, spools.all, strict=True):
            _check(spool.count)
            _write_values(sheet, spool, blocks, (_bold(book), look))
    finally:
        spools.close()
    book.close()


def _check(lines: int) -> None:
    if lines + 1 > _MOST_LINES:
        raise UsageError(
            f"The worksheet needs {lines + 1:,} lines; a sheet of Excel has {_MOST_LINES:,}.",
            fix="Export it as csv, json or parquet, or fewer steps or cases of it.",
        )


def _name(title: str, number: int) -> str:
    """A name that Excel takes for a sheet, unlike all others."""
    plain = "".join(letter if letter not in "[]:*?/\\'" else " " for letter in title)
    return f"{number} {plain}"[:_SHEET_LETTERS].strip()


def _bold(book: Workbook) -> Format:
    return book.add_format({"bold": True, "bottom": 1})


def _write_values(
    sheet: Worksheet, spool: Spool, blocks: Blocks, formats: tuple[Format, Format]
) -> None:
    bold, look = formats
    titles = spool.titles()
    widest = list(titles)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for number, line in enumerate(blocks.unless_stopped(spool.lines()), 1):
        for column, text in enumerate(_write_line(sheet, number, line, look)):
            if len(text) > len(widest[column]):
                widest[column] = text
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, spool.count), len(titles) - 1)
    _fit(sheet, widest)


def _write_line(sheet: Worksheet, number: int, line: Line, look: Format) -> list[str]:
    """Write one line; the texts that stand in it."""
    told = [_fitting(line.name)]
    sheet.write_string(number, 0, told[0])
    for column, cell in enumerate(line.cells, 1):
        format = look if cell.look else None
        if cell.number is None:
            told.append(_fitting(cell.text))
            sheet.write_string(number, column, told[-1], format)
        else:
            told.append(cell.number)
            sheet.write_number(number, column, float(cell.number), format)
    for text in line.behind:
        told.append(_fitting(text))
        sheet.write_string(number, len(told) - 1, told[-1])
    return told


def _fit(sheet: Worksheet, widest: Sequence[str]) -> None:
    """Make columns as wide as the longest text in each, within reason."""
    from xlsxwriter.utility import cell_autofit_width

    for column, text in enumerate(widest):
        width = max(cell_autofit_width(part) for part in text[:_MOST_FITTED].split("\n"))
        if width:
            sheet.set_column_pixels(column, column, min(width, _WIDEST_PX))


def _fitting(text: str) -> str:
    """Text as a cell of Excel takes it: no formula, and cut with a word where it is too long."""
    told = neutral(text)
    if len(told) <= _MOST_LETTERS:
        return told
    note = f" … [cut: {len(text):,} letters; json and csv hold all of them]"
    return told[: _MOST_LETTERS - len(note)] + note


class _ProofSheet:
    """One line a cell: what its value rests on."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.add_worksheet("Proof")
        self._lines = 0
        bold = _bold(book)
        for column, title in enumerate(CELL_COLUMNS):
            self._sheet.write_string(0, column, title.replace("_", " "), bold)
        self._sheet.freeze_panes(1, 3)

    def add(self, lines: Iterable[tuple[object, ...]]) -> None:
        """More lines of them."""
        for line in lines:
            self._lines += 1
            _check(self._lines)
            for column, item in enumerate(line):
                if isinstance(item, int | float):
                    self._sheet.write_number(self._lines, column, item)
                elif item is not None:
                    self._sheet.write_string(self._lines, column, _fitting(str(item)))

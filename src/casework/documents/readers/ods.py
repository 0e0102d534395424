"""Sheets of an OpenDocument spreadsheet (ods), as they are shown: the file holds the shown text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.documents.packed.package import Package
from casework.documents.readers.odf_text import (
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    author_of,
    lines_of,
    said,
)
from casework.documents.readers.xlsx import MOST_CELLS
from casework.documents.readers.xlsx_styles import plain
from casework.documents.reading import Source, too_large
from casework.documents.sheets.data import Remarked, SheetData, SheetRow, column_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_TABLE, _ROW, _COLUMN = f"{TABLE}table", f"{TABLE}table-row", f"{TABLE}table-column"
_HEADS = f"{TABLE}table-header-rows"
_CELLS = frozenset({f"{TABLE}table-cell", f"{TABLE}covered-table-cell"})
_MOST_COLUMNS = 16_384
_MOST_ROWS = 1_048_576
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_HIDDEN = frozenset({"collapse", "filter"})
_CHECK_EVERY = 2_000


class _Under:
    """The sheet under way, and where in it the next row and column stand."""

    def __init__(self, sheet: SheetData) -> None:
        self.sheet = sheet
        self.row = 0
        self.column = 0
        self.cells = 0


def sheets(package: Package, source: Source) -> Iterator[SheetData]:
    """The sheets of a workbook in their order."""
    unseen: set[str] = set()
    under: _Under | None = None
    seen = depth = 0
    tags = [_TABLE, _ROW, _COLUMN, f"{STYLE}style"]
    for event, element in package.streamed("content.xml", tags, ("start", "end")):
        if element.tag == f"{STYLE}style":
            properties = element.find(f"{STYLE}table-properties") if event == "end" else None
            if properties is not None and properties.get(f"{TABLE}display") == "false":
                unseen.add(element.get(f"{STYLE}name", ""))
        elif element.tag == _TABLE:
            depth += 1 if event == "start" else -1
            if depth == 1 and event == "start":
                hidden = element.get(f"{TABLE}style-name") in unseen
                under = _Under(SheetData(element.get(f"{TABLE}name", ""), hidden))
            elif depth == 0 and event == "end" and under is not None:
                seen += under.cells
                yield under.sheet
                under = None
        elif under is not None and event == "end" and depth == 1:
            if element.tag == _ROW:
                _row(element, under)
                element.clear()
            else:
                _column(element, under)
        if under is not None and seen + under.cells > MOST_CELLS:
            raise too_large(f"The workbook has more than {MOST_CELLS:,} filled cells.")
        if under is not None and under.row % _CHECK_EVERY == 0:
            source.check_time()


def _column(element: _Element, under: _Under) -> None:
    times = min(_count(element, "number-columns-repeated"), _MOST_COLUMNS)
    if element.get(f"{TABLE}visibility") in _HIDDEN:
        end = min(under.column + times, _MOST_COLUMNS)
        under.sheet.hidden_columns += range(under.column, end)
    under.column += times


def _row(element: _Element, under: _Under) -> None:
    times = min(_count(element, "number-rows-repeated"), _MOST_ROWS - under.row)
    hidden = element.get(f"{TABLE}visibility") in _HIDDEN
    columns: list[int] = []
    texts: list[str] = []
    at = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        repeated = min(_count(cell, "number-columns-repeated"), _MOST_COLUMNS - at)
        text = _text(cell, under, f"{column_name(at)}{under.row + 1}") if len(cell) else _bare(cell)
        if text and cell.tag == f"{TABLE}table-cell":
            columns += range(at, at + repeated)
            texts += [text] * repeated
            span = (_count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned"))
            if span != (1, 1):
                under.sheet.merged[under.row, at] = (span[0], min(span[1], _MOST_COLUMNS))
        at += repeated
    parent = element.getparent()
    if parent is not None and parent.tag == _HEADS and columns:
        under.sheet.frozen_rows = max(under.sheet.frozen_rows, under.row + times)
    if columns:
        for number in range(under.row + 1, under.row + times + 1):
            under.sheet.rows.append(SheetRow(number, columns, texts))
            under.cells += len(columns)
            if under.cells > MOST_CELLS:
                return
        if hidden:
            under.sheet.hidden_rows += range(under.row, under.row + times)
    under.row += times


def _text(cell: _Element, under: _Under, name: str) -> str:
    """What a cell shows; comments on it are put aside."""
    lines: list[str] = []
    for child in cell:
        if child.tag in (f"{TEXT}p", f"{TEXT}h"):
            lines.append(said(child).text)
        elif child.tag == f"{OFFICE}annotation":
            who, text = author_of(child), "\n".join(lines_of(child))
            remark = Remarked(name, "comment", f"{who}: {text}" if who else text)
            if text:
                under.sheet.remarked.append(remark)
        elif str(child.tag).startswith(TEXT):
            lines += lines_of(child)
    text = "\n".join(lines).strip()
    return text or _bare(cell)


def _bare(cell: _Element) -> str:
    """The value of a cell that shows no text."""
    found = next((v for name in _VALUES if (v := cell.get(f"{OFFICE}{name}"))), "")
    return plain(found) if cell.get(f"{OFFICE}value") else found


def _count(element: _Element, name: str) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1

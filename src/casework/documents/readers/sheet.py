"""Spreadsheets: a grid for each sheet, cells with places such as `Costs!B7`.

Values are those that were last calculated, shown as the file shows them where it says how (xlsx,
ods), else plainly (xls, xlsb, read by calamine). Hidden sheets, rows and columns are read and said
to be hidden. Each sheet has pages of its own.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from casework.documents.packed.embedded import embedded
from casework.documents.packed.package import Package
from casework.documents.readers import ods, xlsx
from casework.documents.readers.xlsx_styles import plain
from casework.documents.reading import Member, Reading, Source
from casework.documents.sheets.data import Cells, SheetData, SheetRow, column_name, ranges
from casework.documents.sheets.tables import regions_of
from casework.documents.sheets.workbook import workbook
from casework.documents.typesetting.flow import Element, Grid, Hidden, NewPage, Text
from casework.documents.typesetting.typeset import typeset

READER = "sheet"
VERSION = "3"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_TYPES = {
    "xlsx": MEDIA_TYPE,
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "xls": "application/vnd.ms-excel",
}
_NOTHING = "The workbook has no cell with a value. Check that it is the right file."
_MACROS = "The file holds macros. They were not run and are never run."
_SHOWN_RANGES = 5


class _Notes:
    """Collects what to tell people while sheets stream by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: list[str] = []


def read(source: Source) -> Reading:
    """The pages of a workbook, sheet after sheet. Pictures are not read."""
    kind = kind_of(source.data)
    notes, members, facts = _Notes(), list[Member](), dict[str, str]()
    if kind in ("xlsx", "ods"):
        package = Package(packed(source))
        package.refuse_locked("workbook")
        found = (xlsx if kind == "xlsx" else ods).sheets(package, source)
        made = typeset(_flow(found, notes), source)
        notes.lines += package.notes()
        if any(name.lower().endswith("vbaproject.bin") for name in package.names):
            notes.lines.append(_MACROS)
        members = [each for part in _parts(package) for each in part]
        facts = package.facts()
    else:
        made = typeset(_flow(_by_calamine(source), notes), source)
    facts["sheets"] = ", ".join(notes.names)[:500]
    return Reading(
        _TYPES[kind],
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NOTHING,
        facts={key: value for key, value in facts.items() if value},
        members=tuple(members),
        notes=(*notes.lines, *made.notes),
        tables=made.tables,
    )


def kind_of(data: bytes) -> str:
    """Which of the formats of workbooks these bytes are: the ending that its files have."""
    if not data.startswith(b"PK"):
        return "xls" if data.startswith(b"\xd0\xcf\x11\xe0") else "ods"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names:
        return "ods"
    return "xlsb" if "xl/workbook.bin" in names else "xlsx"


def packed(source: Source) -> Source:
    """A flat OpenDocument sheet, which is one XML file, as a package."""
    if source.data.startswith(b"PK"):
        return source
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", source.data)
    return replace(source, data=target.getvalue())


def _parts(package: Package) -> Iterator[Iterator[Member]]:
    for name in package.names:
        if name.startswith("xl/worksheets/sheet"):
            yield embedded(package, package.relations(name))


def _flow(sheets: Iterator[SheetData], notes: _Notes) -> Iterator[Element]:
    for sheet in sheets:
        notes.names.append(sheet.name)
        notes.lines += sheet.notes
        notes.lines += _hidden(sheet)
        cells = Cells(sheet)
        if not sheet.rows and not sheet.remarked:
            continue
        yield NewPage(f"{sheet.name} (hidden sheet)" if sheet.hidden else sheet.name)
        yield Text(sheet.name, sheet.name, "heading", 2)
        yield Grid(cells, regions=regions_of(sheet, cells))
        for cell, kind, text in sheet.remarked:
            place = f"{sheet.name}!{cell}" if cell else sheet.name
            for index, line in enumerate(text.split("\n")):
                shown = line if index else f"[{kind} at {cell}] {line}" if cell else line
                yield Text(shown, f"{place}, {kind}", joined=index > 0)
        for cell, value in sheet.veiled:
            yield Hidden(value, f"hidden by its number format at {sheet.name}!{cell}")


def _hidden(sheet: SheetData) -> Iterator[str]:
    """What to say of what a sheet hides; only what holds something."""
    filled = {row.number - 1 for row in sheet.rows}
    rows = [row for row in sheet.hidden_rows if row in filled]
    veiled = set(sheet.hidden_columns)
    columns = {column for row in sheet.rows for column in row.columns if column in veiled}
    if sheet.hidden and sheet.rows:
        yield f"Sheet {sheet.name} is hidden in the file. It was read."
    if rows:
        shown = [f"{a + 1}–{b + 1}" if b > a else f"{a + 1}" for a, b in ranges(rows)]
        yield f"Hidden rows of sheet {sheet.name} were read: {_some(shown)}."
    if columns:
        names = [(column_name(a), column_name(b)) for a, b in ranges(sorted(columns))]
        shown = [f"{a}–{b}" if a != b else a for a, b in names]
        yield f"Hidden columns of sheet {sheet.name} were read: {_some(shown)}."


def _some(shown: list[str]) -> str:
    more = len(shown) - _SHOWN_RANGES
    return ", ".join(shown[:_SHOWN_RANGES]) + (f" and {more} more" if more > 0 else "")


def _by_calamine(source: Source) -> Iterator[SheetData]:
    """The sheets of the binary formats."""
    for sheet, rows in workbook(source, most_cells=xlsx.MOST_CELLS):
        for number, row in rows:
            texts = [(column, shown(value)) for column, value in row.items()]
            texts = [(column, text) for column, text in texts if text and not text.isspace()]
            if texts:
                columns, shown_texts = zip(*texts, strict=True)
                sheet.rows.append(SheetRow(number, columns, shown_texts))
        yield sheet


def shown(value: object) -> str:
    """A value of a cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain(repr(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)

"""Sheets of an Office Open XML workbook (xlsx, xlsm), cell by cell, as they are shown.

Values are those that were last calculated. What is read of a sheet streams: only its shown texts
are kept, so that a hundred thousand rows are no burden. Knows nothing of pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from casework.base.errors import DocumentError
from casework.documents.packed.package import Package
from casework.documents.readers.xlsx_beside import listed, remarked
from casework.documents.readers.xlsx_styles import Formats
from casework.documents.reading import Source, too_large
from casework.documents.sheets.data import SheetData, SheetRow, column_name, column_number

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_CELLS = 5_000_000
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_COLUMNS = 16_384
_TRUE = frozenset({"1", "true"})
_CHECK_EVERY = 2_000
_SHOWN_CELLS = 3


class _Book(NamedTuple):
    strings: list[str]
    formats: Formats
    calculates_on_load: bool


@dataclass(slots=True)
class _Formulas:
    """How many formulas a sheet has, and which of them have no value or 0."""

    count: int = 0
    zero: int = 0
    empty: list[str] = field(default_factory=list)


def sheets(package: Package, source: Source) -> Iterator[SheetData]:
    """The sheets of a workbook in their order; those that hold only a chart have a note alone."""
    main = next(
        (each.target for each in package.relations("").values() if each.kind == "officeDocument"),
        "xl/workbook.xml",
    )
    root = package.xml(main)
    if root is None:
        raise DocumentError(
            "The workbook is damaged: its main part is missing or unreadable.",
            fix="Save it anew from the program that made it.",
        )
    relations = package.relations(main)
    paths = {each.kind: each.target for each in relations.values()}
    properties, calculation = root.find(f"{_S}workbookPr"), root.find(f"{_S}calcPr")
    book = _Book(
        _strings(package, paths.get("sharedStrings", "xl/sharedStrings.xml")),
        Formats(
            package.xml(paths.get("styles", "xl/styles.xml")),
            from_1904=properties is not None and properties.get("date1904", "") in _TRUE,
        ),
        calculation is not None and calculation.get("fullCalcOnLoad", "") in _TRUE,
    )
    seen = 0
    for each in root.iter(f"{_S}sheet"):
        relation = relations.get(each.get(f"{_R}id", ""))
        sheet = SheetData(each.get("name", ""), each.get("state", "visible") != "visible")
        if relation is None or relation.kind != "worksheet":
            sheet.notes.append(f"Sheet {sheet.name} holds no cells (a chart, perhaps).")
        else:
            seen += _read(package, relation.target, sheet, book, source)
            if seen > MOST_CELLS:
                raise too_large(f"The workbook has more than {MOST_CELLS:,} filled cells.")
        yield sheet


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells share."""
    found: list[str] = []
    if part in package.names:
        for _, item in package.streamed(part, ["{*}si"]):
            found.append(_text(item))
            item.clear()
    return found


def _text(item: _Element) -> str:
    """A rich text; how it is pronounced (phonetic runs) is left out."""
    parts: list[str] = []
    for child in item:
        name = str(child.tag).rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [each.text or "" for each in child if str(each.tag).endswith("}t")]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(parts))


_ESCAPED = re.compile(r"_x00([0-9A-Fa-f]{2})_")
"""Control characters in texts; carriage returns mostly."""


def _read(package: Package, part: str, sheet: SheetData, book: _Book, source: Source) -> int:
    """Put the cells of a part into the sheet; how many there are."""
    if part.lower() not in map(str.lower, package.names):
        sheet.notes.append(f"Sheet {sheet.name} is missing from the file.")
        return 0
    formulas = _Formulas()
    handlers: dict[str, Callable[[_Element], None]] = {
        "col": lambda element: _column(element, sheet),
        "pane": lambda element: _pane(element, sheet),
        "mergeCell": lambda element: _merge(element, sheet),
    }
    number = seen = 0
    for _, element in package.streamed(part, ["{*}row", *(f"{{*}}{name}" for name in handlers)]):
        name = str(element.tag).rpartition("}")[2]
        if name != "row":
            handlers[name](element)
            continue
        number = _whole(element.get("r")) or number + 1
        if element.get("hidden") in _TRUE:
            sheet.hidden_rows.append(number - 1)
        row = _row(element, number, sheet, book, formulas)
        element.clear()
        if row.columns:
            sheet.rows.append(row)
            seen += len(row.columns)
        if number % _CHECK_EVERY == 0:
            source.check_time()
        if seen > MOST_CELLS:
            raise too_large(f"The workbook has more than {MOST_CELLS:,} filled cells.")
    if any(one.number >= two.number for one, two in pairwise(sheet.rows)):
        sheet.rows = _in_order(sheet.rows)
    _note_formulas(sheet, formulas, book)
    relations = package.relations(part)
    sheet.remarked += remarked(package, relations)
    sheet.listed += listed(package, relations)
    return seen


def _row(
    element: _Element, number: int, sheet: SheetData, book: _Book, formulas: _Formulas
) -> SheetRow:
    columns: list[int] = []
    texts: list[str] = []
    column = -1
    for cell in element:
        found = _CELL.fullmatch(cell.get("r") or "")
        column = column_number(found[1]) if found else column + 1
        if column >= _MOST_COLUMNS or not str(cell.tag).endswith("}c"):
            continue
        value, formula, inline = None, False, None
        for child in cell:
            name = str(child.tag).rpartition("}")[2]
            if name == "v":
                value = child.text
            elif name == "f":
                formula = True
            elif name == "is":
                inline = _text(child)
        kind = cell.get("t") or "n"
        if formula:
            formulas.count += 1
            formulas.zero += value == "0"
            if not value and kind != "str":
                formulas.empty.append(f"{column_name(column)}{number}")
        text = inline if inline is not None else _shown(value, kind, cell.get("s"), book)
        if text == "" and value not in (None, "", "0") and kind in ("n", "s"):
            sheet.veiled.append((f"{column_name(column)}{number}", value or ""))
        if text and not text.isspace():
            columns.append(column)
            texts.append(text)
    if any(one >= two for one, two in pairwise(columns)):
        pairs = sorted(dict(zip(columns, texts, strict=True)).items())
        columns, texts = [at for at, _ in pairs], [text for _, text in pairs]
    return SheetRow(number, columns, texts)


def _shown(value: str | None, kind: str, style: str | None, book: _Book) -> str:
    """A value as it is shown. Kinds: ECMA-376, 18.18.11."""
    if value is None:
        return ""
    if kind == "s":
        at = _whole(value)
        return book.strings[at] if at < len(book.strings) else ""
    if kind == "n":
        return book.formats.shown(value, style)
    if kind == "b":
        return "TRUE" if value.strip() in _TRUE else "FALSE"
    if kind == "d":
        return value.removesuffix("T00:00:00").replace("T", " ")
    return value


def _in_order(rows: list[SheetRow]) -> list[SheetRow]:
    """Rows by their number, as only files of careless programs need it; a later one wins."""
    return [row for _, row in sorted({row.number: row for row in rows}.items())]


def _note_formulas(sheet: SheetData, formulas: _Formulas, book: _Book) -> None:
    fix = "Open the file in a spreadsheet program, save it, and add it again."
    if formulas.empty:
        shown = ", ".join(f"{sheet.name}!{cell}" for cell in formulas.empty[:_SHOWN_CELLS])
        sheet.notes.append(
            f"{len(formulas.empty)} formulas of sheet {sheet.name} were never calculated and have "
            f"no value ({shown}). {fix}"
        )
    elif formulas.count and formulas.zero == formulas.count and book.calculates_on_load:
        sheet.notes.append(
            f"All {formulas.count} formulas of sheet {sheet.name} have the value 0: the program "
            f"that wrote the file has probably not calculated them. {fix}"
        )


def _column(element: _Element, sheet: SheetData) -> None:
    if element.get("hidden") in _TRUE:
        first, last = _whole(element.get("min")), _whole(element.get("max"))
        sheet.hidden_columns += range(first - 1, min(last, _MOST_COLUMNS))


def _pane(element: _Element, sheet: SheetData) -> None:
    if element.get("state") in ("frozen", "frozenSplit"):
        sheet.frozen_rows = _whole((element.get("ySplit") or "").partition(".")[0])
        sheet.frozen_columns = _whole((element.get("xSplit") or "").partition(".")[0])


def _merge(element: _Element, sheet: SheetData) -> None:
    first, _, last = (element.get("ref") or "").partition(":")
    start, end = _CELL.fullmatch(first), _CELL.fullmatch(last)
    if start and end:
        top, left = int(start[2]) - 1, column_number(start[1])
        down, across = int(end[2]) - top, column_number(end[1]) - left + 1
        if down > 0 and across > 0:
            sheet.merged[top, left] = (down, min(across, _MOST_COLUMNS))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0

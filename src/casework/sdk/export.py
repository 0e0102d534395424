"""A worksheet as a file: CSV, Excel, JSON or Parquet. Formulas hidden in values are neutralised."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.sdk.frame import CELL_COLUMNS, cells_frame
from casework.sdk.row_tables import row_tables
from casework.sdk.views import CellView, RowView, TableView
from casework.sdk.written import save_view, views_of
from casework.types.values import Json

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

FORMATS = ("csv", "xlsx", "json", "parquet")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also the full-width forms, which some spreadsheets read as the signs themselves."""
_WIDEST = 60
_SHEET_LETTERS = 31
_MOST_LETTERS = 32_767
_MOST_LINES = 1_048_576
"""What the name of a sheet, a cell and a sheet of Excel hold at most."""
_TIMES = ("Arrived (UTC)", "Answered (UTC)", "Decided (UTC)")
_NUMERIC = ("number", "percent", "money")


def export(view: TableView, path: Path, format: str = "") -> Path:
    """Write the table; the format comes from the name of the file unless it is given."""
    kind = (format or path.suffix.lstrip(".")).lower()
    if kind not in FORMATS:
        raise UsageError(
            f"{path.name}: casework does not write {kind or 'files without an ending'}.",
            fix=f"Use one of {', '.join(FORMATS)}.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        _WRITERS[kind](view, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    if kind == "csv":
        for table in row_tables(view):
            _csv(table.view, path.with_name(f"{path.stem}.{table.path}{path.suffix}"))
    beside = documents_beside(path)
    for row in view.rows:
        for document in views_of(row, view.columns):
            save_view(document, beside)
    return path


def documents_beside(path: Path) -> Path:
    """The folder that the written documents of an exported table go to."""
    return path.with_name(f"{path.stem}-documents")


def neutral(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv(view: TableView, path: Path) -> None:
    units = _units(view)
    with path.open("w", newline="", encoding="utf-8-sig") as sink:
        writer = csv.writer(sink)
        writer.writerow([neutral(title) for title in _titles(view, units)])
        for row in view.rows:
            cells = [_csv_text(cell, unit) for cell, unit in zip(row.cells, units, strict=True)]
            stale = _outdated(row)
            writer.writerow([neutral(row.case.name), *cells, _needs(row), stale, *_times(row)])


def _csv_text(cell: CellView, unit: str | None) -> str:
    number = _number(cell, unit)
    return neutral(_text(cell)) if number is None else str(number)


def _text(cell: CellView) -> str:
    """What stands in a cell of the table; what is hidden says so, or it would look empty."""
    return cell.reason if cell.hidden else cell.shown


def _titles(view: TableView, units: Sequence[str | None]) -> list[str]:
    named = zip(view.columns, units, strict=True)
    columns = [f"{step.name} ({unit})" if unit else step.name for step, unit in named]
    return ["Case", *columns, "Needs a person", "Out of date", *_TIMES]


def _units(view: TableView) -> list[str | None]:
    """The unit that a column can be written in as plain numbers: its one currency, `%`, or ''.
    None when it holds no numbers, or several currencies."""
    units: list[str | None] = []
    for place, step in enumerate(view.columns):
        values = [row.cells[place].value for row in view.rows]
        money = {
            str(v["currency"] or "") for v in values if isinstance(v, dict) and "currency" in v
        }
        if step.type.many or step.type.name not in _NUMERIC:
            units.append(None)
        elif step.type.name == "money":
            units.append(money.pop() if len(money) == 1 else None)
        else:
            units.append("%" if step.type.name == "percent" else "")
    return units


def _number(cell: CellView, unit: str | None) -> Decimal | None:
    """The plain number of a cell in a column of this unit; None when it holds none."""
    if unit is None or cell.value is None:
        return None
    amount = cell.value.get("amount") if isinstance(cell.value, dict) else cell.value
    return Decimal(str(amount))


def _needs(row: RowView) -> str:
    return neutral("; ".join(f"{cell.step_name}: {cell.needs}" for cell in row.cells if cell.needs))


def _outdated(row: RowView) -> str:
    told = (f"{cell.step_name}: {cell.outdated}" for cell in row.cells if cell.outdated)
    return neutral("; ".join(told))


def _times(row: RowView) -> tuple[str, ...]:
    case = row.case
    return case.arrived_at, case.answered_at, case.decided_at


def _json(view: TableView, path: Path) -> None:
    told = {
        "worksheet": view.worksheet.name,
        "procedure_version": view.worksheet.procedure_version,
        "cases": [
            {
                "case": row.case.name,
                "id": row.case.id,
                "arrived_at": row.case.arrived_at or None,
                "answered_at": row.case.answered_at or None,
                "decided_at": row.case.decided_at or None,
                **row_json(row),
            }
            for row in view.rows
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


def row_json(row: RowView) -> dict[str, Json]:
    """The cells of a case by step id, and the rows of its tables by the id of the table."""
    told: dict[str, Json] = {"cells": {cell.step_id: cell_json(cell) for cell in row.cells}}
    if row.nested:
        told["rows"] = {
            table.step.id: [
                {"row": one.case.name, "id": one.case.id, **row_json(one)} for one in table.rows
            ]
            for table in row.nested
        }
    return told


def cell_json(cell: CellView) -> dict[str, Json]:
    """A cell as JSON: value, state, proof with its places, and who decided."""
    proof = dataclasses.asdict(cell.proof)
    told: dict[str, Json] = {
        "name": cell.step_name,
        "state": cell.state,
        "value": cell.value,
        "shown": cell.shown,
        "absence": cell.absence or None,
        "reason": cell.reason,
        "since": cell.since,
        "proof": json.loads(json.dumps(proof)),
        "needs_person": cell.needs or None,
        "provisional": cell.provisional or None,
        "flags": list(cell.flags),
        "out_of_date": cell.outdated or None,
        "proposed": cell.proposed_shown or None,
        "verdict": dataclasses.asdict(cell.verdict) if cell.verdict else None,
        "model": cell.model or None,
        "confidence": cell.confidence,
        "sureness": cell.sureness or None,
    }
    if cell.readers is not None:
        told["readers"] = [*sorted(cell.readers)]
    if cell.hidden:
        told["hidden"] = True
    return told


def _parquet(view: TableView, path: Path) -> None:
    from arro3.io import write_parquet

    write_parquet(cells_frame(view), str(path))


def _xlsx(view: TableView, path: Path) -> None:
    import xlsxwriter

    lines = max(len(view.rows), sum(1 for row in view.rows for _ in row.every)) + 1
    if lines > _MOST_LINES:
        raise UsageError(
            f"The worksheet needs {lines:,} lines; a sheet of Excel has {_MOST_LINES:,}.",
            fix="Export it as csv, json or parquet.",
        )
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        _values_sheet(book, view, "Values")
        for number, table in enumerate(row_tables(view), 1):
            _values_sheet(book, table.view, _sheet_name(table.title, number))
        _proof_sheet(book, view)


def _sheet_name(title: str, number: int) -> str:
    """A name that Excel takes for a sheet, unlike all others."""
    plain = "".join(letter if letter not in "[]:*?/\\'" else " " for letter in title)
    return f"{number} {plain}"[:_SHEET_LETTERS].strip()


def _values_sheet(book: Workbook, view: TableView, name: str) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    look = book.add_format({"bg_color": "#FFF2CC"})
    units = _units(view)
    titles = _titles(view, units)
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(view.rows, 1):
        sheet.write_string(line, 0, _fitting(row.case.name))
        for column, (cell, unit) in enumerate(zip(row.cells, units, strict=True), 1):
            number, format = _number(cell, unit), look if cell.needs else None
            if number is None:
                sheet.write_string(line, column, _fitting(_text(cell)), format)
            else:
                sheet.write_number(line, column, float(number), format)
        last = len(row.cells) + 1
        for column, text in enumerate((_needs(row), _outdated(row), *_times(row)), last):
            sheet.write_string(line, column, _fitting(text))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(view.rows)), len(titles) - 1)
    sheet.autofit(_WIDEST * 7)


def _fitting(text: str) -> str:
    """Text as a cell of Excel takes it: no formula, and cut with a word where it is too long."""
    told = neutral(text)
    if len(told) <= _MOST_LETTERS:
        return told
    note = f" … [cut: {len(text):,} letters; json and csv hold all of them]"
    return told[: _MOST_LETTERS - len(note)] + note


def _proof_sheet(book: Workbook, view: TableView) -> None:
    sheet = book.add_worksheet("Proof")
    bold = book.add_format({"bold": True, "bottom": 1})
    table = cells_frame(view)
    for column, title in enumerate(CELL_COLUMNS):
        sheet.write_string(0, column, title.replace("_", " "), bold)
        for line, item in enumerate(table.column(title).to_pylist(), 1):
            if isinstance(item, int | float):
                sheet.write_number(line, column, item)
            elif item is not None:
                sheet.write_string(line, column, _fitting(str(item)))
    sheet.freeze_panes(1, 3)


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "json": _json, "parquet": _parquet}

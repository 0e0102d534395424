"""A worksheet as a file: CSV, Excel, JSON or Parquet. Formulas hidden in values are neutralised."""

from __future__ import annotations

import csv
import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from casework.base.errors import UsageError
from casework.sdk.frame import CELL_COLUMNS, cells_frame
from casework.sdk.views import CellView, RowView, TableView
from casework.types.values import Json

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Format_ = Literal["csv", "xlsx", "json", "parquet"]
FORMATS: tuple[str, ...] = get_args(Format_)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


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
    return path


def neutral(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv(view: TableView, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as sink:
        writer = csv.writer(sink)
        writer.writerow(["Case", *(neutral(step.name) for step in view.columns), "Needs a person"])
        for row in view.rows:
            cells = [_csv_text(cell) for cell in row.cells]
            writer.writerow([neutral(row.case.name), *cells, _needs(row)])


def _csv_text(cell: CellView) -> str:
    number = _plain_number(cell.value)
    return (
        str(number)
        if number is not None and not isinstance(cell.value, dict)
        else neutral(cell.shown)
    )


def _needs(row: RowView) -> str:
    return neutral("; ".join(f"{cell.step_name}: {cell.needs}" for cell in row.cells if cell.needs))


def _json(view: TableView, path: Path) -> None:
    told = {
        "worksheet": view.worksheet.name,
        "procedure_version": view.worksheet.procedure_version,
        "cases": [
            {
                "case": row.case.name,
                "id": row.case.id,
                "cells": {cell.step_id: cell_json(cell) for cell in row.cells},
            }
            for row in view.rows
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


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
        "verdict": dataclasses.asdict(cell.verdict) if cell.verdict else None,
        "model": cell.model or None,
    }
    return told


def _parquet(view: TableView, path: Path) -> None:
    from arro3.io import write_parquet

    write_parquet(cells_frame(view), str(path))


def _xlsx(view: TableView, path: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        _values_sheet(book, view)
        _proof_sheet(book, view)


def _values_sheet(book: Workbook, view: TableView) -> None:
    sheet = book.add_worksheet("Values")
    bold = book.add_format({"bold": True, "bottom": 1})
    look = book.add_format({"bg_color": "#FFF2CC"})
    titles = ["Case", *(step.name for step in view.columns), "Needs a person"]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(view.rows, 1):
        sheet.write_string(line, 0, row.case.name)
        for column, cell in enumerate(row.cells, 1):
            _write(sheet, line, column, cell, look if cell.needs else None)
        sheet.write_string(line, len(titles) - 1, _needs(row))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(view.rows)), len(titles) - 1)
    sheet.autofit(_WIDEST * 7)


def _write(sheet: Worksheet, line: int, column: int, cell: CellView, format: Format | None) -> None:
    number = _plain_number(cell.value)
    if number is not None and cell.state == "value":
        sheet.write_number(line, column, float(number), format)
    else:
        sheet.write_string(line, column, neutral(cell.shown), format)


def _plain_number(value: Json) -> Decimal | None:
    """The number that a spreadsheet should hold: of a number, a percentage or money."""
    raw = value.get("amount") if isinstance(value, dict) and "currency" in value else None
    return Decimal(raw) if isinstance(raw, str) else None


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
                sheet.write_string(line, column, neutral(str(item)))
    sheet.freeze_panes(1, 3)


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "json": _json, "parquet": _parquet}

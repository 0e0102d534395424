"""Cells and spans as Arrow tables: for pandas, Polars, DuckDB and Parquet.

An Arrow table here is an `arro3.core.Table`; whatever speaks the Arrow PyCapsule interface takes it
as it is (`polars.DataFrame(table)`, `pandas.DataFrame.from_arrow(table)`, `pyarrow.table(table)`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from casework.sdk.views import CellView, TableView

if TYPE_CHECKING:
    from arro3.core import DataType, Table

    from casework.store.spans import CellSpan

CELL_COLUMNS = (
    "worksheet",
    "case",
    "step",
    "type",
    "state",
    "value",
    "shown",
    "absence",
    "reason",
    "proof",
    "needs_person",
    "verdict",
    "document",
    "page",
    "place",
    "quote",
    "grade",
    "support",
    "model",
    "cost_usd",
    "since",
)
SPAN_COLUMNS = (
    "worksheet",
    "case",
    "step",
    "run",
    "name",
    "started_ns",
    "duration_ns",
    "status",
    "attributes",
)


def cells_frame(view: TableView) -> Table:
    """One row a cell: value as JSON text, proof and first citation beside it; strings mostly."""
    types = {step.id: step.type.name for step in view.columns}
    rows = [
        _cell_row(view.worksheet.name, types[cell.step_id], cell)
        for row in view.rows
        for cell in row.cells
    ]
    return table_of(CELL_COLUMNS, rows)


def wide_frame(view: TableView) -> Table:
    """One row a case, one column a step, values as shown."""
    names = ("case", *(step.name for step in view.columns))
    rows = [(row.case.name, *(cell.shown or None for cell in row.cells)) for row in view.rows]
    return table_of(names, rows)


def spans_frame(worksheet: str, names: Mapping[str, str], spans: Sequence[CellSpan]) -> Table:
    """One row a span; `names` maps ids of cases to their names."""
    rows = [
        (
            worksheet,
            names.get(found.case_id, found.case_id),
            found.step_id,
            found.run_id,
            found.span.name,
            found.span.started_ns,
            found.span.duration_ns,
            found.span.status,
            json.dumps(found.span.attributes, ensure_ascii=False),
        )
        for found in spans
    ]
    return table_of(SPAN_COLUMNS, rows)


def table_of(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Table:
    """An Arrow table of these rows; a column is text, whole numbers, numbers or yes/no by what it
    holds."""
    from arro3.core import Array, DataType, Table

    columns: dict[str, object] = {}
    for place, name in enumerate(names):
        items = [row[place] for row in rows]
        kind = _arrow_type(items, DataType)
        columns[_free(name, columns)] = Array(items, type=kind)
    return Table.from_pydict(columns)  # type: ignore[arg-type]


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _arrow_type(items: Sequence[object], kinds: type[DataType]) -> DataType:
    held = {type(item) for item in items if item is not None}
    if held and held <= {bool}:
        return kinds.bool()
    if held and held <= {int}:
        return kinds.int64()
    if held and held <= {int, float}:
        return kinds.float64()
    return kinds.string()


def _cell_row(worksheet: str, type_name: str, cell: CellView) -> tuple[object, ...]:
    cited = cell.proof.citations[0] if cell.proof.citations else None
    value = None if cell.value is None else json.dumps(cell.value, ensure_ascii=False)
    return (
        worksheet,
        cell.case_name,
        cell.step_name,
        type_name,
        cell.state,
        value,
        cell.shown or None,
        cell.absence or None,
        cell.reason or None,
        cell.proof_word,
        cell.needs or None,
        cell.verdict.kind if cell.verdict else None,
        cited.document_name if cited else None,
        cited.page if cited else None,
        cited.place or None if cited else None,
        cited.quote if cited else None,
        cited.grade if cited else None,
        cited.support if cited else None,
        cell.model or None,
        cell.usage.cost_usd,
        cell.since or None,
    )

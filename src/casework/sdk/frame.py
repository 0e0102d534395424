"""Cells and spans as Arrow tables: for Polars, DuckDB, pandas and Parquet.

An Arrow table here is an `arro3.core.Table`. What speaks the Arrow PyCapsule interface takes it as
it is: `polars.DataFrame(table)`, `pyarrow.table(table)`. pandas 3 does so where pyarrow is
installed (`pandas.DataFrame.from_arrow(table)`); without it, `pandas.DataFrame(columns(table))`.

A column has its type by its name, whatever the rows hold.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from casework.sdk.views import CellView, RowView, TableView
from casework.types.case import CaseRecord
from casework.types.procedure import Step
from casework.types.values import Json, ValueType

if TYPE_CHECKING:
    from arro3.core import Array, DataType, RecordBatchReader, Table

    from casework.store.spans import CellSpan

Kind = Literal["text", "whole", "number"]

CELL_COLUMNS: Mapping[str, Kind] = {
    "worksheet": "text",
    "case": "text",
    "step": "text",
    "type": "text",
    "state": "text",
    "value": "text",
    "shown": "text",
    "number": "number",
    "unit": "text",
    "absence": "text",
    "reason": "text",
    "proof": "text",
    "needs_person": "text",
    "verdict": "text",
    "document": "text",
    "page": "whole",
    "place": "text",
    "quote": "text",
    "grade": "text",
    "support": "text",
    "confidence": "number",
    "sureness": "text",
    "model": "text",
    "cost_usd": "number",
    "since": "text",
    "arrived_at": "text",
    "answered_at": "text",
    "decided_at": "text",
    "flags": "text",
    "out_of_date": "text",
}
SPAN_COLUMNS: Mapping[str, Kind] = {
    "worksheet": "text",
    "case": "text",
    "step": "text",
    "run": "text",
    "name": "text",
    "started_ns": "whole",
    "duration_ns": "whole",
    "status": "text",
    "attributes": "text",
}
_PERCENT = "%"


def cells_frame(view: TableView) -> Table:
    """One row a cell: value as JSON text, proof and first citation beside it.

    The rows of tables follow their case, under the name of the row (`acme/Lines/3`).
    `number` is the value of a number, percent (percentage points), money or quantity, `unit` its
    currency, `%` or unit; both are null for other types and for sets.
    """
    return _table(CELL_COLUMNS, list(cell_lines(view)))


def cell_lines(view: TableView) -> Iterator[tuple[object, ...]]:
    """The lines of that table, one a cell, in the order of `CELL_COLUMNS`."""
    for row in view.rows:
        for step, cell in _with_rows(row, view.columns):
            yield (
                *_cell_row(view.worksheet.name, step.type, cell), *_times(row.case), *_flags(cell)
            )  # fmt: skip


def cells_reader(lines: Iterable[Sequence[tuple[object, ...]]]) -> RecordBatchReader:
    """The same table as a stream that is read as it is asked for; `lines` come in batches."""
    from arro3.core import Field, RecordBatch, RecordBatchReader, Schema

    types = _types()
    schema = Schema([Field(name, types[kind]) for name, kind in CELL_COLUMNS.items()])
    made = (RecordBatch.from_arrays(_arrays(CELL_COLUMNS, some), schema=schema) for some in lines)
    return RecordBatchReader.from_batches(schema, made)


def _with_rows(row: RowView, columns: Sequence[Step]) -> Iterator[tuple[Step, CellView]]:
    """The cells of a case, then those of the rows of its tables, each with its step."""
    yield from zip(columns, row.cells, strict=True)
    for table in row.nested:
        for inner in table.rows:
            yield from _with_rows(inner, table.columns)


def wide_frame(view: TableView) -> Table:
    """One row a case, one column a step, values as shown."""
    names: dict[str, Kind] = {}
    for name in ("case", *(step.name for step in view.columns)):
        names[_free(name, names)] = "text"
    rows = [(row.case.name, *(cell.shown or None for cell in row.cells)) for row in view.rows]
    return _table(names, rows)


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
    return _table(SPAN_COLUMNS, rows)


def columns(table: Table) -> dict[str, list[object]]:
    """The columns of an Arrow table as lists, for what takes no Arrow (pandas without pyarrow)."""
    return {name: list(table.column(name).to_pylist()) for name in table.column_names}


def _table(kinds: Mapping[str, Kind], rows: Sequence[tuple[object, ...]]) -> Table:
    from arro3.core import Table

    return Table.from_pydict(dict(zip(kinds, _arrays(kinds, rows), strict=True)))


def _arrays(kinds: Mapping[str, Kind], rows: Sequence[tuple[object, ...]]) -> list[Array]:
    from arro3.core import Array

    types = _types()
    return [
        Array([row[place] for row in rows], type=types[kind])
        for place, kind in enumerate(kinds.values())
    ]


def _types() -> Mapping[Kind, DataType]:
    from arro3.core import DataType

    return {"text": DataType.string(), "whole": DataType.int64(), "number": DataType.float64()}


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def _cell_row(worksheet: str, type: ValueType, cell: CellView) -> tuple[object, ...]:
    cited = cell.proof.citations[0] if cell.proof.citations else None
    value = None if cell.value is None else json.dumps(cell.value, ensure_ascii=False)
    return (
        worksheet,
        cell.case_name,
        cell.step_name,
        type.name,
        cell.state,
        value,
        cell.shown or None,
        *_number(cell.value, type),
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
        cell.confidence,
        cell.sureness or None,
        cell.model or None,
        cell.usage.cost_usd,
        cell.since or None,
    )


def _times(case: CaseRecord) -> tuple[str | None, ...]:
    """When a case arrived, was first answered, and since when it is decided."""
    return case.arrived_at or None, case.answered_at or None, case.decided_at or None


def _flags(cell: CellView) -> tuple[str | None, str | None]:
    return ", ".join(cell.flags) or None, cell.outdated or None


def _number(value: Json, type: ValueType) -> tuple[float | None, str | None]:
    """The number of a value and its unit; (None, None) where it is none."""
    if value is None or type.many or type.name not in ("number", "percent", "money", "quantity"):
        return None, None
    amount: Json = value
    unit: Json = None
    if isinstance(value, dict):
        amount, unit = value.get("amount"), value.get("currency") or value.get("unit")
    elif type.name == "percent":
        unit = _PERCENT
    number = float(str(amount))
    return (number if math.isfinite(number) else None), str(unit) if unit else None

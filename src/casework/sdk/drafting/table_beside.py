"""A table as a draft has it beside the one in force: which rows came, went and changed. Rows are
known by what stands in them, as everywhere. Reads no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from casework.engine.matching import Former, match
from casework.sdk.drafting.views import Beside, ColumnBeside, RowBeside, TableBeside, ValueBeside
from casework.types.values import Field, Json, ValueType
from casework.values.show import show

MOST_ROWS = 500
"""Rows of a table that are compared; of a longer one the first ones are."""


def table_beside(
    old: Json, new: Json, old_type: ValueType | None, new_type: ValueType
) -> TableBeside:
    """Two values of a table beside each other; what is no list of rows (an absence, a value of
    another type) has none."""
    before = {one.name: one for one in old_type.fields} if old_type else {}
    after = {one.name: one for one in new_type.fields}
    columns = [_column(name, before, after) for name in {**after, **before}]
    olds, news = _rows(old), _rows(new)
    formers = [Former(str(at), row) for at, row in enumerate(olds)]
    matched = [int(id) if id else None for id in match(formers, news)]
    told = []
    for place, (at, row) in enumerate(zip(matched, news, strict=True), 1):
        former = olds[at] if at is not None else None
        told.append(_row(place, former, row, columns, before, after))
    kept = set(matched)
    gone = [
        _row(at + 1, row, None, columns, before, after)
        for at, row in enumerate(olds)
        if at not in kept
    ]
    return TableBeside(tuple(columns), (*told, *gone))


def _column(name: str, before: dict[str, Field], after: dict[str, Field]) -> ColumnBeside:
    kind: Beside = "same"
    if name not in before:
        kind = "added"
    elif name not in after:
        kind = "gone"
    return ColumnBeside(name, kind)


def _row(
    place: int,
    old: dict[str, Json] | None,
    new: dict[str, Json] | None,
    columns: Sequence[ColumnBeside],
    before: dict[str, Field],
    after: dict[str, Field],
) -> RowBeside:
    values = []
    for column in columns:
        was = _shown(old, before.get(column.name))
        now = _shown(new, after.get(column.name))
        values.append(ValueBeside(was, now))
    kind: Literal["same", "changed", "added", "gone"] = "same"
    if old is None:
        kind = "added"
    elif new is None:
        kind = "gone"
    elif any(
        not value.same
        for column, value in zip(columns, values, strict=True)
        if column.kind == "same"
    ):
        kind = "changed"
    return RowBeside(kind, place, tuple(values))


def _shown(row: dict[str, Json] | None, field: Field | None) -> str:
    if row is None or field is None:
        return ""
    return show(row.get(field.name), field.type)


def _rows(value: Json) -> list[dict[str, Json]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict)][:MOST_ROWS]

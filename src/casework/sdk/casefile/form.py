"""Lays the fields of a case out as a form: what the documents say, amounts, checks and decisions,
tables, and what was written. Fields keep the order of the procedure within their section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from casework.sdk.casefile.fields import FieldMaker
from casework.sdk.casefile.views import FieldView, Section, TableRow
from casework.sdk.nested import CaseTree
from casework.sdk.rights import Rights
from casework.sdk.views import NestedView, RowView
from casework.types.procedure import Step

AMOUNTS = ("money", "number", "percent")
_DOCUMENT, _TABLES = "document", ("table", "record")
_FACTS, _AMOUNTS, _DECIDED, _WRITTEN = "facts", "amounts", "decided", "written"
_TITLES = {
    _FACTS: "From the documents",
    _AMOUNTS: "Amounts",
    _DECIDED: "Checks and decisions",
    _WRITTEN: "Written",
}
_MOST_ROWS = 100
"""Rows of a table that are laid out; the sheet shows all."""


def sections_of(tree: CaseTree, row: RowView, rights: Rights, at: str = "") -> tuple[Section, ...]:
    """The form of a case, or of a row, whose views these are. `at` stands before the ids of its
    sections."""
    maker = FieldMaker(tree, {cell.step_id: cell for cell in row.cells}, rights)
    held: dict[str, list[FieldView]] = {key: [] for key in (_FACTS, _AMOUNTS, _DECIDED, _WRITTEN)}
    tables: list[Section] = []
    nested = {view.step.id: view for view in row.nested}
    for step in tree.procedure.steps:
        field = maker.field(step)
        if step.id in nested:
            tables.append(_table(tree, field, nested[step.id], rights, at))
        elif step.type.name in _TABLES:
            tables.append(Section(f"{at}{step.id}-table", step.name, (field,)))
        else:
            held[_kind(step)].append(field)
    found = [
        Section(f"{at}{key}", _TITLES[key], tuple(fields), amounts=key == _AMOUNTS)
        for key, fields in held.items()
        if fields
    ]
    at_amounts = [_with_unit(one) if one.amounts else one for one in found]
    written = [one for one in at_amounts if one.id == f"{at}{_WRITTEN}"]
    return (*(one for one in at_amounts if one not in written), *tables, *written)


def _kind(step: Step) -> str:
    if step.type.name == _DOCUMENT:
        return _WRITTEN
    if step.type.name in AMOUNTS and not step.type.many:
        return _AMOUNTS
    return _FACTS if step.by in ("document", "lookup", "given") else _DECIDED


def _with_unit(section: Section) -> Section:
    """The section with the currency in its heading where all of it is in one."""
    found = {unit for field in section.fields if (unit := _currency(field))}
    every = [field for field in section.fields if field.cell.shown]
    if len(found) != 1 or len(every) < 2 or not all(_currency(field) for field in every):
        return section
    unit = found.pop()
    fields = tuple(
        replace(field, shown=field.cell.shown.removeprefix(f"{unit} ")) for field in section.fields
    )
    return replace(section, fields=fields, unit=unit)


def _currency(field: FieldView) -> str:
    value = field.cell.value
    told = value.get("currency") if isinstance(value, dict) else None
    return told if field.step.type.name == "money" and isinstance(told, str) else ""


def _table(
    tree: CaseTree, field: FieldView, nested: NestedView, rights: Rights, at: str
) -> Section:
    """The rows of a table that have steps of their own."""
    families = tree.families.get(nested.step.id, [])
    inside = list(zip(families, nested.rows, strict=False))[:_MOST_ROWS]
    rows = tuple(_rows(inside, rights, at))
    more = max(0, len(nested.rows) - len(rows))
    id = f"{at}{nested.step.id}-table"
    return Section(id, nested.step.name, (field,), columns=nested.columns, rows=rows, more=more)


def _rows(
    inside: Sequence[tuple[CaseTree, RowView]], rights: Rights, at: str
) -> Iterator[TableRow]:
    for number, (tree, row) in enumerate(inside, 1):
        maker = FieldMaker(tree, {cell.step_id: cell for cell in row.cells}, rights)
        fields = tuple(maker.field(step) for step in tree.procedure.steps)
        deeper = tuple(
            _table(tree, field, nested, rights, f"{at}{tree.case.id}-")
            for field in fields
            for nested in row.nested
            if nested.step.id == field.step.id
        )
        yield TableRow(tree.case.id, row.case.name or str(number), fields, deeper)

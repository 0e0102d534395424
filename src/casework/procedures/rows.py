"""What a table has besides its value: the columns that its rows fill, and the pages of each row."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.keys import Settings
from casework.procedures.names import fold, listed, nearest
from casework.procedures.references import Names
from casework.types.nesting import DOT, path_of
from casework.types.procedure import GIVEN, Step
from casework.types.values import ValueType


def given_columns(type: ValueType, line: int = 0) -> tuple[Step, ...]:
    """The columns of a table as steps of its rows; none for other types."""
    if type.name != "table":
        return ()
    return tuple(
        Step(
            slug(column.name),
            column.name,
            column.type,
            GIVEN,
            column.instruction,
            column.name,
            line=line,
        )
        for column in type.fields
    )


def tables_read(references: Sequence[str], names: Names, tables: tuple[str, ...]) -> Iterator[str]:
    """The paths of the tables that dotted references go through."""
    for reference in references:
        *through, _ = reference.split(DOT)
        if not through:
            continue
        scope, around = names, tables
        while through[0] not in scope.tables and scope.outer is not None:
            scope, around = scope.outer, around[:-1]
        for depth in range(1, len(through) + 1):
            yield path_of((*around, *through[:depth]))


def with_rows_read(step: Step, read: Container[str], around: tuple[str, ...] = ()) -> Step:
    """The step without columns of its own where its rows have no steps and nobody reads them: it
    is then one value and no more."""
    if not step.nested:
        return step
    here = (*around, step.id)
    nested = tuple(with_rows_read(one, read, here) for one in step.nested)
    alone = all(one.by == GIVEN for one in nested) and not step.split
    return replace(step, nested=() if alone and path_of(here) not in read else nested)


def split_of(settings: Settings, type: ValueType, name: str, findings: Findings) -> str:
    """The id of the column that says which pages belong to a row; '' for none."""
    if "split" not in settings.lines or "split" in settings.broken:
        return ""
    here = findings.at(settings.lines["split"])
    if type.name != "table":
        here.add(
            "procedure.key_not_for",
            f"split: says nothing here, because {name} is no table.",
            "Give it rows, such as - type: table: Pages.",
        )
        return ""
    columns = {fold(column.name): column for column in type.fields}
    column = columns.get(fold(settings.split))
    if column is None:
        names = [one.name for one in type.fields]
        near = nearest(settings.split, names)
        fix = f"Did you mean {near}? " if near else f"It has {listed(names, 'and')}. "
        here.add(
            "procedure.unknown_column",
            f"{name} has no column {settings.split!r}.",
            f"{fix}The column says which pages belong to a row, such as 3-5.",
        )
        return ""
    if column.type.name != "text" or column.type.many:
        here.add(
            "procedure.bad_value",
            f"The column {column.name} holds no text, so no pages can be read from it.",
            f"Write it without a type: - type: table: {column.name}.",
        )
        return ""
    return slug(column.name)

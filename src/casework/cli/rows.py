"""Rows of tables drawn below their case, or by themselves: a table with its title."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from casework.cli.grid import names_of, spread, table_lines
from casework.cli.signs import QUIET
from casework.cli.terminal import join, said
from casework.cli.words import many

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import NestedView, RowView, TableView

MOST = 20
_INDENT = 2


def draw_rows(console: Console, view: TableView, row: RowView, *, title: str = "") -> None:
    """The rows of all tables of a case, each table below its name, tables in rows further below."""
    from casework.cli.form import draw_blocks

    names = names_of(view)
    for table in row.nested:
        name = f"{title}{table.step.name}"
        shown = as_table(view, table)
        console.print()
        console.print(join(said(name, "bold"), said(f"  {many(len(table.rows), 'row')}", QUIET)))
        if not table.rows:
            continue
        inner = {**names, **names_of(shown)}
        first = dataclasses.replace(shown, rows=shown.rows[:MOST])
        fit = spread(first, console.width - _INDENT, inner)
        if fit is None:
            draw_blocks(console, first, inner)
        else:
            for line in table_lines(first, fit, inner, corner="Row"):
                console.print(join(" " * _INDENT, line))
        if len(shown.rows) > MOST:
            how = f'casework show {row.case.name} --rows "{table.step.name}"'
            console.print(said(f"  and {len(shown.rows) - MOST:,} more rows: {how}", QUIET))
        for inside in shown.rows[:MOST]:
            if inside.nested:
                where = f"{name} {inside.case.name} › "
                draw_rows(console, dataclasses.replace(shown, rows=()), inside, title=where)


def as_table(view: TableView, table: NestedView) -> TableView:
    """The rows of a table as a table of their own, each named by its place."""
    rows = tuple(
        dataclasses.replace(row, case=dataclasses.replace(row.case, name=str(row.case.position)))
        for row in table.rows
    )
    return dataclasses.replace(view, columns=table.columns, rows=rows)

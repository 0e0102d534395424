"""Commands to look at results: show, cell, export."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import TableView

PANEL = "Look"
ROWS = 50
_APART = 3
CaseName = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="Its name, number or the beginning of it.", show_default=False
    ),
]
StepName = Annotated[
    str,
    typer.Argument(
        metavar="STEP", help="The step's name, or the beginning of it.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "show",
        panel=PANEL,
        examples=["casework show", "casework show CLM-204", "casework show --look"],
    )(show)
    command(
        app,
        "cell",
        panel=PANEL,
        examples=['casework cell CLM-204 "Amount claimed"', "casework cell 3 total --pictures out"],
    )(cell)
    command(
        app,
        "export",
        panel=PANEL,
        examples=["casework export claims.xlsx", "casework export claims.parquet -s claims"],
    )(export)


async def show(
    door: Door,
    case: Annotated[
        str,
        typer.Argument(
            metavar="[CASE]",
            help="One case, whole: every value with its quote.",
            show_default=False,
        ),
    ] = "",
    worksheet: SheetOption = "",
    look: Annotated[
        bool, typer.Option("--look", help="Only cases with something for a person.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Every case, not the first {ROWS}.")
    ] = False,
) -> None:
    """Show the worksheet as a table that fits the terminal, or one case as a form.

    A sign before each value says how it is proved, the second line where. "! look" marks what a
    person should look at.
    """
    async with door.worksheet(worksheet) as sheet:
        view = await sheet.table(cases=[case] if case else ())
    if look:
        view = dataclasses.replace(view, rows=tuple(row for row in view.rows if row.needs))

    def draw(console: Console) -> None:
        from casework.cli.form import draw_case

        if case:
            draw_case(console, view, view.rows[0])
        else:
            draw_table(console, view, most=len(view.rows) if everything else ROWS)

    door.answer(_table_json(view), draw)


async def cell(
    door: Door,
    case: CaseName,
    step: StepName,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where page pictures go; without it WORKSPACE/pictures.",
            show_default=False,
        ),
    ] = None,
    worksheet: SheetOption = "",
) -> None:
    """Show one cell with everything behind it: proof, quotes in context, inputs, history.

    Writes a picture of each page with the place marked.
    """
    import datetime as dt

    from casework.cli.as_json import plain
    from casework.cli.evidence import draw_report
    from casework.sdk.export import cell_json

    async with door.workspace() as workspace:
        sheet = await workspace.worksheet(worksheet)
        folder = pictures or workspace.folder / "pictures"
        report = await sheet.cell(case, step, pictures=folder)
    told = {
        **cell_json(report.cell),
        "case": report.cell.case_name,
        "step": report.cell.step_id,
        "rule": report.step.rule.source if report.step.rule else None,
        "citations": report.citations,
        "inputs": {c.step_id: cell_json(c) for c in report.inputs},
        "history": report.history,
        "usage": report.cell.usage,
    }
    now = dt.datetime.now(dt.UTC)
    door.answer(plain(told), lambda console: draw_report(console, report, now))


async def export(
    door: Door,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What to write.", show_default=False)
    ],
    format: Annotated[
        str,
        typer.Option(
            metavar="csv|xlsx|json|parquet",
            help="The format; without it what the name ends with.",
            show_default=False,
        ),
    ] = "",
    worksheet: SheetOption = "",
) -> None:
    """Write the worksheet to a file: csv, xlsx, json or parquet."""
    from casework.cli.terminal import said

    async with door.worksheet(worksheet) as sheet:
        written = await sheet.export(file, format=format)
        cases = len(await sheet.cases())
    text = f"Wrote {cases} cases to {written}." if cases != 1 else f"Wrote 1 case to {written}."
    told = {"file": written, "cases": cases, "bytes": written.stat().st_size}
    door.answer(told, lambda console: console.print(said(text), soft_wrap=True))


def draw_table(
    console: Console,
    view: TableView,
    *,
    most: int,
    hints: bool = True,
    names: dict[str, str] | None = None,
) -> None:
    """The first rows of a table, as columns where they fit, else in blocks, then its legend.
    `names` are those of all steps, where the table shows only some."""
    from casework.cli.form import draw_blocks
    from casework.cli.grid import spread, table_lines
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    if not view.rows:
        console.print("No case to show. Add documents with: casework add FILES")
        return
    shown = dataclasses.replace(view, rows=view.rows[:most])
    fit = spread(shown, console.width, names)
    if fit is None:
        draw_blocks(console, shown, names)
    else:
        for line in table_lines(shown, fit, names):
            console.print(line)
    console.print()
    _draw_legend(console, shown)
    more = len(view.rows) - most
    if more > 0:
        how = ": casework show --all" if hints else ""
        console.print(said(f"and {more:,} more cases{how}", QUIET))
    if hints:
        console.print(said("One case in full: casework show CASE", QUIET))


def _draw_legend(console: Console, view: TableView) -> None:
    from casework.cli.signs import LOOK, QUIET, legend
    from casework.cli.terminal import join, said

    cells = [cell for row in view.rows for cell in row.cells]
    parts = [
        join(said(sign, voice), said(f" {word}", QUIET)) for sign, word, voice in legend(cells)
    ]
    if any(cell.needs for cell in cells):
        parts.append(said("! look: for a person", LOOK))
    line = said("")
    for part in parts:
        if line.cell_len and line.cell_len + part.cell_len + _APART > console.width:
            console.print(line)
            line = said("")
        line = join(line, " " * _APART if line.cell_len else "", part)
    console.print(line)


def _table_json(view: TableView) -> dict[str, object]:
    from casework.sdk.checking import step_views_of
    from casework.sdk.export import cell_json
    from casework.sdk.summary import summarise

    summary = summarise(view)
    return {
        "worksheet": view.worksheet,
        "steps": step_views_of(view.columns),
        "cases": [
            {
                "case": row.case.name,
                "id": row.case.id,
                "set_aside": row.case.set_aside or None,
                "needs_person": row.needs,
                "cells": {cell.step_id: cell_json(cell) for cell in row.cells},
            }
            for row in view.rows
        ],
        "states": summary.states,
        "needs_person": summary.needing,
    }

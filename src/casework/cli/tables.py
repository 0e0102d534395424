"""Commands to look at results: show, cell, export."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.times import CaseTimes
    from casework.sdk.views import RowView, TableView
    from casework.sdk.worksheet import Worksheet

PANEL = "Look"
ROWS = 50
_APART = 3
CaseName = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="Its name, number or the beginning of it.", show_default=False
    ),
]
AtOption = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="RUN|TIME",
        help="As it was after a run (number, id, last) or at a time (2026-03-01 14:30).",
        show_default=False,
    ),
]
CaseArgument = Annotated[
    str,
    typer.Argument(
        metavar="[CASE]",
        help="One case, whole: every value with its quote.",
        show_default=False,
    ),
]
RowsOption = Annotated[
    str,
    typer.Option(
        "--rows",
        metavar="TABLE",
        help="The rows of this table of the case.",
        show_default=False,
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
        examples=[
            "casework show",
            "casework show CLM-204",
            "casework show --look",
            "casework show --page 2",
            "casework show acme --rows Lines",
            "casework show --at 3",
        ],
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
    case: CaseArgument = "",
    worksheet: SheetOption = "",
    look: Annotated[
        bool, typer.Option("--look", help="Only cases with something for a person.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Every case, not the first {ROWS}.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=0, help=f"Cases a page. 0: {ROWS}, or with --json all.")
    ] = 0,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    at: AtOption = "",
    table: RowsOption = "",
) -> None:
    """Show the worksheet as a table that fits the terminal, or one case as a form.

    A sign before each value says how it is proved, the second line where. "! look" marks what a
    person should look at. With --at it is shown as it was after a run, or at a time. A row of a
    table is shown by its own name: casework show acme/Lines/3.
    """
    from casework.cli.document_report import listed_json

    rows = None if everything or (door.json and not limit) else (limit or ROWS)
    async with door.worksheet(worksheet) as sheet:
        if case and not at and (table or "/" in case):
            view = await rows_of(sheet, case, table)
        else:
            view = await page_of(sheet, [case] if case else (), Page(rows, page, look=look, at=at))
        times = None if case or at else await sheet.times()
        whole = bool(case) and not (at or table or "/" in case)
        warned = await sheet.documents.warnings(view.rows[0].case.id) if whole else []

    def draw(console: Console) -> None:
        from casework.cli.document_report import draw_flags
        from casework.cli.form import draw_case
        from casework.cli.rows import draw_rows

        draw_moment(console, view)
        if case and table:
            draw_table(console, view, most=len(view.rows), hints=False)
        elif case:
            draw_flags(console, warned)
            draw_case(console, view, view.rows[0])
            draw_rows(console, view, view.rows[0])
        else:
            further = rows is not None and not look and page * rows < view.worksheet.cases
            next_page = page + 1 if further and not at else 0
            draw_table(console, view, most=len(view.rows), next_page=next_page)
            draw_times(console, times)

    told = {**_table_json(view), "times": times}
    if whole:
        told["documents_to_look_at"] = [listed_json(one) for one in warned]
    door.answer(told, draw)


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
    at: AtOption = "",
) -> None:
    """Write the worksheet to a file: csv, xlsx, json or parquet."""
    from casework.cli.progress import watching
    from casework.cli.terminal import said

    async with door.worksheet(worksheet) as sheet:
        with watching(door, "case") as watch:
            if at:
                written = await sheet.past.export(at, file, format=format, on_case=watch.on_file)
            else:
                written = await sheet.export(file, format=format, on_case=watch.on_file)
        cases = watch.done
    text = f"Wrote {cases} cases to {written}." if cases != 1 else f"Wrote 1 case to {written}."
    told = {"file": written, "cases": cases, "bytes": written.stat().st_size, "at": at or None}
    door.answer(told, lambda console: console.print(said(text), soft_wrap=True))


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """Which rows are shown: so many (None: all), of which page, only those with something for a
    person, as of which moment ('': now)."""

    rows: int | None
    number: int = 1
    look: bool = False
    at: str = ""


async def rows_of(sheet: Worksheet, case: str, table: str) -> TableView:
    """The rows of a table of a case; without a table the case itself, or the row it names."""
    if table:
        return await sheet.row_tables.rows(case, table)
    return await sheet.row_tables.row(case)


async def page_of(sheet: Worksheet, cases: Sequence[str], page: Page) -> TableView:
    """The rows of a page; a long worksheet is never held whole for it."""
    skip = (page.rows or 0) * (page.number - 1)
    if page.at:
        view = await sheet.past.table(page.at, cases=cases)
    elif not page.look:
        view = await sheet.table(cases=cases, limit=None if cases else page.rows, skip=skip)
        _check_page(view, page)
        return view
    else:
        view = await sheet.table(limit=0)
    rows = []
    passed = 0
    async for row in _rows_of(sheet, view, cases, page):
        if page.look and not row.needs:
            continue
        passed += 1
        if passed > skip:
            rows.append(row)
        if page.rows is not None and len(rows) == page.rows:
            break
    return dataclasses.replace(view, rows=tuple(rows))


def _check_page(view: TableView, page: Page) -> None:
    """Raise `UsageError` for a page behind the last one."""
    count = view.worksheet.cases
    if view.rows or page.number == 1 or not page.rows or not count:
        return
    from casework.base.errors import UsageError
    from casework.cli.words import many

    pages = -(-count // page.rows)
    there = "1 page" if pages == 1 else f"{pages:,} pages of {many(page.rows, 'case')}"
    raise UsageError(
        f"There is no page {page.number:,}: {many(count, 'case')} make {there}.",
        fix=f"casework show --page {pages}",
    )


async def _rows_of(
    sheet: Worksheet, view: TableView, cases: Sequence[str], page: Page
) -> AsyncIterator[RowView]:
    if page.at:
        for row in view.rows:
            yield row
        return
    async for row in sheet.rows(cases=cases):
        yield row


def draw_moment(console: Console, view: TableView) -> None:
    """A line that says that this is the past; nothing for the present."""
    from casework.cli.signs import LOOK
    from casework.cli.terminal import said

    if view.as_of:
        told = f"As it was {view.as_of} (procedure version {view.worksheet.procedure_version})."
        console.print(said(told, LOOK))
        console.print()


def draw_times(console: Console, times: CaseTimes | None) -> None:
    """How long cases took, where any was answered."""
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said
    from casework.cli.words import duration, many

    if times is None or times.answer_s is None:
        return
    told = f"arrival to answer: {duration(times.answer_s)}"
    told += f" (median of {many(times.answered, 'case')})"
    if times.decision_s is not None:
        told += f"; to decision: {duration(times.decision_s)} (of {times.decided:,})"
    console.print(said(told, QUIET))


def draw_table(
    console: Console,
    view: TableView,
    *,
    most: int,
    hints: bool = True,
    names: dict[str, str] | None = None,
    next_page: int = 0,
) -> None:
    """The first rows of a table, as columns where they fit, else in blocks, then its legend.
    `names` are those of all steps, where the table shows only some."""
    from casework.cli.form import draw_blocks
    from casework.cli.grid import spread, table_lines
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    if not view.rows and view.as_of:
        console.print("There was no case by then.")
        return
    if not view.rows and view.worksheet.cases:
        console.print("No case to show here.")
        return
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
    if next_page:
        told = f"{len(view.rows):,} of {view.worksheet.cases:,} cases; more with: casework show"
        console.print(said(f"{told} --page {next_page}, or --all", QUIET))
    elif more > 0:
        console.print(said(f"and {more:,} more cases", QUIET))
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
    from casework.sdk.export import row_json
    from casework.sdk.summary import summarise

    summary = summarise(view)
    return {
        "worksheet": view.worksheet,
        "as_of": view.as_of or None,
        "steps": step_views_of(view.columns),
        "cases": [
            {
                "case": row.case.name,
                "id": row.case.id,
                "set_aside": row.case.set_aside or None,
                "arrived_at": row.case.arrived_at or None,
                "answered_at": row.case.answered_at or None,
                "decided_at": row.case.decided_at or None,
                "needs_person": row.needs,
                **row_json(row),
            }
            for row in view.rows
        ],
        "states": summary.states,
        "needs_person": summary.needing,
    }

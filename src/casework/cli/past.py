"""Commands that look back and put back: runs, history, revert."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.decisions import WhoOption
from casework.cli.door import Door
from casework.cli.tables import CaseName, StepName

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.putting_back import PutBackCell, PutBackView
    from casework.sdk.views import PastRun

PANEL = "Look back"
_SHOWN = 20
RunName = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Its number, its id, or the word last.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(app, "runs", panel=PANEL, examples=["casework runs", "casework runs --limit 100"])(runs)
    command(app, "history", panel=PANEL, examples=['casework history CLM-204 "Amount claimed"'])(
        history
    )
    command(
        app,
        "revert",
        panel=PANEL,
        examples=["casework revert last", "casework revert 12 --yes --procedure"],
    )(revert)


async def runs(
    door: Door,
    worksheet: SheetOption = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20,
) -> None:
    """List the runs of the worksheet, the newest first, each with its number."""
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.past.runs(limit)
    told = [{"number": item.number, "run": item.run} for item in found]
    door.answer({"runs": told}, lambda console: _draw_runs(console, found))


async def history(door: Door, case: CaseName, step: StepName, worksheet: SheetOption = "") -> None:
    """Everything that happened to one cell: what runs found, and what people decided and why."""
    from casework.cli.evidence import draw_history

    async with door.worksheet(worksheet) as sheet:
        told = await sheet.past.history(case, step)

    def draw(console: Console) -> None:
        if told:
            draw_history(console, told, title="")
        else:
            console.print("Nothing has happened to this cell yet.")

    door.answer({"history": told}, draw)


async def revert(
    door: Door,
    run: RunName,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do it; without this it is only shown.")
    ] = False,
    later: Annotated[
        bool, typer.Option("--later", help="Also cells that were changed again since.")
    ] = False,
    procedure: Annotated[
        bool,
        typer.Option("--procedure", help="Write the text of the older procedure back as well."),
    ] = False,
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Take a run back: what it changed is as it was before. Shows what that means; --yes does it.

    Decisions of people stay. The next run leaves the cells as they were put back, until their step
    or what it reads changes. A revert is a run of its own, and can be reverted.
    """
    async with door.worksheet(worksheet) as sheet:
        view = await sheet.past.revert(run, dry=not yes, later=later, procedure=procedure, who=who)
    told = {
        "reverts": view.run,
        "done": bool(view.run_id) or view.procedure_written,
        "run": view.run_id,
        "version_before": view.version or None,
        "procedure_written": view.procedure_written,
        "cells": [*view.going_back],
        "stay": [*view.staying],
    }
    door.answer(told, lambda console: _draw_revert(console, view, done=yes, asked=procedure))


def _draw_runs(console: Console, found: list[PastRun]) -> None:
    from casework.cli.signs import QUIET, state_counts
    from casework.cli.terminal import join, said
    from casework.cli.words import age, many, money

    if not found:
        console.print("Nothing has run yet. Run it with: casework run")
        return
    now = dt.datetime.now(dt.UTC)
    numbers = {item.run.id: item.number for item in found}
    for item in found:
        run = item.run
        if run.reverts:
            whose = numbers.get(run.reverts)
            what = f"put run {whose} back" if whose else "put an older run back"
            what += f": {many(run.counts.get('put back', 0), 'cell')}"
        else:
            counts = [f"{count:,} {word}" for word, count in state_counts(dict(run.counts))]
            none = "nothing to do" if run.state == "finished" else "not counted to its end"
            what = ", ".join(counts) or none
        cost = f", {money(run.usage.cost_usd)}" if run.usage.calls else ""
        state = "" if run.state == "finished" else f"  {run.state}"
        at = run.started_at[:16].replace("T", " ")
        head = said(f"{item.number:>5}  {at}  ", QUIET)
        tail = said(f"  {age(run.started_at, now)}, version {run.procedure_version}{state}", QUIET)
        console.print(join(head, said(what + cost), tail), soft_wrap=True)


def _draw_revert(console: Console, view: PutBackView, *, done: bool, asked: bool) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said
    from casework.cli.words import many

    back, stay = view.going_back, view.staying
    named = view.run.removeprefix("after ")
    if not back and not stay:
        console.print(said(f"Nothing that {named} changed is still in force.", "bold"))
    elif done:
        told = f"Put {many(len(back), 'cell')} back to what they were before {named}."
        console.print(said(told, "bold"))
    else:
        verb = "goes" if len(back) == 1 else "go"
        told = f"{many(len(back), 'cell')} {verb} back to what stood before {named}:"
        console.print(said(told, "bold"))
    if not done:
        _draw_cells(console, back)
    if stay:
        verb = "stays" if len(stay) == 1 else "stay"
        told = f"{many(len(stay), 'cell')} {verb}, changed again since (--later takes them too):"
        console.print(said(told, "bold"))
        _draw_cells(console, stay)
    _draw_procedure(console, view, asked=asked)
    if back and not done:
        console.print(said("Nothing was changed yet; do it with --yes.", QUIET))
    if back and done:
        console.print(said("Undo it with: casework revert last", QUIET))


def _draw_procedure(console: Console, view: PutBackView, *, asked: bool) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    if view.procedure_written:
        told = (
            f"The procedure file says what version {view.version} said; the next run takes it up."
        )
        console.print(said(told))
    elif view.version and not asked:
        told = f"That run took up a new procedure; --procedure writes version {view.version} back."
        console.print(said(told, QUIET))


def _draw_cells(console: Console, cells: tuple[PutBackCell, ...]) -> None:
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    for cell in cells[:_SHOWN]:
        why = f" ({cell.stays})" if cell.stays else ""
        told = f"{cell.case_name} · {cell.step_name}: {cell.now} → {cell.then}{why}"
        for number, line in enumerate(fold(told, max(20, console.width - 4), 3)):
            console.print(said(("  " if number == 0 else "    ") + line))
    more = len(cells) - _SHOWN
    if more > 0:
        console.print(said(f"  and {more:,} more", QUIET))

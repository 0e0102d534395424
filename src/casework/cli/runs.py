"""Commands that work on cells: plan, run, retry."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli import failure
from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.summary import Reason

PANEL = "Work"
CaseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--case", "-c", metavar="CASE", help="Only this case; may be repeated.", show_default=False
    ),
]
StepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--step", metavar="STEP", help="Only this step; may be repeated.", show_default=False
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Also what is settled; memory is not asked.")
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "plan",
        panel=PANEL,
        examples=["casework plan", 'casework plan --step "Total due" --force'],
    )(plan)
    command(
        app,
        "run",
        panel=PANEL,
        examples=[
            "casework run",
            "casework run --case CLM-204",
            "casework run --strict --json",
        ],
    )(run)
    command(app, "retry", panel=PANEL, examples=["casework retry", "casework retry --case 3"])(
        retry
    )


async def plan(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    force: ForceOption = False,
) -> None:
    """Say what a run would do, why, and what it would cost. Changes nothing."""
    from casework.cli.as_json import plain
    from casework.cli.planned import draw_plan, plan_sentence
    from casework.cli.untrusted import draw_untrusted
    from casework.sdk.configuring import untrusted_settings

    ignored = untrusted_settings(door.find())
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.plan(cases=case or (), steps=step or (), force=force)
    told = {
        "sentence": plan_sentence(found),
        "certain": found.count(certain=True),
        "possible": found.count(certain=False),
        "verified": found.verified,
        "remembered": found.remembered,
        "calls": found.calls,
        "empty": found.empty,
        "untrusted_settings": [item.name for item in ignored],
    }
    fields = plain(found)
    assert isinstance(fields, dict)

    def draw(console: Console) -> None:
        draw_plan(console, found)
        draw_untrusted(console, ignored)

    door.answer({**told, **fields}, draw)


async def run(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    force: ForceOption = False,
    as_new: Annotated[
        bool,
        typer.Option("--as-new", help="Headings that look renamed are new steps."),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 3 if a cell wants a person or failed."),
    ] = False,
) -> int:
    """Run what is to be run, then say what stands and what wants a person.

    Ctrl-C stops; everything finished so far is kept, and a run goes on where it stopped.
    """
    from casework.cli.progress import watching
    from casework.cli.summary import draw_run, draw_summary
    from casework.sdk.summary import summarise

    began = time.monotonic()
    async with door.workspace() as workspace:
        sheet = await workspace.worksheet(worksheet)
        with watching(door, "cell") as watch:
            record = await sheet.run(
                cases=case or (),
                steps=step or (),
                force=force,
                as_new=as_new,
                on_progress=watch.on_progress,
            )
        seconds = time.monotonic() - began
        summary = summarise(await sheet.table())
        named = sheet.name if len(await workspace.worksheets()) > 1 else ""

    def draw(console: Console) -> None:
        draw_run(console, record, watch.done, seconds, reused=watch.reused)
        draw_summary(console, summary, sheet=named)

    told = {
        "run": record,
        "cells_run": watch.done,
        "from_memory": watch.reused,
        "seconds": round(seconds, 3),
        "states": summary.states,
        "needs_person": [_reason_json(reason) for reason in summary.needs],
        "waits": [_reason_json(reason) for reason in summary.waits],
    }
    door.answer(told, draw)
    wanting = summary.needing or summary.failed
    return failure.ATTENTION if strict and wanting else 0


async def retry(door: Door, worksheet: SheetOption = "", case: CaseOption = None) -> None:
    """Bring back what was set aside; the next run tries it again."""
    from casework.cli.terminal import said
    from casework.cli.words import many

    async with door.worksheet(worksheet) as sheet:
        count = await sheet.retry(cases=case or ())
    text = f"{many(count, 'cell')} brought back; try again with: casework run"
    text = text if count else "Nothing is set aside."
    door.answer({"brought_back": count}, lambda console: console.print(said(text)))


def _reason_json(reason: Reason) -> dict[str, object]:
    """A reason with the cells that give it."""
    cells = [
        {"case": cell.case_name, "step": cell.step_id, "why": cell.needs or cell.reason}
        for cell in reason.cells
    ]
    return {"reason": reason.words, "count": len(cells), "cells": cells}

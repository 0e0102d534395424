"""Commands that work on cells: plan, run, retry."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli import failure
from casework.cli.choosing import (
    CorrectOption,
    ModelOption,
    NoneYetOption,
    SampleOption,
    SetOption,
    UnverifiedOption,
    VersionOption,
    only_of,
    trial_of,
)
from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.cli.progress import Watch
    from casework.sdk.summary import Reason, Summary
    from casework.types.run import RunRecord

PANEL = "Work"
_LOOKED_AT = 100_000
"""Cells that are all looked at when a run is over; of more only the states are counted."""
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

AsNewOption = Annotated[
    bool, typer.Option("--as-new", help="Headings that look renamed are new steps.")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Exit with 3 if a cell wants a person or failed.")
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "plan",
        panel=PANEL,
        examples=[
            "casework plan",
            'casework plan --step "Total due" --force',
            "casework plan --model openai:gpt-5-mini --sample 20",
            "casework plan --correct 'CLM-204/Amount claimed=EUR 1,250.00' --cells",
        ],
    )(plan)
    command(
        app,
        "run",
        panel=PANEL,
        examples=[
            "casework run",
            "casework run --case CLM-204",
            "casework run --sample 20",
            "casework run --strict --json",
        ],
    )(run)
    command(
        app,
        "retry",
        panel=PANEL,
        examples=[
            "casework retry",
            'casework retry --reason "invalid answer"',
            "casework retry --case 3 --step total",
            "casework retry --all",
        ],
    )(retry)


async def plan(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    force: ForceOption = False,
    unverified: UnverifiedOption = False,
    sample: SampleOption = None,
    none_yet: NoneYetOption = False,
    model: ModelOption = None,
    setting: SetOption = None,
    correct: CorrectOption = None,
    version: VersionOption = None,
    cells: Annotated[bool, typer.Option("--cells", help="Also list the cells one by one.")] = False,
) -> None:
    """Say what a run would do, why, and what it would cost. Changes nothing.

    It answers for whatever is pending: an edited procedure, new documents, corrected values; and
    with --model, --set, --correct and --version for what you only think of.
    """
    from casework.cli.planned import draw_cells, draw_plan, plan_json
    from casework.cli.untrusted import draw_untrusted
    from casework.sdk.configuring import untrusted_settings
    from casework.sdk.ready import Which

    ignored = untrusted_settings(door.find())
    only = only_of(unverified=unverified, none_yet=none_yet)
    which = Which(case or (), step or (), force, only, sample or 0)
    trial = trial_of(model, setting, correct, version)
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.planning.plan(which, trial)
        listed = [one async for one in sheet.planning.cells(which, trial)] if cells else []

    def draw(console: Console) -> None:
        draw_plan(console, found)
        draw_cells(console, listed)
        draw_untrusted(console, ignored)

    told = {**plan_json(found), "untrusted_settings": [item.name for item in ignored]}
    door.answer({**told, "planned": listed} if cells else told, draw)


async def run(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    force: ForceOption = False,
    unverified: UnverifiedOption = False,
    sample: SampleOption = None,
    none_yet: NoneYetOption = False,
    as_new: AsNewOption = False,
    strict: StrictOption = False,
) -> int:
    """Run what is to be run, then say what stands and what wants a person.

    An edited procedure is taken up first. What --unverified, --sample or --none-yet leave out keeps
    its value, shown as out of date until it runs.

    Ctrl-C stops; everything finished so far is kept, and a run goes on where it stopped.
    """
    from casework.cli.progress import watching
    from casework.cli.summary import draw_rest, draw_run, draw_summary
    from casework.cli.telling import delivered_json, draw_delivered, told_after_run
    from casework.types.event import StoodStill

    began = time.monotonic()
    async with door.workspace() as workspace:
        sheet = await workspace.worksheet(worksheet)
        with watching(door, "cell") as watch:
            workspace.listen(watch.on_event, StoodStill)
            record = await sheet.run(
                cases=case or (),
                steps=step or (),
                force=force,
                only=only_of(unverified=unverified, none_yet=none_yet),
                sample=sample or 0,
                as_new=as_new,
                on_progress=watch.on_progress,
            )
        seconds = time.monotonic() - began
        summary = await sheet.summary(most=0 if strict or door.json else _LOOKED_AT)
        trying = await sheet.changes.open() is not None
        left = (await sheet.plan()).count() if unverified or none_yet or sample else 0
        named = sheet.name if len(await workspace.worksheets()) > 1 else ""
        webhooks = await told_after_run(door, workspace)

    def draw(console: Console) -> None:
        if not none_yet:
            draw_run(console, record, watch.done, seconds, reused=watch.reused)
        draw_rest(console, record, left=left, trying=trying)
        draw_summary(console, summary, sheet=named)
        draw_delivered(console, webhooks, quiet=True)

    told = _run_json(record, watch, seconds, left=left, trying=trying)
    told |= {"webhooks": delivered_json(webhooks), **_summary_json(summary)}
    door.answer(told, draw)
    return failure.ATTENTION if strict and (summary.needing or summary.failed) else 0


async def retry(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    reason: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help="Only what was set aside for this: a code, or words of the reason.",
            show_default=False,
        ),
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Whatever was set aside, without listing it first.")
    ] = False,
    dry: Annotated[
        bool, typer.Option("--dry", help="Only list what would be brought back.")
    ] = False,
) -> None:
    """Bring back what was set aside; the next run tries it again.

    Without --case, --step, --reason or --all it lists what was set aside, in groups.
    """
    named = bool(case or step or reason or everything)
    async with door.worksheet(worksheet) as sheet:
        groups = await sheet.aside(cases=case or (), steps=step or (), reason=reason)
        count = 0
        if named and not dry:
            count = await sheet.retry(cases=case or (), steps=step or (), reason=reason)

    def draw(console: Console) -> None:
        from casework.cli.aside import draw_brought_back, draw_groups

        if named and not dry:
            draw_brought_back(console, groups, count)
        else:
            draw_groups(console, groups, named=named)

    door.answer({"brought_back": count, "groups": [*groups]}, draw)


def _run_json(
    record: RunRecord, watch: Watch, seconds: float, *, left: int, trying: bool
) -> dict[str, object]:
    """What a run did, and what it left alone."""
    return {
        "run": record,
        "cells_run": watch.done,
        "from_memory": watch.reused,
        "trying": trying,
        "left_out": left,
        "seconds": round(seconds, 3),
    }


def _summary_json(summary: Summary) -> dict[str, object]:
    """What stands, what wants a person and what waits."""
    return {
        "states": summary.states,
        "needs_person": [_reason_json(reason) for reason in summary.needs],
        "waits": [_reason_json(reason) for reason in summary.waits],
    }


def _reason_json(reason: Reason) -> dict[str, object]:
    """A reason with the cells that give it."""
    cells = [
        {"case": cell.case_name, "step": cell.step_id, "why": cell.needs or cell.reason}
        for cell in reason.cells
    ]
    return {"reason": reason.words, "count": reason.count, "cells": cells}

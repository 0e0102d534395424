"""Commands of a pending change: try, compare, adopt, keep, drop, same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from casework.cli.choosing import (
    CorrectOption,
    ModelOption,
    SampleOption,
    SetOption,
    UnverifiedOption,
    VersionOption,
    cell_of,
    only_of,
    trial_of,
)
from casework.cli.command import SheetOption, command
from casework.cli.decisions import WhoOption
from casework.cli.door import Door
from casework.cli.runs import AsNewOption, CaseOption, StepOption

if TYPE_CHECKING:
    from rich.console import Console

    from casework.types.change import Comparison, DifferenceKind

PANEL = "Change"
CellOption = Annotated[
    list[str] | None,
    typer.Option(
        "--cell",
        metavar="CASE/STEP",
        help="Only this cell; may be repeated.",
        show_default=False,
    ),
]
KindOption = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="Only cells that differ in this way (value, lost, found, proof, …); may be repeated.",
        show_default=False,
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="Everything that was tried.")]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "try",
        panel=PANEL,
        examples=[
            "casework try",
            "casework try --sample 20",
            "casework try --model openai:gpt-5-mini",
            "casework try --version Total",
            "casework try --correct 'CLM-204/Amount claimed=EUR 1,250.00'",
        ],
    )(try_out)
    command(
        app,
        "compare",
        panel=PANEL,
        examples=["casework compare", "casework compare --step Decision"],
    )(compare)
    command(
        app,
        "adopt",
        panel=PANEL,
        examples=[
            "casework adopt --all",
            "casework adopt --step Decision --kind value",
            "casework adopt --cell CLM-204/decision",
        ],
    )(adopt)
    command(
        app,
        "keep",
        panel=PANEL,
        examples=["casework keep --cell CLM-204/decision", "casework keep --kind lost"],
    )(keep)
    command(app, "drop", panel=PANEL, examples=["casework drop", "casework drop --restore"])(drop)
    command(
        app,
        "same",
        panel=PANEL,
        examples=["casework same", "casework same Decision", "casework same --undo Decision"],
    )(same)


async def try_out(
    door: Door,
    worksheet: SheetOption = "",
    case: CaseOption = None,
    step: StepOption = None,
    sample: SampleOption = None,
    unverified: UnverifiedOption = False,
    model: ModelOption = None,
    setting: SetOption = None,
    correct: CorrectOption = None,
    version: VersionOption = None,
    as_new: AsNewOption = False,
) -> None:
    """Run what is pending beside what is in force, then compare the two.

    Pending is an edited procedure, another model or setting, a learned version, or a value to try.
    What is in force stays as it is until you adopt; what was tried is never computed twice. Edit on
    and try again: only what no longer fits is computed.
    """
    from casework.cli.compared import comparison_json, draw_comparison
    from casework.cli.progress import watching
    from casework.cli.terminal import said
    from casework.cli.words import duration, many, money

    trial, only = (
        trial_of(model, setting, correct, version),
        only_of(unverified=unverified, none_yet=False),
    )
    began = time.monotonic()
    async with door.worksheet(worksheet) as sheet:
        with watching(door, "cell") as watch:
            record = await sheet.changes.run(
                trial if trial else None,
                cases=case or (),
                steps=step or (),
                only=only,
                sample=sample or 0,
                as_new=as_new,
                on_progress=watch.on_progress,
            )
        found = await sheet.changes.compare()
    seconds = time.monotonic() - began

    def draw(console: Console) -> None:
        parts = [f"{many(watch.done, 'cell')} in {duration(seconds)}"]
        if watch.reused:
            parts.append(f"{watch.reused:,} from memory")
        if record.usage.calls:
            parts += [many(record.usage.calls, "model call"), money(record.usage.cost_usd)]
        console.print(said(f"Tried beside what is in force: {', '.join(parts)}.", "bold"))
        draw_comparison(console, found)

    told = {"run": record, "cells_run": watch.done, "from_memory": watch.reused}
    door.answer({**told, **comparison_json(found)}, draw)


async def compare(
    door: Door, worksheet: SheetOption = "", case: CaseOption = None, step: StepOption = None
) -> None:
    """Show what was tried beside what is in force: only cells that differ, by step and kind.

    What people accepted and corrected is the measure: with how much of it the change agrees, and
    with how much it did before.
    """
    from casework.cli.compared import comparison_json, draw_comparison

    async with door.worksheet(worksheet) as sheet:
        found = await sheet.changes.compare(cases=case or (), steps=step or ())
    door.answer(comparison_json(found), lambda console: draw_comparison(console, found))


async def adopt(
    door: Door,
    worksheet: SheetOption = "",
    cell: CellOption = None,
    case: CaseOption = None,
    step: StepOption = None,
    kind: KindOption = None,
    everything: AllOption = False,
    who: WhoOption = "",
) -> None:
    """Put what was tried in force: cells, steps, kinds of difference, or all.

    The edited procedure, and the models and values that were tried, are taken up with it. What a
    person said of a cell stays above the new value. Without a choice it only shows what there is.
    """
    await _decide(door, worksheet, "adopt", cell, case, step, kind, everything, who)


async def keep(
    door: Door,
    worksheet: SheetOption = "",
    cell: CellOption = None,
    case: CaseOption = None,
    step: StepOption = None,
    kind: KindOption = None,
    everything: AllOption = False,
    who: WhoOption = "",
) -> None:
    """Let cells stand as they are beside what was tried, until what they read changes again.

    Without a choice it only shows what there is.
    """
    await _decide(door, worksheet, "keep", cell, case, step, kind, everything, who)


async def drop(
    door: Door,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Put the procedure file back to the version in force."),
    ] = False,
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Forget what was tried. Nothing in force changes; the edit stays in the file."""
    from casework.cli.terminal import said

    async with door.worksheet(worksheet) as sheet:
        dropped = await sheet.changes.drop(restore=restore, who=who)
        pending = (await sheet.view()).pending
    text = "Dropped. What is in force has not changed."
    if restore:
        text += " The procedure file is as it was."
    elif pending:
        text += " The procedure file still has the edit, and the next run takes it up."
    told = {"change": dropped.id, "state": dropped.state, "pending": pending}
    door.answer(told, lambda console: console.print(said(text)))


async def same(
    door: Door,
    step: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STEP]…",
            help="The steps whose edit is meant; without one all that were edited.",
            show_default=False,
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="Only list what was called the same.")
    ] = False,
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Say that an edit changes no meaning: nothing runs again because of it.

    What was found before counts for the new words. It is kept who said so and when.
    """
    from casework.cli.compared import draw_same

    async with door.worksheet(worksheet) as sheet:
        changes = sheet.changes
        if listing:
            found = await changes.called_same()
        elif undo:
            found = await changes.not_same(step or (), who=who)
        else:
            found = await changes.same(step or (), who=who)
        plan = None if listing else await sheet.plan()
    from casework.cli.planned import plan_sentence

    sentence = plan_sentence(plan) if plan else ""
    door.answer(
        {"same_meaning": found, "next": sentence or None},
        lambda console: draw_same(console, found, sentence, undone=undo),
    )


async def _decide(
    door: Door,
    worksheet: str,
    what: str,
    cell: list[str] | None,
    case: list[str] | None,
    step: list[str] | None,
    kind: list[str] | None,
    everything: bool,
    who: str,
) -> None:
    from casework.cli.compared import comparison_json, decision_json, draw_comparison, draw_decision

    kinds = _kinds(kind or [])
    async with door.worksheet(worksheet) as sheet:
        if not (cell or case or step or kinds or everything):
            found: Comparison = await sheet.changes.compare()
            asked = {"decided": 0, **comparison_json(found)}
            door.answer(asked, lambda console: draw_comparison(console, found, asking=what))
            return
        acting = sheet.changes.adopt if what == "adopt" else sheet.changes.keep
        done = await acting(
            [cell_of(one) for one in cell or ()],
            cases=case or (),
            steps=step or (),
            kinds=kinds,
            who=who,
        )
    door.answer(decision_json(done), lambda console: draw_decision(console, done))


def _kinds(words: list[str]) -> list[DifferenceKind]:
    from casework.base.errors import UsageError
    from casework.types.change import DifferenceKind

    known = get_args(DifferenceKind)
    for word in words:
        if word not in known:
            raise UsageError(
                f"There is no kind of difference {word!r}.", fix=f"Use one of {', '.join(known)}."
            )
    return [cast("DifferenceKind", word) for word in words]

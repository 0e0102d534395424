"""Commands by which a person decides: accept, correct, reject, undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.runs import CaseOption, StepOption
from casework.cli.tables import CaseName, StepName

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import CellView

PANEL = "Decide"
NoteOption = Annotated[
    str,
    typer.Option("--note", "-n", metavar="TEXT", help="Why; kept beside.", show_default=False),
]
WhoOption = Annotated[
    str,
    typer.Option(
        "--who",
        metavar="NAME",
        help="Who decides; without it person.name or your login.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "accept",
        panel=PANEL,
        examples=["casework accept CLM-204 decision --note 'checked with the broker'"],
    )(accept)
    command(
        app,
        "correct",
        panel=PANEL,
        examples=[
            "casework correct CLM-204 'Amount claimed' 'EUR 1,250.00'",
            "casework correct CLM-204 'Receipt total' --absent not_found",
        ],
    )(correct)
    command(
        app,
        "reject",
        panel=PANEL,
        examples=["casework reject CLM-204 policyholder --note 'that is the broker'"],
    )(reject)
    command(app, "undo", panel=PANEL, examples=["casework undo CLM-204 policyholder"])(undo)
    command(app, "redo", panel=PANEL, examples=["casework redo CLM-204 policyholder"])(redo)
    command(
        app,
        "accept-all",
        panel=PANEL,
        examples=[
            "casework accept-all --reason 'not found' --step 'Deductible'",
            "casework accept-all --step Supplier --yes --note 'checked by sample'",
        ],
    )(accept_all)


async def accept(
    door: Door,
    case: CaseName,
    step: StepName,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Accept what the machine found."""
    from casework.cli.learning_in_passing import learn_in_passing

    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.accept(case, step, note=note, who=who)
        _answer(door, cell, "Accepted")
        await learn_in_passing(door, sheet)


async def correct(
    door: Door,
    case: CaseName,
    step: StepName,
    value: Annotated[
        str,
        typer.Argument(
            metavar="[VALUE]",
            help="What is right, as you would write it.",
            show_default=False,
        ),
    ] = "",
    absent: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="There is none: stated_absent, not_found, unreadable, not_applicable.",
            show_default=False,
        ),
    ] = "",
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The value is the text of this file: an edited document.",
            show_default=False,
        ),
    ] = None,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Say what is right. Your value stays above the machine's, whatever it finds later.

    A value that begins with a minus is written after two dashes: casework correct 3 net -- -12.00
    """
    from casework.base.errors import UsageError
    from casework.cli.learning_in_passing import learn_in_passing
    from casework.types.case import ABSENCE_KINDS

    kind = next((k for k in ABSENCE_KINDS if k == absent.replace("-", "_").replace(" ", "_")), None)
    if absent and kind is None:
        raise UsageError(
            f"There is no kind of absence {absent!r}.",
            fix=f"Use one of {', '.join(ABSENCE_KINDS)}.",
        )
    if bool(value) + bool(kind) + bool(file) > 1:
        raise UsageError(
            "A cell has a value or is absent, not both.",
            fix="Give one of the value, --file and --absent.",
        )
    value = _text_of(file) if file else value
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.correct(case, step, value, absent=kind, note=note, who=who)
        _answer(door, cell, "Corrected")
        await learn_in_passing(door, sheet)


def _text_of(file: Path) -> str:
    """The text of a file that somebody edited; raises `UsageError` when it has none."""
    from casework.base.errors import UsageError

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(
            f"{file} cannot be read: {why}.", fix="Name a Markdown file with the edited text."
        ) from error
    if not text.strip():
        raise UsageError(f"{file} is empty.", fix="Name the file with the edited text.")
    return text


async def reject(
    door: Door,
    case: CaseName,
    step: StepName,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Say that a value is wrong without saying what is right; what depends on it waits."""
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.reject(case, step, note=note, who=who)
    _answer(door, cell, "Rejected")


async def undo(
    door: Door,
    case: CaseName,
    step: StepName,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Take the last decision back; it stays in the history."""
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.undo(case, step, note=note, who=who)
    _answer(door, cell, "Took the decision back")


async def redo(
    door: Door,
    case: CaseName,
    step: StepName,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Let the decision that was taken back last hold again."""
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.redo(case, step, note=note, who=who)
    _answer(door, cell, "The decision holds again")


async def accept_all(
    door: Door,
    case: CaseOption = None,
    step: StepOption = None,
    reason: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help="Only what is to be looked at for this, such as 'not found'.",
            show_default=False,
        ),
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do it; without this it is only shown.")
    ] = False,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Accept many cells that a person should look at, as they stand. Shows them; --yes does it.

    Such a cell is marked as adopted: nobody has checked it by itself, and it counts neither as a
    verified one nor as an example. Failures and conflicts want a decision each.
    """
    async with door.worksheet(worksheet) as sheet:
        view = await sheet.bulk.accept(
            cases=case or (), steps=step or (), reason=reason, note=note, who=who, dry=not yes
        )
    groups = [
        {"reason": group.words, "count": group.count, "steps": dict(group.steps)}
        for group in view.groups
    ]

    def draw(console: Console) -> None:
        from casework.cli.signs import QUIET
        from casework.cli.summary import draw_reason
        from casework.cli.terminal import said
        from casework.cli.words import many

        if not view.cells:
            console.print("Nothing here can be accepted as it stands.")
            return
        verb = "Adopted" if view.done else "Would adopt"
        console.print(said(f"{verb} {many(view.cells, 'cell')}:", "bold"))
        for group in view.groups:
            draw_reason(console, group)
        if not view.done:
            console.print(said("Nothing was changed yet; do it with --yes.", QUIET))

    door.answer({"done": view.done, "cells": view.cells, "groups": groups}, draw)


def _answer(door: Door, cell: CellView, done: str) -> None:
    from casework.cli.signs import QUIET, sign
    from casework.cli.terminal import join, said
    from casework.cli.words import first_line
    from casework.sdk.export import cell_json

    def draw(console: Console) -> None:
        name = said(f"{cell.case_name} · {cell.step_name}", "bold")
        console.print(join(f"{done}: ", name, "  ", sign(cell), " ", said(first_line(cell))))
        console.print(
            said("If anything depends on it, the next run redoes that: casework plan", QUIET)
        )

    told = {"case": cell.case_name, "step": cell.step_id, **cell_json(cell)}
    door.answer(told, draw)

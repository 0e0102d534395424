"""Commands by which a person decides: accept, correct, reject, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
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


async def accept(
    door: Door,
    case: CaseName,
    step: StepName,
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Accept what the machine found."""
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.accept(case, step, note=note, who=who)
    _answer(door, cell, "Accepted")


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
    note: NoteOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Say what is right. Your value stays above the machine's, whatever it finds later.

    A value that begins with a minus is written after two dashes: casework correct 3 net -- -12.00
    """
    from casework.base.errors import UsageError
    from casework.types.case import ABSENCE_KINDS

    kind = next((k for k in ABSENCE_KINDS if k == absent.replace("-", "_").replace(" ", "_")), None)
    if absent and kind is None:
        raise UsageError(
            f"There is no kind of absence {absent!r}.",
            fix=f"Use one of {', '.join(ABSENCE_KINDS)}.",
        )
    if value and kind:
        raise UsageError(
            "A cell has a value or is absent, not both.", fix="Leave out the value or --absent."
        )
    async with door.worksheet(worksheet) as sheet:
        cell = await sheet.correct(case, step, value, absent=kind, note=note, who=who)
    _answer(door, cell, "Corrected")


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


def _answer(door: Door, cell: CellView, done: str) -> None:
    from casework.cli.signs import QUIET, sign
    from casework.cli.terminal import join, said
    from casework.cli.words import first_line
    from casework.sdk.export import cell_json

    def draw(console: Console) -> None:
        name = said(f"{cell.case_name} · {cell.step_name}", "bold")
        console.print(join(f"{done}: ", name, "  ", sign(cell), " ", said(first_line(cell))))
        console.print(said("What depends on it is redone by the next run: casework plan", QUIET))

    told = {"case": cell.case_name, "step": cell.step_id, **cell_json(cell)}
    door.answer(told, draw)

"""The command `sharpen`: another wording of an instruction, proposed from what people corrected."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.tables import StepName

if TYPE_CHECKING:
    from rich.console import Console

    from casework.types.instruction import Effect, SharperInstruction

PANEL = "Change"
_NAMED = 5
NotesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--note",
        "-n",
        metavar="TEXT",
        help="What goes wrong, in your words; may be repeated.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "sharpen",
        panel=PANEL,
        examples=[
            "casework sharpen 'Amount claimed'",
            "casework sharpen Supplier --note 'the firm that issued it, not the one billed'",
            "casework sharpen Supplier --take",
        ],
    )(sharpen)


async def sharpen(
    door: Door,
    step: StepName,
    note: NotesOption = None,
    take: Annotated[
        bool, typer.Option("--take", help="Write it into the procedure file, to be tried.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Take it although fewer verified cells are right.")
    ] = False,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="Who words it: a role or provider:model; without it the best that is set.",
            show_default=False,
        ),
    ] = "",
    worksheet: SheetOption = "",
) -> None:
    """Propose a sharper instruction for a step, from the cells that people corrected.

    A language model words it, where one is set; else corrected cells are written below it as
    examples. It is tried on the cells that people verified and shown with what it does to them;
    nothing is changed without --take. Documents from which it was made are counted apart.
    """
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.instructions.propose(step, notes=note or (), model=model)
        if take:
            found = await sheet.instructions.take(found, force=force)
    door.answer(_told(found), lambda console: _draw(console, found))


def _told(found: SharperInstruction) -> dict[str, object]:
    return {
        **{one.name: getattr(found, one.name) for one in fields(found) if one.name != "text"},
        "worse": found.worse,
    }


def _draw(console: Console, found: SharperInstruction) -> None:
    from casework.cli.fold import fold
    from casework.cli.signs import LOOK, PROVED, QUIET, WRONG
    from casework.cli.terminal import said
    from casework.cli.words import many

    who = found.model if found.by == "model" else "without a model"
    console.print(said(f"{found.step_name}: a sharper instruction, {who}", "bold"))
    if found.why:
        for line in fold(found.why, console.width, 6):
            console.print(said(line))
    console.print()
    for line in found.diff[2:]:
        voice = PROVED if line.startswith("+") else WRONG if line.startswith("-") else QUIET
        for part in fold(line, console.width, 20) or [""]:
            console.print(said(part, voice))
    console.print()
    _draw_effect(console, found.held_out, "held out", "It was not made from these.")
    _draw_effect(console, found.shown, "shown", "It was made from corrections among these.")
    if found.left_out:
        told = f"{many(found.left_out, 'cell')} left out, since not everybody may read them."
        console.print(said(told, QUIET))
    if found.worse:
        console.print(said("With it fewer verified cells are right.", LOOK))
    console.print(said(_next(found), "bold"))


def _draw_effect(console: Console, effect: Effect, name: str, about: str) -> None:
    from casework.cli.signs import QUIET, WRONG
    from casework.cli.terminal import join, said
    from casework.cli.words import listed, many

    if not effect.cells:
        console.print(said(f"  {name:<9} no verified cell", QUIET))
        return
    told = f"  {name:<9} {many(effect.cells, 'verified cell')}: {effect.before} right before, "
    console.print(join(said(f"{told}{effect.after} with it. "), said(about, QUIET)))
    if effect.lost:
        console.print(said(f"            no longer right: {listed(effect.lost, _NAMED)}", WRONG))


def _next(found: SharperInstruction) -> str:
    if found.taken:
        return "Written into the procedure. Try it on all cells: casework try"
    return "Nothing was changed. Take it with --take, or say more with --note."

"""Commands on procedures: check, show, rename, trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import CaseworkGroup, SheetOption, command
from casework.cli.door import Door
from casework.cli.suggesting import register as register_suggesting

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.checking import StepView

PANEL = "Work"
ProcedureFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A procedure, .md or .py.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    group = typer.Typer(
        cls=CaseworkGroup,
        help="Suggest, check, show and rename the steps of a procedure.",
        no_args_is_help=True,
        epilog="Example\ncasework procedure check invoices.md",
    )
    app.add_typer(group, name="procedure", rich_help_panel=PANEL)
    register_suggesting(group)
    command(group, "check", examples=["casework procedure check invoices.md"])(check)
    command(group, "show", examples=["casework procedure show"])(show)
    command(group, "rename", examples=['casework procedure rename "Total due" "Amount due"'])(
        rename
    )
    command(group, "trust", examples=["casework procedure trust invoices.py"])(trust)


async def check(door: Door, file: ProcedureFile) -> None:
    """Check a procedure: every mistake with its line and how to mend it."""
    from casework.cli.terminal import said
    from casework.sdk.checking import check_procedure, shadowed, step_views

    procedure = check_procedure(file)
    steps, remarks = step_views(procedure), shadowed(procedure)

    def draw(console: Console) -> None:
        console.print(said(f"{file.name} is fine.", "bold"))
        for remark in remarks:
            console.print(said(f"Note: {remark}", "dim"), soft_wrap=True)
        _draw_steps(console, steps)

    door.answer({"file": file, "ok": True, "steps": steps, "remarks": remarks}, draw)


async def show(door: Door, worksheet: SheetOption = "") -> None:
    """Show the steps of a worksheet's procedure: type, who fills each, from what."""
    from casework.cli.terminal import said
    from casework.sdk.checking import step_views

    async with door.worksheet(worksheet) as sheet:
        steps = step_views(await sheet.procedure())
        view = await sheet.view()
        path = sheet.procedure_path if view.procedure_file else None

    def draw(console: Console) -> None:
        edited = ", edited since the last run" if view.pending else ""
        text = f"{view.name}: version {view.procedure_version}{edited}"
        console.print(said(text, "bold"))
        where = f"Edit it here: {path}" if path else "It was made in Python: edit the program."
        console.print(said(where, "dim"), soft_wrap=True)
        _draw_steps(console, steps)

    told = {
        "worksheet": view.name,
        "file": path,
        "version": view.procedure_version,
        "edited": view.pending,
        "steps": steps,
    }
    door.answer(told, draw)


async def rename(
    door: Door,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The step's name now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    worksheet: SheetOption = "",
) -> None:
    """Rename a step and every reference to it; nothing runs again."""
    from casework.cli.terminal import said

    async with door.worksheet(worksheet) as sheet:
        await sheet.rename_step(old, new)
        path = sheet.procedure_path
    text = f"{old} is now called {new}, wherever it was named. Nothing needs to run again."
    door.answer({"old": old, "new": new, "file": path}, lambda c: c.print(said(text)))


async def trust(door: Door, file: ProcedureFile) -> None:
    """Let the code of a Python procedure run on this machine, as it is now.

    Read it first: it runs with your rights. After an edit it asks again.
    """
    from casework.base.errors import NotFoundError, UsageError
    from casework.cli.terminal import said
    from casework.sdk.trust import trust as trust_file

    if not file.is_file():
        raise NotFoundError(f"There is no file {file}.", fix="Check the name.")
    if file.suffix != ".py":
        raise UsageError(
            f"{file.name} holds no code.", fix="Only Python procedures (.py) need to be trusted."
        )
    sha256 = trust_file(file)
    text = f"{file.name} may run on this machine as it is now (sha256 {sha256[:12]}…)."
    door.answer({"file": file, "sha256": sha256}, lambda c: c.print(said(text)))


def _draw_steps(console: Console, steps: tuple[StepView, ...]) -> None:
    from casework.cli.fold import fold
    from casework.cli.terminal import said

    width = min(30, max((len(step.name) for step in steps), default=0))
    kind = min(26, max((len(step.type) for step in steps), default=0))
    console.print()
    for step in steps:
        room = max(16, console.width - width - kind - 8)
        heads, kinds = fold(step.name, width, 4), fold(step.type, kind, 6)
        tells = [line for text in _told(step) for line in fold(text, room, 4)]
        for number in range(max(len(heads), len(kinds), len(tells))):
            parts = [
                (lines[number] if number < len(lines) else "").ljust(size)
                for lines, size in ((heads, width), (kinds, kind), (tells, 0))
            ]
            console.print(said(f"  {parts[0]}  {parts[1]}  {parts[2]}".rstrip()))


def _told(step: StepView) -> list[str]:
    """Who fills a step and from what, in words."""
    reads = ", ".join(step.reads)
    words = {
        "document": "from the documents"
        + (f" ({', '.join(step.sources)})" if step.sources else ""),
        "model": f"a model, from {reads}" if reads else "a model",
        "rule": f"rule: {step.rule}",
        "python": f"code, from {reads}" if reads else "code",
        "person": "a person",
        "given": "from the row",
    }
    told = [f"a template, from {reads}" if step.template else words.get(step.by, step.by)]
    if step.by == "document" and reads:
        told = [f"{told[0]}, and from {reads}"]
    if step.second:
        again = "the same model once more" if step.second == "yes" else step.second
        decides = step.third or "a person"
        told.append(f"read a second time by {again}; {decides} decides where they disagree")
    if step.readers:
        told.append(f"read by {', then '.join(step.readers)}, then a person")
    if step.batch:
        told.append("may wait for a batch")
    if step.when:
        told.append(f"only when {step.when}")
    if step.review != "unsure":
        told.append(f"review: {step.review}")
    return told

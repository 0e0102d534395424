"""The command that proposes steps: what recurs in files, and what a goal or an SOP asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.suggesting.views import Suggested, SuggestedStep

_WIDE, _NARROW = (26, 14, 34, 14), (20, 8, 20, 8)
_WIDE_FROM = 110
EXAMPLES = [
    "casework procedure suggest inbox -o invoices.md",
    "casework procedure suggest inbox --goal 'may we pay this invoice?'",
]


def register(group: typer.Typer) -> None:
    """Put the command into the group of procedures."""
    command(group, "suggest", examples=EXAMPLES)(suggest)


async def suggest(
    door: Door,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES...", help="Files and folders of cases.")
    ],
    goal: Annotated[
        str, typer.Option(metavar="TEXT", help="What is to be found out; a model words the steps.")
    ] = "",
    sop: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A written procedure; a model takes its steps."),
    ] = None,
    no_sop: Annotated[
        bool,
        typer.Option("--no-sop", help="None of FILES is a written procedure, though one reads so."),
    ] = False,
    cases: Annotated[
        str, typer.Option(metavar="HOW", help="What makes a case: file, folder, thread, key:…")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE.md", help="Write the steps as a procedure."),
    ] = None,
) -> None:
    """Propose steps from what recurs in files, each with an example value and its place.

    No model is asked without --goal or --sop; with one of them their words and the names of labels
    are sent, never the files. Among FILES one that reads as a written procedure is no case: that is
    said, and its steps are made when --sop names it. Nothing is kept, and no worksheet is made.
    """
    from casework.base.errors import ConflictError, UsageError
    from casework.sdk.checking import check_intake
    from casework.sdk.suggesting.writing import procedure_text

    check_intake(files, cases)
    if out is not None and out.exists():
        raise ConflictError(f"{out} is there already.", fix="Name another file with -o.")
    if no_sop and sop is not None:
        raise UsageError("--sop and --no-sop do not go together.", fix="Leave one of them out.")
    if goal.strip() or sop is not None:
        found = await _with_model(door, files, goal, sop, cases)
    else:
        found = await _without_model(door, files, cases, no_sop)
    text = procedure_text(found.title, found.opening, found.steps)
    if out is not None:
        out.write_text(text, "utf-8")
    door.answer(_told(found, text, out), lambda console: _draw(console, found, out))


async def _with_model(
    door: Door, files: list[Path], goal: str, sop: Path | None, cases: str
) -> Suggested:
    """What the files suggest, and what the model of the workspace makes of the words."""
    from casework.cli.progress import watching

    with watching(door, "file") as watch:
        async with door.workspace() as workspace:
            return await workspace.suggesting.suggest(
                *files,
                goal=goal,
                sop=sop or "",
                cases=cases,
                language=_language(),
                on_read=watch.on_file,
            )


async def _without_model(door: Door, files: list[Path], cases: str, no_sop: bool) -> Suggested:
    """What the files suggest; no workspace is needed."""
    from casework.cli.progress import watching
    from casework.sdk.suggesting.alone import suggest_alone

    with watching(door, "file") as watch:
        return await suggest_alone(
            files, cases=cases, no_sop=no_sop, language=_language(), on_read=watch.on_file
        )


def _told(found: Suggested, text: str, out: Path | None) -> dict[str, object]:
    """The answer for programs."""
    return {
        "title": found.title,
        "files": found.files,
        "unread": found.unread,
        "grouping": found.grouping,
        "cases": found.cases,
        "tried": found.tried,
        "sop": found.sop,
        "notes": found.notes,
        "steps": found.steps,
        "model": found.model,
        "cost_usd": found.cost_usd,
        "procedure": text,
        "out": out,
    }


def _draw(console: Console, found: Suggested, out: Path | None) -> None:
    from casework.cli.terminal import said

    unread = [file for file in found.files if not file.readable]
    files, cases = len(found.files), found.cases
    console.print(said(f"{files:,} files, {cases:,} cases ({found.grouping})", "bold"))
    for file in unread[:10]:
        console.print(said(f"  {file.path}: {file.reason or file.state}", "dim"), soft_wrap=True)
    if found.tried < cases:
        console.print(said(f"Tried on {found.tried:,} of the cases.", "dim"))
    _draw_sop(console, found)
    if found.model:
        console.print(said(f"Worded by {found.model}.", "dim"))
    if not found.steps:
        console.print("Nothing recurs in these files that could be a step.")
        return
    console.print()
    _rows(console, [("step", "type", "example", "found", "from")], style="dim")
    _rows(console, [_row(step) for step in found.kept])
    left = [step for step in found.steps if not step.keep]
    if left:
        console.print(said("\nAlso there, and not in the procedure:", "dim"))
        _rows(console, [_row(step) for step in left], style="dim")
    for step in found.kept:
        if step.problem:
            console.print(said(f"{step.name}: {step.problem}"), soft_wrap=True)
    console.print()
    name = out or Path("procedure.md")
    if out is None:
        console.print("Write them as a procedure with: -o procedure.md")
    console.print(
        said(f"Then: casework add FILES --worksheet NAME --procedure {name}"), soft_wrap=True
    )


def _draw_sop(console: Console, found: Suggested) -> None:
    """Which of the files describes the work, and what can be done with it."""
    from casework.cli.terminal import said

    for note in found.notes:
        console.print(said(note), soft_wrap=True)
    if not found.sop:
        return
    console.print(said(f"Read as your procedure, and no case: {found.sop}"), soft_wrap=True)
    if not found.model:
        told = (
            "  Its lines become no steps by themselves: that takes a model, and --sop with its"
            " name. Until then its words stand at the head of the procedure."
            " If it is a case: --no-sop."
        )
        console.print(said(told, "dim"), soft_wrap=True)


def _language() -> str:
    """The language of whoever sits here (ISO 639-1), as the environment says; '' for none."""
    told = next(
        (one for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (one := os.environ.get(name))), ""
    )
    code = told[:2].lower()
    return code if code.isalpha() and len(code) == 2 and told[2:3] in ("", "_", ".") else ""


def _row(step: SuggestedStep) -> tuple[str, ...]:
    example = step.example.value if step.example else "needs a model" if step.needs_model else ""
    found = f"{step.found:,} of {step.of:,}" if step.of else ""
    found += "" if step.sure else ", weak"
    return (step.name, step.type, example, found, step.told)


def _rows(console: Console, rows: Sequence[tuple[str, ...]], style: str = "") -> None:
    from casework.cli.fold import fold
    from casework.cli.terminal import said

    widths = _WIDE if console.width >= _WIDE_FROM else _NARROW
    last = max(8, console.width - sum(widths) - 2 * len(widths) - 2)
    for row in rows:
        parts = [
            (fold(text, width, 1) or [""])[0].ljust(width)
            for text, width in zip(row, (*widths, last), strict=True)
        ]
        console.print(said(("  " + "  ".join(parts)).rstrip(), style))

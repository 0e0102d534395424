"""The command by which a person decides one cell after another: review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.decisions import PANEL, WhoOption
from casework.cli.door import Door
from casework.cli.runs import CaseOption, StepOption

if TYPE_CHECKING:
    from casework.sdk.desk.reviewing import Reviewing

_LISTED = 10
"""Items that --json lists without --limit."""


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "review",
        panel=PANEL,
        examples=[
            "casework review",
            "casework review --step 'Total due' --limit 20",
            "casework review --pictures write",
            "printf 'a\\nc EUR 12.00\\nn\\n' | casework review",
        ],
    )(review)


async def review(
    door: Door,
    step: StepOption = None,
    case: CaseOption = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Stop after so many answers.", show_default=False),
    ] = None,
    blind_only: Annotated[
        bool,
        typer.Option("--blind-only", help="Only cases that were picked at random."),
    ] = False,
    pictures: Annotated[
        str,
        typer.Option(
            metavar="show|write|no",
            help="Page pictures: in the terminal, as files, or none; without it what fits.",
            show_default=False,
        ),
    ] = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Decide one cell after another: what teaches most comes first.

    Shows each cell with its quote and page, and takes a key: Enter accepts, c corrects, n and u say
    that there is nothing or that it cannot be read, s skips, z takes back, ? tells the rest. Every
    answer is kept at once. Some cells are picked at random to check the machine; of those you see
    what it found only after you have read them yourself.

    Without a terminal answers are read from stdin, a line each: a, c VALUE, n, u, r, s, z, q.
    --json lists what comes next and asks nothing.
    """
    from casework.cli.learning_in_passing import learn_in_passing

    async with door.worksheet(worksheet) as sheet:
        reviewing = sheet.reviewing
        waiting = await reviewing.begin(
            cases=case or (), steps=step or (), only="audit" if blind_only else "", who=who
        )
        try:
            if door.json:
                items = await reviewing.items(limit or _LISTED)
                door.answer({"waiting": waiting, "items": items}, lambda _: None)
                return
            await _sit(door, reviewing, waiting, pictures, limit or 0)
        finally:
            await reviewing.end()
        await learn_in_passing(door, sheet)


async def _sit(door: Door, reviewing: Reviewing, waiting: int, pictures: str, limit: int) -> None:
    import os
    import sys

    from casework.cli.inline_pictures import Pictures, way_of
    from casework.cli.keyboard import keyboard
    from casework.cli.review_drawing import draw_end
    from casework.cli.review_sitting import Sitting
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    console = door.out
    if not waiting:
        console.print("Nothing waits for you.")
        hint = "How far what nobody looked at may be relied on: casework trust"
        console.print(said(hint, QUIET))
        return
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    shown = Pictures(way_of(pictures, os.environ, terminal=terminal), sys.stdout, console.width)
    try:
        with keyboard(console.width) as keys:
            await Sitting(reviewing, keys, console, shown, limit).run()
    finally:
        shown.close()
        told = await reviewing.statistics()
        readers = await reviewing.two_readers() if told.kinds.get("read") else None
        draw_end(console, told, readers)

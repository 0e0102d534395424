"""The command for what may be relied on: trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.decisions import PANEL
from casework.cli.door import Door

if TYPE_CHECKING:
    from casework.sdk.worksheet import Worksheet

_ERROR, _CONFIDENCE = "5%", "90%"
"""What is promised where only one of the two is said."""
StepArgument = Annotated[
    str,
    typer.Argument(
        metavar="[STEP]",
        help="One step; without it all that have no promise of their own.",
        show_default=False,
    ),
]
ErrorOption = Annotated[
    str,
    typer.Option(
        "--error",
        metavar="SHARE",
        help="The share of errors that you can live with, as 5% or 0.05.",
        show_default=False,
    ),
]
ConfidenceOption = Annotated[
    str,
    typer.Option(
        "--confidence",
        metavar="SHARE",
        help="How sure you want to be that it is kept, as 90% or 0.9.",
        show_default=False,
    ),
]
PicturesOption = Annotated[
    Path | None,
    typer.Option(
        "--pictures", metavar="FOLDER", help="Write its pictures there, as SVG.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "trust",
        panel=PANEL,
        examples=[
            "casework trust",
            "casework trust --error 5% --confidence 90%",
            'casework trust "Total due" --error 2%',
            "casework trust --pictures out",
            "casework trust --withdraw",
        ],
    )(trust)


async def trust(
    door: Door,
    step: StepArgument = "",
    error: ErrorOption = "",
    confidence: ConfidenceOption = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the promise back: people look as before.")
    ] = False,
    pictures: PicturesOption = None,
    worksheet: SheetOption = "",
) -> None:
    """Say how far the work may be relied on, and promise how wrong it may be.

    With --error or --confidence a promise is made: cases are drawn at random, people read them
    before they see what the machine found (casework review), and once that shows that no more than
    this share is wrong, values of which it is sure enough pass without a person.
    """
    from casework.base.errors import UsageError
    from casework.cli.trust_drawing import draw_trust

    if withdraw and (error or confidence):
        raise UsageError("Make a promise or take it back, not both.")
    async with door.worksheet(worksheet) as sheet:
        if withdraw:
            await sheet.trust.withdraw(step=step)
        elif error or confidence:
            await _promise(sheet, step, error or _ERROR, confidence or _CONFIDENCE)
        only = "" if withdraw else step
        view = await sheet.trust.view(step=only)
        files = await sheet.trust.save_pictures(pictures, step=only) if pictures else []
        offered = await _offered(sheet) if any(not one.points for one in view.promises) else ()
    told = {
        "promises": view.promises,
        "cases": view.cases,
        "drawn": view.drawn,
        "files": files,
    }
    door.answer(told, lambda console: draw_trust(console, view, files, offered))


async def _promise(sheet: Worksheet, step: str, error: str, confidence: str) -> None:
    epsilon, sure = share(error, "--error"), share(confidence, "--confidence")
    await sheet.trust.promise(epsilon, round(1 - sure, 9), step=step)


async def _offered(sheet: Worksheet) -> tuple[str, ...]:
    """The steps of which something that was learned is offered, and nothing is at work."""
    state = await sheet.learning.state()
    return tuple(dict.fromkeys(one.step for one in state.steps if one.offered and not one.live))


def share(words: str, option: str) -> float:
    """A share as people write it: `5%`, `5 %`, `0.05`."""
    from casework.base.errors import UsageError

    text = words.strip().replace(",", ".")
    per_cent = text.endswith("%")
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = -1.0
    value = value / 100 if per_cent else value
    if not 0 < value < 1:
        raise UsageError(
            f"{option} {words} is no share between 0 and 1.",
            fix="Write it as 5% or 0.05.",
        )
    return round(value, 6)

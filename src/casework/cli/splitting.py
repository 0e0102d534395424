"""The command that cuts a file into the documents that it holds: split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.base.errors import UsageError
from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

PANEL = "Begin"
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="Its name or sha256.")]
CaseOption = Annotated[
    str,
    typer.Option(
        metavar="CASE",
        help="The case that has it, where several have one of this name.",
        show_default=False,
    ),
]
AtOption = Annotated[
    str,
    typer.Option(
        metavar="PAGES", help="Cut before these pages and nowhere else.", show_default=False
    ),
]
CutOption = Annotated[
    str,
    typer.Option(metavar="PAGES", help="Cut before these pages as well.", show_default=False),
]
JoinOption = Annotated[
    str,
    typer.Option(metavar="PARTS", help="Make one of these parts, such as 2-3.", show_default=False),
]
IntoOption = Annotated[
    str,
    typer.Option(
        metavar="cases|documents",
        help="Parts become cases, or documents of the case that has the file.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "split",
        panel=PANEL,
        examples=[
            "casework split scan.pdf",
            "casework split scan.pdf --accept",
            "casework split scan.pdf --at 3,5,9",
            "casework split scan.pdf --join 2-3",
            "casework split scan.pdf --whole",
        ],
    )(split)


async def split(
    door: Door,
    file: FileArgument,
    worksheet: SheetOption = "",
    case: CaseOption = "",
    accept: Annotated[bool, typer.Option("--accept", help="Cut it as it is proposed.")] = False,
    at: AtOption = "",
    cut: CutOption = "",
    join: JoinOption = "",
    each_page: Annotated[bool, typer.Option("--each-page", help="Each page by itself.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Make it one document again.")] = False,
    into: IntoOption = "",
    history: Annotated[bool, typer.Option("--history", help="Who cut it, how and when.")] = False,
) -> None:
    """Show where a file holds several documents and why, or cut it there.

    Without an option nothing is changed. Cases whose pages stay the same keep all that was decided;
    cuts can be moved at any time.
    """
    from casework.cli.parts import draw_history, draw_split
    from casework.sdk.splitting import Cuts

    if into not in ("", "cases", "documents"):
        raise UsageError(f"--into is {into!r}; expected cases or documents.")
    cuts = Cuts(pages_of(at), pages_of(cut), join, each_page, whole)
    cuts.check()
    doing = accept or cuts != Cuts() or bool(into)
    async with door.worksheet(worksheet) as sheet:
        if history:
            past = await sheet.splitting.history(file, case=case)
            door.answer({"file": file, "history": past}, lambda c: draw_history(c, past))
            return
        if doing:
            found = await sheet.splitting.split(file, cuts, case=case, made=into)  # type: ignore[arg-type]
        else:
            found = await sheet.splitting.look(file, case=case)

    def draw(console: Console) -> None:
        draw_split(console, found, done=doing, whole=whole)

    door.answer(found, draw)


def pages_of(text: str) -> tuple[int, ...]:
    """`3,5,9` as numbers; raises `UsageError`."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if any(not word.isdecimal() or word == "0" for word in words):
        raise UsageError(f"{text!r} does not name pages.", fix="Write numbers, such as 3,5,9.")
    return tuple(int(word) for word in words)

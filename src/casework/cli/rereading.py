"""The command that reads documents again: read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.start import PANEL, PasswordFileOption, PasswordOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.sdk.rereading import ReadAgain, Unread

_SHOWN = 40
Documents = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[DOCUMENTS…]",
        help="Only these, by name or the beginning of a sha256.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "read",
        panel=PANEL,
        examples=[
            "casework read",
            "casework read --again",
            "casework read --again locked.pdf --password -",
            "casework read --again --all",
        ],
    )(read)


async def read(
    door: Door,
    documents: Documents = None,
    worksheet: SheetOption = "",
    again: Annotated[
        bool, typer.Option("--again", help="Read them again; without it they are listed.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="All documents, also those that were read well.")
    ] = False,
    password: PasswordOption = "",
    password_file: PasswordFileOption = None,
) -> None:
    """List the documents that were not read, or not all of them; read them again with --again.

    Worth it after something was installed (an OCR engine, a newer casework), with a password, or
    after a limit was raised. Broken off, it goes on where it was. Values that people decided stay;
    the next run finds anew what depends on a document that changed.
    """
    from casework.cli.progress import watching
    from casework.cli.secret import read_password

    word = read_password(password, password_file)
    named = documents or []
    async with door.workspace() as workspace:
        if not again:
            waiting = await workspace.rereading.waiting(
                *named, worksheet=worksheet, all_of_them=every
            )
            door.answer({"documents": waiting}, lambda console: _draw_waiting(console, waiting))
            return
        with watching(door, "document") as watch:
            done = await workspace.rereading.again(
                *named,
                worksheet=worksheet,
                all_of_them=every,
                password=word,
                on_read=watch.on_file,
            )
    door.answer({"documents": done}, lambda console: _draw_done(console, done))


def _draw_waiting(console: Console, waiting: Sequence[Unread]) -> None:
    """What might be read better, and how each stands."""
    from casework.cli.words import many

    if not waiting:
        console.print("Every document was read; nothing speaks for reading one again.")
        return
    for each in waiting[:_SHOWN]:
        _draw(console, each.name, each.cases, each.why, each.reason)
    _draw_more(console, len(waiting))
    protected = sum(each.state == "password" for each in waiting)
    console.print()
    console.print(f"To read {many(len(waiting), 'document')} again: casework read --again")
    if protected:
        console.print("Protected ones want --password as well.")


def _draw_done(console: Console, done: Sequence[ReadAgain]) -> None:
    """What reading again changed."""
    from casework.cli.terminal import said
    from casework.cli.words import many

    if not done:
        console.print("There is no document to read again. Protected ones want --password.")
        return
    changed = [each for each in done if each.changed or each.added]
    told = f"Read {many(len(done), 'document')} again; {len(changed) or 'none'} changed."
    console.print(said(told, "bold"))
    for each in (changed + [each for each in done if each not in changed])[:_SHOWN]:
        what = each.changed or "nothing changed"
        if each.added:
            what += f"; new in its case: {', '.join(each.added)}"
        reason = each.reason if each.state != "read" else " ".join(each.notes)
        _draw(console, each.name, each.cases, what, reason)
    _draw_more(console, len(done))
    if changed:
        console.print()
        console.print("See what it changes: casework plan, then casework run.")


def _draw(console: Console, name: str, cases: Sequence[str], what: str, reason: str) -> None:
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said

    where = f"  in {cases[0]}" if cases else ""
    if len(cases) > 1:
        where += f" and {len(cases) - 1} more"
    console.print(join("  ", said(name), said(where, QUIET)))
    for line in fold(what, max(20, console.width - 6), 3):
        console.print(said(f"      {line}"))
    for line in fold(reason, max(20, console.width - 6), 4) if reason else ():
        console.print(said(f"      {line}", QUIET))


def _draw_more(console: Console, count: int) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    if count > _SHOWN:
        console.print(said(f"  and {count - _SHOWN:,} more", QUIET))

"""The command that forgets documents and everything that came from them: forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.forgetting import ForgetView
    from casework.types.forgotten import Forgotten

PANEL = "Documents"
_NAMED = 8
"""Cases and values of which the names are drawn; of more only how many there are."""


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "forget",
        panel=PANEL,
        examples=[
            "casework forget letter.pdf",
            "casework forget letter.pdf --yes --note 'asked for on 3 May'",
            "casework forget --list",
        ],
    )(forget)


async def forget(
    door: Door,
    documents: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DOCUMENT]…",
            help="A file, the name of a document, or the beginning of its sha256; several with"
            " spaces between. Without any, what was broken off goes on.",
            show_default=False,
        ),
    ] = None,
    worksheet: SheetOption = "",
    note: Annotated[str, typer.Option(metavar="WORDS", help="Why; kept.", show_default=False)] = "",
    who: Annotated[
        str, typer.Option(metavar="NAME", help="Who forgets it.", show_default=False)
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do it; without this it is only shown.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--list", help="What was forgotten, by whom and why.")
    ] = False,
) -> None:
    """Forget documents: their bytes, their text, and every value, quote, decision and learned
    version that came from them. Shows what that is; --yes does it, and nothing brings it back.

    Their cells go back to be run without them. What was forgotten is not taken in again unless it
    is added with --again.
    """
    async with door.workspace() as workspace:
        if show:
            told = await workspace.forgotten()
            answer = [{"sha256": one.sha256, "who": one.who, "at": one.at, "note": one.note}
                      for one in told]  # fmt: skip
            door.answer({"forgotten": answer}, lambda console: _draw_list(console, told))
            return
        view = await workspace.forget(
            *(documents or ()),
            worksheet=worksheet,
            note=note,
            who=who,
            dry=not yes and bool(documents),
        )
    door.answer(view, lambda console: _draw(console, view))


def _draw(console: Console, view: ForgetView) -> None:
    from casework.cli.signs import LOOK, QUIET
    from casework.cli.terminal import said
    from casework.cli.words import listed, many

    verb = "Forgotten" if view.done else "This would forget"
    names = [name or sha256[:12] for sha256, name in view.documents]
    console.print(said(f"{verb}: {listed(names, _NAMED)}.", "bold"))
    if view.cases:
        console.print(said(f"  in {listed(view.cases, _NAMED)}"))
    for line in _held(view):
        console.print(said(f"  {line}"))
    for told in view.drafts[:_NAMED]:
        console.print(said(f"  {told}"), soft_wrap=True)
    if len(view.drafts) > _NAMED:
        console.print(said(f"  and {many(len(view.drafts) - _NAMED, 'more draft')}"))
    for name in view.written[:_NAMED]:
        told = "a person wrote it, nobody knows from what; it stays"
        console.print(said(f"! {name}: {told}", LOOK), soft_wrap=True)
    if len(view.written) > _NAMED:
        console.print(said(f"! and {many(len(view.written) - _NAMED, 'more such value')}", LOOK))
    if view.beyond:
        console.print(said("Out of reach from here:", QUIET))
    for told in view.beyond:
        console.print(said(f"  {told}", QUIET), soft_wrap=True)
    if view.done and view.learned:
        console.print("What is left is learned from anew: casework learn tells what is offered.")
    if view.done and not view.swept:
        told = "Another process reads the database: end it, then casework forget sweeps the rest."
        console.print(said(told, LOOK), soft_wrap=True)
    if not view.done:
        console.print("Nothing is changed yet. To do it: the same with --yes.")


def _held(view: ForgetView) -> list[str]:
    """What holds something of them, each kind with its number."""
    counts = view.counts
    told = [
        (view.cells, "cells that go back to be run without it"),
        (counts.outcomes, "values, past ones too"),
        (counts.quotes, "quotes"),
        (counts.verdicts, "decisions of people"),
        (counts.second_readings, "second readings"),
        (counts.past_decisions, "imported decisions"),
        (counts.corrections, "corrections of a pending change"),
        (counts.recognised_pages, "recognised pages"),
        (counts.texts, "texts that were sent or answered"),
        (counts.answers, "remembered answers of its worksheet"),
        (counts.batch_requests, "requests in batches, which are asked anew"),
    ]
    lines = [f"{count:>7,}  {words}" for count, words in told if count]
    if view.learned:
        lines.append(f"{'':>7}  what was learned of {', '.join(dict.fromkeys(view.learned))}")
    return lines


def _draw_list(console: Console, told: list[Forgotten]) -> None:
    from casework.cli.signs import LOOK, QUIET
    from casework.cli.terminal import join, said
    from casework.cli.words import clock

    if not told:
        console.print("Nothing was forgotten here.")
    for one in told:
        when = clock(one.at, with_date=True)
        head = said(f"{one.sha256[:12]}  {when}  {one.who}")
        note = said(f"  {one.note}" if one.note else "", QUIET)
        open_still = said("" if one.done_at else "  ! broken off: casework forget ends it", LOOK)
        console.print(join(head, note, open_still), soft_wrap=True)

"""The command for written documents: document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.tables import PANEL

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.written import WrittenView


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "document",
        panel=PANEL,
        examples=[
            "casework document CLM-204",
            "casework document CLM-204 Memo -o memo.md",
            "casework document --all out",
        ],
    )(document)


async def document(
    door: Door,
    case: Annotated[
        str,
        typer.Argument(
            metavar="[CASE]", help="Its name, number or the beginning of it.", show_default=False
        ),
    ] = "",
    step: Annotated[
        str,
        typer.Argument(
            metavar="[STEP]",
            help="The step that wrote it; the only one needs no name.",
            show_default=False,
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write it to this file.", show_default=False
        ),
    ] = None,
    everything: Annotated[
        Path | None,
        typer.Option(
            "--all",
            metavar="FOLDER",
            help="Write every document of the worksheet into this folder.",
            show_default=False,
        ),
    ] = None,
    worksheet: SheetOption = "",
) -> None:
    """Show a written document as Markdown, or write it to a file.

    Every sentence has marks that lead to the cells and pages it rests on; one that nothing bears
    is marked as not supported, with the reason.
    """
    from casework.base.errors import UsageError

    if bool(case) == bool(everything):
        raise UsageError(
            "Say which case, or --all with a folder.", fix="casework document CASE [STEP]"
        )
    async with door.worksheet(worksheet) as sheet:
        if everything is not None:
            paths = await sheet.written.save_all(everything)
            door.answer({"files": paths}, lambda console: _draw_saved(console, paths, everything))
            return
        view = await sheet.written.of(case, step)
        path = await sheet.written.save(case, step, output) if output else None
    door.answer(_told(view, path), lambda console: _draw(console, view, path))


def _told(view: WrittenView, path: Path | None) -> dict[str, object]:
    return {
        "case": view.case_name,
        "step": view.step_id,
        "title": view.title,
        "markdown": view.markdown,
        "sentences": list(view.sentences),
        "unsupported": view.unsupported,
        "needs_person": view.needs or None,
        "file": path,
    }


def _draw(console: Console, view: WrittenView, path: Path | None) -> None:
    from casework.cli.signs import LOOK
    from casework.cli.terminal import said

    if path is None:
        for line in view.markdown.splitlines():
            console.print(said(line), soft_wrap=True)
    else:
        text = f"Wrote {view.step_name} of {view.case_name} to {path}."
        console.print(said(text), soft_wrap=True)
    if view.unsupported:
        count = len(view.sentences)
        told = f"{view.unsupported} of {count} sentences are not supported: look at them."
        console.print(said(told, LOOK))


def _draw_saved(console: Console, paths: list[Path], folder: Path) -> None:
    from casework.cli.terminal import said
    from casework.cli.words import many

    text = f"Wrote {many(len(paths), 'document')} to {folder}."
    if not paths:
        text = "No document is written yet: casework plan tells why."
    console.print(said(text), soft_wrap=True)

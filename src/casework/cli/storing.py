"""Commands on where a workspace keeps what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import ListingGroup, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.moving import Moved, StoreView

PANEL = "Set up"
_DIGITS = 12
ToOption = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="postgresql://…|folder",
        help="Where the rows go: a database, or the workspace's own folder.",
        show_default=False,
    ),
]
BlobsOption = Annotated[
    str,
    typer.Option(
        "--blobs",
        metavar="s3://…|folder",
        help="Where the files go: a bucket, or the workspace's own folder.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    group = typer.Typer(
        cls=ListingGroup,
        help="Show and change where the workspace keeps rows and files.",
        epilog="Example\ncasework store",
    )
    app.add_typer(group, name="store", rich_help_panel=PANEL)
    command(group, "list", examples=["casework store"])(show)
    command(
        group,
        "move",
        examples=[
            "casework store move --to 'postgresql://ada@db.example.com/work?schema=claims'",
            "casework store move --blobs 's3://claims/files?region=eu-central-1'",
            "casework store move --to folder --blobs folder",
        ],
    )(move)


async def show(door: Door) -> None:
    """Show where the workspace keeps its rows and its files."""
    from casework.cli.terminal import said
    from casework.sdk.moving import where

    found = where(door.folder_in_use())

    def draw(console: Console) -> None:
        console.print(said(f"Rows   {_place(found.rows)}"), soft_wrap=True)
        console.print(said(f"Files  {_place(found.files)}"), soft_wrap=True)

    door.answer(found, draw)


async def move(door: Door, to: ToOption = "", blobs: BlobsOption = "") -> None:
    """Move rows to a Postgres database, files to an object store, or either back to the folder.

    Each table is compared by digest afterwards. Nothing is deleted where it was; a move that was
    broken off goes on when you start it again. Passwords are not part of an address: see casework
    settings key postgresql and casework settings key s3.
    """
    from casework.base.errors import UsageError
    from casework.cli.progress import watching
    from casework.sdk.moving import move as move_workspace

    if not to and not blobs:
        raise UsageError("Where to?", fix="Name a place with --to or --blobs.")
    with watching(door, "row") as watch:
        moved = await move_workspace(
            door.folder_in_use(), to=to, blobs=blobs, on_moved=watch.on_file
        )
    door.answer(moved, lambda console: _draw_moved(console, moved))


def _draw_moved(console: Console, moved: Moved) -> None:
    from casework.cli.terminal import join, said

    for told in moved.tables:
        if told.rows or not told.same:
            mark = said("✓ ", "green") if told.same else said("✗ ", "red")
            line = f"{told.table:18}{told.rows:>10,}  {told.source[:_DIGITS]}"
            console.print(join(mark, said(line)))
    if moved.tables:
        rows = sum(told.rows for told in moved.tables)
        empty = sum(not told.rows for told in moved.tables)
        rest = f" ({empty} more are empty on both sides)" if empty else ""
        console.print(
            said(f"{rows:,} rows, each table the same on both sides by sha256{rest}."),
            soft_wrap=True,
        )
    if moved.files:
        console.print(said(f"{moved.files:,} files, each compared with its hash."))
    console.print(said(f"From now on: {_told(moved.target)}."), soft_wrap=True)
    console.print("Nothing was deleted where it was before.")


def _told(view: StoreView) -> str:
    return f"rows in {_place(view.rows)}, files in {_place(view.files)}"


def _place(address: str) -> str:
    return "the workspace's folder" if address == "folder" else address

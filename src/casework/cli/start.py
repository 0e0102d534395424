"""Commands that bring things in: init, add, cases, move."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.sdk.splitting import SplitView
    from casework.sdk.views import Added

PANEL = "Begin"
Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILES…", help="Files and folders.", show_default=False),
]
ProcedureOption = Annotated[
    Path | None,
    typer.Option(
        "--procedure",
        "-p",
        metavar="FILE",
        help="Make the worksheet, under this procedure (.md or .py; it is copied in).",
        show_default=False,
    ),
]
CasesOption = Annotated[
    str,
    typer.Option(
        metavar="file|folder|thread|key:PATTERN",
        help="What makes a case; without it casework chooses what fits and says so.",
        show_default=False,
    ),
]
OneCaseOption = Annotated[
    str,
    typer.Option(
        metavar="CASE",
        help="Put all of them into this one case (its key, name or id); made if new.",
        show_default=False,
    ),
]
PasswordOption = Annotated[
    str,
    typer.Option(
        metavar="WORD",
        help="What opens protected files; not kept. With - it is asked for, or read from stdin, "
        "so that nobody else sees it.",
        show_default=False,
    ),
]
SplitOption = Annotated[
    bool,
    typer.Option(
        "--split", help="Cut files that look like several documents, as casework split proposes."
    ),
]
ReadersOption = Annotated[
    str,
    typer.Option(
        "--readers",
        metavar="GROUPS",
        help="The groups that may read them, with commas between; without it everybody.",
        show_default=False,
    ),
]
AgainOption = Annotated[bool, typer.Option("--again", help="Take back what was forgotten before.")]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The same from the first line of a file.", show_default=False
    ),
]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="postgresql://…",
        help="Keep the rows in this Postgres database, so that many machines may use it.",
        show_default=False,
    ),
]
BlobsOption = Annotated[
    str,
    typer.Option(
        "--blobs",
        metavar="s3://…",
        help="Keep the files in this object store.",
        show_default=False,
    ),
]
JoinOption = Annotated[
    bool, typer.Option("--join", help="Use the workspace that --store holds already.")
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "init",
        panel=PANEL,
        examples=[
            "casework init claims",
            "casework init claims --store 'postgresql://ada@db.example.com/work?schema=claims'",
        ],
    )(init)
    command(
        app,
        "add",
        panel=PANEL,
        examples=[
            "casework add inbox --worksheet invoices --procedure invoices.md",
            "casework add inbox",
            r"casework add mail --cases 'key:CLM-\d+'",
            "casework add receipt.pdf --case CLM-204",
            "casework add north --readers claims-north,auditors",
            "casework add locked.pdf --case CLM-204 --password -",
            "casework add locked.pdf --case CLM-204 --password-file walnut.txt",
        ],
    )(add)
    command(app, "cases", panel=PANEL, examples=["casework cases", "casework cases -s claims"])(
        cases
    )
    command(
        app, "move", panel=PANEL, examples=["casework move receipt.pdf --case CLM-204 --to CLM-207"]
    )(move)


async def init(
    door: Door,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Where; this folder when left out."),
    ] = None,
    store: StoreOption = "",
    blobs: BlobsOption = "",
    join_it: JoinOption = False,
) -> None:
    """Make a workspace: a folder that holds documents, values and decisions.

    Copy or move the folder as you like; it opens anywhere. With --store the rows are kept in a
    Postgres database and the folder holds procedures, settings and files; --join makes such a
    folder for a workspace that others made there. A password is no part of an address: put it into
    CASEWORK_STORE_PASSWORD, or keep it with casework settings key postgresql.
    """
    from casework.base.errors import UsageError
    from casework.cli.terminal import join, said
    from casework.sdk.workspace import Workspace

    if join_it and not store:
        raise UsageError("Join which workspace?", fix="Name it with --store postgresql://…")
    path = folder or door.folder or Path()
    if join_it:
        workspace = await Workspace.join(path, store=store, blobs=blobs)
    else:
        workspace = await Workspace.create(path, store=store, blobs=blobs)
    await workspace.close()
    made = path.resolve()

    def draw(console: Console) -> None:
        done = "Joined the workspace in " if join_it else "Made the workspace "
        console.print(join(done, said(str(made), "bold"), "."), soft_wrap=True)
        if store:
            console.print(said(f"Its rows are in {store}."), soft_wrap=True)
        if store and not blobs:
            console.print(
                "Files stay in this folder: for use from several machines keep them in an object"
                " store, with --blobs s3://…",
                soft_wrap=True,
            )
        where = "" if path.resolve() == Path.cwd() else f"cd {shlex.quote(str(path))} && "
        console.print(
            f"Next: {where}casework add FILES --worksheet NAME --procedure PROCEDURE.md",
            soft_wrap=True,
        )
        console.print(f"Or in a browser: {where}casework studio", soft_wrap=True)

    door.answer({"workspace": str(made)}, draw)


async def add(
    door: Door,
    files: Files,
    worksheet: SheetOption = "",
    procedure: ProcedureOption = None,
    cases: CasesOption = "",
    case: OneCaseOption = "",
    password: PasswordOption = "",
    password_file: PasswordFileOption = None,
    split: SplitOption = False,
    readers: ReadersOption = "",
    again: AgainOption = False,
) -> None:
    """Add files and folders; show the cases that they make.

    A late file with a known key joins its case. Nothing runs yet: look at the cases, then
    casework plan and casework run.
    """
    from casework.cli.progress import watching
    from casework.cli.secret import read_password
    from casework.sdk.checking import check_intake

    check_intake(files, cases)
    word = read_password(password, password_file)
    async with door.workspace() as workspace:
        if procedure is None:
            sheet = await workspace.worksheet(worksheet)
        else:
            sheet = await workspace.new_worksheet(worksheet or procedure.stem, procedure)
        with watching(door, "file") as watch:
            added = await sheet.add(
                *files,
                cases=cases,
                case=case,
                password=word,
                readers=[readers] if readers else [],
                again=again,
                on_file=watch.on_file,
            )
        cut = await sheet.splitting.split_bundles(added) if split else ()
        noticed = await sheet.documents.serious([file.sha256 for file in added.new_files])
    told = {
        "worksheet": sheet.name,
        "grouping": added.grouping,
        "cases": added.cases,
        "left_out": added.left_out,
        "to_look_at": noticed,
        "split": cut,
    }

    copied = "" if procedure is None else sheet.name
    door.answer(told, lambda console: _draw_all(console, added, noticed, cut, copied))


def _draw_all(
    console: Console, added: Added, noticed: list[str], cut: Sequence[SplitView], copied: str
) -> None:
    """What was added, what is to be looked at, what was cut; `copied` is the worksheet that a
    procedure was copied for, or ''."""
    from casework.cli.added import draw_added, draw_noticed
    from casework.cli.parts import draw_bundles

    draw_added(console, added)
    draw_noticed(console, added, noticed)
    draw_bundles(console, added, cut)
    if copied:
        told = "The procedure was copied; where to edit it: casework procedure show"
        console.print(f"{told} -s {copied}", soft_wrap=True)
    if added.files:
        console.print("Next: casework plan, then casework run.")


async def cases(door: Door, worksheet: SheetOption = "") -> None:
    """List the cases with their documents."""
    from casework.cli.added import draw_cases

    async with door.worksheet(worksheet) as sheet:
        found = await sheet.cases()
        name = sheet.name
    door.answer({"worksheet": name, "cases": found}, lambda console: draw_cases(console, found))


async def move(
    door: Door,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its name or sha256.")],
    case: Annotated[str, typer.Option(metavar="A", help="The case that holds it.")],
    to: Annotated[str, typer.Option(metavar="B", help="The case it belongs to; made if new.")],
    worksheet: SheetOption = "",
) -> None:
    """Move a document to another case; the next run redoes what depends on it."""
    from casework.cli.terminal import said

    async with door.worksheet(worksheet) as sheet:
        target = await sheet.move(document, case=case, to=to)
        told = {"document": document, "case": target.name, "id": target.id}
    text = f"Moved {document} from {case} to {target.name}. See what it changes: casework plan"
    door.answer(told, lambda console: console.print(said(text)))

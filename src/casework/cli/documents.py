"""Commands for the documents themselves: documents, alike, page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.tables import PANEL

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.documents import Documents, DocumentView

_ROWS = 50
DocumentName = Annotated[
    str,
    typer.Argument(
        metavar="DOCUMENT",
        help="Its name, the beginning of it, or of its sha256.",
        show_default=False,
    ),
]
CaseOption = Annotated[
    str,
    typer.Option("--case", "-c", metavar="CASE", help="The one of this case.", show_default=False),
]
ReadersOption = Annotated[
    str,
    typer.Option(
        "--readers",
        metavar="GROUPS",
        help="Let these groups read it, and nobody else; everybody opens it again.",
        show_default=False,
    ),
]
PasswordOption = Annotated[
    str,
    typer.Option(
        metavar="WORD",
        help="What opens a protected file; not kept. With - it is asked for.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "documents",
        panel=PANEL,
        examples=[
            "casework documents",
            "casework documents --flagged",
            "casework documents scan-03.pdf",
            "casework documents scan-03.pdf --deep",
            "casework documents --case CLM-204",
        ],
    )(documents)
    command(
        app,
        "alike",
        panel=PANEL,
        examples=["casework alike invoice.pdf", "casework alike invoice.pdf invoice-copy.pdf"],
    )(alike)
    command(
        app,
        "page",
        panel=PANEL,
        examples=[
            "casework page invoice.pdf",
            'casework page lease.pdf 12 --mark "monthly rent" --scale 3 -o rent.png',
            "casework page lease.pdf --all",
        ],
    )(page)


async def documents(
    door: Door,
    document: Annotated[
        str,
        typer.Argument(
            metavar="[DOCUMENT]", help="One document, with its whole report.", show_default=False
        ),
    ] = "",
    worksheet: SheetOption = "",
    case: CaseOption = "",
    flagged: Annotated[
        bool, typer.Option("--flagged", help="Only documents with something serious.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Every document, not the first {_ROWS}.")
    ] = False,
    page: Annotated[int, typer.Option(min=1, help="Which page of the list.")] = 1,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Compare its text with its pictures: seconds a page."),
    ] = False,
    password: PasswordOption = "",
    readers: ReadersOption = "",
) -> None:
    """List the documents with what is to be known of them, or show the report of one.

    How much was recognised from pictures, in which language it is, text that nobody sees, pages
    that could not be read, and documents that are the same or nearly the same.
    """
    from casework.base.errors import UsageError
    from casework.cli.document_report import draw_list, draw_one, listed_json, one_json

    if deep and not document:
        raise UsageError("Look closely at which document?", fix="casework documents NAME --deep")
    if readers and not document:
        raise UsageError(
            "Who may read which document?", fix="casework documents NAME --readers GROUPS"
        )
    async with door.worksheet(worksheet) as sheet:
        shelf = sheet.documents
        if document:
            if readers:
                await shelf.set_readers(document, [readers], case=case)
            if deep:
                await _look_closely(door, shelf, document, case, password)
            view = await shelf.of(document, case=case)
            door.answer(one_json(view), lambda console: draw_one(console, view))
            return
        cases = [case] if case else []
        count = await shelf.count()
        limit = count if everything else _ROWS
        views = await shelf.page(
            cases=cases, limit=limit, skip=0 if everything else _ROWS * (page - 1), flagged=flagged
        )
    further = page + 1 if len(views) == limit < count and not everything and not case else 0
    told = {"count": count, "documents": [listed_json(view) for view in views]}
    door.answer(
        told, lambda console: draw_list(console, views, count, next_page=further, flagged=flagged)
    )


async def _look_closely(
    door: Door, shelf: Documents, document: str, case: str, password: str
) -> None:
    """Compare the text of a document with its pictures, page by page."""
    from casework.cli.progress import watching
    from casework.cli.secret import read_password

    with watching(door, "page") as watch:
        await shelf.look_closely(
            document, case=case, password=read_password(password, None), on_page=watch.on_file
        )


async def alike(
    door: Door,
    document: DocumentName,
    other: Annotated[
        str,
        typer.Argument(
            metavar="[OTHER]", help="Another one: tell what differs.", show_default=False
        ),
    ] = "",
    worksheet: SheetOption = "",
    case: CaseOption = "",
) -> None:
    """Show the documents that are like this one, or what two documents do not have in common.

    Much of the same text makes two documents similar, as letters from one template are. They are
    nearly the same when hardly anything differs and no number or date that tells them apart.
    """
    from casework.cli.document_report import difference_json, draw_alike, draw_difference, like_json

    async with door.worksheet(worksheet) as sheet:
        view = await sheet.documents.of(document, case=case)
        if not other:
            found = [like_json(like) for like in view.alike]
            told = {"document": view.name, "sha256": view.sha256, "alike": found}
            door.answer(told, lambda console: draw_alike(console, view))
            return
        differs = await sheet.documents.difference(view.sha256, other)
    answer = {"document": view.name, "other": other, **difference_json(differs)}
    door.answer(answer, lambda console: draw_difference(console, view.name, other, differs))


async def page(
    door: Door,
    document: DocumentName,
    number: Annotated[
        int,
        typer.Argument(
            metavar="[PAGE]",
            min=0,
            help="Which page; without it the first, or the first of a part.",
            show_default=False,
        ),
    ] = 0,
    scale: Annotated[
        float, typer.Option(min=0.05, max=20.0, help="Pixels to a point; 2 is 144 dpi.")
    ] = 2.0,
    mark: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Mark where these words stand; may be repeated."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All pages, small, beside each other.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write it to this file.", show_default=False
        ),
    ] = None,
    case: CaseOption = "",
    password: PasswordOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Write the picture of a page as PNG, with words marked where they stand.

    Formats without pages are drawn on pages of their own. Without --output it goes into
    WORKSPACE/pictures.
    """
    from casework.cli.secret import read_password

    word = read_password(password, None)
    async with door.workspace() as workspace:
        shelf = (await workspace.worksheet(worksheet)).documents
        folder = workspace.folder / "pictures"
        if everything:
            written = await _sheets(shelf, document, case, word, folder, output)
        else:
            view = await shelf.of(document, case=case)
            number = number or view.first_page or 1
            data = await shelf.picture(
                document, number, case=case, scale=scale, quotes=mark or (), password=word
            )
            path = output or folder / f"{_stem(view)}-{number}.png"
            written = [_write(path, data)]
    door.answer({"files": written}, lambda console: _draw_written(console, written))


async def _sheets(
    shelf: Documents, document: str, case: str, password: str, folder: Path, output: Path | None
) -> list[Path]:
    """All pages on as many sheets of small pictures as they need."""
    view = await shelf.of(document, case=case)
    first, written = 1, []
    path = output or folder / f"{_stem(view)}-pages.png"
    while first <= max(view.pages, 1):
        data = await shelf.sheet(view.sha256, case=case, first=first, password=password)
        target = path if first == 1 else path.with_stem(f"{path.stem}-{first}")
        written.append(_write(target, data))
        first += shelf.ON_A_SHEET
    return written


def _stem(view: DocumentView) -> str:
    """The name of a document as a part of a file name; with its case, where that is not called
    after it. `order.xml` and `order.json` are two."""
    from casework.sdk.report import file_name

    own = view.first_page or view.case_name in (view.name, view.name.rpartition(".")[0])
    return file_name(view.name if own else f"{view.case_name}-{view.name}")


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _draw_written(console: Console, paths: list[Path]) -> None:
    from casework.cli.terminal import said

    for path in paths:
        console.print(said(f"Wrote {path}."), soft_wrap=True)

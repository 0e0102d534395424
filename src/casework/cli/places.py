"""Commands from words to places and from places to cells: find, where-used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.documents import CaseOption, DocumentName
from casework.cli.door import Door
from casework.cli.tables import PANEL
from casework.types.values import Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.sdk.found_places import Finds, FoundPlace
    from casework.sdk.where_used import Uses, UseView

_EDGES = 4
_STANDING = {"current": "", "proposed": "proposed by a pending change", "past": "no longer"}


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "find",
        panel=PANEL,
        examples=[
            'casework find "notice of three months"',
            'casework find "2024-12-31" --case CLM-204',
            'casework find "EUR 1,234.50" --document lease.pdf --page 12 --pictures out',
        ],
    )(find)
    command(
        app,
        "where-used",
        panel=PANEL,
        examples=[
            "casework where-used lease.pdf",
            "casework where-used lease.pdf --page 12",
            'casework where-used lease.pdf --quote "notice of three months"',
            "casework where-used lease.pdf --page 12 --box 72,100,300,140",
        ],
    )(where_used)


async def find(
    door: Door,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The words, as they are.", show_default=False)
    ],
    document: Annotated[
        str,
        typer.Option(
            "--document", "-d", metavar="NAME", help="In this document only.", show_default=False
        ),
    ] = "",
    case: CaseOption = "",
    page: Annotated[
        int,
        typer.Option(min=0, help="Places on this page before others.", show_default=False),
    ] = 0,
    near: Annotated[
        str,
        typer.Option(
            metavar="PLACE",
            help="Places in this cell or line before others: Costs!B7.",
            show_default=False,
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many places.")] = 20,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write a picture of each page with the place marked.",
            show_default=False,
        ),
    ] = None,
    worksheet: SheetOption = "",
) -> None:
    """Find words in the documents: as they stand, in another form, or roughly.

    Numbers and dates may be written in another form (1.234,50 as 1234.50), words may be broken over
    lines, pages and cells, and letters may be wrong as in a scan; figures are never changed. What
    is found says how literally it stands there.
    """
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.documents.find(
            text,
            document=document,
            case=case,
            page=page or None,
            near=near,
            limit=limit,
            pictures=pictures,
        )
    told = {**_object(found), "places": [_as_json(place) for place in found.places]}
    door.answer(told, lambda console: _draw_found(console, found))


async def where_used(
    door: Door,
    document: DocumentName,
    page: Annotated[int, typer.Option(min=0, help="Only this page of it.", show_default=False)] = 0,
    quote: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Where these words stand.", show_default=False),
    ] = "",
    box: Annotated[
        str,
        typer.Option(
            metavar="X0,Y0,X1,Y1",
            help="A box on that page, in points from its top left corner.",
            show_default=False,
        ),
    ] = "",
    case: CaseOption = "",
    here: Annotated[
        bool, typer.Option("--here", help="Cells of this worksheet alone, not of all.")
    ] = False,
    worksheet: SheetOption = "",
) -> None:
    """List the cells whose values rest on a document, a page, words or a box on a page.

    Cells of all worksheets, with those that rested on it once and do so no longer.
    """
    edges = _box(box) if box else None
    async with door.worksheet(worksheet) as sheet:
        found = await sheet.documents.where_used(
            document, case=case, page=page, quote=quote, box=edges, everywhere=not here
        )
    told = {**_object(found), "uses": [_as_json(use) for use in found.uses]}
    door.answer(told, lambda console: _draw_uses(console, found))


def _box(written: str) -> tuple[float, ...]:
    """The edges of a box; raises `UsageError` for what is none."""
    from casework.base.errors import UsageError

    try:
        edges = tuple(float(edge) for edge in written.replace(" ", "").split(","))
    except ValueError:
        edges = ()
    if len(edges) != _EDGES or not (edges[0] < edges[2] and edges[1] < edges[3]):
        raise UsageError(
            f"{written!r} is no box.",
            fix="Write left, top, right and bottom in points: --box 72,100,300,140",
        )
    return edges


def _object(value: object) -> dict[str, Json]:
    from casework.cli.as_json import plain

    told = plain(value)
    assert isinstance(told, dict)
    return told


def _as_json(one: FoundPlace | UseView) -> dict[str, Json]:
    """A place with its stretches by name."""
    stretches = [_object(stretch._asdict()) for stretch in one.stretches]
    return {**_object(one), "stretches": [*stretches]}


def _draw_found(console: Console, found: Finds) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said
    from casework.cli.words import many

    if not found.places:
        looked = many(found.documents, "document")
        console.print(f"“{found.text}” does not stand in {looked}, not even roughly.", markup=False)
        return
    for place in found.places:
        _draw_place(console, place)
    if not found.complete:
        console.print(said("There are more; ask for them with --limit.", QUIET))


def _draw_place(console: Console, found: FoundPlace) -> None:
    from casework.cli.evidence import draw_quote
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said
    from casework.cli.words import GRADES, listed, pages_of

    where = f"{found.document_name} {found.place or pages_of(found.stretches)}"
    page = f" ({pages_of(found.stretches)})" if found.place else ""
    cases = f"  in {listed(found.case_names)}"
    console.print(join(said(where, "bold"), said(page + cases, QUIET)))
    draw_quote(console, found.before, found.quote, found.after)
    told = f"  {GRADES[found.grade]}"
    if found.grade == "fuzzy":
        told += f" ({found.score:.0%} of its letters)"
    console.print(said(told, QUIET))
    if found.picture:
        console.print(join("  ", said("page picture: ", QUIET), found.picture), soft_wrap=True)
    if found.picture_problem:
        for line in fold(f"no page picture: {found.picture_problem}", console.width - 4, 4):
            console.print(join("  ", said(line, QUIET)))
    console.print()


def _draw_uses(console: Console, found: Uses) -> None:
    from casework.cli.terminal import said
    from casework.cli.words import many

    where = found.document_name + (f", page {found.page}" if found.page else "")
    if found.quote:
        where += f", “{found.quote}”"
    if not found.uses:
        console.print(said(f"No cell rests on {where}."))
        return
    cells = {(use.case_id, use.step_id) for use in found.current}
    verb = "rests" if len(cells) == 1 else "rest"
    told = f"{many(len(cells), 'cell')} {verb} on {where}"
    console.print(said(told if cells else f"No cell rests on {where} any more", "bold"))
    sheets = {use.worksheet for use in found.uses}
    cells_with_quotes: dict[tuple[str, ...], list[UseView]] = {}
    for use in found.uses:
        cell = (use.worksheet, use.case_id, use.step_id, use.standing, use.shown)
        cells_with_quotes.setdefault(cell, []).append(use)
    for uses in cells_with_quotes.values():
        _draw_cell_uses(console, uses, with_sheet=len(sheets) > 1)


def _draw_cell_uses(console: Console, uses: Sequence[UseView], *, with_sheet: bool) -> None:
    """A value of a cell with all its quotes there."""
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said

    use = uses[0]
    sheet = f"{use.worksheet} · " if with_sheet else ""
    head = f"{sheet}{use.case_name} · {use.step_name}: {use.shown}"
    console.print()
    style = "bold" if use.standing == "current" else QUIET
    for line in fold(head, max(20, console.width - 4), 3):
        console.print(join("  ", said(line, style)))
    for one in uses:
        _draw_use(console, one)


def _draw_use(console: Console, use: UseView) -> None:
    from casework.cli.evidence import draw_quote
    from casework.cli.fold import fold
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said
    from casework.cli.words import GRADES, SUPPORTS, pages_of

    remarks = [_STANDING[use.standing], "for a claim" if use.part == "claim" else "", use.decided]
    tail = "; ".join(filter(None, remarks))
    draw_quote(console, "", use.quote, "")
    grade, support = GRADES[use.grade], SUPPORTS[use.support]
    told = f"{use.place or pages_of(use.stretches)}: {grade}; {support}"
    for line in fold(f"{told} ({tail})" if tail else told, max(20, console.width - 4), 3):
        console.print(join("    ", said(line, QUIET)))

"""A case as a form: one step after another with value, proof, quote and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.grid import names_of
from casework.cli.signs import LOOK, QUIET, sign
from casework.cli.terminal import join, said
from casework.cli.words import clock, first_line, look_line, place_of, second_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from casework.sdk.views import CellView, RowView, TableView

_NAME_WIDEST = 26
_SHORT_LINES, _LONG_LINES = 3, 400
_QUOTE_LINES, _CLAIM_LINES = 3, 6


def draw_case(console: Console, view: TableView, row: RowView) -> None:
    """One case, whole: every value in full, with its quote and place."""
    console.print(said(row.case.name, "bold"))
    for document in row.case.documents:
        state = "" if document.state == "read" else f"  {document.state.replace('_', ' ')}: "
        console.print(join("  ", said(document.name, QUIET), said(state + document.reason, LOOK)))
    if row.case.set_aside:
        console.print(join("  ", said(f"! set aside: {row.case.set_aside}", LOOK)))
    moments = (
        ("arrived", row.case.arrived_at),
        ("answered", row.case.answered_at),
        ("decided", row.case.decided_at),
    )
    told = [f"{word} {clock(at, with_date=True)}" for word, at in moments if at]
    if told:
        console.print(said(f"  {', '.join(told)}", QUIET))
    console.print()
    _draw_cells(console, view, row, None, lines=_LONG_LINES, whole=True)


def draw_blocks(console: Console, view: TableView, names: dict[str, str] | None = None) -> None:
    """Many cases, a block each: for terminals too narrow for columns."""
    for number, row in enumerate(view.rows):
        if number:
            console.print()
        needs = f"  {row.needs} to look at" if row.needs else ""
        console.print(join(said(row.case.name, "bold"), said(needs, LOOK)))
        _draw_cells(console, view, row, names, lines=_SHORT_LINES, whole=False)


def _draw_cells(
    console: Console,
    view: TableView,
    row: RowView,
    names: dict[str, str] | None,
    *,
    lines: int,
    whole: bool,
) -> None:
    known = names or names_of(view)
    widest = max((len(step.name) for step in view.columns), default=0)
    width = min(_NAME_WIDEST, widest, console.width // 3)
    for cell in row.cells:
        _draw_cell(console, cell, known, width, lines, len(row.case.documents), whole)


def _draw_cell(
    console: Console,
    cell: CellView,
    names: dict[str, str],
    width: int,
    most: int,
    documents: int,
    whole: bool,
) -> None:
    heads = fold(cell.step_name, width, _SHORT_LINES)
    room = max(10, console.width - width - 6)
    body = [said(line, "" if cell.shown else QUIET) for line in fold(first_line(cell), room, most)]
    where, look = second_line(cell, names, documents=documents), look_line(cell)
    proved = cell.proof.citations or cell.proof.claims
    if whole and proved and cell.proof_word != "person" and "audit" not in cell.flags:
        body += _evidence(cell, names, room, documents)
    elif where != look:
        body += [said(line, QUIET) for line in fold(where, room, most)]
    if look:
        body += [said(line, LOOK) for line in fold(f"! look: {look}", room, most)]
    for number in range(max(len(heads), len(body))):
        head = (heads[number] if number < len(heads) else "").ljust(width)
        mark = sign(cell) if number == 0 else said(" ")
        line = body[number] if number < len(body) else said("")
        console.print(join("  ", said(head), "  ", mark, " ", line))


def _evidence(cell: CellView, names: dict[str, str], room: int, documents: int) -> list[Text]:
    """Each place with its quote, when it says more than the value does, and each claim."""
    told: list[Text] = []
    for citation in cell.proof.citations:
        place = place_of(citation, with_document=documents > 1)
        more = citation.quote and citation.quote != cell.shown
        text = f"{place}: “{citation.quote}”" if more else place
        told += [said(line, QUIET) for line in fold(text, room, _QUOTE_LINES)]
    for claim in cell.proof.claims:
        rests = [*(names.get(id, id) for id in claim.steps), *map(place_of, claim.citations)]
        basis = f" ({', '.join(rests)})" if rests else " (rests on nothing that exists)"
        if claim.problem:
            basis = f" (not supported: {claim.problem})"
        style = QUIET if claim.holds else LOOK
        told += [said(line, style) for line in fold(claim.text + basis, room, _CLAIM_LINES)]
    return told

"""A cell with everything behind it: value, state, proof, quotes in context, inputs, history."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, PROVED, QUIET, WRONG, sign
from casework.cli.terminal import harmless, join, said
from casework.cli.words import (
    GRADES,
    SUPPORTS,
    age,
    duration,
    first_line,
    listed,
    look_line,
    many,
    money,
    pages_told,
    place_of,
)
from casework.types.values import Json

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import CellReport, CellView, HistoryView
    from casework.types.proof import Claim

_INDENT = 2
_STRENGTH = {"exact": PROVED, "normalised": PROVED, "fuzzy": LOOK, "none": WRONG}
_SUPPORTED = {"yes": PROVED, "no": WRONG, "cannot_tell": LOOK}


def draw_report(console: Console, report: CellReport, now: dt.datetime) -> None:
    """The page of one cell."""
    cell = report.cell
    console.print(join(said(f"{cell.case_name} · {cell.step_name}", "bold")))
    _draw_value(console, cell, now)
    _draw_quotes(console, report)
    _draw_readings(console, report)
    _draw_claims(console, report)
    _draw_inputs(console, report)
    _draw_searched(console, cell)
    draw_history(console, report.history)


def _draw_value(console: Console, cell: CellView, now: dt.datetime) -> None:
    console.print()
    for number, line in enumerate(fold(first_line(cell, unread=True), console.width - 4, 400)):
        start = join(sign(cell), " ") if number == 0 else said("  ")
        console.print(join("  ", start, said(line, "bold" if cell.shown else "")))
    console.print()
    _line(console, "state", _state(cell, now))
    look = look_line(cell)
    if cell.readers is not None:
        _line(console, "open to", ", ".join(sorted(cell.readers)) or "nobody")
    if not cell.shown and cell.reason and look not in cell.reason:
        _line(console, "why", cell.reason)
    if cell.shown:
        _line(console, "proof", _proof_words(cell))
    if cell.outdated:
        _line(console, "old value", f"out of date: {cell.outdated}", LOOK)
    if "proposed" in cell.flags:
        _line(console, "proposed", f"{cell.proposed_shown} (casework compare)", LOOK)
    if cell.conflict:
        _line(console, "conflict", f"the machine now says {cell.machine_shown}", WRONG)
    if look:
        _line(console, "! look", look, LOOK)
    if cell.model:
        used = cell.usage
        parts = [cell.model, many(used.calls, "call"), money(used.cost_usd)]
        parts.append(duration(used.duration_s))
        _line(console, "model", ", ".join(parts))
    if cell.sureness:
        _line(console, "confidence", cell.sureness)


def _state(cell: CellView, now: dt.datetime) -> str:
    words = {
        "value": "has a value",
        "absent": "absent",
        "idle": "not run yet",
        "set_aside": "set aside",
        "waiting": f"waits for {cell.waiting_for or 'something'}",
    }.get(cell.state, cell.state)
    since = age(cell.since, now)
    verdict = cell.verdict
    said_by = ""
    if verdict is not None:
        said_by = f"; {verdict.kind} by {verdict.who} {age(verdict.at, now)}".rstrip()
    return f"{words}, {since}{said_by}" if since else f"{words}{said_by}"


def _proof_words(cell: CellView) -> str:
    kind = cell.proof.kind
    if kind == "quoted":
        return f"quoted, {many(len(cell.proof.citations), 'place')}"
    if kind == "derived":
        filled = cell.proof.steps and not cell.proof.expression
        return "filled in from a template" if filled else "derived by the rule below"
    if kind == "reasoned":
        return f"reasoned, {many(len(cell.proof.claims), 'claim')}"
    if kind == "person":
        note = cell.verdict.note if cell.verdict else ""
        return f"a person said so{': ' + note if note else ''}"
    return f"unproved: {cell.proof.note}"


def _draw_quotes(console: Console, report: CellReport) -> None:
    for citation in report.citations:
        console.print()
        many_of = len(report.citations) > 1
        head = f"{citation.number}. " if many_of else ""
        where = place_of(citation)
        page = f" (page {citation.page})" if citation.place and citation.page else ""
        if citation.further_pages:
            page = f" ({pages_told((citation.page, *citation.further_pages))})"
        console.print(join("  ", said(head + where, "bold"), said(page, QUIET)))
        draw_quote(console, citation.before, citation.quote, citation.after)
        grade = said(GRADES.get(citation.grade, citation.grade), _STRENGTH.get(citation.grade, ""))
        support = SUPPORTS.get(citation.support, citation.support)
        told = said(support, _SUPPORTED.get(citation.support, ""))
        console.print(join("  ", "the quote ", grade, "; it ", told))
        if citation.alike > 1:
            often = f"it stands in {citation.alike:,} places alike; this is one of them"
            console.print(join("  ", said(often, LOOK)))
        if citation.picture:
            text = join("  ", said("page picture: ", QUIET), said(citation.picture))
            console.print(text, soft_wrap=True)
        if citation.picture_problem:
            why = f"no page picture: {citation.picture_problem}"
            for line in fold(why, max(20, console.width - 4), 4):
                console.print(join("  ", said(line, QUIET)))


def draw_quote(console: Console, before: str, quote: str, after: str) -> None:
    """A quote between two arrows, with the words around it."""
    before, after = _edge(before, left=True), _edge(after, left=False)
    text = join(
        said(f"…{before}" if before else "", QUIET),
        said("»", PROVED),
        said(quote, "bold"),
        said("«", PROVED),
        said(f"{after}…" if after else "", QUIET),
    )
    for line in text.wrap(console, max(20, console.width - 6)):
        line.rstrip()
        console.print(join("    ", line))


def _edge(text: str, *, left: bool) -> str:
    """The words around a quote without a torn word at the outer edge; blanks next to it stay."""
    flat = harmless(" ".join(text.split()))
    if not flat:
        return ""
    if left:
        cut = flat.partition(" ")[2] or flat
        return cut + (" " if text[-1:].isspace() else "")
    cut = flat.rpartition(" ")[0] or flat
    return (" " if text[:1].isspace() else "") + cut


def _draw_readings(console: Console, report: CellReport) -> None:
    """What each of several readers found by itself."""
    from casework.sdk.show import shown

    readings = report.cell.proof.readings
    if not readings:
        return
    console.print()
    console.print(said("  readers", "bold"))
    for reading in readings:
        mark = said("✓ ", PROVED) if reading.agrees else said("✗ ", WRONG)
        places = listed([place_of(one) for one in reading.citations if one.page], 2)
        found = shown(reading.value, reading.absence, report.step)
        sure = "" if reading.confidence is None else f" ({reading.confidence:.0%} sure)"
        told = f"{reading.who}{sure}: {found}{f'  {places}' if places else ''}"
        for number, line in enumerate(fold(told, console.width - 6, 4)):
            console.print(join("    ", mark if number == 0 else "  ", said(line)))


def _draw_claims(console: Console, report: CellReport) -> None:
    claims = report.cell.proof.claims
    if not claims:
        return
    console.print()
    console.print(said("  because", "bold"))
    names = {cell.step_id: cell.step_name for cell in report.inputs}
    for claim in claims:
        _draw_claim(console, claim, names)


def _draw_claim(console: Console, claim: Claim, names: dict[str, str]) -> None:
    mark = said("✓ ", PROVED) if claim.holds else said("✗ ", WRONG)
    for number, line in enumerate(fold(claim.text, console.width - 6, 40)):
        console.print(join("    ", mark if number == 0 else "  ", said(line)))
    rests = [*(names.get(id, id) for id in claim.steps), *map(place_of, claim.citations)]
    told = "rests on " + listed(rests, 6) if rests else "rests on nothing that exists"
    if claim.problem:
        told = f"not supported: {claim.problem}"
    console.print(join("      ", said(told, QUIET if claim.holds else WRONG)))


def _draw_inputs(console: Console, report: CellReport) -> None:
    if not report.inputs:
        return
    console.print()
    expression = report.cell.proof.expression or (
        report.step.rule.source if report.step.rule else ""
    )
    if expression:
        _line(console, "rule", expression)
        filled = filled_in(expression, report.inputs)
        if filled != expression:
            _line(console, "that is", filled)
    console.print(said("  reads", "bold"))
    width = min(30, max(len(cell.step_name) for cell in report.inputs))
    for cell in report.inputs:
        name = said(f"{cell.step_name:<{width}}  ")
        lines = fold(first_line(cell), max(20, console.width - width - 10), 3)
        for number, line in enumerate(lines):
            start = join(name, sign(cell), " ") if number == 0 else said(" " * (width + 4))
            console.print(join("    ", start, said(line, "" if cell.shown else QUIET)))


def filled_in(expression: str, inputs: tuple[CellView, ...]) -> str:
    """The rule with the values of its inputs in the place of their names."""
    for cell in inputs:
        value = _in_rule(cell)
        for name in (cell.step_name, cell.step_id):
            expression = expression.replace(f"{{{name}}}", value)
    return expression


def _in_rule(cell: CellView) -> str:
    if not cell.shown:
        return f"({first_line(cell)})"
    value: Json = cell.value
    plain_text = isinstance(value, str) and cell.shown == value and not value[:1].isdigit()
    return f'"{cell.shown}"' if plain_text else cell.shown


def _draw_searched(console: Console, cell: CellView) -> None:
    if not cell.proof.searched or cell.shown:
        return
    console.print()
    console.print(said("  looked through", "bold"))
    for searched in cell.proof.searched:
        pages = _pages(searched.pages)
        console.print(join("    ", said(searched.document_name), said(f"  {pages}", QUIET)))


def _pages(numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "no page with text"
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"page {first}"
    together = last - first + 1 == len(numbers)
    return f"pages {first} to {last}" if together else f"pages {', '.join(map(str, numbers))}"


def draw_history(
    console: Console, history: tuple[HistoryView, ...], *, title: str = "history"
) -> None:
    """What happened to a cell, a line or a few each: when, what, by whom, why."""
    if not history:
        return
    if title:
        console.print()
        console.print(said(f"  {title}", "bold"))
    for event in history:
        at = event.at[:16].replace("T", " ")
        lines = fold(_happened(event), max(20, console.width - 22), 3)
        for number, line in enumerate(lines):
            stamp = said(f"    {at}  " if number == 0 else " " * 22, QUIET)
            console.print(join(stamp, said(line)))


def _happened(event: HistoryView) -> str:
    """`value: EUR 12.30, by casework, run 3: 2 places agree`."""
    told = f"{event.what}: {event.shown}" if event.shown else event.what
    told = ", ".join(filter(None, (told, f"by {event.by}", event.why)))
    return f"{told}: {event.note}" if event.note and event.note != event.shown else told


def _line(console: Console, name: str, text: str, style: str = "") -> None:
    lines = fold(text, max(20, console.width - 14), 12)
    for number, line in enumerate(lines):
        head = said(f"  {name if number == 0 else '':<10}  ", style or QUIET)
        console.print(join(head, said(line, style)))

"""What is said of a cell in two lines: the value or state, then where it is proved or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from casework.base.clock import moment
from casework.types.proof import Citation, Proof, Stretch

if TYPE_CHECKING:
    from casework.sdk.views import CellView, CitationView

GRADES = {
    "exact": "stands there letter by letter",
    "normalised": "stands there but for spaces, hyphens or forms of letters and numbers",
    "fuzzy": "stands there roughly",
    "none": "does not stand in the document",
}
SUPPORTS = {
    "yes": "says this value",
    "no": "says something else",
    "cannot_tell": "cannot be compared with the value",
}
_AWAITED = {
    "person": "a person",
    "document": "a document",
    "model": "a model",
    "budget": "the budget",
    "batch": "a batch",
    "system": "another system",
}
_WHOLE_PLACE = 9
"""A place of so many letters is not broken over two lines."""
_RESULTS = ("value", "absent", "skipped")
_AGE = {
    "waiting": "for {}",
    "running": "for {}",
    "failed": "{} ago",
    "set_aside": "{} ago",
}
"""How the age of a state is said after its words."""
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def awaited(kind: str | None) -> str:
    """What a cell waits for, in words."""
    return _AWAITED.get(kind or "", "another step")


UNREAD = "not shown yet"
"""In the place of a value that a person is to read by themselves first."""


def first_line(cell: CellView, *, unread: bool = False) -> str:
    """The value in force; without one the absence or state in words, and for how long. `unread`
    also tells one that a person is to read by themselves first."""
    if "audit" in cell.flags and not unread:
        return UNREAD
    if cell.shown:
        return cell.shown
    if cell.hidden:
        return cell.reason
    if cell.verdict is not None and cell.verdict.kind == "rejected":
        return f"rejected by {cell.verdict.who}"
    if cell.absence:
        return cell.absence.replace("_", " ")
    told = _state_words(cell)
    if cell.age_s is None or cell.age_s < _MINUTE_S or cell.state in _RESULTS:
        return told
    return f"{told} {_AGE.get(cell.state, '({})').format(long(cell.age_s))}"


def _state_words(cell: CellView) -> str:
    if cell.state == "waiting":
        awaited = _AWAITED.get(cell.waiting_for or "input", "")
        return f"waits for {awaited}" if awaited else "waits"
    return {"idle": "not run yet", "set_aside": "set aside"}.get(cell.state, cell.state)


def second_line(
    cell: CellView, names: dict[str, str], *, documents: int = 2, short: bool = False
) -> str:
    """Where the value comes from, or the reason. `names` are those of the steps by id; a case of
    one document need not name it. `short` leaves out what a file name ends with."""
    if cell.hidden:
        return ""
    if "audit" in cell.flags:
        return ""
    if cell.conflict:
        return f"a run now says: {cell.machine_shown}"
    if cell.outdated:
        return f"out of date: {cell.outdated}"
    if "proposed" in cell.flags:
        return f"proposed: {cell.proposed_shown}"
    if cell.provisional:
        return f"provisional: {cell.provisional}"
    if cell.shown:
        return _value_line(cell, names, documents, short)
    if cell.reason == _state_words(cell):
        return ""
    return _without(cell.absence, cell.reason)


def long(seconds: float) -> str:
    """A stretch of time in its largest unit: `3 days`."""
    for unit_s, word in ((_DAY_S, "day"), (_HOUR_S, "hour"), (_MINUTE_S, "minute")):
        count = int(seconds // unit_s)
        if count:
            return many(count, word)
    return "less than a minute"


def look_line(cell: CellView) -> str:
    """Why a person should look at it, without repeating the first line; '' when nobody needs to."""
    if not cell.needs:
        return ""
    return _without(cell.absence, cell.needs)


def place_of(
    citation: Citation | CitationView, *, with_document: bool = True, short: bool = False
) -> str:
    """`receipt.pdf p. 2`, or the native place: `costs.xlsx Costs!B7`; in `short` no `.pdf`."""
    place = citation.place or (f"p.\u00a0{citation.page}" if citation.page else "no place")
    if len(place) <= _WHOLE_PLACE:
        place = place.replace(" ", "\u00a0")
    if not with_document:
        return place
    name = citation.document_name
    return f"{name.rpartition('.')[0] or name if short else name} {place}"


def pages_told(numbers: Iterable[int]) -> str:
    """`page 3`, `pages 3 and 4`, `pages 3, 4 and 5`."""
    told = [str(number) for number in sorted(set(numbers))]
    if len(told) == 1:
        return f"page {told[0]}"
    return f"pages {', '.join(told[:-1])} and {told[-1]}"


def pages_of(stretches: Iterable[Stretch]) -> str:
    """The pages that a quote stands on."""
    return pages_told(stretch.page for stretch in stretches)


def age(since: str, now: dt.datetime) -> str:
    """How long ago a stamp was, in words; '' for none."""
    if not since:
        return ""
    seconds = max(0.0, (now - moment(since)).total_seconds())
    if seconds < _MINUTE_S:
        return "just now"
    return f"{long(seconds)} ago"


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds:.2f} s"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S} min"


def clock(at: str, *, with_date: bool = False) -> str:
    """A UTC stamp as the clock on the wall of whoever reads it: `12:03:41`."""
    local = moment(at).astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S}" if with_date else f"{local:%H:%M:%S}"


def money(cost_usd: float | None) -> str:
    """What calls cost, in US dollars; fractions of a cent are not rounded to nothing."""
    if cost_usd is None:
        return "cost unknown"
    return f"${cost_usd:.2f}" if cost_usd >= 0.1 or cost_usd == 0 else f"${cost_usd:.4f}"


def rough(count: int) -> str:
    """`950`, `12,000`, `3.4 million`: two figures of a large number, for what is only expected."""
    if count < 1000:
        return str(count)
    if count < 1_000_000:
        digits = len(str(count)) - 2
        return f"{round(count, -digits):,}"
    return f"{count / 1_000_000:.1f} million"


def page_range(first: int, last: int) -> str:
    """`page 3`, `pages 3-5`."""
    return f"page {first}" if first == last else f"pages {first}-{last}"


def many(count: int, word: str) -> str:
    """`1 cell`, `1,200 cells`, `2 boxes`, `3 cities`."""
    if count == 1:
        return f"1 {word}"
    if word.endswith(("s", "x", "ch")):
        return f"{count:,} {word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{count:,} {word[:-1]}ies"
    return f"{count:,} {word}s"


def listed(names: tuple[str, ...] | list[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def _without(absence: str, reason: str) -> str:
    """A reason that does not begin by repeating the absence."""
    return reason.removeprefix(f"{absence.replace('_', ' ')}: ") if absence else reason


def _value_line(cell: CellView, names: dict[str, str], documents: int, short: bool) -> str:
    if cell.verdict is not None and cell.proof_word == "person":
        note = f": {cell.verdict.note}" if cell.verdict.note else ""
        return f"{cell.verdict.kind} by {cell.verdict.who}{note}"
    return proof_line(cell.proof, names, documents=documents, short=short) or cell.reason


def proof_line(
    proof: Proof, names: dict[str, str], *, documents: int = 2, short: bool = False
) -> str:
    """Where a proof points to, in a few words."""
    if proof.kind == "quoted" and proof.citations:
        more = len(proof.citations) - 1
        place = place_of(proof.citations[0], with_document=documents > 1, short=short)
        return f"{place} and {more} more" if more else place
    if proof.kind == "derived":
        return "from " + ", ".join(names.get(id, id) for id in proof.steps)
    if proof.kind == "reasoned":
        return many(len(proof.claims), "claim")
    return f"unproved: {proof.note}" if proof.kind == "unproved" else proof.note

"""What an item can be answered with in one go: the machine's value, what people and other readers
said, both values of a conflict, the options of the step; each with its places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casework.sdk.desk.views import Choice, OtherAnswer, Place, ReviewPage
from casework.sdk.show import shown
from casework.types.case import Cell
from casework.types.procedure import Step
from casework.types.proof import Citation, Reading

_MOST = 9
"""As many as there are keys."""
_WORDS = {
    "exact": "quoted, found letter by letter",
    "normalised": "quoted",
    "fuzzy": "quoted, found only roughly",
    "none": "the quote does not stand there",
}
_AS_TOLD = "not found on that page"


def choices_of(
    step: Step,
    cell: Cell,
    people: Sequence[OtherAnswer],
    pages: Sequence[ReviewPage],
    behind: Sequence[Citation] = (),
) -> tuple[Choice, ...]:
    """The choices of an item that is not blind, the machine's value first; none says the same as
    one before it. `behind` is where its inputs stand."""
    found: dict[str, Choice] = {}
    every = [*_machine(step, cell, pages, behind), *_held(step, cell, pages), *_said(people)]
    readings = cell.machine.outcome.proof.readings if cell.machine else ()
    every += [*_read(step, readings, pages), *options_of(step)]
    for one in every:
        found.setdefault(one.shown.casefold(), one)
    return tuple(found.values())[:_MOST]


def options_of(step: Step) -> Iterator[Choice]:
    """The options of a step, in the order of the procedure: they tell nothing of any case."""
    options = ("yes", "no") if step.type.name == "yes/no" else step.type.options
    if step.type.many or step.type.name not in ("choice", "yes/no"):
        return
    for option in options:
        yield Choice(option, option, "")


def places_of(citations: Iterable[Citation], pages: Sequence[ReviewPage]) -> tuple[Place, ...]:
    """Where citations stand, on these pages."""
    at = {(one.document, one.page): number for number, one in enumerate(pages)}
    return tuple(
        Place(at[one.document, stretch.page], stretch.boxes, one.quote)
        for one in citations
        for stretch in one.stretches
        if (one.document, stretch.page) in at and stretch.boxes
    )


def _machine(
    step: Step, cell: Cell, pages: Sequence[ReviewPage], behind: Sequence[Citation]
) -> Iterator[Choice]:
    outcome = cell.machine.outcome if cell.machine else None
    if outcome is None or cell.state not in ("value", "absent"):
        return
    proof = outcome.proof
    if outcome.absence == "conflict":
        for one in proof.citations:
            words = f"{one.document_name} p. {one.page}, {_WORDS[one.grade]}"
            yield Choice(one.quote, one.quote, words, places=places_of([one], pages))
        return
    cited = [*proof.citations, *(one for claim in proof.claims for one in claim.citations)]
    told = shown(outcome.value, outcome.absence or "", step)
    yield Choice(
        told,
        "" if outcome.absence else told,
        _standing(proof.citations) or ("" if outcome.absence else proof.note or proof.kind),
        accepts=True,
        absence=outcome.absence or "",
        confidence=outcome.confidence,
        places=places_of(cited or behind, pages),
    )


def _standing(citations: Sequence[Citation]) -> str:
    if not citations:
        return ""
    first = citations[0]
    where = f"{first.document_name} p. {first.page}, " if first.page else ""
    more = f", and {len(citations) - 1} more places" if len(citations) > 1 else ""
    told = first.page and first.grade == "none"
    return f"{where}{_AS_TOLD if told else _WORDS[first.grade]}{more}"


def _held(step: Step, cell: Cell, pages: Sequence[ReviewPage]) -> Iterator[Choice]:
    stands = cell.human
    if stands is None or stands.kind == "rejected":
        return
    told = shown(stands.value, stands.absence, step)
    where = _standing(stands.citations)
    words = f"{stands.who} said so: {where}" if where else f"{stands.who} said so"
    there = places_of(stands.citations, pages)
    value = "" if stands.absence else told
    yield Choice(told, value, words, absence=stands.absence, places=there)


def _said(people: Sequence[OtherAnswer]) -> Iterator[Choice]:
    for one in people:
        yield Choice(one.shown, one.shown, f"{one.who} read it so")


def _read(step: Step, readings: Sequence[Reading], pages: Sequence[ReviewPage]) -> Iterator[Choice]:
    for one in readings:
        if one.value is None and not one.absence:
            continue
        told = shown(one.value, one.absence, step)
        words = _standing(one.citations)
        yield Choice(
            told,
            "" if one.absence else told,
            f"{one.who}: {words}" if words else f"{one.who} read it so",
            absence=one.absence,
            confidence=one.confidence,
            places=places_of(one.citations, pages),
        )

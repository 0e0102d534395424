"""The work behind a cell: what happened to it, and for each result what was asked, what answered,
tokens, cost, time, checks and fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.sdk.history import history_of
from casework.sdk.nested import CaseTree
from casework.sdk.observing.views import Piece
from casework.sdk.observing.work import work_of
from casework.sdk.show import shown
from casework.sdk.views import HistoryView
from casework.sdk.wire import House
from casework.types.case import Cell, Outcome, Recorded
from casework.types.past import Happened
from casework.types.procedure import Step
from casework.types.proof import Citation
from casework.types.span import Span
from casework.types.usage import Usage
from casework.types.values import Json

_GRADES = {
    "exact": "the quote stands there letter by letter",
    "normalised": "the quote stands there, but for spaces, hyphens or quotation marks",
    "fuzzy": "the quote stands there roughly",
    "none": "the quote was not found",
}
_SUPPORT = {
    "yes": "and bears the value",
    "no": "and bears another value",
    "cannot_tell": "and whether it bears the value cannot be told",
}
_UNCONFIRMED = "as a person told it; these words were not found there"
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at; `holds` is None where it could not be told."""

    words: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class WorkView:
    """A result and the work that gave it. `proof` is its kind of proof, or of absence; `inputs` are
    the names of what it read, each with the beginning of its digest; `run` is the
    number of its run, 0 where that is not known.
    """

    outcome: str
    at: str
    run: int
    shown: str
    kind: str
    proof: str
    reason: str
    model: str
    usage: Usage
    fingerprint: str
    attempt: int
    inputs: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    confidence: float | None
    signals: Mapping[str, float]
    pieces: tuple[Piece, ...]

    def as_json(self) -> dict[str, Json]:
        """The work as JSON."""
        usage = self.usage
        return {
            "outcome": self.outcome,
            "at": self.at,
            "run": self.run,
            "kind": self.kind,
            "shown": self.shown,
            "proof": self.proof,
            "reason": self.reason,
            "model": self.model,
            "calls": usage.calls,
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cost_usd": usage.cost_usd,
            "seconds": usage.duration_s,
            "fingerprint": self.fingerprint,
            "attempt": self.attempt,
            "inputs": dict(self.inputs),
            "checks": [{"what": one.words, "holds": one.holds} for one in self.checks],
            "confidence": self.confidence,
            "signals": dict(self.signals),
            "work": [_piece_json(one) for one in self.pieces],
        }


@dataclass(frozen=True, slots=True)
class CellTrace:
    """All that happened to a cell, oldest first, and the work behind each of its results."""

    case_name: str
    step: Step
    history: tuple[HistoryView, ...]
    works: tuple[WorkView, ...]

    def work_of(self, item: HistoryView) -> WorkView | None:
        """The work that something that happened came from."""
        return next((one for one in self.works if one.at == item.at), None)

    def as_json(self) -> dict[str, Json]:
        """The trace as JSON."""
        return {
            "case": self.case_name,
            "step": self.step.id,
            "history": [
                {
                    "at": one.at,
                    "what": one.what,
                    "shown": one.shown,
                    "by": one.by,
                    "note": one.note,
                    "why": one.why,
                    "places": [_place_json(place) for place in one.places],
                }
                for one in self.history
            ],
            "work": [one.as_json() for one in self.works],
        }


async def trace_of(house: House, worksheet_id: str, tree: CaseTree, step: Step) -> CellTrace:
    """The trace of a cell; what may not be read is left out of it, and of a cell that may not be
    read there is none."""
    case = tree.case
    cell = tree.cells.get(step.id) or Cell(case.id, step.id)
    house.rights.check_cell(case, cell, step.name)
    history = await history_of(house.store, worksheet_id, case.id, step, rights=house.rights)
    timeline = await house.store.past.of_case(case.id)
    events = await house.store.past.with_outcomes(timeline.get(step.id, ()))
    places = await house.store.past.places(worksheet_id)
    works = []
    for event in _results(events):
        recorded = event.recorded
        if recorded is None or not house.rights.may_read(recorded.outcome.label):
            continue
        spans = await house.store.spans.of_outcome(recorded.id)
        works.append(_work(recorded, step, tree, places.get(recorded.run_id, 0), spans))
    name = house.rights.case(case).name
    return CellTrace(name, step, history, tuple(works))


def _results(events: Sequence[Happened]) -> Iterator[Happened]:
    """The events that tell of a result, each result once."""
    seen: set[str] = set()
    for event in events:
        if event.recorded is not None and event.recorded.id not in seen:
            seen.add(event.recorded.id)
            yield event


def _work(
    recorded: Recorded, step: Step, tree: CaseTree, run: int, spans: Sequence[Span]
) -> WorkView:
    outcome = recorded.outcome
    settled = outcome.kind in ("value", "absent")
    by_id = tree.procedure.by_id
    inputs = tuple(
        (by_id[name].name if name in by_id else name, digest[:_SHORT])
        for name, digest in recorded.inputs.items()
    )
    return WorkView(
        recorded.id,
        recorded.at,
        run,
        shown(outcome.value, outcome.absence or "", step) if settled else "",
        outcome.kind,
        outcome.absence or outcome.proof.kind,
        outcome.reason,
        outcome.model,
        outcome.usage,
        recorded.fingerprint,
        recorded.attempt,
        inputs,
        tuple(_checks(outcome)),
        outcome.confidence,
        outcome.signals,
        work_of(spans),
    )


def check_of(citation: Citation) -> Check:
    """What the machine says of a place, and of what it bears; of a place that a person told and
    that was not found it is not said to be wrong."""
    where = f"{citation.document_name}, page {citation.page}" if citation.page else ""
    told = f"{_GRADES[citation.grade]} {_SUPPORT[citation.support]}"
    if citation.page and citation.grade == "none":
        return Check(f"{where}: {_UNCONFIRMED}", None)
    holds = None if citation.support == "cannot_tell" else citation.solid
    return Check(": ".join(part for part in (where, told) if part), holds)


def _place_json(citation: Citation) -> dict[str, Json]:
    """A place as JSON, with its boxes by page."""
    boxes: list[Json] = [
        {"page": one.page, "box": [*box]} for one in citation.stretches for box in one.boxes
    ]
    return {
        "document": citation.document,
        "document_name": citation.document_name,
        "page": citation.page,
        "quote": citation.quote,
        "grade": citation.grade,
        "support": citation.support,
        "boxes": boxes,
    }


def _checks(outcome: Outcome) -> Iterator[Check]:
    yield from map(check_of, outcome.proof.citations)
    for claim in outcome.proof.claims:
        told = claim.problem or ("it is borne" if claim.holds else "nothing it points to says so")
        yield Check(f"“{claim.text}”: {told}", claim.holds)
    for reading in outcome.proof.readings:
        yield Check(f"{reading.who} {'agrees' if reading.agrees else 'disagrees'}", reading.agrees)


def _piece_json(piece: Piece) -> dict[str, Json]:
    """A piece of work as JSON, with what was said and answered."""
    return {
        "id": piece.id,
        "name": piece.name,
        "started_ms": piece.started_ms,
        "duration_ms": piece.duration_ms,
        "status": piece.status,
        "attributes": dict(piece.attributes),
        "messages": [{"role": part.role, "text": part.text} for part in piece.parts],
        "inside": [_piece_json(one) for one in piece.inside],
    }

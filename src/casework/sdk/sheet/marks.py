"""The one shape that a cell shows and the voice it speaks in, from its view. Draws nothing."""

from __future__ import annotations

from typing import Literal, get_args

from casework.sdk.views import CellView
from casework.types.case import WaitKind

Mark = Literal[
    "quoted", "derived", "reasoned", "unproved", "person", "conflict", "stated_absent",
    "not_found", "unreadable", "not_applicable", "waiting_person", "waiting_document",
    "waiting_model", "waiting_input", "waiting_budget", "waiting_batch", "waiting_system", "idle",
    "queued", "running", "failed", "set_aside", "skipped", "stale", "audit", "hidden",
]  # fmt: skip
MARKS: tuple[Mark, ...] = get_args(Mark)
Tone = Literal["verified", "proved", "look", "wrong", "rest"]
"""The parts of a column's bar, from left to right."""
TONES: tuple[Tone, ...] = get_args(Tone)

_WAITING: dict[WaitKind, Mark] = {
    "input": "waiting_input",
    "person": "waiting_person",
    "document": "waiting_document",
    "model": "waiting_model",
    "budget": "waiting_budget",
    "batch": "waiting_batch",
    "system": "waiting_system",
}
_UNSETTLED: dict[str, Mark] = {
    "idle": "idle",
    "queued": "queued",
    "running": "running",
    "failed": "failed",
    "set_aside": "set_aside",
    "skipped": "skipped",
}
_SETTLED: dict[str, Mark] = {
    "quoted": "quoted",
    "derived": "derived",
    "reasoned": "reasoned",
    "person": "person",
    "stated_absent": "stated_absent",
    "not_found": "not_found",
    "unreadable": "unreadable",
    "not_applicable": "not_applicable",
    "skipped": "skipped",
}
_WRONG = frozenset({"conflict", "failed", "set_aside"})
_PROVED = frozenset({"quoted", "derived", "reasoned"})
_STANDING = frozenset({"stated_absent", "not_found", "not_applicable", "skipped"})


def mark_of(view: CellView) -> Mark:
    """The shape before a cell's value."""
    if view.hidden:
        return "hidden"
    if view.conflict or view.absence == "conflict":
        return "conflict"
    if "audit" in view.flags:
        return "audit"
    if "stale" in view.flags or "proposed" in view.flags:
        return "stale"
    if view.state == "waiting":
        return _WAITING[view.waiting_for or "input"]
    decided = view.verdict is not None and view.verdict.kind != "rejected"
    if not decided and (unsettled := _UNSETTLED.get(view.state)):
        return unsettled
    return _SETTLED.get(view.absence or view.proof_word, "unproved")


def tone_of(view: CellView) -> Tone:
    """The part of its column's bar that a cell belongs to."""
    mark = mark_of(view)
    if mark in _WRONG:
        return "wrong"
    if view.verdict is not None and view.verdict.kind in ("accepted", "corrected", "adopted"):
        return "verified"
    if view.needs or mark in ("unproved", "stale", "audit", "unreadable", "waiting_person"):
        return "look"
    stands = mark in _STANDING and view.state == "absent"
    return "proved" if mark in _PROVED or stands else "rest"

"""The shape that a cell shows in the queue: nothing of what the machine found where it is read
blind."""

from __future__ import annotations

from casework.review.order import Waiting
from casework.sdk.sheet.marks import Mark
from casework.types.case import Cell, WaitKind
from casework.types.procedure import Step

_ABSENT: dict[str, Mark] = {
    "stated_absent": "stated_absent",
    "not_found": "not_found",
    "unreadable": "unreadable",
    "not_applicable": "not_applicable",
    "conflict": "conflict",
}
_WAITS: dict[WaitKind, Mark] = {"person": "waiting_person", "document": "waiting_document"}
_PROVED: dict[str, Mark] = {"quoted": "quoted", "derived": "derived", "reasoned": "reasoned"}


def shape_of(waiting: Waiting, step: Step, cell: Cell | None) -> Mark:
    """The shape of a cell that waits."""
    if waiting.kind != "unsure":
        return "audit"
    if cell is None or cell.state == "idle":
        return "waiting_person" if step.by == "person" else "idle"
    if cell.conflict:
        return "conflict"
    if cell.human is not None:
        return "waiting_person"
    if cell.state == "waiting":
        return _WAITS.get(cell.waiting_for or "input", "waiting_input")
    if cell.state in ("failed", "set_aside"):
        return "failed" if cell.state == "failed" else "set_aside"
    outcome = cell.machine.outcome if cell.machine else None
    if outcome is None:
        return "idle"
    if outcome.absence:
        return _ABSENT.get(outcome.absence, "unproved")
    return _PROVED.get(outcome.proof.kind, "unproved") if outcome.proof.solid else "unproved"

"""Cells made ready to be looked at: the value in force as text, its proof in a word, and whether a
person should look."""

from __future__ import annotations

from casework.review.queue import review_reason
from casework.sdk.views import CellView
from casework.types.case import CaseRecord, Cell
from casework.types.procedure import Step
from casework.types.proof import UNPROVED
from casework.types.usage import NO_USAGE
from casework.types.values import Json
from casework.values.show import show


def cell_view(step: Step, case: CaseRecord, cell: Cell, *, running: bool = False) -> CellView:
    """The view of one cell; a cell that nobody touched is queued while a run goes on."""
    outcome = cell.machine.outcome if cell.machine else None
    effective = cell.effective()
    value = effective.value if effective else None
    absence = effective.absence if effective else ""
    state = "queued" if running and cell.state == "idle" else cell.state
    proof = effective.proof if effective else (outcome.proof if outcome else UNPROVED)
    verified = cell.human is not None and cell.human.kind != "rejected"
    return CellView(
        case.id,
        case.name,
        step.id,
        step.name,
        state,
        "" if effective is None or absence else show(value, step.type),
        value,
        absence,
        cell.reason or _idle_reason(state),
        cell.since,
        cell.waiting_for,
        proof,
        "person" if verified else (absence or proof.kind if effective else ""),
        review_reason(step, cell),
        cell.conflict,
        _machine_shown(step, cell),
        cell.human,
        outcome.model if outcome else "",
        outcome.usage if outcome else NO_USAGE,
        outcome.score if outcome else None,
        outcome.confidence if outcome else None,
    )


def shown(value: Json, absence: str, step: Step) -> str:
    """A value or an absence as text."""
    return absence.replace("_", " ") if absence else show(value, step.type)


def _machine_shown(step: Step, cell: Cell) -> str:
    if cell.machine is None:
        return ""
    outcome = cell.machine.outcome
    return shown(outcome.value, outcome.absence or "", step)


def _idle_reason(state: str) -> str:
    return {"idle": "not run yet", "queued": "not reached yet by the run under way"}.get(state, "")

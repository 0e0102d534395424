"""Cells made ready to be looked at: the value in force as text, its proof in a word, and whether a
person should look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.review.queue import review_reason, weak_ground
from casework.sdk.views import CellView
from casework.types.case import CaseRecord, Cell
from casework.types.procedure import Step
from casework.types.proof import UNPROVED, Proof
from casework.types.usage import NO_USAGE
from casework.types.values import Json
from casework.values.show import show


def row_views(
    steps: Sequence[Step], case: CaseRecord, cells: Mapping[str, Cell], *, running: bool = False
) -> tuple[CellView, ...]:
    """The views of a case's cells, in the order of the steps."""
    row = {step.id: (step, cells.get(step.id) or Cell(case.id, step.id)) for step in steps}
    return tuple(
        cell_view(step, case, cell, ground=weak_ground(step, cell, row), running=running)
        for step, cell in row.values()
    )


def cell_view(
    step: Step, case: CaseRecord, cell: Cell, *, ground: str = "", running: bool = False
) -> CellView:
    """The view of one cell; a cell that nobody touched is queued while a run goes on. `ground` is
    the unproved cell that it rests on, in words."""
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
        _proof_word(proof, absence, ground, verified=verified) if effective else "",
        review_reason(step, cell, ground),
        cell.conflict,
        _machine_shown(step, cell),
        cell.human,
        outcome.model if outcome else "",
        outcome.usage if outcome else NO_USAGE,
        outcome.score if outcome else None,
        outcome.confidence if outcome else None,
    )


def _proof_word(proof: Proof, absence: str, ground: str, *, verified: bool) -> str:
    if verified:
        return "person"
    return absence or ("unproved" if ground else proof.kind)


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

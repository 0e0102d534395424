"""What waits for a person, and why. Before there is an accepted bound, proof alone decides."""

from __future__ import annotations

from collections.abc import Mapping

from casework.types.case import Cell, Outcome
from casework.types.procedure import Step

_ABSENCES_THAT_FOLLOW = ("not_applicable",)
"""Absences that come from another absence: looking at the first one is enough."""


def review_reason(step: Step, cell: Cell, ground: str = "") -> str:
    """Why a person should look at this cell, in words; '' when nobody needs to. `ground` is what
    `weak_ground` says of it."""
    if cell.conflict:
        return "the machine's new value disagrees with a person's"
    if cell.human is not None and cell.human.kind != "rejected":
        return ""
    if cell.human is not None:
        since = cell.machine is not None and cell.machine.id != cell.human.against
        found = "the machine found one since" if since else "needs another value"
        return f"rejected: {found}"
    if cell.state == "waiting":
        return cell.reason if cell.waiting_for == "person" else ""
    if cell.state in ("failed", "set_aside"):
        return cell.reason
    if step.review == "never" or cell.machine is None or cell.state == "skipped":
        return ""
    return _of_result(step, cell.machine.outcome, ground)


def weak_ground(step: Step, cell: Cell, row: Mapping[str, tuple[Step, Cell]]) -> str:
    """What unproved cell a derived or reasoned value rests on, however far back; '' for none.

    `row` holds the steps of the procedure with the cells of the case, by step id.
    """
    effective = cell.effective()
    if (
        effective is None
        or effective.absence
        or effective.proof.kind not in ("derived", "reasoned")
    ):
        return ""
    for name in effective.proof.steps or step.references:
        if name not in row:
            continue
        other_step, other = row[name]
        if other.human is not None or other.machine is None or other.machine.outcome.absence:
            continue
        if proof_weakness(other.machine.outcome):
            return f"rests on {other_step.name}, which is not proved"
        if further := weak_ground(other_step, other, row):
            return further
    return ""


def _of_result(step: Step, outcome: Outcome, ground: str) -> str:
    if outcome.kind == "absent":
        if outcome.absence in _ABSENCES_THAT_FOLLOW and step.review != "always":
            return ""
        words = (outcome.absence or "absent").replace("_", " ")
        return outcome.reason if outcome.reason.startswith(words) else f"{words}: {outcome.reason}"
    weakness = proof_weakness(outcome)
    if weakness or ground:
        return weakness or ground
    if outcome.value is False and step.type.name == "yes/no" and step.by == "rule":
        return "the rule says no"
    return "always reviewed" if step.review == "always" else ""


def proof_weakness(outcome: Outcome) -> str:
    """What is weak about the proof of a value; '' when it is solid."""
    proof = outcome.proof
    if proof.solid:
        return ""
    if proof.kind == "reasoned":
        return f"reasoned: {proof.note or 'a claim points to nothing'}"
    if proof.kind != "quoted":
        return f"unproved: {proof.note}"
    worst = next((c for c in proof.citations if not c.solid), None)
    if worst is None:
        return "quoted, without a place"
    if worst.grade == "none":
        return "the quote does not stand in the document"
    if worst.support == "no":
        return f"the quote says something else: {worst.quote}"
    if worst.grade == "fuzzy":
        return "the quote was found only roughly"
    return "the quote could not be compared with the value"

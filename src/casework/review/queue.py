"""What waits for a person, and why. Before there is an accepted bound, proof alone decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    if cell.machine is None or cell.state == "skipped" or cell.provisional:
        return ""  # what is provisional settles by itself: nobody is asked before it has
    if step.review == "never" and cell.machine.outcome.absence != "conflict":
        return ""
    return _of_result(step, cell.machine.outcome, ground)


def wants_person(steps: Sequence[Step], cells: Mapping[str, Cell]) -> bool:
    """Whether a person should look at any cell of a case, given by step id."""
    row = {step.id: (step, cells.get(step.id) or Cell("", step.id)) for step in steps}
    grounds = Grounds(row)
    return any(review_reason(step, cell, grounds.of(step.id)) for step, cell in row.values())


def weak_ground(step: Step, cell: Cell, row: Mapping[str, tuple[Step, Cell]]) -> str:
    """What unproved cell a derived or reasoned value rests on, however far back; '' for none.

    `row` holds the steps of the procedure with the cells of the case, by step id.
    """
    return Grounds({**row, step.id: (step, cell)}).of(step.id)


class Grounds:
    """The unproved cells that the values of a case rest on, each looked for once, however long the
    chain. `row` holds the steps of the procedure with the cells of the case, by step id."""

    def __init__(self, row: Mapping[str, tuple[Step, Cell]]) -> None:
        self._row = row
        self._known: dict[str, str] = {}
        self._open: set[str] = set()

    def of(self, step_id: str) -> str:
        """The one that a value rests on first, in words; '' for none."""
        todo = [step_id]
        while todo:
            self._open.add(todo[-1])
            further = self._look(todo[-1])
            if further:
                todo.append(further)
            else:
                self._open.discard(todo.pop())
        return self._known[step_id]

    def _look(self, step_id: str) -> str:
        """Settle what a value rests on; or the step that has to be looked at before."""
        if step_id in self._known:
            return ""
        step, cell = self._row[step_id]
        for name in _rests_on(step, cell):
            if name not in self._row:
                continue
            other_step, other = self._row[name]
            if other.human is not None or other.machine is None or other.machine.outcome.absence:
                continue
            if proof_weakness(other.machine.outcome):
                self._known[step_id] = f"rests on {other_step.name}, which is not proved"
                return ""
            if name not in self._known and name not in self._open:
                return name
            if told := self._known.get(name):
                self._known[step_id] = told
                return ""
        self._known[step_id] = ""
        return ""


def _rests_on(step: Step, cell: Cell) -> tuple[str, ...]:
    """The steps behind a derived or reasoned value."""
    effective = cell.effective()
    if effective is None or effective.absence:
        return ()
    if effective.proof.kind not in ("derived", "reasoned"):
        return ()
    return effective.proof.steps or step.references


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

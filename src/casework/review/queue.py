"""What waits for a person, and why. Where a bound on errors is certified, confidence decides what
passes; before there is one, proof alone does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from casework.review.acceptance import NOTHING_PROMISED, Acceptance, Acceptances, outvoted, surest
from casework.types.case import Cell, Outcome, Recorded
from casework.types.procedure import Step
from casework.types.verdict import Verdict

_ABSENCES_THAT_FOLLOW = ("not_applicable",)
"""Absences that come from another absence: looking at the first one is enough."""
AUDIT = "drawn at random: read it yourself first"
"""Why a cell of the audit stream waits, whatever the machine found in it."""
_ALWAYS = {"always": "always reviewed", "twice": "always reviewed, by two people"}
_SAID = {"accepted": "accepted it", "corrected": "corrected it", "adopted": "adopted it"}
_FIGURES = (2, 3, 4)
"""Decimals of a confidence: as few as do."""


def review_reason(
    step: Step, cell: Cell, ground: str = "", acceptance: Acceptance | None = None
) -> str:
    """Why a person should look at this cell, in words; '' when nobody needs to. `ground` is what
    `weak_ground` says of it, `acceptance` what passes on its step by a promise (None: there is
    none)."""
    if cell.conflict:
        return "the machine's new value disagrees with a person's"
    if cell.human is not None and cell.human.kind != "rejected":
        return unconfirmed(step, cell.human)
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
    if acceptance is not None and step.review not in _ALWAYS:
        if acceptance.audits(cell):
            return AUDIT
        if acceptance.judges(cell.machine):
            return _unsure(cell.machine.outcome, acceptance)
    return _of_result(step, cell.machine.outcome, ground)


def unconfirmed(step: Step, stands: Verdict) -> str:
    """That a decision waits for a second person, on a step that wants two; '' when it does not."""
    if step.review != "twice" or stands.kind not in _SAID or stands.stream == "second":
        return ""
    return f"a second pair of eyes: {stands.who} {_SAID[stands.kind]}"


def accepted_by_bound(step: Step, cell: Cell, acceptance: Acceptance | None) -> bool:
    """Whether a cell passes because errors among such cells are bounded, and not by its proof."""
    return (
        acceptance is not None
        and step.review == "unsure"
        and cell.human is None
        and cell.machine is not None
        and cell.state in ("value", "absent")
        and not acceptance.audits(cell)
        and acceptance.passes(cell.machine)
    )


def wants_person(
    steps: Sequence[Step], cells: Mapping[str, Cell], acceptances: Acceptances = NOTHING_PROMISED
) -> bool:
    """Whether a person should look at any cell of a case, given by step id."""
    row = {step.id: (step, cells.get(step.id) or Cell("", step.id)) for step in steps}
    grounds = Grounds(row, acceptances)
    return any(
        review_reason(step, cell, grounds.of(step.id), acceptances.get(step.id))
        for step, cell in row.values()
    )


def weak_ground(step: Step, cell: Cell, row: Mapping[str, tuple[Step, Cell]]) -> str:
    """What unproved cell a derived or reasoned value rests on, however far back; '' for none.

    `row` holds the steps of the procedure with the cells of the case, by step id.
    """
    return Grounds({**row, step.id: (step, cell)}).of(step.id)


class Grounds:
    """The unproved cells that the values of a case rest on, each looked for once, however long the
    chain. `row` holds the steps of the procedure with the cells of the case, by step id. Where a
    promise decides about a cell, it is one to rest on if it passes, whatever its proof."""

    def __init__(
        self,
        row: Mapping[str, tuple[Step, Cell]],
        acceptances: Acceptances = NOTHING_PROMISED,
    ) -> None:
        self._row = row
        self._acceptances = acceptances
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
            if weakness := self._weakness(name, other.machine):
                self._known[step_id] = f"rests on {other_step.name}, which is {weakness}"
                return ""
            if name not in self._known and name not in self._open:
                return name
            if told := self._known.get(name):
                self._known[step_id] = told
                return ""
        self._known[step_id] = ""
        return ""

    def _weakness(self, name: str, machine: Recorded) -> str:
        """Why a value is none to rest on; '' when it is one."""
        acceptance = self._acceptances.get(name)
        if acceptance is not None and acceptance.judges(machine):
            return "" if acceptance.passes(machine) else "not sure enough"
        return "not proved" if proof_weakness(machine.outcome) else ""


def _rests_on(step: Step, cell: Cell) -> tuple[str, ...]:
    """The steps behind a derived or reasoned value."""
    effective = cell.effective()
    if effective is None or effective.absence:
        return ()
    if effective.proof.kind not in ("derived", "reasoned"):
        return ()
    return effective.proof.steps or step.references


def _unsure(outcome: Outcome, acceptance: Acceptance) -> str:
    """Why a result does not pass by a promise that decides about it; '' when it does."""
    least = acceptance.threshold
    if least is None:
        return ""
    if who := outvoted(outcome, least):
        return f"{who} is as sure of something else"
    confidence = surest(outcome)
    if confidence is None:
        return "how sure the reader is that answered was not measured yet"
    if confidence >= least:
        return ""
    sure, wanted = _told_apart(confidence, least)
    return f"unsure: {sure}, and values are accepted from {wanted}"


def _told_apart(confidence: float, least: float) -> tuple[str, str]:
    """Two confidences as text, with as many figures as it takes to tell them apart."""
    told = [(_floored(confidence, figures), _floored(least, figures)) for figures in _FIGURES]
    return next((pair for pair in told if pair[0] != pair[1]), told[-1])


def _floored(confidence: float, figures: int) -> str:
    return f"{math.floor(confidence * 10**figures) / 10**figures:.{figures}f}"


def _of_result(step: Step, outcome: Outcome, ground: str) -> str:
    if outcome.kind == "absent":
        if outcome.absence in _ABSENCES_THAT_FOLLOW and step.review not in _ALWAYS:
            return ""
        words = (outcome.absence or "absent").replace("_", " ")
        return outcome.reason if outcome.reason.startswith(words) else f"{words}: {outcome.reason}"
    weakness = proof_weakness(outcome)
    if weakness or ground:
        return weakness or ground
    if outcome.value is False and step.type.name == "yes/no" and step.by == "rule":
        return "the rule says no"
    return _ALWAYS.get(step.review, "")


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

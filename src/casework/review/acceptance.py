"""From which confidence the machine's values pass without a person. Knows not how that was found
(`bound` and the audit stream do)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.review.stream import NEVER_PASSES
from casework.types.case import Cell, Outcome, Recorded
from casework.types.label import LEARNED


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What passes on one step: values and absences whose confidence is at least `threshold` (None:
    nothing does yet) and whose step had one of the meanings in `marks` (digests), for which that
    was shown; where learned `versions` (ids) are at work, one of them told the confidence.
    `suspended` says in words why it does not hold for now; '' while it does. `drawn` are the ids of
    the cases in the audit stream, whose cells people read by themselves first."""

    threshold: float | None = None
    marks: frozenset[str] = frozenset()
    suspended: str = ""
    versions: frozenset[str] = frozenset()
    drawn: frozenset[str] = frozenset()

    def passes(self, recorded: Recorded) -> bool:
        """Whether a result passes without a person."""
        sure = surest(recorded.outcome)
        return (
            self.judges(recorded)
            and self.threshold is not None
            and sure is not None
            and sure >= self.threshold
            and not outvoted(recorded.outcome, self.threshold)
        )

    def judges(self, recorded: Recorded) -> bool:
        """Whether it decides at all about a result, instead of the proof alone."""
        return (
            self.threshold is not None
            and not self.suspended
            and recorded.outcome.absence != "conflict"
            and (self._covers(recorded) or self._covers_readings(recorded))
        )

    def audits(self, cell: Cell) -> bool:
        """Whether a person is to read a cell without seeing what the machine found."""
        machine = cell.machine
        return (
            cell.case_id in self.drawn
            and cell.human is None
            and cell.state in ("value", "absent")
            and machine is not None
            and machine.outcome.absence != "conflict"
            and (self._covers(machine) or self._covers_readings(machine))
        )

    def _covers_readings(self, recorded: Recorded) -> bool:
        """Whether a reader that passed the cell on was measured, if not the one that answered."""
        measured = any(one.confidence is not None for one in recorded.outcome.proof.readings)
        return measured and recorded.meaning in self.marks

    def _covers(self, recorded: Recorded) -> bool:
        outcome = recorded.outcome
        if outcome.confidence is None or recorded.meaning not in self.marks:
            return False
        sources = outcome.label.sources
        return not self.versions or any(f"{LEARNED}{id}" in sources for id in self.versions)


def surest(outcome: Outcome) -> float | None:
    """How sure the reader of a cell is that is the surest of what stands in it: the one that
    answered, or one before it that says the same. None where it was measured of none."""
    found = [
        one.confidence
        for one in outcome.proof.readings
        if one.agrees and one.absence not in NEVER_PASSES and one.confidence is not None
    ]
    return max(
        [*found, *([] if outcome.confidence is None else [outcome.confidence])], default=None
    )


def outvoted(outcome: Outcome, threshold: float) -> str:
    """The name of a reader that passed a cell on and is sure enough of something else: for what it
    says the threshold was shown, not for what stands in the cell. '' for none."""
    for one in outcome.proof.readings:
        if one.confidence is not None and one.confidence >= threshold:
            return "" if one.agrees else one.who
    return ""


Acceptances = Mapping[str, Acceptance]
"""By the path of the step; a step without a promise is left out."""
NOTHING_PROMISED: Acceptances = {}

"""From which confidence the machine's values pass without a person. Knows not how that was found
(`bound` and the audit stream do)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.types.case import Recorded


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What passes on one step: values and absences whose confidence is at least `threshold` (None:
    nothing does yet) and whose step had one of the meanings in `marks` (digests), for which that
    was shown. `suspended` says in words why it does not hold for now; '' while it does."""

    threshold: float | None = None
    marks: frozenset[str] = frozenset()
    suspended: str = ""

    def passes(self, recorded: Recorded) -> bool:
        """Whether a result passes without a person."""
        confidence = recorded.outcome.confidence
        return (
            self.threshold is not None
            and not self.suspended
            and recorded.meaning in self.marks
            and confidence is not None
            and confidence >= self.threshold
        )


Acceptances = Mapping[str, Acceptance]
"""By the path of the step; a step without a promise is left out."""
NOTHING_PROMISED: Acceptances = {}

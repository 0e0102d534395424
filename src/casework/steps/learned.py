"""What a step over documents needs of what was learned: whoever opens the workspace gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from casework.judges.confidence import Calibration
from casework.types.label import NO_LABEL, Label
from casework.types.procedure import Step

if TYPE_CHECKING:
    from casework.extraction.learned import FieldModel
    from casework.extraction.novelty import Familiar

_NOT_LEARNED = ("document", "table", "record")


@dataclass(frozen=True, slots=True)
class AtWork:
    """A version that is at work on a step: the model of its field (None where it only tells how
    sure one may be, as beside a language model), how its signals become a confidence (None: not
    measured yet), and whose label its answers bear besides. `familiar` are the documents that it
    was learned from; `of_model` is the calibration of what a language model reads."""

    version_id: str
    model: FieldModel | None
    calibration: Calibration | None
    label: Label = NO_LABEL
    familiar: Familiar | None = None
    of_model: Calibration | None = None

    def calibration_for(self, model: str) -> Calibration | None:
        """How the signals of a reader become a confidence: a language model's, or those of the
        embedded extractor (`model` is then '')."""
        return self.of_model if model else self.calibration


class LearnedAtWork(Protocol):
    """What is at work on the steps of one worksheet."""

    def mark(self, step: Step) -> str:
        """A digest of everything that is at work on a step, for all audiences; '' for nothing. It
        is part of the step's method version."""
        ...

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        """What is at work on a step for documents with these readers: fitted from nothing that
        anyone of them may not read. None for nothing."""
        ...


class NothingLearned:
    """Where nothing was learned."""

    def mark(self, step: Step) -> str:
        return ""

    async def of(self, step: Step, readers: frozenset[str] | None) -> AtWork | None:
        return None


def learns(step: Step) -> bool:
    """Whether verdicts on a step can teach: one value, or several, read in documents."""
    return step.reads_documents and step.type.name not in _NOT_LEARNED and not step.split

"""What reading documents gave, as an outcome: a value, a stated absence, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.steps.answer import Read
from casework.steps.settle import prove, searched
from casework.steps.sources import Source, unreadable
from casework.types.case import Outcome
from casework.types.label import Label
from casework.types.needs import StepTask
from casework.types.proof import Proof
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json, ValueType


@dataclass(frozen=True, slots=True)
class By:
    """Who answered, and what all of it used."""

    models: tuple[str, ...] = ()
    usage: Usage = NO_USAGE

    def __add__(self, other: By) -> By:
        return By(tuple(dict.fromkeys((*self.models, *other.models))), self.usage + other.usage)

    @property
    def model(self) -> str:
        """The models that answered, as one text."""
        return ", ".join(self.models)

    @property
    def label(self) -> Label:
        """That they had a part in it."""
        return Label(frozenset(f"model:{model}" for model in self.models))


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model said of documents, or of one part of them, and who it was."""

    read: Read
    by: By

    @classmethod
    def of(cls, read: Read, model: str, usage: Usage) -> Answered:
        """The answer of one model."""
        return cls(read, By((model,), usage))


def found_outcome(value: Json, proof: Proof, reason: str, by: By) -> Outcome:
    """A value with its proof."""
    return Outcome(
        "value",
        value=value,
        reason=reason,
        proof=proof,
        label=by.label,
        model=by.model,
        usage=by.usage,
    )


def stated_absent(read: Read, sources: Sequence[Source], by: By, reason: str = "") -> Outcome:
    """The documents say that there is none; `sources` are what was shown."""
    proof = prove(None, ValueType("text"), read.quotes, sources)
    words = [read.note or "the documents say that there is none", *([reason] if reason else [])]
    return Outcome(
        "absent",
        absence="stated_absent",
        reason="; ".join(words),
        proof=proof,
        label=by.label,
        model=by.model,
        usage=by.usage,
    )


def nothing_found(task: StepTask, sources: Sequence[Source], note: str, by: By) -> Outcome:
    """Nothing was found in all that could be read."""
    lost = unreadable(task.documents, sources)
    reason = f"not found in what could be read; not read: {lost}" if lost else ""
    return Outcome(
        "absent",
        absence="unreadable" if lost else "not_found",
        reason=reason or note or f"{by.model} found nothing",
        proof=Proof("unproved", searched=searched(sources), note="nothing to quote"),
        label=by.label,
        model=by.model,
        usage=by.usage,
    )

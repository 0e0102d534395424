"""A step with an order of readers: each reads only what the one before it was not sure enough of.

Who answered is a decision of routing, kept with the cell: the meaning names the whole order, and no
threshold. Knows nothing of how a reader reads, nor of how a threshold was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from casework.base.errors import CaseworkError
from casework.base.hashing import digest
from casework.observe.collect import span, used
from casework.procedures.meaning import meaning_of
from casework.steps.choice import EMBEDDED
from casework.steps.learned import LearnedAtWork
from casework.steps.measured import twice_read
from casework.types.case import Outcome
from casework.types.label import join_all, shared_readers
from casework.types.needs import Blocked, Readings, StepTask
from casework.types.procedure import JOINT, Method, Step
from casework.types.proof import Reading
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json
from casework.values.equal import same

METHOD = "cascade"
_MODEL = "model:"
_NEVER_SURE = ("conflict", "unreadable")
"""Absences with which no reader settles a cell for those behind it."""
FAILED: Final = "failed"
"""The absence of a reading that gave no usable answer."""


class Reader(Protocol):
    """A kind of column that reads."""

    def method(self, step: Step) -> Method: ...

    def blocked(self, step: Step) -> Blocked | None: ...

    async def run(self, task: StepTask) -> Outcome: ...


class Sureness(Protocol):
    """From which confidence on the answer of a reader is taken."""

    def threshold(self, step: Step, stage: str, mark: str) -> float | None:
        """The threshold of a reader (`embedded`, or a model's name) on a step; `mark` is the digest
        of what that means. None while nothing it says is taken, and all is passed on."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where nothing was certified: the threshold that a person chose for all readers; None where
    nobody did. No promise stands behind it."""

    least: float | None = None

    def threshold(self, step: Step, stage: str, mark: str) -> float | None:
        return self.least


@dataclass(frozen=True, slots=True)
class Beside:
    """What a cascade is given besides its readers: how sure is sure enough, what is at work on the
    step, and what was read before (so that a reading that is known is not paid for again)."""

    sureness: Sureness
    learned: LearnedAtWork
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class _Stage:
    """A reader of the step. `step` is the step as it alone would carry it out."""

    who: str
    step: Step
    method: Method


@dataclass(frozen=True, slots=True)
class _Said:
    """What one reader said, what it used now, and what was decided: in words."""

    stage: _Stage
    outcome: Outcome
    paid: Usage
    decision: str


class Cascade:
    """A kind of column whose step has these readers, in this order."""

    def __init__(self, reader: Reader, readers: Sequence[str], beside: Beside) -> None:
        self._reader = reader
        self._readers = tuple(readers)
        self._beside = beside

    def method(self, step: Step) -> Method:
        """All readers in their order. Limited by what limits the models among them: the embedded
        extractor holds no slot while a model is waited for."""
        stages = self._stages(step)
        methods = [stage.method for stage in stages]
        if len(stages) == 1:
            return methods[0]
        limits = [method.resource for method in methods if method.model]
        return Method(
            METHOD,
            "; ".join(f"{method.name} {method.version}" for method in methods),
            ", ".join(method.model for method in methods if method.model),
            {"readers": [_described(stage) for stage in stages]},
            JOINT.join(sorted(dict.fromkeys(limits))),
            calls=sum(method.calls for method in methods if method.model),
            window=max(method.window for method in methods),
            most_calls=max(method.most_calls for method in methods),
        )

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while any of the readers is: none is left out silently."""
        found = (self._reader.blocked(stage.step) for stage in self._stages(step))
        return next((blocked for blocked in found if blocked is not None), None)

    async def run(self, task: StepTask) -> Outcome:
        """Let one after the other read, until one is sure enough; the last one's answer stands."""
        stages = self._stages(task.step)
        if len(stages) == 1:
            return await self._reader.run(replace(task, step=stages[0].step))
        mark = digest(meaning_of(task.step, task.procedure, self.method(task.step)))
        told: list[_Said] = []
        for stage in stages:
            said = await self._said(task, stage, told, mark, last=stage is stages[-1])
            told.append(said)
            if not said.decision:
                break
        return _together(told, task)

    async def _said(
        self, task: StepTask, stage: _Stage, before: Sequence[_Said], mark: str, *, last: bool
    ) -> _Said:
        """What one reader says, and whether it is taken (no `decision`) or passed on, and why."""
        with span(f"reader {stage.who}") as piece:
            already = used()
            try:
                outcome, paid = await self._read(task, stage)
            except CaseworkError as error:
                if last or not error.blames_case:
                    raise
                outcome, paid = _no_answer(error), _less(used(), already)
            outcome = await self._weighed(task, stage, outcome, before)
            threshold = self._beside.sureness.threshold(task.step, stage.who, mark)
            decision = "" if last else _decision(outcome, threshold)
            piece.set("casework.reader", stage.who)
            piece.set("casework.reader.confidence", outcome.confidence)
            piece.set("casework.reader.threshold", threshold)
            piece.set("casework.reader.decision", decision or ("last" if last else "taken"))
        return _Said(stage, outcome, paid, decision)

    async def _read(self, task: StepTask, stage: _Stage) -> tuple[Outcome, Usage]:
        """What is known from before, or a new reading, with what it used now."""
        asked = replace(task, step=stage.step)
        if self._beside.readings is not None and not asked.attempt:
            known = await self._beside.readings.of(asked, stage.method)
            if known is not None:
                return known, NO_USAGE
        outcome = await self._reader.run(asked)
        return outcome, outcome.usage

    async def _weighed(
        self, task: StepTask, stage: _Stage, outcome: Outcome, before: Sequence[_Said]
    ) -> Outcome:
        """The outcome with whether it says what a reader before it said; a confidence that was
        measured is measured with that."""
        others = [said.outcome for said in before if said.outcome.kind != FAILED]
        if not others:
            return outcome
        agrees = any(_agree(outcome, other, task) for other in others)
        if outcome.confidence is None:
            return twice_read(outcome, None, agrees=agrees)
        at_work = await self._beside.learned.of(
            stage.step, shared_readers(document.readers for document in task.documents)
        )
        calibration = at_work.calibration_for(stage.method.model) if at_work else None
        return twice_read(outcome, calibration, agrees=agrees)

    def _stages(self, step: Step) -> list[_Stage]:
        """The readers in their order; of two names that mean the same model today the first."""
        stages: dict[str, _Stage] = {}
        for name in self._readers:
            alone = replace(step, readers=(), model=name)
            method = self._reader.method(alone)
            who = method.model or (EMBEDDED if name == EMBEDDED else name)
            stages.setdefault(who, _Stage(who, alone, method))
        return list(stages.values())


def stage_reading(outcome: Outcome, who: str) -> Reading | None:
    """What one reader of a cascade said of a cell; None where it was not asked."""
    return next((reading for reading in outcome.proof.readings if reading.who == who), None)


def _described(stage: _Stage) -> Json:
    settings = stage.method.settings
    return {"who": stage.who, "settings": settings} if settings else stage.who


def _decision(outcome: Outcome, threshold: float | None) -> str:
    """Why an answer is passed on, in words; '' when it is taken."""
    if outcome.kind == FAILED:
        return f"passed on: {outcome.reason}"
    if outcome.kind not in ("value", "absent") or outcome.absence in _NEVER_SURE:
        return f"passed on: {outcome.absence or outcome.kind}"
    if outcome.confidence is None:
        return "passed on: how sure it is was not measured yet"
    if threshold is None:
        return f"passed on: {outcome.confidence:.0%} sure, and no threshold holds yet"
    if outcome.confidence < threshold:
        return f"passed on: {outcome.confidence:.1%} sure, {threshold:.1%} would be enough"
    return ""


def _no_answer(error: CaseworkError) -> Outcome:
    """A reader that gave nothing of use is as unsure as can be: the next one reads."""
    return Outcome(FAILED, reason=str(error), code=error.code)


def _agree(one: Outcome, other: Outcome, task: StepTask) -> bool:
    """Whether two readers say the same: equal values, or the same absence."""
    if one.kind != other.kind or one.absence != other.absence:
        return False
    return one.kind != "value" or same(one.value, other.value, task.step.type)


def _together(told: Sequence[_Said], task: StepTask) -> Outcome:
    """The answer of the last one that was asked, with every reading as evidence, and with what all
    of them used and came from."""
    answered = told[-1].outcome
    readings = tuple(
        _reading(said, agrees=said.outcome is answered or _agree(said.outcome, answered, task))
        for said in told
    )
    return replace(
        answered,
        proof=replace(answered.proof, readings=readings),
        label=join_all(said.outcome.label for said in told),
        usage=sum((said.paid for said in told), NO_USAGE),
        spans=(),
    )


def _reading(said: _Said, *, agrees: bool) -> Reading:
    outcome = said.outcome
    failed = outcome.kind == FAILED
    note = outcome.reason if outcome.kind == "absent" else outcome.proof.note
    told = [said.decision] if failed else [said.decision, note]
    return Reading(
        said.stage.who,
        outcome.value,
        FAILED if failed else outcome.absence or "",
        agrees,
        outcome.proof.citations,
        "; ".join(filter(None, told)),
        outcome.confidence,
    )


def _less(now: Usage, before: Usage) -> Usage:
    """What was used in between."""
    known = now.cost_usd is not None and before.cost_usd is not None
    return Usage(
        now.calls - before.calls,
        now.input_tokens - before.input_tokens,
        now.output_tokens - before.output_tokens,
        now.cached_tokens - before.cached_tokens,
        (now.cost_usd or 0.0) - (before.cost_usd or 0.0) if known else None,
        now.duration_s - before.duration_s,
        now.cache_write_tokens - before.cache_write_tokens,
        now.reasoning_tokens - before.reasoning_tokens,
    )

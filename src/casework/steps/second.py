"""A step that is read twice: a second reader answers by itself, and only what both say holds.

Agreement is kept as evidence. Where the two disagree a third decides, if there is one; else the
cell is a conflict that shows both, and a person decides. Knows nothing of how a reader reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from casework.models.endpoints import DEFAULT_ROLE
from casework.steps.choice import EMBEDDED
from casework.steps.learned import LearnedAtWork, NothingLearned
from casework.steps.measured import twice_read
from casework.types.case import Outcome
from casework.types.label import join_all
from casework.types.needs import Blocked, Readings, StepTask
from casework.types.procedure import JOINT, Method, Step
from casework.types.proof import Citation, Proof, Reading, Searched
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json
from casework.values.equal import same
from casework.values.show import show

AGAIN = "yes"
"""What `second` says for the model of the step itself, asked once more."""
_SHOWN_PLACES = 2


class Reader(Protocol):
    """A kind of column that reads or reasons."""

    def method(self, step: Step) -> Method: ...

    def blocked(self, step: Step) -> Blocked | None: ...

    async def run(self, task: StepTask) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one reader said. `paid` is what it used now: nothing when it was known before."""

    who: str
    outcome: Outcome
    paid: Usage


class ReadTwice:
    """A kind of column whose steps have a second reader. `readings` are what was read before, so
    that a first reading which is known is not paid for again."""

    def __init__(
        self,
        reader: Reader,
        readings: Readings | None = None,
        learned: LearnedAtWork | None = None,
    ) -> None:
        self._reader = reader
        self._readings = readings
        self._learned = learned or NothingLearned()

    def method(self, step: Step) -> Method:
        """The method of the first reader, with the others in its settings: who reads is a part of
        what the step means. Limited by what limits any of them."""
        methods = [self._reader.method(one) for one in self._steps(step)]
        first = methods[0]
        names = ("second", "third")
        settings: dict[str, Json] = dict(first.settings)
        for name, method in zip(names, methods[1:], strict=False):
            settings[name] = _described(method)
        calls = sum(method.calls for method in methods[:2] if method.model)
        return replace(
            first,
            settings=settings,
            resource=_joint(methods),
            calls=calls,
            window=max(method.window for method in methods),
            most_calls=max(method.most_calls for method in methods),
        )

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while any of the readers is, or when the second would only repeat the first."""
        steps = self._steps(step)
        for one in steps:
            blocked = self._reader.blocked(one)
            if blocked is not None:
                return blocked
        models = [self._reader.method(one).model for one in steps]
        if models[0] == models[1] == "":
            return Blocked(
                "model",
                "needs a second reader: the embedded extractor reads it already, and finds the "
                "same again. Set model.default, or name a model: second: provider:model",
            )
        return None

    async def run(self, task: StepTask) -> Outcome:
        """Let two read, and a third where they disagree and one is named."""
        steps = self._steps(task.step)
        first, second = await _both(self._read(task, steps, 0), self._read(task, steps, 1))
        if _agree(first.outcome, second.outcome, task):
            return await self._agreed([first, second], first, task)
        if len(steps) == 2:
            return _conflict([first, second], task)
        third = await self._read(task, steps, 2)
        for one in (first, second):
            if _agree(one.outcome, third.outcome, task):
                return await self._agreed([first, second, third], one, task)
        return _conflict([first, second, third], task)

    async def _agreed(self, answers: Sequence[_Answer], chosen: _Answer, task: StepTask) -> Outcome:
        """What at least two say, with the better of their proofs, and every reading as evidence;
        how sure it is was measured of whoever's proof it is, and is with the agreement."""
        alike = [one for one in answers if _agree(one.outcome, chosen.outcome, task)]
        best = next((one for one in alike if one.outcome.proof.solid), chosen)
        readings = tuple(_reading(one, agrees=one in alike) for one in answers)
        proof = replace(best.outcome.proof, readings=readings)
        found = _together(replace(best.outcome, proof=proof), answers)
        if not found.signals:
            return found
        at_work = await self._learned.of(task.step, found.label.readers)
        calibration = at_work.calibration_for(best.outcome.model) if at_work else None
        return twice_read(found, calibration, agrees=True)

    async def _read(self, task: StepTask, steps: Sequence[Step], number: int) -> _Answer:
        """What one reader says: what is known from before, or a new reading. One whose model has
        read already is asked as another attempt, so that no memory answers for it."""
        step = steps[number]
        methods = [self._reader.method(one) for one in steps]
        own = methods[number]
        before = sum(method.model == own.model for method in methods[:number])
        asked = replace(task, step=step, attempt=task.attempt + before)
        who = own.model or EMBEDDED
        if self._readings is not None and not asked.attempt:
            recorded = await self._readings.of(asked, own)
            if recorded is not None:
                return _Answer(who, recorded, NO_USAGE)
        outcome = await self._reader.run(asked)
        return _Answer(who, outcome, outcome.usage)

    def _steps(self, step: Step) -> list[Step]:
        """The step as each of its readers carries it out, the first one first."""
        first = replace(step, second="", third="")
        again = step.model
        if step.by == "document" and not self._reader.method(first).model:
            again = DEFAULT_ROLE
        second = replace(first, model=again if step.second == AGAIN else step.second)
        return [first, second, *([replace(first, model=step.third)] if step.third else [])]


def _described(method: Method) -> Json:
    told: dict[str, Json] = {
        "method": method.name,
        "version": method.version,
        "model": method.model,
        "settings": method.settings,
    }
    return {key: value for key, value in told.items() if value}


def _joint(methods: Sequence[Method]) -> str:
    """The resources of all of them as one, models before the rest."""
    names = dict.fromkeys(method.resource for method in methods if method.resource)
    return JOINT.join(sorted(names, key=lambda name: (":" not in name, name)))


async def _both(
    first: Coroutine[None, None, _Answer], second: Coroutine[None, None, _Answer]
) -> tuple[_Answer, _Answer]:
    """Both answers; when one reader fails the other still ends, so that its answer is kept."""
    one, other = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(other, BaseException):
        raise other
    return one, other


def _agree(one: Outcome, other: Outcome, task: StepTask) -> bool:
    """Whether two readers say the same: equal values, or the same absence."""
    if one.kind != other.kind or one.absence != other.absence:
        return False
    return one.kind != "value" or same(one.value, other.value, task.step.type)


def _conflict(answers: Sequence[_Answer], task: StepTask) -> Outcome:
    """All that was said, with its places, for a person to decide."""
    said = "; ".join(f"{one.who} says {_said(one.outcome, task.step)}" for one in answers)
    citations: dict[tuple[str, int, int], Citation] = {}
    for one in answers:
        for citation in one.outcome.proof.citations:
            citations.setdefault((citation.document, citation.page, citation.start), citation)
    claims = tuple(claim for one in answers for claim in one.outcome.proof.claims)
    reason = f"the readers disagree: {said}"
    proof = Proof(
        "quoted" if citations else "reasoned" if claims else "unproved",
        tuple(citations.values()),
        claims,
        searched=_both_searched(answers),
        note=reason,
        readings=tuple(_reading(one, agrees=False) for one in answers),
    )
    outcome = Outcome("absent", absence="conflict", reason=reason, proof=proof)
    return _together(outcome, answers)


def _both_searched(answers: Sequence[_Answer]) -> tuple[Searched, ...]:
    """What any of the readers read: of a long document each may have read other pages."""
    pages: dict[tuple[str, str], set[int]] = {}
    for one in answers:
        for searched in one.outcome.proof.searched:
            known = pages.setdefault((searched.document, searched.document_name), set())
            known.update(searched.pages)
    return tuple(Searched(*which, tuple(sorted(found))) for which, found in pages.items())


def _together(outcome: Outcome, answers: Sequence[_Answer]) -> Outcome:
    """The outcome with what all readers used and where all of it came from."""
    return replace(
        outcome,
        label=join_all(one.outcome.label for one in answers),
        model=", ".join(dict.fromkeys(one.outcome.model for one in answers if one.outcome.model)),
        usage=sum((one.paid for one in answers), NO_USAGE),
        spans=(),
    )


def _reading(one: _Answer, *, agrees: bool) -> Reading:
    outcome = one.outcome
    return Reading(
        one.who,
        outcome.value,
        outcome.absence or "",
        agrees,
        outcome.proof.citations,
        outcome.reason if outcome.kind != "value" else outcome.proof.note,
        outcome.confidence,
    )


def _said(outcome: Outcome, step: Step) -> str:
    if outcome.kind != "value":
        return (outcome.absence or outcome.kind).replace("_", " ")
    places = [
        f"{citation.document_name} {citation.place or f'p. {citation.page}'}"
        for citation in outcome.proof.citations
        if citation.page
    ]
    where = f" ({', '.join(places[:_SHOWN_PLACES])})" if places else ""
    return f"{show(outcome.value, step.type)}{where}"

"""A step over documents read by a language model: a value with quotes, each checked by code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from casework.models.structured import ask_structured
from casework.steps.answer import read_answer
from casework.steps.choice import ModelChoice
from casework.steps.learned import LearnedAtWork, NothingLearned
from casework.steps.measured import measured, read_signals
from casework.steps.outcome import Answered, found_outcome, nothing_found, stated_absent
from casework.steps.prompt import PROMPTS_VERSION, Part, extract_request
from casework.steps.reach import Reach, wants_all
from casework.steps.settle import prove
from casework.steps.sources import Source, Sources, letters, unreadable
from casework.types.case import Outcome
from casework.types.label import shared_readers
from casework.types.needs import Blocked, ModelCalls, StepTask
from casework.types.procedure import Method, Step

if TYPE_CHECKING:
    from casework.steps.long import Library

MODEL_RESOURCE = "model:"


class AskStep:
    """The kind `by: document` when a model reads. `reach` is how much one call may carry, and how
    many calls one cell may make for documents that are longer."""

    def __init__(
        self,
        calls: ModelCalls,
        sources: Sources,
        models: ModelChoice,
        *,
        reach: Reach,
        learned: LearnedAtWork | None = None,
    ) -> None:
        self._calls = calls
        self._sources = sources
        self._models = models
        self._reach = reach
        self._learned = learned or NothingLearned()

    def method(self, step: Step) -> Method:
        """The prompt's version and the requested model."""
        model = self._models.of(step)
        return Method(
            "extract.model",
            PROMPTS_VERSION,
            model,
            resource=MODEL_RESOURCE + model,
            window=self._reach.window,
            most_calls=self._reach.most(step.type) if wants_all(step.type) else 1,
        )

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked while no model is set."""
        return self._models.blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Ask, then locate and compare every quote. Documents beyond what one call may carry are
        read in parts."""
        sources = await self._sources.open(task.documents)
        if not sources:
            return Outcome("absent", absence="unreadable", reason=unreadable(task.documents))
        outcome = await self._read(task, sources)
        at_work = await self._learned.of(
            task.step, shared_readers(document.readers for document in task.documents)
        )
        calibration = at_work.calibration_for(self._models.of(task.step)) if at_work else None
        signals = read_signals(outcome, sources)
        return measured(outcome, signals, calibration, at_work if calibration else None)

    async def _read(self, task: StepTask, sources: list[Source]) -> Outcome:
        if letters(sources) > self._reach.window:
            from casework.steps.ask_long import LongReading

            reading = LongReading(task, self._library.of(sources), self._reach, self._ask)
            return await reading.outcome()
        answered = await self._ask(task, sources, None)
        read, by = answered.read, answered.by
        if read.status == "found":
            proof = prove(read.value, task.step.type, read.quotes, sources)
            return found_outcome(read.value, proof, read.note, by)
        if read.status == "stated_absent":
            return stated_absent(read, sources, by)
        return nothing_found(task, sources, read.note, by)

    @cached_property
    def _library(self) -> Library:
        from casework.steps.long import Library

        return Library()

    async def _ask(self, task: StepTask, sources: list[Source], part: Part | None) -> Answered:
        request = extract_request(task, sources, self._models.of(task.step), part)
        type = task.step.type
        found = await ask_structured(self._calls, request, lambda told: read_answer(told, type))
        return Answered.of(found.value, found.answer.model, found.usage)

"""A step over documents: sent to the embedded extractor or to a model, as it is set."""

from __future__ import annotations

from casework.steps.ask import AskStep
from casework.steps.choice import ModelChoice
from casework.steps.extract import ExtractStep
from casework.steps.split import SplitStep
from casework.types.case import Outcome
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step


class DocumentStep:
    """The kind `by: document`."""

    def __init__(
        self,
        embedded: ExtractStep,
        asking: AskStep,
        models: ModelChoice,
        splitting: SplitStep | None = None,
    ) -> None:
        self._embedded = embedded
        self._asking = asking
        self._models = models
        self._splitting = splitting

    def method(self, step: Step) -> Method:
        """The method of whoever reads."""
        return self._reader(step).method(step)

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked when a model is asked for and none is set."""
        return self._reader(step).blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Read."""
        return await self._reader(task.step).run(task)

    def _reader(self, step: Step) -> ExtractStep | AskStep | SplitStep:
        if self._models.reads_with_model(step):
            return self._asking
        return self._splitting if step.split and self._splitting else self._embedded

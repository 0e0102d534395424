"""The door: which kind of column fills which step. Implements `casework.types.needs.Steps`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from casework.base.errors import RuleError
from casework.steps.cascade import Beside, Cascade
from casework.steps.choice import ModelChoice
from casework.steps.rule import RuleEvaluator, rule_inputs, rule_outcome
from casework.steps.second import ReadTwice
from casework.types.case import Outcome
from casework.types.needs import Blocked, Readings, StepTask
from casework.types.procedure import By, Method, Rule, Step
from casework.types.proof import Proof
from casework.types.values import ValueType

_YES_NO = ValueType("yes/no")


class StepKind(Protocol):
    """One kind of column. `run` raises a `CaseworkError` when it goes wrong."""

    def method(self, step: Step) -> Method: ...

    def blocked(self, step: Step) -> Blocked | None: ...

    async def run(self, task: StepTask) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Order:
    """Who reads a step one after the other, and what they are given besides."""

    models: ModelChoice
    beside: Beside

    def readers_of(self, step: Step) -> tuple[str, ...]:
        """The readers of a step in their order; empty where it has one."""
        return self.models.readers_of(step)


class StepKinds:
    """Sends each step to its kind, and evaluates conditions for all of them. `writing` are the
    kinds that fill steps of type `document`; what it does not name is filled as other types are.
    `order` tells which steps have an order of readers."""

    def __init__(
        self,
        kinds: Mapping[By, StepKind],
        rules: RuleEvaluator,
        *,
        writing: Mapping[By, StepKind] | None = None,
        readings: Readings | None = None,
        order: Order | None = None,
    ) -> None:
        self._order = order
        self._kinds = kinds
        self._writing = writing or {}
        self._rules = rules
        self._readings = readings

    def method(self, step: Step) -> Method:
        """How the step is carried out: part of its meaning."""
        return self._of(step).method(step)

    def blocked(self, step: Step) -> Blocked | None:
        """Why the step cannot run at all for now; None when it can."""
        return self._of(step).blocked(step)

    async def run(self, task: StepTask) -> Outcome:
        """Fill one cell."""
        return await self._of(task.step).run(task)

    async def applies(self, task: StepTask) -> Outcome | None:
        """None when the step has no condition or it holds; else why the step does not run."""
        when = task.step.when
        if when is None:
            return None
        found = await self._rules.evaluate(
            when, rule_inputs(when, task.inputs), _YES_NO, today=task.today
        )
        outcome = rule_outcome(when, found, task)
        if outcome.kind == "absent":
            return outcome
        if outcome.value is True:
            return None
        return Outcome(
            "skipped",
            reason=f"skipped: {_as_written(when)} is not so",
            proof=Proof("derived", expression=when.source, steps=when.references),
        )

    def _of(self, step: Step) -> StepKind:
        """Documents are written by kinds of their own; a second reader stands around a kind."""
        written = step.type.name == "document"
        kind = (self._writing.get(step.by) if written else None) or self._kinds.get(step.by)
        if kind is None:
            raise RuleError(
                f"{step.name}: steps filled by {step.by} are not built yet.",
                fix="casework procedure check lists what can be used instead.",
                code="step.not_here",
            )
        if self._order is not None and not written:
            readers = self._order.readers_of(step)
            if readers:
                return Cascade(kind, readers, self._order.beside)
        learned = self._order.beside.learned if self._order is not None else None
        return ReadTwice(kind, self._readings, learned) if step.second else kind


def _as_written(rule: Rule) -> str:
    return rule.source.strip("`")

"""A step filled by an expression over other steps: evaluated in the sandbox, proved as derived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from casework.base.errors import RuleError
from casework.types.case import Outcome
from casework.types.needs import Blocked, RuleInput, StepInput, StepTask
from casework.types.procedure import Method, Rule, Step
from casework.types.proof import Proof
from casework.types.values import Json, ValueType

RULE_METHOD = Method("rule", "1")


class RuleFound(Protocol):
    """What evaluating gave: a value, or the names of the inputs that are absent."""

    @property
    def value(self) -> Json: ...

    @property
    def absent(self) -> tuple[str, ...]: ...


class RuleEvaluator(Protocol):
    """Evaluates a rule in the sandbox; raises `RuleError` naming what went wrong."""

    async def evaluate(
        self,
        rule: Rule,
        inputs: Mapping[str, RuleInput],
        result: ValueType | None,
        *,
        today: str,
    ) -> RuleFound: ...


class RuleStep:
    """The kind `by: rule`."""

    def __init__(self, rules: RuleEvaluator) -> None:
        self._rules = rules

    def method(self, step: Step) -> Method:
        """Always the same: the rule itself is in the step's meaning."""
        return RULE_METHOD

    def blocked(self, step: Step) -> Blocked | None:
        """A rule can always run."""
        return None

    async def run(self, task: StepTask) -> Outcome:
        """Evaluate the rule; an absent input makes it not applicable and names the input."""
        rule = task.step.rule
        if rule is None:
            raise RuleError(f"{task.step.name} has no rule.", code="rule.missing")
        found = await self._rules.evaluate(
            rule, rule_inputs(rule, task.inputs), task.step.type, today=task.today
        )
        return rule_outcome(rule, found, task)


def rule_inputs(rule: Rule, inputs: Mapping[str, StepInput]) -> dict[str, RuleInput]:
    """The inputs of a rule by step id."""
    return {
        name: RuleInput(given.step.name, given.step.type, given.read.value, given.read.absence)
        for name, given in inputs.items()
        if name in rule.references
    }


def rule_outcome(rule: Rule, found: RuleFound, task: StepTask) -> Outcome:
    """A derived value, or `not_applicable` naming the absent inputs."""
    proof = Proof("derived", expression=rule.source, steps=rule.references)
    if found.absent:
        named = ", ".join(_absence(name, task) for name in found.absent)
        return Outcome(
            "absent", absence="not_applicable", reason=f"not applicable: {named}", proof=proof
        )
    return Outcome("value", value=found.value, proof=proof)


def _absence(step_id: str, task: StepTask) -> str:
    given = task.inputs.get(step_id)
    if given is None:
        return f"{step_id} is missing"
    words = given.read.absence.replace("_", " ")
    return f"{given.step.name} is {words}"

"""Says what is wrong with a procedure, all at once: line, what, and how to mend it.

First what shows in each step alone (`draft`), then what needs several: order, types of rules,
conditions that are never true.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.base.errors import Mistake
from casework.procedures.draft import Draft, draft
from casework.procedures.findings import Findings
from casework.procedures.infer import finished, fits, infer
from casework.procedures.names import listed, nearest
from casework.procedures.order import order_of
from casework.procedures.reach import can_be_true
from casework.procedures.rules import rule_tree, tests_missing
from casework.procedures.value_type import type_text
from casework.types.procedure import Rule, Step
from casework.types.values import ValueType


@dataclass(frozen=True, slots=True)
class Examined:
    """Steps with every type settled, and their order. Means something only without mistakes."""

    steps: tuple[Step, ...]
    order: tuple[str, ...]


def check(text: str, name: str = "") -> tuple[Mistake, ...]:
    """All mistakes of a procedure in line order; empty when there are none."""
    found = draft(text, name)
    examine(found)
    return found.findings.in_order()


def examine(found: Draft) -> Examined:
    """Check steps against each other, noting mistakes in the findings of the draft."""
    order = order_of(found.steps, found.findings)
    examiner = _Examiner(found)
    for id in order:
        examiner.settle(id)
    for id in order:
        examiner.conditions(id)
    return Examined(tuple(examiner.steps.values()), order)


class _Examiner:
    def __init__(self, found: Draft) -> None:
        self.steps = {step.id: step for step in found.steps}
        self._found = found
        self._types: dict[str, ValueType | None] = {}
        self._shown = {step.id: step.name for step in found.steps}
        self._doubtful: set[str] = set()
        self._before = 0

    def settle(self, id: str) -> None:
        """Find the type of a step, whose inputs are settled already."""
        step = self.steps[id]
        if step.when:
            self._condition(step, step.when)
        if step.rule:
            step = self.steps[id] = self._typed(step, step.rule)
        unknown = id in self._found.unsure or (id in self._found.open and not step.rule)
        self._types[id] = None if unknown or id in self._doubtful else step.type

    def conditions(self, id: str) -> None:
        """Note a condition that is never true, and an input that is never there with it."""
        step = self.steps[id]
        if step.when is None or id in self._doubtful:
            return
        own = rule_tree(step.when)
        here = self._found.findings.at(step.when.line)
        if not can_be_true([own], self._types):
            here.add(
                "procedure.unreachable",
                f"The condition of {step.name} is never true, so it would always be skipped.",
                "Mend the condition, or take the step out.",
            )
            return
        tested = tests_missing(step.rule) if step.rule else frozenset[str]()
        for reference in step.references:
            other = self.steps.get(reference)
            if other is None or other.when is None or reference in tested | {id}:
                continue
            if reference in step.when.references or reference in self._doubtful:
                continue
            if not can_be_true([own, rule_tree(other.when)], self._types):
                here.add(
                    "procedure.input_never_there",
                    f"{step.name} reads {other.name}, which is skipped whenever {step.name} runs.",
                    "Make the two conditions agree, or take the reference out.",
                )

    def _condition(self, step: Step, when: Rule) -> None:
        here = self._found.findings.at(when.line)
        told = self._infer(when, here, step.id)
        if told and (told.name != "yes/no" or told.many):
            shown = finished(told) or told
            here.add(
                "rule.not_yes_no",
                f"The condition of {step.name} gives {_article(shown)}, not yes or no.",
                'Compare it with something, such as {Kind} == "fire".',
            )
            self._doubtful.add(step.id)

    def _typed(self, step: Step, rule: Rule) -> Step:
        here = self._found.findings.at(rule.line)
        told = self._infer(rule, here, "")
        if step.id in self._found.open:
            return self._opened(step, finished(told), told is not None, here)
        if told is None or step.id in self._found.unsure:
            return step
        if not fits(step.type, finished(told) or told):
            shown = finished(told) or told
            here.add(
                "procedure.type_differs",
                f"{step.name} is to be {type_text(step.type)}, and its rule gives "
                f"{_article(shown)}.",
                f"Write - type: {shown.name}, or mend the rule.",
            )
        elif step.type.name == "choice" and told.name == "choice":
            _check_options(step, told, here)
        return step

    def _opened(self, step: Step, type: ValueType | None, told: bool, findings: Findings) -> Step:
        if type is not None:
            return replace(step, type=replace(type, many=step.type.many or type.many))
        self._doubtful.add(step.id)
        inputs = [self._types.get(id) for id in (step.rule.references if step.rule else ())]
        if not told and None not in inputs and len(findings.mistakes) == self._before:
            findings.add(
                "procedure.type_needed",
                f"The rule of {step.name} does not show which type it gives.",
                "Add a line under the heading, such as - type: number.",
            )
        return step

    def _infer(self, rule: Rule, findings: Findings, doubtful: str) -> ValueType | None:
        self._before = len(findings.mistakes)
        told = infer(rule_tree(rule), self._types, self._shown, findings)
        if doubtful and len(findings.mistakes) > self._before:
            self._doubtful.add(doubtful)
        return told


def _check_options(step: Step, told: ValueType, findings: Findings) -> None:
    for option in told.options:
        if option not in step.type.options:
            near = nearest(option, step.type.options)
            fix = f'Did you mean "{near}"?' if near else f"It has {listed(step.type.options)}."
            reason = f"The rule can give {option!r}, which is no option of {step.name}."
            findings.add("rule.option", reason, fix)


def _article(type: ValueType) -> str:
    shown = {"yes/no": "yes or no", "number": "a number", "text": "a text", "date": "a date"}
    return f"several values ({type.name})" if type.many else shown.get(type.name, type.name)

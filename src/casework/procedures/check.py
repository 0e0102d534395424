"""Says what is wrong with a procedure, all at once: line, what, and how to mend it.

First what shows in each step alone (`draft`), then what needs several: order, types of rules,
conditions that are never true.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from casework.types.nesting import DOT, Placed, column_type, placed_steps, resolve
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
    placed = {one.path: one for one in placed_steps(found.steps)}
    order = order_of(tuple(placed.values()), found.findings)
    examiner = _Examiner(found, placed)
    for path in order:
        examiner.settle(path)
    for path in order:
        examiner.conditions(path)
    steps = _rebuilt(found.steps, examiner.steps, order)
    return Examined(steps, tuple(path for path in order if DOT not in path))


def _rebuilt(
    steps: tuple[Step, ...], settled: Mapping[str, Step], order: tuple[str, ...]
) -> tuple[Step, ...]:
    """The steps as settled, with those of rows inside their tables again, each with its order."""
    inside: dict[str, list[str]] = {}
    for path in order:
        table, _, id = path.rpartition(DOT)
        inside.setdefault(table, []).append(id)

    def rebuilt(step: Step, path: str) -> Step:
        nested = tuple(rebuilt(one, f"{path}{DOT}{one.id}") for one in step.nested)
        return replace(settled[path], nested=nested, nested_order=tuple(inside.get(path, ())))

    return tuple(rebuilt(step, step.id) for step in steps)


class _Examiner:
    def __init__(self, found: Draft, placed: Mapping[str, Placed]) -> None:
        self.steps = {path: one.step for path, one in placed.items()}
        self._placed = placed
        self._found = found
        self._types: dict[str, ValueType | None] = {}
        self._doubtful: set[str] = set()
        self._before = 0

    def settle(self, path: str) -> None:
        """Find the type of a step, whose inputs are settled already."""
        step = self.steps[path]
        if step.when:
            self._condition(path, step.when)
        if step.rule:
            step = self.steps[path] = self._typed(path, step.rule)
        unknown = path in self._found.unsure or (path in self._found.open and not step.rule)
        self._types[path] = None if unknown or path in self._doubtful else step.type

    def conditions(self, path: str) -> None:
        """Note a condition that is never true, and an input that is never there with it."""
        step = self.steps[path]
        if step.when is None or path in self._doubtful:
            return
        own = rule_tree(step.when)
        types = self._types_of(path, step.when)
        here = self._found.findings.at(step.when.line)
        if not can_be_true([own], types):
            here.add(
                "procedure.unreachable",
                f"The condition of {step.name} is never true, so it would always be skipped.",
                "Mend the condition, or take the step out.",
            )
            return
        tested = tests_missing(step.rule) if step.rule else frozenset[str]()
        for reference in step.references:
            other_path = self._path_of(path, reference)
            other = self.steps.get(other_path)
            beside = (
                self._placed[path].around == self._placed[other_path].around if other else False
            )
            if other is None or other.when is None or not beside:
                continue
            if reference in tested or reference in step.when.references:
                continue
            if other_path in self._doubtful or other_path == path:
                continue
            both = {**self._types_of(other_path, other.when), **types}
            if not can_be_true([own, rule_tree(other.when)], both):
                here.add(
                    "procedure.input_never_there",
                    f"{step.name} reads {other.name}, which is skipped whenever {step.name} runs.",
                    "Make the two conditions agree, or take the reference out.",
                )

    def _condition(self, path: str, when: Rule) -> None:
        here = self._found.findings.at(when.line)
        told = self._infer(path, when, here)
        if len(here.mistakes) > self._before:
            self._doubtful.add(path)
        if told and (told.name != "yes/no" or told.many):
            shown = finished(told) or told
            here.add(
                "rule.not_yes_no",
                f"The condition of {self.steps[path].name} gives {_article(shown)}, not yes or no.",
                'Compare it with something, such as {Kind} == "fire".',
            )
            self._doubtful.add(path)

    def _typed(self, path: str, rule: Rule) -> Step:
        step = self.steps[path]
        here = self._found.findings.at(rule.line)
        told = self._infer(path, rule, here)
        if path in self._found.open:
            return self._opened(path, finished(told), told is not None, here)
        if told is None or path in self._found.unsure:
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

    def _opened(self, path: str, type: ValueType | None, told: bool, findings: Findings) -> Step:
        step = self.steps[path]
        if type is not None:
            return replace(step, type=replace(type, many=step.type.many or type.many))
        self._doubtful.add(path)
        inputs = self._types_of(path, step.rule).values() if step.rule else ()
        if not told and None not in inputs and len(findings.mistakes) == self._before:
            findings.add(
                "procedure.type_needed",
                f"The rule of {step.name} does not show which type it gives.",
                "Add a line under the heading, such as - type: number.",
            )
        return step

    def _infer(self, path: str, rule: Rule, findings: Findings) -> ValueType | None:
        self._before = len(findings.mistakes)
        shown = {
            reference: self.steps[found].name
            for reference in rule.references
            if (found := self._path_of(path, reference))
        }
        return infer(rule_tree(rule), self._types_of(path, rule), shown, findings)

    def _types_of(self, path: str, rule: Rule) -> dict[str, ValueType | None]:
        """The types of what a rule reads, as it reads them, by its references."""
        found: dict[str, ValueType | None] = {}
        for reference in rule.references:
            type = self._types.get(self._path_of(path, reference))
            found[reference] = column_type(type) if type and DOT in reference else type
        return found

    def _path_of(self, path: str, reference: str) -> str:
        return resolve(reference, self._placed[path].around, self._placed)


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

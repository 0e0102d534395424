"""A procedure file looked at on its own, before any worksheet follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import NotFoundError, UsageError
from casework.procedures.compile import compile_procedure
from casework.procedures.value_type import type_text
from casework.sdk.following import raise_mistakes, read_text
from casework.sdk.grouping import check_grouping
from casework.sdk.intake import find_files
from casework.sdk.trust import is_trusted
from casework.types.procedure import Procedure, Step


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in words: its type, who fills it, what it reads, its rule and its condition."""

    id: str
    name: str
    type: str
    by: str
    reads: tuple[str, ...]
    sources: tuple[str, ...]
    rule: str
    when: str
    review: str
    instruction: str


def check_procedure(path: str | Path) -> Procedure:
    """The procedure of a file; raises `ProcedureError` with every mistake in it."""
    file = Path(path)
    if not file.is_file():
        raise NotFoundError(f"There is no procedure {file}.", fix="Check the name.")
    if file.suffix == ".py":
        from casework.procedures.python import load_python

        return load_python(file, is_trusted)
    if file.suffix != ".md":
        raise UsageError(f"{file.name} is no procedure.", fix="A procedure is a .md or a .py file.")
    text = read_text(file)
    raise_mistakes(text, file.name)
    return compile_procedure(text, file.name)


def check_intake(paths: Sequence[str | Path], grouping: str = "") -> int:
    """How many files would be added; raises `UsageError` for a path that is not there or a grouping
    that is none, so that nothing is made before it is clear that it can be filled."""
    if grouping:
        check_grouping(grouping)
    found = find_files([Path(path) for path in paths])
    return sum(not file.left_out for file in found)


def step_views(procedure: Procedure) -> tuple[StepView, ...]:
    """The steps of a procedure, defaults written out: who fills each, and from what."""
    return step_views_of(procedure.steps)


def step_views_of(steps: tuple[Step, ...]) -> tuple[StepView, ...]:
    """The same of steps that stand together."""
    names = {step.id: step.name for step in steps}
    return tuple(
        StepView(
            step.id,
            step.name,
            type_text(step.type) + (", many" if step.type.many else ""),
            step.by,
            tuple(names.get(id, id) for id in step.references),
            step.sources,
            step.rule.source if step.rule else "",
            step.when.source if step.when else "",
            step.review,
            step.instruction,
        )
        for step in steps
    )

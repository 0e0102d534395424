"""A procedure file looked at on its own, before any worksheet follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import NotFoundError, UsageError
from casework.procedures.compile import compile_procedure
from casework.procedures.value_type import type_text
from casework.sdk.following import raise_mistakes, read_text
from casework.sdk.found_files import find_files
from casework.sdk.grouping import check_grouping
from casework.sdk.trust import is_trusted
from casework.types.nesting import DOT, Placed, path_of, placed_steps, resolve
from casework.types.procedure import Procedure, Step


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in words: its type, who fills it, what it reads, its rule and its condition; who else
    reads it, whether it is a template, and whether it may wait."""

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
    second: str = ""
    third: str = ""
    template: bool = False
    batch: bool = False
    readers: tuple[str, ...] = ()


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
    """The same of steps that stand together, those of the rows of tables behind their table."""
    by_path = {placed.path: placed for placed in placed_steps(steps)}
    return tuple(_step_view(placed, by_path) for placed in by_path.values())


def shadowed(procedure: Procedure) -> tuple[str, ...]:
    """References inside tables that mean the step of the row although the case has one of the same
    name, in words: nothing is wrong with them, but a reader may take them for the other."""
    by_path = {placed.path: placed for placed in placed_steps(procedure.steps)}
    told: dict[str, None] = {}
    for placed in by_path.values():
        for reference in placed.step.references:
            own = resolve(reference, placed.around, by_path)
            outside = [
                path_of((*placed.around[:depth], reference)) for depth in range(len(placed.around))
            ]
            if own not in outside and any(path in by_path for path in outside):
                name = by_path[own].step.name
                told[f"{placed.title} reads {{{name}}} of its row, not that of the case."] = None
    return tuple(told)


def _step_view(placed: Placed, by_path: Mapping[str, Placed]) -> StepView:
    step = placed.step
    found = (resolve(name, placed.around, by_path) for name in step.references)
    return StepView(
        placed.path,
        placed.title,
        type_text(step.type) + (", many" if step.type.many else ""),
        step.by,
        tuple(
            _name_read(name, by_path[path])
            for name, path in zip(step.references, found, strict=True)
            if path
        ),
        step.sources,
        step.rule.source if step.rule else "",
        step.when.source if step.when else "",
        step.review,
        step.instruction,
        step.second,
        step.third,
        step.template,
        step.batch,
        step.readers,
    )


def _name_read(reference: str, read: Placed) -> str:
    """A step as it is named where it is read: `Lines.Amount` through a dot."""
    through = reference.count(DOT)
    tables = read.tables[len(read.tables) - through :] if through else ()
    return DOT.join([*(table.name for table in tables), read.step.name])

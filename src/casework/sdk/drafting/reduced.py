"""The part of a procedure that a draft needs: its step, what that reads, and the tables around."""

from __future__ import annotations

from dataclasses import replace

from casework.types.nesting import DOT, path_of, placed_steps, resolve
from casework.types.procedure import GIVEN, Procedure, Step


class NotLive(Exception):
    """Why a draft cannot be tried while one types, in words."""


def reduced(procedure: Procedure, path: str) -> Procedure:
    """The procedure with the step of this path and all that it reads, however far, and nothing
    else. A table of which no column is read has no rows in it: it is one value. Raises `NotLive`
    where there is no such step."""
    needed = needed_paths(procedure, path)
    steps = _kept(procedure.steps, "", needed)
    ids = {step.id for step in steps}
    order = tuple(id for id in procedure.order if id in ids)
    return Procedure(procedure.name, procedure.preamble, steps, order, procedure.text)


def needed_paths(procedure: Procedure, path: str) -> frozenset[str]:
    """The paths of a step, of what it reads and of the tables that these stand in."""
    placed = {one.path: one for one in placed_steps(procedure.steps)}
    if path not in placed:
        raise NotLive("The procedure has no such step yet: look at what is told of its words.")
    needed: set[str] = set()
    waiting = [path]
    while waiting:
        at = waiting.pop()
        if at in needed:
            continue
        needed.add(at)
        one = placed[at]
        waiting += [path_of(one.around[: depth + 1]) for depth in range(len(one.around))]
        read = (resolve(name, one.around, placed) for name in one.step.references)
        waiting += [name for name in read if name]
    return frozenset(needed)


def _kept(steps: tuple[Step, ...], around: str, needed: frozenset[str]) -> tuple[Step, ...]:
    found = []
    for step in steps:
        path = f"{around}{DOT}{step.id}" if around else step.id
        if path in needed:
            found.append(_with_rows(step, path, needed))
        elif around and step.by == GIVEN:  # the rows are made of all columns of their table
            found.append(step)
    return tuple(found)


def _with_rows(step: Step, path: str, needed: frozenset[str]) -> Step:
    inside = f"{path}{DOT}"
    if not step.split and not any(one.startswith(inside) for one in needed):
        return replace(step, nested=(), nested_order=())
    nested = _kept(step.nested, path, needed)
    ids = {one.id for one in nested}
    order = tuple(id for id in step.nested_order if id in ids)
    return replace(step, nested=nested, nested_order=order)

"""Finds the case or the step that a person means: by name, id, number or a unique beginning."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from casework.base.errors import NotFoundError, UsageError
from casework.base.ids import slug
from casework.types.case import CaseRecord
from casework.types.nesting import DOT, placed_steps
from casework.types.procedure import Procedure, Step

_NAMED = 5


def pick_case(cases: Sequence[CaseRecord], wanted: str) -> CaseRecord:
    """The case of this key, name, id or row number; else the one whose name begins so."""
    word = wanted.strip()
    for case in cases:
        if word in (case.id, case.key, case.name):
            return case
    if word.isdigit() and 1 <= int(word) <= len(cases):
        return cases[int(word) - 1]
    folded = word.casefold()
    near = [c for c in cases if c.name.casefold().startswith(folded) or c.id.startswith(word)]
    if len(near) == 1:
        return near[0]
    if near:
        raise UsageError(f"{wanted!r} is the beginning of {_listed([c.name for c in near])}.")
    raise NotFoundError(
        f"There is no case {wanted!r}.", fix=_hint(word, [case.name for case in cases])
    )


def pick_step(procedure: Procedure, wanted: str) -> Step:
    """The step of this name or id; else the one whose name begins so."""
    word, id = wanted.strip().casefold(), slug(wanted)
    for step in procedure.steps:
        if step.id in (wanted, id) or step.name.casefold() == word:
            return step
    near = [step for step in procedure.steps if step.name.casefold().startswith(word)]
    if len(near) == 1:
        return near[0]
    if near:
        raise UsageError(f"{wanted!r} is the beginning of {_listed([s.name for s in near])}.")
    names = [step.name for step in procedure.steps]
    raise NotFoundError(f"There is no step {wanted!r}.", fix=_hint(wanted.strip(), names))


def pick_path(procedure: Procedure, wanted: str) -> str:
    """The path of the step of this name; one of rows is named behind its table (`Lines.Check`)."""
    placed = list(placed_steps(procedure.steps))
    word = wanted.strip().casefold().replace(" › ", DOT)
    for one in placed:
        names = DOT.join([*(table.name for table in one.tables), one.step.name]).casefold()
        if word in (one.path, names):
            return one.path
    return pick_step(procedure, wanted).id


def _hint(word: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, names, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"There {'are' if len(names) > 1 else 'is'} {_listed(names)}."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return (f"{shown} and {more} more" if more > 0 else shown) or "none yet"

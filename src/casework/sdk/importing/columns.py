"""Columns of a file and the steps they are of: by name, by what the label lexicon knows of both, by
likeness of letters. What is not clear is asked, never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.base.errors import UsageError
from casework.base.ids import slug
from casework.procedures.names import fold, listed, spoken
from casework.sdk.pick import pick_step
from casework.steps.learned import learns
from casework.types.procedure import Procedure, Step

_SAME, _INSIDE, _MEANING, _LIKE = 1.0, 0.95, 0.85, 0.8
_CLOSE = 0.1
"""A column that is so nearly as good for two steps, or a step for two columns, is asked for."""
_LIKE_FROM = 0.75
_SHARED_FROM = 0.75


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column, the step that its cells are of, and why in words."""

    column: int
    heading: str
    step_id: str
    step_name: str
    how: str


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """A column that may be of several steps, or a step that several columns may be of."""

    heading: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a file fit the steps: what is taken, what must be asked, and what is left
    on both sides."""

    mapped: tuple[MappedColumn, ...] = ()
    asked: tuple[AskedColumn, ...] = ()
    left: tuple[str, ...] = ()
    steps_without: tuple[str, ...] = ()


def learnable(procedure: Procedure) -> list[Step]:
    """The steps that examples teach."""
    return [step for step in procedure.steps if learns(step)]


def map_columns(
    headings: Mapping[int, str], procedure: Procedure, said: Sequence[str], key: int | None
) -> Columns:
    """The steps of the columns. `said` are answers of a person as `Column=Step`, with nothing
    behind the sign for a column that is of none; `key` is the column that names the case."""
    steps = learnable(procedure)
    given = _given(said, headings, procedure, steps)
    open_columns = {at: text for at, text in headings.items() if at not in given and at != key}
    taken = {step.id for step in given.values() if step is not None}
    free = [step for step in steps if step.id not in taken]
    found, asked = _settled(_scores(open_columns, free))
    mapped = [
        MappedColumn(at, headings[at], step.id, step.name, "as you said")
        for at, step in given.items()
        if step is not None
    ]
    names = {step.id: step.name for step in steps}
    mapped += [
        MappedColumn(at, headings[at], step_id, names[step_id], _how(headings[at], names[step_id]))
        for at, step_id in found
    ]
    mapped.sort(key=lambda one: one.column)
    used = {one.column for one in mapped} | asked.keys()
    have = {one.step_id for one in mapped} | {id for ids in asked.values() for id in ids}
    return Columns(
        tuple(mapped),
        tuple(
            AskedColumn(headings[at], tuple(names[id] for id in ids))
            for at, ids in sorted(asked.items())
        ),
        tuple(text for at, text in headings.items() if at not in used and at != key),
        tuple(step.name for step in steps if step.id not in have),
    )


def _how(heading: str, name: str) -> str:
    if slug(name) in (slug(heading), slug(heading.rpartition(".")[2])):
        return "the same name"
    ratio = difflib.SequenceMatcher(None, spoken(heading), spoken(name)).ratio()
    return "a similar name" if ratio >= _LIKE_FROM else "the same meaning"


def pick_column(headings: Mapping[int, str], wanted: str) -> int:
    """The column with this heading, or whose letter or whole end is this; raises `UsageError`."""
    for at, text in headings.items():
        if fold(text) == fold(wanted):
            return at
    near = [at for at, text in headings.items() if slug(text).endswith(slug(wanted) or "\0")]
    if len(near) == 1:
        return near[0]
    raise UsageError(
        f"The file has no column {wanted!r}.", fix=f"It has {listed(headings.values(), 'and')}."
    )


def _given(
    said: Sequence[str], headings: Mapping[int, str], procedure: Procedure, steps: Sequence[Step]
) -> dict[int, Step | None]:
    found: dict[int, Step | None] = {}
    for text in said:
        column, sign, name = text.rpartition("=")
        if not sign:
            raise UsageError(
                f"{text!r} does not say which step a column is of.",
                fix='Write it as --map "Column=Step", or "Column=" for none.',
            )
        step = pick_step(procedure, name) if name.strip() else None
        if step is not None and step not in steps:
            raise UsageError(
                f"{step.name} learns nothing: it is not filled with one value from documents.",
                fix=f"Steps that do: {listed((each.name for each in steps), 'and')}.",
            )
        if step is not None and step in found.values():
            raise UsageError(f"Two columns are said to be of the step {step.name}.")
        found[pick_column(headings, column.strip())] = step
    return found


Scores = dict[tuple[int, str], float]


def _scores(headings: Mapping[int, str], steps: Iterable[Step]) -> Scores:
    """How well each column fits each step, where it does at all."""
    found: Scores = {}
    for step in steps:
        for at, heading in headings.items():
            score = _score(heading, step)
            if score:
                found[at, step.id] = score
    return found


def _score(heading: str, step: Step) -> float:
    names = {slug(step.name), step.id}
    if slug(heading) in names:
        return _SAME
    if slug(heading.rpartition(".")[2]) in names:
        return _INSIDE
    ratio = difflib.SequenceMatcher(None, spoken(heading), spoken(step.name)).ratio()
    alike = _LIKE * ratio if ratio >= _LIKE_FROM else 0.0
    return max(alike, _MEANING * _shared(heading, step))


def _shared(heading: str, step: Step) -> float:
    """How far the label lexicon knows a heading and a step as one; 0 where that is not far."""
    from casework.extraction.concepts import lexicon
    from casework.extraction.meaning import meaning

    one = meaning(spoken(heading), "", step.type, lexicon())
    other = meaning(spoken(step.name), step.instruction, step.type, lexicon())
    if not one.main or not other.main:
        return 0.0
    full, also = max(one.weight.values()), max(other.weight.values())
    outright = {concept.index for concept in (*one.main, *other.main)}
    both = outright & one.weight.keys() & other.weight.keys()
    shared = max((min(one.weight[at] / full, other.weight[at] / also) for at in both), default=0.0)
    return shared if shared >= _SHARED_FROM else 0.0


def _settled(scores: Scores) -> tuple[Scores, dict[int, tuple[str, ...]]]:
    """Pairs that no other one comes near to; and for each column that was not settled, its steps.

    The best pairs are settled first: a column of the very name takes its step from those that only
    mean the same.
    """
    found: Scores = {}
    asked: dict[int, set[str]] = {}
    left = dict(scores)
    while left:
        pair = max(left, key=lambda one: (left[one], -one[0]))
        near = [
            one
            for one in left
            if (one[0] == pair[0]) != (one[1] == pair[1]) and left[one] > left[pair] - _CLOSE
        ]
        for at, step_id in [pair, *near] if near else ():
            asked.setdefault(at, set()).add(step_id)
        if not near:
            found[pair] = left[pair]
        gone = [pair, *near]
        columns, steps = {one[0] for one in gone}, {one[1] for one in gone}
        left = {
            one: at for one, at in left.items() if one[0] not in columns and one[1] not in steps
        }
    return found, {at: tuple(sorted(ids)) for at, ids in asked.items()}

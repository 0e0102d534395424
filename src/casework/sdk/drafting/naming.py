"""How steps are named from where one writes: beside it, around its table, or through a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from casework.procedures.value_type import type_text
from casework.sdk.drafting.views import NamedStep, StepLink
from casework.types.nesting import ARROW, DOT, Placed, resolve
from casework.types.procedure import GIVEN


def named(title: str) -> str:
    """What stands in braces for a step of this title: `Lines.Amount` for one of rows."""
    return title.replace(ARROW, DOT)


def names_from(placed: Sequence[Placed], around: Sequence[str], own: str = "") -> list[NamedStep]:
    """The steps that one inside these tables may name, what stands beside it first; `own` is its
    path, which it may not name. `placed` are all steps, the columns of tables among them."""
    inside = ["", *(DOT.join(around[: depth + 1]) for depth in range(len(around)))]
    told: dict[str, tuple[int, NamedStep]] = {}
    for one in placed:
        if one.path == own or one.path in inside:
            continue
        shared = _shared(one.around, around)
        for words, type in _words(one, shared):
            found = NamedStep(words, type, one.step.by)
            if words not in told or told[words][0] < shared:  # the nearest step of a name is meant
                told[words] = (shared, found)
    return [found for _, found in sorted(told.values(), key=lambda pair: -pair[0])]


def links_of(placed: Sequence[Placed], path: str) -> tuple[tuple[StepLink, ...], ...]:
    """The tables around a step, outermost first, and the steps of the rows of its own table."""
    names = {one.path: one.step.name for one in placed}
    ids = path.split(DOT)[:-1]
    around = (DOT.join(ids[: depth + 1]) for depth in range(len(ids)))
    inside = (one for one in placed if DOT.join(one.around) == path and one.step.by != GIVEN)
    return (
        tuple(StepLink(one, names.get(one, one)) for one in around),
        tuple(StepLink(one.path, one.step.name) for one in inside),
    )


def read_by(placed: Sequence[Placed], path: str) -> tuple[str, ...]:
    """The names of the steps that read the one of this path."""
    known = {one.path for one in placed}
    return tuple(
        named(one.title)
        for one in placed
        if any(resolve(name, one.around, known) == path for name in one.step.references)
    )


def _words(one: Placed, shared: int) -> Iterator[tuple[str, str]]:
    """A step as it is named from tables of which it shares so many, with its type; then the columns
    of a table whose rows have no steps."""
    tables = [table.name for table in one.tables[shared:]]
    words = DOT.join([*tables, one.step.name])
    yield words, type_text(one.step.type)
    if one.step.type.name == "table" and not one.step.nested:
        for column in one.step.type.fields:
            yield f"{words}{DOT}{column.name}", type_text(column.type)


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

"""Where in a sentence the values and names of facts stand. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.documents.places.support import supports
from casework.steps.bearing.facts import WORDS_OF_A_NAME, Fact
from casework.steps.bearing.items import Figure, Item, items_of
from casework.steps.bearing.tongue import Tongue
from casework.types.values import Json, ValueType
from casework.values.equal import same


@dataclass(frozen=True, slots=True)
class Mention:
    """Items `first` to `end` (exclusive) say the value of each of these facts."""

    first: int
    end: int
    facts: tuple[Fact, ...]


def mentions_of(items: Sequence[Item], facts: Sequence[Fact], tongue: Tongue) -> list[Mention]:
    """The values of facts that stand in a sentence, in its order; a longer one before one in it."""
    found: dict[tuple[int, int], list[Fact]] = {}
    for fact in facts:
        for span in _places(items, fact, tongue):
            found.setdefault(span, []).append(fact)
    kept: list[Mention] = []
    for (first, end), bearing in sorted(found.items(), key=lambda one: (one[0][0], -one[0][1])):
        if not kept or first >= kept[-1].end:
            kept.append(Mention(first, end, tuple(bearing)))
    return kept


def _places(items: Sequence[Item], fact: Fact, tongue: Tongue) -> Iterator[tuple[int, int]]:
    if fact.absence:
        return
    if fact.wording:
        wanted = items_of(fact.wording, tongue)
        if 0 < len(wanted) <= WORDS_OF_A_NAME:
            yield from _sequences(items, wanted)
        return
    for at, item in enumerate(items):
        if item.figure is not None and bears(fact, item.figure):
            yield at, at + 1


def _sequences(items: Sequence[Item], wanted: Sequence[Item]) -> Iterator[tuple[int, int]]:
    for first in range(len(items) - len(wanted) + 1):
        stretch = items[first : first + len(wanted)]
        if all(alike(one, other) for one, other in zip(stretch, wanted, strict=True)):
            yield first, first + len(wanted)


def alike(one: Item, other: Item) -> bool:
    """Whether two items say the same: the same word but for inflection, or the same value."""
    if one.figure is not None and other.figure is not None:
        return _same_figure(one.figure, other.figure)
    return one.word == other.word or (
        one.stem == other.stem and one.counts and other.counts and one.weight != "figure"
    )


def _same_figure(one: Figure, other: Figure) -> bool:
    if one.type == other.type and one.value is not None and other.value is not None:
        return same(one.value, other.value, ValueType(one.type))
    return "".join(one.text.casefold().split()) == "".join(other.text.casefold().split())


def bears(fact: Fact, figure: Figure) -> bool:
    """Whether a fact says this figure: the value that is read, with its currency or unit."""
    type, value = fact.type, fact.value
    if fact.absence or isinstance(value, bool):
        return False
    if figure.type == "date" and type.name == "period":
        return _ends(value, figure.value)
    alone = figure.type == "number" and type.name == "money"
    if figure.type != type.name and not alone:
        return False
    if figure.type == "period":
        return figure.value is not None and same(figure.value, value, type)
    return supports(figure.text, value, type) == "yes"


def _ends(period: Json, day: Json) -> bool:
    ends = (period.get("from"), period.get("to")) if isinstance(period, dict) else ()
    return day is not None and day in ends

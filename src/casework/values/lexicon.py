"""The words of values as data: currencies, months, units, number words. Reads no document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

Table: TypeAlias = dict[str, object]

_DATA = Path(__file__).with_name("data")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Currencies:
    """`marks` maps what stands before or after an amount to the currencies it may mean, likeliest
    first; `words` the same for words after an amount (casefolded). `scaled` maps `TEUR` to the
    power of ten it carries; `doubtful` are codes that are also words."""

    codes: frozenset[str]
    marks: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    scaled: Mapping[str, int]
    doubtful: frozenset[str]
    no_minor: frozenset[str]


@dataclass(frozen=True, slots=True)
class Units:
    """`by_name` maps every name (casefolded) to its unit, `many` a unit to its plural, `made_of`
    a unit to the smallest unit of its kind and how many of them it has."""

    by_name: Mapping[str, str]
    many: Mapping[str, str]
    made_of: Mapping[str, tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Words:
    """Number words, scales, percent words, yes, no and not, ticks, words of periods, and what
    stands before figures that are only about right, or negative."""

    numbers: Mapping[str, int]
    articles: Mapping[str, int]
    also_words: frozenset[str]
    scales: Mapping[str, int]
    money_scales: frozenset[str]
    percents: Mapping[str, Decimal]
    answers: Mapping[str, bool]
    negations: frozenset[str]
    ticked: tuple[str, ...]
    unticked: tuple[str, ...]
    starts: tuple[str, ...]
    opens: tuple[str, ...]
    ends: tuple[str, ...]
    joins: tuple[str, ...]
    about: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()


@cache
def currencies() -> Currencies:
    """The table of currencies."""
    table = _load("currencies")
    codes = frozenset(str(table["codes"]).split())
    symbols = cast("dict[str, list[str]]", table["symbols"])
    marks: dict[str, tuple[str, ...]] = {code: (code,) for code in codes}
    for code in str(table["any_case"]).split():
        marks.update({code.lower(): (code,), code.capitalize(): (code,)})
    marks.update({mark: tuple(meant) for mark, meant in symbols.items()})
    scaled: dict[str, int] = {}
    for mark, (plain, power) in cast("dict[str, tuple[str, int]]", table["scaled"]).items():
        marks[mark], scaled[mark] = marks[plain], power
    words = cast("dict[str, list[str]]", table["words"])
    return Currencies(
        codes,
        marks,
        {word: tuple(meant) for word, meant in words.items()},
        scaled,
        frozenset(str(table["also_words"]).split()),
        frozenset(str(table["no_minor"]).split()),
    )


@cache
def months() -> Mapping[str, int]:
    """Every name and short form of a month (casefolded) with its number."""
    table = _load("months")
    names = cast("dict[str, list[str]]", table["names"])
    found = {name: at + 1 for full in names.values() for at, name in enumerate(full)}
    for at, short in enumerate(cast("list[list[str]]", table["short"])):
        found.update(dict.fromkeys(short, at + 1))
    if set(found.values()) != set(range(1, _MONTHS + 1)):
        raise ValueError("months.json does not name all twelve months")
    return found


@cache
def ordinals() -> Mapping[str, int]:
    """Ordinal words of days, `fifth` is 5."""
    return cast("dict[str, int]", _load("months")["ordinals"])


@cache
def units() -> Units:
    """The table of units."""
    table = _load("units")
    listed = cast("dict[str, dict[str, object]]", table["units"])
    made_of = cast("dict[str, tuple[str, str]]", table["made_of"])
    names: dict[str, str] = {}
    for unit, told in listed.items():
        for name in (unit, *cast("list[str]", told["names"])):
            names.setdefault(name.casefold(), unit)
    return Units(
        names,
        {unit: str(told["many"]) for unit, told in listed.items() if "many" in told},
        {unit: (base, Decimal(times)) for unit, (base, times) in made_of.items()},
    )


@cache
def words() -> Words:
    """The table of small words."""
    table = _load("words")

    def names(key: str) -> tuple[str, ...]:
        return tuple(cast("list[str]", table[key]))

    def powers(key: str) -> dict[str, int]:
        return cast("dict[str, int]", table[key])

    percents = cast("dict[str, str]", table["percents"])
    return Words(
        powers("numbers"),
        powers("articles"),
        frozenset(names("also_words")),
        powers("scales"),
        frozenset(names("money_only_scales")),
        {word: Decimal(points) for word, points in percents.items()},
        {**dict.fromkeys(names("yes"), True), **dict.fromkeys(names("no"), False)},
        frozenset(names("negations")),
        names("ticked"),
        names("unticked"),
        longest_first(names("from")),
        longest_first((*names("opens"), *names("from"))),
        longest_first(names("until")),
        longest_first(names("joins")),
        longest_first(names("about")),
        longest_first(names("minus")),
    )


def longest_first(names: Iterable[str]) -> tuple[str, ...]:
    """The names with the longest first, as an alternation of a pattern needs them."""
    return tuple(sorted(names, key=len, reverse=True))


def _load(name: str) -> Table:
    return cast(Table, json.loads((_DATA / f"{name}.json").read_text("utf-8")))

"""What a field asks of a statement: its words without the period, and the period.

`Net income in fiscal 2022, in thousands` asks for the row `net income` and the year 2022. Knows no
document.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from casework.documents.tables.headings import Timing, timing_of
from casework.extraction.answers import Wanted
from casework.extraction.concepts import lexicon
from casework.extraction.tokens import tokens

_SHORT = 3
_REMEMBERED = 1024
_YEAR_END = re.compile(r"((?:19|20)\d\d)[.,;:](?=\s|$)")
"""A year with the mark that ends its sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that a row must have, and the period, None where the field names none. `plain`
    says that the name of the field means one thing of the lexicon and nothing beside it."""

    words: frozenset[str]
    timing: Timing | None
    plain: bool


@lru_cache(maxsize=_REMEMBERED)
def asked_of(wanted: Wanted) -> Asked:
    """What a field asks: the period of its name, else of its instruction."""
    name = _YEAR_END.sub(r"\1 ", wanted.name.replace("_", " "))
    timing = timing_of((name,)) or timing_of((_YEAR_END.sub(r"\1 ", wanted.instruction),))
    if timing is not None and timing.start is None and timing.end is None and not timing.label:
        timing = None
    if timing is not None and timing.label in name:
        name = name.replace(timing.label, " ")
    words = frozenset(words_of(name))
    return Asked(words, timing, bool(words) and _is_label(name, words))


def _is_label(name: str, words: frozenset[str]) -> bool:
    """Whether all words of a name are one label of the lexicon: `Net sales`, not `Cost of sales`
    for the `sales` in it."""
    names = tokens(name)
    return any(
        words <= set(words_of(" ".join(names[match.first : match.last + 1])))
        for match in lexicon().matches(names)
    )


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a label that tell it from others: without figures, periods and small words,
    singular and plural alike."""
    return tuple(
        word if len(word) <= _SHORT else word.removesuffix("s")
        for word in tokens(text)
        if not word.isdigit() and word not in _left_out() and not re.fullmatch(r"[#%&]", word)
    )  # fmt: skip


@cache
def _left_out() -> frozenset[str]:
    path = resources.files("casework.extraction") / "lexicon" / "statements.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    return frozenset([*table["small"], *table["periods"]])


def matches(asked: Timing, column: Timing) -> bool:
    """Whether the period of a column is the one asked for. A year is also that of a balance at a
    day in it, and of a fiscal year that ends in it."""
    if asked.start and asked.end:
        if column.start and column.end:
            if (asked.start, asked.end) == (column.start, column.end):
                return True
            return asked.is_year and column.is_year and asked.end.year == column.end.year
        if column.end:
            return asked.end == column.end or (
                asked.is_year and _is_plain_year(asked) and asked.end.year == column.end.year
            )
        return _years(asked.label) == _years(column.label) or (
            asked.is_year and asked.end.year == _last_year(column.label)
        )
    if asked.end:
        if column.end:
            return asked.end == column.end
        return asked.end.year == _last_year(column.label)
    if column.end and asked.label:
        return column.is_year and column.end.year == _last_year(asked.label)
    return _years(asked.label) == _years(column.label) and bool(asked.label)


def _is_plain_year(timing: Timing) -> bool:
    assert timing.start is not None
    return timing.start == dt.date(timing.start.year, 1, 1)


def _years(label: str) -> tuple[int, ...]:
    """The years of `2023/24`, both in full."""
    match = re.search(r"((?:19|20)\d\d)(?:\s?/\s?(\d{4}|\d\d))?", label)
    if not match:
        return ()
    first = int(match[1])
    if not match[2]:
        return (first,)
    second = int(match[2]) if len(match[2]) > 2 else first // 100 * 100 + int(match[2])
    return (first, second)


def _last_year(label: str) -> int | None:
    years = _years(label)
    return years[-1] if years else None

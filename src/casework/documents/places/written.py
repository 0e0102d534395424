"""Quotes that write a number, a date or its blanks in another form than the text does.

A text becomes units: words, numbers, dates and single signs, without white space, quotation marks
and leaders. Two numbers are the same unit when they have the same figures and the same decimal
point, whatever parts their thousands; two dates when they are the same day. That holds only where
either side can be read in one way; anything else must be written letter by letter. No figure is
ever added, left out or changed: `1.10` is not `1.1`, and `0042` is not `42`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

from casework.documents.places.tokens import Tokens, tokens_of
from casework.values.dates import dates_in
from casework.values.habits import NO_HABITS, Habits
from casework.values.numbers import parse, sign_before

_UNIT = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<number>[0-9]+(?:[.,'][0-9]+)*)"
    r"|(?P<skip>[\s\"']+|\.{3,}|(?:\. ){3,}|…+|_+)|(?P<sign>.)",
    re.DOTALL,
)
_FULL_YEAR = re.compile(r"[0-9]{4}")
_MOST_PLACES = 64
"""How many places of the rarest word are looked at."""
_SLACK = 48
_CLOSE = 40
_PER_DATE = 16


class Unit(NamedTuple):
    """A word, number, date or sign. `said` is what it is compared by where it is `sure`."""

    kind: Literal["word", "number", "date", "sign"]
    said: str
    sure: bool
    written: str
    start: int
    end: int

    def like(self, other: Unit) -> bool:
        """Whether both say the same."""
        if self.kind != other.kind:
            return False
        return self.written == other.written or (
            self.sure and other.sure and self.said == other.said
        )


def units(text: str, habits: Habits = NO_HABITS, *, dates: bool = True) -> list[Unit]:
    """The units of a folded text, in order; without `dates` these are their figures and words."""
    found: list[Unit] = []
    reached = 0
    for date in _dates(text, habits) if dates else ():
        found += _plain_units(text, reached, date.start, habits)
        found.append(date)
        reached = date.end
    found += _plain_units(text, reached, len(text), habits)
    return found


def _dates(text: str, habits: Habits) -> Iterator[Unit]:
    """The days that can be read in one way, with their year in full."""
    if not any(letter.isdecimal() for letter in text):
        return
    for one in dates_in(text, habits):
        written = text[one.start : one.end]
        if one.certain and len(one.days) == 1 and _FULL_YEAR.search(written):
            yield Unit("date", one.days[0].isoformat(), True, written, one.start, one.end)


def _plain_units(text: str, start: int, end: int, habits: Habits) -> Iterator[Unit]:
    for match in _UNIT.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "skip":
            continue
        at, written = match.start(), match.group()
        if kind == "number":
            yield _number(text, at, match.end(), written, habits)
        elif kind == "word":
            yield Unit("word", written, True, written, at, match.end())
        elif not (written == "-" and sign_before(text, at + 1)[1] and _begins_number(text, at)):
            yield Unit("sign", written, True, written, at, match.end())


def _begins_number(text: str, at: int) -> bool:
    return text[at + 1 : at + 2].isdecimal()


def _number(text: str, start: int, end: int, written: str, habits: Habits) -> Unit:
    """A number with the minus that stands right before it."""
    first, sign = sign_before(text, start)
    minus = "-" if sign < 0 else ""
    values, _ = parse(written, habits.decimal_comma, "decimal")
    zero_first = len(written) > 1 and written[0] == "0" and written[1].isdecimal()
    sure = len(values) == 1 and not zero_first
    said = minus + format(values[0], "f") if sure else ""
    begins = first if minus else start
    return Unit("number", said, sure, minus + written, begins, end)


class Written(Protocol):
    """A folded text with what is known of it. `days` tells where each day is written, by its ISO
    form; `habits` are how the text writes dates and numbers."""

    text: str

    @property
    def tokens(self) -> Tokens: ...

    @property
    def habits(self) -> Habits: ...

    @property
    def days(self) -> dict[str, list[int]]: ...


def written_alike(quote: str, index: Written) -> list[tuple[int, int]]:
    """Where the text says the units of a folded quote, as offsets. What the text writes is read by
    its habits, what the quote writes must be plain by itself."""
    wanted = units(quote)
    if not any(unit.kind != "sign" for unit in wanted):
        return []
    found = _alike(quote, wanted, index, dates=True)
    if not found and any(unit.kind == "number" for unit in wanted):
        # A quote may begin or end inside a date of the text.
        found = _alike(quote, units(quote, dates=False), index, dates=False)
    return found


def _alike(
    quote: str, wanted: Sequence[Unit], index: Written, *, dates: bool
) -> list[tuple[int, int]]:
    anchor = _anchor(quote, wanted, index)
    if anchor is None:
        return []
    offset, places, beside = anchor
    text = index.text
    habits = index.habits if any(unit.kind in ("number", "date") for unit in wanted) else NO_HABITS
    slack = _SLACK + _PER_DATE * sum(unit.kind == "date" for unit in wanted) + len(quote) // 4
    found: list[tuple[int, int]] = []
    near = [place for place in places if _beside(place, beside, index.tokens)]
    for place in near[:_MOST_PLACES]:
        first = max(0, place - offset - slack)
        last = min(len(text), place + len(quote) - offset + slack)
        window = units(text[first:last], habits, dates=dates)
        for start, end in _same_units(wanted, window):
            span = (first + start, first + end)
            if span not in found:
                found.append(span)
    return sorted(found)


def _anchor(
    quote: str, wanted: Sequence[Unit], index: Written
) -> tuple[int, Sequence[int], list[str]] | None:
    """The rarest piece of the quote: its offset in the quote, where it stands in the text, and the
    words beside it in the quote; None when one of the pieces stands nowhere."""
    dates = [unit for unit in wanted if unit.kind == "date"]
    candidates: list[tuple[int, Sequence[int]]] = [
        (unit.start, index.days.get(unit.said, ())) for unit in dates
    ]
    said = [t for t in tokens_of(quote) if not any(d.start <= t.start < d.end for d in dates)]
    candidates += [(token.start, index.tokens.places(token.key)) for token in said]
    if not all(places for _, places in candidates):
        return None
    offset, places = min(candidates, key=lambda one: len(one[1]))
    beside = [t.key for t in said if 0 < abs(t.start - offset) <= _CLOSE]
    return offset, places, beside


def _beside(place: int, words: Sequence[str], tokens: Tokens) -> bool:
    """Whether the words that are beside a piece in the quote are beside it in the text."""
    reach = _CLOSE + _SLACK
    return all(tokens.between(word, place - reach, place + reach) for word in words)


def _same_units(wanted: Sequence[Unit], window: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Where the window has all of the wanted units one after the other."""
    count = len(wanted)
    first = wanted[0]
    for at in range(len(window) - count + 1):
        if first.like(window[at]) and all(
            one.like(window[at + step]) for step, one in enumerate(wanted)
        ):
            yield window[at].start, window[at + count - 1].end


def days_of(text: str, habits: Habits) -> dict[str, list[int]]:
    """Where each day of a folded text is written, by its ISO form."""
    found: dict[str, list[int]] = {}
    for unit in _dates(text, habits):
        found.setdefault(unit.said, []).append(unit.start)
    return found

"""A text as items in their order: words and figures. Knows no proof; reads values as `values` does.

A figure is anything with digits or number words that is read as an amount, a date, a percentage, a
quantity, a period or a number; a mixture of letters and digits (`INV-2024-001`) is one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from casework.steps.bearing.tongue import Tongue, stem, tongue_of
from casework.types.values import Json, TypeName, ValueType
from casework.values.habits import NO_HABITS, Habits
from casework.values.read import readings
from casework.values.reading import Reading

Weight = Literal["function", "plain", "content", "negation", "limit", "cause", "judging", "figure"]
"""What an item adds: `function` and `plain` words nothing, a `cause` why, a `judging` word that
something was decided; the others change what is said."""

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s.,;:!?()\[\]{}'\"“”‘’„«»…–—\-|/*#_`•·]")
_BREAK = re.compile(r"[.;!?]['\")\]”’»]*(?=\s|$)|[,()\[\]\n–—•|]|\s-\s")
_FIGURES: tuple[TypeName, ...] = ("period", "date", "percent", "money", "quantity", "number")
_NUMBERED = re.compile(r"\.?\s*[0-9]")
_EDGES = ".,;:!?()[]{}\"'“”‘’„«»…"
_CONTRACTED = re.compile(r"^(.+?)n['’]t$")
_OWNED = re.compile(r"['’]s?$")
_KEPT = 512


@dataclass(frozen=True, slots=True)
class Figure:
    """A value that stands in a text: its type and the one way to read it (None: in several)."""

    type: TypeName
    value: Json
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A word or figure with its offsets. `opens` says that a clause begins with it; `sentence` is
    the number of its sentence in the text."""

    text: str
    start: int
    end: int
    word: str
    stem: str
    weight: Weight
    opens: bool = False
    sentence: int = 0
    figure: Figure | None = None

    @property
    def counts(self) -> bool:
        """Whether it adds anything to what the text says."""
        return self.weight not in ("function", "plain")


def items_of(text: str, tongue: Tongue, habits: Habits = NO_HABITS) -> tuple[Item, ...]:
    """All words and figures of a text, in order."""
    return _items(text, tongue.name, tongue, habits)


def clauses_of(items: Sequence[Item]) -> list[int]:
    """The number of the clause of each item."""
    clause, numbers = 0, []
    for item in items:
        clause += item.opens
        numbers.append(clause)
    return numbers


def spoken_in(text: str) -> Tongue:
    """The language of a text, by its small words."""
    return tongue_of(found.group().casefold() for found in _WORD.finditer(text))


@lru_cache(maxsize=_KEPT)
def _items(text: str, _name: str, tongue: Tongue, habits: Habits) -> tuple[Item, ...]:
    figures = list(_figures(text, habits))
    pieces = sorted([*figures, *_words(text, figures)])
    breaks = [(found.start(), found.group()[0] in ".;!?\n") for found in _BREAK.finditer(text)]
    items: list[Item] = []
    sentence, at, opens = 0, 0, True
    for start, end, figure in pieces:
        while at < len(breaks) and breaks[at][0] < start:
            inside = bool(items) and breaks[at][0] < items[-1].end
            opens = opens or not inside
            sentence += breaks[at][1] and not inside
            at += 1
        item = _item(text, start, end, figure, tongue)
        items.append(_placed(item, opens, sentence))
        opens = item.word in tongue.joins or (opens and not item.counts)
    return tuple(items)


def _placed(item: Item, opens: bool, sentence: int) -> Item:
    return Item(
        item.text,
        item.start,
        item.end,
        item.word,
        item.stem,
        item.weight,
        opens and item.counts,
        sentence,
        item.figure,
    )


def _item(text: str, start: int, end: int, figure: Figure | None, tongue: Tongue) -> Item:
    told = text[start:end]
    word = _OWNED.sub("", told.casefold()).replace("’", "'")
    if figure is not None:
        return Item(told, start, end, word, word, "figure", figure=figure)
    weight = _weight(word, text[end:], tongue)
    return Item(told, start, end, word, stem(word, tongue.name), weight)


def _weight(word: str, after: str, tongue: Tongue) -> Weight:
    if word in tongue.negations and not (word == "no" and _NUMBERED.match(after)):
        return "negation"
    if word in tongue.missing:
        return "negation"
    if word in tongue.reasons or word in tongue.conclusions:
        return "cause"
    if word in tongue.judging:
        return "judging"
    if word in tongue.limits or word in tongue.conditions or word in tongue.modals:
        return "limit"
    if word in tongue.function:
        return "function"
    return "plain" if word in tongue.plain else "content"


_Piece = tuple[int, int, Figure | None]


def _figures(text: str, habits: Habits) -> Iterator[_Piece]:
    """The figures of a text, none overlapping; a longer one before a shorter one inside it."""
    found: list[tuple[int, int, int, Figure]] = []
    for rank, name in enumerate(_FIGURES):
        read = readings(text, ValueType(name), habits=habits)
        for reading in read:
            if _is_one(name, reading):
                ways = {str(r.value) for r in read if (r.start, r.end) == reading[1:3]}
                value = reading.value if len(ways) == 1 else None
                figure = Figure(name, value, reading.text)
                found.append((reading.start, -reading.end, rank, figure))
    reached = 0
    for start, negative_end, _, figure in sorted(found, key=lambda one: one[:3]):
        if start >= reached and not _in_mixture(text, start, -negative_end):
            reached = -negative_end
            yield start, reached, figure


def _is_one(name: TypeName, reading: Reading) -> bool:
    """Whether a reading is more than a guess: money states its currency, a period its bounds."""
    if name == "money":
        return isinstance(reading.value, dict) and reading.value.get("currency") is not None
    return reading.certain if name in ("period", "quantity", "percent") else True


def _in_mixture(text: str, start: int, end: int) -> bool:
    """Whether letters and digits run on beyond a figure, as in `INV-2024-001`."""
    first = text.rfind(" ", 0, start) + 1
    first = max(first, text.rfind("\n", 0, start) + 1)
    chunk = _CHUNK.match(text, first)
    before = text[first:start].strip(_EDGES)
    after = text[end : chunk.end() if chunk else end].strip(_EDGES)
    if end < len(text) and not text[end - 1].isspace() and text[end].isspace():
        after = ""
    glued = (before[-1:], after[:1])
    return any(letter.isalnum() or letter in "-/_#" for letter in glued if letter)


def _words(text: str, figures: Sequence[_Piece]) -> Iterator[_Piece]:
    """The words outside figures; a chunk that mixes letters and digits is one."""
    for chunk in _CHUNK.finditer(text):
        start, end = chunk.span()
        inside = [(s, e) for s, e, _ in figures if s < end and e > start]
        bare = chunk.group().strip(_EDGES)
        first = start + chunk.group().index(bare) if bare else start
        if not inside and any(letter.isdigit() for letter in bare):
            yield first, first + len(bare), None
            continue
        for found in _WORD.finditer(text, start, end):
            if any(s <= found.start() < e for s, e in inside):
                continue
            shortened = _CONTRACTED.match(found.group())
            if shortened:
                cut = found.start() + len(shortened[1])
                yield found.start(), cut, None
                yield cut, found.end(), None
            else:
                yield found.start(), found.end(), None

"""The words and numbers of a folded text, and where each of them stands: what keeps a search from
reading all of a long text. Knows no pages.

A word is found under its letters, a number under its figures without separators and outer zeros, so
that `1.234,50` and `1234.5` are found under the same key.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+(?:[.,'][0-9]+)*")
_SEPARATORS = str.maketrans("", "", ".,'")
_GRAM = 3
_LIKE_SHARE = 0.34
"""The share of a word's trigrams that a word like it has at least."""
_MOST_LIKE = 6
_SHORTEST_LIKE = 4
_FREQUENT = 400
_NOWHERE = array("I")


class Token(NamedTuple):
    """A word or number of a quote: its key and where it begins in the quote."""

    key: str
    start: int
    end: int


class Tokens:
    """An index of a folded text."""

    def __init__(self, text: str) -> None:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for match in _TOKEN.finditer(text):
            found[match.group()].append(match.start())
        self._at: dict[str, array[int]] = {}
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for token, places in found.items():
            if token[0].isdecimal():
                numbers[key_of(token)] += places
            else:
                self._at[token] = array("I", places)
        self._at.update({key: array("I", sorted(places)) for key, places in numbers.items()})

    def places(self, key: str) -> array[int]:
        """The offsets at which a word or number begins, in order; empty when it stands nowhere."""
        return self._at.get(key, _NOWHERE)

    def pair(self, one: str, other: str) -> Sequence[int]:
        """The offsets at which two words or numbers stand one after the other."""
        first, second = self._numbers.get(one), self._numbers.get(other)
        if first is None or second is None:
            return _NOWHERE
        return self._pairs.get(first * len(self._numbers) + second, _NOWHERE)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {key: at for at, key in enumerate(self._at)}

    @cached_property
    def _pairs(self) -> dict[int, list[int]]:
        order: list[tuple[int, int]] = []
        for at, places in enumerate(self._at.values()):
            order += [(place, at) for place in places]
        order.sort()
        count = len(self._numbers)
        found: defaultdict[int, list[int]] = defaultdict(list)
        for (place, one), (_, other) in pairwise(order):
            found[one * count + other].append(place)
        return dict(found)

    def between(self, key: str, first: int, last: int) -> bool:
        """Whether a word or number begins at one of these offsets (both included)."""
        places = self.places(key)
        at = bisect_left(places, first)
        return at < len(places) and places[at] <= last

    def like(self, word: str) -> list[str]:
        """Words of the text that share most of their letters with this one, the likest first."""
        if len(word) < _SHORTEST_LIKE or word[0] == "#":
            return []
        votes: Counter[int] = Counter()
        grams = _grams(word)
        for gram in grams:
            votes.update(self._by_gram.get(gram, ()))
        least = max(1.0, _LIKE_SHARE * len(grams))
        enough = [(count, at) for at, count in votes.items() if count >= least]
        close = ((abs(len(self._words[at]) - len(word)), -count, at) for count, at in enough)
        return [self._words[at] for apart, _, at in sorted(close)[:_MOST_LIKE] if apart <= 3]

    @cached_property
    def _words(self) -> list[str]:
        return [key for key in self._at if key[0] != "#" and len(key) >= _SHORTEST_LIKE]

    @cached_property
    def _by_gram(self) -> dict[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words):
            for gram in _grams(word):
                found[gram].append(at)
        return dict(found)

    def densest(self, tokens: Iterable[Token], width: int, most: int) -> list[tuple[int, int]]:
        """The stretches of about `width` letters with the most different words of a quote, rare
        ones before frequent ones; as offsets."""
        weight: defaultdict[int, float] = defaultdict(float)
        for key in {token.key for token in tokens}:
            places = self.places(key)
            if places and len(places) <= _FREQUENT:
                worth = 1.0 / len(places) ** 0.5
                for slot in {place // width for place in places}:
                    weight[slot] += worth
        ranked = sorted(weight, key=lambda slot: (-weight[slot] - weight.get(slot + 1, 0.0), slot))
        return [(slot * width, (slot + 2) * width) for slot in ranked[:most]]


def tokens_of(quote: str) -> list[Token]:
    """The words and numbers of a folded quote, in order."""
    return [
        Token(key_of(m.group()), m.start(), m.end())
        if m.group()[0].isdecimal()
        else Token(m.group(), m.start(), m.end())
        for m in _TOKEN.finditer(quote)
    ]


def key_of(number: str) -> str:
    """What figures with separators are found under."""
    return "#" + number.translate(_SEPARATORS).strip("0")


def _grams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1)}

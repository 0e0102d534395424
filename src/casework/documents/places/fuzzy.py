"""Finds a stretch of text within a bounded number of edits of a quote.

Where it may stand is told by its words, rare ones and such as are spelled alike, which an index of
the text knows. In short texts and for short quotes pieces of it are looked up as well: with at most
k edits, one of k+1 pieces stands unchanged (Wu & Manber, "Fast text searching allowing errors",
1992). Around the likeliest anchors the distance is counted with bit vectors (Myers, "A fast
bit-vector algorithm for approximate string matching", J. ACM 46, 1999; as restated by Hyyrö, 2003).
Knows no pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from casework.documents.places.edges import figures, same_figures, whole_numbers
from casework.documents.places.tokens import Token, Tokens, tokens_of

SHORTEST = 8
"""Shorter quotes are found exactly or not at all."""
EDITS_SHARE = 0.15
_MOST_EDITS = 60
_MOST_ANCHORS = 400
"""A piece that stands more often than this says nothing about where the quote is."""
_LETTERS_CHECKED = 12_000
"""How many letters are compared at most: bounds the time that a miss takes."""
_SHORT = 32
_SHORT_TEXT = 60_000
"""Quotes and texts up to these lengths are searched by pieces, which misses nothing."""
_MOST_VOTES = 2_000
"""How many places of words are counted at most; rare words come first."""
_MOST_SLOTS = 8
_RARITY = 20.0
"""A word that stands so often counts half as much as one that stands nowhere else."""


class Near(NamedTuple):
    """A stretch of text and its distance from the quote in edits."""

    distance: int
    start: int
    end: int


def search(quote: str, text: str, limit: int, tokens: Tokens | None = None) -> list[Near]:
    """Up to `limit` stretches within the bound, nearest first, none overlapping.

    Both are folded; `tokens` is the index of the text. The numbers of the quote must stand in the
    stretch as they are.
    """
    length = len(quote)
    edits = min(int(length * EDITS_SHARE), _MOST_EDITS)
    if length < SHORTEST:
        return []
    searching = _Search(quote, text, edits, limit)
    if tokens is not None:
        said = tokens_of(quote)
        if not _has_numbers(said, tokens):
            return []
        searching.look(_by_words(said, tokens, edits))
    if not searching.found and (length <= _SHORT or len(text) <= _SHORT_TEXT):
        searching.look(_likely(quote, text, edits))
    return sorted(searching.found)


class _Search:
    """One search: what was found, and how many letters may still be compared."""

    def __init__(self, quote: str, text: str, edits: int, limit: int) -> None:
        self._quote, self._text, self._edits, self._limit = quote, text, edits, limit
        self._masks = _masks(quote)
        self._left = _LETTERS_CHECKED
        self.found: list[Near] = []

    def look(self, likely: list[tuple[int, int]]) -> None:
        """Compare the quote with these stretches, given by where it may begin."""
        quote, text, edits = self._quote, self._text, self._edits
        for first, last in likely:
            start, end = max(0, first - edits), min(len(text), last + len(quote) + edits)
            if self._left < 0 or len(self.found) >= self._limit:
                break
            if any(n.start < end - edits and start + edits < n.end for n in self.found):
                continue
            self._left -= end - start
            near = _nearest(quote, self._masks, text, start, end, edits)
            if near and same_figures(quote, figures(quote), text, near.start, near.end):
                span = whole_numbers(text, near.start, near.end)
                self.found.append(Near(near.distance, *span))


def _has_numbers(said: Sequence[Token], tokens: Tokens) -> bool:
    """Whether all numbers of a quote stand somewhere, but for such as may be letters misread."""
    return all(
        tokens.places(token.key)
        for token in said
        if token.key[0] == "#" and token.end - token.start > 1
    )


def _by_words(said: Sequence[Token], tokens: Tokens, edits: int) -> list[tuple[int, int]]:
    """Between which offsets a quote may begin, by its pairs of words, its words, and words spelled
    like them: the stretches with most of the rarest ones first."""
    known = [(one.start, tokens.pair(one.key, two.key)) for one, two in pairwise(said)]
    known += [(token.start, tokens.places(token.key)) for token in said]
    for token in said:
        if not tokens.places(token.key):
            known += [(token.start, tokens.places(word)) for word in tokens.like(token.key)]
    votes: defaultdict[int, float] = defaultdict(float)
    between: dict[int, tuple[int, int]] = {}
    width = max(edits, SHORTEST) * 2
    left = _MOST_VOTES
    for offset, places in sorted((one for one in known if one[1]), key=lambda one: len(one[1])):
        left -= len(places)
        if left < 0 and between:
            break
        worth = _RARITY / (_RARITY + len(places))
        for at in places[:_MOST_VOTES]:
            _vote(votes, between, at - offset, width, worth)
    return [between[slot] for slot in _ranked(votes)[:_MOST_SLOTS]]


def _likely(quote: str, text: str, edits: int) -> list[tuple[int, int]]:
    """Between which offsets the quote may begin, those with most unchanged pieces first."""
    votes: defaultdict[int, float] = defaultdict(float)
    between: dict[int, tuple[int, int]] = {}
    width = max(edits, SHORTEST) * 2
    for offset, piece in _pieces(quote, edits + 1):
        at, times = text.find(piece), 0
        while at >= 0 and times < _MOST_ANCHORS:
            _vote(votes, between, at - offset, width, 1.0)
            at, times = text.find(piece, at + 1), times + 1
    return [between[slot] for slot in _ranked(votes)]


def _vote(
    votes: defaultdict[int, float],
    between: dict[int, tuple[int, int]],
    start: int,
    width: int,
    worth: float,
) -> None:
    """Note that a quote may begin here."""
    slot = start // width
    votes[slot] += worth
    first, last = between.get(slot, (start, start))
    between[slot] = (min(first, start), max(last, start))


def _ranked(votes: defaultdict[int, float]) -> list[int]:
    """The slots with most votes first, those of the next one counted in."""
    count = votes.get
    return sorted(votes, key=lambda slot: (-votes[slot] - count(slot + 1, 0.0), slot))


def _pieces(quote: str, count: int) -> list[tuple[int, str]]:
    """The quote cut into `count` pieces of about the same length, with their offsets."""
    cuts = [len(quote) * at // count for at in range(count + 1)]
    return [(a, quote[a:b]) for a, b in pairwise(cuts)]


def _masks(pattern: str) -> dict[str, int]:
    """For each letter, the places where the pattern has it, as bits."""
    masks: dict[str, int] = {}
    for at, letter in enumerate(pattern):
        masks[letter] = masks.get(letter, 0) | (1 << at)
    return masks


def _nearest(
    quote: str, masks: dict[str, int], text: str, start: int, end: int, edits: int
) -> Near | None:
    """The nearest stretch inside a window, None when it is too far."""
    window = text[start:end]
    distance, stop = _closest(masks, len(quote), window, free_start=True)
    if distance > edits:
        return None
    backwards = window[:stop][::-1][: len(quote) + edits]
    _, back = _closest(_masks(quote[::-1]), len(quote), backwards, free_start=False)
    return Near(distance, start + stop - back, start + stop)


def _closest(masks: dict[str, int], length: int, text: str, *, free_start: bool) -> tuple[int, int]:
    """The least distance of the pattern to a stretch of the text, and where the stretch ends.

    With `free_start` the stretch may begin anywhere, else at the beginning of the text.
    """
    full = (1 << length) - 1
    high = 1 << (length - 1)
    more, less, distance = full, 0, length
    best, best_end = length, 0
    carry = 0 if free_start else 1
    for at, letter in enumerate(text):
        equal = masks.get(letter, 0)
        vertical = equal | less
        across = (((equal & more) + more) ^ more) | equal
        up = less | ~(across | more)
        down = more & across
        if up & high:
            distance += 1
        elif down & high:
            distance -= 1
        up = (up << 1) | carry
        down <<= 1
        more = (down | ~(vertical | up)) & full
        less = up & vertical & full
        if distance < best:
            best, best_end = distance, at + 1
    return best, best_end

"""Finds a stretch of text within a bounded number of edits of a quote.

Pieces of the quote are looked up first: with at most k edits, one of k+1 pieces stands unchanged
(Wu & Manber, "Fast text searching allowing errors", 1992). Around the likeliest of these anchors
the distance is counted with bit vectors (Myers, "A fast bit-vector algorithm for approximate
string matching", J. ACM 46, 1999; as restated by Hyyrö, 2003). Knows no pages.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from casework.documents.locate_edges import figures

SHORTEST = 8
"""Shorter quotes are found exactly or not at all."""
EDITS_SHARE = 0.15
_MOST_EDITS = 60
_MOST_ANCHORS = 400
"""A piece that stands more often than this says nothing about where the quote is."""
_LETTERS_CHECKED = 16_000
"""How many letters are compared at most: bounds the time that a miss takes."""


class Near(NamedTuple):
    """A stretch of text and its distance from the quote in edits."""

    distance: int
    start: int
    end: int


def search(quote: str, text: str, limit: int) -> list[Near]:
    """Up to `limit` stretches within the bound, nearest first, none overlapping.

    Both are folded. The numbers of the quote must stand in the stretch as they are.
    """
    length = len(quote)
    edits = min(int(length * EDITS_SHARE), _MOST_EDITS)
    wanted = figures(quote)
    if length < SHORTEST or any(number not in text for number in wanted):
        return []
    masks = _masks(quote)
    found: list[Near] = []
    left = _LETTERS_CHECKED
    for first, last in _likely(quote, text, edits):
        start, end = max(0, first - edits), min(len(text), last + length + edits)
        if left < 0 or len(found) >= limit:
            break
        if any(near.start < end - edits and start + edits < near.end for near in found):
            continue
        left -= end - start
        near = _nearest(quote, masks, text, start, end, edits)
        if near and figures(text, near.start, near.end) == wanted:
            found.append(near)
    return sorted(found)


def _likely(quote: str, text: str, edits: int) -> list[tuple[int, int]]:
    """Between which offsets the quote may begin, those with most unchanged pieces first."""
    votes: Counter[int] = Counter()
    between: dict[int, tuple[int, int]] = {}
    width = max(edits, SHORTEST) * 2
    for offset, piece in _pieces(quote, edits + 1):
        at, times = text.find(piece), 0
        while at >= 0 and times < _MOST_ANCHORS:
            start = at - offset
            slot = start // width
            votes[slot] += 1
            first, last = between.get(slot, (start, start))
            between[slot] = (min(first, start), max(last, start))
            at, times = text.find(piece, at + 1), times + 1
    ranked = sorted(votes, key=lambda slot: (-votes[slot] - votes[slot + 1], slot))
    return [between[slot] for slot in ranked]


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

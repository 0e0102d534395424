"""What two like documents do not have in common, as runs of words with their pages.

A word is in both when one of its runs of three words is. That is linear in the length of the texts
and does not mind where lines and pages break; what stands in another order counts as the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.base.errors import DocumentError
from casework.types.document import Document

_WORD = re.compile(r"\w+")
_RUN = 3
_MOST_WORDS = 500_000
_LONGEST = 300
"""Letters of a piece that are shown."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one document that the other does not have, as they stand on a page; page 0 and ''
    where there are none."""

    page: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of one document, and what stands in its place in the other."""

    here: Piece
    there: Piece


@dataclass(frozen=True, slots=True)
class Difference:
    """`share` of the words of both documents are in both; `changes` in the order of the first."""

    share: float
    changes: tuple[Change, ...]


class _Place(NamedTuple):
    """A word of a document: its page as an index, and its span there."""

    page: int
    start: int
    end: int


class _Gap(NamedTuple):
    """A piece and the words before it, by which it is recognised in the other document."""

    before: tuple[str, ...]
    piece: Piece


def difference(one: Document, other: Document) -> Difference:
    """What two documents do not have in common. Raises `DocumentError` for very long ones."""
    for document in (one, other):
        if document.word_count > _MOST_WORDS:
            raise DocumentError(
                f"A document of more than {_MOST_WORDS:,} words is not compared word by word.",
                state="too_large",
                fix="Split it, and compare the parts.",
            )
    here, there = _words(one), _words(other)
    runs_here, runs_there = _runs(here[0]), _runs(there[0])
    gaps = list(_gaps(one, *here, set(runs_there)))
    others = list(_gaps(other, *there, set(runs_here)))
    total = len(here[0]) + len(there[0])
    missing = sum(count for count, _ in gaps) + sum(count for count, _ in others)
    share = (total - missing) / total if total else 1.0
    return Difference(share, tuple(_paired([g for _, g in gaps], [g for _, g in others])))


def _words(document: Document) -> tuple[list[str], list[_Place]]:
    words: list[str] = []
    places: list[_Place] = []
    for index, page in enumerate(document.pages):
        for found in _WORD.finditer(page.text):
            words.append(found[0].lower())
            places.append(_Place(index, *found.span()))
    return words, places


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Every run of three words; a shorter text is one run."""
    if len(words) < _RUN:
        return [tuple(words)]
    return list(zip(words, words[1:], words[2:], strict=False))


def _gaps(
    document: Document, words: list[str], places: list[_Place], known: set[tuple[str, ...]]
) -> Iterator[tuple[int, _Gap]]:
    """The pieces in none of the known runs, each with the number of its words; a piece ends with
    its page."""
    covered = bytearray(len(words))
    for at, run in enumerate(_runs(words)):
        if run in known:
            covered[at : at + _RUN] = b"\1" * min(_RUN, len(words) - at)
    at = covered.find(0)
    while at >= 0:
        end = covered.find(1, at)
        end = len(words) if end < 0 else end
        last = at + 1
        while last < end and places[last].page == places[at].page:
            last += 1
        page = document.pages[places[at].page]
        text = _shown(page.text, places[at].start, places[last - 1].end)
        yield last - at, _Gap(tuple(words[max(0, at - _RUN) : at]), Piece(page.number, text))
        at = covered.find(0, last)


def _shown(text: str, start: int, end: int) -> str:
    """The words as they stand, up to the blanks around them, in one line: `1,250.00` whole though
    only its digits before the point differ."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    told = " ".join(text[start : min(end, start + 2 * _LONGEST)].split())
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"


def _paired(here: Sequence[_Gap], there: Sequence[_Gap]) -> Iterator[Change]:
    """Pieces that follow the same words are in each other's place."""
    waiting: dict[tuple[str, ...], list[_Gap]] = {}
    for gap in there:
        waiting.setdefault(gap.before, []).append(gap)
    for gap in here:
        others = waiting.get(gap.before)
        yield Change(gap.piece, others.pop(0).piece if others else Piece())
    for gap in there:
        if gap in waiting.get(gap.before, ()):
            yield Change(Piece(), gap.piece)

"""The words of a page that was kept, made only when somebody looks at them.

Most steps look at a few words of a page: those that bear a quote. Behaves as the tuple it stands
for, and becomes one when all of it is wanted.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import overload

from casework.types.document import Box, Word

_SCALE = 100


class LazyWords(Sequence[Word]):
    """Words from columns: starts, ends, lines, and four edges each in units of 1 / `scale` pt."""

    __slots__ = ("_all", "_edges", "_ends", "_kept", "_lines", "_scale", "_starts")

    def __init__(
        self,
        starts: Sequence[int],
        ends: Sequence[int],
        lines: Sequence[int],
        edges: Sequence[float],
        scale: int,
        *,
        kept: bool = True,
    ) -> None:
        if not len(starts) == len(ends) == len(lines) == len(edges) / 4:
            raise ValueError("columns of words of unlike lengths")
        self._starts, self._ends, self._lines = starts, ends, lines
        self._edges, self._scale = edges, scale
        self._kept = kept
        self._all: tuple[Word, ...] | None = None

    @classmethod
    def of(cls, words: Sequence[Word]) -> LazyWords:
        """These words, whose edges are whole hundredths of a point, in a tenth of the memory. They
        are made anew whenever all of them are wanted: for the pages of very long documents."""
        edges = array("i", [int(edge * _SCALE + 0.5) for word in words for edge in word[2]])
        starts = array("i", [word.start for word in words])
        ends = array("i", [word.end for word in words])
        lines = array("i", [word.line for word in words])
        return cls(starts, ends, lines, edges, _SCALE, kept=False)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, at: int) -> Word: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Word, ...]: ...

    def __getitem__(self, at: int | slice) -> Word | tuple[Word, ...]:
        if self._all is not None:
            return self._all[at]
        if isinstance(at, slice):
            return tuple(map(self._word, range(*at.indices(len(self)))))
        return self._word(range(len(self))[at])

    def __iter__(self) -> Iterator[Word]:
        return iter(self._whole())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LazyWords):
            return self._whole() == other._whole()
        return self._whole() == other

    def __hash__(self) -> int:
        return hash(self._whole())

    def __repr__(self) -> str:
        return repr(self._whole())

    def touching(self, start: int, end: int) -> tuple[int, int]:
        """The indexes of the words that lie in or touch a span of the text, end exclusive."""
        first = bisect_right(self._ends, start)
        return first, max(first, bisect_left(self._starts, end))

    def boxes(self, first: int, last: int) -> tuple[Box, ...]:
        """One box per line around the words from `first` up to `last`."""
        found: list[Box] = []
        while first < last:
            after = bisect_right(self._lines, self._lines[first], first, last)
            edges, scale = self._edges[4 * first : 4 * after], self._scale
            x0, y0 = min(edges[0::4]) / scale, min(edges[1::4]) / scale
            found.append(Box(x0, y0, max(edges[2::4]) / scale, max(edges[3::4]) / scale))
            first = after
        return tuple(found)

    def _word(self, at: int) -> Word:
        x0, y0, x1, y1 = self._edges[4 * at : 4 * at + 4]
        scale = self._scale
        box = (
            Box(x0, y0, x1, y1)
            if scale == 1
            else Box(x0 / scale, y0 / scale, x1 / scale, y1 / scale)
        )
        return Word(self._starts[at], self._ends[at], box, self._lines[at])

    def _whole(self) -> tuple[Word, ...]:
        if self._all is not None:
            return self._all
        scale = self._scale
        edge = iter(self._edges if scale == 1 else [each / scale for each in self._edges])
        boxes = map(Box._make, zip(edge, edge, edge, edge, strict=True))
        words = zip(self._starts, self._ends, boxes, self._lines, strict=True)
        made = tuple(map(Word._make, words))
        if self._kept:
            self._all = made
        return made

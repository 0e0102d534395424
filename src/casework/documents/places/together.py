"""The pieces of a quote brought together again: which of the places of each piece belong together.

Pieces with words left out between them follow each other closely. Cells of one row lie at one
height, or nothing but white space parts them. Knows stretches of text, not how they were found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from casework.documents.places.index import Part

_MOST_TRIED = 64
_WIDEST = 2_400
"""So many letters may be left out in all; what lies further apart is no one passage."""
_ROW_WIDEST = 600
_BETWEEN_CELLS = " \t\r\n\u00a0|*_`\"'"
_AT_ONE_HEIGHT = 0.5


class Found(NamedTuple):
    """A place of a piece: its stretches, and where the text of its page begins in the document."""

    parts: tuple[Part, ...]
    base: int

    @property
    def start(self) -> int:
        return self.base + self.parts[0].start

    @property
    def end(self) -> int:
        return self.base + max(part.end for part in self.parts if part.page == self.parts[0].page)


class Joined(NamedTuple):
    """Pieces that belong together. `whole` says that nothing stands between them but white space;
    `share` is how much of the passage from the first to the last letter they are."""

    parts: tuple[Part, ...]
    whole: bool
    share: float


def together(
    pieces: Sequence[Sequence[Found]],
    texts: Mapping[int, str],
    *,
    row: bool,
    boxes: Callable[[Part], tuple[float, float]],
) -> list[Joined]:
    """The passages that have all pieces in their order, closest first. `boxes` tells the top and
    bottom of a stretch."""
    ordered = [sorted(each, key=lambda one: one.start) for each in pieces]
    starts = [[one.start for one in each] for each in ordered]
    rarest = min(range(len(ordered)), key=lambda at: len(ordered[at]))
    found: list[Joined] = []
    for anchor in ordered[rarest][:_MOST_TRIED]:
        chosen = _around(ordered, starts, rarest, anchor, row)
        if chosen is None:
            continue
        joined = _joined(chosen, texts)
        if row and not joined.whole and not _at_one_height(chosen, boxes):
            continue
        if all(joined.parts != other.parts for other in found):
            found.append(joined)
    return sorted(found, key=lambda one: (not one.whole, -one.share, one.parts))


def _around(
    ordered: Sequence[Sequence[Found]],
    starts: Sequence[Sequence[int]],
    at: int,
    anchor: Found,
    row: bool,
) -> list[Found] | None:
    """The nearest places of the other pieces before and behind that of piece `at`."""
    widest = _ROW_WIDEST if row else _WIDEST
    chosen = [anchor]
    for step in range(at + 1, len(ordered)):
        last = chosen[-1]
        place = bisect_left(starts[step], last.start + 1 if row else last.end)
        while place < len(ordered[step]) and _overlap(ordered[step][place], chosen):
            place += 1
        if place == len(ordered[step]):
            return None
        chosen.append(ordered[step][place])
    for step in range(at - 1, -1, -1):
        first = chosen[0]
        place = bisect_left(starts[step], first.start) - 1
        while place >= 0 and (
            _overlap(ordered[step][place], chosen)
            or (not row and ordered[step][place].end > first.start)
        ):
            place -= 1
        if place < 0:
            return None
        chosen.insert(0, ordered[step][place])
    return chosen if chosen[-1].end - chosen[0].start <= widest + _letters(chosen) else None


def _overlap(one: Found, others: Sequence[Found]) -> bool:
    """Whether a place has letters that another piece has already."""
    return any(
        part.page == taken.page and part.start < taken.end and taken.start < part.end
        for part in one.parts
        for other in others
        for taken in other.parts
    )


def _letters(chosen: Sequence[Found]) -> int:
    return sum(part.end - part.start for one in chosen for part in one.parts)


def _at_one_height(chosen: Sequence[Found], boxes: Callable[[Part], tuple[float, float]]) -> bool:
    """Whether all pieces are on one page, and each lies beside the tallest."""
    if len({part.page for one in chosen for part in one.parts}) > 1:
        return False
    edges = []
    for one in chosen:
        heights = [boxes(part) for part in one.parts]
        edges.append((min(top for top, _ in heights), max(bottom for _, bottom in heights)))
    high, low = max(edges, key=lambda edge: edge[1] - edge[0])
    return all(
        min(low, bottom) - max(high, top) >= _AT_ONE_HEIGHT * (bottom - top)
        for top, bottom in edges
    )


def _joined(chosen: Sequence[Found], texts: Mapping[int, str]) -> Joined:
    parts = sorted({part for one in chosen for part in one.parts})
    merged: list[Part] = []
    whole, skipped = True, 0
    for part in parts:
        if merged and merged[-1].page == part.page and part.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, part.end))
        else:
            merged.append(part)
    for before, after in pairwise(merged):
        between = (
            texts[before.page][before.end : after.start]
            if before.page == after.page
            else texts[before.page][before.end :] + texts[after.page][: after.start]
        )
        bare = between.strip(_BETWEEN_CELLS)
        whole = whole and not bare
        skipped += len(bare)
    told = sum(part.end - part.start for part in merged)
    return Joined(tuple(merged), whole, told / (told + skipped))

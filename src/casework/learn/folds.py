"""Cells of relatives → folds: what is asked about together is never learned from at once.

Knows no cells, only the name of the group that each belongs to and of its document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

MOST = 5
"""Folds at most: with more, models gain little and learning takes as much longer."""
_TOO_LARGE = 0.5
"""A group with more than this share of the cells is parted again by its documents: were all of it
left out, next to nothing would be left to learn from."""


def folds_of(groups: Sequence[str], documents: Sequence[str]) -> list[int]:
    """For each cell the number of its fold, from 0; groups are dealt out the largest first, each to
    the fold with the fewest cells, so that the same cells always give the same folds."""
    units = units_of(groups, documents)
    sizes = Counter(units)
    count = min(MOST, len(sizes))
    filled = [0] * count
    fold: dict[Hashable, int] = {}
    for unit in sorted(sizes, key=lambda one: (-sizes[one], str(one))):
        fold[unit] = filled.index(min(filled))
        filled[fold[unit]] += sizes[unit]
    return [fold[unit] for unit in units]


def units_of(groups: Sequence[str], documents: Sequence[str]) -> list[tuple[str, str]]:
    """What stays together: the group, or the document where its group holds most of all cells."""
    sizes = Counter(groups)
    most = _TOO_LARGE * len(groups)
    return [
        (group, document if sizes[group] > most else "")
        for group, document in zip(groups, documents, strict=True)
    ]

"""How candidates lie to labels: right of one, below one, or after one in the text.

Strengths run from 0 to 1 and fall with distance and with every other label in between. They depend
on the document alone, so one pass serves every field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casework.extraction.anchors import Anchors
from casework.extraction.candidates.table import Candidates
from casework.extraction.layout import Floats, Ints

LEFT_REACH = 28.0
"""How far right of its label a value may stand before half its evidence is gone, in heights."""
ABOVE_REACH = 4.0
TEXT_REACH = 22.0
TEXT_FARTHEST = 90
_BLOCKED_LEFT = 0.3
_BLOCKED_ABOVE = 0.45
_LEAST = 0.02
_DIRECTLY = 4
"""A label that ends at most so many letters before a value stands directly before it."""
_MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Relation:
    """Pairs of candidate and anchor with their strength, sorted by candidate."""

    candidate: Ints
    anchor: Ints
    strength: Floats

    def best(self, weight: Floats, count: int) -> Floats:
        """For each of `count` candidates the largest strength times weight of its anchors."""
        found = np.zeros(count)
        if len(self.candidate):
            np.maximum.at(found, self.candidate, self.strength * weight[self.anchor])
        return found


@dataclass(frozen=True, slots=True)
class Relations:
    """Labels to the left in the row, above in the column, before in the text; `close` are those
    directly before, with nothing but punctuation between."""

    left: Relation
    above: Relation
    before: Relation
    close: Relation


def relate(candidates: Candidates, anchors: Anchors, height: float) -> Relations:
    """All relations of candidates and anchors on the same page; `height` of the text."""
    parts: list[list[tuple[Ints, Ints, Floats]]] = [[], [], [], []]
    pages = np.intersect1d(candidates.page, anchors.page)
    for page in pages.tolist():
        theirs = np.flatnonzero(anchors.page == page)
        ours = np.flatnonzero(candidates.page == page)
        step = max(1, _MOST_CELLS // len(theirs))
        for at in range(0, len(ours), step):
            some = ours[at : at + step]
            for kind, part in zip(
                parts, _on_page(candidates, anchors, some, theirs, height), strict=True
            ):
                kind.append(part)
    return Relations(*(_join(kind) for kind in parts))


def _join(parts: list[tuple[Ints, Ints, Floats]]) -> Relation:
    if not parts:
        none = np.zeros(0, np.int64)
        return Relation(none, none, np.zeros(0))
    return Relation(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _on_page(
    candidates: Candidates, anchors: Anchors, ours: Ints, theirs: Ints, height: float
) -> list[tuple[Ints, Ints, Floats]]:
    """Whether a pair is related is told for all of them; how strongly for the few that are."""
    box = candidates.first_box[ours]
    start, end = candidates.start[ours], candidates.end[ours]
    left = _left(box, anchors.box[theirs], height)
    above = _above(box, anchors.box[theirs], height)
    blocks = np.where(anchors.generic[theirs], 0.0, 1.0)
    found = []
    for pairs, edge, weight, blocked in (
        (left, 2, blocks, _BLOCKED_LEFT),
        (above, 3, anchors.blocks[theirs], _BLOCKED_ABOVE),
    ):
        rank = _between(pairs, anchors.box[theirs, edge], weight)
        strength = pairs.strength * np.power(blocked, rank)
        inside = (anchors.start[theirs][pairs.label] < end[pairs.row]) & (
            anchors.end[theirs][pairs.label] > start[pairs.row]
        )
        found.append(_strong(pairs.row, pairs.label, strength * ~inside, ours, theirs))
    return [*found, *_in_text(anchors, start, ours, theirs)]


def _in_text(
    anchors: Anchors, start: Ints, ours: Ints, theirs: Ints
) -> list[tuple[Ints, Ints, Floats]]:
    """Labels before each candidate in the text, and those directly before."""
    apart = start[:, None] - anchors.end[theirs][None, :]
    row, label = np.nonzero((apart >= 0) & (apart <= TEXT_FARTHEST))
    far = apart[row, label]
    # Anchors stand in text order within a row, so the nearest before a candidate is the last.
    last = np.searchsorted(row, row, side="right") - 1
    nearer = last - np.arange(len(row))
    strength: Floats = np.exp2(-far / TEXT_REACH - nearer)
    before = _strong(row, label, strength, ours, theirs)
    directly = (far <= _DIRECTLY).astype(np.float64)
    return [before, _strong(row, label, directly, ours, theirs)]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Related pairs: indexes among our candidates and their labels, sorted by candidate, with how
    strong they are where nothing lies between."""

    row: Ints
    label: Ints
    strength: Floats


def _left(box: Floats, label: Floats, height: float) -> _Pairs:
    top, bottom = box[:, 1][:, None], box[:, 3][:, None]
    overlap = np.minimum(bottom, label[:, 3]) - np.maximum(top, label[:, 1])
    tall = np.minimum(bottom - top, label[:, 3] - label[:, 1])
    row, at = np.nonzero(overlap > 0.45 * tall)
    gap = (box[row, 0] - label[at, 2]) / height
    good = gap > -0.6
    row, at, far = row[good], at[good], np.maximum(gap[good], 0.0)
    return _Pairs(row, at, np.exp2(-far / LEFT_REACH))


def _above(box: Floats, label: Floats, height: float) -> _Pairs:
    drop = (box[:, 1][:, None] - label[:, 3]) / height
    near_enough = drop > -0.45
    across = np.minimum(box[:, 2][:, None], label[:, 2]) - np.maximum(
        box[:, 0][:, None], label[:, 0]
    )
    edges = np.minimum(
        np.abs(box[:, 0][:, None] - label[:, 0]), np.abs(box[:, 2][:, None] - label[:, 2])
    )
    row, at = np.nonzero(near_enough & ((across > 0) | (edges < 1.2 * height)))
    narrow = np.minimum(box[row, 2] - box[row, 0], label[at, 2] - label[at, 0])
    share = np.clip(across[row, at] / np.maximum(narrow, 1e-6), 0.0, 1.0)
    fit = np.where(edges[row, at] < 1.2 * height, np.maximum(share, 0.9), share)
    good = fit > 0.25
    row, at, fit = row[good], at[good], fit[good]
    far = np.maximum(np.maximum(drop[row, at], 0.0) - 0.8, 0.0)
    return _Pairs(row, at, fit * np.exp2(-far / ABOVE_REACH))


def _between(pairs: _Pairs, edge: Floats, blocks: Floats) -> Floats:
    """How much the related labels that lie nearer, by this edge of theirs, block: summed."""
    place = np.empty(len(edge), np.int64)
    place[np.argsort(-edge, kind="stable")] = np.arange(len(edge))
    order = np.lexsort((place[pairs.label], pairs.row))
    weight = blocks[pairs.label[order]]
    total = np.cumsum(weight)
    first = np.searchsorted(pairs.row, pairs.row[order], side="left")
    nearer: Floats = np.empty(len(order))
    nearer[order] = total - weight - (total[first] - weight[first] if len(order) else 0.0)
    return nearer


def _strong(
    row: Ints, label: Ints, strength: Floats, ours: Ints, theirs: Ints
) -> tuple[Ints, Ints, Floats]:
    good = strength > _LEAST
    return ours[row[good]], theirs[label[good]], strength[good]

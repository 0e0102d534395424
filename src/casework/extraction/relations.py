"""How candidates lie to labels: right of one, below one, or after one in the text.

Strengths run from 0 to 1 and fall with distance and with every other label in between. They depend
on the document alone, so one pass serves every field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    box = candidates.first_box[ours][:, None, :]
    label = anchors.box[theirs][None, :, :]
    start = candidates.start[ours][:, None]
    inside = (anchors.start[theirs][None, :] < candidates.end[ours][:, None]) & (
        anchors.end[theirs][None, :] > start
    )
    blocks = np.where(anchors.generic[theirs], 0.0, 1.0)
    left = _left(box, label, blocks, height) * ~inside
    above = _above(box, label, anchors.blocks[theirs], height) * ~inside
    apart = start - anchors.end[theirs][None, :]
    ok = (apart >= 0) & (apart <= TEXT_FARTHEST)
    before = np.where(ok, np.exp2(-np.clip(apart, 0, TEXT_FARTHEST) / TEXT_REACH), 0.0) * _nearest(
        ok
    )
    close = np.where(ok & (apart <= 4), 1.0, 0.0) * (left + 0.01 > 0.0)
    return [_sparse(each, ours, theirs) for each in (left, above, before, close)]


def _nearest(ok: NDArray[np.bool_]) -> Floats:
    """Anchors stand in text order within a row, so the nearest before a candidate is the last."""
    between: Floats = np.cumsum(ok[:, ::-1], axis=1)[:, ::-1] - ok.astype(np.float64)
    halved: Floats = np.power(0.5, np.maximum(between, 0))
    return halved


def _left(box: Floats, label: Floats, blocks: Floats, height: float) -> Floats:
    overlap = np.minimum(box[..., 3], label[..., 3]) - np.maximum(box[..., 1], label[..., 1])
    tall = np.minimum(box[..., 3] - box[..., 1], label[..., 3] - label[..., 1])
    gap = (box[..., 0] - label[..., 2]) / height
    is_left = (overlap > 0.45 * tall) & (gap > -0.6)
    far = np.where(is_left, np.maximum(gap, 0.0), 0.0)
    rank = _between(np.where(is_left, label[..., 2] + 0 * gap, -np.inf), is_left, blocks)
    return np.where(is_left, np.exp2(-far / LEFT_REACH) * np.power(_BLOCKED_LEFT, rank), 0.0)


def _above(box: Floats, label: Floats, blocks: Floats, height: float) -> Floats:
    drop = (box[..., 1] - label[..., 3]) / height
    across = np.minimum(box[..., 2], label[..., 2]) - np.maximum(box[..., 0], label[..., 0])
    narrow = np.minimum(box[..., 2] - box[..., 0], label[..., 2] - label[..., 0])
    aligned = (np.abs(box[..., 0] - label[..., 0]) < 1.2 * height) | (
        np.abs(box[..., 2] - label[..., 2]) < 1.2 * height
    )
    share = np.clip(across / np.maximum(narrow, 1e-6), 0.0, 1.0)
    fit = np.where(aligned, np.maximum(share, 0.9), share)
    is_above = (drop > -0.45) & (fit > 0.25)
    far = np.where(is_above, np.maximum(drop, 0.0), 0.0)
    rank = _between(np.where(is_above, label[..., 3] + 0 * drop, -np.inf), is_above, blocks)
    near = np.exp2(-np.maximum(far - 0.8, 0.0) / ABOVE_REACH)
    return np.where(is_above, fit * near * np.power(_BLOCKED_ABOVE, rank), 0.0)


def _between(where: Floats, valid: NDArray[np.bool_], blocks: Floats) -> Floats:
    """How much the valid anchors that lie nearer block, summed."""
    order = np.argsort(-where, axis=1, kind="stable")
    weight = np.take_along_axis(np.where(valid, blocks[None, :], 0.0), order, axis=1)
    nearer = np.cumsum(weight, axis=1) - weight
    found: Floats = np.empty_like(nearer)
    np.put_along_axis(found, order, nearer, axis=1)
    return found


def _sparse(strength: Floats, ours: Ints, theirs: Ints) -> tuple[Ints, Ints, Floats]:
    rows, columns = np.nonzero(strength > _LEAST)
    return ours[rows], theirs[columns], strength[rows, columns]

"""How unlike a document is to those that were learned from, by sketches of its words.

One-permutation hashing (Li, Owen and Zhang, 2012): each word falls into one of `BUCKETS`, each
bucket keeps its smallest hash. The share of buckets that agree estimates the share of words that
two documents have in common (Jaccard). Digits are alike, so that forms of one kind are alike.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casework.extraction.prepared import Prepared
from casework.types.values import Json

Sketch = NDArray[np.uint16]

BUCKETS = 64
MOST = 400
"""So many documents are remembered at most: the latest."""
_EMPTY = np.uint16(0xFFFF)
_MIX = np.int64(0x9E3779B1)
_MASK = np.int64(0xFFFFFFFF)


def sketch(prepared: Prepared) -> Sketch:
    """The sketch of a document, (`BUCKETS`,)."""
    words = np.unique(prepared.around.token)
    mixed = (words * _MIX) & _MASK
    mixed = ((mixed ^ (mixed >> 15)) * _MIX) & _MASK
    told = np.full(BUCKETS, _EMPTY, np.uint16)
    np.minimum.at(told, mixed & (BUCKETS - 1), ((mixed >> 8) % 0xFFFF).astype(np.uint16))
    return told


@dataclass(frozen=True, slots=True)
class Familiar:
    """The documents that were learned from: their sketches, (documents, `BUCKETS`)."""

    sketches: NDArray[np.uint16]

    @classmethod
    def of(cls, sketches: Sequence[Sketch]) -> Familiar:
        """These documents, the latest last."""
        kept = list(sketches)[-MOST:]
        return cls(np.array(kept, np.uint16).reshape(len(kept), BUCKETS))

    def novelty(self, seen: Sketch) -> float:
        """How unlike a document is to the likest of them: 0 the same words, 1 none in common."""
        if not len(self.sketches):
            return 1.0
        there = (self.sketches != _EMPTY) | (seen != _EMPTY)
        same = (self.sketches == seen) & there
        likest = (same.sum(axis=1) / np.maximum(there.sum(axis=1), 1)).max()
        return 1.0 - float(likest)

    def as_json(self) -> Json:
        """As it is kept among the facts of a version."""
        told = self.sketches.astype("<u2").tobytes()
        return base64.b64encode(told).decode("ascii")

    @classmethod
    def from_json(cls, told: Json) -> Familiar | None:
        """As it was kept; None for what is no such thing."""
        if not isinstance(told, str):
            return None
        try:
            numbers = np.frombuffer(base64.b64decode(told, validate=True), "<u2")
        except (binascii.Error, ValueError):
            return None
        if len(numbers) % BUCKETS:
            return None
        return cls(numbers.astype(np.uint16).reshape(-1, BUCKETS))

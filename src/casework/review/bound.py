"""How far automatic acceptance may go: thresholds of confidence with an error that is bounded.

A person says what share of errors they can live with (ε) and how sure they want to be (1 - δ). A
threshold is certified when the documents of the audit stream show that, of the cells at or above
it, more than ε are wrong on average only with probability δ, however often one looks.

Method: for each threshold a bet against "more than ε are wrong" is carried on from document to
document (Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B
2024); its gain is a supermartingale if that is so, and by Ville's inequality it ever exceeds 1/δ
with probability δ at most. Each stake is the one that would have won most on the documents before
it (their growth rate adaptive bets; Kelly, A new interpretation of information rate, 1956).
Thresholds are tested from the strictest down, each only after all stricter ones (fixed sequence
testing; Angelopoulos et al., Learn then Test, 2021), which keeps δ for all of them together. So the
strictest must not be so strict that hardly a cell reaches it: the others wait for it.

The unit is the document, whose cells stand and fall together: what is bounded is the share of
wrong cells among those of a document that are accepted, averaged over documents that have any. What
the bound rests on: documents of the stream were drawn at random (`weight` corrects for unlike
chances), the thresholds were fixed before, and no verdict counted here trained the model or chose
anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

_BOLDEST = 0.95
"""The largest stake, as a share of what could lose all. With ε = 5 % and δ = 10 % 48 documents
without an error are enough (45 is the least that any bound needs), about 80 at 1 % of errors in
thirds of documents, some 160 at 3 %."""
_BEFORE = 30.0
"""What is taken for granted before the first document counts as much as so many documents."""
_BEFORE_ERROR = 0.15
"""The share of ε that is then taken for the error,"""
_BEFORE_PART = 0.35
"""for the share of wrong cells in a document that has one,"""
_BEFORE_WHOLE = 0.02
"""and for the documents that are all wrong, as a share of ε."""
_NEARER = 2
"""Newton's steps from the stake on one document to that on the next."""
_CLOSE = 1e-4


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised: errors of at most `epsilon` of what is accepted, but for probability
    `delta`."""

    epsilon: float
    delta: float

    def __post_init__(self) -> None:
        if not (0 < self.epsilon < 1 and 0 < self.delta < 1):
            raise ValueError("epsilon and delta lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class Checked:
    """A cell of an audited document: how sure the machine was (0 to 1) and whether it was wrong.
    `earlier` is the same of readers that passed the cell on, in their order."""

    confidence: float
    wrong: bool
    earlier: tuple[Checked, ...] = ()

    def at(self, threshold: float) -> Checked | None:
        """What passes at a threshold: what the first reader says that is as sure; None where none
        is."""
        if not self.earlier:
            return self if self.confidence >= threshold else None
        every = (*self.earlier, self)
        return next((one for one in every if one.confidence >= threshold), None)


@dataclass(frozen=True, slots=True)
class Audited:
    """A document of the audit stream with its cells. `weight` is the least chance of any document
    to be drawn over its own chance: 1 when all were alike, never more."""

    cells: tuple[Checked, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Level:
    """One threshold: `documents` that had a cell at or above it, `cells` of them, how many were
    `wrong`; `evidence` is the largest gain of the bet so far, and `certified` whether it and all
    stricter ones passed 1/δ; `reached` after how many documents of the stream they had (None: not
    yet)."""

    threshold: float
    documents: int
    cells: int
    wrong: int
    evidence: float
    certified: bool
    reached: int | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the audit stream shows so far, the strictest threshold first."""

    promise: Promise
    levels: tuple[Level, ...]

    @property
    def threshold(self) -> float | None:
        """The lowest threshold from which cells may be accepted; None when there is none yet."""
        certified = [level.threshold for level in self.levels if level.certified]
        return min(certified) if certified else None


def certify(
    stream: Sequence[Audited], thresholds: Sequence[float], promise: Promise
) -> Certificate:
    """The certificate of a stream in the order in which it was decided. Once certified, a threshold
    stays so until the model changes, which begins a new stream."""
    levels: list[Level] = []
    last: int | None = 0
    for threshold in sorted(set(thresholds), reverse=True):
        level = _level(stream, threshold, promise)
        last = None if last is None or level.reached is None else max(last, level.reached)
        levels.append(replace(level, certified=last is not None, reached=last))
    return Certificate(promise, tuple(levels))


def at_most(stream: Sequence[Audited], threshold: float, delta: float) -> float:
    """The share of wrong cells at or above a threshold that the stream rules out to be exceeded,
    with probability 1 - δ at every look (a confidence sequence); 1 when it rules out nothing."""
    low, high = 0.0, 1.0
    while high - low > _CLOSE:
        middle = (low + high) / 2
        level = _level(stream, threshold, Promise(middle, delta))
        if level.certified:
            high = middle
        else:
            low = middle
    return high


def _level(stream: Sequence[Audited], threshold: float, promise: Promise) -> Level:
    """The bet on one threshold, carried through the stream.

    A document wins ε less its share of wrong cells: between ε and -(1 - ε), and on average not
    above 0 when more than ε are wrong. So a stake below 1 / (1 - ε) never loses all.
    """
    stakes = _Stakes(promise.epsilon)
    gain = best = 1.0
    documents = cells = wrong = 0
    reached: int | None = None
    for at, audited in enumerate(stream, start=1):
        accepted = [one for cell in audited.cells if (one := cell.at(threshold)) is not None]
        if not accepted:
            continue
        failed = sum(cell.wrong for cell in accepted)
        documents, cells, wrong = documents + 1, cells + len(accepted), wrong + failed
        won = audited.weight * (promise.epsilon - failed / len(accepted))
        gain *= 1 + stakes.next() * won
        best = max(best, gain)
        if reached is None and gain >= 1 / promise.delta:
            reached = at
        stakes.note(won)
    return Level(threshold, documents, cells, wrong, best, reached is not None, reached)


class _Stakes:
    """The stake for the next document: the one that would have won most so far."""

    def __init__(self, epsilon: float) -> None:
        part = epsilon * _BEFORE_ERROR / _BEFORE_PART
        whole = epsilon * _BEFORE_WHOLE
        self._most = _BOLDEST / (1 - epsilon)
        self._stake = self._most
        self._times = {
            epsilon: _BEFORE * (1 - part - whole),
            epsilon - _BEFORE_PART: _BEFORE * part,
            epsilon - 1: _BEFORE * whole,
        }

    def note(self, won: float) -> None:
        """What a document won."""
        self._times[won] = self._times.get(won, 0.0) + 1

    def next(self) -> float:
        """Newton's method on the derivative of the mean logarithm of the gain."""
        for _ in range(_NEARER):
            slope = bend = 0.0
            for won, times in self._times.items():
                share = won / (1 + self._stake * won)
                slope += times * share
                bend += times * share * share
            self._stake = max(0.0, min(self._stake + slope / bend, self._most))
        return self._stake

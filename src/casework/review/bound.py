"""How far automatic acceptance may go: thresholds of confidence with an error that is bounded.

A person says what share of errors they can live with (ε) and how sure they want to be (1 - δ). A
threshold is certified when the documents of the audit stream show that, of the cells at or above
it, more than ε are wrong on average only with probability δ, however often one looks.

Method: for each threshold a bet against "more than ε are wrong" is carried on from document to
document (Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B
2024); its gain is a supermartingale if that is so, and by Ville's inequality it ever exceeds 1/δ
with probability δ at most. Several stakes are mixed. Thresholds are tested from the strictest down,
each only after all stricter ones (fixed sequence testing; Angelopoulos et al., Learn then Test,
2021), which keeps δ for all of them together. So the strictest must not be so strict that hardly a
cell reaches it: the others wait for it.

The unit is the document, whose cells stand and fall together: what is bounded is the share of
wrong cells among those of a document that are accepted, averaged over documents that have any. What
the bound rests on: documents of the stream were drawn at random (`weight` corrects for unlike
chances), the thresholds were fixed before, and no verdict counted here trained the model or chose
anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_STAKES = ((0.4, 0.2), (0.7, 0.4), (0.95, 0.4))
"""Stakes that are mixed, as shares of the largest that cannot lose all, with their weights. The
best share is 1 - p/ε for a true error p (Kelly): large stakes are quick where all is right, small
ones bear errors. With ε = 5 % and δ = 10 % these need 57 documents without an error (45 is the
least that any bound needs), about 150 at 2 % of errors and 400 at 3 %."""
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
    """A cell of an audited document: how sure the machine was (0 to 1) and whether it was wrong."""

    confidence: float
    wrong: bool


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
    stricter ones passed 1/δ."""

    threshold: float
    documents: int
    cells: int
    wrong: int
    evidence: float
    certified: bool


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
    certified = True
    for threshold in sorted(set(thresholds), reverse=True):
        level = _level(stream, threshold, promise)
        certified = certified and level.evidence >= 1 / promise.delta
        levels.append(
            Level(threshold, level.documents, level.cells, level.wrong, level.evidence, certified)
        )
    return Certificate(promise, tuple(levels))


def at_most(stream: Sequence[Audited], threshold: float, delta: float) -> float:
    """The share of wrong cells at or above a threshold that the stream rules out to be exceeded,
    with probability 1 - δ at every look (a confidence sequence); 1 when it rules out nothing."""
    low, high = 0.0, 1.0
    while high - low > _CLOSE:
        middle = (low + high) / 2
        level = _level(stream, threshold, Promise(middle, delta))
        if level.evidence >= 1 / delta:
            high = middle
        else:
            low = middle
    return high


def _level(stream: Sequence[Audited], threshold: float, promise: Promise) -> Level:
    """The bet on one threshold, carried through the stream.

    A document wins ε less its share of wrong cells: between ε and -(1 - ε), and on average not
    above 0 when more than ε are wrong. So a stake below 1 / (1 - ε) never loses all.
    """
    epsilon = promise.epsilon
    stakes = [share / (1 - epsilon) for share, _ in _STAKES]
    gains = [weight for _, weight in _STAKES]
    best = 1.0
    documents = cells = wrong = 0
    for audited in stream:
        accepted = [cell for cell in audited.cells if cell.confidence >= threshold]
        if not accepted:
            continue
        failed = sum(cell.wrong for cell in accepted)
        documents, cells, wrong = documents + 1, cells + len(accepted), wrong + failed
        won = audited.weight * (epsilon - failed / len(accepted))
        gains = [kept * (1 + stake * won) for kept, stake in zip(gains, stakes, strict=True)]
        best = max(best, sum(gains))
    return Level(threshold, documents, cells, wrong, best, certified=False)

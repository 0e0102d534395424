"""How far work may be relied on, as people see it: frozen, plain, the same for every door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Checked cells of like confidence, `low` to `high`, `mean` on average: of `cells` this share
    was `right`, with the interval that nine of ten such bins hold the true share in."""

    low: float
    high: float
    mean: float
    cells: int
    right: float
    right_low: float
    right_high: float


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """What passing from a confidence on would mean: the share of all cells that would pass, the
    share of wrong ones among the checked documents' (None: none had such a cell), and what it is at
    most with the confidence of the promise, as far as this one threshold goes. `certified` says
    whether the promise allows it."""

    threshold: float
    passing: float
    error: float | None
    at_most: float
    documents: int
    cells: int
    wrong: int
    certified: bool


@dataclass(frozen=True, slots=True)
class FurtherChecks:
    """An estimate, made by letting the bet go on as it went so far: with so many more `checks`
    (documents) this share would pass."""

    checks: int
    passing: float


@dataclass(frozen=True, slots=True)
class TwiceRead:
    """Cells that two people read, how often they read the same, and the interval of that share."""

    cells: int
    agreed: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise as it stands. `step` is the path of its step ('' for all that have none of their
    own), `name` its name; `epsilon` and `delta` what was promised, by `who` and `at` when.

    `sentence` says all of it. `threshold` is the confidence from which cells pass (None: none do),
    `passing` the share of cells that do; of `cells` at or above it that were checked at random, in
    `documents`, so many were `wrong`: `at_most` is the share of errors that is not exceeded (None
    where nothing passes). `suspended` says why nothing passes for now, though it did, and
    `suspended_at` since when; `suspensions` counts how often that was. `measured` counts cells
    whose confidence is known. `open` drawn cases are still to be read, `second` by a second person;
    `behind` were read and count once those are that were drawn before them.
    """

    step: str
    name: str
    epsilon: float
    delta: float
    who: str
    at: str
    sentence: str
    threshold: float | None
    passing: float
    documents: int
    cells: int
    wrong: int
    at_most: float | None
    measured: int
    certified_at: str
    suspended: str
    suspended_at: str
    suspensions: int
    open: int
    behind: int
    second: int
    further: FurtherChecks | None
    twice: TwiceRead
    bins: tuple[ReliabilityBin, ...]
    points: tuple[CoveragePoint, ...]


@dataclass(frozen=True, slots=True)
class TrustView:
    """The promises of a worksheet, and how many of its cases are in the audit stream."""

    promises: tuple[PromiseView, ...]
    cases: int
    drawn: int

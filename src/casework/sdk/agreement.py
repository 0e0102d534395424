"""How often people agreed with the machine where they looked, with an interval for it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from casework.store.verdicts import standing
from casework.types.verdict import Verdict

_Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cells that people decided on and that bore a machine's value: `agreed` of `decided`, with the
    bounds of a 95 % interval (None for none decided)."""

    agreed: int
    decided: int
    low: float | None
    high: float | None


def agreement(agreed: int, decided: int) -> Agreement:
    """The agreement of so many of so many."""
    if not decided:
        return Agreement(0, 0, None, None)
    low, high = wilson(agreed, decided)
    return Agreement(agreed, decided, low, high)


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share, within 0 and 1 also for few trials and shares near them.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927); recommended for small samples by
    Brown, Cai and DasGupta, Interval estimation for a binomial proportion, Statistical Science 16
    (2001).
    """
    share, square = hits / trials, _Z95 * _Z95
    middle = share + square / (2 * trials)
    spread = _Z95 * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def in_force(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The decision that stands over each cell, of verdicts oldest first."""
    by_cell: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        by_cell.setdefault((verdict.case_id, verdict.step_id), []).append(verdict)
    found = []
    for told in by_cell.values():
        place = standing((verdict.kind, at) for at, verdict in enumerate(told))
        if place is not None:
            found.append(told[place])
    return found

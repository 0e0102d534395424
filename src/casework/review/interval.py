"""How far a share that was counted may be from the true one. Not valid at every look: for pictures
and remarks, never for a promise."""

from __future__ import annotations

import math

Z_90 = 1.6449
"""The normal quantile of an interval that holds nine times of ten."""


def wilson(right: float, of: float, z: float = Z_90) -> tuple[float, float]:
    """The interval of a share: `right` of `of`, neither needs to be whole (Wilson, Probable
    inference, the law of succession, and statistical inference, 1927). All of it when `of` is 0."""
    if of <= 0:
        return 0.0, 1.0
    share = min(1.0, max(0.0, right / of))
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    middle, size = share + z * z / (2 * of), 1 + z * z / of
    return max(0.0, (middle - spread) / size), min(1.0, (middle + spread) / size)

"""How far a share that was counted may be from the true one. Not valid at every look: for pictures
and remarks, never for a promise."""

from __future__ import annotations

import math

Z_90 = 1.6449
"""The normal quantile of an interval that holds nine times of ten."""
Z_95 = 1.959963984540054
"""That of one that holds nineteen times of twenty."""


def wilson(right: float, of: float, z: float = Z_90) -> tuple[float, float]:
    """The interval of a share: `right` of `of`, neither needs to be whole. Within 0 and 1; all
    of it when `of` is 0.

    Source: Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
    (1927); recommended for small samples by Brown, Cai and DasGupta, Interval estimation for a
    binomial proportion, Statistical Science 16 (2001).
    """
    if of <= 0:
        return 0.0, 1.0
    share = min(1.0, max(0.0, right / of))
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    middle, size = share + z * z / (2 * of), 1 + z * z / of
    return max(0.0, (middle - spread) / size), min(1.0, (middle + spread) / size)

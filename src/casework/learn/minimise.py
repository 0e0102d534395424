"""Minimises a smooth convex function: L-BFGS (Nocedal and Wright, Numerical Optimization, 7.4).

Knows nothing of what is minimised. Enough for some thousand weights without a library for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Function = Callable[[Floats], tuple[float, Floats]]
"""A point → the value there and its gradient."""

_REMEMBERED = 8
_HALVINGS = 20
_DECREASE = 1e-4
"""Armijo's condition: the share of the expected decrease that is enough."""
_CURVED = 1e-10


def minimise(function: Function, start: Floats, *, steps: int, tolerance: float = 1e-5) -> Floats:
    """The point after so many steps, or when a step gains less than `tolerance` of the value."""
    at = start
    value, gradient = function(at)
    memory: deque[tuple[Floats, Floats]] = deque(maxlen=_REMEMBERED)
    for _ in range(steps):
        direction = _direction(gradient, memory)
        slope = float(gradient @ direction)
        length = 1.0
        for _ in range(_HALVINGS):
            further = at + length * direction
            there, turned = function(further)
            if there <= value + _DECREASE * length * slope:
                break
            length /= 2
        else:
            return at
        moved, changed = further - at, turned - gradient
        if moved @ changed > _CURVED:
            memory.append((moved, changed))
        gained = value - there
        at, value, gradient = further, there, turned
        if gained < tolerance * max(1.0, abs(value)):
            break
    return at


def _direction(gradient: Floats, memory: deque[tuple[Floats, Floats]]) -> Floats:
    """Downhill, bent by the curvature that the last steps met."""
    ahead = gradient.copy()
    shares: list[float] = []
    for moved, changed in reversed(memory):
        share = float(moved @ ahead) / float(changed @ moved)
        shares.append(share)
        ahead -= share * changed
    if memory:
        moved, changed = memory[-1]
        ahead *= float(moved @ changed) / float(changed @ changed)
    else:
        ahead /= max(1.0, float(np.abs(gradient).sum()))
    for (moved, changed), share in zip(memory, reversed(shares), strict=True):
        ahead += moved * (share - float(changed @ ahead) / float(changed @ moved))
    result: Floats = -ahead
    return result

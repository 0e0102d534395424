"""How much a scanned page is askew, by the sharpness of its rows of ink.

The sum of squared row profiles is largest along the lines of text (Postl, "Detection of linear
oblique structures and skew scan in digitized documents", ICPR 1986). Small angles only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH_PX: Final = 900
_STEEPEST: Final = 0.12  # about seven degrees
_COARSE: Final = 0.004
_FINE: Final = 0.0005
_INK: Final = 0.7  # of the brightness of the paper
_MOST_POINTS: Final = 120_000
_GAIN: Final = 1.03  # over the page as it is, for the slope to count


def slope_of(grey: Image) -> float:
    """The height that a line of text gains over its width: 0.02 falls to the right by about one
    degree. 0 when nothing tells."""
    import numpy as np

    share = min(1.0, _WIDTH_PX / max(grey.size))
    small = grey.resize((max(1, round(grey.width * share)), max(1, round(grey.height * share))))
    pixels = np.asarray(small)
    y, x = np.nonzero(pixels < _INK * np.percentile(pixels, 90))
    if len(x) < 100:
        return 0.0
    if len(x) > _MOST_POINTS:
        step = len(x) // _MOST_POINTS + 1
        y, x = y[::step], x[::step]
    middle = x - small.width / 2
    margin = small.width

    def sharpness(slope: float) -> float:
        rows = np.bincount((y - slope * middle + margin).astype(np.int64)).astype(np.float64)
        return float((rows * rows).sum())

    coarse = np.arange(-_STEEPEST, _STEEPEST + _COARSE / 2, _COARSE)
    best = float(max(coarse, key=sharpness))
    fine = np.arange(best - _COARSE, best + _COARSE, _FINE)
    best = float(max(fine, key=sharpness))
    return best if sharpness(best) > _GAIN * sharpness(0.0) else 0.0

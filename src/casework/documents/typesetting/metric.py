"""How wide text is, so that typeset pages come out the same everywhere.

Widths are those of Helvetica (Adobe font metrics, in thousandths of the size), which every PDF
library has built in; letters outside ASCII take the width of their base letter.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 "
    "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_ORDINARY = 556
_WIDE = 1000


class _Widths(dict[str, int]):
    """Widths by letter; unknown letters are looked up once."""

    def __missing__(self, letter: str) -> int:
        base = unicodedata.normalize("NFKD", letter)[0]
        if unicodedata.east_asian_width(letter) in "WF":
            width = _WIDE
        elif unicodedata.combining(letter):
            width = 0
        else:
            width = self.get(base, _ORDINARY)
        self[letter] = width
        return width


@lru_cache(maxsize=1)
def _widths() -> _Widths:
    return _Widths(zip(map(chr, range(32, 127)), map(int, _ASCII.split()), strict=True))


@lru_cache(maxsize=50_000)
def width_pt(word: str, size_pt: float) -> float:
    """The width of this text at this size."""
    return sum(map(_widths().__getitem__, word)) * size_pt / 1000

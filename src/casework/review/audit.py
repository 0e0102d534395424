"""Which cases are drawn into the audit stream: by chance alone, never by what they are.

Every case has one number between 0 and 1 for ever, from a keyed hash of its id. A draw sets a
level, the same for all cases that may be drawn then, and takes those below it: the level is how
likely each of them was to be drawn. It is `trust.drawn`, and higher as long as a certificate
lacks documents. It moves with what was checked so far and never looks at a case, so the bets on
documents (`bound`) need no weights: a stake of the same size on each is fair. Shares of all cases
are weighted by it, for cases of a time of high levels are more of the stream than of the work.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.review.bound import Audited, Checked, Promise, certify

_DRAW, _TWICE = "drawn", "read by two"
_BITS = 64
_MOST = 1 << 14
"""Documents beyond which nobody carries a promise on."""
_WITH_ERRORS = 2
"""Of the documents that a certificate takes without an error, so many times as many are drawn at
once: at 1 to 2 % of errors it is reached with these."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Cases that are drawn, with how likely each was to be; those among `twice` are read by two."""

    case_ids: tuple[str, ...]
    probability: float
    twice: frozenset[str]


def draw(
    salt: str, case_ids: Iterable[str], *, missing: int, share: float, twice_share: float
) -> Draw:
    """Draw among cases that may be drawn. `missing` documents more are needed for a certificate
    than are in the stream; 0 lets each be drawn with the chance `share`."""
    numbers = {id: number_of(salt, id) for id in case_ids}
    level = max(share, _level(sorted(numbers.values()), missing))
    drawn = tuple(sorted((id for id in numbers if numbers[id] < level), key=numbers.__getitem__))
    twice = frozenset(id for id in drawn if number_of(salt, id, _TWICE) < twice_share)
    return Draw(drawn, min(1.0, level), twice)


def number_of(salt: str, case_id: str, use: str = _DRAW) -> float:
    """The number of a case, between 0 and 1: as good as random, and always the same."""
    told = hmac.new(salt.encode(), f"{use}:{case_id}".encode(), hashlib.sha256).digest()
    return int.from_bytes(told[: _BITS // 8], "big") / (1 << _BITS)


def without_errors(promise: Promise) -> int:
    """How many documents a certificate takes when none has an error."""
    clean = Audited((Checked(1.0, wrong=False),))
    low, high = 1, 1
    while high < _MOST and not _holds(clean, high, promise):
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _holds(clean, middle, promise) else (middle + 1, high)
    return low


def wanted(promise: Promise) -> int:
    """How many documents are drawn before the share alone decides."""
    return _WITH_ERRORS * without_errors(promise)


def _holds(clean: Audited, count: int, promise: Promise) -> bool:
    return certify([clean] * count, [0.0], promise).threshold is not None


def _level(numbers: Sequence[float], missing: int) -> float:
    """The level that takes so many of these cases, all of them if there are not more."""
    if missing <= 0:
        return 0.0
    return numbers[missing] if missing < len(numbers) else 1.0

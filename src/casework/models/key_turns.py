"""Several keys of one provider, used in turn; a key that is refused or used up rests for a while.

Keeps keys in memory only, and knows them afterwards by their digest.
"""

from __future__ import annotations

from casework.base.clock import Clock, SystemClock
from casework.base.errors import ModelAuthError, ModelError, RateLimitedError
from casework.base.hashing import sha256_text

_REFUSED_S = 300.0
"""How long a refused key rests: it may be given its rights, but not by itself."""
_SPENT_S = 900.0
"""How long a key without credit rests."""
_LEAST_S = 1.0


class KeyTurns:
    """Whose turn it is among the keys of each provider."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._next: dict[str, int] = {}
        self._resting: dict[str, float] = {}

    def take(self, provider: str, keys: tuple[str, ...]) -> str:
        """The next key that does not rest; when all do, the one that is ready first. '' when there
        is none."""
        if len(keys) < 2:
            return keys[0] if keys else ""
        at = self._next.get(provider, 0)
        self._next[provider] = at + 1
        order = [keys[(at + step) % len(keys)] for step in range(len(keys))]
        return min(order, key=self._rests_s)

    def awake(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The keys that do not rest."""
        return tuple(key for key in keys if not self._rests_s(key))

    def rest(self, key: str, error: ModelError) -> None:
        """Let a key rest after an error: as long as it was asked to wait, or as its kind says."""
        wait_s = error.retry_after_s
        if isinstance(error, RateLimitedError):
            seconds = max(_LEAST_S, wait_s or _LEAST_S)
        else:
            seconds = _SPENT_S if error.code == "model.no_credit" else _REFUSED_S
        self._resting[sha256_text(key)] = self._clock.monotonic_s() + seconds

    def _rests_s(self, key: str) -> float:
        if not self._resting:
            return 0.0
        until = self._resting.get(sha256_text(key), 0.0)
        return max(0.0, until - self._clock.monotonic_s())


def is_the_keys_fault(error: ModelError) -> bool:
    """Whether another key may help."""
    return isinstance(error, ModelAuthError | RateLimitedError)

"""How often somebody may try to sign in: per account and per address, the longer the more often it
went wrong. Kept in memory, so a restart begins anew; the cost of a hash remains."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass

FREE = {"both": 5, "address": 20, "account": 40}
"""Tries that go wrong before one has to wait, by the beginning of the key: of one account from one
address, of one address, and of one account from wherever (more, or anybody could lock it)."""
_FIRST_S = 5.0
_MOST_S = 900.0
_FORGOTTEN = dt.timedelta(hours=1)
_KEPT = 10_000


@dataclass(slots=True)
class _Tried:
    wrong: int
    last: dt.datetime


class Tries:
    """What went wrong lately, by keys such as `account:ada` and `address:10.0.0.7` (see `FREE`)."""

    def __init__(self) -> None:
        self._tried: OrderedDict[str, _Tried] = OrderedDict()

    def wait_s(self, keys: tuple[str, ...], now: dt.datetime) -> float:
        """How long to wait before the next try; 0 for not at all."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def wrong(self, keys: tuple[str, ...], now: dt.datetime) -> None:
        """Note a try that went wrong."""
        for key in keys:
            tried = self._tried.pop(key, None)
            if tried is None or now - tried.last > _FORGOTTEN:
                tried = _Tried(0, now)
            tried.wrong, tried.last = tried.wrong + 1, now
            self._tried[key] = tried
        while len(self._tried) > _KEPT:
            self._tried.popitem(last=False)

    def right(self, keys: tuple[str, ...]) -> None:
        """Forget what went wrong."""
        for key in keys:
            self._tried.pop(key, None)

    def _wait(self, key: str, now: dt.datetime) -> float:
        tried = self._tried.get(key)
        free = FREE[key.partition(":")[0]]
        if tried is None or tried.wrong < free:
            return 0.0
        whole = min(_MOST_S, _FIRST_S * 2.0 ** min(tried.wrong - free, 20))
        return max(0.0, whole - (now - tried.last).total_seconds())

"""What time it is; replaceable, so that nobody has to wait in a test."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.base.errors import SettingsError

_TO_MILLISECONDS = len("2026-01-02T03:04:05.678")


class Clock(Protocol):
    """Gives the present moment in UTC, and seconds that never run backwards."""

    def now(self) -> dt.datetime: ...

    def monotonic_s(self) -> float: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()


@dataclass
class FrozenClock:
    """A clock that moves only when told to."""

    at: dt.datetime = field(default_factory=lambda: dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
    passed_s: float = 0.0

    def now(self) -> dt.datetime:
        return self.at + dt.timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.passed_s += seconds


def stamp(moment: dt.datetime) -> str:
    """The moment as ISO 8601 in UTC with milliseconds: sorts as text."""
    if moment.tzinfo is not dt.UTC:
        moment = moment.astimezone(dt.UTC)
    return f"{moment.isoformat(timespec='milliseconds')[:_TO_MILLISECONDS]}Z"


def moment(text: str) -> dt.datetime:
    """The inverse of `stamp`."""
    return dt.datetime.fromisoformat(text)


def zone(name: str) -> dt.tzinfo:
    """The IANA time zone of this name; raises `SettingsError` when there is none."""
    if name == "UTC":
        return dt.UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(
            f"There is no time zone {name!r}.", fix="Use an IANA name such as Europe/Berlin."
        ) from error

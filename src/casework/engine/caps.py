"""Whether something passes a cap, and how that is said. Counts and stores nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casework.base.clock import moment, stamp, zone
from casework.types.spending import Cap, CapScope, Spent

Unit = Literal["usd", "tokens", "calls", "price"]
"""`price`: a cap of money for a model of which nobody knows the price."""

ALL_MODELS = "budget.models"
"""The setting that holds caps of single models, all units in one."""
_SUFFIX: Mapping[Unit, str] = {"usd": "", "tokens": "_tokens", "calls": "_calls", "price": ""}
_WHOSE: Mapping[CapScope, str] = {
    "cell": "This cell has",
    "case": "This case has",
    "worksheet": "This worksheet has",
    "day": "Today's calls have",
    "model": "Today's calls of {model} have",
}
_A_DAY = ("day", "model")
_QUARTER_MINUTES = 15
QUARTER_S = 60 * _QUARTER_MINUTES
_TO_MINUTES = len("2026-01-02T03:15")
_CENT = 0.1


@dataclass(frozen=True, slots=True)
class Over:
    """A cap that would be passed: how much of it is used, and how much more is wanted. `base` is
    the setting of its money."""

    scope: CapScope
    unit: Unit
    model: str
    base: str
    limit: float
    used: float
    wanted: float

    @property
    def setting(self) -> str:
        """The setting that raises it."""
        return self.base + (_SUFFIX[self.unit] if self.base != ALL_MODELS else "")

    def words(self) -> str:
        """What is used, of which cap, and what the next call needs."""
        if self.unit == "price":
            return (
                f"The price of {self.model} is not known, so {self.setting}, which is in US "
                "dollars, cannot be kept."
            )
        whose = _WHOSE[self.scope].format(model=self.model)
        told = f"{whose} used {self._amount(self.used)} of the {self._amount(self.limit)} that "
        told += f"{self.setting} allows"
        if self.used >= self.limit:
            return f"{told}."
        return f"{told}, and the next call needs about {self._amount(self.wanted)}."

    def fix(self, time_zone: str) -> str:
        """What to do about it."""
        if self.unit == "price":
            if self.base == ALL_MODELS:
                return f"Give it tokens or calls in {ALL_MODELS}."
            return f"Set {self.base}_tokens or {self.base}_calls beside it."
        later = f"It goes on with the first run of tomorrow ({time_zone}), or r"
        return f"{later if self.scope in _A_DAY else 'R'}aise {self.setting} and run again."

    def of_plan(self, time_zone: str) -> str:
        """The same before a run of which this is only expected."""
        if self.unit == "price":
            return f"{self.words()} {self.fix(time_zone)}"
        left = max(0.0, self.limit - self.used)
        until = "until tomorrow" if self.scope in _A_DAY else f"until {self.setting} is raised"
        return (
            f"{self.setting} allows {self._amount(self.limit)}"
            f"{f' of {self.model}' if self.scope == 'model' else ''}, of which "
            f"{self._amount(left)} is left; about {self._amount(self.wanted)} is expected, so some "
            f"of it will wait {until}."
        )

    def _amount(self, number: float) -> str:
        if self.unit != "usd":
            whole = round(number)
            return f"{whole:,} {self.unit if whole != 1 else self.unit.removesuffix('s')}"
        return f"${number:,.2f}" if number >= _CENT or number == 0 else f"${number:.4f}"


def passed(
    scope: CapScope, model: str, cap: Cap, used: Spent, wanted: Spent, *, priced: bool
) -> Over | None:
    """The limit that is passed when so much more is used; None when it fits.

    Where a cap has other units too, a model without a known price is held to these.
    """
    asked: tuple[tuple[Unit, float, float, float], ...] = (
        ("usd", cap.usd if priced else 0.0, used.cost_usd, wanted.cost_usd),
        ("tokens", cap.tokens, used.tokens, wanted.tokens),
        ("calls", cap.calls, used.calls, wanted.calls),
    )
    base = cap.setting or f"budget.{scope}"
    for unit, limit, have, more in asked:
        if limit and have + more > limit:
            return Over(scope, unit, model, base, limit, have, more)
    if cap.usd and not priced and not (cap.tokens or cap.calls):
        return Over(scope, "price", model, base, cap.usd, used.cost_usd, 0.0)
    return None


def start_of_day(now: dt.datetime, time_zone: str) -> str:
    """When the day of this moment began in a time zone, as a UTC stamp."""
    local = now.astimezone(zone(time_zone))
    return stamp(local.replace(hour=0, minute=0, second=0, microsecond=0))


def quarter(at: str) -> str:
    """The quarter of an hour of a stamp, as `2026-01-02T03:15`."""
    told = moment(at)
    minute = told.minute - told.minute % _QUARTER_MINUTES
    return stamp(told.replace(minute=minute))[:_TO_MINUTES]

"""The dossier of a worksheet: one page of HTML that stands alone, made from what is on record.

Every text is escaped, and the page forbids itself scripts and anything from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.clock import moment
from casework.sdk.action import action
from casework.sdk.dossier_counts import STANDINGS
from casework.sdk.dossier_facts import Facts, gather, shares
from casework.sdk.following import Following
from casework.sdk.times import seconds
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.run import RunRecord

if TYPE_CHECKING:
    from jinja2 import Environment

_KIB = 1024
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_SMALL_USD = 0.1
_SHORT = 12


class Dossier:
    """What one worksheet rests on, for whoever must judge it."""

    def __init__(self, house: House, sheet: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._sheet = sheet
        self._following = following

    @action("read")
    async def facts(self) -> Facts:
        """What the page is made of; raises `RightsError` for a person from whom some of it is
        hidden."""
        rights = self._house.rights
        told = f"The dossier of {self._sheet.name}"
        await rights.check_all(self._house.store, self._sheet.id, told)
        return await gather(self._house, self._sheet, self._following)

    @action("read")
    async def html(self) -> str:
        """The page."""
        return render(await self.facts())

    @action("read")
    async def write(self, path: str | Path) -> Path:
        """Write the page to a file, all of it or nothing."""
        target, text = Path(path), await self.html()
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        try:
            part.write_text(text, "utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target


def render(facts: Facts) -> str:
    """The page of these facts."""
    return (
        _environment()
        .get_template("dossier.html")
        .render(facts=facts, shares=shares, standings=STANDINGS, took=_took)
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    return made


def _template(name: str) -> str:
    return (files("casework.sdk") / "templates" / name).read_text("utf-8")


def _took(run: RunRecord) -> float | None:
    """How long a run went on, in seconds; None while it has not ended."""
    return seconds(run.started_at, run.ended_at) if run.ended_at else None


def _day(at: str) -> str:
    """A stamp as day and minute, in UTC."""
    return f"{moment(at):%Y-%m-%d %H:%M}" if at else "–"


def _number(value: int) -> str:
    return f"{value:,}"


def _money(cost_usd: float) -> str:
    few = cost_usd and cost_usd < _SMALL_USD
    return f"${cost_usd:.4f}" if few else f"${cost_usd:,.2f}"


def _bytes(size: int) -> str:
    if size < _KIB:
        return f"{size} B"
    if size < _KIB * _KIB:
        return f"{size / _KIB:.1f} KiB"
    return f"{size / _KIB / _KIB:.1f} MiB"


def _span(seconds: float | None) -> str:
    """A time as people say it; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    if seconds < _DAY_S:
        return f"{seconds / _HOUR_S:.1f} h"
    return f"{seconds / _DAY_S:.1f} days"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _words(word: str) -> str:
    return word.replace("_", " ")


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _short(mark: str) -> str:
    return mark[:_SHORT]


_FILTERS: Mapping[str, Callable[..., str]] = {
    "day": _day,
    "number": _number,
    "money": _money,
    "bytes": _bytes,
    "span": _span,
    "share": _share,
    "words": _words,
    "plural": _plural,
    "short": _short,
}

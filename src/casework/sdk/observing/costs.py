"""What was spent, on what, and which caps stand in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from casework.base.clock import zone
from casework.engine.caps import quarter
from casework.sdk.action import action
from casework.sdk.caps import caps_of
from casework.sdk.following import Following
from casework.sdk.observing.calls import step_names
from casework.sdk.observing.views import CapView, CostOf, Costs
from casework.sdk.today import midnight
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.store.spending import SpentIn
from casework.types.spending import NOTHING_SPENT, Spent

_DAYS = 30


class Costing:
    """The costs of one worksheet, or with none of the whole workspace."""

    def __init__(
        self, house: House, record: WorksheetRecord | None, following: Following | None
    ) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def costs(self) -> Costs:
        """What it used so far."""
        store, sheet = self._house.store, self._record.id if self._record else ""
        rows = await store.spending.by_quarter(sheet)
        today = [row for row in rows if row.quarter >= self._since()]
        paused = await store.finding.paused(sheet)
        steps: list[CostOf] = []
        if self._following is not None:
            name_of = step_names((await self._following.now()).procedure)
            told = await store.spending.by_step(sheet)
            steps = [CostOf(name_of(id), used, id) for id, used in told.items() if used.calls]
        return Costs(
            _sum(rows),
            _sum(today),
            self._days(rows),
            _dearest(_by(rows, lambda row: row.model)),
            _dearest(steps),
            await self._caps(_sum(rows), today),
            sum(count for _, count in paused),
            tuple(paused),
        )

    async def _caps(self, whole: Spent, today: list[SpentIn]) -> tuple[CapView, ...]:
        caps = caps_of(self._house.settings)
        found = []
        if caps.day.set:
            rows = await self._house.store.spending.by_quarter("", since=self._since())
            found.append(CapView("day", caps.day.setting, caps.day, _sum(rows), "today, all work"))
        if caps.worksheet.set and self._record is not None:
            found.append(
                CapView("worksheet", caps.worksheet.setting, caps.worksheet, whole, "ever")
            )
        for scope, words in (("case", "for each case"), ("cell", "for each cell")):
            cap = caps.case if scope == "case" else caps.cell
            if cap.set:
                found.append(CapView(scope, cap.setting, cap, NOTHING_SPENT, words))
        for one in _by(today, lambda row: row.model):
            cap = caps.of("model", one.name)
            if cap.set:
                found.append(CapView("model", cap.setting, cap, one.used, f"{one.name}, today"))
        return tuple(found)

    def _since(self) -> str:
        """The quarter of an hour in which today began where the workspace is."""
        return quarter(midnight(self._house))

    def _days(self, rows: Iterable[SpentIn]) -> tuple[CostOf, ...]:
        local = zone(self._house.settings.text("workspace.time_zone"))

        def day(row: SpentIn) -> str:
            at = dt.datetime.fromisoformat(row.quarter).replace(tzinfo=dt.UTC)
            return at.astimezone(local).date().isoformat()

        return tuple(sorted(_by(rows, day), key=lambda one: one.name))[-_DAYS:]


def _by(rows: Iterable[SpentIn], key: Callable[[SpentIn], str]) -> list[CostOf]:
    sums: dict[str, Spent] = {}
    for row in rows:
        name = key(row)
        sums[name] = sums.get(name, NOTHING_SPENT) + row.used
    return [CostOf(name, used) for name, used in sums.items()]


def _dearest(costs: Iterable[CostOf]) -> tuple[CostOf, ...]:
    return tuple(sorted(costs, key=lambda one: (-one.used.cost_usd, -one.used.calls, one.name)))


def _sum(rows: Iterable[SpentIn]) -> Spent:
    return sum((row.used for row in rows), NOTHING_SPENT)

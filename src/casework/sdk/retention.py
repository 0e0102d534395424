"""What is old enough to be forgotten: documents of cases that were decided long ago. Proposes it;
nothing is forgotten without somebody's word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.base.clock import moment
from casework.base.errors import UsageError
from casework.sdk.action import action
from casework.sdk.forgetting import Forgetter, ForgetView
from casework.sdk.wire import House


@dataclass(frozen=True, slots=True)
class DueDocument:
    """A document whose time is over: all its cases were decided before the last `days`."""

    sha256: str
    name: str
    worksheet: str
    case: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class DueView:
    """What is due: the first of the documents, longest decided first, and how many there are."""

    days: int
    documents: tuple[DueDocument, ...]
    total: int


class Retention:
    """What a workspace keeps, and for how long."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("manage", noted=False)
    async def due(self, limit: int = 200) -> DueView:
        """The documents that are due now; none while `retention.days` is 0."""
        days = self._house.settings.integer("retention.days")
        if not days:
            return DueView(0, (), 0)
        found = await self._found(days)
        return DueView(days, tuple(found[:limit]), len(found))

    @action("manage", noted=False)
    async def look(self) -> ForgetView:
        """What holds something of all that is due, and would go with it. Changes nothing."""
        return await Forgetter(self._house).look([one.sha256 for one in await self._all()])

    @action("manage")
    async def forget(self, expected: int) -> ForgetView:
        """Forget all that is due. `expected` is how many documents that were when somebody said
        so: others are not forgotten by it."""
        found = await self._all()
        if len(found) != expected:
            raise UsageError(
                f"{len(found)} documents are due by now, not {expected}.", fix="Look once more."
            )
        days = self._house.settings.integer("retention.days")
        note = f"kept for {days} days after their cases were decided"
        return await Forgetter(self._house).forget([one.sha256 for one in found], note=note)

    async def _all(self) -> list[DueDocument]:
        days = self._house.settings.integer("retention.days")
        found = await self._found(days) if days else []
        if not found:
            raise UsageError("Nothing is due.", fix="Set retention.days, or wait.")
        return found

    async def _found(self, days: int) -> list[DueDocument]:
        """What is due, longest decided first. A document that a younger or open case holds as well
        stays."""
        store = self._house.store
        before = self._house.clock.now() - dt.timedelta(days=days)
        due: dict[str, DueDocument] = {}
        kept: set[str] = set()
        for sheet in await store.worksheets.all():
            async for case in store.cases.stream(sheet.id):
                old = bool(case.decided_at) and moment(case.decided_at) < before
                for one in case.documents:
                    if not old:
                        kept.add(one.sha256)
                    elif one.sha256 not in due:
                        told = (one.sha256, one.name, sheet.name, case.name, case.decided_at)
                        due[one.sha256] = DueDocument(*told)
        left = [one for sha256, one in due.items() if sha256 not in kept]
        return sorted(left, key=lambda one: one.decided_at)

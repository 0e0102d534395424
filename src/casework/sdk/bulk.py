"""Accepting many cells at once. Such an acceptance is `adopted`: what stands is then in force by a
person's word, but it is no verdict on any single cell and no example to learn from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from casework.review.decide import Decision, decide
from casework.sdk.following import Following
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_step
from casework.sdk.show import row_views
from casework.sdk.summary import Gathering, Reason
from casework.sdk.times import note_times
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.case import CaseRecord, Cell
from casework.types.event import VerdictGiven
from casework.types.procedure import Procedure
from casework.types.verdict import Verdict


@dataclass(frozen=True, slots=True)
class BulkView:
    """What accepting many cells takes in, or took in: in groups by why a person should look."""

    groups: tuple[Reason, ...]
    done: bool

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return sum(group.count for group in self.groups)


class Bulk:
    """Many cells of one worksheet at once."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._following = following
        self._pages = Pages(house.store, record.id)

    async def accept(
        self,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        reason: str = "",
        note: str = "",
        who: str = "",
        dry: bool = False,
    ) -> BulkView:
        """Adopt what the machine found in every cell that a person should look at, of these cases
        and steps, and for a reason (`not found`, or any words of it); `dry` only tells which.

        Left out are failures, waits, and whatever is in conflict: these want a decision each.
        """
        procedure = (await self._following.now()).procedure
        chosen = {pick_step(procedure, name).id for name in steps}
        gathering = Gathering()
        async for case in self._pages.chosen(cases):
            cells = await self._house.store.cells.of_case(case.id)
            views = [
                view
                for view in row_views(procedure.steps, case, cells)
                if (not chosen or view.step_id in chosen) and _adoptable(view, reason)
            ]
            gathering.add_needs(views)
            if views and not dry:
                await self._adopt(procedure, case, cells, views, Decision("adopted", who, note))
        return BulkView(gathering.summary().needs, not dry)

    async def _adopt(
        self,
        procedure: Procedure,
        case: CaseRecord,
        cells: dict[str, Cell],
        views: Sequence[CellView],
        said: Decision,
    ) -> None:
        house, who = self._house, said.who or self._house.who()
        verdicts: list[Verdict] = []
        for view in views:
            decision = Decision("adopted", who, said.note, shown_because=view.needs)
            step = procedure.step(view.step_id)
            verdicts.append(decide(step, cells[view.step_id], decision, house.clock))
        await asyncio.gather(*(house.store.verdicts.add(verdict) for verdict in verdicts))
        for verdict in verdicts:
            house.bus.tell(VerdictGiven(case.worksheet_id, verdict))
        await note_times(house, procedure, case, await house.store.cells.of_case(case.id))


def _adoptable(view: CellView, reason: str) -> bool:
    """Whether a cell has something that can be taken as it is."""
    if not view.needs or view.conflict or view.verdict is not None:
        return False
    if view.state not in ("value", "absent") or view.absence == "conflict":
        return False
    return not reason or reason.strip().casefold() in view.needs.casefold()

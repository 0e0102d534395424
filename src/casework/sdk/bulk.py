"""Accepting many cells at once. Such an acceptance is `adopted`: what stands is then in force by a
person's word, but it is no verdict on any single cell and no example to learn from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from casework.review.acceptance import Acceptances
from casework.review.decide import Decision, Shown, decide
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.nested import CaseTree, columns_read, load_tree
from casework.sdk.pages import Pages
from casework.sdk.people.held import may_decide
from casework.sdk.pick import pick_path
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.show import row_views
from casework.sdk.summary import Gathering, Reason
from casework.sdk.times import note_times
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.event import VerdictGiven
from casework.types.nesting import placed_steps
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
        self._record = record
        self._following = following
        self._worksheet_id = record.id
        self._pages = Pages(house.store, record.id)

    @action("decide")
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
        """Adopt what the machine found in every cell that a person should look at, rows of tables
        among them, of these cases and steps (`Lines.Amount` for one of rows), and for a reason
        (`not found`, or any words of it); `dry` only tells which.

        Left out are failures, waits, whatever is in conflict, and the audit stream: these want a
        decision each; and steps that are locked for whoever asks.
        """
        house, procedure = self._house, (await self._following.now()).procedure
        passing = await acceptances_now(house, self._following)
        named = {pick_path(procedure, name) for name in steps}
        paths = named or {placed.path for placed in placed_steps(procedure.steps)}
        chosen = await may_decide(house, self._worksheet_id, procedure, paths)
        gathering = Gathering()
        async for case in self._pages.chosen(cases):
            tree = await load_tree(house, self._worksheet_id, procedure, case)
            found = [
                (
                    one,
                    [view for view in _views(one, chosen, house, passing) if _wanted(view, reason)],
                )
                for one in tree.every()
            ]
            gathering.add_needs(view for _, views in found for view in views)
            if dry or not any(views for _, views in found):
                continue
            said = Decision("adopted", who or house.who(), note)
            for one, views in found:
                await self._adopt(one, views, said)
            cells = await house.store.cells.of_case(case.id)
            await note_times(house, procedure, case, cells, passing)
        return BulkView(gathering.summary().needs, not dry)

    async def _adopt(self, tree: CaseTree, views: Sequence[CellView], said: Decision) -> None:
        """Adopt these cells of a case or of a row."""
        house = self._house
        verdicts: list[Verdict] = []
        for view in views:
            step = tree.procedure.step(view.step_id)
            decision = replace(said, shown=Shown(view.needs))
            verdicts.append(decide(step, tree.cells[view.step_id], decision, house.clock))
        await asyncio.gather(*(house.store.verdicts.add(verdict) for verdict in verdicts))
        for verdict in verdicts:
            house.bus.tell(VerdictGiven(tree.case.worksheet_id, verdict))


def _views(
    tree: CaseTree, chosen: Collection[str], house: House, acceptances: Acceptances
) -> list[CellView]:
    """The cells of a case or row, of the steps at these paths."""
    views = row_views(
        tree.procedure.steps,
        tree.case,
        tree.cells,
        beside=columns_read(tree),
        rights=house.rights,
        acceptances=acceptances,
    )
    return [view for view in views if f"{tree.path}{view.step_id}" in chosen]


def _wanted(view: CellView, reason: str) -> bool:
    """Whether a cell is adopted: it has something that can be taken as it is, and is not hidden
    from whoever adopts."""
    if not view.needs or view.conflict or view.verdict is not None or "audit" in view.flags:
        return False
    if view.state not in ("value", "absent") or view.absence == "conflict":
        return False
    return not reason or reason.strip().casefold() in view.needs.casefold()

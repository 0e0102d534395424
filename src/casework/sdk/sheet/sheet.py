"""The worksheet as a grid, for whichever door shows it: a window of rows at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from casework.base.errors import UsageError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.rows import at_work_on, looked_at_beside
from casework.sdk.sheet.grid import PATIENCE_S, Grid, grid_of, is_told
from casework.sdk.sheet.kept_rows import unpacked
from casework.sdk.sheet.queries import query_from, query_told
from casework.sdk.sheet.sums import heads_of, summed, summed_open, with_looks
from casework.sdk.sheet.views import (
    EVERYTHING,
    Neighbours,
    SavedView,
    SheetChanges,
    SheetQuery,
    SheetSummary,
    SheetWindow,
    StepHead,
)
from casework.sdk.show import AtWork
from casework.sdk.views import RowView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.procedure import Procedure

_NAMED = 2_000
"""Changed cases up to which they are named; with more the whole grid is to be read again."""


class Sheet:
    """The grid of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @property
    def _grid(self) -> Grid:
        return grid_of(self._house, self._record.id)

    @action("read")
    async def steps(self) -> Procedure:
        """The procedure whose steps are its columns."""
        return (await self._grid.ground(self._house, self._following)).procedure

    @action("read")
    async def window(
        self, query: SheetQuery = EVERYTHING, *, first: int = 0, count: int = 50
    ) -> SheetWindow:
        """So many rows of those that fit, from `first` (0-based) on."""
        seq = await self._house.store.cell_log.newest()
        order = await self._grid.order(self._house, self._following, query)
        start = max(0, first)
        numbers = order.numbers[start : start + max(0, count)]
        rows = await self._rows(await self._house.store.looks_found.ids(numbers))
        return SheetWindow(len(order.numbers), start, tuple(rows), seq, order.exact)

    @action("read")
    async def rows(self, case_ids: Sequence[str]) -> SheetWindow:
        """The rows of these cases, in the order given; what is not there is left out."""
        seq = await self._house.store.cell_log.newest()
        rows = await self._rows(case_ids)
        return SheetWindow(len(rows), 0, tuple(rows), seq)

    @action("read")
    async def asked_of(self, case_ids: Sequence[str]) -> dict[tuple[str, str], str]:
        """Who was asked to decide on cells of these cases, by case and step."""
        asked, wanted = await self._grid.asked_of(self._house), set(case_ids)
        return {place: one.whose for place, one in asked.items() if place[0] in wanted}

    @action("read")
    async def heads(self) -> tuple[StepHead, ...]:
        """The heads of its columns."""
        house, grid = self._house, self._grid
        exact = await grid.caught_up(house, self._following, PATIENCE_S)
        procedure = await self.steps()
        guarded = await grid.looks_of_guarded(house, self._following)
        if guarded is None:
            return heads_of(procedure, summed(await house.store.looks.sums(self._record.id)), exact)
        sheet = (await grid.index.state(house)).sheet
        told = summed_open(await house.store.looks_found.open_sums(sheet))
        return heads_of(procedure, with_looks(told, guarded), exact)

    @action("read")
    async def summary(self) -> SheetSummary:
        """The whole worksheet in a few figures."""
        heads = await self.heads()
        waiting, oldest = await self._waiting_told()
        tones = {tone: sum(head.tones[tone] for head in heads) for tone in heads[0].tones}
        costs = [head.cost_usd for head in heads if head.cost_usd is not None]
        return SheetSummary(
            tones, waiting, oldest, sum(costs) if costs else None, all(h.exact for h in heads)
        )

    @action("read")
    async def seq(self) -> int:
        """The number of the last change: from where `changes` goes on."""
        return await self._house.store.cell_log.newest()

    @action("read")
    async def changes(self, since: int) -> SheetChanges:
        """What changed after this moment (`SheetWindow.seq`), whichever process changed it."""
        log = self._house.store.cell_log
        newest = await log.newest()
        if newest <= since:
            return SheetChanges(newest)
        if not await log.reaches(since):
            return SheetChanges(newest, reload=True)
        changed = await log.cases(self._record.id, since, newest)
        if changed:
            await self._grid.caught_up(self._house, self._following)
        if len(changed) > _NAMED:
            return SheetChanges(newest, reload=True)
        ids = frozenset(one.id for one in changed)
        return SheetChanges(newest, ids, any(one.itself for one in changed))

    @action("read")
    async def neighbours(self, case_id: str, query: SheetQuery = EVERYTHING) -> Neighbours:
        """Where a case stands among those that fit."""
        found = self._house.store.looks_found
        numbers = (await self._grid.order(self._house, self._following, query)).numbers
        number = await found.number(case_id)
        if query.sort in ("", "arrived") and not query.descending:
            at = bisect_left(numbers, number)
            there = at < len(numbers) and numbers[at] == number
        else:
            there = number in numbers
            at = numbers.index(number) if there else 0
        if not there:
            return Neighbours(0, len(numbers))
        around = [numbers[one] if 0 <= one < len(numbers) else 0 for one in (at - 1, at + 1)]
        before, after = [(await found.ids([n]))[0] if n else "" for n in around]
        return Neighbours(at + 1, len(numbers), before, after)

    @action("read")
    async def ids(self, query: SheetQuery = EVERYTHING) -> list[str]:
        """The ids of all cases that fit, in order: what an action on the whole filter acts on."""
        order = await self._grid.order(self._house, self._following, query)
        return await self._house.store.looks_found.ids(order.numbers)

    @action("read")
    async def waiting_ids(self) -> list[str]:
        """The ids of the cases in which a cell, or a row of a table, needs a person, in the order
        in which they came. Cells that would only teach something need nobody."""
        house, grid = self._house, self._grid
        await grid.caught_up(house, self._following, PATIENCE_S)
        sheet = (await grid.index.state(house)).sheet
        numbers = await house.store.looks_found.waiting(sheet)
        told: Sequence[int] = numbers
        if (guarded := await grid.looks_of_guarded(house, self._following)) is not None:
            aside = {look.number for look in guarded}
            mine = [look.number for look in guarded if look.needs]
            told = sorted([*(n for n in numbers if n not in aside), *mine])
        return await house.store.looks_found.ids(told)

    @action("read")
    async def waiting_count(self) -> int:
        """How many cells need a person, those in tables too."""
        await self._grid.caught_up(self._house, self._following, PATIENCE_S)
        return (await self._waiting_told())[0]

    @action("read")
    async def told(self) -> bool:
        """Whether heads, filters and counts tell of every cell, as it is now."""
        state = await self._grid.index.state(self._house)
        return is_told(state, await self._house.store.cell_log.newest())

    @action("read")
    async def views(self, *, counted: bool = False) -> list[SavedView]:
        """The queries that were given names, by name; `counted` says how many cases fit each."""
        kept = await self._house.store.saved_views.of_worksheet(self._record.id)
        views = [
            SavedView(one.id, one.name, query_from(one.query), one.hidden, one.who) for one in kept
        ]
        if not counted:
            return views
        return [replace(one, cases=(await self.window(one.query, count=0)).total) for one in views]

    @action("decide")
    async def save_view(
        self, name: str, query: SheetQuery = EVERYTHING, hidden: Sequence[str] = ()
    ) -> SavedView:
        """Give a query a name, in the place of one that bears it; `hidden` steps are not shown."""
        words, who = " ".join(name.split()), self._house.who()
        if not words:
            raise UsageError("A view needs a name.", fix="Name it after what it shows.")
        told = query_told(query)
        id = await self._house.store.saved_views.keep(
            self._record.id, words, told, hidden=hidden, who=who
        )
        return SavedView(id, words, query, tuple(hidden), who)

    @action("decide")
    async def drop_view(self, id: str) -> None:
        """Forget a view."""
        await self._house.store.saved_views.drop(self._record.id, id)

    async def _waiting_told(self) -> tuple[int, str]:
        """How many cells need a person, and since when the first does."""
        house, grid = self._house, self._grid
        sheet = (await grid.index.state(house)).sheet
        guarded = await grid.looks_of_guarded(house, self._following)
        limited = guarded is not None
        needs, oldest = await house.store.looks_found.needs(sheet, open_only=limited)
        for look in guarded or ():
            needs += look.needs
            oldest = min(filter(None, (oldest, look.needs_since)), default="")
        return needs, oldest

    async def _rows(self, ids: Sequence[str]) -> list[RowView]:
        """The rows of these cases: as they are kept where nothing changed since, else looked at."""
        house, sheet = self._house, self._record.id
        ground = await self._grid.ground(house, self._following)
        cases = [case async for case in house.store.cases.stream(sheet, list(ids))]
        kept = await self._grid.kept(house, ground, ids)
        at_work = await at_work_on(house, sheet, list(ids))
        steps, now = ground.procedure.steps, house.clock.now()
        rows: dict[str, RowView] = {}
        for case in cases:
            if text := kept.get(case.id):
                row = unpacked(text, case, steps, now)
                if row is not None and not _touched(row, at_work):
                    rows[case.id] = row
        rest = [case for case in cases if case.id not in rows]
        looked = await looked_at_beside(
            house, sheet, ground.procedure, rest, ground.standing, at_work
        )
        rows |= {row.case.id: row for row in looked}
        return [rows[id] for id in ids if id in rows]


def _touched(row: RowView, at_work: AtWork) -> bool:
    """Whether what a run does now may show in a row."""
    if at_work.running and any(view.state == "idle" for view in row.cells):
        return True
    return bool(at_work.cells) and any(case_id == row.case.id for case_id, _ in at_work.cells)

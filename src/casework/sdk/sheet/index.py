"""Keeps the index of looks of one worksheet up with its cells: a slice at a time, so that nobody
waits long; what was kept stands in the database for the next start and for other processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from casework.sdk.rows import looked_at_beside
from casework.sdk.sheet.ground import Ground
from casework.sdk.sheet.looks import case_look
from casework.sdk.show import NOTHING_AT_WORK
from casework.sdk.wire import House
from casework.store.looks import CaseLook, IndexState

Step = Literal["done", "more", "other"]
"""Nothing is left to do; there is more; another process does it just now."""
_AT_ONCE = 8
"""Cases that are looked at before others get their turn: some 10 ms of work with 20 steps."""
_BUILT_AT_ONCE = 96
"""Cases that are written together while an index is made."""
_CHANGES_AT_ONCE = 400
"""Rows of the log that are taken up together."""
_UNWRITTEN = 20_000
"""So many changes of other worksheets may pass before it is written that they were seen."""


class LookIndex:
    """The index of one worksheet."""

    def __init__(self, worksheet_id: str) -> None:
        self._worksheet_id = worksheet_id
        self._turn = asyncio.Lock()
        self._seen = 0
        """Up to which change nothing came for this worksheet after what is written."""

    async def state(self, house: House) -> IndexState:
        """How far it tells."""
        found = await house.store.looks.state(self._worksheet_id)
        return replace(found, seq=max(found.seq, self._seen)) if found.basis else found

    async def step(self, house: House, ground: Ground) -> Step:
        """Take up the next changes, or the next cases while it is being made."""
        async with self._turn:
            return await self._step(house, ground)

    async def catch_up(self, house: House, ground: Ground, patience_s: float) -> bool:
        """Go on until it tells all, or so long; whether it does."""
        until = time.monotonic() + patience_s
        while (told := await self.step(house, ground)) == "more":
            if time.monotonic() > until:
                return False
        return told == "done"

    async def _step(self, house: House, ground: Ground) -> Step:
        store = house.store
        written = await store.looks.state(self._worksheet_id)
        if not written.sheet:
            return "done"
        if written.kept_by_other(house.holder, house.clock.now()):
            return "other"
        newest = await store.cell_log.newest()
        if written.basis != ground.basis or not await store.cell_log.reaches(written.seq):
            fresh = IndexState(written.sheet, ground.basis, newest, 0, house.holder)
            await store.looks.begin(written, fresh, [one.id for one in ground.procedure.steps])
            self._seen = newest
            return "more"
        since = max(written.seq, self._seen)
        if since < newest:
            return await self._take_up(house, ground, written, (since, newest))
        return "done" if written.built else await self._build(house, ground, written)

    async def _take_up(
        self, house: House, ground: Ground, written: IndexState, changes: tuple[int, int]
    ) -> Step:
        """Look again at the cases in which something changed."""
        store, (since, newest) = house.store, changes
        to = await store.cell_log.through(since, _CHANGES_AT_ONCE)
        found = await store.cell_log.cases(self._worksheet_id, since, to)
        done = to >= newest and written.built
        if found or to - written.seq > _UNWRITTEN:
            numbers = {one.id: one.number for one in found}
            looks = await self._looks(house, ground, list(numbers.items()))
            gone = set(numbers.values()) - {look.number for look in looks}
            after = replace(written, seq=to, holder="" if done else house.holder)
            if not await store.looks.put(written, after, looks, sorted(gone)):
                return "more"
        self._seen = to
        return "done" if done else "more"

    async def _build(self, house: House, ground: Ground, written: IndexState) -> Step:
        """Look at the next cases for the first time."""
        store = house.store
        cases = await store.looks.next_cases(written.sheet, written.built_to, _BUILT_AT_ONCE)
        if not cases:
            after = replace(written.as_built(), holder="")
            await store.looks.put(written, after, ())
            return "more"
        looks = await self._looks(house, ground, cases)
        after = replace(written, built_to=cases[-1][1], holder=house.holder)
        await store.looks.put(written, after, looks)
        return "more"

    async def _looks(
        self, house: House, ground: Ground, cases: Sequence[tuple[str, int]]
    ) -> list[CaseLook]:
        """How these cases look to somebody who may read everything, whatever a run does now."""
        sheet, found = self._worksheet_id, []
        for start in range(0, len(cases), _AT_ONCE):
            numbers = dict(cases[start : start + _AT_ONCE])
            records = [one async for one in house.store.cases.stream(sheet, list(numbers))]
            rows = await looked_at_beside(
                house, sheet, ground.procedure, records, ground.standing, NOTHING_AT_WORK
            )
            found += [
                case_look(row, numbers[row.case.id], ground.types, ground.waits.of(row))
                for row in rows
            ]
            await asyncio.sleep(0)
        return found

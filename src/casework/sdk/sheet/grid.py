"""What all views of one worksheet share while it is open: the ground, the index of looks and who
keeps it up, the orders of queries. One for each worksheet of an open workspace.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.base.errors import CaseworkError
from casework.sdk.following import Following
from casework.sdk.rights import READS_EVERYTHING
from casework.sdk.sheet.ground import Ground, GroundKeeper
from casework.sdk.sheet.index import LookIndex
from casework.sdk.sheet.orders import Asking, Order, Orders, guarded_looks
from casework.sdk.sheet.views import SheetQuery
from casework.sdk.sheet.wanted import AtWorkNow, wanted_of
from casework.sdk.wire import House
from casework.store.looks import CaseLook, IndexState
from casework.types.assignment import Assignment

PATIENCE_S = 0.25
"""How long an answer waits for changes that are still to be taken up."""
FIRST_PATIENCE_S = 1.5
"""The same where no index was ever made: small worksheets are right at once."""
_SMALL = 1_000
"""Cases up to which the first patience is worth while."""
_BREATH = 0.5
"""After each slice in the background others have so much of its time to themselves."""
_GOING_ON = ("running",)
_NEAR = 1_000
"""Changes that are looked through to know what the index does not tell of yet."""


def grid_of(house: House, worksheet_id: str) -> Grid:
    """The grid of a worksheet, the same for everybody who looks at it."""
    found = house.grids.get(worksheet_id)
    if not isinstance(found, Grid):
        found = house.grids[worksheet_id] = Grid(worksheet_id)
    return found


class Grid:
    """What the views of one worksheet share."""

    def __init__(self, worksheet_id: str) -> None:
        self.worksheet_id = worksheet_id
        self._grounds = GroundKeeper(worksheet_id)
        self.index = LookIndex(worksheet_id)
        self._orders = Orders()
        self._task: asyncio.Task[None] | None = None
        self._counted: tuple[int, float, float, tuple[int, int]] | None = None
        self._asked: tuple[tuple[int, ...], Mapping[tuple[str, str], Assignment]] | None = None
        self.problem = ""
        """Why the index was not kept up last, in words; '' while it is."""

    async def ground(self, house: House, following: Following) -> Ground:
        """What decides how cells look."""
        return await self._grounds.now(house, following)

    async def caught_up(self, house: House, following: Following, patience_s: float = 0.0) -> bool:
        """Take up what changed, for so long at most; the rest goes on in the background. Whether
        the index tells all."""
        every = _of_everything(house)
        ground = await self.ground(every, following)
        done = False
        if patience_s:
            built = (await self.index.state(every)).built
            if not built and (await self.counts(every))[0] <= _SMALL:
                patience_s = FIRST_PATIENCE_S
            done = await self.index.catch_up(every, ground, patience_s)
        if not done and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._keep_up(every, following))
        return done

    async def brought_near(self, house: House, following: Following) -> bool:
        """The same for who waits for an answer: at once where little changed, else in the
        background alone."""
        every = _of_everything(house)
        state = await self.index.state(every)
        if state.built:
            near = await house.store.cell_log.newest() - state.seq <= _NEAR
        else:
            near = (await self.counts(every))[0] <= _SMALL
        return await self.caught_up(house, following, PATIENCE_S if near else 0.0)

    async def order(self, house: House, following: Following, query: SheetQuery) -> Order:
        """The cases of a query in order, as the person of this house may find them."""
        return await self._orders.of(await self.asking(house, following, query))

    async def asking(self, house: House, following: Following, query: SheetQuery) -> Asking:
        """What a query asks, made ready."""
        ground = await self.ground(house, following)
        wanted = wanted_of(query, ground.procedure, await self._at_work(house, query))
        limited = not house.rights.all and await house.store.readers.used()
        asking = Asking(
            house,
            self.worksheet_id,
            ground,
            wanted,
            await self.index.state(house),
            await house.store.cell_log.newest(),
            limited,
        )
        if asking.by_cases_alone:
            return asking
        await self.caught_up(house, following, PATIENCE_S)
        state, newest = await self.index.state(house), await house.store.cell_log.newest()
        return replace(asking, state=state, newest=newest)

    async def looks_of_guarded(self, house: House, following: Following) -> list[CaseLook] | None:
        """How the cases look that not everybody may read, to whoever asks; None for somebody from
        whom nothing is hidden."""
        asking = await self.asking(house, following, SheetQuery())
        return await guarded_looks(asking) if asking.limited else None

    async def kept(self, house: House, ground: Ground, ids: Sequence[str]) -> dict[str, str]:
        """The rows of these cases, packed, as far as they are kept and nothing changed since."""
        state, log = await self.index.state(house), house.store.cell_log
        newest = await log.newest()
        if state.basis != ground.basis or newest - state.seq > _NEAR:
            return {}
        found = await house.store.looks.views(ids, state.built_to)
        if state.seq < newest:
            for late in await log.cases(self.worksheet_id, state.seq, newest):
                found.pop(late.id, None)
        return found

    async def asked_of(self, house: House) -> Mapping[tuple[str, str], Assignment]:
        """Who was asked to decide, by case and step; of a cell that was decided since, perhaps
        still."""
        revision = await house.store.assignments.revision()
        if self._asked is None or self._asked[0] != revision:
            self._asked = revision, await house.store.assignments.open(self.worksheet_id)
        return self._asked[1]

    async def counts(self, house: House) -> tuple[int, int]:
        """How many cases and documents the worksheet has."""
        newest, now = await house.store.cell_log.newest(), time.monotonic()
        if self._counted is not None:
            seq, at, took_s, counts = self._counted
            came = not await house.store.cell_log.reaches(seq) or (
                await house.store.cell_log.cases_came(self.worksheet_id, seq)
            )
            if not came:
                self._counted = newest, at, took_s, counts
                return counts
            if now - at < took_s:
                return counts
        counts = await house.store.finding.counts(self.worksheet_id)
        done = time.monotonic()
        self._counted = newest, done, done - now, counts
        return counts

    async def close(self) -> None:
        """Stop keeping up; what was kept stays."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep_up(self, house: House, following: Following) -> None:
        try:
            told = "more"
            while told == "more":
                began = time.monotonic()
                told = await self.index.step(house, await self.ground(house, following))
                await asyncio.sleep((time.monotonic() - began) * _BREATH)
            self.problem = ""
        except CaseworkError as error:  # the next who asks begins again
            self.problem = error.message

    async def _at_work(self, house: House, query: SheetQuery) -> AtWorkNow:
        """What a run does now, where a query asks for it."""
        if not any(one.field == "state" for one in query.conditions):
            return AtWorkNow()
        latest = await house.store.runs.latest(self.worksheet_id, 1, asked=True)
        if not latest or latest[0].state not in _GOING_ON:
            return AtWorkNow()
        cases: dict[str, list[int]] = {}
        for case_id, step_id in await house.store.runs.at_work(latest[0].id):
            number = await house.store.looks_found.number(case_id)
            cases.setdefault(step_id, []).append(number)
        return AtWorkNow(True, cases)


def is_told(state: IndexState, newest: int) -> bool:
    """Whether an index tells all that there is to tell."""
    return state.built and state.seq >= newest


def _of_everything(house: House) -> House:
    """The house of whoever opened the workspace, from whom nothing is hidden: an index is kept for
    everybody."""
    return replace(house.base or house, rights=READS_EVERYTHING, person=None)

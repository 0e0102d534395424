"""One round of learning on a worksheet: what is due is fitted, one process at a time, and what
passed the gate is tried beside what is in force."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.errors import ConflictError
from casework.base.ids import uuid7
from casework.sdk.following import Following
from casework.sdk.learned.asking_again import AskingAgain
from casework.sdk.learned.examples import given_of
from casework.sdk.learned.fitting import Fitting
from casework.sdk.learned.offering import offer
from casework.sdk.learned.outgrown import outgrown
from casework.sdk.learned.relatives import relatives_of
from casework.sdk.learned.standing import (
    LEAST_FOR_SURENESS,
    StepLearning,
    standing_of_steps,
)
from casework.sdk.wire import House
from casework.types.learned import Version
from casework.types.procedure import Procedure

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_TURN_S = 60.0
"""A process that is learning and has not been heard for so long has gone."""
_BEAT_S = 15.0
_WAIT_S = 0.2
Told = Callable[[int, int, str], None]


class LearningRound:
    """One round; `on_progress` is told of pieces of work done, all of them, and what is at hand."""

    def __init__(
        self,
        house: House,
        record: WorksheetRecord,
        following: Following,
        on_progress: Told | None = None,
    ) -> None:
        self._house = house
        self._record = record
        self._following = following
        self._tell: Told = on_progress or (lambda done, total, name: None)
        self._holder = f"{house.holder}, {uuid7()}"
        self._mine = False

    async def run(
        self, procedure: Procedure, chosen: Collection[str], *, due_only: bool
    ) -> list[Version]:
        """Learn what is due, or all of the chosen paths (of all without any) that have examples
        enough; then offer what passed. With `due_only` nothing happens while another process is at
        it, else it is waited for, and what it made is not made again."""
        before = await self._house.store.learned.of_worksheet(self._record.id)
        made: list[Version] = []
        async with self._turn(wait=not due_only) as mine:
            tasks = await self._tasks(procedure, chosen, before, due_only) if mine else []
            if tasks:
                made = await self._fit(procedure, tasks)
        if mine:
            await offer(self._house, self._record, self._following)
        return [await self._house.store.learned.get(one.id) for one in made]

    async def _tasks(
        self,
        procedure: Procedure,
        chosen: Collection[str],
        before: Sequence[Version],
        due_only: bool,
    ) -> list[StepLearning]:
        given = await given_of(self._house, self._record.id, procedure)
        versions = await self._house.store.learned.of_worksheet(self._record.id)
        known = {one.id for one in before}
        unfit = await outgrown(self._house, self._record.id, procedure, versions)
        standing = standing_of_steps(self._house, procedure, given, versions, unfit)
        return [
            one
            for one in standing
            if (not chosen or one.path in chosen)
            and (one.due if due_only else one.enough)
            and (one.due or one.latest is None or one.latest.id in known)
        ]

    async def _fit(self, procedure: Procedure, tasks: Sequence[StepLearning]) -> list[Version]:
        house, id = self._house, self._record.id
        fields = [one for one in tasks if one.kind == "field"]
        group = await relatives_of(house, id, procedure, [g for one in tasks for g in one.newest])
        asked = AskingAgain(house, procedure, group)
        cases = len({g.case.id for one in fields for g in one.newest})
        total = cases + len(tasks)
        await asked.examples(fields, lambda done, _, name: self._tell(done, total, name))
        await asked.others(id, [one for one in fields if one.count >= LEAST_FOR_SURENESS])
        fitting, made = Fitting(house, id, procedure), []
        for done, task in enumerate(tasks):
            with suppress(ConflictError):  # somebody else has just made this number
                version = await fitting.fit(task, asked)
                made += [version] if version else []
            self._tell(cases + done + 1, total, task.step)
        return made

    @asynccontextmanager
    async def _turn(self, *, wait: bool) -> AsyncIterator[bool]:
        """Whether it is this round's turn; it stays so until the end."""
        beating = asyncio.create_task(self._beat())
        try:
            mine = await self._take()
            while wait and not mine:
                await asyncio.sleep(_WAIT_S)
                mine = await self._take()
            self._mine = mine
            yield mine
        finally:  # also where it was broken off while the turn was being taken
            beating.cancel()
            turns = self._house.store.learning_turns
            await asyncio.shield(turns.give_back(self._record.id, holder=self._holder))

    async def _take(self) -> bool:
        now = self._house.clock.now()
        until = stamp(now + dt.timedelta(seconds=_TURN_S))
        turns = self._house.store.learning_turns
        return await turns.take(self._record.id, holder=self._holder, now=stamp(now), until=until)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            if self._mine:
                await self._take()

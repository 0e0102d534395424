"""Runs one worksheet when something came for it, and tells which cases are answered and which wait.

While somebody else runs the worksheet it waits for its turn; what waits for a model or another
system is tried again by and by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from casework.base.errors import CaseworkError, LeaseHeldError
from casework.sdk.news import Teller
from casework.sdk.show import row_views
from casework.sdk.times import seconds
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.sdk.worksheet import Worksheet
from casework.types.case import CaseRecord
from casework.types.event import CaseWorked, Event

_TURN_S = 2.0
"""Between two looks whether the other run has ended."""
_AGAIN_S, _AGAIN_AT_MOST_S = 60.0, 600.0
"""Between two looks whether what waited can go on; each time twice as long, up to the second."""
_OTHERS = ("document", "model", "budget", "batch", "system")
_NAMED = 3


class FollowUp:
    """Follows one worksheet while folders are watched for it."""

    def __init__(self, house: House, sheet: Worksheet, teller: Teller) -> None:
        self._house = house
        self._sheet = sheet
        self._teller = teller
        self._woken = asyncio.Event()
        self._worked: asyncio.Queue[CaseRecord] = asyncio.Queue()
        self._arrived: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._problem = ""
        self._called_for = False
        self.answered = 0
        self.waiting: set[str] = set()

    def wake(self, cases: Mapping[str, str]) -> None:
        """Say that these cases (ids to names) got something."""
        self._arrived.update(cases)
        self._called_for = True
        self._woken.set()

    async def serve(self) -> None:
        """Run whenever something came, until cancelled. What an earlier process left undone is
        done first."""
        stop = self._house.bus.listen(self._heard, CaseWorked)
        teller = asyncio.create_task(self._tell_on())
        pause_s = _AGAIN_S
        try:
            if await self._has_work():
                self._woken.set()
            while True:
                if await self._called(pause_s):
                    pause_s = _AGAIN_S
                    await self._run()
                else:
                    pause_s = min(2 * pause_s, _AGAIN_AT_MOST_S)
                    if await self._has_work():
                        await self._run()
        finally:
            stop()
            teller.cancel()

    async def once(self) -> None:
        """Run once, if there is anything to run or to write down."""
        if not self._woken.is_set() and not await self._has_work():
            return
        stop = self._house.bus.listen(self._heard, CaseWorked)
        try:
            await self._run()
        finally:
            stop()
        while not self._worked.empty():
            await self._report(self._worked.get_nowait())

    async def _called(self, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True

    async def _has_work(self) -> bool:
        try:
            return (await self._sheet.plan()).count() > 0
        except CaseworkError as error:
            self._note_problem(str(error))
            return False

    async def _run(self) -> None:
        self._woken.clear()
        try:
            record = await self._sheet.run()
        except LeaseHeldError as error:
            told = f"{error.message} Files are added; the run follows when it has ended."
            self._note_problem(told)
            self._woken.set()
            await asyncio.sleep(_TURN_S)
            return
        except CaseworkError as error:
            self._note_problem(str(error))
            return
        self._problem = ""
        cells = sum(record.counts.values())
        if cells and not self._called_for:
            self._teller.tell("ran", self._sheet.name, f"{cells:,} cells that were left to do")
        self._called_for = False

    def _note_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._teller.tell("problem", self._sheet.name, problem)
        self._problem = problem

    def _heard(self, event: Event) -> None:
        if isinstance(event, CaseWorked) and event.case.id in self._arrived:
            self._worked.put_nowait(event.case)

    async def _tell_on(self) -> None:
        while True:
            await self._report(await self._worked.get())

    async def _report(self, case: CaseRecord) -> None:
        """Tell once what became of a case that got something."""
        procedure = await self._sheet.procedure()
        cells = await self._house.store.cells.of_case(case.id)
        rights = self._house.rights
        passing = await self._sheet.trust.passing()
        views = row_views(procedure.steps, case, cells, rights=rights, acceptances=passing)
        case = rights.case(case)
        waiting = [view for view in views if view.waiting_for in _OTHERS]
        if waiting:
            self.waiting.add(case.id)
            if self._is_new(case, words := _what_for(waiting)):
                self._teller.tell("waits", case.name, words, case_id=case.id)
        elif case.answered_at:
            self.waiting.discard(case.id)
            if self._is_new(case, words := _for_people(views)):
                self.answered += 1
                took_s = seconds(case.arrived_at, case.answered_at)
                self._teller.tell("answered", case.name, words, case_id=case.id, seconds=took_s)

    def _is_new(self, case: CaseRecord, words: str) -> bool:
        """Whether this was not said of the case yet, with the documents that it has."""
        said = f"{words} ({len(case.documents)})"
        known = self._told.get(case.id) == said
        self._told[case.id] = said
        return not known


def _for_people(views: tuple[CellView, ...]) -> str:
    """What is left for a person, in words."""
    names = [view.step_name for view in views if view.needs]
    if not names:
        return "nothing for a person to look at"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"for a person to look at: {', '.join(names[:_NAMED])}{more}"


def _what_for(waiting: list[CellView]) -> str:
    """What a case waits for: each reason once."""
    reasons = list(dict.fromkeys(view.reason for view in waiting))
    told = "; ".join(reason.removeprefix("waits ") for reason in reasons[:_NAMED])
    return f"{told} and more" if len(reasons) > _NAMED else told

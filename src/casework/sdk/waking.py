"""After a decision what rules say of it is worked out by itself: steps that ask no model and cost
nothing, in the cases that were decided on. What a model would have to be asked for waits for a run.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, LeaseHeldError, NotFoundError
from casework.engine.engine import Scope
from casework.review.queue import wants_person
from casework.sdk.following import Following
from casework.sdk.learned.trials import try_beside
from casework.sdk.promised.acceptances import acceptances_of
from casework.sdk.ready import make_ready
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.event import Event, VerdictGiven
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure
from casework.types.run import RunRecord

if TYPE_CHECKING:
    from casework.sdk.workspace import Workspace

WAIT_S = 0.3
"""So long others are waited for after a decision: who decides on many is not followed cell by cell.
"""
_BUSY_S = 1.0
"""After so long it is tried again where somebody else runs the worksheet."""
_AT_ONCE = 500
"""Cases of one run."""


@contextlib.asynccontextmanager
async def waking(workspace: Workspace) -> AsyncIterator[None]:
    """Meanwhile what rules say of a decision is worked out by itself (setting `run.wake`)."""
    waker = Waker(workspace._house, workspace._given)
    try:
        yield
    finally:
        await waker.close()


class Waker:
    """Listens to decisions until it is closed, and wakes what rests on them. It holds nothing that
    would be lost: a run does what was left. `given` are procedures that were made in Python, by
    worksheet."""

    def __init__(self, house: House, given: Mapping[str, Procedure]) -> None:
        self._house = house
        self._given = given
        self._cases: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._deaf = house.bus.listen(self._heard, VerdictGiven)

    async def close(self) -> None:
        """Listen no more, and stop."""
        self._deaf()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _heard(self, event: Event) -> None:
        if not isinstance(event, VerdictGiven) or not self._house.settings.value("run.wake"):
            return
        self._cases.add(event.verdict.case_id)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work(), name="waking")

    async def _work(self) -> None:
        while self._cases:
            await asyncio.sleep(WAIT_S)
            ids, self._cases = self._cases, set()
            busy = False
            for sheet, tops in (await self._by_sheet(ids)).items():
                try:
                    done = await self._wake(sheet, tops)
                except LeaseHeldError:
                    done = False
                except CaseworkError:
                    done = True  # a run of somebody's own tells what is wrong
                if not done:
                    busy = True
                    self._cases |= tops
            if busy:
                await asyncio.sleep(_BUSY_S)

    async def _by_sheet(self, ids: Collection[str]) -> dict[str, set[str]]:
        """The cases around these cases and rows, by worksheet."""
        found: dict[str, set[str]] = {}
        for top in await self._house.store.rows.tops(sorted(ids)):
            with contextlib.suppress(NotFoundError):  # a case that was forgotten meanwhile
                case = await self._house.store.cases.get(top)
                found.setdefault(case.worksheet_id, set()).add(top)
        return found

    async def _wake(self, worksheet_id: str, ids: set[str]) -> bool:
        """Whether it was done; False while something else is at it, or was wanted meanwhile."""
        if worksheet_id in self._house.trials:
            return False
        records = await self._house.store.worksheets.all()
        record = next((one for one in records if one.id == worksheet_id), None)
        if record is None:
            return True
        given = self._given.get(worksheet_id)
        following = Following(self._house, record.id, record.procedure_file, given)
        work = wake(self._house, record, following, sorted(ids)[:_AT_ONCE])
        self._cases |= set(sorted(ids)[_AT_ONCE:])
        done = await try_beside(self._house, worksheet_id, work)
        self._house.gave_way.discard(worksheet_id)
        return done


async def wake(
    house: House, record: WorksheetRecord, following: Following, case_ids: Collection[str]
) -> RunRecord | None:
    """Run the rules of the procedure in force over these cases (ids); None where nothing is to be
    done. Raises `LeaseHeldError` while somebody else runs the worksheet."""
    followed = await following.in_force()
    steps = placed_steps(followed.procedure.steps)
    rules = tuple(one.path for one in steps if one.step.by == "rule")
    if not rules or followed.pending:  # nothing was ever run
        return None
    engine, program = await make_ready(house, followed)
    scope = Scope(tuple(case_ids), rules)
    plan = await engine.plan(record.id, record.name, program, scope)
    if not plan.groups:
        return None
    acceptances = await acceptances_of(house, record.id, program)
    engine.ask(partial(wants_person, acceptances=acceptances))
    return await engine.run(record.id, program, scope, woken=True)

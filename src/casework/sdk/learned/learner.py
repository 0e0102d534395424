"""Learning by itself: a listener to verdicts that lets each worksheet catch up, in the background
and one round at a time. It holds no memory: what is due is counted anew each time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError
from casework.types.event import Event, RunEnded, VerdictGiven

if TYPE_CHECKING:  # nothing of it is needed before somebody decides
    from casework.sdk.learned.learning import Learning
    from casework.sdk.wire import House
    from casework.types.procedure import Procedure


class Learner:
    """Lets the worksheets of a workspace learn while it is open; `given` are procedures that were
    made in Python, by worksheet. After a verdict others are waited for: a person who goes on is not
    learned from at every cell, and a program that ends at once learns in its own time."""

    def __init__(self, house: House, given: dict[str, Procedure]) -> None:
        self._house = house
        self._given = given
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def heard(self, event: Event) -> None:
        """A person decided, or a run is over for which a try gave way: learn soon, where that is
        wished for."""
        id = self._called_for(event)
        if not id or not self._house.settings.value("learn.auto"):
            return
        if id in self._at_work:
            self._again.add(id)
            return
        self._at_work[id] = asyncio.get_running_loop().create_task(self._work(id))

    def _called_for(self, event: Event) -> str:
        """The worksheet on which there may be something to do; '' for none."""
        if isinstance(event, VerdictGiven):
            return event.worksheet_id
        if not isinstance(event, RunEnded) or event.run.state != "finished":
            return ""
        id = event.run.worksheet_id
        if id not in self._house.gave_way:
            return ""
        self._house.gave_way.discard(id)
        return id

    async def close(self) -> None:
        """Stop; what was fitted is kept, and the rest is due again."""
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, id: str) -> None:
        try:
            while True:
                self._again.discard(id)
                await asyncio.sleep(self._house.settings.number("learn.wait"))
                await self._catch_up(id)
                if id not in self._again:
                    return
        finally:
            self._at_work.pop(id, None)

    async def _catch_up(self, id: str) -> None:
        problems = self._house.learning_problems
        try:
            learning = await learning_of(self._house, id, self._given.get(id))
            if learning is not None:
                await learning.catch_up()
            problems.pop(id, None)
        except CaseworkError as error:
            problems[id] = str(error)
        except Exception as error:  # noqa: BLE001 - it is told where learning is shown
            problems[id] = f"{type(error).__name__}: {error}"


async def refit(house: House, worksheet_id: str, paths: Sequence[str]) -> None:
    """Learn these steps anew, as when what a version came from is gone."""
    learning = await learning_of(house, worksheet_id)
    if learning is not None and paths:
        await learning.fit(paths)


async def learning_of(
    house: House, worksheet_id: str, given: Procedure | None = None
) -> Learning | None:
    """The learning of a worksheet; None for the rows of a table, which do not learn."""
    from casework.sdk.following import Following
    from casework.sdk.learned.learning import Learning

    records = await house.store.worksheets.all()
    record = next((one for one in records if one.id == worksheet_id), None)
    if record is None:
        return None
    following = Following(house, record.id, record.procedure_file, given)
    return Learning(house, record, following)

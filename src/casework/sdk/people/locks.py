"""Locks of steps: who alone may change a step's words, or decide on its cells. `held` looks at them
wherever a procedure is written and a decision is kept."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.clock import stamp
from casework.base.errors import UsageError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.people.held import held_locks
from casework.sdk.pick import pick_path
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.account import GUARDED, Guarded, StepLock
from casework.types.nesting import DOT
from casework.types.person import ROLES


class Locks:
    """The locks of one worksheet's steps."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def all(self) -> list[StepLock]:
        """The locks that hold; `whom` are roles and ids of accounts."""
        return await self._house.store.step_locks.of(self._record.id)

    @action("manage", on="whom")
    async def put(self, step: str, what: Guarded, whom: Sequence[str] = ()) -> StepLock | None:
        """Let only these edit a step, or decide on its cells: roles (and those above), and logins.
        Nobody named: whoever's role allows it. Owners always may."""
        if what not in GUARDED:
            raise UsageError(f"{what!r} is nothing that is locked: edit or decide.")
        procedure = (await self._following.shown()).procedure
        path = pick_path(procedure, step)
        if DOT in path:
            raise UsageError(
                f"{step} stands in the rows of a table.", fix="Lock the step of the table."
            )
        named = tuple(sorted([await self._named(one) for one in whom if one.strip()]))
        now = stamp(self._house.clock.now())
        lock = StepLock(path, what, named, self._house.who(), now)
        await self._house.store.step_locks.put(self._record.id, lock)
        return lock if named else None

    @action("read")
    async def may(self, step: str, what: Guarded) -> bool:
        """Whether whoever asks may edit this step, or decide on its cells, as far as locks tell."""
        held = await held_locks(self._house, self._record.id)
        procedure = (await self._following.shown()).procedure
        return held.may(procedure.step(step), what)

    async def _named(self, whom: str) -> str:
        told = whom.strip()
        if told in ROLES:
            return told
        people = self._house.store.people
        found = await people.by_login(told.casefold()) or await people.get(told)
        if found is None or found.removed_at:
            raise UsageError(
                f"{told!r} is neither a role nor a login.",
                fix=f"Name one of {', '.join(ROLES)}, or somebody who has an account.",
            )
        return found.id

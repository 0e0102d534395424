"""The learning of a worksheet: what was learned of its steps, fitted anew, handed out, refused and
deleted. A version that passed the gate is offered; putting it to work is a change like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.errors import ConflictError, UsageError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.learned.examples import Given, given_of
from casework.sdk.learned.measured_again import measure_again
from casework.sdk.learned.outgrown import outgrown
from casework.sdk.learned.standing import THE_GATE, StepLearning, standing_of_steps
from casework.sdk.learned.versions import pick_version
from casework.sdk.pick import pick_path
from casework.sdk.wire import House
from casework.types.label import open_to, readers_of
from casework.types.learned import Version
from casework.types.procedure import Procedure

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

OnLearned = Callable[[int, int, str], None]
"""Pieces of work done, all of them, and what is at hand."""


@dataclass(frozen=True, slots=True)
class LearningView:
    """How learning stands. `auto` says whether it happens by itself, `trying` the ids of versions
    that an open change tries."""

    steps: tuple[StepLearning, ...]
    auto: bool
    offer: bool
    trying: tuple[str, ...] = ()
    problem: str = ""
    """What went wrong when this process last learned by itself; '' for nothing."""


class Learning:
    """What one worksheet learned from the verdicts on it."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def state(self, steps: Sequence[str] = ()) -> LearningView:
        """Per step and audience: examples, versions, what is at work, and when it learns next."""
        procedure = await self._procedure()
        found = await self._standing(procedure, steps)
        change = await self._house.store.changes.open(self._record.id)
        settings, may_see = self._house.settings, self._house.rights.may_see
        return LearningView(
            tuple(one for one in found if may_see(readers_of(one.audience))),
            bool(settings.value("learn.auto")),
            bool(settings.value("learn.offer")),
            change.versions if change else (),
            self._house.learning_problems.get(self._record.id, ""),
        )

    @action("read")
    async def versions(self) -> list[Version]:
        """All versions that this person may see, oldest first."""
        found = await self._house.store.learned.of_worksheet(self._record.id)
        return [one for one in found if self._house.rights.may_read(one.label)]

    @action("read")
    async def version(self, name: str) -> Version:
        """The version of this id, or of this step and number (`Total 3`)."""
        procedure = await self._procedure()
        found = await pick_version(self._house, self._record.id, procedure, name)
        self._house.rights.check(found.label.readers, "This version")
        return found

    @action("edit")
    async def fit(
        self, steps: Sequence[str] = (), *, on_progress: OnLearned | None = None
    ) -> list[Version]:
        """Learn now, whether it is due or not, from what people said of these steps, or of all that
        have an example. Waits for another process that is learning. What passed the gate is
        offered, or, with the setting `learn.offer`, tried beside what is in force."""
        return await self._round(steps, due_only=False, on_progress=on_progress)

    @action("edit")
    async def catch_up(self, *, on_progress: OnLearned | None = None) -> list[Version]:
        """Learn what is due: the first time from five examples, then whenever they grew by a
        quarter. Nothing where nothing is, or another process is at it."""
        return await self._round((), due_only=True, on_progress=on_progress)

    @action("edit")
    async def refuse(self, version: str, *, reason: str = "", who: str = "") -> Version:
        """Say no to a version that was offered."""
        found = await self.version(version)
        if found.state == "live":
            raise ConflictError(
                f"Version {found.number} is at work: it cannot be refused any more.",
                fix="Delete it: casework learn --delete VERSION",
            )
        by, at = who or self._house.who(), stamp(self._house.clock.now())
        told = reason or f"{by} said no"
        await self._house.store.learned.set_state(found.id, "refused", by, at, told)
        return await self._house.store.learned.get(found.id)

    @action("edit")
    async def delete(self, version: str, *, who: str = "") -> Version | None:
        """Let a version be gone for good, at once, with its arrays. Where it was at work the one
        before it goes to work again, which is given back; without one (None) the hand-set weights
        do. What its values become is seen with the next plan or run."""
        found = await self.version(version)
        await self._house.store.learned.delete(found.id)
        if found.state != "live":
            return None
        by = who or self._house.who()
        every = await self._house.store.learned.of_worksheet(self._record.id)
        follows = [one for one in every if _may_follow(one, found)][-1:]
        if follows:
            await self._house.store.learned.pin(self._record.id, [follows[0].id], by)
        procedure = await self._procedure()
        await measure_again(self._house, self._record.id, procedure, follows, gone=[found])
        return await self._house.store.learned.get(follows[0].id) if follows else None

    @action("read")
    async def export(self, version: str, path: str | Path) -> Path:
        """Write a version as a zip file: `version.json` (what it is, its facts, its label) and
        `arrays.npz`, if it has any. No pickles."""
        from casework.sdk.learned.file import packed, write_whole

        target = Path(path)
        if target.is_dir():
            raise UsageError(f"{target} is a folder.", fix="Name a file that ends in .zip.")
        found = await self.version(version)
        data = packed(found, await self._house.store.learned.load(found.id))
        await asyncio.to_thread(write_whole, target, data)
        return target

    @action("edit")
    async def take_in(self, path: str | Path, *, step: str = "") -> Version:
        """Take in a version that was exported from another worksheet: it is offered here, for the
        step of the same name or another one, to those alone who its label says may use it."""
        from casework.sdk.learned.take_in import take_in

        procedure = await self._procedure()
        named = pick_path(procedure, step) if step else ""
        return await take_in(self._house, self._record.id, procedure, Path(path), step=named)

    async def _round(
        self, steps: Sequence[str], *, due_only: bool, on_progress: OnLearned | None
    ) -> list[Version]:
        from casework.sdk.learned.turn import LearningRound

        procedure = await self._procedure()
        chosen = frozenset(pick_path(procedure, name) for name in steps)
        one = LearningRound(self._house, self._record, self._following, on_progress)
        return await one.run(procedure, chosen, due_only=due_only)

    async def _procedure(self) -> Procedure:
        """The procedure that stands over the cells: the version in force."""
        followed = await self._following.now()
        if followed.pending and followed.version > 1:
            try:
                return (await self._following.in_force()).procedure
            except ConflictError:  # a Python file that was edited: of its code nothing is kept
                return followed.procedure
        return followed.procedure

    async def _standing(self, procedure: Procedure, steps: Sequence[str]) -> list[StepLearning]:
        chosen = {pick_path(procedure, name) for name in steps}
        given: dict[str, list[Given]] = await given_of(self._house, self._record.id, procedure)
        versions = await self._house.store.learned.of_worksheet(self._record.id)
        unfit = await outgrown(self._house, self._record.id, procedure, versions)
        found = standing_of_steps(self._house, procedure, given, versions, unfit)
        return [one for one in found if not chosen or one.path in chosen]


def _may_follow(one: Version, gone: Version) -> bool:
    """Whether a version may go to work again where another one is gone: it was at work, and its
    audience may still read what it was made of."""
    same = (one.path, one.audience) == (gone.path, gone.audience)
    was_at_work = one.state == "retired" and one.decided_by != THE_GATE
    return same and was_at_work and open_to(one.label.readers, readers_of(one.audience))

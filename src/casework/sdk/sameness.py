"""The word of a person that an edit of a step changes no result: nothing runs again because of it,
what follows stays as it is, and it is kept who said so and when."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.errors import ConflictError, NotFoundError
from casework.engine.program import Column, Program
from casework.sdk.following import Following
from casework.sdk.pick import pick_step
from casework.sdk.ready import make_ready
from casework.sdk.wire import House
from casework.types.change import SameMeaning


class Sameness:
    """What was called the same in the procedure of one worksheet."""

    def __init__(self, house: House, following: Following) -> None:
        self._house = house
        self._following = following

    async def say(self, steps: Sequence[str], who: str) -> list[SameMeaning]:
        """Call the last edit of these steps the same; of all edited ones when none is named."""
        store = self._house.store
        pairs = await self._edited(steps)
        for old, new in pairs:
            told = {old.mark: dict(old.meaning), new.mark: dict(new.meaning)}
            await store.meanings.remember(told)
            await store.meanings.same(old.mark, new.mark, who=who)
        return await self._of({(old.mark, new.mark) for old, new in pairs})

    async def take_back(self, steps: Sequence[str], who: str) -> list[SameMeaning]:
        """Take back what was said of these steps as they are now; of all when none is named."""
        _, program = await make_ready(self._house, await self._following.now())
        wanted = {pick_step(program.procedure, name).id for name in steps}
        held = [
            one
            for one in await self.all()
            if not one.undone_at and one.step_id and (not wanted or one.step_id in wanted)
        ]
        if not held:
            raise NotFoundError(
                "Nobody called an edit of that the same."
                if steps
                else "Nothing was called the same.",
                fix="casework same --list shows what was.",
            )
        for one in held:
            await self._house.store.meanings.not_same(one.old, one.new, who=who)
        return await self._of({(one.old, one.new) for one in held})

    async def all(self) -> list[SameMeaning]:
        """Everything that was said of steps of this worksheet, oldest first."""
        _, program = await make_ready(self._house, await self._following.now())
        rows = await self._house.store.meanings.called_same()
        known = await self._house.store.meanings.read({mark for row in rows for mark in row[:2]})
        steps = _steps_by_meaning(program)
        for mark, meaning in known.items():
            name = str(meaning.get("name", ""))
            found = next((c for c in program.columns if c.meaning.get("name") == name), None)
            if found is not None:
                steps.setdefault(mark, found)
        told = []
        for old, new, who, at, undone_by, undone_at in rows:
            column = steps.get(new) or steps.get(old)
            if column is not None:
                step = column.step
                told.append(
                    SameMeaning(step.id, step.name, old, new, who, at, undone_by, undone_at)
                )
        return told

    async def _of(self, pairs: set[tuple[str, str]]) -> list[SameMeaning]:
        return [one for one in await self.all() if (one.old, one.new) in pairs]

    async def _edited(self, steps: Sequence[str]) -> list[tuple[Column, Column]]:
        """The columns of the last edit as they were and as they are."""
        followed, before = await self._following.now(), await self._following.before()
        if before is None:
            raise ConflictError(
                "The procedure was never edited, so there is nothing to call the same.",
                fix="Edit it first, then say it before the next run.",
            )
        _, program = await make_ready(self._house, followed)
        _, older = await make_ready(self._house, before)
        wanted = [pick_step(followed.procedure, name).id for name in steps]
        pairs = [
            (older.by_id[column.step.id], column)
            for column in program.columns
            if column.step.id in older.by_id and older.by_id[column.step.id].mark != column.mark
        ]
        edited = {new.step.id for _, new in pairs}
        for step_id in wanted:
            if step_id not in edited:
                raise ConflictError(
                    f"{program.name(step_id)} means what it meant before: nothing is to be said.",
                    fix="casework plan shows what was edited.",
                )
        if not pairs:
            raise ConflictError("No step means anything else than before its last edit.")
        return [pair for pair in pairs if not wanted or pair[1].step.id in wanted]


def _steps_by_meaning(program: Program) -> dict[str, Column]:
    return {column.mark: column for column in program.columns}

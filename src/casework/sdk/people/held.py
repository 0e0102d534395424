"""The locks of a worksheet as they bear on whoever asks: looked at wherever a procedure is written
and a decision is kept. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework.base.errors import RightsError
from casework.procedures.difference import compare
from casework.sdk.wire import House
from casework.types.account import Guarded, StepLock
from casework.types.nesting import DOT
from casework.types.person import ROLES, Person
from casework.types.procedure import Procedure, Step


@dataclass(frozen=True, slots=True)
class HeldLocks:
    """Locks by step and what they keep; `named` are the names of the people in them."""

    person: Person | None
    locks: Mapping[tuple[str, Guarded], StepLock]
    named: Mapping[str, str]

    @property
    def open(self) -> bool:
        """Whether nothing is locked for whoever asks."""
        return self.person is None or self.person.role == "owner"

    def may(self, step: Step, what: Guarded) -> bool:
        """Whether whoever asks may edit this step, or decide on its cells. The key `owner` of a
        step keeps its words for who is called so; what a lock says comes before it."""
        person = self.person
        if person is None or person.role == "owner":
            return True
        lock = self.locks.get((step.id, what))
        if lock is not None:
            return person.id in lock.whom or _reaches(person, lock.whom)
        if what == "edit" and step.owner:
            return step.owner.casefold() in (person.name.casefold(), person.login.casefold())
        return True

    def names(self, step: Step, what: Guarded = "edit") -> str:
        """Whom a step is kept for, in words."""
        lock = self.locks.get((step.id, what))
        if lock is None:
            return step.owner or "everybody"
        return ", ".join(self.named.get(one, one) for one in lock.whom)


def _reaches(person: Person, whom: tuple[str, ...]) -> bool:
    """Whether the role of somebody is one of these, or above one."""
    mine = ROLES.index(person.role)
    return any(mine <= at for at, role in enumerate(ROLES) if role in whom)


async def held_locks(house: House, worksheet_id: str) -> HeldLocks:
    """The locks of a worksheet for whoever asks; for whom nothing is locked they are not read."""
    if house.person is None or house.person.role == "owner":
        return HeldLocks(house.person, {}, {})
    locks = await house.store.step_locks.of(worksheet_id)
    people = {one.id: one.name for one in await house.store.people.all()} if locks else {}
    return HeldLocks(house.person, {(one.step_id, one.what): one for one in locks}, people)


async def check_edit(
    house: House, worksheet_id: str, before: Procedure | None, after: Procedure
) -> None:
    """Raise `RightsError` when a step differs that whoever asks may not edit."""
    held = await held_locks(house, worksheet_id)
    if held.open or before is None:
        return
    for change in compare(before, after):
        touched = [change.step_id.partition(DOT)[0]] if change.step_id else list(before.by_id)
        if change.kind == "moved":
            continue
        for id in touched:
            step = before.by_id.get(id)
            if step is not None and not held.may(step, "edit"):
                raise RightsError(
                    f"{step.name} is not yours to change: it is kept by {held.names(step)}.",
                    fix="Ask them, or an owner to lift the lock.",
                    code="rights.step_locked",
                )


async def check_decide(house: House, worksheet_id: str, procedure: Procedure, path: str) -> None:
    """Raise `RightsError` when whoever asks may not decide on the cells of this step."""
    held = await held_locks(house, worksheet_id)
    step = procedure.by_id.get(path.partition(DOT)[0])
    if step is not None and not held.may(step, "decide"):
        raise RightsError(
            f"{step.name} is not yours to decide: that is for {held.names(step, 'decide')}.",
            fix="Leave it to them, or ask an owner to lift the lock.",
            code="rights.step_locked",
        )


async def may_decide(
    house: House, worksheet_id: str, procedure: Procedure, paths: Iterable[str]
) -> frozenset[str]:
    """Those of these paths on whose cells whoever asks may decide, as far as locks tell."""
    held = await held_locks(house, worksheet_id)
    found = ((path, procedure.by_id.get(path.partition(DOT)[0])) for path in paths)
    return frozenset(path for path, step in found if step is None or held.may(step, "decide"))

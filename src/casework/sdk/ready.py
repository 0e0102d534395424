"""A worksheet made ready for its engine: the program of a procedure, and what is chosen of it."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from casework.base.errors import UsageError
from casework.base.hashing import sha256_text
from casework.engine.engine import Engine, Scope
from casework.engine.program import Program, make_program
from casework.sdk.following import Followed
from casework.sdk.learned.at_work import learned_at_work
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_path
from casework.sdk.sureness import has_cascade, sureness_of
from casework.sdk.wire import House
from casework.types.change import ChangeRecord
from casework.types.procedure import Procedure

Only = Literal["", "unverified", "none"]
"""Which of the cells that a change touches: all, those on which nobody decided, none yet."""


@dataclass(frozen=True, slots=True)
class Which:
    """What a plan or run is limited to, in the words of people: names of cases and steps; `only`;
    a `sample` of so many cases (0: no sample), always the same ones. `force` also takes what is
    settled."""

    cases: Sequence[str] = ()
    steps: Sequence[str] = ()
    force: bool = False
    only: Only = ""
    sample: int = 0

    @property
    def limits(self) -> bool:
        """Whether it leaves out what a change would touch."""
        return bool(self.only or self.sample)


async def make_ready(
    house: House,
    followed: Followed,
    change: ChangeRecord | None = None,
    *,
    tried: Sequence[str] = (),
) -> tuple[Engine, Program]:
    """The engine and the program of a procedure, over the cells in force or those of a change. The
    learned versions of the change, or those of `tried`, stand over those that are live."""
    ids = (*(change.versions if change else ()), *tried)
    learned = await learned_at_work(house, followed.worksheet_id, followed.procedure, ids)
    steps = house.steps(followed.functions, learned=learned)
    program = make_program(
        followed.procedure,
        steps,
        today=house.today(),
        version=followed.version,
        alike=await house.store.meanings.alike(),
    )
    if has_cascade(program):
        sure = await sureness_of(house, followed.worksheet_id, program)
        steps = house.steps(followed.functions, learned=learned, sureness=sure)
    return house.engine(steps, change), program


@asynccontextmanager
async def with_settings(house: House, asked: Mapping[str, str]) -> AsyncIterator[House]:
    """The house with other settings for its models, as long as it is needed."""
    if not asked:
        yield house
        return
    other = house.trying(asked)
    try:
        yield other
    finally:
        await other.gateway.close()


async def scope_of(house: House, worksheet_id: str, procedure: Procedure, which: Which) -> Scope:
    """The scope that is meant; raises for names that nothing bears."""
    if which.sample < 0:
        raise UsageError("A sample has one case or more.", fix="Name a number such as 20.")
    if which.sample and which.cases:
        raise UsageError("Name cases or a sample of them, not both.")
    chosen: tuple[str, ...] | None = None
    if which.only == "none":
        chosen = ()
    elif which.cases:
        pages = Pages(house.store, worksheet_id)
        chosen = tuple([(await pages.pick(name)).id for name in which.cases])
    elif which.sample:
        chosen = await _sample(house, worksheet_id, which.sample)
    columns = tuple(pick_path(procedure, name) for name in which.steps) or None
    return Scope(chosen, columns, which.force, which.only == "unverified")


async def _sample(house: House, worksheet_id: str, size: int) -> tuple[str, ...]:
    """So many cases by the digest of their ids: chance picks them, and picks the same again."""
    ids = [case.id async for case in house.store.cases.stream(worksheet_id)]
    return tuple(heapq.nsmallest(size, ids, key=sha256_text))

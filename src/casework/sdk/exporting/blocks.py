"""The rows of a worksheet on their way into a file: read on the event loop, a few cases at a time,
when the thread that writes asks for the next ones. So no more than those are held at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from casework.sdk.following import Following
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_step
from casework.sdk.rows import batches, looked_at
from casework.sdk.standing import standing_of
from casework.sdk.views import RowView, TableView, WorksheetView
from casework.sdk.wire import House
from casework.types.case import CaseRecord
from casework.types.procedure import Step

AT_ONCE = 16
"""Cases that are read before others get their turn: some 20 ms of work with 20 steps."""
OnCase = Callable[[int, int, str], None]
"""Told of cases that were written: how many so far, of how many, and the name of the last."""
T = TypeVar("T")


class Stopped(Exception):
    """Nobody wants the file any more."""


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What is to be written: the rows of `cases` cases, of these columns."""

    worksheet: WorksheetView
    columns: tuple[Step, ...]
    cases: int
    rows: AsyncIterator[Sequence[RowView]]

    def table(self, rows: Sequence[RowView] = ()) -> TableView:
        """Some of its rows as a table."""
        return TableView(self.worksheet, self.columns, tuple(rows))


class Blocks:
    """The blocks of rows, for the one thread that writes them."""

    def __init__(self, wanted: ToWrite, on_case: OnCase | None) -> None:
        self._wanted = wanted
        self._on_case = on_case
        self._loop = asyncio.get_running_loop()
        self._done = 0
        self._stopped = False
        self.on_row: Callable[[RowView], None] | None = None
        """Is called in the writing thread with each row that passes."""

    def __iter__(self) -> Iterator[Sequence[RowView]]:
        while block := self._next():
            if self.on_row is not None:
                for row in block:
                    self.on_row(row)
            yield block

    def stop(self) -> None:
        """Let whoever writes end at the next block, or line."""
        self._stopped = True

    def unless_stopped(self, items: Iterator[T]) -> Iterator[T]:
        """The same items; raises `Stopped` where the writing is to end."""
        while some := list(islice(items, AT_ONCE)):
            self._check()
            yield from some

    def _next(self) -> Sequence[RowView]:
        self._check()
        return asyncio.run_coroutine_threadsafe(self._read(), self._loop).result()

    def _check(self) -> None:
        if self._stopped:
            raise Stopped

    async def _read(self) -> Sequence[RowView]:
        try:
            block = await anext(self._wanted.rows)
        except StopAsyncIteration:
            return ()
        self._done += len(block)
        if self._on_case is not None:
            self._on_case(self._done, self._wanted.cases, block[-1].case.name)
        return block


async def as_they_are(
    house: House,
    view: WorksheetView,
    following: Following,
    *,
    cases: Sequence[str] = (),
    steps: Sequence[str] = (),
) -> ToWrite:
    """The rows of a worksheet as they are now: all, or those of some cases and steps, in the order
    of these names. Raises `NotFoundError` for a name that is none."""
    procedure = (await following.now()).procedure
    kept = {pick_step(procedure, name).id for name in steps}
    pages = Pages(house.store, view.id)
    ids = [(await pages.pick(name)).id for name in cases]
    standing = await standing_of(house, following)

    async def rows() -> AsyncIterator[Sequence[RowView]]:
        records = in_order(house, view.id, ids) if ids else pages.all()
        async for some in batches(records, AT_ONCE):
            read = await looked_at(house, view.id, procedure, some, standing)
            table = TableView(view, procedure.steps, tuple(read))
            yield table.of_steps(kept).rows if kept else table.rows

    columns = tuple(step for step in procedure.steps if not kept or step.id in kept)
    return ToWrite(view, columns, len(ids) or view.cases, rows())


async def in_order(house: House, sheet: str, ids: Sequence[str]) -> AsyncIterator[CaseRecord]:
    """The cases of these ids, as they are told."""
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = {case.id: case async for case in house.store.cases.stream(sheet, some)}
        for id in some:
            if id in found:
                yield found[id]

"""The order of the steps of one case and of the rows of its tables, in one flow: each starts as
soon as what it reads is settled, wherever that stands. Knows no cell.

What a step reads may stand beside it, around its table, or be a column of all rows of a table. Such
a column is settled when it is settled in every row. No barrier stands between rows, nor between a
table and what is around it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from casework.engine.program import Column, Program
from casework.types.nesting import DOT

_AT_ONCE = 256
"""Cells of one case under way at once: enough for any number of slots, few enough to be held."""


class Node(Protocol):
    """A case, or a row of its table, as the flow sees it. `spots` are its own notes."""

    @property
    def program(self) -> Program: ...

    @property
    def outer(self) -> Node | None: ...

    @property
    def spots(self) -> Spots: ...

    async def settle(self, column: Column) -> Collection[Node]:
        """Settle a cell; the rows that it has brought along, when it is a table."""
        ...


@dataclass(slots=True)
class Spots:
    """What the flow notes of one node: how much each column waits for, who waits for what, what is
    settled, and of each table in how many rows a column is still open. `table` is the id of the
    table that the node is a row of."""

    table: str = ""
    missing: dict[str, int] = field(default_factory=dict)
    waiters: dict[str, list[tuple[Node, Column]]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    open_rows: dict[str, int] = field(default_factory=dict)
    """By the name of the column of all rows (`lines.amount`)."""


def fan_ins(program: Program) -> dict[str, set[str]]:
    """The columns of all rows that somebody reads, by the path of the program at whose level they
    are named: `{"": {"lines.amount"}}`."""
    found: dict[str, set[str]] = {}
    for column in program.every:
        around = column.path.rpartition(DOT)[0]
        for reference in column.step.references:
            if DOT in reference:
                _note(program, around, reference, found)
    return found


def _note(program: Program, around: str, reference: str, found: dict[str, set[str]]) -> None:
    first, _, rest = reference.partition(DOT)
    while around and first not in program.within(around).nested:
        around = around.rpartition(DOT)[0]
    while rest:
        found.setdefault(around, set()).add(f"{first}{DOT}{rest}")
        around = f"{around}{DOT}{first}" if around else first
        first, _, rest = rest.partition(DOT)


class Flow:
    """One case with its rows on the way through their columns. `wanted` is what `fan_ins` tells."""

    def __init__(self, wanted: Mapping[str, Collection[str]]) -> None:
        self._wanted = wanted
        self._ready: deque[tuple[Node, Column]] = deque()
        self._running: dict[asyncio.Task[Collection[Node]], tuple[Node, Column]] = {}
        self._finished: deque[asyncio.Task[Collection[Node]]] = deque()
        self._wake = asyncio.Event()

    async def run(self, node: Node) -> None:
        """Settle every cell of a case and of its rows. The first error cancels what is under way
        and is raised."""
        self._add(node)
        try:
            while self._ready or self._running:
                if len(self._ready) == 1 and not self._running:  # a chain needs no task
                    one, column = self._ready.popleft()
                    self._settled(one, column, await one.settle(column))
                    continue
                self._start()
                await self._wake.wait()
                self._wake.clear()
                while self._finished:
                    task = self._finished.popleft()
                    one, column = self._running.pop(task)
                    self._settled(one, column, task.result())
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self) -> None:
        while self._ready and len(self._running) < _AT_ONCE:
            node, column = self._ready.popleft()
            task = asyncio.create_task(_settle(node, column))
            self._running[task] = (node, column)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Collection[Node]]) -> None:
        self._finished.append(task)
        self._wake.set()

    def _add(self, node: Node) -> None:
        """Take a case or a row in: its columns wait for what is not settled yet."""
        for column in node.program.columns:
            missing = 0
            for name in dict.fromkeys(column.step.references):
                holder = holder_of(node, name)
                if name not in holder.spots.settled:
                    holder.spots.waiters.setdefault(name, []).append((node, column))
                    missing += 1
            node.spots.missing[column.step.id] = missing
            if not missing:
                self._ready.append((node, column))

    def _settled(self, node: Node, column: Column, rows: Collection[Node]) -> None:
        step_id = column.step.id
        if step_id in node.program.nested:
            self._bring(node, step_id, rows)
        self._free(node, step_id)

    def _bring(self, node: Node, table: str, rows: Collection[Node]) -> None:
        """Take the rows of a table in; without any, its columns are settled at once."""
        wanted = [
            name
            for name in self._wanted.get(node.program.path, ())
            if name.partition(DOT)[0] == table
        ]
        for name in wanted:
            node.spots.open_rows[name] = len(rows)
        for row in rows:
            self._add(row)
        if not rows:
            for name in wanted:
                self._free(node, name)

    def _free(self, node: Node, name: str) -> None:
        """Note that something is settled; what waited for it alone may start. A column that is
        settled in the last row is settled for all of them."""
        at: Node | None = node
        while at is not None:
            at.spots.settled.add(name)
            for waiting, column in at.spots.waiters.pop(name, ()):
                missing = waiting.spots.missing
                missing[column.step.id] -= 1
                if not missing[column.step.id]:
                    self._ready.append((waiting, column))
            outside = at.outer
            name = f"{at.spots.table}{DOT}{name}"
            if outside is None or name not in outside.spots.open_rows:
                return
            outside.spots.open_rows[name] -= 1
            if outside.spots.open_rows[name]:
                return
            at = outside


def holder_of(node: Node, name: str) -> Node:
    """The case or row beside whose columns a name stands: the nearest one."""
    first = name.partition(DOT)[0]
    through = DOT in name
    at = node
    while at.outer is not None:
        if first in (at.program.nested if through else at.program.by_id):
            return at
        at = at.outer
    return at


def with_rows(nodes: Collection[Node], rows_of: Callable[[Node], Iterator[Node]]) -> Iterator[Node]:
    """All nodes with their rows, to any depth, each before its rows."""
    waiting = deque(nodes)
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(rows_of(node))


async def _settle(node: Node, column: Column) -> Collection[Node]:
    return await node.settle(column)

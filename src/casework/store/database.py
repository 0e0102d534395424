"""What every back end of the store can do: read, and write in transactions. Knows no SQL dialect.

The nouns of the store are written once against `Database` and run on every back end. Their SQL
keeps to what both understand; docs/store.md lists the rules.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from casework.base.clock import Clock
from casework.base.errors import CaseworkError, NotFoundError, StoreError

T = TypeVar("T")
Item = TypeVar("Item")
Row = tuple[Any, ...]
Parameter = str | int | float | bytes | None
Parameters = Sequence[Parameter]


class Transaction(Protocol):
    """What a work may do within the transaction that it runs in."""

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a statement."""
        ...

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a statement, or None."""
        ...

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run a statement that gives no rows; returns how many rows it touched."""
        ...

    async def many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Run a statement once for each of the parameters, in order."""
        ...

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[Parameters]) -> None:
        """Insert rows into a table, in order; the cheapest way for many of them."""
        ...


Work = Callable[[Transaction], Coroutine[object, None, T]]
"""Something to do in a transaction. It may run twice, so it does nothing but use the transaction
and waits for nothing else; one that raises is undone alone."""


Together = Callable[[Transaction, Sequence[Item]], Coroutine[object, None, None]]
"""Something to do in a transaction with all items of a kind that were queued one after the other.
When it raises it is tried again with each item alone."""


class Database(Protocol):
    """One workspace's database, on whichever back end. `clock` tells the time to who writes."""

    @property
    def clock(self) -> Clock: ...

    @property
    def away(self) -> bool:
        """Whether it is on a server, which keeps more than its tables."""
        ...

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a short read."""
        ...

    async def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a short read, or None."""
        ...

    async def long_read(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The rows of a read that takes its time; others go on beside it."""
        ...

    async def long_numbers(self, sql: str, parameters: Parameters = ()) -> array[int]:
        """The same of a read that tells one whole number a row, 8 bytes each."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run the work; its result is returned after the commit."""
        ...

    async def write_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item for a work that takes all such items of a group; returns after the
        commit. Always pass the same object as `together`: it tells which items are of a kind."""
        ...

    def post(self, work: Work[None]) -> None:
        """Queue a work that nobody waits for; raises what the last one failed with."""
        ...

    def post_each(self, together: Together[Item], item: Item) -> None:
        """Queue an item that nobody waits for (see `write_each`); it has no order among works of
        other kinds. Raises what the last one failed with."""
        ...

    def frozen(self) -> AbstractAsyncContextManager[None]:
        """While it is held nobody writes, neither here nor in another process."""
        ...

    async def renumber(self, tables: Sequence[str]) -> None:
        """Let the next row of each table get the number after its last one."""
        ...

    async def damage(self) -> list[str]:
        """What is wrong with the database itself; empty when it is whole."""
        ...

    async def sweep(self, tables: Sequence[str]) -> bool:
        """Write these tables anew, so that nothing is left on the disk of rows that were deleted or
        changed; False where somebody who reads just now kept it from being done in full."""
        ...

    async def close(self) -> None:
        """Commit what has queued and let go."""
        ...


def made_number(row: Row | None) -> int:
    """The number that an `INSERT … RETURNING n` gave its row."""
    if row is None:
        raise StoreError("The database did not say which number it gave to a new row.")
    return int(row[0])


def missing(what: str, name: str, fix: str = "") -> CaseworkError:
    """The error for a thing that is asked for by a name that nothing bears."""
    return NotFoundError(f"There is no {what} {name!r}.", fix=fix)

"""A commit whose answer is lost on the way: the server is asked how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from casework.base.clock import FrozenClock
from casework.store.database import Transaction
from casework.store.postgres.address import Address, read_address
from casework.store.postgres.database import PostgresDatabase

_COMMIT = b"COMMIT\x00"
_ADD = (
    "INSERT INTO worksheets (id, slug, name, procedure_file, grouping, created_at)"
    " VALUES (?, ?, '', '', '', '')"
)


class Wire:
    """A way to the server that breaks at a commit, before or after the server has heard it."""

    def __init__(self, server: Address) -> None:
        self._server = server
        self.break_before = self.break_after = False

    async def carry(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there, out = await self._dial()
        answers = asyncio.create_task(_copy(there, back))
        try:
            while data := await here.read(1 << 16):
                commits = _COMMIT in data
                if commits and self.break_before:
                    self.break_before = False
                    break
                out.write(data)
                await out.drain()
                if commits and self.break_after:
                    self.break_after = False
                    answers.cancel()
                    await asyncio.wait([answers])
                    await there.read(1)  # the server has done it
                    break
        finally:
            answers.cancel()
            for end in (back, out):
                end.close()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._server.host, self._server.port
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(1 << 16):
        target.write(data)
        await target.drain()
    target.close()


@pytest.fixture
async def wire(schema: str) -> AsyncIterator[tuple[Wire, str]]:
    """The wire, and the address of the schema through it."""
    where = read_address(schema)
    wire = Wire(where)
    listening = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    url = f"postgresql://{where.user}@127.0.0.1:{port}/{where.database}"
    yield wire, f"{url}?schema={where.schema}&sslmode=disable"
    listening.close()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_commit_whose_answer_was_lost_is_done_once(
    wire: tuple[Wire, str], clock: FrozenClock, heard: bool
) -> None:
    way, url = wire
    database = await PostgresDatabase.open(read_address(url), clock)
    tries: list[str] = []

    async def add(tx: Transaction) -> int:
        tries.append(str(len(tries) + 1))
        await tx.execute(_ADD, (tries[-1], tries[-1]))
        return len(tries)

    await database.write(_nothing)
    way.break_after, way.break_before = heard, not heard
    value = await database.write(add)
    assert value == (1 if heard else 2)
    assert await database.rows("SELECT slug FROM worksheets") == [(str(value),)]
    await database.close()


async def _nothing(tx: Transaction) -> None:
    await tx.row("SELECT 1")

"""The record of what left the machine and to whom. Allows and refuses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from casework.base.clock import stamp
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction
from casework.store.records import OutgoingCall

_COLUMNS = "at, host, purpose, bytes, sha256, local, run_id, case_id, step_id"
_INSERT = f"INSERT INTO outgoing ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Departs(Protocol):
    """What the border tells of a call that is about to leave."""

    @property
    def at(self) -> dt.datetime: ...
    @property
    def host(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def local(self) -> bool: ...
    @property
    def run_id(self) -> str: ...
    @property
    def case_id(self) -> str: ...
    @property
    def step_id(self) -> str: ...


async def _note_all(tx: Transaction, calls: Sequence[Departs]) -> None:
    await tx.insert("outgoing", _COLUMNS.split(", "), [_row(call) for call in calls])


def _row(call: Departs) -> Row:
    return (
        stamp(call.at), plain(call.host), plain(call.purpose), call.bytes, call.sha256,
        call.local, plain(call.run_id), plain(call.case_id), plain(call.step_id),
    )  # fmt: skip


class Outgoing:
    """Outgoing calls of a workspace, append-only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted = self._settled = 0

    def note(self, call: Departs) -> None:
        """Queue the record of a call that is about to leave, from within the event loop.

        It is durable with the next group, while the call is under way. When a record could not
        be written, the next `note` raises that error, so that nothing more leaves unrecorded.
        """
        self._noted += 1
        self._database.post_each(_note_all, call)

    async def add(self, call: OutgoingCall) -> None:
        """Write the record of a call; returns when it is durable."""
        row = (
            call.at, plain(call.host), plain(call.purpose), call.bytes, call.sha256, call.local,
            call.run_id, call.case_id, call.step_id,
        )  # fmt: skip
        await self._database.write(lambda tx: tx.execute(_INSERT, row))

    async def latest(self, limit: int = 100) -> list[OutgoingCall]:
        """The newest calls first."""
        await self._settle()
        rows = await self._database.rows(
            f"SELECT {_COLUMNS} FROM outgoing ORDER BY n DESC LIMIT ?", (limit,)
        )
        return [
            OutgoingCall(at, host, purpose, size, sha256, bool(local), run_id, case_id, step_id)
            for at, host, purpose, size, sha256, local, run_id, case_id, step_id in rows
        ]

    async def hosts_of(self, cases: Sequence[int]) -> dict[str, int]:
        """How many calls left the machine for these cases (their numbers), by host."""
        await self._settle()
        rows = await self._database.rows(
            "SELECT host, count(*) FROM outgoing WHERE local = 0 AND case_id IN (SELECT id FROM"
            " cases WHERE n IN (SELECT CAST(value AS INTEGER) FROM json_each(?))) GROUP BY host",
            (json_text(list(cases)),),
        )
        return {host: int(calls) for host, calls in rows}

    async def left_since(self, since: str) -> list[tuple[str, str, int, int]]:
        """What left this machine since a UTC stamp: host, purpose, calls and bytes, the most bytes
        first. What went to this machine itself is not in it."""
        await self._settle()
        rows = await self._database.rows(
            "SELECT host, purpose, count(*), sum(bytes) FROM outgoing WHERE at >= ? AND local = 0"
            " GROUP BY host, purpose ORDER BY 4 DESC, host, purpose",
            (since,),
        )
        return [(host, purpose, int(calls), int(size)) for host, purpose, calls, size in rows]

    async def _settle(self) -> None:
        """Wait for the records that were queued here, so that what is read tells of every call."""
        noted = self._noted
        if noted > self._settled:
            await self._database.write(_nothing)
            self._settled = max(self._settled, noted)


async def _nothing(tx: Transaction) -> None:
    """Queued behind all records, and committed with the last of them."""

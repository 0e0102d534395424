"""What webhooks are still to be told, and what they were told. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.store.codec import Row, plain
from casework.store.database import Database, Transaction, missing
from casework.types.webhook import PING, Delivery, DeliveryState

_COLUMNS = (
    "d.id, w.id, d.kind, d.told, d.at, d.state, d.tries, d.due_at, d.ended_at, d.status, d.problem"
)
_FROM = "FROM deliveries d JOIN webhooks w ON w.n = d.webhook"
_DUE = (
    f"SELECT {_COLUMNS} {_FROM} WHERE d.state = 'waiting' AND d.due_at <= ? AND d.taken_until <= ?"
    " AND w.paused = '' AND w.removed_at = ''"
)


class Deliveries:
    """The tellings of a workspace, each with what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self, limit: int, *, until: str, busy: Sequence[str] = (), due: str = ""
    ) -> list[Delivery]:
        """The next that are due (by the stamp `due`, else by now), kept from other processes until
        the stamp `until`. Of `busy` webhooks none is taken, so that a slow one holds up nobody
        else."""
        now = stamp(self._database.clock.now())
        by = due or now
        but = f" AND w.id NOT IN ({', '.join('?' * len(busy))})" if busy else ""

        async def work(tx: Transaction) -> list[Delivery]:
            rows = await tx.rows(
                f"{_DUE}{but} ORDER BY d.due_at, d.n LIMIT ?", (by, now, *busy, limit)
            )
            await tx.many(
                "UPDATE deliveries SET taken_until = ? WHERE id = ?",
                [(until, row[0]) for row in rows],
            )
            return [_delivery(row) for row in rows]

        if await self._database.row(f"{_DUE}{but} LIMIT 1", (by, now, *busy)) is None:
            return []
        return await self._database.write(work)

    async def ended(
        self, id: str, state: DeliveryState, *, status: int, problem: str, due_at: str = ""
    ) -> None:
        """Write down what a try came to; one that still waits is due again at `due_at`."""
        now = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "UPDATE deliveries SET state = ?, tries = tries + 1, due_at = ?, taken_until = '',"
                " ended_at = ?, status = ?, problem = ? WHERE id = ?",
                (state, due_at, "" if state == "waiting" else now, status, plain(problem), id),
            )

        await self._database.write(work)

    async def ping(self, webhook: str) -> str:
        """Queue a telling that only tries the webhook; returns its id."""
        now, id = stamp(self._database.clock.now()), f"msg_{uuid7()}"

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "INSERT INTO deliveries (id, webhook, kind, about, told, at, state, due_at)"
                " SELECT CAST(? AS TEXT), n, CAST(? AS TEXT), CAST(? AS TEXT), '{}',"
                " CAST(? AS TEXT), 'waiting', CAST(? AS TEXT) FROM webhooks WHERE id = ?",
                (id, PING, f"ping:{id}", now, now, plain(webhook)),
            )

        await self._database.write(work)
        return id

    async def get(self, id: str) -> Delivery:
        """The telling of this id; raises `NotFoundError`."""
        row = await self._database.row(f"SELECT {_COLUMNS} {_FROM} WHERE d.id = ?", (plain(id),))
        if row is None:
            raise missing("delivery", id)
        return _delivery(row)

    async def page(
        self, webhook: str, *, state: str = "", before: str = "", limit: int = 50
    ) -> list[Delivery]:
        """The tellings of a webhook, newest first; those before the one of the id `before`."""
        sql, told = f"SELECT {_COLUMNS} {_FROM} WHERE w.id = ?", [plain(webhook)]
        if state:
            sql, told = f"{sql} AND d.state = ?", [*told, state]
        if before:
            sql = f"{sql} AND d.n < (SELECT n FROM deliveries WHERE id = ?)"
            told = [*told, plain(before)]
        rows = await self._database.rows(f"{sql} ORDER BY d.n DESC LIMIT ?", (*told, limit))
        return [_delivery(row) for row in rows]

    async def again(self, webhook: str, id: str = "") -> int:
        """Let one that ended (any), or all that are dead, be told once more; returns how many."""
        now = stamp(self._database.clock.now())
        which, told = ("id = ? AND state <> 'waiting'", id) if id else ("state = ?", "dead")

        async def work(tx: Transaction) -> int:
            return await tx.execute(
                "UPDATE deliveries SET state = 'waiting', tries = 0, due_at = ?, taken_until = '',"
                f" ended_at = '', problem = '' WHERE {which} AND webhook ="
                " (SELECT n FROM webhooks WHERE id = ? AND removed_at = '')",
                (now, plain(told), plain(webhook)),
            )

        return await self._database.write(work)

    async def counts(self) -> dict[str, int]:
        """How many there are by state."""
        rows = await self._database.rows("SELECT state, count(*) FROM deliveries GROUP BY state")
        return {state: int(count) for state, count in rows}

    async def waiting(self, *, due: str = "") -> dict[str, int]:
        """How many wait for each webhook; with `due` those alone that may be sent by this stamp."""
        which = " AND d.due_at <= ? AND w.paused = ''" if due else ""
        rows = await self._database.rows(
            f"SELECT w.id, count(*) {_FROM} WHERE d.state = 'waiting' AND w.removed_at = ''{which}"
            " GROUP BY w.id",
            (due,) if due else (),
        )
        return {webhook: int(count) for webhook, count in rows}

    async def sweep(self, before: str) -> int:
        """Delete what was sent before this stamp; returns how many."""

        async def work(tx: Transaction) -> int:
            return await tx.execute(
                "DELETE FROM deliveries WHERE state = 'sent' AND ended_at < ?", (before,)
            )

        return await self._database.write(work)


def _delivery(row: Row) -> Delivery:
    id, webhook, kind, told, at, state, tries, due_at, ended_at, status, problem = row
    return Delivery(
        id, webhook, kind, told, at, state, int(tries), due_at, ended_at, int(status), problem
    )

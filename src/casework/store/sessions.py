"""Sign-ins and links that let somebody in once, by the digests of their tokens."""

from __future__ import annotations

from casework.store.database import Database, Transaction
from casework.types.account import SessionRecord

_COLUMNS = "digest, person, created_at, seen_at, until"


class Sessions:
    """The sign-ins of a workspace. Times are UTC stamps; who is asked is told what is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, session: SessionRecord) -> None:
        """Keep a new sign-in; those that are over go away."""

        async def work(tx: Transaction) -> None:
            await tx.execute("DELETE FROM sessions WHERE until <= ?", (session.created_at,))
            await tx.execute(
                f"INSERT INTO sessions ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
                (
                    session.digest,
                    session.person,
                    session.created_at,
                    session.seen_at,
                    session.until,
                ),
            )

        await self._database.write(work)

    async def get(self, digest: str) -> SessionRecord | None:
        """The sign-in of a token, over or not."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM sessions WHERE digest = ?", (digest,)
        )
        return SessionRecord(*row) if row else None

    async def used(self, digest: str, at: str) -> None:
        """Note that it was used."""

        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE sessions SET seen_at = ? WHERE digest = ?", (at, digest))

        await self._database.write(work)

    async def of(self, person: str) -> list[SessionRecord]:
        """The sign-ins of somebody, the latest first."""
        rows = await self._database.rows(
            f"SELECT {_COLUMNS} FROM sessions WHERE person = ? ORDER BY seen_at DESC", (person,)
        )
        return [SessionRecord(*row) for row in rows]

    async def end(self, digest: str) -> None:
        """End a sign-in."""

        async def work(tx: Transaction) -> None:
            await tx.execute("DELETE FROM sessions WHERE digest = ?", (digest,))

        await self._database.write(work)

    async def end_all(self, person: str, *, but: str = "") -> int:
        """End all sign-ins of somebody and their unused links, but for the one of this digest;
        returns how many sign-ins."""

        async def work(tx: Transaction) -> int:
            await tx.execute("DELETE FROM entries WHERE person = ?", (person,))
            return await tx.execute(
                "DELETE FROM sessions WHERE person = ? AND digest <> ?", (person, but)
            )

        return await self._database.write(work)

    async def make_entry(self, digest: str, person: str, *, now: str, until: str) -> None:
        """Keep a link that lets somebody in once."""

        async def work(tx: Transaction) -> None:
            await tx.execute("DELETE FROM entries WHERE until <= ?", (now,))
            await tx.execute(
                "INSERT INTO entries (digest, person, created_at, until) VALUES (?, ?, ?, ?)",
                (digest, person, now, until),
            )

        await self._database.write(work)

    async def take_entry(self, digest: str, *, now: str) -> str | None:
        """Use a link up: whom it lets in; None when there is none, or its time is over."""

        async def work(tx: Transaction) -> str | None:
            row = await tx.row("SELECT person, until FROM entries WHERE digest = ?", (digest,))
            if row is None:
                return None
            taken = await tx.execute("DELETE FROM entries WHERE digest = ?", (digest,))
            return str(row[0]) if taken and row[1] > now else None

        return await self._database.write(work)

    async def entry(self, digest: str, *, now: str) -> str | None:
        """Whom a link would let in, without using it up."""
        row = await self._database.row(
            "SELECT person FROM entries WHERE digest = ? AND until > ?", (digest, now)
        )
        return str(row[0]) if row else None

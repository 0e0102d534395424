"""Every version of every worksheet's procedure, as text."""

from __future__ import annotations

from casework.base.clock import stamp
from casework.base.hashing import sha256_text
from casework.store.codec import plain
from casework.store.database import Database, Transaction, missing
from casework.store.records import ProcedureVersion

_COLUMNS = "w.id, p.version, p.sha256, p.text, p.note, p.who, p.at"
_FROM = f"SELECT {_COLUMNS} FROM worksheets w JOIN procedures p ON p.worksheet = w.n WHERE w.id = ?"


class Procedures:
    """The procedure versions of a workspace; they count from 1 in each worksheet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, worksheet_id: str, text: str, *, who: str = "", note: str = "", at: str = ""
    ) -> ProcedureVersion:
        """Keep this text as the newest version; the same text as the newest makes no new one."""
        told, mark = plain(text), sha256_text(text)
        when = at or stamp(self._database.clock.now())

        async def work(tx: Transaction) -> ProcedureVersion:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            newest = await tx.row(f"{_FROM} ORDER BY version DESC LIMIT 1", (worksheet_id,))
            if newest is not None and newest[2] == mark:
                return ProcedureVersion(*newest)
            version = newest[1] + 1 if newest else 1
            await tx.execute(
                "INSERT INTO procedures (worksheet, version, sha256, text, note, who, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (sheet[0], version, mark, told, plain(note), plain(who), when),
            )
            return ProcedureVersion(
                worksheet_id, version, mark, told, plain(note), plain(who), when
            )

        return await self._database.write(work)

    async def latest(self, worksheet_id: str) -> ProcedureVersion | None:
        """The newest version, or None before the first."""
        row = await self._database.row(f"{_FROM} ORDER BY version DESC LIMIT 1", (worksheet_id,))
        return ProcedureVersion(*row) if row else None

    async def version(self, worksheet_id: str, version: int) -> ProcedureVersion:
        """The version of this number; raises `NotFoundError`."""
        row = await self._database.row(f"{_FROM} AND p.version = ?", (worksheet_id, version))
        if row is None:
            raise missing("version of the procedure", str(version))
        return ProcedureVersion(*row)

    async def all(self, worksheet_id: str) -> list[ProcedureVersion]:
        """All versions, oldest first."""
        rows = await self._database.rows(f"{_FROM} ORDER BY version", (worksheet_id,))
        return [ProcedureVersion(*row) for row in rows]

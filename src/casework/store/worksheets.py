"""Worksheets by name and by id."""

from __future__ import annotations

from dataclasses import astuple

from casework.base.clock import stamp
from casework.base.errors import ConflictError
from casework.base.ids import slug, uuid7
from casework.store.codec import plain
from casework.store.database import Database, Transaction, missing
from casework.store.records import WorksheetRecord

_COLUMNS = "id, slug, name, procedure_file, grouping, created_at"


class Worksheets:
    """The worksheets of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, name: str, procedure_file: str, *, grouping: str = "", at: str = ""
    ) -> WorksheetRecord:
        """Make a worksheet; raises `ConflictError` when another name gives the same slug."""
        sheet = WorksheetRecord(
            uuid7(),
            slug(name),
            plain(name),
            plain(procedure_file),
            plain(grouping),
            at or stamp(self._database.clock.now()),
        )

        async def work(tx: Transaction) -> WorksheetRecord:
            if await tx.row("SELECT 1 FROM worksheets WHERE slug = ?", (sheet.slug,)):
                raise ConflictError(
                    f"There is already a worksheet {sheet.name!r}.", fix="Choose another name."
                )
            await tx.execute(
                f"INSERT INTO worksheets ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", astuple(sheet)
            )
            return sheet

        return await self._database.write(work)

    async def get(self, name: str) -> WorksheetRecord:
        """The worksheet of this name or id; raises `NotFoundError` that tells which there are."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM worksheets WHERE slug = ? OR id = ?", (slug(name), name)
        )
        if row is None:
            names = ", ".join(sheet.name for sheet in await self.all()) or "none yet"
            raise missing("worksheet", name, f"Worksheets here: {names}.")
        return WorksheetRecord(*row)

    async def all(self) -> list[WorksheetRecord]:
        """All worksheets but those of the rows of tables, oldest first."""
        rows = await self._database.rows(
            f"SELECT {_COLUMNS} FROM worksheets WHERE parent IS NULL ORDER BY n"
        )
        return [WorksheetRecord(*row) for row in rows]

    async def set_grouping(self, worksheet_id: str, grouping: str) -> None:
        """Change what makes a case; cases that are there stay as they are."""

        async def work(tx: Transaction) -> None:
            changed = "UPDATE worksheets SET grouping = ? WHERE id = ?"
            if not await tx.execute(changed, (plain(grouping), worksheet_id)):
                raise missing("worksheet", worksheet_id)

        await self._database.write(work)

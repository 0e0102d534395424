"""Worksheets by name and by id."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple

from casework.base.clock import stamp
from casework.base.errors import ConflictError
from casework.base.ids import slug, uuid7
from casework.store.codec import plain
from casework.store.database import Database, missing
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

        def work(connection: sqlite3.Connection) -> WorksheetRecord:
            if connection.execute(
                "SELECT 1 FROM worksheets WHERE slug = ?", (sheet.slug,)
            ).fetchone():
                raise ConflictError(
                    f"There is already a worksheet {sheet.name!r}.", fix="Choose another name."
                )
            connection.execute(
                f"INSERT INTO worksheets ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", astuple(sheet)
            )
            return sheet

        return await self._database.write(work)

    async def get(self, name: str) -> WorksheetRecord:
        """The worksheet of this name or id; raises `NotFoundError` that tells which there are."""
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM worksheets WHERE slug = ? OR id = ?", (slug(name), name)
        )
        if row is None:
            names = ", ".join(sheet.name for sheet in await self.all()) or "none yet"
            raise missing("worksheet", name, f"Worksheets here: {names}.")
        return WorksheetRecord(*row)

    async def all(self) -> list[WorksheetRecord]:
        """All worksheets, oldest first."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM worksheets ORDER BY n")
        return [WorksheetRecord(*row) for row in rows]

    async def set_grouping(self, worksheet_id: str, grouping: str) -> None:
        """Change what makes a case; cases that are there stay as they are."""

        def work(connection: sqlite3.Connection) -> None:
            found = connection.execute(
                "UPDATE worksheets SET grouping = ? WHERE id = ?", (plain(grouping), worksheet_id)
            )
            if not found.rowcount:
                raise missing("worksheet", worksheet_id)

        await self._database.write(work)

"""The rows of tables as a pending change would have them, beside those that are there.

A `RowStore`. A row that only the change has is a case that is retired from the start, so that its
cells have a place; when the change is adopted, the table's next rows are matched with it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from casework.store.cases import case_number
from casework.store.codec import json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.store.rows import Rows
from casework.types.case import CaseRecord
from casework.types.change import ChangeRecord
from casework.types.rows import RowsWrite
from casework.types.values import Json

_OF = (
    "SELECT k.id, p.source, p.rows FROM changes h JOIN proposed_rows p ON p.change = h.n"
    " JOIN cases k ON k.n = p.case_n JOIN worksheets w ON w.n = p.worksheet"
    " WHERE h.id = ? AND w.id = ? AND k.id IN (SELECT value FROM json_each(?))"
)
_MADE = (
    "SELECT k.id, p.step_id, p.digest FROM changes h JOIN proposed_rows p ON p.change = h.n"
    " JOIN cases k ON k.n = p.case_n"
    " WHERE h.id = ? AND k.id IN (SELECT value FROM json_each(?))"
)
_PUT = (
    "INSERT INTO proposed_rows (change, case_n, step_id, worksheet, digest, source, rows, at)"
    " VALUES ((SELECT n FROM changes WHERE id = ?), ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (change, case_n, step_id) DO UPDATE SET digest = excluded.digest,"
    " source = excluded.source, rows = excluded.rows, at = excluded.at"
)
_NEW_ROW = (
    "INSERT INTO cases (id, worksheet, key, name, fields, arrived_at, set_aside, parent, position,"
    " retired_at, source) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


class ProposedRows:
    """Rows of tables with those of an open change laid over them."""

    def __init__(self, database: Database, rows: Rows, change: ChangeRecord) -> None:
        self._database = database
        self._rows = rows
        self._change = change

    async def sheets(self, worksheet_id: str) -> dict[str, str]:
        """As of the rows that are there."""
        return await self._rows.sheets(worksheet_id)

    async def make_sheets(self, worksheet_id: str, paths: Sequence[str], at: str) -> dict[str, str]:
        """As of the rows that are there: a nested worksheet without rows shows nowhere."""
        return await self._rows.make_sheets(worksheet_id, paths, at)

    async def of(self, sheet_id: str, parents: Collection[str]) -> dict[str, list[CaseRecord]]:
        """The rows as the change has them, where it made any; else those that are there."""
        found = await self._rows.of(sheet_id, parents)
        asked = (self._change.id, sheet_id, json_text(list(parents)))
        for parent, source, told in await self._database.rows(_OF, asked):
            known = {row.id: row for row in found.get(parent, ())}
            found[parent] = [
                _row(known.get(id), id, name, fields, sheet_id) for id, name, fields in _told(told)
            ]
            found[parent] = [
                replace(row, parent=parent, position=place, source=source)
                for place, row in enumerate(found[parent], 1)
            ]
        return found

    async def ever_of(self, sheet_id: str, parent_id: str) -> list[CaseRecord]:
        """All rows that a case has had, those of the change first."""
        first = (await self.of(sheet_id, [parent_id])).get(parent_id, [])
        ids = {row.id for row in first}
        rest = await self._rows.ever_of(sheet_id, parent_id)
        return [*first, *(row for row in rest if row.id not in ids)]

    async def made_from(self, parents: Collection[str]) -> dict[tuple[str, str], str]:
        """From which values the rows were made, those of the change where it made any."""
        found = await self._rows.made_from(parents)
        asked = (self._change.id, json_text(list(parents)))
        rows = await self._database.rows(_MADE, asked)
        return {**found, **{(case, step): mark for case, step, mark in rows}}

    async def put(self, write: RowsWrite) -> None:
        """Write the rows of a table as the change has them; what is there stays."""
        rows = json_text([[row.id, plain(row.name), row.fields] for row in write.rows])

        async def work(tx: Transaction) -> None:
            parent = await case_number(tx, write.parent_id)
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (write.worksheet_id,))
            if sheet is None:
                raise missing("worksheet", write.worksheet_id)
            await tx.many(
                _NEW_ROW,
                [
                    (
                        row.id, sheet[0], row.id, plain(row.name), json_text(row.fields), write.at,
                        parent, place, write.at, write.source,
                    )
                    for place, row in enumerate(write.rows, 1)
                ],
            )  # fmt: skip
            told = (write.step_id, sheet[0], write.digest, write.source, rows, write.at)
            await tx.execute(_PUT, (self._change.id, parent, *told))

        await self._database.write(work)


def _told(text: str) -> list[tuple[str, str, dict[str, Json]]]:
    rows = json_value(text)
    told = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list):
            fields = row[2] if isinstance(row[2], dict) else {}
            told.append((str(row[0]), str(row[1]), fields))
    return told


def _row(
    known: CaseRecord | None, id: str, name: str, fields: dict[str, Json], sheet_id: str
) -> CaseRecord:
    if known is not None:
        return replace(known, name=name, fields=fields)
    return CaseRecord(id, sheet_id, id, name, fields=fields)

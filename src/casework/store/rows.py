"""Rows of tables: cases of nested worksheets, which come and go with the value of their table.

Nothing is deleted: a row that is no longer there is retired, and comes back as the same case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casework.base.errors import LeaseHeldError
from casework.base.ids import uuid7
from casework.store.cases import case_number
from casework.store.codec import Row, json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.types.case import CaseRecord
from casework.types.nesting import DOT
from casework.types.rows import RowsWrite

_SHEETS = (
    "WITH RECURSIVE below (n, id, path) AS (SELECT n, id, parent_step FROM worksheets"
    " WHERE parent = (SELECT n FROM worksheets WHERE id = ?)"
    " UNION ALL SELECT w.n, w.id, b.path || '.' || w.parent_step"
    " FROM worksheets w JOIN below b ON w.parent = b.n) SELECT path, id FROM below"
)
_MAKE_SHEET = (
    "INSERT INTO worksheets (id, slug, name, procedure_file, grouping, created_at, parent,"
    " parent_step) SELECT CAST(? AS TEXT), w.slug || '/' || CAST(? AS TEXT), CAST(? AS TEXT),"
    " '', '', CAST(? AS TEXT), w.n, CAST(? AS TEXT) FROM worksheets w WHERE w.id = ?"
    " ON CONFLICT DO NOTHING"
)
_ROWS = (
    "SELECT p.id, k.id, w.id, k.key, k.name, k.fields, k.arrived_at, k.set_aside, k.position,"
    " k.retired_at, k.source FROM cases k JOIN cases p ON p.n = k.parent"
    " JOIN worksheets w ON w.n = k.worksheet"
    " WHERE CAST(k.worksheet AS INTEGER) = (SELECT n FROM worksheets WHERE id = ?) AND k.parent IN"
    " (SELECT n FROM cases WHERE id IN (SELECT value FROM json_each(?)))"
)
"""The cast keeps SQLite from looking through all rows of the worksheet for those of a few cases."""
_LIVE = f"{_ROWS} AND k.retired_at = '' ORDER BY k.parent, k.position"
_ALL = f"{_ROWS} ORDER BY k.parent, k.retired_at DESC, k.position"
_MADE = (
    "SELECT k.id, r.step_id, r.digest FROM row_sets r JOIN cases k ON k.n = r.case_n"
    " WHERE k.id IN (SELECT value FROM json_each(?))"
)
_INSERT = (
    "INSERT INTO cases (id, worksheet, key, name, fields, arrived_at, set_aside, parent, position,"
    " source) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?)"
)
_UPDATE = (
    "UPDATE cases SET name = ?, fields = ?, position = ?, source = ?, retired_at = '' WHERE id = ?"
)
_RETIRE = (
    "UPDATE cases SET retired_at = ? WHERE parent = ? AND worksheet = ? AND retired_at = ''"
    " AND id NOT IN (SELECT value FROM json_each(?))"
)
_MADE_FROM = (
    "INSERT INTO row_sets (case_n, step_id, digest, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET digest = excluded.digest, at = excluded.at"
)
_FAMILY = (
    "WITH RECURSIVE family (n) AS ("
    " SELECT n FROM cases WHERE id IN (SELECT value FROM json_each(?))"
    " UNION ALL SELECT k.n FROM cases k JOIN family f ON k.parent = f.n)"
    " SELECT k.id FROM family f JOIN cases k ON k.n = f.n"
)
_TOPS = (
    "WITH RECURSIVE up (n, parent, id) AS (SELECT n, parent, id FROM cases"
    " WHERE id IN (SELECT value FROM json_each(?))"
    " UNION SELECT k.n, k.parent, k.id FROM cases k JOIN up u ON k.n = u.parent)"
    " SELECT id FROM up WHERE parent IS NULL ORDER BY n"
)


class Rows:
    """The rows of tables of a workspace: a `RowStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sheets(self, worksheet_id: str) -> dict[str, str]:
        """The ids of the worksheets nested in this one, to any depth, by the path of their table
        (`lines`, `orders.lines`)."""
        return dict(await self._database.rows(_SHEETS, (worksheet_id,)))

    async def make_sheets(self, worksheet_id: str, paths: Sequence[str], at: str) -> dict[str, str]:
        """The same, with those of these tables made that are not there yet."""
        known = await self.sheets(worksheet_id)
        if all(path in known for path in paths):
            return known

        async def work(tx: Transaction) -> None:
            for path in sorted(paths, key=lambda path: path.count(DOT)):
                around, _, step = path.rpartition(DOT)
                sheets: dict[str, str] = dict(await tx.rows(_SHEETS, (worksheet_id,)))
                parent = sheets[around] if around else worksheet_id
                await tx.execute(_MAKE_SHEET, (uuid7(), step, step, at, step, parent))

        await self._database.write(work)
        return await self.sheets(worksheet_id)

    async def of(self, sheet_id: str, parents: Collection[str]) -> dict[str, list[CaseRecord]]:
        """The rows that are there of these cases, in their order, by the id of the case. Their
        documents are those of the case, and are left to whoever knows it."""
        return _by_parent(await self._read(_LIVE, sheet_id, parents))

    async def ever_of(self, sheet_id: str, parent_id: str) -> list[CaseRecord]:
        """All rows that a case has had, those that are there first, the last retired next."""
        found = await self._read(_ALL, sheet_id, [parent_id])
        rows = _by_parent(found).get(parent_id, [])
        return sorted(rows, key=lambda row: bool(row.retired_at))

    async def made_from(self, parents: Collection[str]) -> dict[tuple[str, str], str]:
        """From which values the rows of these cases were made: digests by case and table step."""
        rows = await self._database.rows(_MADE, (json_text(list(parents)),))
        return {(case, step): mark for case, step, mark in rows}

    async def family(self, case_ids: Collection[str]) -> list[str]:
        """The ids of these cases and of all their rows, to any depth, retired ones too."""
        return [row[0] for row in await self._database.rows(_FAMILY, (json_text(list(case_ids)),))]

    async def tops(self, case_ids: Collection[str]) -> list[str]:
        """The cases that these are, or whose rows they are, to any depth."""
        rows = await self._database.rows(_TOPS, (json_text(list(case_ids)),))
        return [row[0] for row in rows]

    async def put(self, write: RowsWrite) -> None:
        """Write the rows of a table and from which value they were made; the others are retired.

        Raises `LeaseHeldError` when the run that made them has lost its worksheet.
        """

        async def work(tx: Transaction) -> None:
            await _check_lease(tx, write.run_id)
            parent = await case_number(tx, write.parent_id)
            sheet = await _sheet_number(tx, write.worksheet_id)
            known = await tx.rows(
                "SELECT id FROM cases WHERE parent = ? AND worksheet = ?", (parent, sheet)
            )
            there = {row[0] for row in known}
            told = [
                (row.id, plain(row.name), json_text(row.fields), place)
                for place, row in enumerate(write.rows, 1)
            ]
            await tx.many(
                _UPDATE,
                [(name, fields, at, write.source, id) for id, name, fields, at in told
                 if id in there],
            )  # fmt: skip
            await tx.many(
                _INSERT,
                [(id, sheet, id, name, fields, write.at, parent, at, write.source)
                 for id, name, fields, at in told if id not in there],
            )  # fmt: skip
            kept = json_text([row.id for row in write.rows])
            await tx.execute(_RETIRE, (write.at, parent, sheet, kept))
            await tx.execute(_MADE_FROM, (parent, write.step_id, write.digest, write.at))

        await self._database.write(work)

    async def _read(self, sql: str, sheet_id: str, parents: Collection[str]) -> list[Row]:
        return await self._database.rows(sql, (sheet_id, json_text(list(parents))))


def _by_parent(rows: list[Row]) -> dict[str, list[CaseRecord]]:
    found: dict[str, list[CaseRecord]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_row(row))
    return found


def _row(row: Row) -> CaseRecord:
    parent, id, sheet, key, name, told, arrived_at, aside, position, retired_at, source = row
    fields = json_value(told)
    return CaseRecord(
        id,
        sheet,
        key,
        name,
        fields=fields if isinstance(fields, dict) else {},
        arrived_at=arrived_at,
        set_aside=aside,
        parent=parent,
        position=position,
        retired_at=retired_at,
        source=source,
    )


async def _sheet_number(tx: Transaction, sheet_id: str) -> int:
    found = await tx.row("SELECT n FROM worksheets WHERE id = ?", (sheet_id,))
    if found is None:
        raise missing("worksheet", sheet_id)
    return int(found[0])


async def _check_lease(tx: Transaction, run_id: str) -> None:
    if run_id and not await tx.row("SELECT 1 FROM leases WHERE run_id = ?", (run_id,)):
        raise LeaseHeldError(
            f"The run {run_id} has lost its worksheet; what it still found is not written.",
            fix="What it committed before stands; start a new run to go on.",
            code="run.lease_lost",
        )

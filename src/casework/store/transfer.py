"""Copies all rows of one database into an empty one, and proves by digest that they are the same.

Knows no noun: tables are read from the schema, rows go over in the order of their keys, so a copy
that was broken off goes on where it stopped. Nothing is changed at the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from casework.base.errors import ConflictError, StoreError
from casework.store.codec import json_text
from casework.store.database import Database, Row, Transaction
from casework.store.needs import BlobStore
from casework.store.schema import DERIVED, Table, kept_tables

MOVING = "moving_from"
"""The key in `meta` of a database that is being filled: the id of the workspace it comes from."""
_BATCH = 2_000
_ABOUT = Table("meta", ("key", "value"), ("key",), False)

OnRows = Callable[[int, int, str], None]
"""Told how many of how many rows (or files) are over, and of which table."""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """A table on both sides: how many rows, and the digests of their canonical JSON in order."""

    table: str
    rows: int
    source: str
    target: str

    @property
    def same(self) -> bool:
        return self.source == self.target


async def copy_rows(
    source: Database, target: Database, on_rows: OnRows, *, batch: int = _BATCH
) -> list[TableDigest]:
    """Copy all tables and compare them; the target is a workspace when they are the same.

    Nobody else writes to the source meanwhile. Raises `ConflictError` when the target holds
    another workspace, and `StoreError` when the digests differ.
    """
    async with source.frozen():
        await _begin(source, target)
        content = [table for table in kept_tables() if table.name != _ABOUT.name]
        counts = {table.name: await _count(source, table) for table in content}
        total, done = sum(counts.values()), 0
        for table in content:
            tell = partial(_tell, on_rows, done, total, table.name)
            done += await _copy(source, target, table, tell, batch)
        await target.renumber([table.name for table in content if table.numbered])
        compared = [await _compare(source, target, table) for table in content]
        different = [told.table for told in compared if not told.same]
        if different:
            raise StoreError(
                f"The copy differs from what was copied in {', '.join(different)}.",
                fix="Nothing was changed where it was. Remove the copy and move it again.",
                code="store.copy_differs",
            )
        await _finish(source, target)
        return [await _compare(source, target, _ABOUT), *compared]


def copy_blobs(source: BlobStore, target: BlobStore, on_files: OnRows) -> int:
    """Copy all blobs that are not there yet; each is compared with its hash. Returns how many
    there are."""
    names = list(source.all())
    for done, sha256 in enumerate(names, 1):
        if not target.has(sha256):
            kept = target.put(source.get(sha256))
            if kept != sha256:
                raise StoreError(
                    f"The blob {sha256} is damaged: its bytes have the hash {kept[:12]}….",
                    fix="Restore it from a backup, then move again.",
                    code="store.blob_damaged",
                )
        on_files(done, len(names), "files")
    return len(names)


async def digest_of(database: Database, table: Table) -> tuple[int, str]:
    """The number of rows of a table, and the sha256 of their canonical JSON, a line each."""
    mark, count = hashlib.sha256(), 0
    async for rows in _batches(database, table, ()):
        for row in rows:
            mark.update(json_text(list(row)).encode())
            mark.update(b"\n")
        count += len(rows)
    return count, mark.hexdigest()


def _tell(on_rows: OnRows, before: int, total: int, table: str, now: int) -> None:
    on_rows(before + now, total, table)


async def _begin(source: Database, target: Database) -> None:
    """Mark the target as being filled; one that is being filled from here goes on."""
    about = "SELECT key, value FROM meta"
    here: dict[str, str] = dict(await source.rows(about))
    there: dict[str, str] = dict(await target.rows(about))
    own = here["workspace_id"]
    if there.get(MOVING) == own:
        return
    held = await target.row("SELECT 1 FROM worksheets LIMIT 1") or there.get(MOVING)
    if held:
        raise ConflictError(
            "There is another workspace where this one was to be moved to.",
            fix="Name another place: another schema (…?schema=NAME), or another folder.",
        )

    async def mark(tx: Transaction) -> None:
        await tx.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (MOVING, own))

    await target.write(mark)


async def _finish(source: Database, target: Database) -> None:
    rows = await source.rows("SELECT key, value FROM meta ORDER BY key")

    async def introduce(tx: Transaction) -> None:
        await tx.execute("DELETE FROM meta")
        for table in sorted(DERIVED):  # copying rows is no news, and what was there tells of it
            await tx.execute(f"DELETE FROM {table}")
        await tx.insert(_ABOUT.name, _ABOUT.columns, rows)

    await target.write(introduce)


async def _copy(
    source: Database, target: Database, table: Table, on_rows: Callable[[int], None], batch: int
) -> int:
    """Copy the rows of a table that are not over yet; returns how many the target has."""
    newest = ", ".join(f"{column} DESC" for column in table.key)
    key = _listed(table.key)
    last = await target.row(f"SELECT {key} FROM {table.name} ORDER BY {newest} LIMIT 1")
    done = await _count(target, table)
    async for rows in _batches(source, table, last or (), batch):

        async def put(tx: Transaction, rows: Sequence[Row] = rows) -> None:
            await tx.insert(table.name, table.columns, rows)

        await target.write(put)
        done += len(rows)
        on_rows(done)
    return done


async def _batches(
    database: Database, table: Table, after: Sequence[object], batch: int = _BATCH
) -> AsyncIterator[list[Row]]:
    """The rows of a table in the order of their keys, after this key."""
    key = _listed(table.key)
    places = [table.columns.index(column) for column in table.key]
    last = tuple(after)
    while True:
        where = f" WHERE ({key}) > ({', '.join('?' * len(last))})" if last else ""
        sql = f"SELECT {_listed(table.columns)} FROM {table.name}{where} ORDER BY {key}"
        rows = await database.long_read(f"{sql} LIMIT {batch}", last)  # type: ignore[arg-type]
        if rows:
            yield rows
        if len(rows) < batch:
            return
        last = tuple(rows[-1][place] for place in places)


async def _compare(source: Database, target: Database, table: Table) -> TableDigest:
    count, here = await digest_of(source, table)
    _, there = await digest_of(target, table)
    return TableDigest(table.name, count, here, there)


async def _count(database: Database, table: Table) -> int:
    row = await database.row(f"SELECT count(*) FROM {table.name}")
    return int(row[0]) if row else 0


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)

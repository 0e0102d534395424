"""Files split into parts: what stands in which case, changed in one transaction, and every change
kept. Nothing is deleted: a case whose pages go to others is retired, and is itself again when just
these pages are a case again. One file may stand in several cases, and be split in each by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.store.cases import INSERT, PLACE, case_number, worksheet_number
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction, made_number, missing
from casework.types.split import PlacedPart, SplitRecord

_DIGEST = re.compile(r"[0-9a-f]{6,64}")
_HISTORY = (
    "SELECT w.id, s.document, s.home, s.how, s.made, s.parts, s.who, s.at FROM splits s"
    " JOIN worksheets w ON w.n = s.worksheet WHERE w.id = ? AND s.document = ? ORDER BY s.n"
)
_HELD = (
    "SELECT m.first_page, m.last_page, m.name, m.kinds, k.id FROM case_documents m"
    " JOIN cases k ON k.n = m.case_n WHERE m.document = ? AND m.last_page > 0 AND k.retired_at = ''"
    " AND k.worksheet = (SELECT n FROM worksheets WHERE id = ?) ORDER BY m.first_page, k.n"
)
_WHOLE = (
    "SELECT m.name, m.kinds, m.parent FROM case_documents m WHERE m.case_n = ? AND m.document = ?"
    " AND m.last_page = 0"
)
_BEFORE = (
    "SELECT s.whole FROM splits s JOIN worksheets w ON w.n = s.worksheet"
    " WHERE w.id = ? AND s.document = ? AND s.home = ? ORDER BY s.n DESC LIMIT 1"
)
_ELSEWHERE = (
    "SELECT s.home, s.parts FROM splits s JOIN worksheets w ON w.n = s.worksheet"
    " WHERE w.id = ? AND s.document = ? AND s.home <> ? ORDER BY s.n"
)
_NAMED = (
    "SELECT DISTINCT s.document, s.home, s.whole FROM splits s"
    " WHERE s.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
    " AND (s.whole LIKE ? ESCAPE '!' OR s.document LIKE ?)"
)
_TAKE = "DELETE FROM case_documents WHERE case_n = ? AND document = ?"
_RETIRE = (
    "UPDATE cases SET retired_at = ?, source = key, key = id WHERE id = ? AND retired_at = ''"
    " AND NOT EXISTS (SELECT 1 FROM case_documents m WHERE m.case_n = cases.n)"
)
_REVIVE = "UPDATE cases SET retired_at = '', key = ?, source = '' WHERE id = ? AND retired_at <> ''"
_RECORD = (
    "INSERT INTO splits (worksheet, document, home, how, made, parts, whole, who, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SplitFile(NamedTuple):
    """A file that is or was split: the case that has or had all of it, and its name there."""

    sha256: str
    home: str
    name: str


class Splits:
    """How the files of a workspace are split."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(self, worksheet_id: str, document: str) -> list[SplitRecord]:
        """How a file was split, the oldest first."""
        rows = await self._database.rows(_HISTORY, (worksheet_id, document))
        return [_record(row) for row in rows]

    async def held(self, worksheet_id: str, document: str, home: str) -> list[PlacedPart]:
        """The parts of the file of one case that cases have now, in the order of its pages."""
        rows = await self._database.rows(_HELD, (document, worksheet_id))
        others = await self._database.rows(_ELSEWHERE, (worksheet_id, document, home))
        return _held(rows, others)

    async def named(self, worksheet_id: str, words: str) -> list[SplitFile]:
        """The files that were split and whose name or sha256 begins so."""
        digest = f"{words}%" if _DIGEST.fullmatch(words) else ""
        begins = json_text([plain(words)])[:-2]
        pattern = "".join(f"!{c}" if c in "!%_" else c for c in begins) + "%"
        rows = await self._database.rows(_NAMED, (worksheet_id, pattern, digest))
        return [SplitFile(sha256, home, json.loads(whole)[0]) for sha256, home, whole in rows]

    async def apply(self, wanted: SplitRecord, keys: Sequence[str]) -> SplitRecord:
        """Put parts into the cases that they name, and into new ones where they name none (with the
        key and name of that place in `keys`); take the file, and parts that are no more, out of
        where they stand. No parts: the file goes home as a whole."""
        at = stamp(self._database.clock.now())
        record = replace(wanted, at=at)

        async def work(tx: Transaction) -> SplitRecord:
            return await _Applying(tx, record).run(keys)

        return await self._database.write(work)


class _Applying:
    """One split being put into effect."""

    def __init__(self, tx: Transaction, record: SplitRecord) -> None:
        self._tx = tx
        self._record = record

    async def run(self, keys: Sequence[str]) -> SplitRecord:
        record = self._record
        sheet = await worksheet_number(self._tx, record.worksheet_id)
        told = (record.document, record.worksheet_id)
        others = await self._tx.rows(_ELSEWHERE, (*told[::-1], record.home))
        held = _held(await self._tx.rows(_HELD, told), others)
        whole = await self._as_whole()
        name, kinds, parent = json.loads(whole)
        for case_id in dict.fromkeys([record.home, *(part.case_id for part in held)]):
            number = await case_number(self._tx, case_id)
            await self._tx.execute(_TAKE, (number, record.document))
        placed = [
            await self._place(part, key, sheet, parent)
            for part, key in zip(record.parts, keys, strict=True)
        ]
        if not placed:
            await self._revive(record.home, sheet)
            home = await case_number(self._tx, record.home)
            place = (home, record.document, name, json_text(kinds), parent, record.at, 0, 0)
            await self._tx.execute(PLACE, place)
        kept = {part.case_id for part in placed}
        for case_id in {record.home, *(part.case_id for part in held)} - kept:
            await self._tx.execute(_RETIRE, (record.at, case_id))
        done = replace(record, parts=tuple(placed))
        await self._tx.execute(_RECORD, _row(done, sheet, whole))
        return done

    async def _as_whole(self) -> str:
        """Name, kinds and parent of the whole file as JSON: as its home has or had it."""
        record = self._record
        home = await case_number(self._tx, record.home)
        row = await self._tx.row(_WHOLE, (home, record.document))
        if row is not None:
            return json_text([row[0], json.loads(row[1]), row[2]])
        told = (record.worksheet_id, record.document, record.home)
        before = await self._tx.row(_BEFORE, told)
        if before is None:
            raise missing("document", record.document, f"It is not in the case {record.home!r}.")
        return str(before[0])

    async def _place(self, part: PlacedPart, key: str, sheet: int, parent: str) -> PlacedPart:
        record = self._record
        if part.case_id:
            await self._revive(part.case_id, sheet)
            number, case_id = await case_number(self._tx, part.case_id), part.case_id
        else:
            case_id, key = uuid7(), await self._free(key, sheet)
            told = (case_id, sheet, plain(key), plain(key), "{}", record.at)
            number = made_number(await self._tx.row(INSERT, told))
        place = (
            number, record.document, plain(part.name), json_text(part.kinds), parent, record.at,
            part.first, part.last,
        )  # fmt: skip
        await self._tx.execute(PLACE, place)
        return replace(part, case_id=case_id)

    async def _revive(self, case_id: str, sheet: int) -> None:
        row = await self._tx.row(
            "SELECT source FROM cases WHERE id = ? AND retired_at <> ''", (case_id,)
        )
        if row is not None:
            await self._tx.execute(_REVIVE, (await self._free(row[0] or case_id, sheet), case_id))

    async def _free(self, key: str, sheet: int) -> str:
        """The key, or one like it that no case of the worksheet has."""
        found, number = plain(key), 2
        taken = "SELECT 1 FROM cases WHERE worksheet = ? AND key = ?"
        while await self._tx.row(taken, (sheet, found)):
            found, number = plain(f"{key} ({number})"), number + 1
        return found


def _row(record: SplitRecord, sheet: int, whole: str) -> Row:
    parts = [[p.first, p.last, p.name, list(p.kinds), p.case_id] for p in record.parts]
    return (
        sheet, record.document, record.home, record.how, record.made, json_text(parts), whole,
        plain(record.who), record.at,
    )  # fmt: skip


def _record(row: Row) -> SplitRecord:
    worksheet_id, document, home, how, made, parts, who, at = row
    told = tuple(
        PlacedPart(first, last, name, tuple(kinds), case_id)
        for first, last, name, kinds, case_id in json.loads(parts)
    )
    return SplitRecord(worksheet_id, document, home, how, made, told, who, at)


def _held(rows: Sequence[Row], others: Sequence[Row]) -> list[PlacedPart]:
    """The parts that no other home of the same file has; `others` is how those were split."""
    newest: dict[str, str] = {}
    for home, parts in others:
        newest[home] = parts
    theirs = {part[4] for parts in newest.values() for part in json.loads(parts)}
    return [part for part in map(_part, rows) if part.case_id not in theirs]


def _part(row: Row) -> PlacedPart:
    first, last, name, kinds, case_id = row
    return PlacedPart(first, last, name, tuple(json.loads(kinds)), case_id)

"""Cases and the documents in them, in the order in which they came. Nothing is ever deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import groupby

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError
from casework.base.ids import uuid7
from casework.store.codec import Row, json_text, json_value, plain
from casework.store.database import Database, Transaction, made_number, missing
from casework.store.readers import readers_from
from casework.store.records import Placed
from casework.types.case import CaseDocument, CaseRecord
from casework.types.values import Json

_BATCH = 256
_CASE = (
    "SELECT k.n, k.id, w.id, k.key, k.name, k.fields, k.arrived_at, k.set_aside, k.answered_at,"
    " k.decided_at"
    " FROM cases k JOIN worksheets w ON w.n = k.worksheet"
)
_DOCUMENTS = (
    "SELECT m.case_n, m.document, m.name, d.media_type, d.state, d.reason, m.kinds, d.reader,"
    " d.reader_version, m.parent, m.first_page, m.last_page, d.words, d.pages, r.readers"
    " FROM case_documents m JOIN documents d ON d.sha256 = m.document"
    " LEFT JOIN document_readers r ON r.document = d.n"
    " WHERE m.case_n IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
    " ORDER BY m.case_n, m.position"
)
THERE = "(k.retired_at = '' OR k.parent IS NOT NULL)"
"""A case `k` that nothing has taken the place of. (Rows that are no more: see their table.)"""
INSERT = (
    "INSERT INTO cases (id, worksheet, key, name, fields, arrived_at, set_aside)"
    " VALUES (?, ?, ?, ?, ?, ?, '') RETURNING n"
)
PLACE = (
    "INSERT INTO case_documents (case_n, document, position, name, kinds, parent, added_at,"
    " first_page, last_page)"
    " SELECT CAST(?1 AS INTEGER), CAST(?2 AS TEXT), coalesce(max(position), 0) + 1,"
    " CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS TEXT), CAST(?6 AS TEXT),"
    " CAST(?7 AS INTEGER), CAST(?8 AS INTEGER)"
    " FROM case_documents WHERE case_n = ?1"
)


class Cases:
    """The cases of a workspace: a `CaseStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        worksheet_id: str,
        key: str,
        name: str,
        *,
        fields: Mapping[str, Json] | None = None,
        documents: Sequence[CaseDocument] = (),
        arrived_at: str = "",
    ) -> CaseRecord:
        """Make a case with its documents; it arrives now when `arrived_at` is ''.

        Raises `ConflictError` when the worksheet has the key already and `NotFoundError` when a
        document is not in the workspace yet.
        """
        id, at = uuid7(), stamp(self._database.clock.now())
        told = (plain(key), plain(name), json_text(dict(fields or {})), arrived_at or at)

        async def work(tx: Transaction) -> None:
            sheet = await worksheet_number(tx, worksheet_id)
            if await tx.row(
                "SELECT 1 FROM cases WHERE worksheet = ? AND key = ?", (sheet, told[0])
            ):
                raise ConflictError(
                    f"The worksheet has a case {key!r} already.",
                    fix="Add the documents to it, or choose another key.",
                )
            number = made_number(await tx.row(INSERT, (id, sheet, *told)))
            for document in documents:
                await _place(tx, number, document, at)

        await self._database.write(work)
        return await self.get(id)

    async def get(self, case_id: str) -> CaseRecord:
        """The case of this id with its documents; raises `NotFoundError`."""
        found = await self._cases(await self._database.rows(f"{_CASE} WHERE k.id = ?", (case_id,)))
        if not found:
            raise missing("case", case_id)
        return found[0]

    async def by_key(self, worksheet_id: str, key: str) -> CaseRecord | None:
        """The case with this key in a worksheet, or None."""
        rows = await self._database.rows(
            f"{_CASE} WHERE w.id = ? AND k.key = ?", (worksheet_id, plain(key))
        )
        found = await self._cases(rows)
        return found[0] if found else None

    async def find(self, worksheet_id: str, words: str) -> CaseRecord:
        """The case with this id, key or name; raises `NotFoundError`, or `ConflictError` when
        several cases bear the name."""
        told = plain(words)
        rows = await self._database.rows(
            f"{_CASE} WHERE w.id = ? AND (k.id = ? OR k.key = ? OR k.name = ?)"
            f" AND {THERE} ORDER BY k.id = ? OR k.key = ? DESC, k.n LIMIT 2",
            (worksheet_id, told, told, told, told, told),
        )
        if not rows:
            raise missing("case", words, "The column `case` of the table has the names.")
        if len(rows) > 1 and told not in rows[0][1:4:2]:
            raise ConflictError(
                f"Several cases are called {words!r}.", fix="Name one by its key or its id."
            )
        return (await self._cases(rows[:1]))[0]

    async def stream(
        self, worksheet_id: str, only: Sequence[str] | None = None
    ) -> AsyncIterator[CaseRecord]:
        """The cases of a worksheet as they came, read in batches; with `only` just these ids."""
        batches = self._all(worksheet_id) if only is None else self._some(worksheet_id, only)
        async for rows in batches:
            for case in await self._cases(rows):
                yield case
            await asyncio.sleep(0)

    async def count(self, worksheet_id: str) -> int:
        """The number of cases of a worksheet."""
        row = await self._database.row(
            "SELECT count(*) FROM cases k"
            f" WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND {THERE}",
            (worksheet_id,),
        )
        return int(row[0]) if row else 0

    async def set_aside(self, case_id: str, reason: str) -> None:
        """Set a case aside for this reason; '' takes it back in."""
        await self._change(case_id, "set_aside", plain(reason))

    async def set_times(self, case_id: str, answered_at: str, decided_at: str) -> None:
        """Write when a case was answered and when it was decided; '' for not yet. When it was
        first answered stays."""

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "UPDATE cases SET decided_at = ?, answered_at ="
                " CASE WHEN answered_at = '' THEN CAST(? AS TEXT) ELSE answered_at END"
                " WHERE id = ?",
                (decided_at, answered_at, case_id),
            )

        await self._database.write(work)

    async def rename(self, case_id: str, name: str) -> None:
        """Change the shown name of a case; its key and id stay."""
        await self._change(case_id, "name", plain(name))

    async def set_fields(self, case_id: str, fields: dict[str, Json]) -> None:
        """Replace the given fields of a case."""
        await self._change(case_id, "fields", json_text(fields))

    async def documents(self, case_id: str) -> tuple[CaseDocument, ...]:
        """The documents of a case, in the order in which they were added."""
        return (await self.get(case_id)).documents

    async def add_document(self, case_id: str, document: CaseDocument) -> Placed:
        """Put a document of the workspace into a case; the same bytes twice stay one document.

        Tells whether the case had it already and which other cases of the worksheet have it.
        """
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> Placed:
            number = await case_number(tx, case_id)
            held = await _holders(tx, number, document.sha256)
            here = case_id in held
            if not here:
                await _place(tx, number, document, at)
            return Placed(here, tuple(other for other in held if other != case_id))

        return await self._database.write(work)

    async def set_kinds(self, case_id: str, sha256: str, kinds: Sequence[str]) -> None:
        """Say anew which kinds a document of a case answers to; parts of files keep theirs."""

        async def work(tx: Transaction) -> None:
            number = await case_number(tx, case_id)
            await tx.execute(
                "UPDATE case_documents SET kinds = ?"
                " WHERE case_n = ? AND document = ? AND last_page = 0",
                (json_text(tuple(kinds)), number, sha256),
            )

        await self._database.write(work)

    async def move_document(
        self, sha256: str, from_case: str, to_case: str, *, first_page: int = 0
    ) -> None:
        """Take a document out of one case and put it into another with name and kinds kept; of a
        file that is split the part that begins at this page."""

        async def work(tx: Transaction) -> None:
            old, new = await case_number(tx, from_case), await case_number(tx, to_case)
            row = await tx.row(
                "DELETE FROM case_documents WHERE case_n = ? AND document = ? AND first_page = ?"
                " RETURNING name, kinds, parent, added_at, first_page, last_page",
                (old, sha256, first_page),
            )
            if row is None:
                raise missing("document", sha256, f"It is not in the case {from_case!r}.")
            there = (
                "SELECT 1 FROM case_documents WHERE case_n = ? AND document = ? AND first_page = ?"
            )
            if not await tx.row(there, (new, sha256, first_page)):
                await tx.execute(PLACE, (new, sha256, *row))

        await self._database.write(work)

    async def size(self, worksheet_id: str) -> tuple[int, int]:
        """How many cases a worksheet has, and how many documents they hold."""
        row = await self._database.row(
            "SELECT count(*) FROM cases k JOIN case_documents m ON m.case_n = k.n"
            " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?)",
            (worksheet_id,),
        )
        return await self.count(worksheet_id), int(row[0]) if row else 0

    async def holding(self, sha256: str) -> list[str]:
        """The ids of all cases that have a document."""
        rows = await self._database.rows(
            "SELECT k.id FROM case_documents m JOIN cases k ON k.n = m.case_n"
            " WHERE m.document = ? ORDER BY k.n",
            (sha256,),
        )
        return [row[0] for row in rows]

    async def _all(self, worksheet_id: str) -> AsyncIterator[list[Row]]:
        last = 0
        while rows := await self._database.rows(
            f"{_CASE} WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND k.n > ?"
            f" AND {THERE} ORDER BY k.n LIMIT {_BATCH}",
            (worksheet_id, last),
        ):
            yield rows
            last = rows[-1][0]

    async def _some(self, worksheet_id: str, only: Sequence[str]) -> AsyncIterator[list[Row]]:
        found = await self._database.rows(
            "SELECT n FROM cases WHERE id IN (SELECT value FROM json_each(?)) ORDER BY n",
            (json_text(list(only)),),
        )
        for start in range(0, len(found), _BATCH):
            numbers = json_text([row[0] for row in found[start : start + _BATCH]])
            yield await self._database.rows(
                f"{_CASE} WHERE k.n IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
                f" AND w.id = ? AND {THERE} ORDER BY k.n",
                (numbers, worksheet_id),
            )

    async def _change(self, case_id: str, column: str, value: str) -> None:
        async def work(tx: Transaction) -> None:
            changed = f"UPDATE cases SET {column} = ? WHERE id = ?"
            if not await tx.execute(changed, (value, case_id)):
                raise missing("case", case_id)

        await self._database.write(work)

    async def _cases(self, rows: list[Row]) -> list[CaseRecord]:
        numbers = json_text([row[0] for row in rows])
        found = await self._database.rows(_DOCUMENTS, (numbers,)) if rows else []
        documents = {
            number: tuple(_document(row) for row in group)
            for number, group in groupby(found, key=lambda row: row[0])
        }
        return [_case(row, documents.get(row[0], ())) for row in rows]


def _case(row: Row, documents: tuple[CaseDocument, ...]) -> CaseRecord:
    _, id, worksheet_id, key, name, told, arrived_at, set_aside, answered_at, decided_at = row
    fields = json_value(told) if told != "{}" else {}
    given = fields if isinstance(fields, dict) else {}
    return CaseRecord(
        id,
        worksheet_id,
        key,
        name,
        documents,
        given,
        arrived_at,
        set_aside,
        answered_at,
        decided_at,
    )


def _document(row: Row) -> CaseDocument:
    (_, sha256, name, media_type, state, reason, kinds, reader, reader_version, parent,
     first_page, last_page, words, pages, readers) = row  # fmt: skip
    told = json_value(kinds) if kinds != "[]" else []
    said = tuple(str(kind) for kind in told) if isinstance(told, list) else ()
    return CaseDocument(
        sha256, name, media_type, state, reason, said, reader, reader_version, parent,
        first_page, last_page, words, pages, readers_from(readers),
    )  # fmt: skip


async def _place(tx: Transaction, number: int, document: CaseDocument, at: str) -> None:
    if not await tx.row("SELECT 1 FROM documents WHERE sha256 = ?", (document.sha256,)):
        raise NotFoundError(
            f"The document {document.name!r} is not in the workspace yet.",
            fix="Keep and read its bytes first, then put it into the case.",
        )
    kinds = json_text(document.kinds)
    told = (plain(document.name), kinds, document.parent, at)
    pages = (document.first_page, document.last_page)
    await tx.execute(PLACE, (number, document.sha256, *told, *pages))


async def _holders(tx: Transaction, number: int, sha256: str) -> list[str]:
    """The ids of the cases with this document, in the worksheet of the case of this number."""
    rows = await tx.rows(
        "SELECT k.id FROM case_documents m JOIN cases k ON k.n = m.case_n WHERE m.document = ?"
        " AND k.worksheet = (SELECT worksheet FROM cases WHERE n = ?) ORDER BY k.n",
        (sha256, number),
    )
    return [row[0] for row in rows]


async def case_number(tx: Transaction, case_id: str) -> int:
    """The number of a case; raises `NotFoundError`."""
    found = await tx.row("SELECT n FROM cases WHERE id = ?", (case_id,))
    if found is None:
        raise missing("case", case_id)
    return int(found[0])


async def worksheet_number(tx: Transaction, worksheet_id: str) -> int:
    found = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
    if found is None:
        raise missing("worksheet", worksheet_id)
    return int(found[0])

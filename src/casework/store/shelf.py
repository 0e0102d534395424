"""The documents of a worksheet as they stand in its cases: a page of them, by name, and in which
cases of the workspace a document is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casework.store.codec import json_text, plain
from casework.store.database import Database

_FROM = (
    " FROM cases k JOIN case_documents m ON m.case_n = k.n"
    " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
)
_PLACE = "m.document, m.name, k.id, k.name, m.parent, m.first_page, m.last_page"
_ORDER = " ORDER BY k.n, m.position"
_NAMED = (
    " AND (m.name = ? OR m.document LIKE ? ESCAPE '!' OR lower(m.name) LIKE lower(?) ESCAPE '!')"
)
_HOMES = 4
"""Cases of a document that are told; more are only counted."""
_HOLDERS = (
    "SELECT document, name, case_id, case_name, parent, first_page, last_page, worksheet, homes"
    " FROM ("
    "SELECT m.document AS document, m.name AS name, k.id AS case_id, k.name AS case_name,"
    " m.parent AS parent, m.first_page AS first_page, m.last_page AS last_page,"
    " w.name AS worksheet,"
    " row_number() OVER (PARTITION BY m.document, m.first_page ORDER BY k.n) AS place,"
    " count(*) OVER (PARTITION BY m.document, m.first_page) AS homes"
    " FROM case_documents m JOIN cases k ON k.n = m.case_n JOIN worksheets w ON w.n = k.worksheet"
    " WHERE w.parent IS NULL AND m.document IN (SELECT value FROM json_each(?))) told"
    f" WHERE place <= {_HOMES} ORDER BY document, place, first_page"
)
_BATCH = 500


class OnShelf(NamedTuple):
    """A document in a case: its sha256, its name there, the case, and the document that it was
    attached to ('' for none). Of a file that was split it is the pages from `first_page` to
    `last_page`, otherwise both are 0. `worksheet` is the name of the case's worksheet and `homes`
    in how many cases of the workspace these pages are, where these are told."""

    sha256: str
    name: str
    case_id: str
    case_name: str
    parent: str = ""
    first_page: int = 0
    last_page: int = 0
    worksheet: str = ""
    homes: int = 1

    def shares_pages(self, other: OnShelf) -> bool:
        """Whether both have a page in common, being of the same file."""
        if not (self.first_page and other.first_page):
            return True
        return self.first_page <= other.last_page and other.first_page <= self.last_page


_PARENTS = (
    "SELECT DISTINCT document, parent FROM case_documents"
    " WHERE document IN (SELECT value FROM json_each(?))"
)
_CASE_NAMES = (
    "SELECT n, name FROM cases WHERE n IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
)


class Shelf:
    """The documents of a workspace by where they stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, worksheet_id: str, *, skip: int = 0, limit: int = 50, case_ids: Iterable[str] = ()
    ) -> list[OnShelf]:
        """So many documents of a worksheet (or of these cases of it), after so many others."""
        wanted = list(case_ids)
        only = " AND k.id IN (SELECT value FROM json_each(?))" if wanted else ""
        sql = f"SELECT {_PLACE}{_FROM}{only}{_ORDER} LIMIT ? OFFSET ?"
        told = (json_text(wanted),) if wanted else ()
        rows = await self._database.rows(sql, (worksheet_id, *told, limit, skip))
        return [OnShelf(*row) for row in rows]

    async def count(self, worksheet_id: str) -> int:
        """How many documents its cases hold; one in two cases counts twice."""
        row = await self._database.row(f"SELECT count(*){_FROM}", (worksheet_id,))
        return int(row[0]) if row else 0

    async def named(self, worksheet_id: str, words: str, most: int = 50) -> list[OnShelf]:
        """The documents of this name, or whose name or sha256 begins so; those of just this name
        first."""
        told = plain(words)
        pattern = "".join(f"!{c}" if c in "!%_" else c for c in told) + "%"
        rows = await self._database.rows(
            f"SELECT {_PLACE}{_FROM}{_NAMED}{_ORDER} LIMIT {most}",
            (worksheet_id, told, pattern.lower(), pattern),
        )
        found = [OnShelf(*row) for row in rows]
        return sorted(found, key=lambda one: one.name != told)

    async def beginning(self, digest: str, most: int = 2) -> list[str]:
        """The documents of the workspace whose sha256 begins so."""
        rows = await self._database.rows(
            "SELECT sha256 FROM documents WHERE sha256 >= ? AND sha256 < ? LIMIT ?",
            (digest, f"{digest}g", most),
        )
        return [row[0] for row in rows]

    async def parents(self, sha256s: Iterable[str]) -> dict[str, set[str]]:
        """The documents that each of these was attached to; '' among them where it came alone."""
        found: dict[str, set[str]] = {}
        for sha256, parent in await self._database.rows(_PARENTS, (json_text(list(sha256s)),)):
            found.setdefault(sha256, set()).add(parent)
        return found

    async def case_names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The names of cases by their numbers."""
        rows = await self._database.rows(_CASE_NAMES, (json_text(sorted(numbers)),))
        return {int(number): name for number, name in rows}

    async def holders(self, sha256s: Iterable[str]) -> dict[str, list[OnShelf]]:
        """The first cases that hold each of these documents, in whichever worksheet."""
        wanted = list(sha256s)
        found: dict[str, list[OnShelf]] = {}
        for start in range(0, len(wanted), _BATCH):
            rows = await self._database.rows(_HOLDERS, (json_text(wanted[start : start + _BATCH]),))
            for row in rows:
                found.setdefault(row[0], []).append(OnShelf(*row))
        return found

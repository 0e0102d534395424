"""Finds a case by what people call it, and pages of cases, without reading the others."""

from __future__ import annotations

from collections.abc import Sequence

from casework.store.cases import THERE
from casework.store.codec import json_text, plain
from casework.store.database import Database

_SHEET = f"k.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND {THERE}"
_EXACT = (
    f"SELECT k.id FROM cases k WHERE {_SHEET} AND (k.id = ? OR k.key = ? OR k.name = ?)"
    " ORDER BY k.n LIMIT 1"
)
_AT = f"SELECT k.id FROM cases k WHERE {_SHEET} ORDER BY k.n LIMIT 1 OFFSET ?"
_BEGINNING = (
    f"SELECT k.id, k.name FROM cases k WHERE {_SHEET} AND (lower(k.name) LIKE lower(?) ESCAPE '!'"
    " OR k.id LIKE ? ESCAPE '!') ORDER BY k.n LIMIT ?"
)
_NAMES = f"SELECT k.id, k.name FROM cases k WHERE {_SHEET} ORDER BY k.n LIMIT ?"
_PAGE = f"SELECT k.id FROM cases k WHERE {_SHEET} ORDER BY k.n LIMIT ? OFFSET ?"
_COUNTS = (
    f"SELECT count(*), (SELECT count(DISTINCT m.document) FROM cases k JOIN case_documents m"
    f" ON m.case_n = k.n WHERE {_SHEET}) FROM cases k WHERE {_SHEET}"
)
_STATES = (
    f"SELECT c.state, count(*) FROM cases k JOIN cells c ON c.case_n = k.n WHERE {_SHEET}"
    " AND c.step_id IN (SELECT value FROM json_each(?)) GROUP BY c.state"
)
_LOOKED_THROUGH = 100_000
"""Names that are compared one by one where the database cannot tell capitals from small letters."""


class Finding:
    """The cases of a workspace by what people call them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def exact(self, worksheet_id: str, words: str) -> str:
        """The id of the first case with this id, key or name; '' when there is none."""
        told = plain(words)
        row = await self._database.row(_EXACT, (worksheet_id, told, told, told))
        return row[0] if row else ""

    async def at(self, worksheet_id: str, number: int) -> str:
        """The id of the case in this row, counted from 1; '' when there are not so many."""
        if number < 1:
            return ""
        row = await self._database.row(_AT, (worksheet_id, number - 1))
        return row[0] if row else ""

    async def beginning(
        self, worksheet_id: str, words: str, most: int = 20
    ) -> list[tuple[str, str]]:
        """Id and name of the first cases whose name or id begins so."""
        told = plain(words)
        pattern = "".join(f"!{c}" if c in "!%_" else c for c in told) + "%"
        found = await self._database.rows(_BEGINNING, (worksheet_id, pattern, pattern, most))
        if found or told.isascii():
            return [(id, name) for id, name in found]
        folded = told.casefold()
        rows = await self._database.long_read(_NAMES, (worksheet_id, _LOOKED_THROUGH))
        near = [(id, name) for id, name in rows if name.casefold().startswith(folded)]
        return near[:most]

    async def names(self, worksheet_id: str, most: int) -> list[str]:
        """The names of the first cases."""
        return [row[1] for row in await self._database.rows(_NAMES, (worksheet_id, most))]

    async def page(self, worksheet_id: str, *, skip: int, limit: int) -> list[str]:
        """The ids of so many cases, after so many others, as they came."""
        rows = await self._database.rows(_PAGE, (worksheet_id, limit, skip))
        return [row[0] for row in rows]

    async def states(self, worksheet_id: str, step_ids: Sequence[str]) -> dict[str, int]:
        """How many cells of these steps are in each state; those never touched are idle."""
        rows = await self._database.long_read(_STATES, (worksheet_id, json_text(list(step_ids))))
        told = {state: int(count) for state, count in rows}
        cases, _ = await self.counts(worksheet_id)
        untouched = cases * len(step_ids) - sum(told.values())
        if untouched > 0:
            told["idle"] = told.get("idle", 0) + untouched
        return told

    async def paused(self, worksheet_id: str) -> list[tuple[str, int]]:
        """Why cells wait for a budget, in words, and how many each; of all worksheets for ''."""
        rows = await self._database.long_read(
            "SELECT c.reason, count(*) FROM cells c JOIN cases k ON k.n = c.case_n"
            " WHERE c.waiting_for = 'budget' AND (? = '' OR k.worksheet ="
            " (SELECT n FROM worksheets WHERE id = ?)) GROUP BY c.reason ORDER BY 2 DESC",
            (worksheet_id, worksheet_id),
        )
        return [(reason, int(count)) for reason, count in rows]

    async def counts(self, worksheet_id: str) -> tuple[int, int]:
        """How many cases a worksheet has, and how many documents."""
        rows = await self._database.long_read(_COUNTS, (worksheet_id, worksheet_id))
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

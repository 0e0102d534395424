"""Views of worksheets with names: a query, and the steps that it does not show. Display only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.store.codec import json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.types.values import Json

_ALL = (
    "SELECT v.id, v.name, v.query, v.hidden, v.who FROM saved_views v"
    " JOIN worksheets w ON w.n = v.worksheet WHERE w.id = ? ORDER BY v.name"
)
_KEEP = (
    "INSERT INTO saved_views (id, worksheet, name, query, hidden, who, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (worksheet, name) DO UPDATE SET"
    " query = excluded.query, hidden = excluded.hidden, who = excluded.who, at = excluded.at"
    " RETURNING id"
)


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """A view as it is kept; `query` is what its owner wrote there."""

    id: str
    name: str
    query: Json
    hidden: tuple[str, ...]
    who: str


class SavedViews:
    """The views with names of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_worksheet(self, worksheet_id: str) -> list[ViewRecord]:
        """All of a worksheet, by name."""
        return [
            ViewRecord(id, name, json_value(query), _texts(json_value(hidden)), who)
            for id, name, query, hidden, who in await self._database.rows(_ALL, (worksheet_id,))
        ]

    async def keep(
        self, worksheet_id: str, name: str, query: Json, *, hidden: Sequence[str], who: str
    ) -> str:
        """Keep a view under a name, in the place of one that bears it already; returns its id."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> str:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            told = (json_text(query), json_text(list(hidden)), plain(who), at)
            row = await tx.row(_KEEP, (uuid7(), sheet[0], plain(name), *told))
            return str(row[0]) if row else ""

        return await self._database.write(work)

    async def drop(self, worksheet_id: str, id: str) -> None:
        """Forget a view; raises `NotFoundError`."""

        async def work(tx: Transaction) -> None:
            gone = await tx.execute(
                "DELETE FROM saved_views WHERE id = ?"
                " AND worksheet = (SELECT n FROM worksheets WHERE id = ?)",
                (id, worksheet_id),
            )
            if not gone:
                raise missing("view", id)

        await self._database.write(work)


def _texts(told: Json) -> tuple[str, ...]:
    return tuple(map(str, told)) if isinstance(told, list) else ()

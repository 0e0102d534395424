"""The webhooks of a workspace, without their secrets. Sends nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from casework.base.clock import stamp
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Transaction, missing
from casework.types.webhook import Filter, Webhook

COLUMNS = "id, url, filter, include, readers, note, who, at, paused, version"


class Webhooks:
    """The addresses that are told of what happens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Webhook]:
        """Those that were not removed, oldest first."""
        rows = await self._database.rows(
            f"SELECT {COLUMNS} FROM webhooks WHERE removed_at = '' ORDER BY n"
        )
        return [webhook_from(row) for row in rows]

    async def get(self, id: str) -> Webhook:
        """The webhook of this id; raises `NotFoundError` when there is none."""
        row = await self._database.row(
            f"SELECT {COLUMNS} FROM webhooks WHERE id = ? AND removed_at = ''", (plain(id),)
        )
        if row is None:
            raise missing("webhook", id)
        return webhook_from(row)

    async def add(self, webhook: Webhook) -> None:
        """Write a new one; from now on it is told."""

        async def work(tx: Transaction) -> None:
            await begin_marks(tx)
            marks = ", ".join("?" * len(COLUMNS.split(", ")))
            await tx.execute(f"INSERT INTO webhooks ({COLUMNS}) VALUES ({marks})", _row(webhook))

        await self._database.write(work)

    async def change(self, webhook: Webhook) -> bool:
        """Write another state of one; False when somebody changed it since (its `version`)."""

        async def work(tx: Transaction) -> bool:
            row = _row(webhook)
            touched = await tx.execute(
                "UPDATE webhooks SET url = ?, filter = ?, include = ?, readers = ?, note = ?,"
                " paused = ?, version = version + 1"
                " WHERE id = ? AND version = ? AND removed_at = ''",
                (*row[1:6], row[8], row[0], row[9]),
            )
            return touched > 0

        return await self._database.write(work)

    async def remove(self, id: str) -> None:
        """Tell it nothing any more; what was told stays in the record."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE webhooks SET removed_at = ? WHERE id = ?", (at, plain(id)))
            await tx.execute(
                "DELETE FROM deliveries WHERE state = 'waiting' AND webhook ="
                " (SELECT n FROM webhooks WHERE id = ?)",
                (plain(id),),
            )

        await self._database.write(work)


async def begin_marks(tx: Transaction) -> None:
    """With the first webhook: what happened before is told to nobody."""
    if await tx.row("SELECT 1 FROM webhooks WHERE removed_at = '' LIMIT 1") is not None:
        return
    await tx.execute("DELETE FROM webhook_marks")
    for source in ("cell_log", "outcomes", "verdicts", "cases", "runs"):
        await tx.execute(
            f"INSERT INTO webhook_marks (source, n) SELECT '{source}', coalesce(max(n), 0)"
            f" FROM {source}"
        )
    await tx.execute("DELETE FROM webhook_cases")
    await tx.execute(
        "INSERT INTO webhook_cases (case_n, answered_at, decided_at, aside)"
        " SELECT n, answered_at, decided_at, set_aside FROM cases WHERE parent IS NULL"
        " AND (answered_at <> '' OR decided_at <> '' OR set_aside <> '')"
    )


def webhook_from(row: Row) -> Webhook:
    """The webhook of a row of `COLUMNS`."""
    id, url, told, include, readers, note, who, at, paused, version = row
    parts: dict[str, Sequence[str]] = json.loads(told)
    return Webhook(
        id,
        url,
        Filter(**{name: tuple(part) for name, part in parts.items()}),
        include,
        frozenset(json.loads(readers)) if readers else None,
        note,
        who,
        at,
        paused,
        int(version),
    )


def _row(one: Webhook) -> Row:
    told = {
        name: list(part)
        for name in ("events", "worksheets", "steps", "states")
        if (part := getattr(one.filter, name))
    }
    readers = "" if one.readers is None else json_text(sorted(one.readers))
    return (
        one.id, plain(one.url), json_text(told), one.include, readers, plain(one.note),
        plain(one.who), one.at, plain(one.paused), one.version,
    )  # fmt: skip

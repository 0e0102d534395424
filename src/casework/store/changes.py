"""Pending changes: what is asked beside what is in force. One of a worksheet is open at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.base.clock import stamp
from casework.base.hashing import sha256_text
from casework.base.ids import uuid7
from casework.store.codec import Row, json_text, json_value, plain
from casework.store.database import Database, Transaction, missing
from casework.types.change import ChangeRecord, ChangeState, Correction

_COLUMNS = (
    "h.id, w.id, h.state, h.text, h.sha256, h.settings, h.corrections, h.who, h.at, h.ended_by,"
    " h.ended_at, h.versions"
)
_FROM = f"SELECT {_COLUMNS} FROM changes h JOIN worksheets w ON w.n = h.worksheet"


class Changes:
    """The pending changes of a workspace, and those that were decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        worksheet_id: str,
        text: str,
        *,
        settings: Mapping[str, str],
        corrections: Sequence[Correction],
        who: str,
        versions: Sequence[str] = (),
    ) -> ChangeRecord:
        """Ask for this: the open change goes on with it, or a new one is opened."""
        at = stamp(self._database.clock.now())
        told = (sha256_text(text), plain(text), json_text(dict(settings)), _text_of(corrections),
                json_text(list(versions)))  # fmt: skip
        fresh = uuid7()

        async def work(tx: Transaction) -> None:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            if not await tx.execute(
                "UPDATE changes SET sha256 = ?, text = ?, settings = ?, corrections = ?,"
                " versions = ? WHERE worksheet = ? AND state = 'open'",
                (*told, sheet[0]),
            ):
                await tx.execute(
                    "INSERT INTO changes (id, worksheet, state, sha256, text, settings,"
                    " corrections, versions, who, at)"
                    " VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)",
                    (fresh, sheet[0], *told, plain(who), at),
                )

        await self._database.write(work)
        found = await self.open(worksheet_id)
        assert found is not None
        return found

    async def open(self, worksheet_id: str) -> ChangeRecord | None:
        """The change that is open, or None."""
        row = await self._database.row(
            f"{_FROM} WHERE w.id = ? AND h.state = 'open'", (worksheet_id,)
        )
        return _record(row) if row else None

    async def all(self, worksheet_id: str) -> list[ChangeRecord]:
        """All changes of a worksheet, newest first."""
        rows = await self._database.rows(
            f"{_FROM} WHERE w.id = ? ORDER BY h.n DESC", (worksheet_id,)
        )
        return [_record(row) for row in rows]

    async def close(self, change_id: str, state: ChangeState, who: str) -> None:
        """End a change; its proposals stand beside nothing any more."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            number = await change_number(tx, change_id)
            await tx.execute(
                "UPDATE changes SET state = ?, ended_by = ?, ended_at = ? WHERE n = ?",
                (state, plain(who), at, number),
            )
            await tx.execute(_TAKE_AWAY, (number,))

        await self._database.write(work)


_TAKE_AWAY = (
    "UPDATE cells SET proposed = NULL WHERE proposed IS NOT NULL AND EXISTS (SELECT 1"
    " FROM proposals p WHERE p.change = ? AND p.case_n = cells.case_n"
    " AND p.step_id = cells.step_id)"
)


async def change_number(tx: Transaction, change_id: str) -> int:
    """The number of a change; raises `NotFoundError`."""
    found = await tx.row("SELECT n FROM changes WHERE id = ?", (change_id,))
    if found is None:
        raise missing("change", change_id)
    return int(found[0])


def _record(row: Row) -> ChangeRecord:
    (id, worksheet_id, state, text, sha256, settings, corrections, who, at, ended_by,
     ended_at, versions) = row  # fmt: skip
    asked = json_value(settings)
    return ChangeRecord(
        id,
        worksheet_id,
        state,
        text,
        sha256,
        {key: str(value) for key, value in asked.items()} if isinstance(asked, dict) else {},
        _corrections_of(corrections),
        who,
        at,
        ended_by,
        ended_at,
        _ids_of(versions),
    )


def _ids_of(text: str) -> tuple[str, ...]:
    told = json_value(text)
    return tuple(map(str, told)) if isinstance(told, list) else ()


def _text_of(corrections: Sequence[Correction]) -> str:
    return json_text([[c.case_id, c.step_id, c.value, c.absence] for c in corrections])


def _corrections_of(text: str) -> tuple[Correction, ...]:
    told = json_value(text)
    rows = told if isinstance(told, list) else []
    return tuple(
        Correction(str(row[0]), str(row[1]), row[2], str(row[3]))
        for row in rows
        if isinstance(row, list)
    )

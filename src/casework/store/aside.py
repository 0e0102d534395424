"""What was set aside in a worksheet and why, and bringing some of it back. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction
from casework.types.case import BROUGHT_BACK

_CELLS = (
    "WITH RECURSIVE sheets (n, path) AS ("
    " SELECT n, substr(parent_step, 1, 0) FROM worksheets WHERE id = ? UNION ALL"
    " SELECT w.n, s.path || w.parent_step || '.' FROM worksheets w JOIN sheets s ON w.parent = s.n)"
    " SELECT k.id, k.name, s.path || c.step_id, c.reason, c.since,"
    " coalesce((SELECT o.code FROM outcomes o WHERE o.case_n = c.case_n"
    " AND o.step_id = c.step_id AND o.kind = 'failed'"
    " ORDER BY o.n DESC LIMIT 1), ''), k.set_aside"
    " FROM sheets s JOIN cases k ON k.worksheet = s.n JOIN cells c ON c.case_n = k.n"
    " WHERE c.state = 'set_aside' AND k.retired_at = '' ORDER BY k.n, c.step_id"
)
_BRING_BACK = (
    "UPDATE cells SET state = 'idle', reason = ?, since = ?, tries = 0, tried = '', kept = ''"
    " WHERE state = 'set_aside' AND step_id = ? AND case_n = (SELECT n FROM cases WHERE id = ?)"
)
_BRING_IN = (
    "UPDATE cases SET set_aside = '' WHERE set_aside <> ''"
    " AND id IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True, slots=True)
class AsideCell:
    """A cell that was set aside: since when, why in words, and the code of its last failure;
    `case_too` says that its case is set aside as a whole. `step_id` is the path of the step, where
    the case is a row of a table."""

    case_id: str
    case_name: str
    step_id: str
    reason: str
    since: str
    code: str
    case_too: bool


class Aside:
    """What was set aside in a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cells(self, worksheet_id: str) -> list[AsideCell]:
        """The cells of a worksheet that are set aside, those of rows of tables too, in the order
        of their cases."""
        rows = await self._database.long_read(_CELLS, (worksheet_id,))
        return [
            AsideCell(case_id, name, step_id, reason, since, code, bool(whole))
            for case_id, name, step_id, reason, since, code, whole in rows
        ]

    async def bring_back(self, cells: Sequence[tuple[str, str]], *, who: str) -> None:
        """Let these cells (case id, step id or path) be tried again, and their cases be worked
        on."""
        at = stamp(self._database.clock.now())
        reason = plain(f"{BROUGHT_BACK} by {who}: the next run tries it again")
        rows = [(reason, at, step_id.rpartition(".")[2], case_id) for case_id, step_id in cells]
        cases = json_text(sorted({case_id for case_id, _ in cells}))

        async def work(tx: Transaction) -> None:
            await tx.many(_BRING_BACK, rows)
            await tx.execute(_BRING_IN, (cases,))

        await self._database.write(work)

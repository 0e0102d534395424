"""What a run recorded, for whoever does it again. Reads only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import groupby

from casework.store.codec import (
    CITATION_COLUMNS,
    OUTCOME_COLUMNS,
    json_text,
    recorded_from,
)
from casework.store.database import Database
from casework.types.case import Recorded

_BATCH = 256
_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))
_OF_RUN = (
    f"SELECT k.id, o.step_id, o.n, {_OUTCOME} FROM outcomes o JOIN cases k ON k.n = o.case_n"
    f" WHERE o.run_id = ? AND o.n > ? ORDER BY o.n LIMIT {_BATCH}"
)
_CITED = (
    f"SELECT outcome, {CITATION_COLUMNS} FROM citations"
    " WHERE outcome IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
    " ORDER BY outcome, position"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An outcome and the cell that it was found for."""

    case_id: str
    step_id: str
    recorded: Recorded


class Replays:
    """What the runs of a workspace recorded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, run_id: str) -> int:
        """How many outcomes a run recorded, failures included."""
        rows = await self._database.long_read(
            "SELECT count(*) FROM outcomes WHERE run_id = ?", (run_id,)
        )
        return int(rows[0][0])

    async def taken_from_memory(self, worksheet_id: str, since: str, until: str) -> int:
        """How many cells of a worksheet took an outcome of an earlier run between two stamps."""
        rows = await self._database.long_read(
            "SELECT count(*) FROM reuses r JOIN cases k ON k.n = r.case_n"
            " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
            " AND r.why = 'reused' AND r.at >= ? AND r.at <= ?",
            (worksheet_id, since, until),
        )
        return int(rows[0][0])

    async def worked_out_as(self, fingerprint: str) -> str:
        """The id of the outcome of this fingerprint that work was done for; '' when there is none.
        A cell that took its value from another one's, with sources of its own, did no work."""
        row = await self._database.row(
            "SELECT o.id FROM outcomes o WHERE substr(o.fingerprint, 1, 16) = substr(?1, 1, 16)"
            " AND o.fingerprint = ?1 AND o.kind IN ('value', 'absent', 'skipped')"
            " AND EXISTS (SELECT 1 FROM spans s WHERE s.outcome = o.n) ORDER BY o.n LIMIT 1",
            (fingerprint,),
        )
        return str(row[0]) if row else ""

    async def of_run(self, run_id: str) -> AsyncIterator[list[Found]]:
        """What a run recorded in batches, in the order in which it was."""
        last = 0
        while rows := await self._database.rows(_OF_RUN, (run_id, last)):
            last = rows[-1][2]
            numbers = json_text([row[2] for row in rows])
            cited = {
                number: [row[1:] for row in group]
                for number, group in groupby(
                    await self._database.rows(_CITED, (numbers,)), key=lambda row: row[0]
                )
            }
            yield [
                Found(case_id, step_id, recorded_from(told, cited.get(number, ())))
                for case_id, step_id, number, *told in rows
            ]
            await asyncio.sleep(0)

"""The cells that runs work on, as of their last heartbeats, inside somebody's transaction.

What a run that went away was working on stays until the next run of its worksheet has ended.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.store.codec import json_text
from casework.store.database import Database, Transaction

_PUT = (
    "INSERT INTO flights (run_id, case_n, step_id, since)"
    " SELECT CAST(? AS TEXT), n, CAST(? AS TEXT), CAST(? AS TEXT) FROM cases WHERE id = ?"
    " ON CONFLICT DO NOTHING"
)
_OVER = (
    "DELETE FROM flights WHERE run_id = ?1 OR run_id IN (SELECT o.id FROM runs r JOIN runs o"
    " ON o.worksheet = r.worksheet WHERE r.id = ?1 AND o.n < r.n AND o.change_id = r.change_id)"
)
_OF_RUN = (
    "SELECT k.id, f.step_id, f.since FROM flights f JOIN cases k ON k.n = f.case_n"
    " WHERE f.run_id = ?"
)
_OF_RUN_SOME = f"{_OF_RUN} AND k.id IN (SELECT value FROM json_each(?))"


async def note(tx: Transaction, run_id: str, at_work: Mapping[tuple[str, str], str]) -> None:
    """Write what a run works on now in the place of what it worked on before."""
    await tx.execute("DELETE FROM flights WHERE run_id = ?", (run_id,))
    rows = [
        (run_id, step_id, since, case_id) for (case_id, step_id), since in sorted(at_work.items())
    ]
    if rows:
        await tx.many(_PUT, rows)


async def landed(tx: Transaction, run_id: str) -> None:
    """A run has ended: nothing of it, nor of runs before it, is being worked on."""
    await tx.execute(_OVER, (run_id,))


async def of_run(
    database: Database, run_id: str, case_ids: list[str] | None = None
) -> dict[tuple[str, str], str]:
    """The cells (case id, step id) that a run works on, or worked on when it went away, each with
    since when; of some cases alone when these are named."""
    if case_ids is None:
        rows = await database.rows(_OF_RUN, (run_id,))
    else:
        rows = await database.rows(_OF_RUN_SOME, (run_id, json_text(case_ids)))
    return {(case_id, step_id): since for case_id, step_id, since in rows}

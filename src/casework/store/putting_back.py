"""Puts cells back to what stood in them before, each case in one transaction. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.cases import case_number
from casework.store.codec import plain
from casework.store.database import Database, Transaction
from casework.store.placing import LAPSE, PLACE
from casework.types.case import CellState

_BACK = (
    "UPDATE cells SET machine = ?, state = ?, reason = ?, since = ?, waiting_for = NULL, tries = 0,"
    " tried = '', provisional = '', kept = ? WHERE case_n = ? AND step_id = ?"
)
_ASIDE = "SELECT count(*) FROM cells WHERE case_n = ? AND state = 'set_aside' AND human IS NULL"
_BRING_IN = "UPDATE cases SET set_aside = '' WHERE n = ? AND set_aside <> ''"
_CELLS_UNTIL_CASE = 2


@dataclass(frozen=True, slots=True)
class PutBack:
    """A cell to be put back: the number of the outcome that comes in force again (0 for none), its
    state and reason, and the fingerprints for which it is kept."""

    step_id: str
    outcome: int
    state: CellState
    reason: str
    kept: str


class PuttingBack:
    """Puts cells of a workspace back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, case_id: str, cells: Sequence[PutBack], *, run_id: str, who: str) -> None:
        """Put the cells of a case back, noted as done by this person in this run; a case that was
        set aside comes back in when fewer than two of its cells stay aside."""
        at = stamp(self._database.clock.now())
        by = plain(who)

        async def work(tx: Transaction) -> None:
            number = await case_number(tx, case_id)
            for cell in cells:
                reason = plain(cell.reason)
                if cell.outcome:
                    placed = (number, cell.step_id, at, cell.outcome, "reverted", run_id, by)
                    await tx.execute(PLACE, placed)
                else:
                    lapsed = (number, cell.step_id, at, run_id, cell.state, None, reason, by)
                    await tx.execute(LAPSE, lapsed)
                await tx.execute(
                    _BACK,
                    (
                        cell.outcome or None, cell.state, reason, at, cell.kept, number,
                        cell.step_id,
                    ),
                )  # fmt: skip
            aside = await tx.row(_ASIDE, (number,))
            if aside is not None and int(aside[0]) < _CELLS_UNTIL_CASE:
                await tx.execute(_BRING_IN, (number,))

        await self._database.write(work)

"""What people decide of the proposals of a change: adopted ones come in force, kept cells stay.

A verdict is never touched: it stands above whatever comes in force below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.changes import change_number
from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction
from casework.store.placing import LAPSE, PLACE
from casework.types.case import REUSABLE
from casework.types.change import Decided

Place = tuple[str, str]
"""Case id and step id."""

_MARK = (
    "UPDATE proposals SET decision = ?, who = ?, at = ? WHERE change = ?"
    " AND case_n = (SELECT n FROM cases WHERE id = ?) AND step_id = ? AND decision <> 'adopted'"
)
_ADOPTED = (
    " FROM proposals p WHERE p.change = ? AND p.decision = 'adopting'"
    " AND p.case_n = cells.case_n AND p.step_id = cells.step_id"
)
_PLACE = (
    "UPDATE cells SET state = p.state, reason = p.reason, since = p.at,"
    " waiting_for = p.waiting_for, tries = p.tries, tried = p.tried,"
    " provisional = p.provisional, machine = coalesce(p.machine, cells.machine),"
    f" proposed = NULL, kept = ''{_ADOPTED}"
)
_ADOPTING = (
    "SELECT p.case_n, p.step_id, p.machine, p.state, p.waiting_for, p.reason,"
    " c.machine IS NULL OR c.machine <> p.machine FROM proposals p"
    " JOIN cells c ON c.case_n = p.case_n AND c.step_id = p.step_id"
    " WHERE p.change = ? AND p.decision = 'adopting'"
)
_DONE = "UPDATE proposals SET decision = 'adopted' WHERE change = ? AND decision = 'adopting'"
_KEEP = (
    "UPDATE cells SET kept = ?, proposed = NULL"
    " WHERE case_n = (SELECT n FROM cases WHERE id = ?) AND step_id = ?"
)
_VERIFIED = (
    "SELECT k.id, w.id, k.name, c.step_id, c.human_digest,"
    " CASE WHEN c.state IN ('value', 'absent', 'skipped') THEN o.value_digest END,"
    " CASE WHEN coalesce(p.state, c.state) IN ('value', 'absent', 'skipped')"
    " THEN coalesce(q.value_digest, o.value_digest) END"
    " FROM worksheets w JOIN cases k ON k.worksheet = w.n JOIN cells c ON c.case_n = k.n"
    " LEFT JOIN outcomes o ON o.n = c.machine"
    " LEFT JOIN proposals p ON p.case_n = c.case_n AND p.step_id = c.step_id"
    " AND p.change = (SELECT n FROM changes WHERE id = ?)"
    " LEFT JOIN outcomes q ON q.n = p.machine"
    " WHERE w.id IN (SELECT value FROM json_each(?))"
    " AND c.human_kind IN ('accepted', 'corrected') ORDER BY k.n, c.step_id"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A cell that a person accepted or corrected, and whether the machine's value agrees with it:
    `before` that in force, `after` that of the change."""

    case_id: str
    worksheet_id: str
    case_name: str
    step_id: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided of a proposal for a cell."""

    decision: Decided
    who: str
    at: str


class Choices:
    """Decisions on the proposals of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def adopt(self, change_id: str, cells: Sequence[Place], who: str) -> int:
        """Put the proposals for these cells in force; returns for how many."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> int:
            change = await change_number(tx, change_id)
            count = await _mark(tx, change, cells, "adopting", who, at)
            await _note(tx, change, who, at)
            await tx.execute(_PLACE, (change,))
            await tx.execute(_DONE, (change,))
            return count

        return await self._database.write(work)

    async def keep(self, change_id: str, cells: Sequence[Place], who: str) -> int:
        """Let these cells stand as they are beside their proposals; returns how many."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> int:
            change = await change_number(tx, change_id)
            return await _mark(tx, change, cells, "kept", who, at)

        return await self._database.write(work)

    async def anchor(self, kept: Sequence[tuple[str, str, str]]) -> None:
        """Write for which fingerprints (one text) cells (case id, step id) are kept."""
        rows = [(marks, case_id, step_id) for case_id, step_id, marks in kept]
        await self._database.write(lambda tx: tx.many(_KEEP, rows))

    async def places(self, change_id: str) -> dict[Place, Decided]:
        """Every cell that a change has a proposal for, in the order of the cases, with what was
        decided of it."""
        rows = await self._database.long_read(
            "SELECT k.id, p.step_id, p.decision FROM changes h JOIN proposals p ON p.change = h.n"
            " JOIN cases k ON k.n = p.case_n WHERE h.id = ? ORDER BY k.n, p.step_id",
            (change_id,),
        )
        return {(case_id, step_id): decision for case_id, step_id, decision in rows}

    async def of_cell(self, case_id: str, step_id: str) -> list[Choice]:
        """What was decided of all proposals that a cell ever had, oldest first."""
        rows = await self._database.rows(
            "SELECT p.decision, p.who, p.at FROM cases k JOIN proposals p ON p.case_n = k.n"
            " WHERE k.id = ? AND p.step_id = ? AND p.decision <> '' ORDER BY p.at",
            (case_id, step_id),
        )
        return [Choice(decision, who, at) for decision, who, at in rows]

    async def verified(self, change_id: str, worksheets: Sequence[str]) -> list[Verified]:
        """Every cell of these worksheets that a person accepted or corrected."""
        asked = (change_id, json_text(list(worksheets)))
        rows = await self._database.long_read(_VERIFIED, asked)
        return [
            Verified(case_id, sheet, name, step_id, old == said, new == said)
            for case_id, sheet, name, step_id, said, old, new in rows
        ]


async def _note(tx: Transaction, change: int, who: str, at: str) -> None:
    """Note in the past of the cells what comes in force now, and what ceases to be."""
    rows = await tx.rows(_ADOPTING, (change,))
    placed = [
        (case_n, step_id, at, outcome, "adopted", "", plain(who))
        for case_n, step_id, outcome, state, _, _, other in rows
        if state in REUSABLE and other
    ]
    lapsed = [
        (case_n, step_id, at, "", state, waiting_for, reason, plain(who))
        for case_n, step_id, _, state, waiting_for, reason, _ in rows
        if state not in REUSABLE
    ]
    await tx.many(PLACE, placed)
    await tx.many(LAPSE, lapsed)


async def _mark(
    tx: Transaction, change: int, cells: Sequence[Place], decision: str, who: str, at: str
) -> int:
    """Write the decision on those of the cells that were not adopted; returns how many."""
    before = await tx.rows(
        "SELECT k.id, p.step_id FROM proposals p JOIN cases k ON k.n = p.case_n"
        " WHERE p.change = ? AND p.decision <> 'adopted'",
        (change,),
    )
    open_ones = {(case_id, step_id) for case_id, step_id in before}
    chosen = [cell for cell in dict.fromkeys(cells) if cell in open_ones]
    await tx.many(_MARK, [(decision, plain(who), at, change, *cell) for cell in chosen])
    return len(chosen)

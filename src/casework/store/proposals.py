"""The second set of cells: those in force with what a pending change gives laid over them.

A `CellStore`, so that an engine runs a change as it runs a worksheet. Reads give a cell with its
proposal as the machine's, where there is one; writes go to proposals and leave what is in force
alone. Outcomes are recorded as always: adopting one later computes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from casework.store.cells import Cells
from casework.store.codec import CITATION_COLUMNS, OUTCOME_COLUMNS, Row, json_text, recorded_from
from casework.store.commits import Commits, NewCell
from casework.store.database import Database, Transaction
from casework.types.case import (
    Cell,
    CellLine,
    CellWrite,
    Outcome,
    Recorded,
    value_digest,
)
from casework.types.change import ChangeRecord, Correction
from casework.types.needs import RowStore
from casework.types.usage import Usage
from casework.types.verdict import Verdict

_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))
_CITATION = ", ".join(f"t.{column}" for column in CITATION_COLUMNS.split(", "))
_OF_CHANGE = "p.change = (SELECT n FROM changes WHERE id = ?)"
_OF_CASES = (
    "SELECT k.id, p.step_id, p.state, p.reason, p.since, p.waiting_for, p.tries, p.tried,"
    f" p.provisional, o.n, {_OUTCOME} FROM cases k JOIN proposals p ON p.case_n = k.n"
    f" LEFT JOIN outcomes o ON o.n = p.machine WHERE {_OF_CHANGE}"
    " AND k.id IN (SELECT value FROM json_each(?))"
)
_CITED = (
    f"SELECT t.outcome, {_CITATION} FROM cases k JOIN proposals p ON p.case_n = k.n"
    f" JOIN citations t ON t.outcome = p.machine WHERE {_OF_CHANGE}"
    " AND k.id IN (SELECT value FROM json_each(?)) ORDER BY t.outcome, t.position"
)
_LINES = (
    "SELECT k.id, p.step_id, p.state, p.waiting_for, o.fingerprint, o.meaning, o.value_digest,"
    " o.inputs, p.tries, p.reason, p.tried FROM cases k JOIN proposals p ON p.case_n = k.n"
    f" LEFT JOIN outcomes o ON o.n = p.machine WHERE {_OF_CHANGE}"
    " AND k.id IN (SELECT value FROM json_each(?))"
)
_PUT = (
    "INSERT INTO proposals (change, case_n, step_id, state, reason, since, waiting_for, tries,"
    " tried, machine, provisional)"
    " VALUES ((SELECT n FROM changes WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (change, case_n, step_id) DO UPDATE SET state = excluded.state,"
    " reason = excluded.reason, since = excluded.since, waiting_for = excluded.waiting_for,"
    " tries = excluded.tries, tried = excluded.tried,"
    " machine = coalesce(excluded.machine, proposals.machine),"
    " provisional = excluded.provisional, decision = '', who = '', at = ''"
)
_PROPOSE = (
    "INSERT INTO cells (case_n, step_id, state, reason, since, tries, proposed)"
    " VALUES (?, ?, 'idle', '', '', 0, ?) ON CONFLICT (case_n, step_id) DO UPDATE SET"
    " proposed = CASE WHEN excluded.proposed = cells.machine THEN NULL ELSE excluded.proposed END"
)


class Proposals:
    """The cells of a worksheet as an open change would have them."""

    def __init__(
        self, database: Database, cells: Cells, rows: RowStore, change: ChangeRecord
    ) -> None:
        self._database = database
        self._cells = cells
        self._rows = rows
        self._change = change
        self._put = _Commits(change.id).put
        self._said: dict[str, dict[str, Correction]] = {}
        for correction in change.corrections:
            self._said.setdefault(correction.case_id, {})[correction.step_id] = correction

    async def of_case(self, case_id: str) -> dict[str, Cell]:
        """The cells of a case by step id, with proposals in force and what a person would say."""
        found = await self._laid_over({case_id: await self._cells.of_case(case_id)})
        return found[case_id]

    async def of_cases(self, case_ids: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """The cells of several cases in the same way, by case id and step id."""
        live = await self._cells.of_cases(case_ids)
        return await self._laid_over({id: live.get(id, {}) for id in case_ids})

    async def of_rows(self, parent_id: str, worksheet_id: str) -> dict[str, dict[str, Cell]]:
        """The cells of the rows that a case has in a nested worksheet, in the same way."""
        live = await self._cells.of_rows(parent_id, worksheet_id)
        rows = await self._rows.of(worksheet_id, [parent_id])
        for row in rows.get(parent_id, ()):
            if row.id not in live:
                live[row.id] = await self._cells.of_case(row.id)
        return await self._laid_over(live)

    async def _laid_over(self, live: dict[str, dict[str, Cell]]) -> dict[str, dict[str, Cell]]:
        asked = (self._change.id, json_text(list(live)))
        cited = {
            number: [row[1:] for row in rows]
            for number, rows in groupby(await self._database.rows(_CITED, asked), lambda r: r[0])
        }
        for row in await self._database.rows(_OF_CASES, asked):
            (case_id, step_id, state, reason, since, waiting_for, tries, tried, lacking,
             number) = row[:10]  # fmt: skip
            cell = live[case_id].get(step_id) or Cell(case_id, step_id)
            machine = recorded_from(row[10:], cited.get(number, ())) if number else cell.machine
            live[case_id][step_id] = replace(
                cell,
                state=state,
                reason=reason,
                since=since,
                waiting_for=waiting_for,
                machine=machine,
                tries=tries,
                tried=tried,
                lacking=lacking,
                kept="",
            )
        for case_id, cells in live.items():
            for step_id, correction in self._said.get(case_id, {}).items():
                cell = cells.get(step_id) or Cell(case_id, step_id)
                cells[step_id] = replace(cell, human=self._verdict(cell, correction))
        return live

    async def scan(
        self,
        worksheet_id: str,
        only: Sequence[str] | None = None,
        steps: Sequence[str] | None = None,
    ) -> AsyncIterator[list[CellLine]]:
        """Lines in case order, with proposals in force."""
        async for lines in self._cells.scan(worksheet_id, only, steps):
            cases = json_text(list(dict.fromkeys(line.case_id for line in lines)))
            rows = await self._database.rows(_LINES, (self._change.id, cases))
            over = {(row[0], row[1]): row for row in rows}
            laid = [_laid(line, over.get((line.case_id, line.step_id))) for line in lines]
            yield self._corrected(laid) if self._said else laid

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        """As of the cells in force: memory is one."""
        return await self._cells.recorded(fingerprint, attempt, worksheet_id=worksheet_id)

    async def known(self, fingerprints: Iterable[str], *, worksheet_id: str = "") -> set[str]:
        """As of the cells in force: memory is one."""
        return await self._cells.known(fingerprints, worksheet_id=worksheet_id)

    async def commit(self, write: CellWrite) -> None:
        """Write a cell beside the one in force, with everything that it leaves behind."""
        await self._database.write_each(self._put, NewCell(write, ()))

    async def relabel(self, outcome_id: str, outcome: Outcome) -> None:
        """Nothing: the label of an outcome is made anew when it is put in force."""

    async def history(self, case_id: str, step_id: str) -> list[Recorded]:
        """As of the cell in force."""
        return await self._cells.history(case_id, step_id)

    async def typical(self, worksheet_id: str) -> dict[tuple[str, str], Usage]:
        """As of the cells in force."""
        return await self._cells.typical(worksheet_id)

    def _verdict(self, cell: Cell, correction: Correction) -> Verdict:
        return Verdict(
            "",
            cell.case_id,
            cell.step_id,
            "corrected",
            correction.value,
            correction.absence,
            cell.machine.id if cell.machine else "",
            self._change.who,
            self._change.at,
        )

    def _corrected(self, lines: list[CellLine]) -> list[CellLine]:
        told: list[CellLine] = []
        seen: set[tuple[str, str]] = set()
        for line in lines:
            said = self._said.get(line.case_id, {}).get(line.step_id)
            seen.add((line.case_id, line.step_id))
            told.append(_said(line, said) if said else line)
        for case_id in dict.fromkeys(line.case_id for line in lines):
            for step_id, said in self._said.get(case_id, {}).items():
                if (case_id, step_id) not in seen:
                    told.append(_said(_untouched(case_id, step_id), said))
        return told


class _Commits(Commits):
    """Writes the cells of a group as proposals of a change."""

    def __init__(self, change_id: str) -> None:
        super().__init__()
        self._change_id = change_id

    async def _note_reuses(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Nothing is put in force, so nothing is noted."""

    async def _note_lapses(
        self, tx: Transaction, writes: Iterable[CellWrite], numbers: Mapping[str, int]
    ) -> None:
        """Nothing ceases to be in force, so nothing is noted."""

    async def _stand(self, tx: Transaction, states: Sequence[Row]) -> None:
        await tx.many(_PUT, [(self._change_id, *row) for row in states])
        proposed = [(row[0], row[1], row[8]) for row in states if row[8] is not None]
        await tx.many(_PROPOSE, proposed)


def _laid(line: CellLine, over: Row | None) -> CellLine:
    """A line with the proposal over it."""
    if over is None:
        return line
    _, _, state, waiting_for, mark, meaning, digest, inputs, tries, reason, tried = over
    line = line._replace(
        state=state, waiting_for=waiting_for, tries=tries, reason=reason, tried=tried, kept=""
    )
    if mark is not None:
        line = line._replace(fingerprint=mark, meaning=meaning, inputs=inputs)
    if line.verified:
        return line
    if state not in ("value", "absent", "skipped"):
        return line._replace(effective="")
    return line._replace(effective=digest or "")


def _said(line: CellLine, correction: Correction) -> CellLine:
    mark = value_digest(correction.value, correction.absence)
    return line._replace(effective=mark, verified=True)


def _untouched(case_id: str, step_id: str) -> CellLine:
    return CellLine(case_id, step_id, "idle", None, "", "", "", "{}", False, 0)

"""Cells: the three slots of every step of every case, what is put into them, and what was there.

Holds SQL and nothing of when a cell should run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import groupby

from casework.base.clock import stamp
from casework.store import outcomes
from casework.store.codec import (
    CITATION_COLUMNS,
    OUTCOME_COLUMNS,
    Row,
    json_text,
    recorded_from,
)
from casework.store.commits import Commits, NewCell
from casework.store.database import Database, Transaction
from casework.store.outcomes import REUSABLE_SQL, in_worksheet
from casework.store.verdicts import COLUMNS as VERDICT_COLUMNS
from casework.store.verdicts import verdict_from
from casework.types.case import BROUGHT_BACK, Cell, CellLine, CellWrite, Outcome, Recorded
from casework.types.usage import Usage
from casework.types.verdict import Verdict

_BATCH_CASES = 256
_BATCH_KNOWN = 2_000
_RECENT_OUTCOMES = 10_000
"""What the newest used is what the next will use; older ones are asked only where they are not."""
_TEXTS_KNOWN = 10_000
"""Hashes of committed texts that are remembered, so that what all calls say is not sent again."""

_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))
_CITATION = ", ".join(f"t.{column}" for column in CITATION_COLUMNS.split(", "))
_VERDICT = ", ".join(f"v.{column}" for column in VERDICT_COLUMNS.split(", "))
_OF_CASE = "k.id = ?"
_OF_CASES = "k.id IN (SELECT value FROM json_each(?))"
_OF_ROWS = (
    "k.parent = (SELECT n FROM cases WHERE id = ?)"
    " AND k.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND k.retired_at = ''"
)
"""Which cases cells are read of: one by its id, or the rows of a table by their case and sheet."""
_CELLS = (
    "SELECT k.id, c.step_id, c.state, c.reason, c.since, c.waiting_for, c.tries, c.tried, c.kept,"
    f" c.provisional, c.proposed, c.human, o.n, {_OUTCOME}"
    " FROM cases k JOIN cells c ON c.case_n = k.n"
    " LEFT JOIN outcomes o ON o.n = c.machine WHERE "
)
_CITED = (
    f"SELECT t.outcome, {_CITATION} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN citations t ON t.outcome = c.machine WHERE "
)
_IN_ORDER = " ORDER BY t.outcome, t.position"
_PROPOSED = (
    f"SELECT k.id, c.step_id, o.n, {_OUTCOME} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN outcomes o ON o.n = c.proposed WHERE "
)
_PROPOSED_CITED = _CITED.replace("c.machine", "c.proposed")
_HUMAN = (
    f"SELECT k.id, {_VERDICT} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN verdicts v ON v.n = c.human WHERE "
)
_LINES = (
    "SELECT k.id, c.step_id, c.state, c.waiting_for, coalesce(o.fingerprint, ''),"
    " coalesce(o.meaning, ''), CASE WHEN c.human_kind <> '' THEN c.human_digest"
    " WHEN c.state IN ('value', 'absent', 'skipped') THEN coalesce(o.value_digest, '')"
    " ELSE '' END, coalesce(o.inputs, '{}'), c.human_kind <> '', c.tries, c.reason, c.tried,"
    " c.kept FROM cases k JOIN cells c ON c.case_n = k.n LEFT JOIN outcomes o ON o.n = c.machine"
    " WHERE k.worksheet = ?"
)
_OF_STEPS = " AND c.step_id IN (SELECT value FROM json_each(?))"
_BETWEEN = " AND k.n > ? AND k.n <= ?"
_OF = " AND k.n IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
_LAST_OF_BATCH = (
    "SELECT max(n) FROM (SELECT n FROM cases WHERE worksheet = ? AND n > ?"
    f" ORDER BY n LIMIT {_BATCH_CASES}) AS batch"
)
_CHOSEN = "SELECT n FROM cases WHERE id IN (SELECT value FROM json_each(?)) ORDER BY n"


class Cells:
    """The cells of a workspace: a `CellStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known_texts: set[str] = set()
        self._put = Commits().put

    async def of_case(self, case_id: str) -> dict[str, Cell]:
        """The cells of a case by step id; steps that were never touched are not in it."""
        return (await self._read(_OF_CASE, (case_id,))).get(case_id, {})

    async def of_cases(self, case_ids: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """The cells of several cases, by case id and step id."""
        return await self._read(_OF_CASES, (json_text(list(case_ids)),))

    async def of_rows(self, parent_id: str, worksheet_id: str) -> dict[str, dict[str, Cell]]:
        """The cells of the rows that a case has in a nested worksheet, by case id and step id."""
        return await self._read(_OF_ROWS, (parent_id, worksheet_id))

    async def _read(self, which: str, wanted: Sequence[str]) -> dict[str, dict[str, Cell]]:
        """The cells of some cases, by case id and step id."""
        rows = await self._database.rows(_CELLS + which, wanted)
        if not rows:
            return {}
        cited = _by_outcome(await self._database.rows(_CITED + which + _IN_ORDER, wanted))
        proposed: dict[tuple[str, str], Recorded] = {}
        if any(row[10] for row in rows):
            proposed = await self._proposed(which, wanted)
        human: dict[tuple[str, str], Verdict] = {}
        if any(row[11] for row in rows):
            stood = map(verdict_from, await self._database.rows(_HUMAN + which, wanted))
            human = {(verdict.case_id, verdict.step_id): verdict for verdict in stood}
        found: dict[str, dict[str, Cell]] = {}
        for row in rows:
            (case_id, step_id, state, reason, since, waiting_for, tries, tried, kept, lacking,
             _, _, number) = row[:13]  # fmt: skip
            machine = recorded_from(row[13:], cited.get(number, ())) if number else None
            place = (case_id, step_id)
            found.setdefault(case_id, {})[step_id] = Cell(
                case_id, step_id, state, reason, since, waiting_for, machine,
                proposed.get(place), human.get(place), tries, tried, kept, lacking,
            )  # fmt: skip
        return found

    async def scan(
        self,
        worksheet_id: str,
        only: Sequence[str] | None = None,
        steps: Sequence[str] | None = None,
    ) -> AsyncIterator[list[CellLine]]:
        """Lines in case order, some hundred cases a list; the loop may work between two lists.

        Each list is of one moment, the whole scan is not: cells may change while it goes on.
        """
        sheet = await self._database.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
        if sheet is None:
            return
        which, told = ("", ()) if steps is None else (_OF_STEPS, (json_text(list(steps)),))
        batches = self._all_batches(sheet[0]) if only is None else self._batches_of(only)
        async for where, between in batches:
            sql = f"{_LINES}{where}{which} ORDER BY k.n"
            if rows := await self._database.rows(sql, (sheet[0], *between, *told)):
                yield [CellLine._make(row) for row in rows]
            await asyncio.sleep(0)

    async def _all_batches(self, sheet: int) -> AsyncIterator[tuple[str, tuple[int, int]]]:
        """Conditions on the numbers of cases, and their values: some hundred cases each."""
        last = 0
        while found := await self._database.row(_LAST_OF_BATCH, (sheet, last)):
            first, last = last, found[0]
            if last is None:
                return
            yield _BETWEEN, (first, last)

    async def _batches_of(self, only: Sequence[str]) -> AsyncIterator[tuple[str, tuple[str]]]:
        """The same of these cases (their ids)."""
        numbers = await self._database.rows(_CHOSEN, (json_text(list(only)),))
        for start in range(0, len(numbers), _BATCH_CASES):
            yield _OF, (json_text([row[0] for row in numbers[start : start + _BATCH_CASES]]),)

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        """The newest reusable outcome of a fingerprint, "same meaning" rows followed; of this
        worksheet alone when one is named."""
        return await outcomes.recorded(self._database, fingerprint, attempt, worksheet_id)

    async def outcome(self, outcome_id: str) -> Recorded:
        """The outcome of this id, in force or not; raises `NotFoundError`."""
        return await outcomes.by_id(self._database, outcome_id)

    async def known(self, fingerprints: Iterable[str], *, worksheet_id: str = "") -> set[str]:
        """Those of the fingerprints that have a reusable outcome (of attempt 0)."""
        wanted = list(fingerprints)
        found: set[str] = set()
        for start in range(0, len(wanted), _BATCH_KNOWN):
            batch = json_text(wanted[start : start + _BATCH_KNOWN])
            for asking in (_KNOWN, _KNOWN_ALIKE):
                rows = await self._database.rows(asking, (batch, worksheet_id))
                found.update(row[0] for row in rows)
            await asyncio.sleep(0)
        return found

    async def commit(self, write: CellWrite) -> None:
        """Write a cell with everything that it leaves behind in one transaction.

        Raises `NotFoundError` when there is no such case, or no outcome to reuse, and
        `LeaseHeldError` when the run that found it has lost its worksheet.
        """
        cell = NewCell(write, self._known_texts)
        await self._database.write_each(self._put, cell)
        if len(self._known_texts) >= _TEXTS_KNOWN:
            self._known_texts.clear()
        self._known_texts.update(cell.texts)

    async def bring_back(self, case_ids: Sequence[str]) -> int:
        """Take cases and their cells back in that were set aside, those of their rows too; returns
        how many cells."""
        at = stamp(self._database.clock.now())
        wanted = json_text(list(case_ids))

        async def work(tx: Transaction) -> int:
            await tx.execute(
                f"UPDATE cases SET set_aside = '' WHERE set_aside <> '' AND n IN ({_FAMILY})",
                (wanted,),
            )
            return await tx.execute(_BRING_BACK, (_BROUGHT_BACK, at, wanted))

        return await self._database.write(work)

    async def relabel(self, outcome_id: str, outcome: Outcome) -> None:
        """Rewrite label and proof of an outcome whose value stays (else `ConflictError`)."""
        mark = outcome.value_digest
        await self._database.write(
            lambda tx: outcomes.rewrite(tx, outcome_id, outcome, value_digest=mark)
        )

    def forget_known(self) -> None:
        """Remember no longer which texts and documents were written: some have gone."""
        self._known_texts.clear()
        self._put = Commits().put

    async def history(self, case_id: str, step_id: str) -> list[Recorded]:
        """Every outcome that the cell has had, oldest first; failures and reused ones too."""
        return await outcomes.placed(self._database, case_id, step_id)

    async def typical(self, worksheet_id: str) -> dict[tuple[str, str], Usage]:
        """What a cell used on average of late, by step id and digest of the meaning it had then;
        only cells that called a model, failed ones too.

        Where one call has no known price, the average has none.
        """
        for recent in (_RECENT, _EVER):
            rows = await self._database.long_read(recent, (worksheet_id,))
            if rows:
                break
        return {
            (step_id, meaning): Usage(
                round(calls), round(sent), round(got), round(cached), cost, took
            )
            for step_id, meaning, calls, sent, got, cached, cost, took in rows
        }

    async def citing(self, document: str, page: int = 0) -> list[tuple[str, str]]:
        """The cells (case id, step id) whose value in force cites a document, or one page of it."""
        return [
            (case_id, step_id)
            for case_id, step_id in await self._database.rows(_CITING, (document, page))
        ]

    async def _proposed(self, which: str, wanted: Sequence[str]) -> dict[tuple[str, str], Recorded]:
        rows = await self._database.rows(_PROPOSED_CITED + which + _IN_ORDER, wanted)
        cited = _by_outcome(rows)
        return {
            (row[0], row[1]): recorded_from(row[3:], cited.get(row[2], ()))
            for row in await self._database.rows(_PROPOSED + which, wanted)
        }


_KNOWN = (
    "SELECT fingerprint FROM json_each(?1) AS wanted JOIN outcomes"
    " ON substr(fingerprint, 1, 16) = substr(wanted.value, 1, 16) AND fingerprint = wanted.value"
    f" AND attempt = 0 AND {REUSABLE_SQL} AND {in_worksheet('outcomes', 2)}"
)
_KNOWN_ALIKE = (
    "SELECT s.fingerprint FROM same_fingerprint s JOIN outcomes o"
    " ON substr(o.fingerprint, 1, 16) = substr(s.stands_for, 1, 16)"
    " AND o.fingerprint = s.stands_for"
    " WHERE s.fingerprint IN (SELECT value FROM json_each(?1))"
    f" AND o.attempt = 0 AND o.{REUSABLE_SQL} AND {in_worksheet('o', 2)}"
)
_FAMILY = (
    "WITH RECURSIVE family (n) AS (SELECT n FROM cases"
    " WHERE id IN (SELECT value FROM json_each(?))"
    " UNION SELECT k.n FROM family f JOIN cases k ON k.parent = f.n) SELECT n FROM family"
)
"""The numbers of cases and of all rows of tables below them."""
_FAMILY = (
    "WITH RECURSIVE family (n) AS ("
    " SELECT n FROM cases WHERE id IN (SELECT value FROM json_each(?))"
    " UNION ALL SELECT k.n FROM cases k JOIN family f ON k.parent = f.n) SELECT n FROM family"
)
"""Cases with their rows, to any depth."""
_BRING_BACK = (
    "UPDATE cells SET state = 'idle', reason = ?, since = ?, tries = 0, tried = ''"
    f" WHERE state = 'set_aside' AND case_n IN ({_FAMILY})"
)
_BROUGHT_BACK = f"{BROUGHT_BACK} by a person: the next run tries it again"
_EVER = (
    "SELECT o.step_id, o.meaning, avg(o.calls), avg(o.input_tokens), avg(o.output_tokens),"
    " avg(o.cached_tokens),"
    " CASE WHEN count(o.cost_usd) = count(*) THEN avg(o.cost_usd) END, avg(o.duration_s)"
    " FROM outcomes o JOIN cases k ON k.n = o.case_n JOIN worksheets w ON w.n = k.worksheet"
    " WHERE w.id = ? AND o.calls > 0 GROUP BY o.step_id, o.meaning"
)
_RECENT = _EVER.replace(
    " GROUP BY",
    f" AND o.n > (SELECT coalesce(max(n), 0) - {_RECENT_OUTCOMES} FROM outcomes) GROUP BY",
)
_CITING = (
    "SELECT k.id, c.step_id FROM ("
    " SELECT o.case_n, o.step_id, o.n FROM documents d JOIN citations t ON t.document_n = d.n"
    " JOIN outcomes o ON o.n = t.outcome WHERE d.sha256 = ?1 AND (?2 = 0 OR t.page = ?2)"
    " UNION SELECT r.case_n, r.step_id, r.outcome FROM documents d"
    " JOIN citations t ON t.document_n = d.n JOIN reuses r ON r.outcome = t.outcome"
    " WHERE d.sha256 = ?1 AND (?2 = 0 OR t.page = ?2)) AS used"
    " JOIN cells c ON c.case_n = used.case_n AND c.step_id = used.step_id AND c.machine = used.n"
    " JOIN cases k ON k.n = c.case_n ORDER BY k.n, c.step_id"
)


def _by_outcome(rows: list[Row]) -> dict[int, list[Row]]:
    """Citations (without their first column) by the number of their outcome."""
    return {
        number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda r: r[0])
    }

"""Cells: the three slots of every step of every case, what is put into them, and what was there.

Holds SQL and nothing of when a cell should run.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from itertools import groupby

from casework.base.clock import stamp
from casework.base.errors import NotFoundError
from casework.store import outcomes
from casework.store.codec import (
    CITATION_COLUMNS,
    OUTCOME_COLUMNS,
    Row,
    json_text,
    plain,
    recorded_from,
)
from casework.store.database import Database, missing
from casework.store.meanings import alias_new
from casework.store.outcomes import REUSABLE_SQL, NewOutcome, in_worksheet
from casework.store.spans import NewSpans
from casework.store.verdicts import COLUMNS as VERDICT_COLUMNS
from casework.store.verdicts import verdict_from
from casework.types.case import REUSABLE, Cell, CellLine, CellWrite, Outcome, Recorded
from casework.types.usage import Usage
from casework.types.verdict import Verdict

_BATCH_CASES = 256
_BATCH_KNOWN = 2_000
_TEXTS_KNOWN = 10_000
"""Hashes of committed texts that are remembered, so that what all calls say is not sent again."""

_PUT = (
    "INSERT INTO cells (case_n, step_id, state, reason, since, waiting_for, tries, tried, machine)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET state = excluded.state,"
    " reason = excluded.reason, since = excluded.since, waiting_for = excluded.waiting_for,"
    " tries = excluded.tries, tried = excluded.tried, machine = coalesce(excluded.machine, machine)"
)
_REUSED = (
    "INSERT INTO reuses (case_n, step_id, at, outcome) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_CASE = "SELECT n FROM cases WHERE id = ?"
_CASE_AND_ALIASES = "SELECT n, EXISTS (SELECT 1 FROM same_meaning) FROM cases WHERE id = ?"
_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))
_CITATION = ", ".join(f"t.{column}" for column in CITATION_COLUMNS.split(", "))
_VERDICT = ", ".join(f"v.{column}" for column in VERDICT_COLUMNS.split(", "))
_OF_CASE = (
    "SELECT c.step_id, c.state, c.reason, c.since, c.waiting_for, c.tries, c.tried, c.proposed,"
    f" c.human, o.n, {_OUTCOME} FROM cases k JOIN cells c ON c.case_n = k.n"
    " LEFT JOIN outcomes o ON o.n = c.machine WHERE k.id = ?"
)
_CITED = (
    f"SELECT t.outcome, {_CITATION} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN citations t ON t.outcome = c.machine WHERE k.id = ? ORDER BY t.outcome, t.position"
)
_PROPOSED = (
    f"SELECT c.step_id, o.n, {_OUTCOME} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN outcomes o ON o.n = c.proposed WHERE k.id = ?"
)
_PROPOSED_CITED = _CITED.replace("c.machine", "c.proposed")
_HUMAN = (
    f"SELECT k.id, {_VERDICT} FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN verdicts v ON v.n = c.human WHERE k.id = ?"
)
_LINES = (
    "SELECT k.id, c.step_id, c.state, c.waiting_for, coalesce(o.fingerprint, ''),"
    " coalesce(o.meaning, ''), c.human_kind, c.human_digest, coalesce(o.value_digest, ''),"
    " coalesce(o.inputs, '{}'), c.tries, c.reason, c.tried"
    " FROM cases k CROSS JOIN cells c ON c.case_n = k.n LEFT JOIN outcomes o ON o.n = c.machine"
    " WHERE k.worksheet = ? AND k.n > ? AND k.n <= ? ORDER BY k.n"
)
_LAST_OF_BATCH = (
    "SELECT max(n) FROM (SELECT n FROM cases WHERE worksheet = ? AND n > ?"
    f" ORDER BY n LIMIT {_BATCH_CASES})"
)
_READABLE = frozenset({"value", "absent", "skipped"})


class Cells:
    """The cells of a workspace: a `CellStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known_texts: set[str] = set()

    async def of_case(self, case_id: str) -> dict[str, Cell]:
        """The cells of a case by step id; steps that were never touched are not in it."""
        rows = self._database.rows(_OF_CASE, (case_id,))
        if not rows:
            return {}
        cited = _by_outcome(self._database.rows(_CITED, (case_id,)))
        proposed: dict[str, Recorded] = {}
        if any(row[7] for row in rows):
            proposed = self._proposed(case_id)
        human: dict[str, Verdict] = {}
        if any(row[8] for row in rows):
            found = [verdict_from(row) for row in self._database.rows(_HUMAN, (case_id,))]
            human = {verdict.step_id: verdict for verdict in found}
        cells = {}
        for row in rows:
            step_id, state, reason, since, waiting_for, tries, tried, _, _, number = row[:10]
            machine = recorded_from(row[10:], cited.get(number, ())) if number else None
            cells[step_id] = Cell(
                case_id, step_id, state, reason, since, waiting_for, machine,
                proposed.get(step_id), human.get(step_id), tries, tried,
            )  # fmt: skip
        return cells

    async def scan(self, worksheet_id: str) -> AsyncIterator[list[CellLine]]:
        """Lines in case order, some hundred cases a list; the loop may work between two lists.

        Each list is of one moment, the whole scan is not: cells may change while it goes on.
        """
        sheet = self._database.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
        last = 0
        while sheet:
            first = last
            found = self._database.row(_LAST_OF_BATCH, (sheet[0], first))
            if found is None or found[0] is None:
                return
            last = found[0]
            lines = [_line(row) for row in self._database.rows(_LINES, (sheet[0], first, last))]
            if lines:
                yield lines
            await asyncio.sleep(0)

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        """The newest reusable outcome of a fingerprint, "same meaning" rows followed; of this
        worksheet alone when one is named."""
        return outcomes.recorded(self._database, fingerprint, attempt, worksheet_id)

    async def outcome(self, outcome_id: str) -> Recorded:
        """The outcome of this id, in force or not; raises `NotFoundError`."""
        return outcomes.by_id(self._database, outcome_id)

    async def known(self, fingerprints: Iterable[str], *, worksheet_id: str = "") -> set[str]:
        """Those of the fingerprints that have a reusable outcome (of attempt 0)."""
        wanted = list(fingerprints)
        found: set[str] = set()
        for start in range(0, len(wanted), _BATCH_KNOWN):
            batch = json_text(wanted[start : start + _BATCH_KNOWN])
            found.update(row[0] for row in self._database.rows(_KNOWN, (batch, worksheet_id)))
            found.update(row[0] for row in self._database.rows(_KNOWN_ALIKE, (batch, worksheet_id)))
            await asyncio.sleep(0)
        return found

    async def commit(self, write: CellWrite) -> None:
        """Write a cell with everything that it leaves behind in one transaction.

        Raises `NotFoundError` when there is no such case, or no outcome to reuse.
        """
        work = _Commit(write, self._known_texts)
        await self._database.write(work)
        if len(self._known_texts) >= _TEXTS_KNOWN:
            self._known_texts.clear()
        self._known_texts.update(work.texts)

    async def propose(self, case_id: str, step_id: str, recorded: Recorded | None) -> None:
        """Put an outcome beside the one in force; None takes the proposal away."""
        new = NewOutcome(recorded) if recorded else None
        spans = NewSpans(recorded.outcome.spans) if recorded else None

        def work(connection: sqlite3.Connection) -> None:
            case_n = case_number(connection, case_id)
            number = new.insert(connection, case_n, step_id) if new else None
            if spans and number:
                spans.insert(connection, number)
            connection.execute(_PROPOSE, (case_n, step_id, number))

        await self._database.write(work)

    async def bring_back(self, case_ids: Sequence[str]) -> int:
        """Take cases and their cells back in that were set aside; returns how many cells."""
        at = stamp(self._database.clock.now())
        wanted = json_text(list(case_ids))

        def work(connection: sqlite3.Connection) -> int:
            connection.execute(
                "UPDATE cases SET set_aside = ''"
                " WHERE set_aside <> '' AND id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
            return connection.execute(_BRING_BACK, (_BROUGHT_BACK, at, wanted)).rowcount

        return await self._database.write(work)

    async def relabel(self, outcome_id: str, outcome: Outcome) -> None:
        """Rewrite label and proof of an outcome whose value stays (else `ConflictError`)."""
        mark = outcome.value_digest
        await self._database.write(
            lambda connection: outcomes.rewrite(connection, outcome_id, outcome, value_digest=mark)
        )

    async def history(self, case_id: str, step_id: str) -> list[Recorded]:
        """Every outcome that the cell has had, oldest first; failures and reused ones too."""
        return outcomes.placed(self._database, case_id, step_id)

    async def typical(self, worksheet_id: str) -> dict[str, Usage]:
        """What one run of a cell used on average, by step id; only steps that called a model.

        A step with a call of unknown price has an unknown price.
        """
        rows = await self._database.long_read(_TYPICAL, (worksheet_id,))
        return {
            step_id: Usage(round(calls), round(sent), round(got), round(cached), cost, took)
            for step_id, calls, sent, got, cached, cost, took in rows
        }

    async def citing(self, document: str, page: int = 0) -> list[tuple[str, str]]:
        """The cells (case id, step id) whose value in force cites a document, or one page of it."""
        return [
            (case_id, step_id)
            for case_id, step_id in self._database.rows(_CITING, (document, page))
        ]

    def _proposed(self, case_id: str) -> dict[str, Recorded]:
        cited = _by_outcome(self._database.rows(_PROPOSED_CITED, (case_id,)))
        return {
            row[0]: recorded_from(row[2:], cited.get(row[1], ()))
            for row in self._database.rows(_PROPOSED, (case_id,))
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
_PROPOSE = (
    "INSERT INTO cells (case_n, step_id, state, reason, since, tries, proposed)"
    " VALUES (?, ?, 'idle', '', '', 0, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET proposed = excluded.proposed"
)
_BRING_BACK = (
    "UPDATE cells SET state = 'idle', reason = ?, since = ?, tries = 0, tried = ''"
    " WHERE state = 'set_aside' AND case_n IN (SELECT n FROM cases"
    " WHERE id IN (SELECT value FROM json_each(?)))"
)
_BROUGHT_BACK = "brought back by a person: the next run tries it again"
_TYPICAL = (
    "SELECT c.step_id, avg(o.calls), avg(o.input_tokens), avg(o.output_tokens),"
    " avg(o.cached_tokens),"
    " CASE WHEN count(o.cost_usd) = count(*) THEN avg(o.cost_usd) END, avg(o.duration_s)"
    " FROM worksheets w JOIN cases k ON k.worksheet = w.n JOIN cells c ON c.case_n = k.n"
    " JOIN outcomes o ON o.n = c.machine WHERE w.id = ? AND o.calls > 0 GROUP BY c.step_id"
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


class _Commit:
    """A cell's write as a work; everything but the SQL is made when it is queued."""

    __slots__ = ("_new", "_spans", "_write")

    def __init__(self, write: CellWrite, known_texts: Collection[str]) -> None:
        recorded = write.recorded
        self._write = write
        self._new = NewOutcome(recorded) if recorded else None
        self._spans = NewSpans(recorded.outcome.spans, known_texts) if recorded else None

    @property
    def texts(self) -> list[str]:
        """The hashes of the texts that it writes."""
        return [mark for mark, _ in self._spans.parts] if self._spans else []

    def __call__(self, connection: sqlite3.Connection) -> None:
        write, recorded = self._write, self._write.recorded
        found = connection.execute(_CASE_AND_ALIASES, (write.case_id,)).fetchone()
        if found is None:
            raise missing("case", write.case_id)
        case_n, aliases = found
        in_force = None
        if recorded and self._new and self._spans:
            number = self._new.insert(connection, case_n, write.step_id)
            self._spans.insert(connection, number)
            if aliases:
                alias_new(connection, recorded)
            in_force = number if recorded.outcome.kind in REUSABLE else None
        elif write.reuse:
            in_force = _outcome_number(connection, write.reuse)
            connection.execute(_REUSED, (case_n, write.step_id, write.since, in_force))
        connection.execute(
            _PUT,
            (
                case_n, write.step_id, write.state, plain(write.reason), write.since,
                write.waiting_for, write.tries, write.tried, in_force,
            ),
        )  # fmt: skip


def case_number(connection: sqlite3.Connection, case_id: str) -> int:
    """The number of a case; raises `NotFoundError`."""
    found = connection.execute(_CASE, (case_id,)).fetchone()
    if found is None:
        raise missing("case", case_id)
    return int(found[0])


def _outcome_number(connection: sqlite3.Connection, outcome_id: str) -> int:
    found = connection.execute("SELECT n FROM outcomes WHERE id = ?", (outcome_id,)).fetchone()
    if found is None:
        raise NotFoundError(f"There is no outcome {outcome_id!r} to use again.")
    return int(found[0])


def _by_outcome(rows: list[Row]) -> dict[int, list[Row]]:
    """Citations (without their first column) by the number of their outcome."""
    return {
        number: [row[1:] for row in group] for number, group in groupby(rows, key=lambda r: r[0])
    }


def _line(row: Row) -> CellLine:
    (case_id, step_id, state, waiting_for, fingerprint, meaning, human, human_digest, digest,
     inputs, tries, reason, tried) = row  # fmt: skip
    if human:
        effective = human_digest
    else:
        effective = digest if state in _READABLE else ""
    return CellLine(
        case_id, step_id, state, waiting_for, fingerprint, meaning, effective, inputs,
        bool(human), tries, reason, tried,
    )  # fmt: skip

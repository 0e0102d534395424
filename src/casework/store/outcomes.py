"""Writing an outcome with its citations, inside somebody's transaction, and reading it back.

An outcome knows the cell that it was found for; others with the same fingerprint reuse it.
"""

from __future__ import annotations

import sqlite3

from casework.base.errors import ConflictError
from casework.store.codec import (
    CITATION_COLUMNS,
    OUTCOME_COLUMNS,
    OUTCOME_WIDTH,
    Row,
    citation_rows,
    label_text,
    outcome_row,
    proof_text,
    recorded_from,
)
from casework.store.database import Database, missing
from casework.types.case import Outcome, Recorded
from casework.types.proof import Proof

REUSABLE_SQL = "kind IN ('value', 'absent', 'skipped')"
"""The very words of the partial index, or SQLite does not use it."""

_INSERT = (
    f"INSERT INTO outcomes (case_n, step_id, {OUTCOME_COLUMNS})"
    f" VALUES ({', '.join('?' * (OUTCOME_WIDTH + 2))})"
)
_CITE = (
    f"INSERT INTO citations (outcome, position, document_n, {CITATION_COLUMNS})"
    " VALUES (?, ?, (SELECT n FROM documents WHERE sha256 = ?4), "
    f"{', '.join(f'?{place + 3}' for place in range(CITATION_COLUMNS.count(',') + 1))})"
)
_CITED = f"SELECT {CITATION_COLUMNS} FROM citations WHERE outcome = ? ORDER BY position"
_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))


def in_worksheet(outcomes: str, parameter: int) -> str:
    """SQL: the outcome came from a case of the worksheet of this id; '' stands for any."""
    return (
        f"(?{parameter} = '' OR EXISTS (SELECT 1 FROM cases k JOIN worksheets w"
        f" ON w.n = k.worksheet WHERE k.n = {outcomes}.case_n AND w.id = ?{parameter}))"
    )


_RECORDED = (
    f"SELECT n, {OUTCOME_COLUMNS} FROM outcomes"
    " WHERE substr(fingerprint, 1, 16) = substr(?1, 1, 16) AND +fingerprint = ?1"
    f" AND attempt = ?2 AND {REUSABLE_SQL} AND {in_worksheet('outcomes', 3)}"
    " ORDER BY n DESC LIMIT 1"
)
_ALIKE = (
    f"SELECT o.n, {_OUTCOME} FROM same_fingerprint s JOIN outcomes o"
    " ON substr(o.fingerprint, 1, 16) = substr(s.stands_for, 1, 16)"
    " AND o.fingerprint = s.stands_for WHERE s.fingerprint = ?1 AND o.attempt = ?2"
    f" AND o.{REUSABLE_SQL} AND {in_worksheet('o', 3)} ORDER BY o.n DESC LIMIT 1"
)


_PLACED = (
    f"SELECT o.at, o.n, {_OUTCOME} FROM cases k JOIN outcomes o ON o.case_n = k.n"
    " WHERE k.id = ? AND o.step_id = ?"
    f" UNION ALL SELECT r.at, o.n, {_OUTCOME} FROM cases k JOIN reuses r ON r.case_n = k.n"
    " JOIN outcomes o ON o.n = r.outcome WHERE k.id = ? AND r.step_id = ? ORDER BY 1, 2"
)


class NewOutcome:
    """An outcome as rows, made before the transaction so that this stays short."""

    __slots__ = ("citations", "row")

    def __init__(self, recorded: Recorded) -> None:
        self.row = outcome_row(recorded)
        self.citations = citation_rows(recorded.outcome.proof)

    def insert(self, connection: sqlite3.Connection, case_n: int, step_id: str) -> int:
        """Write the rows as what this cell gave; returns the outcome's number."""
        number = connection.execute(_INSERT, (case_n, step_id, *self.row)).lastrowid or 0
        _cite(connection, number, self.citations)
        return number


def _cite(connection: sqlite3.Connection, number: int, citations: list[Row]) -> None:
    for position, citation in enumerate(citations):
        connection.execute(_CITE, (number, position, *citation))


def recorded(
    database: Database, fingerprint: str, attempt: int, worksheet_id: str
) -> Recorded | None:
    """The newest reusable outcome of a fingerprint, or of one that a person called the same."""
    asked = (fingerprint, attempt, worksheet_id)
    row = database.row(_RECORDED, asked) or database.row(_ALIKE, asked)
    return _whole(database, row) if row else None


def by_id(database: Database, outcome_id: str) -> Recorded:
    """The outcome of this id; raises `NotFoundError`."""
    row = database.row(f"SELECT n, {OUTCOME_COLUMNS} FROM outcomes WHERE id = ?", (outcome_id,))
    if row is None:
        raise missing("outcome", outcome_id)
    return _whole(database, row)


def placed(database: Database, case_id: str, step_id: str) -> list[Recorded]:
    """The outcomes that a cell has had, oldest first, failures and reused ones included."""
    rows = database.rows(_PLACED, (case_id, step_id, case_id, step_id))
    return [_whole(database, row[1:]) for row in rows]


def rewrite(
    connection: sqlite3.Connection, outcome_id: str, outcome: Outcome, *, value_digest: str
) -> None:
    """Replace proof and label of an outcome; raises `ConflictError` if its value is another."""
    found = connection.execute(
        "SELECT n, value_digest FROM outcomes WHERE id = ?", (outcome_id,)
    ).fetchone()
    if found is None:
        raise missing("outcome", outcome_id)
    number, old_digest = found
    if old_digest != value_digest:
        raise ConflictError(
            f"The outcome {outcome_id} says something else; only proof and label can be rewritten.",
            fix="Record a new outcome for the new value.",
        )
    connection.execute(
        "UPDATE outcomes SET proof = ?, label = ? WHERE n = ?",
        (proof_text(outcome.proof), label_text(outcome.label), number),
    )
    _replace_citations(connection, number, outcome.proof)


def _replace_citations(connection: sqlite3.Connection, number: int, proof: Proof) -> None:
    connection.execute("DELETE FROM citations WHERE outcome = ?", (number,))
    _cite(connection, number, citation_rows(proof))


def _whole(database: Database, row: Row) -> Recorded:
    return recorded_from(row[1:], database.rows(_CITED, row[:1]))

"""Writing an outcome with its citations, inside somebody's transaction, and reading it back.

An outcome knows the cell that it was found for; others with the same fingerprint reuse it.
"""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.errors import ConflictError
from casework.store.codec import (
    CITATION_COLUMNS,
    OUTCOME_COLUMNS,
    Row,
    citation_rows,
    json_text,
    label_text,
    outcome_row,
    proof_text,
    recorded_from,
)
from casework.store.database import Database, Transaction, made_number, missing
from casework.types.case import Outcome, Recorded
from casework.types.proof import Proof

REUSABLE_SQL = "kind IN ('value', 'absent', 'skipped')"
"""The very words of the partial index, or SQLite does not use it."""

OUTCOMES = ("outcomes", ("n", "case_n", "step_id", *OUTCOME_COLUMNS.split(", ")))
"""The table and its columns as an insert takes them."""
CITATIONS = (
    "citations",
    ("outcome", "position", "document_n", *CITATION_COLUMNS.split(", ")),
)
_DOCUMENT = CITATION_COLUMNS.split(", ").index("document")
_DOCUMENTS = "SELECT sha256, n FROM documents WHERE sha256 IN (SELECT value FROM json_each(?))"
_DOCUMENTS_KNOWN = 200_000
_CITED = f"SELECT {CITATION_COLUMNS} FROM citations WHERE outcome = ? ORDER BY position"
_OUTCOME = ", ".join(f"o.{column}" for column in OUTCOME_COLUMNS.split(", "))


def in_worksheet(outcomes: str, parameter: int) -> str:
    """SQL: the outcome came from a case of the worksheet of this id; '' stands for any."""
    return (
        f"(?{parameter} = '' OR EXISTS (SELECT 1 FROM cases k JOIN worksheets w"
        f" ON w.n = k.worksheet WHERE k.n = {outcomes}.case_n AND w.id = ?{parameter}))"
    )


_RECORDED = (
    f"SELECT o.n, {_OUTCOME} FROM (SELECT CAST(?1 AS TEXT) AS mark"
    " UNION ALL SELECT stands_for FROM same_fingerprint WHERE fingerprint = ?1) AS asked"
    " JOIN outcomes o ON substr(o.fingerprint, 1, 16) = substr(asked.mark, 1, 16)"
    f" AND o.fingerprint = asked.mark WHERE o.attempt = ?2 AND o.{REUSABLE_SQL}"
    f" AND {in_worksheet('o', 3)} ORDER BY o.fingerprint = ?1 DESC, o.n DESC LIMIT 1"
)
"""Its own first, then those that a person called the same; the newest of each."""

_PLACED = (
    f"SELECT o.n, 0, o.n, {_OUTCOME} FROM cases k JOIN outcomes o ON o.case_n = k.n"
    " WHERE k.id = ? AND o.step_id = ?"
    f" UNION ALL SELECT r.after_n, r.turn + 1, o.n, {_OUTCOME}"
    " FROM cases k JOIN reuses r ON r.case_n = k.n JOIN outcomes o ON o.n = r.outcome"
    " WHERE k.id = ? AND r.step_id = ? ORDER BY 1, 2"
)
"""In the order in which it was written, whatever the clock said."""


class NewOutcome:
    """An outcome as rows, made before the transaction so that this stays short."""

    __slots__ = ("citations", "row")

    def __init__(self, recorded: Recorded) -> None:
        self.row = outcome_row(recorded)
        self.citations = citation_rows(recorded.outcome.proof)

    async def insert(self, tx: Transaction, case_n: int, step_id: str) -> int:
        """Write the rows as what this cell gave; returns the outcome's number."""
        number = await next_number(tx)
        await tx.insert(*OUTCOMES, [(number, case_n, step_id, *self.row)])
        await _cite(tx, number, self.citations)
        return number


class DocumentNumbers:
    """The numbers of documents, remembered: they never change, and none is ever deleted. Nobody
    cites a document before its row is committed, so none is remembered that was undone."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    async def join(self, tx: Transaction, citations: Sequence[Row]) -> list[Row]:
        """Citations as `CITATIONS` takes them, of such without the number of their document."""
        known = self._known
        place = 2 + _DOCUMENT
        unknown = {row[place] for row in citations if row[place] not in known}
        if unknown:
            if len(known) > _DOCUMENTS_KNOWN:
                known.clear()
                unknown = {row[place] for row in citations}
            known.update(dict(await tx.rows(_DOCUMENTS, (json_text(sorted(unknown)),))))
        return [(row[0], row[1], known.get(row[place]), *row[2:]) for row in citations]


async def next_number(tx: Transaction) -> int:
    """The number that the next outcome bears; nobody else writes until this transaction ends."""
    return made_number(await tx.row("SELECT coalesce(max(n), 0) + 1 FROM outcomes"))


async def _cite(tx: Transaction, number: int, citations: list[Row]) -> None:
    rows = [(number, position, *row) for position, row in enumerate(citations)]
    await tx.insert(*CITATIONS, await DocumentNumbers().join(tx, rows))


async def recorded(
    database: Database, fingerprint: str, attempt: int, worksheet_id: str
) -> Recorded | None:
    """The newest reusable outcome of a fingerprint, or of one that a person called the same."""
    asked = (fingerprint, attempt, worksheet_id)
    row = await database.row(_RECORDED, asked)
    return await _whole(database, row) if row else None


async def by_id(database: Database, outcome_id: str) -> Recorded:
    """The outcome of this id; raises `NotFoundError`."""
    row = await database.row(
        f"SELECT n, {OUTCOME_COLUMNS} FROM outcomes WHERE id = ?", (outcome_id,)
    )
    if row is None:
        raise missing("outcome", outcome_id)
    return await _whole(database, row)


async def placed(database: Database, case_id: str, step_id: str) -> list[Recorded]:
    """The outcomes that a cell has had, oldest first, failures and reused ones included."""
    rows = await database.rows(_PLACED, (case_id, step_id, case_id, step_id))
    return [await _whole(database, row[2:]) for row in rows]


async def rewrite(tx: Transaction, outcome_id: str, outcome: Outcome, *, value_digest: str) -> None:
    """Replace proof and label of an outcome; raises `ConflictError` if its value is another."""
    found = await tx.row("SELECT n, value_digest FROM outcomes WHERE id = ?", (outcome_id,))
    if found is None:
        raise missing("outcome", outcome_id)
    number, old_digest = found
    if old_digest != value_digest:
        raise ConflictError(
            f"The outcome {outcome_id} says something else; only proof and label can be rewritten.",
            fix="Record a new outcome for the new value.",
        )
    await tx.execute(
        "UPDATE outcomes SET proof = ?, label = ? WHERE n = ?",
        (proof_text(outcome.proof), label_text(outcome.label), number),
    )
    await _replace_citations(tx, number, outcome.proof)


async def _replace_citations(tx: Transaction, number: int, proof: Proof) -> None:
    await tx.execute("DELETE FROM citations WHERE outcome = ?", (number,))
    await _cite(tx, number, citation_rows(proof))


async def _whole(database: Database, row: Row) -> Recorded:
    return recorded_from(row[1:], await database.rows(_CITED, row[:1]))

"""Documents forgotten: everything that came from them is taken out of the rows, in one transaction.

This is the one exception to rows that only grow. The files that are to go are written down with it,
so that whoever was broken off, at whatever moment, goes on by doing it again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.base.errors import LeaseHeldError
from casework.store import lease
from casework.store.codec import json_text, plain, proof_text
from casework.store.database import Database, Transaction
from casework.store.looks import forget_looks
from casework.store.remains import Place, Remains, remains_of
from casework.types.proof import UNPROVED
from casework.types.span import CASE, RUN, STEP

FORGOTTEN = "document.forgotten"
"""The code of an outcome whose value was forgotten."""
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_TEXTS = "(SELECT value FROM json_each(?))"
_BATCH = 2_000
_HASH = re.compile(r"[0-9a-f]{64}")
_BARE = (
    "UPDATE outcomes SET fingerprint = '', inputs = '{}', kind = 'failed', value_digest = '',"
    " value = 'null', absence = NULL, waiting_for = NULL, reason = ?, code = ?, proof = ?,"
    " label = '', score = NULL, confidence = NULL, signals = '', blames_case = 0"
    f" WHERE n IN {_NUMBERS}"
)
_EMPTY = (
    "UPDATE cells SET state = 'idle', reason = ?, since = ?, waiting_for = NULL, tries = 0,"
    " tried = '', kept = '', provisional = '', machine = NULL, proposed = NULL, human = NULL,"
    " human_kind = '', human_digest = '' WHERE case_n = ? AND step_id = ?"
)
_UNSAID = (
    "UPDATE verdicts SET kind = 'undone', value = 'null', absence = '', against = '', note = ?,"
    f" shown_because = '', proof = '', label = '' WHERE n IN {_NUMBERS}"
)
_UNDECIDED = (
    f"UPDATE cells SET human = NULL, human_kind = '', human_digest = '' WHERE human IN {_NUMBERS}"
)
_UNPROPOSED = f"UPDATE cells SET proposed = NULL WHERE proposed IN {_NUMBERS}"
_AGAIN = (
    "UPDATE cells SET state = 'idle', reason = ?, since = ?, waiting_for = NULL, tries = 0,"
    " tried = '', machine = NULL, provisional = ''"
    f" WHERE case_n IN {_NUMBERS} AND state NOT IN ('value', 'absent', 'skipped')"
)
_WORDLESS = (
    "DELETE FROM proposals WHERE case_n IN {n}",
    "DELETE FROM proposed_rows WHERE case_n IN {n}",
    "UPDATE lapses SET reason = '' WHERE case_n IN {n}",
    "UPDATE assignments SET note = '' WHERE case_n IN {n}",
    "UPDATE cases SET set_aside = '', decided_at = '' WHERE n IN {n}",
)
"""What may tell of a document in words, in all of its cases."""
_OF_DOCUMENT = (
    "DELETE FROM recognised_pages WHERE sha256 IN {t}",
    "DELETE FROM arrivals WHERE sha256 IN {t}",
    "DELETE FROM splits WHERE document IN {t}",
    "DELETE FROM case_documents WHERE document IN {t}",
    "UPDATE case_documents SET parent = '' WHERE parent IN {t}",
)
_OF_NUMBER = (
    "DELETE FROM assessments WHERE document IN {n}",
    "DELETE FROM likeness_keys WHERE document IN {n}",
    "DELETE FROM likenesses WHERE document IN {n}",
    "DELETE FROM likenesses WHERE other IN {n}",
    "DELETE FROM document_readers WHERE document IN {n}",
    "DELETE FROM documents WHERE n IN {n}",
)
_SPANS = (
    "SELECT outcome, position, attributes, parts FROM spans"
    " WHERE outcome > ? AND outcome <= ? ORDER BY outcome, position"
)
_KEPT_WORDS = (CASE, STEP, RUN, "gen_ai.request.model", "gen_ai.operation.name")
_NAMED = (
    "SELECT 1 FROM learned_versions WHERE content = ? UNION ALL"
    " SELECT 1 FROM documents WHERE sha256 = ? OR parsed = ? LIMIT 1"
)
SWEPT = (
    "outcomes", "citations", "verdicts", "verdict_places", "cells", "spans", "parts", "answers",
    "batch_requests", "documents", "case_documents", "cases", "assessments", "likeness_keys",
    "likenesses",
    "recognised_pages", "splits", "arrivals", "lapses", "proposals", "proposed_rows", "changes",
    "learned_versions", "second_readings", "past_decisions", "document_readers", "forgotten",
    "case_looks", "cell_looks", "row_looks", "waits",
    "request_keys",
)  # fmt: skip
"""The tables in which something may have been."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much holds something of documents, by what it is."""

    outcomes: int
    quotes: int
    verdicts: int
    second_readings: int
    past_decisions: int
    texts: int
    answers: int
    batch_requests: int
    recognised_pages: int
    corrections: int


class Forgetting:
    """Takes what came from documents out of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, documents: Collection[str]) -> tuple[Remains, Counts]:
        """What holds something of these documents. Changes nothing."""

        async def work(tx: Transaction) -> tuple[Remains, Counts]:
            remains = await remains_of(tx, documents)
            return remains, await _counted(tx, remains)

        return await self._database.write(work)

    async def forget(
        self, documents: Collection[str], *, who: str, note: str
    ) -> tuple[Remains, Counts]:
        """Take all of it out of the rows, and write down which files are to go. Raises
        `LeaseHeldError` while a run works on one of the worksheets."""
        now = self._database.clock.now()
        at = stamp(now)

        async def work(tx: Transaction) -> tuple[Remains, Counts]:
            remains = await remains_of(tx, documents)
            await self._check_idle(tx, remains)
            counts = await _counted(tx, remains)
            reason = f"forgotten on {at[:10]} by {plain(who)}"
            await _forget_values(tx, remains, reason, at)
            await _forget_cases(tx, remains, reason, at)
            await _forget_traces(tx, remains)
            blobs = await _forget_versions(tx, remains)
            blobs += [*remains.documents, *remains.parsed]
            await _forget_documents(tx, remains)
            for sha256 in remains.documents:
                await tx.execute(
                    "INSERT INTO forgotten (sha256, who, at, note, blobs, done_at)"
                    " VALUES (?, ?, ?, ?, ?, '')",
                    (sha256, plain(who), at, plain(note), json_text(sorted(set(blobs)))),
                )
            return remains, counts

        return await self._database.write(work)

    async def finish(self, documents: Collection[str]) -> None:
        """Write down that no file is left of these documents."""
        at, told = stamp(self._database.clock.now()), json_text(sorted(documents))
        done = f"UPDATE forgotten SET blobs = '[]', done_at = ? WHERE sha256 IN {_TEXTS}"

        async def work(tx: Transaction) -> None:
            await tx.execute(f"{done} AND done_at = ''", (at, told))

        await self._database.write(work)

    async def needed(self, blob: str) -> bool:
        """Whether something else has the same bytes, or they were handed in again since."""
        return await self._database.row(_NAMED, (blob,) * 3) is not None

    async def _check_idle(self, tx: Transaction, remains: Remains) -> None:
        now = self._database.clock.now()
        for id in remains.worksheets:
            row = await tx.row("SELECT n FROM worksheets WHERE id = ?", (id,))
            held = await lease.of(tx, int(row[0])) if row else None
            if held is not None and held.alive(now):
                raise LeaseHeldError(
                    f"The run {held.run_id} is working on a worksheet that holds something of it"
                    f" (process {held.pid} on {held.host}).",
                    fix="Wait for it or stop it, then forget again.",
                )


async def _forget_values(tx: Transaction, remains: Remains, reason: str, at: str) -> None:
    """Outcomes, quotes, and what people said of them."""
    numbers = json_text(sorted(remains.outcomes))
    await tx.execute(_BARE, (reason, FORGOTTEN, proof_text(UNPROVED), numbers))
    await tx.execute(f"DELETE FROM citations WHERE outcome IN {_NUMBERS}", (numbers,))
    places = sorted(remains.places)
    await tx.many(_EMPTY, [(reason, at, *place) for place in places])
    verdicts = json_text(sorted(remains.verdicts))
    await tx.execute(_UNSAID, (reason, verdicts))
    await tx.execute(_UNDECIDED, (verdicts,))
    await tx.execute(f"DELETE FROM verdict_places WHERE verdict IN {_NUMBERS}", (verdicts,))
    await tx.execute(_UNPROPOSED, (numbers,))
    places += sorted(remains.past)
    await tx.many("DELETE FROM second_readings WHERE case_n = ? AND step_id = ?", places)
    await tx.many("DELETE FROM row_sets WHERE case_n = ? AND step_id = ?", sorted(remains.places))
    for n in await _past_decisions(tx, remains):
        await tx.execute("DELETE FROM past_decisions WHERE n = ?", (n,))
    await _forget_corrections(tx, remains.places)


async def _past_decisions(tx: Transaction, remains: Remains) -> list[int]:
    """Those of its cells, and those whose place is in one of the documents or unknown."""
    rows = await tx.rows(
        f"SELECT n, case_n, step_id, places FROM past_decisions WHERE case_n IN {_NUMBERS}",
        (json_text(sorted(remains.family)),),
    )
    return [
        int(n)
        for n, case_n, step_id, places in rows
        if (case_n, step_id) in remains.places
        or places == "[]"
        or any(mark in remains.numbers for mark in _HASH.findall(places))
    ]


async def _forget_corrections(tx: Transaction, places: Collection[Place]) -> int:
    """What a change was to correct in these cells; returns how many corrections."""
    gone = 0
    for n, told in await tx.rows("SELECT n, corrections FROM changes WHERE corrections <> '[]'"):
        kept = []
        for one in json.loads(told):
            row = await tx.row("SELECT n FROM cases WHERE id = ?", (one[0],))
            if row is None or (int(row[0]), one[1]) not in places:
                kept.append(one)
        if kept != json.loads(told):
            gone += len(json.loads(told)) - len(kept)
            await tx.execute("UPDATE changes SET corrections = ? WHERE n = ?", (json_text(kept), n))
    return gone


async def _forget_cases(tx: Transaction, remains: Remains, reason: str, at: str) -> None:
    """Words about the documents in their cases; rows of tables that came from them."""
    family = json_text(sorted(remains.family))
    for sql in _WORDLESS:
        await tx.execute(sql.format(n=_NUMBERS), (family,))
    await tx.execute(_AGAIN, (reason, at, family))
    await forget_looks(tx, sorted(remains.family))
    for n in sorted(remains.rows):
        await tx.execute(
            "UPDATE cases SET name = '', fields = '{}', source = '', retired_at = ? WHERE n = ?",
            (at, n),
        )
    names = set(remains.names.values())
    rows = await tx.rows(
        "SELECT k.n, k.id, k.key, k.name, m.name FROM cases k LEFT JOIN case_documents m"
        f" ON m.case_n = k.n AND m.document IN {_TEXTS} WHERE k.n IN {_NUMBERS}",
        (json_text(remains.documents), json_text(sorted(remains.cases))),
    )
    names |= {row[4] for row in rows if row[4]}
    for n, id, key, name, _ in rows:
        told = f"forgotten {id[-8:]}"
        bare = n in remains.emptied or _tells(key, names) or _tells(name, names)
        if bare:
            await tx.execute("UPDATE cases SET key = ?, name = ? WHERE n = ?", (told, told, n))


def _tells(words: str, names: Collection[str]) -> bool:
    """Whether a case bears the name of a file, or begins as its name does."""
    return any(words in (name, name.rpartition(".")[0]) for name in names)


async def _forget_traces(tx: Transaction, remains: Remains) -> None:
    """What was sent and said for these outcomes, and answers that may be to it."""
    marks, spans = await _scan(tx, remains)
    await tx.many(
        "UPDATE spans SET attributes = ?, parts = '[]' WHERE outcome = ? AND position = ?", spans
    )
    await tx.execute(f"DELETE FROM parts WHERE sha256 IN {_TEXTS}", (json_text(sorted(marks)),))
    sheets = json_text(remains.worksheets)
    await tx.execute(f"DELETE FROM answers WHERE {_ANSWERS}", (sheets, remains.since))
    await tx.execute(f"DELETE FROM batch_requests WHERE worksheet IN {_TEXTS}", (sheets,))
    await tx.execute("DELETE FROM request_keys")


_ANSWERS = f"worksheet IN {_TEXTS} AND at >= ?"
"""Answers bear no document, so all that came to a worksheet since it was handed in may be to it."""


async def _scan(tx: Transaction, remains: Remains) -> tuple[set[str], list[tuple[str, int, int]]]:
    """The texts that only work on these outcomes used, and its spans with what says nothing of
    them."""
    ours = remains.outcomes | remains.traces
    mine: set[str] = set()
    others: set[str] = set()
    spans: list[tuple[str, int, int]] = []
    row = await tx.row("SELECT coalesce(max(outcome), 0) FROM spans")
    newest = int(row[0]) if row else 0
    for last in range(-1, newest + 1, _BATCH):
        for outcome, position, attributes, parts in await tx.rows(_SPANS, (last, last + _BATCH)):
            found = [mark for _, mark, *_ in json.loads(parts) if mark]
            (mine if outcome in ours else others).update(found)
            if outcome in ours:
                spans.append((_harmless(attributes), outcome, position))
    return mine - others, spans


def _harmless(attributes: str) -> str:
    """Attributes without words that may be of a document: numbers, and names of ours."""
    told = json.loads(attributes)
    return json_text(
        {
            name: value
            for name, value in told.items()
            if name in _KEPT_WORDS or isinstance(value, bool | int | float)
        }
    )


async def _forget_versions(tx: Transaction, remains: Remains) -> list[str]:
    """What was learned of the documents; returns the blobs that nothing else names."""
    for id, *_ in remains.versions:
        await tx.execute("DELETE FROM learned_versions WHERE id = ?", (id,))
    contents = {content for *_, content in remains.versions if content}
    return [one for one in sorted(contents) if not await tx.row(_NAMED, (one,) * 3)]


async def _forget_documents(tx: Transaction, remains: Remains) -> None:
    documents = json_text(remains.documents)
    numbers = json_text(sorted(remains.numbers.values()))
    for sql in _OF_DOCUMENT:
        await tx.execute(sql.format(t=_TEXTS), (documents,))
    for sql in _OF_NUMBER:
        await tx.execute(sql.format(n=_NUMBERS), (numbers,))


async def _counted(tx: Transaction, remains: Remains) -> Counts:
    async def count(sql: str, *told: str) -> int:
        row = await tx.row(f"SELECT count(*) FROM {sql}", told)
        return int(row[0]) if row else 0

    async def at_places(table: str) -> int:
        rows = await tx.rows(
            f"SELECT case_n, step_id FROM {table} WHERE case_n IN {_NUMBERS}",
            (json_text(sorted({n for n, _ in remains.places})),),
        )
        return sum((int(n), step) in remains.places for n, step in rows)

    numbers = json_text(sorted(remains.outcomes))
    sheets = json_text(remains.worksheets)
    marks, _ = await _scan(tx, remains)
    return Counts(
        len(remains.outcomes),
        await count(f"citations WHERE outcome IN {_NUMBERS}", numbers),
        len(remains.verdicts),
        await at_places("second_readings"),
        len(await _past_decisions(tx, remains)),
        len(marks),
        await count(f"answers WHERE {_ANSWERS}", sheets, remains.since),
        await count(f"batch_requests WHERE worksheet IN {_TEXTS}", sheets),
        await count(f"recognised_pages WHERE sha256 IN {_TEXTS}", json_text(remains.documents)),
        await _corrections(tx, remains.places),
    )


async def _corrections(tx: Transaction, places: Collection[Place]) -> int:
    """How many corrections of changes are of these cells."""
    found: Sequence[list[str]] = [
        one
        for (told,) in await tx.rows("SELECT corrections FROM changes WHERE corrections <> '[]'")
        for one in json.loads(told)
    ]
    count = 0
    for case_id, step_id, *_ in found:
        row = await tx.row("SELECT n FROM cases WHERE id = ?", (case_id,))
        count += row is not None and (int(row[0]), step_id) in places
    return count

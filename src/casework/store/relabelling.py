"""Labels written anew when other people may read a document, inside somebody's transaction.

An outcome's readers are those of the documents that it came from. Where something learned had a
part in it, they are never more than they were: what it was learned of the version alone tells. Nor
where a document is not here: what was learned elsewhere is open to those for whom it was taken in.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from casework.store.codec import Row, json_text, label_from, label_text
from casework.store.database import Transaction
from casework.types.label import LEARNED, Label, open_to, readers_of, shared_readers

_HASH = re.compile(r"[0-9a-f]{64}")
_BATCH = 2_000
_OUTCOMES = "SELECT n, label FROM outcomes WHERE n > ? AND label <> '' ORDER BY n LIMIT ?"
_VERDICTS = "SELECT n, label FROM verdicts WHERE n > ? AND label <> '' ORDER BY n LIMIT ?"
_VERSIONS = "SELECT n, label, audience, state FROM learned_versions WHERE n > ? ORDER BY n LIMIT ?"
_HERE = (
    "SELECT d.sha256, r.readers FROM documents d LEFT JOIN document_readers r ON r.document = d.n"
    " WHERE d.sha256 IN (SELECT value FROM json_each(?))"
)
_RETIRE = (
    "UPDATE learned_versions SET label = ?, state = 'retired', decided_by = ?, decided_at = ?,"
    " reason = ? WHERE n = ?"
)
_CLOSED_SINCE = "a document that it was learned of is not open to all of its readers any more"


async def relabel(tx: Transaction, documents: Collection[str], *, who: str, at: str) -> int:
    """Write the labels of all that came from these documents anew, by who may read their sources
    now; returns how many outcomes. A learned version that is no longer open to its audience is
    taken out of work."""
    changed = await _changed(tx, _OUTCOMES, documents)
    await tx.many("UPDATE outcomes SET label = ? WHERE n = ?", changed)
    said = await _changed(tx, _VERDICTS, documents)
    await tx.many("UPDATE verdicts SET label = ? WHERE n = ?", said)
    await _relabel_versions(tx, documents, who, at)
    return len(changed)


async def _changed(tx: Transaction, sql: str, documents: Collection[str]) -> list[tuple[str, int]]:
    """The rows whose labels are others by now: the fresh label, and the number of the row."""
    changed: list[tuple[str, int]] = []
    async for rows in _batches(tx, sql, documents):
        fresh = await _fresh(tx, [label_from(row[1]) for row in rows])
        changed += [
            (told, row[0])
            for row, label in zip(rows, fresh, strict=True)
            if (told := label_text(label)) != row[1]
        ]
    return changed


async def _relabel_versions(tx: Transaction, documents: Collection[str], who: str, at: str) -> None:
    async for rows in _batches(tx, _VERSIONS, documents):
        fresh = await _fresh(tx, [label_from(row[1]) for row in rows])
        for (number, _, audience, state), label in zip(rows, fresh, strict=True):
            told = label_text(label)
            if state in ("live", "offered") and not open_to(label.readers, readers_of(audience)):
                await tx.execute(_RETIRE, (told, who, at, _CLOSED_SINCE, number))
            else:
                await tx.execute(
                    "UPDATE learned_versions SET label = ? WHERE n = ?", (told, number)
                )


async def _fresh(tx: Transaction, labels: list[Label]) -> list[Label]:
    """The labels with the readers that their documents have now; of documents that are not here
    nobody knows them, so that what came from them is opened no wider."""
    sources = {source for label in labels for source in label.sources if _HASH.fullmatch(source)}
    rows = await tx.rows(_HERE, (json_text(sorted(sources)),))
    here = {sha256: frozenset(json.loads(told)) if told else None for sha256, told in rows}
    found = []
    for label in labels:
        readers = shared_readers(here.get(source) for source in label.sources)
        foreign = any(_HASH.fullmatch(one) and one not in here for one in label.sources)
        if foreign or any(source.startswith(LEARNED) for source in label.sources):
            readers = shared_readers((readers, label.readers))
        found.append(replace(label, readers=readers))
    return found


async def _batches(
    tx: Transaction, sql: str, documents: Collection[str]
) -> AsyncIterator[list[Row]]:
    """The rows whose label names one of the documents; their first columns are `n` and `label`."""
    wanted, last = set(documents), 0
    while rows := await tx.rows(sql, (last, _BATCH)):
        found = [row for row in rows if not wanted.isdisjoint(_HASH.findall(row[1]))]
        if found:
            yield found
        last = rows[-1][0]

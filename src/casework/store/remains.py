"""What of a workspace holds something of a document: found by labels, citations and memberships.

Reads, inside somebody's transaction; deletes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from casework.store.codec import json_text
from casework.store.database import Transaction
from casework.types.label import LEARNED

Place = tuple[int, str]
"""A cell: the number of its case and the id of its step."""

_HASH = re.compile(r"[0-9a-f]{64}")
_LEARNED_ID = re.compile(rf'{LEARNED}([^"]+)')
_BATCH = 2_000
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_TEXTS = "(SELECT value FROM json_each(?))"
_DOCUMENTS = f"SELECT n, sha256, parsed, name, added_at FROM documents WHERE sha256 IN {_TEXTS}"
_HELD = f"SELECT DISTINCT case_n FROM case_documents WHERE document IN {_TEXTS}"
_FAMILY = (
    f"WITH RECURSIVE family (n) AS (SELECT n FROM cases WHERE n IN {_NUMBERS}"
    " UNION SELECT k.n FROM cases k JOIN family f ON k.parent = f.n) SELECT n FROM family"
)
_LABELS = "SELECT n, label FROM outcomes WHERE n > ? AND label <> '' ORDER BY n LIMIT ?"
_CITING = f"SELECT DISTINCT outcome FROM citations WHERE document_n IN {_NUMBERS}"
_PLACES = (
    f"SELECT case_n, step_id FROM outcomes WHERE n IN {_NUMBERS}"
    f" UNION SELECT case_n, step_id FROM reuses WHERE outcome IN {_NUMBERS}"
)
_ROWS = (
    "SELECT k.n, k.parent, w.parent_step FROM cases k JOIN worksheets w ON w.n = k.worksheet"
    f" WHERE k.parent IN {_NUMBERS}"
)
_WRITTEN = (
    "SELECT DISTINCT v.case_n, v.step_id FROM verdicts v"
    f" WHERE v.case_n IN {_NUMBERS} AND v.proof = '' AND NOT EXISTS"
    " (SELECT 1 FROM outcomes o WHERE o.case_n = v.case_n AND o.step_id = v.step_id)"
)
_OTHERS = (
    f"SELECT DISTINCT case_n FROM case_documents WHERE case_n IN {_NUMBERS}"
    f" AND document NOT IN {_TEXTS}"
)
_SHEETS = (
    "WITH RECURSIVE up (n) AS (SELECT DISTINCT worksheet FROM cases"
    f" WHERE n IN {_NUMBERS} UNION SELECT w.parent FROM worksheets w JOIN up ON w.n = up.n"
    " WHERE w.parent IS NOT NULL) SELECT w.id FROM up JOIN worksheets w ON w.n = up.n"
)
_PLACED = (
    "SELECT DISTINCT v.n, v.case_n FROM verdict_places p JOIN verdicts v ON v.n = p.verdict"
    f" WHERE p.document IN {_NUMBERS}"
)
_VERSIONS = (
    "SELECT v.id, w.id, v.path, v.content, v.label FROM learned_versions v"
    " JOIN worksheets w ON w.n = v.worksheet"
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What holds something of documents. `numbers` and `names` are theirs by sha256; `cases` hold
    them, `emptied` those that hold nothing else, `rows` are rows of tables that came from them;
    `outcomes` came from them and stand in `places`, or stood once in those that are `past`;
    `verdicts` were given on them, or took their value from one of the documents; `traces` were
    found with something learned of them.

    `written` are cells that a person filled without a machine and without a place in cases that
    keep other documents: nobody knows what these values came from.
    """

    numbers: Mapping[str, int]
    names: Mapping[str, str]
    parsed: tuple[str, ...]
    since: str
    cases: frozenset[int]
    emptied: frozenset[int]
    family: frozenset[int]
    rows: frozenset[int]
    outcomes: frozenset[int]
    traces: frozenset[int]
    places: frozenset[Place]
    past: frozenset[Place]
    verdicts: frozenset[int]
    written: frozenset[Place]
    worksheets: tuple[str, ...]
    versions: tuple[tuple[str, str, str, str], ...] = field(default=())
    """Learned versions: id, worksheet, path of the step, and the blob of its arrays."""

    @property
    def documents(self) -> list[str]:
        """Their sha256."""
        return list(self.numbers)


async def remains_of(tx: Transaction, documents: Collection[str]) -> Remains:
    """What holds something of these documents."""
    wanted = json_text(sorted(documents))
    known = await tx.rows(_DOCUMENTS, (wanted,))
    numbers = {sha256: int(n) for n, sha256, *_ in known}
    cases = {int(row[0]) for row in await tx.rows(_HELD, (wanted,))}
    versions = [row[:4] for row in await tx.rows(_VERSIONS) if _names(row[4], documents)]
    outcomes, traces = await _labelled(tx, documents, {row[0] for row in versions})
    cited = await tx.rows(_CITING, (json_text(sorted(numbers.values())),))
    outcomes |= {int(row[0]) for row in cited}
    found = json_text(sorted(outcomes))
    places = {(int(n), str(step)) for n, step in await tx.rows(_PLACES, (found, found))}
    rows = await _rows_of(tx, places)
    outcomes |= await _outcomes_of(tx, rows)
    placed = await tx.rows(_PLACED, (json_text(sorted(numbers.values())),))
    everybody = cases | {n for n, _ in places} | {int(case_n) for _, case_n in placed}
    family = await _family(tx, everybody) | rows
    places |= await _all_places(tx, rows)
    emptied = cases - await _with_others(tx, cases, wanted)
    alone = await _family(tx, emptied)
    written = await _written(tx, family)
    places |= {place for place in written if place[0] in alone}
    past = await _standing_on_others(tx, places, outcomes)
    places -= past
    sheets = await tx.rows(_SHEETS, (json_text(sorted(family)),))
    return Remains(
        numbers,
        {sha256: name for _, sha256, _, name, _ in known},
        tuple(parsed for _, _, parsed, _, _ in known if parsed),
        min((row[4] for row in known), default=""),
        frozenset(cases),
        frozenset(emptied),
        frozenset(family),
        frozenset(rows),
        frozenset(outcomes),
        frozenset(traces - outcomes),
        frozenset(places),
        frozenset(past),
        frozenset({*await _verdicts(tx, places, past, outcomes), *(int(n) for n, _ in placed)}),
        frozenset(written - places),
        tuple(row[0] for row in sheets),
        tuple((id, sheet, path, content) for id, sheet, path, content in versions),
    )


def _names(label: str, documents: Collection[str]) -> bool:
    return any(mark in documents for mark in _HASH.findall(label))


async def _labelled(
    tx: Transaction, documents: Collection[str], versions: Collection[str]
) -> tuple[set[int], set[int]]:
    """The outcomes whose label names one of the documents, and those that one of the learned
    versions had a part in."""
    outcomes: set[int] = set()
    traces: set[int] = set()
    last = 0
    while rows := await tx.rows(_LABELS, (last, _BATCH)):
        for number, label in rows:
            if _names(label, documents):
                outcomes.add(int(number))
            elif any(id in versions for id in _LEARNED_ID.findall(label)):
                traces.add(int(number))
        last = rows[-1][0]
    return outcomes, traces


async def _rows_of(tx: Transaction, places: Iterable[Place]) -> set[int]:
    """The rows that stand in tables at these places, to any depth."""
    tables = set(places)
    parents = json_text(sorted({n for n, _ in tables}))
    found = await tx.rows(_ROWS, (parents,))
    return await _family(tx, {int(n) for n, parent, step in found if (parent, step) in tables})


async def _family(tx: Transaction, cases: Iterable[int]) -> set[int]:
    return {int(row[0]) for row in await tx.rows(_FAMILY, (json_text(sorted(cases)),))}


async def _outcomes_of(tx: Transaction, cases: Iterable[int]) -> set[int]:
    sql = f"SELECT n FROM outcomes WHERE case_n IN {_NUMBERS}"
    return {int(row[0]) for row in await tx.rows(sql, (json_text(sorted(cases)),))}


async def _all_places(tx: Transaction, cases: Iterable[int]) -> set[Place]:
    sql = f"SELECT case_n, step_id FROM cells WHERE case_n IN {_NUMBERS}"
    rows = await tx.rows(sql, (json_text(sorted(cases)),))
    return {(int(n), str(step)) for n, step in rows}


async def _standing_on_others(
    tx: Transaction, places: Collection[Place], outcomes: Collection[int]
) -> set[Place]:
    """Those of the cells in which something else stands by now."""
    rows = await tx.rows(
        "SELECT case_n, step_id, machine FROM cells WHERE machine IS NOT NULL"
        f" AND case_n IN {_NUMBERS}",
        (json_text(sorted({n for n, _ in places})),),
    )
    return {
        (int(n), str(step))
        for n, step, machine in rows
        if (n, step) in places and machine not in outcomes
    }


async def _verdicts(
    tx: Transaction,
    places: Collection[Place],
    past: Collection[Place],
    outcomes: Collection[int],
) -> set[int]:
    """All verdicts on these cells; on those that are past the ones given on these outcomes."""
    rows = await tx.rows(
        "SELECT v.n, v.case_n, v.step_id, o.n FROM verdicts v LEFT JOIN outcomes o"
        f" ON o.id = v.against WHERE v.case_n IN {_NUMBERS}",
        (json_text(sorted({n for n, _ in (*places, *past)})),),
    )
    return {
        int(n)
        for n, case_n, step_id, against in rows
        if (case_n, step_id) in places or ((case_n, step_id) in past and against in outcomes)
    }


async def _written(tx: Transaction, cases: Iterable[int]) -> set[Place]:
    rows = await tx.rows(_WRITTEN, (json_text(sorted(cases)),))
    return {(int(n), str(step)) for n, step in rows}


async def _with_others(tx: Transaction, cases: Iterable[int], documents: str) -> set[int]:
    rows = await tx.rows(_OTHERS, (json_text(sorted(cases)), documents))
    return {int(row[0]) for row in rows}

"""Reports of documents by document, and which documents are alike: found through shared keys, so
that a new document is compared with a few others whatever their number."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from casework.store.codec import json_text, plain
from casework.store.database import Database, Transaction, missing
from casework.types.quality import Alike, Assessed, Likeness, Quality, Sketch
from casework.types.quality_json import quality_json, quality_of, sketch_json, sketch_of

Compare = Callable[[Sketch, Sketch], Alike | None]

_KEPT_OF_KEY = 64
"""Documents under one key at most. A key of more is one of a template, and tells nothing."""
_COMPARED = 16
_KEPT_PAIRS = 8
_SAME_WORDS = 8
_BATCH = 500
_NEAREST: tuple[Likeness, ...] = ("same_text", "nearly_same", "part", "similar")
_COLUMNS = ("document", "version", "flags", "language", "quality", "words_sha256", "sketch")
_KEY_COLUMNS = ("likeness_key", "document")
_PAIR_COLUMNS = ("document", "other", "kind", "share")
_ALIKE = (
    "SELECT mine.sha256, theirs.sha256, l.kind, l.share FROM likenesses l"
    " JOIN documents mine ON mine.n = l.{mine} JOIN documents theirs ON theirs.n = l.{theirs}"
    " WHERE mine.sha256 IN (SELECT value FROM json_each(?))"
)
_PAIRS = (
    "SELECT DISTINCT mine.sha256, theirs.sha256 FROM likenesses l"
    " JOIN documents mine ON mine.n = l.document JOIN documents theirs ON theirs.n = l.other"
    " JOIN case_documents m ON m.document = mine.sha256 JOIN cases k ON k.n = m.case_n"
    " JOIN worksheets w ON w.n = k.worksheet WHERE w.id = ?"
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The report of a document as it is kept, and by which version of the checks it was made."""

    sha256: str
    version: str
    flags: tuple[str, ...]
    quality: Quality


@dataclass(frozen=True, slots=True)
class LikeDocument:
    """A document that is like another one; `later` when it came after it."""

    sha256: str
    kind: Likeness
    share: float
    later: bool


class Assessments:
    """The reports of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        sha256: str,
        version: str,
        flags: Sequence[str],
        assessed: Assessed,
        compare: Compare,
    ) -> None:
        """Keep the report of a document in the place of an earlier one, and find those among the
        others that are like it."""

        async def work(tx: Transaction) -> None:
            row = await tx.row("SELECT n FROM documents WHERE sha256 = ?", (sha256,))
            if row is None:
                raise missing("document", sha256)
            n = int(row[0])
            sketch = assessed.sketch
            told = "" if sketch is None else json_text(sketch_json(sketch))
            before = await tx.row("SELECT sketch FROM assessments WHERE document = ?", (n,))
            if before is not None and before[0] != told:
                await _forget(tx, n, before[0])
            await tx.execute("DELETE FROM assessments WHERE document = ?", (n,))
            if sketch is not None and (before is None or before[0] != told):
                await _liken(tx, n, sketch, compare)
            report = plain(json_text(quality_json(assessed.quality)))
            words = "" if sketch is None else sketch.text
            language = assessed.quality.language
            kept = (n, version, " ".join(flags), language, report, words, told)
            await tx.insert("assessments", _COLUMNS, [kept])

        await self._database.write(work)

    async def many(self, sha256s: Iterable[str]) -> dict[str, Assessment]:
        """The reports of those of the documents that have one."""
        wanted = list(sha256s)
        found: dict[str, Assessment] = {}
        for start in range(0, len(wanted), _BATCH):
            rows = await self._database.rows(
                "SELECT d.sha256, a.version, a.flags, a.quality FROM assessments a"
                " JOIN documents d ON d.n = a.document"
                " WHERE d.sha256 IN (SELECT value FROM json_each(?))",
                (json_text(wanted[start : start + _BATCH]),),
            )
            for sha256, version, flags, report in rows:
                quality = quality_of(json.loads(report))
                found[sha256] = Assessment(sha256, version, tuple(flags.split()), quality)
        return found

    async def alike(self, sha256s: Iterable[str]) -> dict[str, list[LikeDocument]]:
        """The documents that are like each of these, the likest first."""
        wanted = list(sha256s)
        found: dict[str, list[LikeDocument]] = {}
        for start in range(0, len(wanted), _BATCH):
            names = (json_text(wanted[start : start + _BATCH]),)
            for mine, theirs in (("document", "other"), ("other", "document")):
                sql = _ALIKE.format(mine=mine, theirs=theirs)
                for one, other, kind, share in await self._database.rows(sql, names):
                    like = LikeDocument(other, kind, share, theirs == "document")
                    found.setdefault(one, []).append(like)
        for likes in found.values():
            likes.sort(key=lambda like: (_NEAREST.index(like.kind), -like.share, like.sha256))
        return found

    async def pairs(self, worksheet_id: str) -> list[tuple[str, str]]:
        """The pairs of documents of a worksheet that are like one another."""
        rows = await self._database.long_read(_PAIRS, (worksheet_id,))
        return [(one, other) for one, other in rows]


async def _forget(tx: Transaction, n: int, sketch: str) -> None:
    """Take back under which keys a document stood and what it was like."""
    keys = sketch_of(json.loads(sketch)).keys if sketch else ()
    await tx.many(
        "DELETE FROM likeness_keys WHERE likeness_key = ? AND document = ?",
        [(key, n) for key in keys],
    )
    await tx.execute("DELETE FROM likenesses WHERE document = ? OR other = ?", (n, n))


async def _liken(tx: Transaction, n: int, sketch: Sketch, compare: Compare) -> None:
    """Find the documents that are like this one, and let it be found by later ones."""
    rows = await tx.rows(
        "SELECT likeness_key, document FROM likeness_keys WHERE likeness_key IN"
        " (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json_text(list(sketch.keys)),),
    )
    full = Counter(int(key) for key, _ in rows)
    shared: dict[int, float] = {}
    for key, document in rows:  # a key that few have tells more
        shared[int(document)] = shared.get(int(document), 0.0) + 1 / full[int(key)]
    near = heapq.nlargest(_COMPARED, shared, key=lambda other: (shared[other], -other))
    same = await tx.rows(
        "SELECT document FROM assessments WHERE substr(words_sha256, 1, 16) = substr(?1, 1, 16)"
        f" AND words_sha256 || '' = ?1 ORDER BY document LIMIT {_SAME_WORDS}",
        (sketch.text,),
    )
    others = {int(row[0]) for row in same}.union(near)
    await _pair(tx, n, sketch, others - {n}, compare)
    keys = [(key, n) for key in sketch.keys if full[key] < _KEPT_OF_KEY]
    await tx.insert("likeness_keys", _KEY_COLUMNS, keys)


async def _pair(
    tx: Transaction, n: int, sketch: Sketch, others: set[int], compare: Compare
) -> None:
    rows = await tx.rows(
        "SELECT document, sketch FROM assessments WHERE document IN"
        " (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json_text(sorted(others)),),
    )
    likes = [
        (_NEAREST.index(like.kind), -like.share, int(other), like)
        for other, told in rows
        if told and (like := compare(sketch, sketch_of(json.loads(told)))) is not None
    ]
    pairs = [(n, other, like.kind, like.share) for _, _, other, like in sorted(likes)[:_KEPT_PAIRS]]
    await tx.insert("likenesses", _PAIR_COLUMNS, pairs)

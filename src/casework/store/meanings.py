"""Meanings of steps by their digest, and which of them a person has called the same.

Look-ups go by fingerprint, which is the digest of meaning and inputs together. So calling an old
meaning the same as a new one writes, for each outcome under the old, the fingerprint that it has
under the new; outcomes that come later under an old meaning add theirs when they are recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.base.clock import stamp
from casework.base.hashing import digest
from casework.store.codec import json_text, json_value, plain
from casework.store.database import Database, Row, Transaction
from casework.types.case import Recorded
from casework.types.values import Json

_SAME = (
    "INSERT INTO same_meaning (old, new, who, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (old, new) DO UPDATE SET who = excluded.who, at = excluded.at,"
    " undone_by = '', undone_at = ''"
)
_NOT_SAME = (
    "UPDATE same_meaning SET undone_by = ?, undone_at = ?"
    " WHERE old = ? AND new = ? AND undone_at = ''"
)
_ALIAS = (
    "INSERT INTO same_fingerprint (fingerprint, stands_for) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
_NO_ALIAS = "DELETE FROM same_fingerprint WHERE fingerprint = ? AND stands_for = ?"
_ALIASES = "SELECT count(*) FROM same_fingerprint"
_NEWER = (
    "WITH RECURSIVE later (meaning) AS (SELECT new FROM same_meaning"
    " WHERE old = ? AND undone_at = '' UNION SELECT s.new FROM same_meaning s"
    " JOIN later l ON s.old = l.meaning WHERE s.undone_at = '')"
    " SELECT meaning FROM later WHERE meaning <> ?"
)
_OLDER = (
    "WITH RECURSIVE earlier (meaning) AS (SELECT old FROM same_meaning"
    " WHERE new = ? AND undone_at = '' UNION SELECT s.old FROM same_meaning s"
    " JOIN earlier e ON s.new = e.meaning WHERE s.undone_at = '')"
    " SELECT meaning FROM earlier WHERE meaning <> ?"
)
_STANDING = (
    "SELECT count(*) FROM cases k JOIN cells c ON c.case_n = k.n JOIN outcomes o ON o.n = c.machine"
    " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?) AND k.retired_at = ''"
    " AND c.step_id IN (SELECT value FROM json_each(?))"
    " AND c.state IN ('value', 'absent', 'skipped') AND c.human_kind = ''"
    " AND o.meaning IN (SELECT value FROM json_each(?))"
)


def fingerprint(meaning: str, inputs: Mapping[str, Json]) -> str:
    """The fingerprint of a cell: the digest of its step's meaning and of its inputs."""
    return digest({"meaning": meaning, "inputs": dict(inputs)})


async def alias_new(tx: Transaction, recorded: Recorded) -> None:
    """Let a fresh outcome be found under every meaning that its own was called the same as."""
    if await tx.row(
        "SELECT 1 FROM same_meaning WHERE old = ? AND undone_at = ''", (recorded.meaning,)
    ):
        for (newer,) in await tx.rows(_NEWER, (recorded.meaning,) * 2):
            other = fingerprint(newer, dict(recorded.inputs))
            await tx.execute(_ALIAS, (other, recorded.fingerprint))


class Meanings:
    """What steps have meant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, meanings: Mapping[str, dict[str, Json]]) -> None:
        """Keep these meanings by their digests; known ones cost nothing."""
        known = await self.read(meanings)
        rows = [(mark, json_text(told)) for mark, told in meanings.items() if mark not in known]
        if rows:
            await self._database.write(
                lambda tx: tx.many(
                    "INSERT INTO meanings (digest, meaning) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    rows,
                )
            )

    async def read(self, digests: Iterable[str]) -> dict[str, dict[str, Json]]:
        """The meanings of these digests, as far as they are known."""
        rows = await self._database.rows(
            "SELECT digest, meaning FROM meanings WHERE digest IN (SELECT value FROM json_each(?))",
            (json_text(list(digests)),),
        )
        return {mark: _object(told) for mark, told in rows}

    async def standing(
        self, worksheet_id: str, steps: Iterable[str], digests: Iterable[str]
    ) -> int:
        """How many cells of these steps stand as a machine answered them under these meanings: what
        a person decided is not counted. Takes its time in a large worksheet; others go on."""
        told = (worksheet_id, json_text(sorted(steps)), json_text(sorted(digests)))
        [row] = await self._database.long_read(_STANDING, told)
        return int(row[0])

    async def same(self, old: str, new: str, *, who: str) -> int:
        """Record that a person called two meanings the same: results under `old` count for `new`.

        Followed along chains, one way; returns how many fingerprints now stand for older ones.
        """
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> int:
            await tx.execute(_SAME, (old, new, who, at))
            before = await tx.row(_ALIASES)
            olds = {old, *(row[0] for row in await tx.rows(_OLDER, (new, new)))}
            news = {new, *(row[0] for row in await tx.rows(_NEWER, (new, new)))}
            found = await tx.rows(
                "SELECT fingerprint, meaning, inputs FROM outcomes"
                " WHERE meaning IN (SELECT value FROM json_each(?))",
                (json_text(sorted(olds)),),
            )
            for mark, meaning, inputs in found:
                told = _object(inputs)
                others = [(fingerprint(newer, told), mark) for newer in news if newer != meaning]
                await tx.many(_ALIAS, others)
            after = await tx.row(_ALIASES)
            return int(after[0] - before[0]) if after and before else 0

        return await self._database.write(work)

    async def not_same(self, old: str, new: str, *, who: str) -> bool:
        """Take back that two meanings are the same; False when nobody had said so. What follows
        from other pairs still holds."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> bool:
            olds = {old, *(row[0] for row in await tx.rows(_OLDER, (old, old)))}
            news = {new, *(row[0] for row in await tx.rows(_NEWER, (new, new)))}
            if not await tx.execute(_NOT_SAME, (plain(who), at, old, new)):
                return False
            for older in sorted(olds):
                still = {row[0] for row in await tx.rows(_NEWER, (older, older))}
                gone = sorted(news - still - {older})
                found = await tx.rows(
                    "SELECT fingerprint, inputs FROM outcomes WHERE meaning = ?", (older,)
                )
                for mark, inputs in found:
                    told = _object(inputs)
                    await tx.many(_NO_ALIAS, [(fingerprint(one, told), mark) for one in gone])
            return True

        return await self._database.write(work)

    async def alike(self) -> dict[str, frozenset[str]]:
        """The older meanings that each meaning was called the same as, chains followed."""
        older: dict[str, set[str]] = {}
        for old, new in await self._database.rows(
            "SELECT old, new FROM same_meaning WHERE undone_at = ''"
        ):
            older.setdefault(new, set()).add(old)
        return {new: frozenset(_reached(new, older)) for new in older}

    async def called_same(self) -> list[Row]:
        """Every row of who called what the same: old, new, who, when, undone by whom, when."""
        return await self._database.rows(
            "SELECT old, new, who, at, undone_by, undone_at FROM same_meaning ORDER BY at, old"
        )


def _reached(start: str, older: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for one in older.get(waiting.pop(), ()):
            if one not in found and one != start:
                found.add(one)
                waiting.append(one)
    return found


def _object(text: str) -> dict[str, Json]:
    told = json_value(text)
    return told if isinstance(told, dict) else {}

"""Meanings of steps by their digest, and which of them a person has called the same.

Look-ups go by fingerprint, which is the digest of meaning and inputs together. So calling an old
meaning the same as a new one writes, for each outcome under the old, the fingerprint that it has
under the new; outcomes that come later under an old meaning add theirs when they are recorded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from casework.base.clock import stamp
from casework.base.hashing import digest
from casework.store.codec import json_text, json_value
from casework.store.database import Database
from casework.types.case import Recorded
from casework.types.values import Json

_SAME = "INSERT INTO same_meaning (old, new, who, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ALIAS = (
    "INSERT INTO same_fingerprint (fingerprint, stands_for) VALUES (?, ?) ON CONFLICT DO NOTHING"
)
_NEWER = (
    "WITH RECURSIVE later (meaning) AS (SELECT new FROM same_meaning WHERE old = ?"
    " UNION SELECT s.new FROM same_meaning s JOIN later l ON s.old = l.meaning)"
    " SELECT meaning FROM later WHERE meaning <> ?"
)
_OLDER = (
    "WITH RECURSIVE earlier (meaning) AS (SELECT old FROM same_meaning WHERE new = ?"
    " UNION SELECT s.old FROM same_meaning s JOIN earlier e ON s.new = e.meaning)"
    " SELECT meaning FROM earlier WHERE meaning <> ?"
)


def fingerprint(meaning: str, inputs: Mapping[str, Json]) -> str:
    """The fingerprint of a cell: the digest of its step's meaning and of its inputs."""
    return digest({"meaning": meaning, "inputs": dict(inputs)})


def alias_new(connection: sqlite3.Connection, recorded: Recorded) -> None:
    """Let a fresh outcome be found under every meaning that its own was called the same as."""
    if connection.execute(
        "SELECT 1 FROM same_meaning WHERE old = ?", (recorded.meaning,)
    ).fetchone():
        for (newer,) in connection.execute(_NEWER, (recorded.meaning,) * 2).fetchall():
            other = fingerprint(newer, dict(recorded.inputs))
            connection.execute(_ALIAS, (other, recorded.fingerprint))


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
                lambda connection: connection.executemany(
                    "INSERT INTO meanings (digest, meaning) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    rows,
                )
            )

    async def read(self, digests: Iterable[str]) -> dict[str, dict[str, Json]]:
        """The meanings of these digests, as far as they are known."""
        rows = self._database.rows(
            "SELECT digest, meaning FROM meanings WHERE digest IN (SELECT value FROM json_each(?))",
            (json_text(list(digests)),),
        )
        return {mark: _object(told) for mark, told in rows}

    async def in_force(self, worksheet_id: str) -> dict[str, dict[str, Json]]:
        """The meanings of the outcomes in force in a worksheet, by their digests."""
        rows = await self._database.long_read(
            "SELECT digest, meaning FROM meanings WHERE digest IN ("
            "SELECT o.meaning FROM worksheets w JOIN cases k ON k.worksheet = w.n"
            " JOIN cells c ON c.case_n = k.n JOIN outcomes o ON o.n = c.machine WHERE w.id = ?)",
            (worksheet_id,),
        )
        return {mark: _object(told) for mark, told in rows}

    async def same(self, old: str, new: str, *, who: str) -> int:
        """Record that a person called two meanings the same: results under `old` count for `new`.

        Followed along chains, one way; returns how many fingerprints now stand for older ones.
        """
        at = stamp(self._database.clock.now())

        def work(connection: sqlite3.Connection) -> int:
            connection.execute(_SAME, (old, new, who, at))
            before = connection.total_changes
            olds = {old, *(row[0] for row in connection.execute(_OLDER, (new, new)).fetchall())}
            news = {new, *(row[0] for row in connection.execute(_NEWER, (new, new)).fetchall())}
            found = connection.execute(
                "SELECT fingerprint, meaning, inputs FROM outcomes"
                " WHERE meaning IN (SELECT value FROM json_each(?))",
                (json_text(sorted(olds)),),
            )
            for mark, meaning, inputs in found.fetchall():
                told = _object(inputs)
                others = [(fingerprint(newer, told), mark) for newer in news if newer != meaning]
                connection.executemany(_ALIAS, others)
            return connection.total_changes - before

        return await self._database.write(work)

    async def called_same(self) -> list[tuple[str, str, str, str]]:
        """Every row of who called what the same: old, new, who, when."""
        return [
            (old, new, who, at)
            for old, new, who, at in self._database.rows(
                "SELECT old, new, who, at FROM same_meaning ORDER BY at, old"
            )
        ]


def _object(text: str) -> dict[str, Json]:
    told = json_value(text)
    return told if isinstance(told, dict) else {}

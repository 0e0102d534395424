"""Answers of models by the digest of what was asked, apart for each worksheet: an `AnswerCache`."""

from __future__ import annotations

import json
from dataclasses import replace

from casework.base.clock import stamp
from casework.store.codec import json_text, plain, usage_from, usage_text
from casework.store.database import Database, Transaction
from casework.types.answer_json import answer_json, answer_of
from casework.types.message import ModelAnswer

_SAME = "substr(key, 1, 16) = substr(?1, 1, 16) AND key || '' = ?1 AND worksheet = ?2"
"""With `key = ?1` alone SQLite puts the key into `substr` and does not find the index."""
_FIND = f"SELECT n, answer, usage FROM answers WHERE {_SAME}"
_COLUMNS = ("worksheet", "key", "answer", "usage", "at")
_COUNTED = "UPDATE answers SET usage = '' WHERE n = ?"
_FORGET = f"DELETE FROM answers WHERE {_SAME}"


class Answers:
    """The remembered answers of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, worksheet_id: str, key: str) -> ModelAnswer | None:
        """The newest answer; with its usage when nobody has counted that yet, but for this once."""
        rows = await self._database.rows(_FIND, (key, worksheet_id))
        if not rows:
            return None
        n, told, usage = max(rows)
        answer = answer_of(json.loads(told))
        if not usage:
            return answer

        async def work(tx: Transaction) -> None:
            await tx.execute(_COUNTED, (n,))

        self._database.post(work)
        return replace(answer, usage=usage_from(usage))

    def keep(self, worksheet_id: str, key: str, answer: ModelAnswer, *, counted: bool) -> None:
        """Keep an answer with the next group that is written."""
        usage = "" if counted else usage_text(answer.usage)
        at = stamp(self._database.clock.now())
        row = (worksheet_id, key, plain(json_text(answer_json(answer))), usage, at)

        async def work(tx: Transaction) -> None:
            await tx.insert("answers", _COLUMNS, (row,))

        self._database.post(work)

    def forget(self, worksheet_id: str, key: str) -> None:
        """Keep no answer under this key."""

        async def work(tx: Transaction) -> None:
            await tx.execute(_FORGET, (key, worksheet_id))

        self._database.post(work)

    async def count(self) -> int:
        """How many answers are remembered."""
        row = await self._database.row("SELECT count(*) FROM answers")
        return int(row[0]) if row else 0

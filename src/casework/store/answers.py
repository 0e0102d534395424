"""Answers of models by the digest of what was asked, apart for each worksheet: an `AnswerCache`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.base.clock import stamp
from casework.store.codec import Row, json_text, plain, usage_from, usage_text
from casework.store.database import Database, Transaction
from casework.types.answer_json import answer_json, answer_of
from casework.types.message import ModelAnswer

_SAME = "substr(key, 1, 16) = substr(?1, 1, 16) AND key || '' = ?1 AND worksheet = ?2"
"""With `key = ?1` alone SQLite puts the key into `substr` and does not find the index."""
_FIND = f"SELECT n, answer, usage FROM answers WHERE {_SAME}"
_COLUMNS = ("worksheet", "key", "answer", "usage", "at")
_COUNTED = "UPDATE answers SET usage = '' WHERE n = ?"
_FORGET = f"DELETE FROM answers WHERE {_SAME}"


@dataclass(frozen=True, slots=True)
class _Change:
    """An answer to keep under a key; None: none is to be kept there."""

    worksheet_id: str
    key: str
    answer: ModelAnswer | None = None
    counted: bool = True


class Answers:
    """The remembered answers of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = self._change_all

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
        self._database.post_each(self._together, _Change(worksheet_id, key, answer, counted))

    def forget(self, worksheet_id: str, key: str) -> None:
        """Keep no answer under this key."""
        self._database.post_each(self._together, _Change(worksheet_id, key))

    async def count(self) -> int:
        """How many answers are remembered."""
        row = await self._database.row("SELECT count(*) FROM answers")
        return int(row[0]) if row else 0

    async def _change_all(self, tx: Transaction, changes: Sequence[_Change]) -> None:
        """Kept answers go in together, up to where one is forgotten."""
        at = stamp(self._database.clock.now())
        rows: list[Row] = []
        for change in changes:
            if change.answer is not None:
                rows.append(_row(change, change.answer, at))
                continue
            if rows:
                await tx.insert("answers", _COLUMNS, rows)
                rows = []
            await tx.execute(_FORGET, (change.key, change.worksheet_id))
        if rows:
            await tx.insert("answers", _COLUMNS, rows)


def _row(change: _Change, answer: ModelAnswer, at: str) -> Row:
    usage = "" if change.counted else usage_text(answer.usage)
    told = plain(json_text(answer_json(answer)))
    return (change.worksheet_id, change.key, told, usage, at)

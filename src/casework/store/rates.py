"""What endpoints bear, as the processes of a workspace learn it together: a `RateLedger`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.codec import json_text
from casework.store.database import Database, Transaction
from casework.types.needs import LaneNews, LaneState

_HEARD_S = 5.0
"""Who has not told anything for so long asks no more. A beat from the future counts for nothing
either: the clock was set back since."""
_LEARN = (
    "INSERT INTO lanes (lane, per_s, cut_at, regrow_s, shut_until, learnt_at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (lane) DO UPDATE SET"
    " per_s = CASE WHEN excluded.cut_at > lanes.cut_at THEN excluded.per_s ELSE lanes.per_s END,"
    " regrow_s = CASE WHEN excluded.cut_at > lanes.cut_at"
    " THEN excluded.regrow_s ELSE lanes.regrow_s END,"
    " learnt_at = CASE WHEN excluded.cut_at > lanes.cut_at"
    " THEN excluded.learnt_at ELSE lanes.learnt_at END,"
    " cut_at = CASE WHEN excluded.cut_at > lanes.cut_at THEN excluded.cut_at ELSE lanes.cut_at END,"
    " shut_until = CASE WHEN excluded.shut_until > lanes.shut_until"
    " THEN excluded.shut_until ELSE lanes.shut_until END"
)
_USE = (
    "INSERT INTO lane_users (lane, holder, sent_per_s, pressed, beat_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (lane, holder) DO UPDATE SET sent_per_s = excluded.sent_per_s,"
    " pressed = excluded.pressed, beat_at = excluded.beat_at"
)
_GONE = "DELETE FROM lane_users WHERE beat_at < ? OR beat_at > ?"
_LANES = (
    "SELECT lane, per_s, cut_at, regrow_s, shut_until FROM lanes"
    " WHERE lane IN (SELECT value FROM json_each(?))"
)
_USERS = (
    "SELECT lane, holder, sent_per_s, pressed FROM lane_users"
    " WHERE lane IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True, slots=True)
class LearntRate:
    """The rate that a model of a provider bore last (calls a second; None: no limit was met), when
    that was learnt, and how many processes ask it now."""

    lane: str
    per_s: float | None
    learnt_at: str
    users: int


class Rates:
    """The lanes of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def exchange(self, holder: str, told: Sequence[LaneNews]) -> Mapping[str, LaneState]:
        """Write what this process tells, and read what all know of these lanes."""
        now = self._database.clock.now()
        epoch_s, at = now.timestamp(), stamp(now)
        told = sorted(told, key=lambda news: news.lane)  # rows are locked in one order by all
        learnt = [
            (news.lane, news.peak_per_s, news.cut_at, news.regrow_s, news.shut_until, at)
            for news in told
        ]
        used = [(news.lane, holder, news.sent_per_s, int(news.pressed), epoch_s) for news in told]
        lanes = json_text([news.lane for news in told])

        async def work(tx: Transaction) -> Mapping[str, LaneState]:
            await tx.many(_LEARN, learnt)
            await tx.many(_USE, used)
            await tx.execute(_GONE, (epoch_s - _HEARD_S, epoch_s + _HEARD_S))
            known = {row[0]: LaneNews(*row) for row in await tx.rows(_LANES, (lanes,))}
            users = await tx.rows(_USERS, (lanes,))
            return {lane: _state(news, holder, users) for lane, news in known.items()}

        return await self._database.write(work)

    async def leave(self, holder: str) -> None:
        """This process asks no more."""
        await self._database.write(
            lambda tx: tx.execute("DELETE FROM lane_users WHERE holder = ?", (holder,))
        )

    async def all(self) -> list[LearntRate]:
        """Every lane that was ever used, by name."""
        since = self._database.clock.now().timestamp() - _HEARD_S
        rows = await self._database.rows(
            "SELECT l.lane, l.per_s, l.learnt_at, count(u.holder) FROM lanes l"
            " LEFT JOIN lane_users u ON u.lane = l.lane AND u.beat_at > ?"
            " GROUP BY l.lane, l.per_s, l.learnt_at ORDER BY l.lane",
            (since,),
        )
        return [LearntRate(*row) for row in rows]


def _state(news: LaneNews, holder: str, users: Sequence[tuple[object, ...]]) -> LaneState:
    here = [user for user in users if user[0] == news.lane]
    pressed = sum(1 for user in here if user[3])
    taken = sum(float(str(user[2])) for user in here if not user[3] and user[1] != holder)
    return LaneState(news, max(1, len(here)), pressed, taken)

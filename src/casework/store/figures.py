"""Sums over everything that a worksheet has recorded: what was used, what failed, what left."""

from __future__ import annotations

from dataclasses import dataclass

from casework.store.cases import THERE
from casework.store.database import Database

_OF_SHEET = (
    "FROM outcomes o JOIN cases k ON k.n = o.case_n"
    " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
)


@dataclass(frozen=True, slots=True)
class UsedModel:
    """What one model was used for in a worksheet: outcomes that it answered, superseded ones too.
    `cost_usd` sums what is known; `unpriced` counts outcomes whose cost is not."""

    model: str
    outcomes: int
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class LeftTo:
    """What left for one host on behalf of a worksheet; `local` for this machine itself."""

    host: str
    calls: int
    bytes: int
    local: bool
    first_at: str
    last_at: str


@dataclass(frozen=True, slots=True)
class FailedWith:
    """How often cells of a step failed with a code, and one of the reasons."""

    step_id: str
    code: str
    count: int
    example: str


class Figures:
    """Sums over the worksheets of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def times(self, worksheet_id: str) -> list[tuple[str, str, str]]:
        """When each case arrived, was first answered and decided; '' for not yet."""
        rows = await self._database.long_read(
            "SELECT arrived_at, answered_at, decided_at FROM cases k WHERE worksheet ="
            f" (SELECT n FROM worksheets WHERE id = ?) AND {THERE} ORDER BY n",
            (worksheet_id,),
        )
        return [(arrived, answered, decided) for arrived, answered, decided in rows]

    async def models(self, worksheet_id: str) -> list[UsedModel]:
        """The models that were asked, the most used first."""
        rows = await self._database.long_read(
            "SELECT o.model, count(*), sum(o.calls), sum(o.input_tokens), sum(o.output_tokens),"
            " sum(o.cached_tokens), coalesce(sum(o.cost_usd), 0.0),"
            " sum(CASE WHEN o.cost_usd IS NULL THEN 1 ELSE 0 END)"
            f" {_OF_SHEET} AND o.calls > 0 GROUP BY o.model ORDER BY 3 DESC, 1",
            (worksheet_id,),
        )
        return [
            UsedModel(
                model, int(outcomes), int(calls), int(sent), int(got), int(cached), float(cost),
                int(unpriced),
            )
            for model, outcomes, calls, sent, got, cached, cost, unpriced in rows
        ]  # fmt: skip

    async def failures(self, worksheet_id: str) -> list[FailedWith]:
        """Failures by step and code, the most frequent first; those that were mended too."""
        rows = await self._database.long_read(
            f"SELECT o.step_id, o.code, count(*), max(o.reason) {_OF_SHEET}"
            " AND o.kind = 'failed' GROUP BY o.step_id, o.code ORDER BY 3 DESC, 1, 2",
            (worksheet_id,),
        )
        return [FailedWith(step, code, int(count), reason) for step, code, count, reason in rows]

    async def left(self, worksheet_id: str) -> list[LeftTo]:
        """What left this workspace for the cells of a worksheet, by host."""
        rows = await self._database.long_read(
            "SELECT g.host, count(*), sum(g.bytes), max(g.local), min(g.at), max(g.at)"
            " FROM outgoing g JOIN cases k ON k.id = g.case_id"
            " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
            " GROUP BY g.host ORDER BY 2 DESC, 1",
            (worksheet_id,),
        )
        return [
            LeftTo(host, int(calls), int(size), bool(local), first, last)
            for host, calls, size, local, first, last in rows
        ]

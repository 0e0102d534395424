"""What one run did, in sums and lists: by step, by time, the slowest and dearest cells, failures.
Holds SQL; reads every outcome of the run, and how long the work on each took from its spans: an
outcome by itself knows only of its calls of models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.store.codec import label_from
from casework.store.database import Database, Row
from casework.types.label import Label

_OF_RUN = "FROM outcomes o JOIN cases k ON k.n = o.case_n WHERE o.run_id = ?"
_TOOK = (
    "coalesce((SELECT max(s.duration_ns) FROM spans s WHERE s.outcome = o.n),"
    " CAST(o.duration_s * 1000000000 AS BIGINT))"
)
"""How long a cell was worked on, in nanoseconds: its longest span is around all others."""
_BEGAN = "(SELECT min(s.started_ns) FROM spans s WHERE s.outcome = o.n)"
_CELL = (
    f"SELECT k.id, k.name, o.step_id, o.id, o.kind, o.at, {_TOOK}, o.cost_usd, o.calls,"
    " o.code, o.reason, o.model, o.label"
)
_NANO = 1e9


@dataclass(frozen=True, slots=True)
class StepOfRun:
    """What a run did in one step. `began_at` is when work on the first of its cells began (when it
    was done, where nothing tells), `last_at` when the last was done; `settled` of the cells came to
    a value or an absence; `busy_s` sums how long they were worked on; `cost_usd` sums what is
    known, `unpriced` counts what is not."""

    step_id: str
    cells: int
    settled: int
    failed: int
    began_at: str
    last_at: str
    busy_s: float
    calls: int
    tokens: int
    cost_usd: float
    unpriced: int


@dataclass(frozen=True, slots=True)
class CellOfRun:
    """A cell that a run computed."""

    case_id: str
    case_name: str
    step_id: str
    outcome_id: str
    kind: str
    at: str
    duration_s: float
    cost_usd: float | None
    calls: int
    code: str
    reason: str
    model: str
    label: Label


class RunFigures:
    """What the runs of a workspace did."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def steps(self, run_id: str) -> list[StepOfRun]:
        """The steps that a run computed cells of, by when it began with them."""
        rows = await self._database.long_read(
            "SELECT o.step_id, count(*),"
            " sum(CASE WHEN o.kind IN ('value', 'absent') THEN 1 ELSE 0 END),"
            " sum(CASE WHEN o.kind = 'failed' THEN 1 ELSE 0 END),"
            f" min(o.at), min({_BEGAN}), max(o.at), sum({_TOOK}), sum(o.calls),"
            " sum(o.input_tokens + o.output_tokens), sum(coalesce(o.cost_usd, 0.0)),"
            " sum(CASE WHEN o.cost_usd IS NULL THEN 1 ELSE 0 END)"
            f" {_OF_RUN} GROUP BY o.step_id ORDER BY 5, 1",
            (run_id,),
        )
        return [
            StepOfRun(
                step, int(cells), int(settled), int(failed), _earlier(first, began), last,
                float(busy) / _NANO, int(calls), int(tokens), float(cost), int(unpriced),
            )
            for step, cells, settled, failed, first, began, last, busy, calls, tokens, cost,
            unpriced in rows
        ]  # fmt: skip

    async def settled_by(self, run_id: str, letters: int) -> list[tuple[str, int, int]]:
        """How many cells were done in each stretch of time, and how many of them failed: `letters`
        of the stamp name it (13: an hour, 16: a minute, 19: a second, 21: a tenth of one)."""
        rows = await self._database.long_read(
            f"SELECT substr(o.at, 1, {int(letters)}), count(*),"
            f" sum(CASE WHEN o.kind = 'failed' THEN 1 ELSE 0 END) {_OF_RUN} GROUP BY 1 ORDER BY 1",
            (run_id,),
        )
        return [(at, int(cells), int(failed)) for at, cells, failed in rows]

    async def slowest(self, run_id: str, most: int = 10) -> list[CellOfRun]:
        """The cells that took longest."""
        return await self._cells(run_id, "", f"{_TOOK} DESC", most)

    async def dearest(self, run_id: str, most: int = 10) -> list[CellOfRun]:
        """The cells that cost most; those whose cost is not known are not among them."""
        return await self._cells(run_id, " AND o.cost_usd > 0", "o.cost_usd DESC", most)

    async def failures(self, run_id: str, most: int = 10_000) -> list[CellOfRun]:
        """The cells that failed, in the order in which they did."""
        return await self._cells(run_id, " AND o.kind = 'failed'", "o.n", most)

    async def _cells(self, run_id: str, which: str, order: str, most: int) -> list[CellOfRun]:
        rows = await self._database.long_read(
            f"{_CELL} {_OF_RUN}{which} ORDER BY {order} LIMIT ?", (run_id, most)
        )
        return [_cell(row) for row in rows]


def _cell(row: Row) -> CellOfRun:
    (case_id, case_name, step_id, outcome_id, kind, at, took, cost_usd, calls, code, reason,
     model, label) = row  # fmt: skip
    return CellOfRun(
        case_id, case_name, step_id, outcome_id, kind, at, float(took) / _NANO, cost_usd, calls,
        code, reason, model, label_from(label),
    )  # fmt: skip


def _earlier(at: str, began_ns: int | None) -> str:
    """The earlier of a stamp and a time since the epoch in nanoseconds, as a stamp."""
    if began_ns is None:
        return at
    return min(at, stamp(dt.datetime.fromtimestamp(int(began_ns) / _NANO, dt.UTC)))

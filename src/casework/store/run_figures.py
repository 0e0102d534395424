"""What one run did, in sums and lists: by step, by time, the slowest and dearest cells, failures.
Holds SQL; reads every outcome of the run."""

from __future__ import annotations

from dataclasses import dataclass

from casework.store.codec import label_from
from casework.store.database import Database, Row
from casework.types.label import Label

_OF_RUN = "FROM outcomes o JOIN cases k ON k.n = o.case_n WHERE o.run_id = ?"
_CELL = (
    "SELECT k.id, k.name, o.step_id, o.id, o.kind, o.at, o.duration_s, o.cost_usd, o.calls,"
    " o.code, o.reason, o.model, o.label"
)


@dataclass(frozen=True, slots=True)
class StepOfRun:
    """What a run did in one step. `first_at` and `last_at` are when its cells were done; `busy_s`
    sums how long they took; `cost_usd` sums what is known, `unpriced` counts what is not."""

    step_id: str
    cells: int
    failed: int
    first_at: str
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
            "SELECT o.step_id, count(*), sum(CASE WHEN o.kind = 'failed' THEN 1 ELSE 0 END),"
            " min(o.at), max(o.at), sum(o.duration_s), sum(o.calls),"
            " sum(o.input_tokens + o.output_tokens), sum(coalesce(o.cost_usd, 0.0)),"
            " sum(CASE WHEN o.cost_usd IS NULL THEN 1 ELSE 0 END)"
            f" {_OF_RUN} GROUP BY o.step_id ORDER BY 4, 1",
            (run_id,),
        )
        return [
            StepOfRun(
                step, int(cells), int(failed), first, last, float(busy), int(calls), int(tokens),
                float(cost), int(unpriced),
            )
            for step, cells, failed, first, last, busy, calls, tokens, cost, unpriced in rows
        ]  # fmt: skip

    async def settled_by(self, run_id: str, letters: int) -> list[tuple[str, int, int]]:
        """How many cells were done in each stretch of time, and how many of them failed: `letters`
        of the stamp name it (16: a minute, 19: a second, 13: an hour)."""
        rows = await self._database.long_read(
            f"SELECT substr(o.at, 1, {int(letters)}), count(*),"
            f" sum(CASE WHEN o.kind = 'failed' THEN 1 ELSE 0 END) {_OF_RUN} GROUP BY 1 ORDER BY 1",
            (run_id,),
        )
        return [(at, int(cells), int(failed)) for at, cells, failed in rows]

    async def slowest(self, run_id: str, most: int = 10) -> list[CellOfRun]:
        """The cells that took longest."""
        return await self._cells(run_id, "", "o.duration_s DESC", most)

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
    (case_id, case_name, step_id, outcome_id, kind, at, duration_s, cost_usd, calls, code, reason,
     model, label) = row  # fmt: skip
    return CellOfRun(
        case_id, case_name, step_id, outcome_id, kind, at, duration_s, cost_usd, calls, code,
        reason, model, label_from(label),
    )  # fmt: skip

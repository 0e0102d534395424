"""Rows of a worksheet made ready to be looked at, a batch of cases at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from casework.sdk.nested import load_tree, row_view
from casework.sdk.show import AtWork, row_views
from casework.sdk.standing import NOTHING_KNOWN, Standing
from casework.sdk.views import RowView
from casework.sdk.wire import House
from casework.types.case import CaseRecord
from casework.types.nesting import has_rows
from casework.types.procedure import Procedure

_BATCH = 64


async def looked_at(
    house: House,
    worksheet_id: str,
    procedure: Procedure,
    cases: Sequence[CaseRecord],
    standing: Standing = NOTHING_KNOWN,
) -> list[RowView]:
    """The rows of these cases as they are now; `standing` tells which of their values are out of
    date, and what passes by promises."""
    at_work = await at_work_on(house, worksheet_id, [case.id for case in cases])
    return await looked_at_beside(house, worksheet_id, procedure, cases, standing, at_work)


async def looked_at_beside(
    house: House,
    worksheet_id: str,
    procedure: Procedure,
    cases: Sequence[CaseRecord],
    standing: Standing,
    at_work: AtWork,
) -> list[RowView]:
    """The same beside what a run is said to do."""
    now = house.clock.now()
    if has_rows(procedure):
        trees = [await load_tree(house, worksheet_id, procedure, case) for case in cases]
        return [row_view(t, at_work=at_work, standing=standing, house=house) for t in trees]
    rows = []
    found = await house.store.cells.of_cases([case.id for case in cases])
    for case in cases:
        cells = found.get(case.id, {})
        stale = standing.of(case, cells)
        views = row_views(
            procedure.steps,
            case,
            cells,
            at_work=at_work,
            now=now,
            outdated=stale,
            rights=house.rights,
            acceptances=standing.acceptances,
        )
        rows.append(RowView(house.rights.case(case), views))
    return rows


async def at_work_on(house: House, worksheet_id: str, case_ids: list[str]) -> AtWork:
    """What the latest run is doing with these cases, or was doing when it went away."""
    latest = await house.store.runs.latest(worksheet_id, 1, asked=True)
    if not latest or latest[0].state not in ("running", "interrupted"):
        return AtWork()
    run = latest[0]
    flights = await house.store.runs.at_work(run.id, case_ids)
    return AtWork(run.state == "running", run.started_at, flights)


async def batches(
    cases: AsyncIterator[CaseRecord], most: int = _BATCH
) -> AsyncIterator[list[CaseRecord]]:
    """The cases in lists of some, `most` at a time."""
    batch: list[CaseRecord] = []
    async for case in cases:
        batch.append(case)
        if len(batch) == most:
            yield batch
            batch = []
    if batch:
        yield batch

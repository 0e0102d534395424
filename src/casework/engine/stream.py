"""What a run has before it, in memory that does not grow with the worksheet.

The look ahead counts; the ids of the cases with work are kept only while they are few. A larger
worksheet is looked through a second time, beside the run, a batch of cases at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from casework.engine.outlook import RowOutlook
from casework.types.case import CaseRecord
from casework.types.needs import CaseStore

IDS_KEPT = 20_000
"""Some 2 MB; looking twice would cost more time than it saves memory below that."""

Looking = Callable[[], AsyncIterator[RowOutlook]]


@dataclass(frozen=True, slots=True)
class Ahead:
    """`cells` that a run would work on; `cases` with work, None when there are too many to hold."""

    cells: int
    cases: list[str] | None


async def look_ahead(look: Looking, *, most: int = IDS_KEPT) -> Ahead:
    """Count what is before a run."""
    cells = 0
    cases: list[str] | None = []
    async for row in look():
        if not row.has_work:
            continue
        cells += sum(j.kind == "run" for one in row.every for _, _, j in one.cells)
        if cases is not None:
            cases.append(row.case.id)
            if len(cases) > most:
                cases = None
    return Ahead(cells, cases)


async def cases_with_work(
    ahead: Ahead, look: Looking, store: CaseStore, worksheet_id: str
) -> AsyncIterator[CaseRecord]:
    """The cases with work, in their order, as they are when their turn comes."""
    if ahead.cases is not None:
        async for case in store.stream(worksheet_id, ahead.cases):
            yield case
        return
    async for row in look():
        if row.has_work:
            yield row.case

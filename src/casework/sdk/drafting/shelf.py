"""The shelf that a draft works on: it reads the cells in force and writes none.

What is found is kept in memory under its fingerprint, so that nothing is computed again when the
draft is applied. Two drafts share nothing else, and a run of the worksheet notices neither.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from casework.base.ids import uuid7
from casework.engine.change import CasesBeside
from casework.engine.engine import Shelf
from casework.store.drafts import DRAFT
from casework.store.store import Store
from casework.types.case import (
    REUSABLE,
    CaseRecord,
    Cell,
    CellLine,
    CellWrite,
    Outcome,
    Recorded,
)
from casework.types.needs import NOTHING_AT_WORK
from casework.types.rows import RowsWrite
from casework.types.run import RunRecord
from casework.types.usage import Usage
from casework.types.values import Json

OnCell = Callable[[str, str], None]
"""Told of each cell (case id, step id) that has come to something."""


def draft_shelf(store: Store, cells: DraftCells) -> Shelf:
    """The shelf of a draft."""
    return Shelf(CasesBeside(store.cases), cells, DraftRuns(store), DraftRows(store))


class DraftCells:
    """The cells in force, with what a draft gives laid over them: a `CellStore`."""

    def __init__(self, store: Store, on_cell: OnCell) -> None:
        self._store = store
        self._on_cell = on_cell
        self._run_id = DRAFT + uuid7()
        self._known: dict[str, Recorded] = {}
        self.found: dict[tuple[str, str], Cell] = {}
        """What the draft gave, by case id and step id."""

    async def of_case(self, case_id: str) -> dict[str, Cell]:
        cells = await self._store.cells.of_case(case_id)
        return {step_id: _tried_anew(cell) for step_id, cell in cells.items()}

    async def of_rows(self, parent_id: str, worksheet_id: str) -> dict[str, dict[str, Cell]]:
        return await self._store.cells.of_rows(parent_id, worksheet_id)

    async def scan(
        self, worksheet_id: str, only: Sequence[str] | None = None
    ) -> AsyncIterator[list[CellLine]]:
        async for lines in self._store.cells.scan(worksheet_id, only):
            yield lines

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        cells = self._store.cells
        found = await cells.recorded(fingerprint, attempt, worksheet_id=worksheet_id)
        if found is not None:
            self._known[found.id] = found
        return found

    async def known(self, fingerprints: Iterable[str], *, worksheet_id: str = "") -> set[str]:
        return await self._store.cells.known(fingerprints, worksheet_id=worksheet_id)

    async def commit(self, write: CellWrite) -> None:
        """Keep what was found, in memory and beside the cell."""
        recorded = write.recorded
        if recorded is not None and recorded.outcome.kind in REUSABLE:
            recorded = replace(recorded, run_id=self._run_id)
            await self._store.drafts.remember(replace(write, recorded=recorded, run_id=""))
        machine = recorded or self._known.get(write.reuse)
        result = write.state in ("value", "absent", "skipped")
        self.found[write.case_id, write.step_id] = Cell(
            write.case_id,
            write.step_id,
            write.state,
            write.reason,
            write.since,
            write.waiting_for,
            machine=machine if result else None,
            lacking=write.lacking,
        )
        self._on_cell(write.case_id, write.step_id)

    async def relabel(self, outcome_id: str, outcome: Outcome) -> None:
        """Nothing: what is in force keeps its label until something is put in force."""

    async def history(self, case_id: str, step_id: str) -> list[Recorded]:
        return await self._store.cells.history(case_id, step_id)

    async def typical(self, worksheet_id: str) -> dict[tuple[str, str], Usage]:
        return await self._store.cells.typical(worksheet_id)


class DraftRuns:
    """A `RunStore` in which a draft leaves no run, and for which it needs no lease."""

    def __init__(self, store: Store) -> None:
        self._runs = store.runs

    async def start(self, run: RunRecord) -> None:
        """Nothing: the worksheet stays free for runs."""

    async def beat(
        self, run_id: str, at_work: Mapping[tuple[str, str], str] = NOTHING_AT_WORK
    ) -> None:
        """Nothing."""

    async def at_work(
        self, run_id: str, case_ids: list[str] | None = None
    ) -> dict[tuple[str, str], str]:
        return {}

    async def end(self, run: RunRecord) -> None:
        """Nothing."""

    async def latest(self, worksheet_id: str, limit: int = 20) -> list[RunRecord]:
        return []

    async def meanings(self, digests: Iterable[str]) -> dict[str, dict[str, Json]]:
        return await self._runs.meanings(digests)

    async def remember_meanings(self, meanings: Mapping[str, dict[str, Json]]) -> None:
        await self._runs.remember_meanings(meanings)


class DraftRows:
    """A `RowStore` that is only read: drafts of steps that make or read rows are not tried live."""

    def __init__(self, store: Store) -> None:
        self._rows = store.rows

    async def sheets(self, worksheet_id: str) -> dict[str, str]:
        return await self._rows.sheets(worksheet_id)

    async def make_sheets(self, worksheet_id: str, paths: Sequence[str], at: str) -> dict[str, str]:
        return await self._rows.sheets(worksheet_id)

    async def of(self, sheet_id: str, parents: Collection[str]) -> dict[str, list[CaseRecord]]:
        return await self._rows.of(sheet_id, parents)

    async def ever_of(self, sheet_id: str, parent_id: str) -> list[CaseRecord]:
        return await self._rows.ever_of(sheet_id, parent_id)

    async def made_from(self, parents: Collection[str]) -> dict[tuple[str, str], str]:
        return await self._rows.made_from(parents)

    async def put(self, write: RowsWrite) -> None:
        """Nothing."""


def _tried_anew(cell: Cell) -> Cell:
    """The cell as a draft finds it: what a person kept beside a change holds nothing up."""
    return replace(cell, kept="") if cell.kept else cell

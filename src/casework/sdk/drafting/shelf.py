"""The shelf that a draft works on: it reads the cells in force and writes none.

What is found is remembered under its fingerprint, so that nothing is computed again when the draft
is applied. Rows of tables that only the draft has live in this process alone, and go with it. Two
drafts share nothing else, and a run of the worksheet notices neither.
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
    return Shelf(CasesBeside(store.cases), cells, DraftRuns(store), cells.rows)


class DraftCells:
    """The cells in force, with what a draft gives laid over them: a `CellStore`."""

    def __init__(self, store: Store, on_cell: OnCell) -> None:
        self._store = store
        self._on_cell = on_cell
        self._run_id = DRAFT + uuid7()
        self._known: dict[str, Recorded] = {}
        self._fresh: dict[tuple[str, int], Recorded] = {}
        self.rows = DraftRows(store)
        self.found: dict[tuple[str, str], Cell] = {}
        """What the draft gave, by the id of the case or row and the step's id."""

    async def of_case(self, case_id: str) -> dict[str, Cell]:
        cells = await self._store.cells.of_case(case_id)
        return {step_id: _tried_anew(cell) for step_id, cell in cells.items()}

    async def of_rows(self, parent_id: str, worksheet_id: str) -> dict[str, dict[str, Cell]]:
        return await self._store.cells.of_rows(parent_id, worksheet_id)

    async def scan(
        self,
        worksheet_id: str,
        only: Sequence[str] | None = None,
        steps: Sequence[str] | None = None,
    ) -> AsyncIterator[list[CellLine]]:
        async for lines in self._store.cells.scan(worksheet_id, only, steps):
            yield lines

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        cells = self._store.cells
        found = self._fresh.get((fingerprint, attempt))
        if found is None:
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
            self._fresh[recorded.fingerprint, recorded.attempt] = recorded
            await self._remember(replace(write, recorded=recorded, run_id=""))
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

    async def _remember(self, write: CellWrite) -> None:
        """Keep an outcome in the store. One of a row that only the draft has is kept with the case
        around it where calls were made for it, so that these are seen and forgotten with that."""
        home = self.rows.home_of(write.case_id)
        if home == write.case_id or (write.recorded and write.recorded.outcome.usage.calls):
            await self._store.drafts.remember(replace(write, case_id=home))

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
    """The rows in force, with those that a draft makes laid over them in memory: a `RowStore`."""

    def __init__(self, store: Store) -> None:
        self._rows = store.rows
        self._sheets: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        """The case or row around each row that only the draft has."""
        self._marks: dict[tuple[str, str], str] = {}
        self._sheet_of: dict[tuple[str, str], str] = {}
        self._there: set[str] = set()
        self.made: dict[tuple[str, str], list[CaseRecord]] = {}
        """The rows that the draft made, by the id of the case or row with the table and the id of
        the table's step."""

    def home_of(self, id: str) -> str:
        """The case or row itself where it is stored, else the nearest one around it that is."""
        while id in self._parents:
            id = self._parents[id]
        return id

    async def sheets(self, worksheet_id: str) -> dict[str, str]:
        """The nested worksheets, with those of tables that only the draft has."""
        return {**self._sheets, **await self._rows.sheets(worksheet_id)}

    async def make_sheets(self, worksheet_id: str, paths: Sequence[str], at: str) -> dict[str, str]:
        """The same; a table that is not there yet gets an id that is kept nowhere."""
        known = await self._rows.sheets(worksheet_id)
        for path in paths:
            if path not in known:
                self._sheets.setdefault(path, DRAFT + uuid7())
        return {**self._sheets, **known}

    async def of(self, sheet_id: str, parents: Collection[str]) -> dict[str, list[CaseRecord]]:
        """The rows as the draft has them, where it made any; else those that are there."""
        found = await self._rows.of(sheet_id, parents)
        self._there.update(row.id for rows in found.values() for row in rows)
        for key, rows in self.made.items():
            if key[0] in parents and self._sheet_of[key] == sheet_id:
                found[key[0]] = list(rows)
        return found

    async def ever_of(self, sheet_id: str, parent_id: str) -> list[CaseRecord]:
        """All rows that a case has had, those of the draft first."""
        stored = await self._rows.ever_of(sheet_id, parent_id)
        self._there.update(row.id for row in stored)
        first = (await self.of(sheet_id, [parent_id])).get(parent_id, [])
        ids = {row.id for row in first}
        return [*first, *(row for row in stored if row.id not in ids)]

    async def made_from(self, parents: Collection[str]) -> dict[tuple[str, str], str]:
        """From which values the rows were made, those of the draft where it made any."""
        found = await self._rows.made_from(parents)
        return {**found, **{key: mark for key, mark in self._marks.items() if key[0] in parents}}

    async def put(self, write: RowsWrite) -> None:
        """Lay the rows of a table over those that are there; nothing is written."""
        key = (write.parent_id, write.step_id)
        self._marks[key] = write.digest
        self._sheet_of[key] = write.worksheet_id
        self.made[key] = [
            CaseRecord(
                row.id,
                write.worksheet_id,
                row.id,
                row.name,
                fields=row.fields,
                arrived_at=write.at,
                parent=write.parent_id,
                position=place,
                source=write.source,
            )
            for place, row in enumerate(write.rows, 1)
        ]
        new = {row.id: write.parent_id for row in write.rows if row.id not in self._there}
        self._parents.update(new)


def _tried_anew(cell: Cell) -> Cell:
    """The cell as a draft finds it: what a person kept beside a change holds nothing up."""
    return replace(cell, kept="") if cell.kept else cell

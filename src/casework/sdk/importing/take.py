"""The rows of one file, one after the other: which case, which values, where they stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from casework.base.clock import stamp
from casework.base.errors import ValueReadError
from casework.base.ids import uuid7
from casework.documents.sheets.records import LONGEST_CELL, RecordRow, Records
from casework.sdk.importing.cases import CaseNames
from casework.sdk.importing.columns import Columns, MappedColumn
from casework.sdk.importing.places import Located, Papers, papers_of
from casework.sdk.importing.values import ColumnHabits, is_empty, read_cell
from casework.sdk.importing.view import Issue, IssueKind
from casework.sdk.wire import House
from casework.steps.sources import Sources
from casework.types.case import CaseRecord
from casework.types.past_decision import PastDecision, source_of
from casework.types.procedure import Procedure
from casework.types.values import Json
from casework.values.show import show

OnRow = Callable[[int, int, str], None]
"""Told how many of how many rows are done, and which case the last one was of."""
_SHOWN = 500
"""Letters of a cell that an issue tells."""
_EMPTY_KIND = "not_found"
"""The absence that an empty cell stands for, where people said that it stands for one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is taken, and how: the file's name in what is learned, its rows, the steps of its
    columns, the column that names the cases, and those cells that have a verdict."""

    source: str
    records: Records
    columns: Columns
    key: int
    trust: float
    empty_is_absent: bool
    decided: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the file, and the case and step that it is of."""

    row: RecordRow
    case: CaseRecord
    column: MappedColumn
    written: str


@dataclass(slots=True)
class Taking:
    """Rows being taken, and what came of them. What one has wrong is an issue and stops nothing."""

    house: House
    procedure: Procedure
    names: CaseNames
    given: Given
    found: list[PastDecision] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    cases: dict[str, int] = field(default_factory=dict)
    """The number of the row of each case."""

    async def run(self, on_row: OnRow | None = None) -> None:
        """Take all rows."""
        rows = self.given.records.rows
        habits, sources = ColumnHabits(self.given.records), Sources(self.house.parsing)
        for done, row in enumerate(rows, 1):
            case = self._case(row)
            if case is not None:
                papers = await papers_of(sources, case)
                if papers.sources:
                    await self._row(row, case, papers, habits)
                else:
                    why = "The case has no document that can be read."
                    self.issues.append(Issue("no_document", row.number, why, case=case.name))
            if on_row is not None:
                on_row(done, len(rows), case.name if case else "")

    def _case(self, row: RecordRow) -> CaseRecord | None:
        """The case of a row, if there is one and no row before was of it."""
        text = row.texts.get(self.given.key, "")
        found = self.names.find(text)
        kind: IssueKind = "no_case"
        if len(found) > 1:
            kind, why = "several_cases", f"{len(found)} cases answer to this name."
        elif not found:
            why = "No case, and no file of one, has this name." if text else "It names no case."
        else:
            case = self.names.by_id[next(iter(found))]
            before = self.cases.setdefault(case.id, row.number)
            if before == row.number:
                return case
            kind, why = "duplicate", f"Row {before} speaks of {case.name} already."
        self.issues.append(Issue(kind, row.number, why, written=text[:_SHOWN]))
        return None

    async def _row(
        self, row: RecordRow, case: CaseRecord, papers: Papers, habits: ColumnHabits
    ) -> None:
        for column in self.given.columns.mapped:
            cell = _Cell(row, case, column, row.texts.get(column.column, ""))
            if is_empty(cell.written):
                if self.given.empty_is_absent:
                    self._keep(cell, Located(None), _EMPTY_KIND)
                continue
            if len(cell.written) > LONGEST_CELL:
                self._issue("unreadable", cell, f"It has more than {LONGEST_CELL:,} letters.")
                continue
            step = self.procedure.step(column.step_id)
            own = habits.of(column.column, typed=column.column in row.typed)
            try:
                options = read_cell(cell.written, step.type, own)
            except ValueReadError as error:
                self._issue("unreadable", cell, error.message)
                continue
            located = await asyncio.to_thread(papers.locate, step, options, cell.written)
            if not located.certain:
                self._issue("two_readings", cell, self._either(cell, options))
                continue
            self._tell_lost(cell, located)
            self._keep(cell, located)

    def _either(self, cell: _Cell, options: Sequence[Json]) -> str:
        type = self.procedure.step(cell.column.step_id).type
        shown = " or ".join(show(option, type) for option in options)
        return f"It may be {shown}, and the documents state neither."

    def _tell_lost(self, cell: _Cell, located: Located) -> None:
        if not located.lost:
            return
        if not located.places:
            self._issue("not_located", cell, "The documents of the case do not state it so.")
            return
        one = self.procedure.step(cell.column.step_id).type.one()
        lost = "; ".join(show(item, one) for item in located.lost)
        self._issue("partly_located", cell, f"The documents do not state {lost}.")

    def _keep(self, cell: _Cell, located: Located, absence: str = "") -> None:
        """Keep what a cell says. What was found nowhere teaches nothing."""
        if (cell.case.id, cell.column.step_id) in self.given.decided:
            self._issue("decided", cell, "A person decided on this cell in casework.")
        where = f"row {cell.row.number}"
        teaches = bool(absence or located.places)
        self.found.append(
            PastDecision(
                uuid7(),
                cell.case.id,
                cell.column.step_id,
                located.value,
                absence,
                cell.written,
                located.places,
                source_of(self.given.source, where),
                self.given.trust if teaches else 0.0,
                "",
                stamp(self.house.clock.now()),
            )
        )

    def _issue(self, kind: IssueKind, cell: _Cell, reason: str) -> None:
        column = cell.column
        name, heading = cell.case.name, column.heading
        self.issues.append(
            Issue(
                kind, cell.row.number, reason, heading, column.step_id, name, cell.written[:_SHOWN]
            )
        )

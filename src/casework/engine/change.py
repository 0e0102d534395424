"""A pending change beside what is in force: on which shelf it runs, and in what its cells differ.

Knows no way to show a value and decides nothing.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.engine.assess import Surroundings, judge, readable
from casework.engine.nested_outlook import Loaded, outlook_of
from casework.engine.outlook import RowOutlook, row_outlook
from casework.engine.program import Program
from casework.engine.row import Chosen, line_of
from casework.types.case import CaseRecord, Cell, CellLine, CellState, Outcome
from casework.types.change import DifferenceKind
from casework.types.needs import CaseStore
from casework.types.proof import Citation, Proof

_RESULT: frozenset[CellState] = frozenset({"value", "absent", "skipped"})
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_SURER = 0.05
"""Confidences that lie closer than this are the same to a person."""


@dataclass(frozen=True, slots=True)
class CasesBeside:
    """The cases of a worksheet for a run beside it: nothing is written to them."""

    cases: CaseStore

    def stream(
        self, worksheet_id: str, only: Sequence[str] | None = None
    ) -> AsyncIterator[CaseRecord]:
        return self.cases.stream(worksheet_id, only)

    async def count(self, worksheet_id: str) -> int:
        return await self.cases.count(worksheet_id)

    async def set_aside(self, case_id: str, reason: str) -> None:
        """Nothing: a change that is tried out sets no case aside."""

    async def set_times(self, case_id: str, answered_at: str, decided_at: str) -> None:
        """Nothing: a change that is tried out answers no case."""


def difference(live: Cell, beside: Cell) -> DifferenceKind | None:
    """In what the machine's work on a cell differs; None where it came to the same."""
    if beside.machine is live.machine and beside.state == live.state:
        return None
    if beside.state not in _RESULT or beside.machine is None:
        return _without_result(live, beside)
    new = beside.machine.outcome
    if live.state not in _RESULT or live.machine is None:
        return "found" if live.since else "new"
    old = live.machine.outcome
    if old.value_digest != new.value_digest:
        return _turned(old, new)
    if _seen(old.proof) != _seen(new.proof):
        return "proof"
    return "confidence" if _surer(old.confidence, new.confidence) else None


def _without_result(live: Cell, beside: Cell) -> DifferenceKind | None:
    if live.state == beside.state and live.state not in _RESULT:
        return None
    return "failed" if beside.state in ("failed", "set_aside") else "waiting"


def _turned(old: Outcome, new: Outcome) -> DifferenceKind:
    if new.kind == "skipped":
        return "skipped"
    if old.kind == "skipped":
        return "unskipped"
    if old.kind == "value":
        return "value" if new.kind == "value" else "lost"
    return "found" if new.kind == "value" else "absence"


def _seen(proof: Proof) -> object:
    """What counts of a proof. The words of a rule or of reasons may differ from one time to the
    next; what they rest on, and whether it holds, may not."""
    rests = {name for claim in proof.claims for name in claim.steps}
    cited = [place for claim in proof.claims for place in claim.citations]
    places = tuple(map(_place, (*proof.citations, *cited)))
    return proof.kind, proof.solid, places, tuple(sorted({*proof.steps, *rests}))


def _place(citation: Citation) -> tuple[str, int, str, str, str]:
    return (
        citation.document,
        citation.page,
        citation.quote,
        citation.grade,
        citation.support,
    )


def _surer(old: float | None, new: float | None) -> bool:
    """Whether a confidence is another one; one that is measured for the first time is not."""
    if old is None or new is None:
        return old is not None and new is None
    return abs(old - new) >= _SURER


def anchors(
    case: CaseRecord,
    live: Mapping[str, Cell],
    beside: Mapping[str, Cell],
    kept: Collection[str],
    program: Program,
) -> dict[str, str]:
    """For which fingerprints the kept cells of a case stand, by step id: the one that was declined,
    and the one that a run would find now, among cells of which some were adopted."""
    marks = {step_id: declined(beside.get(step_id)) for step_id in kept}
    standing = dict(live)
    for step_id, mark in marks.items():
        cell = standing.get(step_id) or Cell(case.id, step_id)
        standing[step_id] = replace(cell, kept=mark or "kept")
    now = _marks(case, standing, program)
    return {
        step_id: " ".join(dict.fromkeys(filter(None, (mark, now.get(step_id, "")))))
        for step_id, mark in marks.items()
    }


def declined(beside: Cell | None) -> str:
    """The fingerprint of a proposal; '' when there is none."""
    return beside.machine.fingerprint if beside and beside.machine else ""


def _marks(case: CaseRecord, cells: Mapping[str, Cell], program: Program) -> dict[str, str]:
    """The fingerprints of the cells as they stand; '' where one hangs on a cell that is still to
    run or cannot be read. Kept cells stand, whatever their fingerprint."""
    digests: dict[str, str] = {}
    pending: set[str] = set()
    marks: dict[str, str] = {}
    for column in program.columns:
        step_id = column.step.id
        cell = cells.get(step_id) or Cell(case.id, step_id)
        effective = cell.effective()
        digests[step_id] = readable(effective.digest) if effective else ""
        around = Surroundings(digests, pending)
        judged = judge(column, program, case, line_of(replace(cell, kept="")), around)
        marks[step_id] = judged.fingerprint if judged.certain else ""
        if cell.human is None and judged.kind == "run" and not cell.kept:
            pending.add(step_id)
        elif cell.human is None and judged.kind == "wait":
            digests[step_id] = ""
    return marks


def outdated(
    case: CaseRecord, cells: Mapping[str, Cell], program: Program
) -> Mapping[str, tuple[str, str]]:
    """Which cells show a machine's value that is not up to date, with why (a `Why`, `rests` or
    `waiting`) and what exactly."""
    lines = {id: line for id, cell in cells.items() if (line := _line(cell)) is not None}
    return _told(row_outlook(case, lines, program, Chosen()), cells)


def outdated_rows(loaded: Loaded, program: Program) -> dict[str, Mapping[str, tuple[str, str]]]:
    """The same of a case and of the rows of its tables, by case id."""
    cells = {one.case.id: one.cells for one in loaded.every()}
    rows = outlook_of(loaded, program, _line).every
    return {row.case.id: _told(row, cells[row.case.id]) for row in rows}


def _told(row: RowOutlook, cells: Mapping[str, Cell]) -> Mapping[str, tuple[str, str]]:
    told: dict[str, tuple[str, str]] = {}
    for column, _, judged in row.cells:
        cell = cells.get(column.step.id)
        if cell is None or cell.machine is None or cell.human is not None:
            continue
        if judged.kind == "wait":
            told[column.step.id] = ("waiting", judged.reason)
        else:
            told[column.step.id] = (judged.why if judged.certain else "rests", judged.detail)
    return told


def _line(cell: Cell) -> CellLine | None:
    """The cell as a plan sees it, what it read included."""
    line = line_of(cell)
    if line is None or cell.machine is None:
        return line
    return line._replace(inputs=_compact(cell.machine.inputs))

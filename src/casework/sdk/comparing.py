"""What a pending change gives beside what is in force, made ready to be looked at: only cells that
differ, grouped by step and kind; and what people verified as the measure of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.engine.change import difference
from casework.sdk.following import Followed
from casework.sdk.rights import NOT_YOURS, Rights
from casework.sdk.show import proof_word, shown
from casework.sdk.wire import House
from casework.store.choices import Place, Verified
from casework.types.case import CaseRecord, Cell, value_digest
from casework.types.change import (
    ChangeRecord,
    Decided,
    Difference,
    DifferenceGroup,
    DifferenceKind,
    Disagreement,
    Regression,
    Side,
)
from casework.types.nesting import Placed, path_of, placed_steps
from casework.types.procedure import GIVEN, Step
from casework.types.proof import UNPROVED

_ORDER: tuple[DifferenceKind, ...] = (
    "failed", "lost", "value", "absence", "found", "skipped", "unskipped", "waiting", "new",
    "proof", "confidence", "removed",
)  # fmt: skip
"""What a person should see first comes first."""
_RESULT = ("value", "absent", "skipped")
_AT_ONCE = 32
"""Cases whose cells are compared before others get their turn."""
_WORST = ("none", "fuzzy", "normalised", "exact")


@dataclass(slots=True)
class Compared:
    """What was found: groups by step and kind, in the order of the steps."""

    groups: tuple[DifferenceGroup, ...] = ()
    tried: int = 0
    equal: int = 0
    places: Mapping[Place, Decided] = field(default_factory=dict)


class Whereabouts:
    """Where cells stand: the step of a cell with the tables around it, and the cases around a
    row."""

    def __init__(
        self, house: House, worksheet_id: str, sheets: Mapping[str, str], steps: Sequence[Step]
    ) -> None:
        self._store = house.store
        self._worksheet_id = worksheet_id
        self._around = {sheet: path for path, sheet in sheets.items()}
        self._placed = {one.path: one for one in placed_steps(steps)}
        self.order = {path: place for place, path in enumerate(self._placed)}

    @classmethod
    async def of(cls, house: House, worksheet_id: str, followed: Followed) -> Whereabouts:
        """Those of a worksheet under a procedure."""
        sheets = await house.store.rows.sheets(worksheet_id)
        return cls(house, worksheet_id, sheets, followed.procedure.steps)

    @property
    def sheets(self) -> list[str]:
        """The ids of the worksheets of rows."""
        return list(self._around)

    async def cases(self, ids: Sequence[str]) -> list[CaseRecord]:
        """The cases, and rows, of these ids, in their order; what is gone is left out."""
        found: dict[str, CaseRecord] = {}
        for sheet in (self._worksheet_id, *self._around):
            if len(found) < len(ids):
                found |= {one.id: one async for one in self._store.cases.stream(sheet, ids)}
        return [found[id] for id in ids if id in found]

    def step(self, worksheet_id: str, step_id: str) -> Placed | None:
        """The step of a cell in a worksheet, or in one of rows; None for one that is gone, and for
        a column that its table fills."""
        around = self._around.get(worksheet_id)
        found = self._placed.get(path_of([around, step_id]) if around else step_id)
        return None if found is None or found.step.by == GIVEN else found


async def compare_cells(
    house: House,
    worksheet_id: str,
    change: ChangeRecord,
    followed: Followed,
    *,
    cases: Collection[str] = (),
    steps: Collection[str] = (),
) -> Compared:
    """Compare all cells that the change has run for, or those of some cases (ids) and steps
    (paths)."""
    where = await Whereabouts.of(house, worksheet_id, followed)
    places = await house.store.choices.places(change.id)
    asked: dict[str, list[str]] = {}
    for case_id, step_id in places:
        asked.setdefault(case_id, []).append(step_id)
    found: dict[tuple[str, DifferenceKind], list[Difference]] = {}
    titles: dict[str, str] = {}
    tried = 0
    ids = list(asked)
    if cases:
        family = set(await house.store.rows.family(list(cases)))
        ids = [id for id in ids if id in family]
    async for case, live, beside in _side_by_side(house, where, change, ids):
        for step_id in asked[case.id]:
            placed = where.step(case.worksheet_id, step_id)
            if placed is None or (steps and placed.path not in steps):
                continue
            tried += 1
            cell = live.get(step_id) or Cell(case.id, step_id)
            kind = difference(cell, beside[step_id])
            if kind is None:
                continue
            titles[placed.path] = placed.title
            one = _difference(case, placed, kind, cell, beside[step_id])
            one = _allowed(house.rights, case, (cell, beside[step_id]), one)
            one = replace(one, decided=places[case.id, step_id])
            found.setdefault((placed.path, kind), []).append(one)
    groups = [
        DifferenceGroup(path, titles[path], kind, tuple(cells))
        for (path, kind), cells in found.items()
    ]
    groups.sort(key=lambda group: (where.order[group.step_id], _ORDER.index(group.kind)))
    count = sum(len(group.cells) for group in groups)
    return Compared(tuple(groups), tried, tried - count, places)


async def _side_by_side(
    house: House, where: Whereabouts, change: ChangeRecord, ids: Sequence[str]
) -> AsyncIterator[tuple[CaseRecord, Mapping[str, Cell], Mapping[str, Cell]]]:
    """The cases and rows of these ids, each with its cells in force and those of the change: some
    at a time, so that they are never all held."""
    proposals = house.store.proposals(change)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        live = await house.store.cells.of_cases(some)
        beside = await proposals.of_cases(some)
        for case in await where.cases(some):
            yield case, live.get(case.id, {}), beside[case.id]
        await asyncio.sleep(0)


async def removed_cells(
    house: House, worksheet_id: str, followed: Followed, before: Followed
) -> list[DifferenceGroup]:
    """The values of steps that the change takes away: they are kept, and no longer shown."""
    groups = []
    for step in before.procedure.steps:
        if step.id in followed.procedure.by_id:
            continue
        cells = []
        async for lines in house.store.cells.scan(worksheet_id):
            for line in lines:
                if line.step_id != step.id or line.state not in _RESULT:
                    continue
                case = await house.store.cases.get(line.case_id)
                live = (await house.store.cells.of_case(case.id))[step.id]
                gone = Cell(case.id, step.id, reason="the step is gone")
                one = _difference(case, Placed(step), "removed", live, gone)
                cells.append(_allowed(house.rights, case, (live,), one))
        if cells:
            groups.append(DifferenceGroup(step.id, step.name, "removed", tuple(cells)))
    return groups


async def regression(
    house: House, change: ChangeRecord, worksheet_id: str, followed: Followed
) -> Regression:
    """How the change agrees with what people accepted and corrected in the whole worksheet, the
    rows of its tables with it."""
    where = await Whereabouts.of(house, worksheet_id, followed)
    verified: list[tuple[Verified, Placed]] = []
    for one in await house.store.choices.verified(change.id, [worksheet_id, *where.sheets]):
        placed = where.step(one.worksheet_id, one.step_id)
        if placed is not None:
            verified.append((one, placed))
    told = [
        await _disagreement(house, change, where, one, placed)
        for one, placed in verified
        if not one.after
    ]
    return Regression(
        len(verified),
        sum(one.after for one, _ in verified),
        sum(one.before for one, _ in verified),
        tuple(told),
    )


async def _disagreement(
    house: House, change: ChangeRecord, where: Whereabouts, one: Verified, placed: Placed
) -> Disagreement:
    step = placed.step
    live = (await house.store.cells.of_case(one.case_id))[one.step_id]
    beside = (await house.store.proposals(change).of_case(one.case_id))[one.step_id]
    said = shown(live.human.value, live.human.absence, step) if live.human else ""
    told = (said, _words(live, step), _words(beside, step))
    case = await house.store.cases.get(one.case_id)
    if not all(house.rights.may_read_cell(case, cell) for cell in (live, beside)):
        told = ("", NOT_YOURS, NOT_YOURS)
    name = house.rights.case(case).name
    return Disagreement(one.case_id, name, step.id, placed.title, *told, one.before)


def _allowed(
    rights: Rights, case: CaseRecord, cells: Sequence[Cell], one: Difference
) -> Difference:
    """A difference, hidden from whom its cells are not open to."""
    if all(rights.may_read_cell(case, cell) for cell in cells):
        return one

    def bare(side: Side) -> Side:
        return Side(side.state, "", "", NOT_YOURS, "", "", None, UNPROVED)

    name = rights.case(case).name
    return replace(
        one, case_name=name, old=bare(one.old), new=bare(one.new), verified="", agrees=None
    )


def _words(cell: Cell, step: Step) -> str:
    side = _side(cell, step)
    return side.shown or side.absence.replace("_", " ") or side.reason or side.state


def _difference(
    case: CaseRecord, placed: Placed, kind: DifferenceKind, live: Cell, beside: Cell
) -> Difference:
    step, verdict = placed.step, live.human
    said, agrees = "", None
    if verdict is not None and verdict.kind in ("accepted", "corrected"):
        said = shown(verdict.value, verdict.absence, step)
        mark = value_digest(verdict.value, verdict.absence)
        new = beside.machine.outcome if beside.machine and beside.state in _RESULT else None
        agrees = new is not None and new.value_digest == mark
    return Difference(
        case.id,
        case.name,
        step.id,
        placed.title,
        kind,
        _side(live, step),
        _side(beside, step),
        said,
        agrees,
        path=placed.path,
    )


def _side(cell: Cell, step: Step) -> Side:
    """The machine's work on a cell, whatever a person said of it."""
    outcome = cell.machine.outcome if cell.machine and cell.state in _RESULT else None
    if outcome is None:
        reason = cell.reason or "not run yet"
        return Side(cell.state, "", "", reason, "", "", None, UNPROVED)
    absence = outcome.absence or ("skipped" if outcome.kind == "skipped" else "")
    grades = [citation.grade for citation in outcome.proof.citations]
    return Side(
        cell.state,
        "" if absence else shown(outcome.value, "", step),
        absence,
        cell.reason,
        proof_word(outcome.proof, absence, "", verified=False),
        min(grades, key=_WORST.index) if grades else "",
        outcome.confidence,
        outcome.proof,
    )

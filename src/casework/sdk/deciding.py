"""A decision of a person on one cell: checked, kept, told, and what it brings back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from casework.base.errors import ConflictError
from casework.engine.row import aside_reason
from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.review.decide import (
    ASKED_FOR,
    Decision,
    Shown,
    as_read_blind,
    borne_out,
    decide,
)
from casework.sdk.nested import CaseTree
from casework.sdk.people.held import check_decide
from casework.sdk.show import row_views
from casework.sdk.times import note_times
from casework.sdk.told_places import ToldPlace, placed
from casework.sdk.typed_values import typed_value
from casework.sdk.views import CellView
from casework.sdk.wire import House
from casework.store.verdicts import stacked
from casework.types.case import AbsenceKind, CaseRecord, Cell
from casework.types.event import VerdictGiven
from casework.types.procedure import Procedure, Step
from casework.types.values import Json
from casework.types.verdict import VerdictKind


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said: of a correction a value as people write it, or an absence; `at` are the
    places that they took it from. `shown` tells how the cell came before them, `against` which
    outcome stood in it then ('' for none; None: the one of now). What was read blind is a
    correction here: it is accepted if it says the same. Doors fill in `who` and `shown`."""

    kind: VerdictKind
    value: str = ""
    absent: AbsenceKind | None = None
    note: str = ""
    who: str = ""
    shown: Shown = ASKED_FOR
    against: str | None = None
    at: tuple[ToldPlace, ...] = ()


async def decide_cell(
    house: House,
    tree: CaseTree,
    step: Step,
    said: Said,
    acceptances: Acceptances = NOTHING_PROMISED,
) -> CellView:
    """Keep the decision on a cell of a case, or of a row; the cell as it is then. A case that was
    set aside is worked on again when the decision leaves fewer than two cells that nobody can
    help. On a row it counts to when the case around it was decided. `acceptances` tell what passes
    by promises."""
    procedure, case = tree.procedure, tree.case
    cells = await house.store.cells.of_case(case.id)
    cell = cells.get(step.id) or Cell(case.id, step.id)
    house.rights.check_cell(case, cell, step.name)
    of = tree.top
    await check_decide(house, of.case.worksheet_id, of.procedure, f"{tree.path}{step.id}")
    if said.kind == "redone":
        await _check_undone(house, cell, step)
    seen = await _as_seen(house, cell, said.against)
    decision = await _decision(house, tree, step, seen, said)
    if not decision.shown.because:
        needs = _view_of(procedure, case, cells, step.id, acceptances).needs
        decision = replace(decision, shown=replace(decision.shown, because=needs))
    verdict = borne_out(step, cell.human, decide(step, seen, decision, house.clock))
    await house.store.verdicts.add(verdict)
    house.bus.tell(VerdictGiven(case.worksheet_id, verdict))
    after = await house.store.cells.of_case(case.id)
    case = await bring_in(house, procedure, case, after, step.id)
    top = tree.top
    whole = case if top is tree else top.case
    of_case = after if top is tree else await house.store.cells.of_case(whole.id)
    noted = await note_times(house, top.procedure, whole, of_case, acceptances)
    case = noted if top is tree else case
    return _view_of(procedure, case, after, step.id, acceptances)


async def _as_seen(house: House, cell: Cell, against: str | None) -> Cell:
    """The cell with the outcome that the person decided on, where the machine found another one
    since: nobody accepts what they did not see."""
    now = cell.machine.id if cell.machine else ""
    if against is None or against == now:
        return cell
    if not against:
        return replace(cell, machine=None)
    before = await house.store.cells.outcome(against)
    return replace(cell, machine=before, state=before.outcome.kind)


async def _decision(house: House, tree: CaseTree, step: Step, seen: Cell, said: Said) -> Decision:
    """What was said as a decision."""
    value: Json = None
    if said.value:
        taken_from = {one.document for one in said.at}
        value = await typed_value(house, tree, step, seen, said.value, taken_from)
    who = said.who or house.who()
    machine = seen.machine.outcome if seen.machine else None
    meant = machine.value if said.kind in ("accepted", "adopted") and machine else value
    there = await placed(house, tree, step, meant, said.at)
    decision = Decision(
        said.kind, who, said.note, value, said.absent, said.shown, there.citations, there.label
    )
    if said.shown.blind and seen.machine is not None and said.kind == "corrected":
        return as_read_blind(step, seen.machine.outcome, decision)
    return decision


async def bring_in(
    house: House,
    procedure: Procedure,
    case: CaseRecord,
    cells: Mapping[str, Cell],
    decided: str,
) -> CaseRecord:
    """Take a case back in whose cells a decision may have helped: the cell itself, and those that
    read it, however far on."""
    if not case.set_aside:
        return case
    helped = _readers(procedure, decided)
    stuck = [cell for step_id, cell in cells.items() if step_id in procedure.by_id]
    if aside_reason(cell for cell in stuck if cell.step_id not in helped):
        return case
    await house.store.cases.set_aside(case.id, "")
    return replace(case, set_aside="")


async def _check_undone(house: House, cell: Cell, step: Step) -> None:
    verdicts = await house.store.verdicts.of_cell(cell.case_id, cell.step_id)
    _, back = stacked((verdict.kind, at) for at, verdict in enumerate(verdicts))
    if not back:
        raise ConflictError(f"{step.name} bears no decision that was taken back last.")


def _readers(procedure: Procedure, decided: str) -> set[str]:
    """The steps that read this one, directly or through others."""
    found = {decided}
    for step_id in procedure.order:
        if not found.isdisjoint(procedure.step(step_id).references):
            found.add(step_id)
    return found - {decided}


def _view_of(
    procedure: Procedure,
    case: CaseRecord,
    cells: Mapping[str, Cell],
    step_id: str,
    acceptances: Acceptances,
) -> CellView:
    views = row_views(procedure.steps, case, cells, acceptances=acceptances)
    return next(view for view in views if view.step_id == step_id)

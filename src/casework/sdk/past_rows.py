"""A case as it was at a moment, with the rows that its tables had then.

Which row stood where is told by the table's value of then and by what each row held then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.engine.matching import Former, match
from casework.engine.nested import as_rows, contents_of
from casework.sdk.nested import CaseTree
from casework.store.store import Store
from casework.store.verdicts import standing
from casework.types.case import CaseRecord, Cell, Recorded
from casework.types.nesting import DOT, procedure_of_rows
from casework.types.past import Happened, Moment, Standing, stood, until, verdicts_until
from casework.types.procedure import GIVEN, Procedure, Step
from casework.types.values import Json
from casework.types.verdict import Verdict

NO_RESULT = "no result by then"


async def tree_then(
    store: Store,
    sheets: Mapping[str, str],
    procedure: Procedure,
    case: CaseRecord,
    moment: Moment,
) -> CaseTree:
    """A case with its cells and its rows of then; `sheets` are the worksheets of rows by the path
    of their table."""
    cells = (await _cells_then(store, [case], moment))[case.id]
    top = CaseTree(case, procedure, _filled(case, procedure, cells))
    await _rows(store, sheets, top, "", moment)
    return top


async def _rows(
    store: Store, sheets: Mapping[str, str], tree: CaseTree, around: str, moment: Moment
) -> None:
    for table in tree.procedure.steps:
        path = f"{around}{DOT}{table.id}" if around else table.id
        sheet = sheets.get(path, "") if table.nested else ""
        if not sheet:
            continue
        ever = await store.rows.ever_of(sheet, tree.case.id)
        cells = await _cells_then(store, ever, moment)
        level = procedure_of_rows(tree.procedure, table)
        family = [
            CaseTree(record, level, _filled(record, level, cells[record.id]), table, tree)
            for record in as_rows(tree.case, table, _there(tree, table, ever, cells), cells)
        ]
        tree.families[table.id] = family
        for row in family:
            await _rows(store, sheets, row, path, moment)


def _there(
    tree: CaseTree,
    table: Step,
    ever: Sequence[CaseRecord],
    cells: Mapping[str, Mapping[str, Cell]],
) -> list[CaseRecord]:
    """The rows of the table's value of then, in its order, as far as they were filled."""
    whole = tree.cells[table.id].effective()
    if whole is None:
        return []
    columns = [step.id for step in table.nested if step.by == GIVEN]
    formers = [
        Former(record.id, {id: _held(cells[record.id], id) for id in columns})
        for record in ever
        if any(id in cells[record.id] and cells[record.id][id].machine for id in columns)
    ]
    by_id = {record.id: record for record in ever}
    contents = contents_of(whole, table)
    known = zip(match(formers, contents), contents, strict=True)
    return [
        replace(by_id[id], position=place, fields=content)
        for place, (id, content) in enumerate(known, 1)
        if id
    ]


def _held(cells: Mapping[str, Cell], step_id: str) -> Json:
    cell = cells.get(step_id)
    return cell.machine.outcome.value if cell and cell.machine else None


async def _cells_then(
    store: Store, cases: Sequence[CaseRecord], moment: Moment
) -> dict[str, dict[str, Cell]]:
    """The cells of some cases or rows as they were, by case id."""
    timelines = await store.past.of_cases([case.id for case in cases])
    then: dict[str, dict[str, tuple[Standing, Verdict | None]]] = {case.id: {} for case in cases}
    for case_id, timeline in timelines.items():
        for step_id, events in timeline.items():
            machine = [event for event in events if event.what != "decided"]
            verdict = _standing(verdicts_until(events, moment))
            then[case_id][step_id] = (stood(until(machine, moment)), verdict)
    wanted = [was.outcome for steps in then.values() for was, _ in steps.values()]
    found = await store.past.outcomes(wanted)
    return {
        case_id: {
            step_id: _cell(case_id, step_id, was, found, verdict)
            for step_id, (was, verdict) in steps.items()
        }
        for case_id, steps in then.items()
    }


def _filled(case: CaseRecord, procedure: Procedure, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells with those that nothing had happened to by then."""
    missing = {step.id: Cell(case.id, step.id, reason=NO_RESULT) for step in procedure.steps}
    return {**missing, **cells}


def _cell(
    case_id: str,
    step_id: str,
    was: Standing,
    found: Mapping[int, Recorded],
    verdict: Verdict | None,
) -> Cell:
    return Cell(
        case_id,
        step_id,
        was.state,
        was.reason or ("" if was.since else NO_RESULT),
        was.since,
        was.waiting_for,
        found.get(was.outcome),
        human=verdict,
    )


def _standing(events: Sequence[Happened]) -> Verdict | None:
    """The verdict that held after these."""
    verdicts = {event.verdict_number: event.verdict for event in events if event.verdict}
    number = standing((verdict.kind, number) for number, verdict in verdicts.items())
    return None if number is None else verdicts[number]

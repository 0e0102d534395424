"""When cases arrived, were answered and decided: written after a decision, summed up for people.

Arrival to answer is the machine's time, answer to decision the people's.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from casework.base.clock import moment, stamp
from casework.engine.times import timed
from casework.review.acceptance import NOTHING_PROMISED, Acceptances
from casework.review.queue import wants_person
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell
from casework.types.nesting import procedure_of_rows
from casework.types.procedure import Procedure


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """How long cases took, as medians in seconds (None where no case has come so far): from their
    arrival to the first answer, and from their arrival to the decision. The counts say how many
    cases stand behind each, of `cases` in all."""

    cases: int
    answered: int
    decided: int
    answer_s: float | None
    decision_s: float | None


def case_times(cases: Iterable[tuple[str, str, str]]) -> CaseTimes:
    """The times of cases, given when each arrived, was answered and decided ('' for not yet)."""
    every = list(cases)
    answers = [seconds(arrived, answered) for arrived, answered, _ in every if answered]
    decisions = [seconds(arrived, decided) for arrived, _, decided in every if decided]
    return CaseTimes(
        len(every),
        len(answers),
        len(decisions),
        statistics.median(answers) if answers else None,
        statistics.median(decisions) if decisions else None,
    )


def seconds(since: str, until: str) -> float:
    """The seconds between two stamps; 0 where the clock was set back in between."""
    return max(0.0, (moment(until) - moment(since)).total_seconds())


async def note_times(
    house: House,
    procedure: Procedure,
    case: CaseRecord,
    cells: Mapping[str, Cell],
    acceptances: Acceptances = NOTHING_PROMISED,
) -> CaseRecord:
    """Write what a decision changed about when the case was answered and decided."""
    steps = [procedure.step(step_id) for step_id in procedure.order]
    wants = partial(wants_person, acceptances=acceptances)
    after = timed(case, steps, cells, wants, stamp(house.clock.now()))
    if after.decided_at and await _rows_want(house, procedure, case.worksheet_id, case.id):
        after = replace(after, decided_at="")
    if after != case:
        await house.store.cases.set_times(case.id, after.answered_at, after.decided_at)
    return after


async def _rows_want(house: House, procedure: Procedure, sheet_id: str, case_id: str) -> bool:
    """Whether a row of any table of a case needs a person, to any depth."""
    tables = [step for step in procedure.steps if step.nested]
    sheets = await house.store.rows.sheets(sheet_id) if tables else {}
    for table in tables:
        inside, sheet = procedure_of_rows(procedure, table), sheets.get(table.id, "")
        rows = (await house.store.rows.of(sheet, [case_id])).get(case_id, ()) if sheet else ()
        for row in rows:
            if wants_person(inside.steps, await house.store.cells.of_case(row.id)):
                return True
            if await _rows_want(house, inside, sheet, row.id):
                return True
    return False

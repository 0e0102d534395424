"""What passes without a person on each step of a worksheet, by the promises that hold."""

from __future__ import annotations

from casework.engine.program import Program
from casework.review.acceptance import NOTHING_PROMISED, Acceptance, Acceptances
from casework.sdk.promised.certificates import paths_of, standings
from casework.sdk.wire import House


async def acceptances_of(house: House, worksheet_id: str, program: Program) -> Acceptances:
    """What passes on each promised step, by its path. One look at the database where nothing is
    promised."""
    promises = await house.store.promises.of_worksheet(worksheet_id)
    if not promises:
        return NOTHING_PROMISED
    drawn = frozenset(await house.store.audits.of_worksheet(worksheet_id))
    found: dict[str, Acceptance] = {}
    for standing in (await standings(house, worksheet_id, program, promises)).values():
        alarm = standing.held.alarm
        for path, marks in standing.covered.marks.items():
            found[path] = Acceptance(
                standing.held.threshold,
                marks,
                alarm.reason if alarm else "",
                standing.covered.versions.get(path, frozenset()),
                drawn,
            )
    return found


async def promised_paths(house: House, worksheet_id: str, program: Program) -> frozenset[str]:
    """The paths of the steps that a promise covers now."""
    promises = await house.store.promises.of_worksheet(worksheet_id)
    columns = paths_of(program, promises).values()
    return frozenset(column.path for some in columns for column in some)

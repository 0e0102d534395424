"""Which cells show a value that is out of date, and why, in words: judged as a plan judges them,
against the procedure in force and the models of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.base.errors import CaseworkError
from casework.engine.change import outdated, outdated_rows
from casework.engine.nested_outlook import Loaded
from casework.engine.program import Program
from casework.review.acceptance import Acceptances
from casework.sdk.following import Following
from casework.sdk.promised.acceptances import acceptances_of
from casework.sdk.ready import make_ready
from casework.sdk.wire import House
from casework.types.case import CaseRecord, Cell

_WORDS = {
    "new": "this cell has not run under the procedure of today",
    "instruction_changed": "the step changed and this cell has not run since",
    "documents_changed": "its documents changed and this cell has not run since",
    "woken": "this cell has not run since",
    "interrupted": "this cell has not run since",
    "forced": "this cell has not run since",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Tells of a case's cells which are out of date; None as program tells of none."""

    program: Program | None = None
    acceptances: Acceptances = field(default_factory=dict)
    """What passes by promises, by the path of the step."""

    def of(self, case: CaseRecord, cells: Mapping[str, Cell]) -> dict[str, str]:
        """Why each cell that is out of date is so, by step id."""
        if self.program is None:
            return {}
        if self.program.nested:
            return self.of_rows(Loaded(case, cells)).get(case.id, {})
        told = outdated(case, cells, self.program)
        return {step_id: _words(why, detail) for step_id, (why, detail) in told.items()}

    def of_rows(self, loaded: Loaded) -> dict[str, dict[str, str]]:
        """The same of a case and of all its rows, by case id and step id."""
        if self.program is None:
            return {}
        if not self.program.nested:
            return {loaded.case.id: self.of(loaded.case, loaded.cells)}
        found = outdated_rows(loaded, self.program)
        return {
            case_id: {step_id: _words(why, detail) for step_id, (why, detail) in told.items()}
            for case_id, told in found.items()
        }


NOTHING_KNOWN = Standing()


async def standing_of(house: House, following: Following) -> Standing:
    """The standing of a worksheet as it is now. A procedure that cannot be read tells of none."""
    try:
        followed = await following.in_force()
        if followed.pending:  # the first version: nothing ran under any
            return Standing()
        _, program = await make_ready(house, followed)
    except CaseworkError:
        return Standing()
    return Standing(program, await acceptances_of(house, following.worksheet_id, program))


def _words(why: str, detail: str) -> str:
    if why == "waiting":
        return detail
    if why == "rests":
        return f"it rests on {detail}, which is out of date"
    if why == "input_changed":
        return f"{detail} changed and this cell has not run since"
    if why == "failed_before":
        return f"the last run failed: {detail}"
    return _WORDS.get(why, _WORDS["woken"])

"""Which cells show a value that is out of date, and why, in words: judged as a plan judges them,
against the procedure in force and the models of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from casework.types.label import LEARNED
from casework.types.learned import Version

_SINCE = " and this cell has not run since"
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
    learned: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    """The learned versions that have a model, by the path of the step, oldest first."""

    def of(self, case: CaseRecord, cells: Mapping[str, Cell]) -> dict[str, str]:
        """Why each cell that is out of date is so, by step id."""
        if self.program is None:
            return {}
        if self.program.nested:
            return self.of_rows(Loaded(case, cells)).get(case.id, {})
        return self._words(outdated(case, cells, self.program), cells)

    def of_rows(self, loaded: Loaded) -> dict[str, dict[str, str]]:
        """The same of a case and of all its rows, by case id and step id."""
        if self.program is None:
            return {}
        if not self.program.nested:
            return {loaded.case.id: self.of(loaded.case, loaded.cells)}
        found = outdated_rows(loaded, self.program)
        own = loaded.case.id  # steps of rows do not learn
        return {
            case_id: self._words(told, loaded.cells if case_id == own else {})
            for case_id, told in found.items()
        }

    def _words(
        self, told: Mapping[str, tuple[str, str]], cells: Mapping[str, Cell]
    ) -> dict[str, str]:
        words = {}
        for step_id, (why, detail) in told.items():
            cell = cells.get(step_id)
            learned = _learned(cell, self.learned.get(step_id, ())) if cell else ""
            changed = why == "instruction_changed" and learned
            words[step_id] = changed or _words(why, detail)
        return words


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
    acceptances = await acceptances_of(house, following.worksheet_id, program)
    learned: dict[str, list[Version]] = {}
    for version in await house.store.learned.of_worksheet(following.worksheet_id):
        if version.has_model:
            learned.setdefault(version.path, []).append(version)
    return Standing(program, acceptances, learned)


def _learned(cell: Cell, versions: Sequence[Version]) -> str:
    """What was learned that a cell was not found with and would be now, or the other way; '' where
    that is the same."""
    sources = cell.machine.outcome.label.sources if cell.machine else frozenset[str]()
    had = [one for one in versions if LEARNED + one.id in sources]
    live = [one for one in versions if one.state == "live"]
    if any(one.state == "live" for one in had) or not (had or live):
        return ""
    if not live:
        return f"learned version {had[-1].number} is not at work any more{_SINCE}"
    return f"learned version {live[-1].number} went to work{_SINCE}"


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

"""What putting a run back would change, and what keeps a cell so that was put back. Writes nothing.

A cell that was put back bears the fingerprint that it would be run for as things stand then. As
long as its meaning and its inputs stay as they are, no run touches it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from casework.engine.assess import Surroundings, doing, judge, readable
from casework.engine.nested_outlook import Loaded, walked
from casework.engine.outlook import Seen, Walk
from casework.engine.program import Column, Program
from casework.engine.row import Chosen, line_of
from casework.types.case import CaseRecord, CellLine
from casework.types.past import Happened, Standing, stood

Place = tuple[str, str]
"""A cell: the id of its case or row, and that of its step."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A cell that a run changed: what stood before it, and what stands. `later` names a run, or
    tells another reason, for which it was changed again since; '' when it was not."""

    case_id: str
    step_id: str
    before: Standing
    now: Standing
    later: str = ""


def changed_by(
    case_id: str, step_id: str, events: Sequence[Happened], run_id: str
) -> Changed | None:
    """What a run changed in a cell; None when the same outcome stands as before."""
    machine = [event for event in events if event.what not in ("decided", "proposed")]
    own = [at for at, event in enumerate(machine) if event.run_id == run_id]
    if not own:
        return None
    before, after = stood(machine[: own[0]]), stood(machine[: own[-1] + 1])
    if (before.outcome, before.in_force) == (after.outcome, after.in_force):
        return None
    since = machine[own[-1] + 1 :]
    now = stood(machine)
    if (before.outcome, before.in_force) == (now.outcome, now.in_force):
        return None
    return Changed(case_id, step_id, before, now, _later(since[-1]) if since else "")


def kept_marks(program: Program, loaded: Loaded, put_back: Collection[Place]) -> dict[Place, str]:
    """For the cells that were put back, the fingerprint that each would be run for; `loaded` is the
    case with its rows and their cells as they stand then."""
    marks: dict[Place, str] = {}

    def walk_of(case: CaseRecord, level: Program) -> Walk:
        return _Keeping(case, level, put_back, marks)

    walked(loaded, program, line_of, walk_of)
    return marks


class _Keeping(Walk):
    """A walk on which every cell stays as it is: nothing is recomputed before another."""

    __slots__ = ("_marks", "_put_back")

    def __init__(
        self,
        case: CaseRecord,
        program: Program,
        put_back: Collection[Place],
        marks: dict[Place, str],
    ) -> None:
        super().__init__(case, program, Chosen(), frozenset())
        self._put_back = put_back
        self._marks = marks

    def see(self, name: str, seen: Seen) -> None:
        super().see(name, replace(seen, pending=False, outdated=False))

    def look(self, column: Column, line: CellLine | None) -> None:
        step_id = column.step.id
        place = self._case.id, step_id
        around = Surroundings(self._digests, (), self._states)
        judged = judge(column, self._program, self._case, line, around)
        if place in self._put_back and judged.kind == "run" and judged.fingerprint:
            self._marks[place] = judged.fingerprint
        digest = readable(line.effective) if line else ""
        self._digests[step_id] = digest
        if not digest:
            rejected = bool(line and line.verified and not line.effective)
            state, reason = (line.state, line.reason) if line else ("idle", "")
            self._states[step_id] = doing(state, reason, rejected=rejected)


def _later(event: Happened) -> str:
    words = {"adopted": "adopted since", "reverted": "put back since"}
    return words.get(event.what, "changed by a later run")

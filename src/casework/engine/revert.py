"""What putting a run back would change, and what keeps a cell so that was put back. Writes nothing.

A cell that was put back bears the fingerprint that it would be run for as things stand then. As
long as its meaning and its inputs stay as they are, no run touches it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from casework.engine.assess import Surroundings, doing, judge, readable
from casework.engine.program import Program
from casework.engine.row import line_of
from casework.types.case import CaseRecord, Cell
from casework.types.past import Happened, Standing, stood


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


def kept_marks(
    program: Program, case: CaseRecord, cells: Mapping[str, Cell], put_back: Collection[str]
) -> dict[str, str]:
    """For the steps that were put back, the fingerprint that each would be run for; `cells` are
    those of the case as they stand then."""
    digests: dict[str, str] = {}
    states: dict[str, str] = {}
    marks: dict[str, str] = {}
    for column in program.columns:
        step_id = column.step.id
        cell = cells.get(step_id)
        line = line_of(cell) if cell is not None else None
        around = Surroundings(digests, (), states)
        judged = judge(column, program, case, line, around)
        if step_id in put_back and judged.kind == "run" and judged.fingerprint:
            marks[step_id] = judged.fingerprint
        digests[step_id] = readable(line.effective) if line else ""
        if cell is not None and not digests[step_id]:
            states[step_id] = doing(cell.state, cell.reason, rejected=cell.rejected)
    return marks


def _later(event: Happened) -> str:
    words = {"adopted": "adopted since", "reverted": "put back since"}
    return words.get(event.what, "changed by a later run")

"""Cells of the queue: made of what the index of looks tells, or of cases that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from casework.review.order import Waiting
from casework.sdk.desk.items import name_of_case
from casework.sdk.desk.queue import Queue
from casework.sdk.nested import CaseTree, columns_read
from casework.sdk.sheet.marks import MARKS, Mark, mark_of
from casework.sdk.show import row_views
from casework.sdk.wire import House
from casework.store.waits import WaitFound
from casework.types.nesting import DOT, placed_steps
from casework.types.procedure import Procedure

UNREADABLE: Mark = "unreadable"
_Place = tuple[str, str]
_MARKS: dict[str, Mark] = {mark: mark for mark in MARKS}


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell that waits, with what the queue shows of it: nothing of what the machine found where
    it is read blind. `alike` are the other steps of its case that are decided with it."""

    waiting: Waiting
    case: str
    step: str
    mark: Mark
    alike: tuple[str, ...] = ()

    @property
    def place(self) -> _Place:
        return (self.waiting.case_id, self.waiting.path)

    def is_like(self, other: Entry) -> bool:
        """Whether one look decides on both: cells of one case that could not be read, and why."""
        one, two = self.waiting, other.waiting
        same = (one.top, one.because, one.kind, one.whose) == (two.top, two.because, "unsure", "")
        return same and self.mark == other.mark == UNREADABLE and self.place != other.place


def names_of(procedure: Procedure) -> dict[str, str]:
    """The names of the steps by their paths."""
    return {one.path: one.step.name for one in placed_steps(procedure.steps)}


def waited_as(queue: Queue, waiting: Waiting) -> Entry:
    """A cell that waited before, and of which nothing is known now."""
    step = names_of(queue.procedure).get(waiting.path, waiting.step_id)
    return Entry(waiting, "", step, "waiting_person")


async def from_index(
    house: House, queue: Queue, names: dict[str, str], found: Sequence[WaitFound]
) -> list[Entry]:
    """The cells that the index tells of, but for those of steps that are no more."""
    kin = await _kin(house, queue, {one.case_id for one in found})
    return [_of_index(one, names[one.path], kin) for one in found if one.path in names]


def from_tree(house: House, queue: Queue, tree: CaseTree) -> list[Entry]:
    """Those of a case as it is now, in the rows of its tables too."""
    levels = {one.case.id: one for one in tree.every()}
    shapes: dict[str, dict[str, Mark]] = {}
    found = []
    for waiting in queue.of(tree):
        level = levels[waiting.case_id]
        if waiting.case_id not in shapes:
            shapes[waiting.case_id] = _marks(house, queue, level)
        mark: Mark = "audit"
        if waiting.kind == "unsure":
            mark = shapes[waiting.case_id][waiting.step_id]
        step = level.procedure.step(waiting.step_id)
        found.append(Entry(waiting, name_of_case(level, house.rights), step.name, mark))
    return found


async def look_at(
    house: House, worksheet_id: str, queue: Queue, ids: Collection[str]
) -> list[CaseTree]:
    """These cases as they are now; the queue knows then what was decided in them."""
    cases = [case async for case in house.store.cases.stream(worksheet_id, list(ids))]
    trees = await queue.trees(cases)
    families = {one.case.id: tree.case.id for tree in trees for one in tree.every()}
    verdicts = await house.store.verdicts.of_cases(sorted(families))
    readings = await house.store.second_readings.of_cases(sorted(families))
    queue.know(families, verdicts, readings)
    return trees


async def _kin(house: House, queue: Queue, ids: set[str]) -> Callable[[str], str]:
    """Tells what each of these cases has in common with those that look alike."""
    if not queue.knows_kin:
        return lambda id: id
    cases = house.store.cases.stream(queue.worksheet_id, sorted(ids))
    told = {case.id: queue.kin(case) async for case in cases}
    return lambda id: told.get(id, id)


def _of_index(one: WaitFound, step: str, kin: Callable[[str], str]) -> Entry:
    waiting = Waiting(
        one.case_id,
        one.row_id,
        one.path,
        one.path.rpartition(DOT)[2],
        "unsure",
        one.because,
        kin(one.case_id),
        one.doubt,
        one.blocks,
        since=one.since,
        apart=frozenset({one.apart} if one.apart else ()),
    )
    mark = _MARKS.get(one.mark, "waiting_person")
    return Entry(waiting, f"{one.case_name}{one.within}", step, mark)


def _marks(house: House, queue: Queue, tree: CaseTree) -> dict[str, Mark]:
    """The shapes of the cells of a case, or of a row, by the ids of their steps."""
    views = row_views(
        tree.procedure.steps,
        tree.case,
        tree.cells,
        beside=columns_read(tree),
        rights=house.rights,
        acceptances={} if tree.outer else queue.acceptances,
    )
    return {view.step_id: mark_of(view) for view in views}

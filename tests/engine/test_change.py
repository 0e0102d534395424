"""A pending change runs beside what is in force, and adopting it computes nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import InvalidAnswerError
from casework.engine.change import CasesBeside, anchors, difference, outdated
from casework.engine.engine import EVERYTHING, Engine, Scope, Shelf
from casework.types.case import Cell, Outcome
from casework.types.change import ChangeRecord, Correction, DifferenceKind
from casework.types.needs import Blocked, StepTask
from casework.types.run import Plan
from tests.engine.desk import PROCEDURE, Desk, value


class Beside:
    """An open change of a desk: its text as it is now, tried beside what is in force."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.in_force = desk.text
        self.change: ChangeRecord | None = None

    async def open(self, *corrections: Correction, text: str = "") -> None:
        """Ask for an edit of the procedure."""
        self.desk.text = text or self.desk.text
        self.change = await self.desk.store.changes.put(
            self.desk.worksheet_id, self.desk.text, settings={}, corrections=corrections, who="ann"
        )

    @property
    def engine(self) -> Engine:
        store, change = self.desk.store, self.change
        assert change is not None
        shelf = Shelf(
            CasesBeside(store.cases),
            store.proposals(change),
            store.runs,
            store.proposed_rows(change),
            change.id,
        )
        return self.desk.engine_on(shelf)

    async def run(self, scope: Scope = EVERYTHING) -> None:
        await self.engine.run(self.desk.worksheet_id, self.desk.program, scope)

    async def plan(self, scope: Scope = EVERYTHING) -> Plan:
        return await self.engine.plan(self.desk.worksheet_id, "test", self.desk.program, scope)

    async def cell(self, key: str, step_id: str) -> Cell:
        assert self.change is not None
        case = await self.desk.store.cases.by_key(self.desk.worksheet_id, key)
        assert case is not None
        cells = await self.desk.store.proposals(self.change).of_case(case.id)
        return cells.get(step_id) or Cell(case.id, step_id)

    async def kind(self, key: str, step_id: str) -> DifferenceKind | None:
        return difference(await self.desk.cell(key, step_id), await self.cell(key, step_id))

    async def shown(self, key: str, step_id: str) -> object:
        effective = (await self.cell(key, step_id)).effective()
        return effective.value if effective else None

    async def adopt(self, *cells: tuple[str, str]) -> int:
        assert self.change is not None
        return await self.desk.store.choices.adopt(self.change.id, await self.ids(cells), "ben")

    async def keep(self, *cells: tuple[str, str]) -> None:
        """Keep cells, as whoever decides does it: the fingerprint declined, and that of now."""
        assert self.change is not None
        ids = await self.ids(cells)
        await self.desk.store.choices.keep(self.change.id, ids, "ben")
        kept = []
        for case_id in dict.fromkeys(case_id for case_id, _ in ids):
            case = await self.desk.store.cases.get(case_id)
            live = await self.desk.store.cells.of_case(case_id)
            beside = await self.desk.store.proposals(self.change).of_case(case_id)
            steps = {step_id for one, step_id in ids if one == case_id}
            marks = anchors(case, live, beside, steps, self.desk.program)
            kept += [(case_id, step_id, mark) for step_id, mark in marks.items()]
        await self.desk.store.choices.anchor(kept)

    async def ids(self, cells: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        found = []
        for key, step_id in cells:
            case = await self.desk.store.cases.by_key(self.desk.worksheet_id, key)
            assert case is not None
            found.append((case.id, step_id))
        return found


NET_EDITED = PROCEDURE.replace("## Net\n", "## Net\nThe sum before tax.\n")
BOTH_EDITED = NET_EDITED.replace("Add {Net}", "Sum up {Net}")


@pytest.fixture
async def beside(desk: Desk) -> Beside:
    """A worksheet of two cases that ran, whose steps tell the length of their instruction."""

    async def told(task: StepTask) -> Outcome:
        read = [str(given.read.value) for given in task.inputs.values()]
        return value(f"{task.step.id} {len(task.step.instruction)} of {task.case.key} {read}")

    for step in ("net", "vat", "total"):
        desk.steps.work[step] = told
    await desk.cases("a", "b")
    await desk.run()
    return Beside(desk)


async def test_what_is_in_force_stays_while_the_change_runs_through_its_own_values(
    beside: Beside,
) -> None:
    desk = beside.desk
    before = {
        place: await desk.shown(*place) for place in (("a", "net"), ("a", "total"), ("b", "net"))
    }
    await beside.open(text=NET_EDITED)
    await beside.run()
    assert {place: await desk.shown(*place) for place in before} == before
    assert await beside.shown("a", "net") == "net 19 of a []"
    assert "net 19" in str(await beside.shown("a", "total"))
    assert await beside.kind("a", "net") == "value"
    assert await beside.kind("a", "total") == "value"
    assert await beside.kind("a", "vat") is None
    assert (await desk.cell("a", "net")).proposed is not None
    assert (await desk.cell("a", "vat")).proposed is None


async def test_looking_again_at_a_change_computes_nothing(beside: Beside) -> None:
    await beside.open(text=NET_EDITED)
    await beside.run()
    calls = beside.desk.steps.count
    assert (await beside.plan()).empty
    await beside.run()
    assert beside.desk.steps.count == calls


async def test_adopting_all_puts_the_proposals_in_force_and_no_call_is_made_twice(
    beside: Beside,
) -> None:
    desk = beside.desk
    await beside.open(text=BOTH_EDITED)
    await beside.run()
    calls = desk.steps.count
    assert calls == 6 + 4
    assert await beside.adopt(*[(key, step) for key in "ab" for step in ("net", "total")]) == 4
    assert await desk.shown("a", "net") == "net 19 of a []"
    assert (await desk.plan()).empty
    await desk.run()
    assert desk.steps.count == calls
    cell = await desk.cell("a", "net")
    assert cell.proposed is None
    history = await desk.store.cells.history(cell.case_id, "net")
    assert history[-1].id == (cell.machine.id if cell.machine else "")


async def test_a_run_after_a_change_was_tried_takes_everything_from_memory(beside: Beside) -> None:
    await beside.open(text=BOTH_EDITED)
    await beside.run()
    calls = beside.desk.steps.count
    plan = await beside.desk.plan()
    assert plan.remembered == 2  # the others hang on these
    await beside.desk.run()
    assert beside.desk.steps.count == calls
    assert await beside.kind("a", "total") is None


async def test_after_adopting_a_part_only_what_then_mixes_is_computed(beside: Beside) -> None:
    desk = beside.desk
    await beside.open(text=BOTH_EDITED)
    await beside.run()
    calls = desk.steps.count
    await beside.adopt(("a", "net"), ("b", "net"), ("b", "total"))
    await beside.keep(("a", "total"))
    plan = await desk.plan()
    assert plan.empty  # the total of a was kept for the very inputs that it has now
    await desk.decide("a", "vat", "corrected", "7")
    plan = await desk.plan()
    assert [(g.step_id, g.cells, g.why) for g in plan.groups] == [
        ("total", 1, "instruction_changed")
    ]
    await desk.run()
    assert desk.steps.count == calls + 1


async def test_what_mixes_old_and_new_is_computed_once(beside: Beside) -> None:
    desk = beside.desk
    await beside.open(text=BOTH_EDITED)
    await beside.run()
    calls = desk.steps.count
    await beside.adopt(("a", "total"))
    await beside.keep(("a", "net"), ("b", "net"), ("b", "total"))
    plan = await desk.plan()
    # the new total of a was made from the new net, and the old net was kept
    assert [(g.step_id, g.cells) for g in plan.groups] == [("total", 1)]
    await desk.run()
    assert desk.steps.count == calls + 1
    assert "net 0" in str(await desk.shown("a", "total"))
    assert (await desk.plan()).empty


async def test_a_cell_that_was_kept_stands_until_its_inputs_change_again(beside: Beside) -> None:
    desk = beside.desk
    await beside.open(text=NET_EDITED)
    await beside.run()
    calls = desk.steps.count
    await beside.keep(*[(key, step) for key in "ab" for step in ("net", "total")])
    assert (await desk.plan()).empty
    await desk.run()
    assert desk.steps.count == calls
    assert await desk.shown("a", "net") == "net 0 of a []"
    case = await desk.store.cases.by_key(desk.worksheet_id, "a")
    assert case is not None
    await desk.document(case.id, "late.txt")
    plan = await desk.plan()
    assert {(g.step_id, g.cells) for g in plan.groups if g.certain} == {("net", 1), ("vat", 1)}


async def test_a_verdict_is_not_touched_and_an_adopted_value_that_disagrees_is_a_conflict(
    beside: Beside,
) -> None:
    desk = beside.desk
    await desk.decide("a", "net", "accepted")
    await beside.open(text=NET_EDITED)
    await beside.run()
    assert await beside.shown("a", "net") == "net 0 of a []"  # the person's word, here too
    assert await beside.kind("a", "net") == "value"
    verified = await desk.store.choices.verified(
        str(beside.change and beside.change.id), [desk.worksheet_id]
    )
    assert [(one.step_id, one.before, one.after) for one in verified] == [("net", True, False)]
    await beside.adopt(("a", "net"))
    cell = await desk.cell("a", "net")
    assert cell.conflict
    assert await desk.shown("a", "net") == "net 0 of a []"


async def test_a_value_to_try_is_read_by_what_follows_and_stands_nowhere(beside: Beside) -> None:
    desk = beside.desk
    case = await desk.store.cases.by_key(desk.worksheet_id, "a")
    assert case is not None
    await beside.open(Correction(case.id, "net", "42"))
    plan = await beside.plan()
    assert [(g.step_id, g.cells, g.detail) for g in plan.groups] == [("total", 1, "Net")]
    await beside.run()
    assert "42" in str(await beside.shown("a", "total"))
    assert "42" not in str(await desk.shown("a", "total"))
    assert (await desk.cell("a", "net")).human is None


async def test_another_edit_goes_on_with_what_still_fits(beside: Beside) -> None:
    desk = beside.desk
    await beside.open(text=BOTH_EDITED)
    await beside.run()
    calls = desk.steps.count
    await beside.open(text=BOTH_EDITED.replace("Sum up", "Take the sum of"))
    await beside.run()
    assert desk.steps.count == calls + 2  # net fits still, the two totals do not
    await beside.open(text=PROCEDURE)
    await beside.run()
    assert desk.steps.count == calls + 2
    assert await beside.kind("a", "net") is None
    assert (await desk.cell("a", "net")).proposed is None


async def test_a_failure_beside_sets_nothing_aside(beside: Beside) -> None:
    desk = beside.desk

    async def fails(task: StepTask) -> Outcome:
        raise InvalidAnswerError("it fails")

    desk.steps.work["net"] = desk.steps.work["vat"] = fails
    await beside.open(text=NET_EDITED.replace("## VAT\n", "## VAT\nThe tax.\n"))
    for _ in range(3):
        await beside.run()
    case = await desk.store.cases.by_key(desk.worksheet_id, "a")
    assert case is not None
    assert case.set_aside == ""
    assert await beside.kind("a", "net") == "failed"
    assert await beside.kind("a", "total") == "waiting"
    assert (await desk.cell("a", "net")).state == "value"
    assert desk.steps.calls["a", "net"] == 1 + 2


async def test_a_step_that_is_new_is_told_as_new(beside: Beside) -> None:
    await beside.open(text=PROCEDURE + "\n## Date\nThe date.\n")
    await beside.run()
    assert await beside.kind("a", "date") == "new"
    assert (await beside.desk.cell("a", "date")).state == "idle"


async def test_the_comparison_tells_absences_conditions_and_proofs_apart(desk: Desk) -> None:
    gives = {"old": value("1"), "new": Outcome("absent", absence="not_found", reason="none")}

    async def told(task: StepTask) -> Outcome:
        return gives["new" if task.step.instruction else "old"]

    desk.steps.work["net"] = told
    await desk.cases("a")
    await desk.run()
    beside = Beside(desk)
    await beside.open(text=NET_EDITED)
    await beside.run()
    assert await beside.kind("a", "net") == "lost"
    live, new = await desk.cell("a", "net"), await beside.cell("a", "net")
    assert difference(new, live) == "found"


async def test_values_out_of_date_are_told_with_the_reason(desk: Desk, tmp_path: Path) -> None:
    await desk.cases("a")
    await desk.run()
    desk.text = NET_EDITED
    case = await desk.store.cases.by_key(desk.worksheet_id, "a")
    assert case is not None
    cells = await desk.store.cells.of_case(case.id)
    assert outdated(case, cells, desk.program) == {
        "net": ("instruction_changed", ""),
        "total": ("rests", "Net"),
    }
    desk.steps.waits["net"] = Blocked("model", "needs a model")
    await desk.run()
    cells = await desk.store.cells.of_case(case.id)
    told = outdated(case, cells, desk.program)
    assert told["net"] == ("waiting", "needs a model")
    assert cells["net"].machine is not None
    assert cells["net"].effective() is None  # shown as out of date, and read by nobody
    desk.text = PROCEDURE
    assert (await desk.plan()).remembered == 1  # it fits again, model or none
    await desk.run()
    assert (await desk.cell("a", "net")).state == "value"


async def test_a_scope_that_leaves_verified_cells_out_leaves_them_as_they_are(desk: Desk) -> None:
    await desk.cases("a", "b")
    await desk.run()
    await desk.decide("a", "net", "accepted")
    desk.text = NET_EDITED
    scope = Scope(unverified=True)
    plan = await desk.plan(scope)
    assert [(g.step_id, g.cells, g.certain) for g in plan.groups] == [
        ("net", 1, True),
        ("total", 1, False),
    ]
    await desk.run(scope)
    assert desk.steps.calls["a", "net"] == 1
    assert desk.steps.calls["b", "net"] == 2


async def test_a_value_out_of_date_is_not_read_by_a_run_that_leaves_it_out(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    desk.text = BOTH_EDITED
    scope = Scope(steps=("total",))
    plan = await desk.plan(scope)
    assert plan.count() == 0
    assert plan.waiting == {"input": 1}
    await desk.run(scope)
    total = await desk.cell("a", "total")
    assert total.reason == "waits for Net, which is out of date"
    assert desk.steps.calls["a", "total"] == 1
    await desk.run()
    assert (await desk.cell("a", "total")).state == "value"
    assert (await desk.plan()).empty


async def test_what_a_person_called_the_same_is_settled(desk: Desk) -> None:
    from casework.engine.program import make_program

    await desk.cases("a")
    await desk.run()
    old = {column.step.id: column.mark for column in desk.program.columns}
    desk.text = BOTH_EDITED
    new = {column.step.id: column.mark for column in desk.program.columns}
    await desk.store.meanings.same(old["net"], new["net"], who="ann")
    alike = await desk.store.meanings.alike()
    program = make_program(desk.procedure, desk.steps, today=desk.today, alike=alike)
    plan = await desk.engine.plan(desk.worksheet_id, "test", program)
    assert [(g.step_id, g.certain) for g in plan.groups] == [("total", True)]
    calls = desk.steps.count
    await desk.engine.run(desk.worksheet_id, program)
    assert desk.steps.count == calls + 1


ORDER = """# Order

## Lines
- type: table: Item, Amount (number)

### Check
- by: model

Does {Amount} fit {Item}?

## Net
- type: number
- by: model

Add {Lines.Amount}.
"""


@pytest.fixture
async def order(desk: Desk) -> Beside:
    """A case with a table of two rows; after an edit of its step the table has three."""
    rows = {"": ["pump 10", "valve 20"], "edited": ["pump 10", "valve 25", "hose 30"]}

    async def lines(task: StepTask) -> Outcome:
        found = rows["edited" if task.step.instruction else ""]
        return value([dict(zip(("Item", "Amount"), row.split(), strict=True)) for row in found])

    desk.text = ORDER
    desk.steps.work["lines"] = lines
    await desk.cases("a")
    await desk.run()
    return Beside(desk)


EDITED_ORDER = ORDER.replace("(number)\n", "(number)\n\nAll lines.\n", 1)


async def test_rows_of_a_table_are_proposed_beside_those_that_are_there(order: Beside) -> None:
    desk = order.desk
    await order.open(text=EDITED_ORDER)
    await order.run()
    assert await desk.column("a", "lines.item") == ["pump", "valve"]
    assert await desk.shown("a", "net") == "net(['10', '20'])"
    assert await order.shown("a", "net") == "net(['10', '25', '30'])"
    assert (await order.plan()).empty
    desk.text = ORDER
    assert (await desk.plan()).empty


async def test_adopting_a_table_brings_its_rows_without_a_call(order: Beside) -> None:
    desk = order.desk
    await order.open(text=EDITED_ORDER)
    await order.run()
    calls = desk.steps.count
    assert order.change is not None
    places = await desk.store.choices.places(order.change.id)
    await desk.store.choices.adopt(order.change.id, list(places), "ann")
    await desk.run()
    assert desk.steps.count == calls
    assert await desk.column("a", "lines.item") == ["pump", "valve", "hose"]
    assert await desk.column("a", "lines.check") == [
        "check(10, pump)",
        "check(25, valve)",
        "check(30, hose)",
    ]
    assert await desk.shown("a", "net") == "net(['10', '25', '30'])"
    assert (await desk.plan()).empty
    await desk.run()
    assert desk.steps.count == calls


async def test_a_dropped_table_leaves_the_rows_as_they_are(order: Beside) -> None:
    desk = order.desk
    await order.open(text=EDITED_ORDER)
    await order.run()
    assert order.change is not None
    await desk.store.changes.close(order.change.id, "dropped", "ann")
    desk.text = ORDER
    calls = desk.steps.count
    assert (await desk.plan()).empty
    await desk.run()
    assert desk.steps.count == calls
    assert await desk.column("a", "lines.item") == ["pump", "valve"]

"""Laws 1 to 3 and 5 for small worksheets with rows: edits, verdicts, other tables, late documents,
outages, forced, limited and stopped runs follow each other at random."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.base.errors import CaseworkError, ConflictError, ModelUnavailableError
from casework.base.hashing import sha256_text
from casework.engine.engine import EVERYTHING, Scope
from casework.types.case import Cell, Outcome
from casework.types.event import Event
from casework.types.needs import StepTask
from casework.types.run import Progress
from casework.types.values import Json
from tests.engine.desk import Desk, value

KEYS = ("a", "b")
STEPS = ("supplier", "lines", "lines.check", "lines.note", "net", "all", "decision")
TEXT = """# Order

## Supplier

## Lines
- type: table: Item, Amount (number)

### Check
- by: model

Wording {0}: does {{Amount}} fit {{Item}} of {{Supplier}}?

### Note
- by: model

Wording {1}: what {{Check}} means beside {{Net}}.

## Net
- type: number
- by: model

Wording {2}: add {{Lines.Amount}}.

## All
- by: model

Wording {3}: whether all {{Lines.Check}} are well.

## Decision
- by: model

Wording {4}: decide by {{All}} and {{Net}}.
"""
TABLES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("pump", "1"), ("valve", "2")),
    (("valve", "2"), ("pump", "1")),
    (("pump", "1"), ("valve", "3"), ("hose", "3")),
    (("hose", "3"), ("hose", "3")),
    (),
)

places = st.tuples(st.sampled_from(KEYS), st.sampled_from(STEPS), st.integers(0, 2))
happenings = st.one_of(
    st.sampled_from((("run",), ("force",), ("stop",), ("late",))),
    st.tuples(st.just("edit"), st.integers(0, 4)),
    st.tuples(st.just("table"), st.integers(0, len(TABLES) - 1)),
    st.tuples(st.just("down"), st.booleans()),
    st.tuples(st.just("only"), st.sampled_from(STEPS)),
    st.tuples(
        st.just("verdict"),
        places,
        st.sampled_from(("accepted", "corrected", "rejected", "undone")),
    ),
)


class Story:
    """A desk with rows, on which things happen."""

    def __init__(self, folder: Path) -> None:
        self.edits = Counter[int]()
        self.table = 0
        self.down = False
        self.results = Counter[str]()
        self.desk = Desk(folder, self.text)
        for path in STEPS:
            self.desk.steps.work[path.rpartition(".")[2]] = self.work

    @property
    def text(self) -> str:
        return TEXT.format(*(self.edits[place] for place in range(5)))

    async def work(self, task: StepTask) -> Outcome:
        if task.step.id == "lines":
            rows: list[Json] = [{"Item": i, "Amount": a} for i, a in TABLES[self.table]]
            return value(rows)
        read = sorted(
            (name, one.read.digest, one.read.provisional) for name, one in task.inputs.items()
        )
        documents = sorted(document.sha256 for document in task.documents)
        mark = sha256_text(repr((task.step.id, task.step.instruction, read, documents)))
        await asyncio.sleep(0)
        if self.down and int(mark[:2], 16) % 3 == 0:
            raise ModelUnavailableError("the endpoint is down")
        self.results[mark] += 1
        return value(f"{task.step.id} {int(mark[:4], 16) % 3}")

    async def happen(self, what: tuple) -> None:  # type: ignore[type-arg]
        match what:
            case ("edit", number):
                self.edits[number] += 1
                self.desk.text = self.text
            case ("table", number):
                self.table = number
                self.desk.text = self.text
                await self.run(Scope(steps=("lines",), force=True))
            case ("down", down):
                self.down = down
            case ("late",):
                case = await self.desk.store.cases.by_key(self.desk.worksheet_id, "a")
                assert case is not None
                await self.desk.document(case.id, "late.txt")
            case ("verdict", place, kind):
                await self.decide(place, kind)
            case ("stop",):
                await self.stopped()
            case ("only", step):
                await self.run(Scope(steps=(step,)))
            case ("force",):
                await self.run(Scope(force=True))
            case ("run",):
                await self.checked_run()

    async def decide(self, place: tuple[str, str, int], kind: str) -> None:
        key, path, number = place
        tables = path.split(".")[:-1]
        rows = await self.desk.rows(key, *tables) if await self.sheets() or not tables else []
        if not rows or path == "lines":
            return
        row = rows[number % len(rows)]
        try:
            await self.desk.decide_on_row(row, path, kind, f"said {number}")  # type: ignore[arg-type]
        except ConflictError:
            return  # nothing to accept or to take back

    async def sheets(self) -> dict[str, str]:
        return await self.desk.store.rows.sheets(self.desk.worksheet_id)

    async def stopped(self) -> None:
        """A run that is cancelled in its midst; what was in flight may be asked again."""
        task = asyncio.create_task(self.desk.run())
        for _ in range(12):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        self.results = Counter(dict.fromkeys(self.results, 0))

    async def run(self, scope: Scope) -> list[tuple[str, str]]:
        events: list[Event] = []
        self.desk.events = events
        human = await self.people()
        await self.desk.run(scope)
        after = await self.people()
        assert {place: after.get(place) for place in human} == human
        if scope.force:
            self.results = Counter(dict.fromkeys(self.results, 1))
        return [
            (e.case_name, e.step_name) for e in events if isinstance(e, Progress) and e.step_name
        ]

    async def people(self) -> dict[tuple[str, str], object]:
        """What stands of people, retired rows included."""
        store = self.desk.store
        ids = [c.id async for c in store.cases.stream(self.desk.worksheet_id)]
        found: dict[tuple[str, str], object] = {}
        for case_id in await store.rows.family(ids):
            for step_id, cell in (await store.cells.of_case(case_id)).items():
                if cell.human is not None:
                    stands = cell.effective()
                    mark = stands.digest if stands else ""
                    found[case_id, step_id] = (cell.human.id, cell.human.kind, mark)
        return found

    async def checked_run(self) -> None:
        """Run, and compare with what the plan said; a second run then has nothing to do."""
        plan = await self.desk.plan()
        sure = plan.count(certain=True)
        possible = plan.count(certain=False)
        worked = await self.run(EVERYTHING)
        assert len(worked) >= sure
        if not plan.unmade:
            assert len(worked) <= sure + possible
        await self.every_cell_says_why()
        if self.down:
            return
        again = await self.desk.plan()
        assert (again.groups, again.unmade) == ((), ())
        calls = self.desk.steps.count
        assert await self.run(EVERYTHING) == []
        assert self.desk.steps.count == calls
        await self.everything_was_read_as_it_stands()

    async def every_cell_says_why(self) -> None:
        for cell in [cell async for cell in self.cells()]:
            assert cell.since
            assert cell.state in ("value", "absent", "skipped", "waiting", "failed", "set_aside")
            assert cell.reason or cell.state == "value"

    async def cells(self) -> AsyncIterator[Cell]:
        store = self.desk.store
        sheets = await self.sheets()
        async for case in store.cases.stream(self.desk.worksheet_id):
            cells = await store.cells.of_case(case.id)
            for step in ("supplier", "lines", "net", "all", "decision"):
                yield cells.get(step) or Cell(case.id, step)
            whole = cells["lines"].effective() if "lines" in cells else None
            found = await store.rows.of(sheets["lines"], [case.id])
            for row in found.get(case.id, []) if whole else ():
                inside = await store.cells.of_case(row.id)
                for step in ("item", "amount", "check", "note"):
                    yield inside.get(step) or Cell(row.id, step)

    async def everything_was_read_as_it_stands(self) -> None:
        """No machine's value rests on a value that is not in force beside it."""
        store = self.desk.store
        async for case in store.cases.stream(self.desk.worksheet_id):
            cells = await store.cells.of_case(case.id)
            for step_id in ("net", "all", "decision"):
                self.reads(cells[step_id], cells)
            for row in await self.desk.rows(case.key, "lines"):
                inside = await store.cells.of_case(row.id)
                for step_id in ("check", "note"):
                    self.reads(inside[step_id], {**cells, **inside})

    def reads(self, cell: Cell, beside: dict[str, Cell]) -> None:
        if cell.state != "value" or cell.machine is None or cell.human is not None:
            return
        for name, mark in cell.machine.inputs.items():
            if name in beside:
                effective = beside[name].effective()
                assert effective is not None
                assert effective.digest == mark


async def check(folder: Path, story: list[tuple]) -> None:  # type: ignore[type-arg]
    told = Story(folder)
    try:
        await told.desk.cases(*KEYS)
        for what in [("run",), *story, ("run",), ("down", False), ("run",)]:
            try:
                await told.happen(what)
            except CaseworkError as error:  # pragma: no cover - says what happened
                raise AssertionError(f"{what}: {error}") from error
        assert all(count <= 1 for count in told.results.values())
    finally:
        await told.desk.close()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(happenings, max_size=5))
def test_rows_keep_the_laws_whatever_happens_to_them(
    story: list[tuple],  # type: ignore[type-arg]
) -> None:
    in_memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else None)
    try:
        asyncio.run(check(Path(folder), story))
    finally:
        shutil.rmtree(folder)

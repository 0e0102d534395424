"""Law 2 for all small worksheets: what the plan is certain of is what the run works on.

Draws procedures (chains, diamonds, conditions, kinds of documents), what their steps give (values,
absences, conflicts, failures, outages) and what happens to them (edits, verdicts, late documents,
models that come and go), and compares plan and run after every happening.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.base.errors import ConflictError, ModelUnavailableError, RuleError
from casework.base.hashing import sha256_text
from casework.base.ids import uuid7
from casework.engine.cell import Bench as EngineBench
from casework.engine.engine import EVERYTHING, Scope
from casework.engine.outlook import RowOutlook, outlook, row_outlook, with_lines
from casework.engine.row import Row
from casework.engine.slots import Health, Slots
from casework.types.case import Outcome
from casework.types.event import Event
from casework.types.needs import Blocked, StepTask
from casework.types.proof import Proof
from casework.types.run import Progress
from casework.types.verdict import VerdictKind
from tests.engine.desk import Desk, value

KEYS = ("a", "b")
KINDS = ("receipt", "policy")
GIVES = ("x", "y", "z", "not_found", "conflict", "fails", "down")
"""What a step may give; the first three are values, so that most of a worksheet is filled."""

Place = tuple[str, str]


@dataclass(frozen=True)
class Sketch:
    """A step: what it reads, from which kind of document, under which condition (-1 for none)."""

    reads: tuple[int, ...]
    source: str
    condition: int


@st.composite
def sketches(draw: st.DrawFn) -> list[Sketch]:
    """Two to five steps, each reading some of those before it or a kind of document."""
    made: list[Sketch] = []
    for place in range(draw(st.integers(2, 5))):
        earlier = st.integers(0, place - 1) if place else st.nothing()
        reads = draw(st.lists(earlier, max_size=2, unique=True)) if place else []
        source = draw(st.sampled_from(("", *KINDS))) if not reads else ""
        condition = draw(st.integers(-2, place - 1)) if place else -1
        made.append(Sketch(tuple(reads), source, max(condition, -1)))
    return made


def written(steps: list[Sketch], edits: Counter[int]) -> str:
    """The procedure of these steps; `edits` counts how often each one was reworded."""
    lines = ["# Drawn"]
    for place, step in enumerate(steps):
        lines += ["", f"## S{place}", "- type: text"]
        if step.reads:
            lines.append("- by: model")
        elif step.source:
            lines.append(f"- from: {step.source}")
        if step.condition >= 0:
            lines.append(f'- when: `{{S{step.condition}}} == "x"`')
        read = " and ".join(f"{{S{other}}}" for other in step.reads)
        lines += ["", f"Wording {edits[place]} {read}".strip()]
    return "\n".join(lines) + "\n"


happenings = st.one_of(
    st.sampled_from((("run",), ("force",))),
    st.tuples(st.just("edit"), st.integers(0, 4)),
    st.tuples(st.just("document"), st.sampled_from(KEYS), st.sampled_from(KINDS)),
    st.tuples(
        st.just("verdict"),
        st.sampled_from(KEYS),
        st.integers(0, 4),
        st.sampled_from(("accepted", "corrected", "rejected", "undone")),
        st.sampled_from(("x", "y")),
    ),
    st.tuples(st.just("block"), st.integers(0, 4)),
    st.tuples(st.just("retry"), st.sampled_from(KEYS)),
    st.tuples(st.just("heal"), st.booleans()),
)


class Bench:
    """A desk whose steps give what was drawn, the same for the same meaning and inputs."""

    def __init__(self, folder: Path, steps: list[Sketch], gives: list[str]) -> None:
        self.sketches = steps
        self.gives = gives
        self.edits: Counter[int] = Counter()
        self.results: Counter[str] = Counter()
        self.healthy = False
        self.desk = Desk(folder, written(steps, self.edits))
        self.desk.steps.applies = self.applies  # type: ignore[method-assign]
        for place in range(len(steps)):
            self.desk.steps.work[f"s{place}"] = self.work

    async def applies(self, task: StepTask) -> Outcome | None:
        when = task.step.when
        assert when is not None
        read = task.inputs[when.references[0]].read
        if read.absence:
            return Outcome("absent", absence="not_applicable", reason="not applicable: absent")
        if read.value == "z" and not self.healthy:
            raise RuleError("the condition fails")
        return None if read.value == "x" else Outcome("skipped", reason="skipped: it is not so")

    async def work(self, task: StepTask) -> Outcome:
        read = sorted((name, g.read.value, g.read.absence) for name, g in task.inputs.items())
        documents = sorted(document.sha256 for document in task.documents)
        mark = sha256_text(repr((task.step.id, task.step.instruction, read, documents)))
        await asyncio.sleep(0)
        given = self.gives[int(mark[:8], 16) % len(self.gives)]
        if self.healthy and given in ("fails", "down"):
            given = "x"
        if given == "fails":
            raise RuleError("it fails")
        if given == "down":
            raise ModelUnavailableError("the endpoint is down")
        self.results[mark] += 1
        if given == "not_found":
            return Outcome("absent", absence="not_found", reason="nothing there")
        if given == "conflict":
            proof = Proof("unproved", note="two places")
            return Outcome("absent", absence="conflict", reason="two places", proof=proof)
        return value(given)

    async def happen(self, what: tuple[str, ...]) -> None:
        step = f"s{int(what[-1]) % len(self.sketches)}" if what[0] in ("edit", "block") else ""
        match what:
            case ("edit", number):
                self.edits[int(number) % len(self.sketches)] += 1
                self.desk.text = written(self.sketches, self.edits)
            case ("document", key, kind):
                case = await self.desk.store.cases.by_key(self.desk.worksheet_id, key)
                assert case is not None
                await self.desk.document(case.id, f"{kind} of {key}.txt", kind)
            case ("verdict", key, number, kind, said):
                await self.decide(key, f"s{int(number) % len(self.sketches)}", kind, said)
            case ("block", _):
                if self.desk.steps.waits.pop(step, None) is None:
                    self.desk.steps.waits[step] = Blocked("model", "needs a model")
            case ("retry", key):
                case = await self.desk.store.cases.by_key(self.desk.worksheet_id, key)
                assert case is not None
                await self.desk.store.cells.bring_back([case.id])
            case ("heal", healthy):
                self.healthy = bool(healthy)

    async def decide(self, key: str, step: str, kind: str, said: str) -> None:
        kinds: Mapping[str, VerdictKind] = {k: k for k in ("accepted", "rejected", "undone")}
        try:
            await self.desk.decide(key, step, kinds.get(kind, "corrected"), said)
        except ConflictError:
            return  # nothing to accept or to take back

    def rows(self, scope: Scope = EVERYTHING) -> AsyncIterator[RowOutlook]:
        """What the plan says of each case."""
        desk = self.desk
        return outlook(
            desk.worksheet_id,
            desk.program,
            scope.chosen,
            cases=desk.store.cases,
            cells=desk.store.cells,
        )

    async def planned(self, scope: Scope = EVERYTHING) -> tuple[set[Place], set[Place]]:
        """The cells that the plan is certain of, and those that it calls possible."""
        sure, possible = set[Place](), set[Place]()
        async for row in self.rows(scope):
            for column, _, judged in row.cells:
                if judged.kind == "run":
                    where = sure if judged.certain else possible
                    where.add((row.case.name, column.step.name))
        return sure, possible

    async def worked_on(self, scope: Scope) -> list[Place]:
        events: list[Event] = []
        self.desk.events = events
        await self.desk.run(scope)
        if scope.force:
            self.results = Counter(dict.fromkeys(self.results, 1))
        return [
            (e.case_name, e.step_name) for e in events if isinstance(e, Progress) and e.step_name
        ]


async def check(folder: Path, steps: list[Sketch], gives: list[str], story: list[tuple]) -> None:  # type: ignore[type-arg]
    bench = Bench(folder, steps, gives)
    try:
        await bench.desk.cases(*KEYS)
        for what in [("run",), *story, ("run",)]:
            await bench.happen(what)
            scope = Scope(force=what == ("force",))
            sure, possible = await bench.planned(scope)
            counted = await bench.desk.plan(scope)
            assert counted.count(certain=True) == len(sure)
            assert counted.count(certain=False) == len(possible)
            await a_few_steps_are_judged_as_among_all(bench, force=scope.force)
            worked = await bench.worked_on(scope)
            assert len(worked) == len(set(worked))
            assert sure <= set(worked)
            assert set(worked) <= sure | possible
            await every_cell_says_why(bench)
            await only_what_went_wrong_is_left(bench)
        assert all(count == 1 for count in bench.results.values())
    finally:
        await bench.desk.close()


async def a_few_steps_are_judged_as_among_all(bench: Bench, *, force: bool) -> None:
    """What is said of some steps alone is what a walk through all columns says of them."""
    desk = bench.desk
    for first in range(len(bench.sketches)):
        chosen = Scope(steps=(f"s{first}",), force=force).chosen
        beside = with_lines(desk.worksheet_id, desk.store.cases, desk.store.cells)
        every = [row_outlook(one, lines, desk.program, chosen) async for one, lines in beside]
        alone = [row async for row in bench.rows(Scope(steps=(f"s{first}",), force=force))]
        assert alone == every


async def every_cell_says_why(bench: Bench) -> None:
    """Law 5: every cell has a state, an age, and a reason unless it is a value."""
    async for case in bench.desk.store.cases.stream(bench.desk.worksheet_id):
        cells = await bench.desk.store.cells.of_case(case.id)
        for place in range(len(bench.sketches)):
            cell = cells[f"s{place}"]
            assert cell.state in ("value", "absent", "skipped", "waiting", "failed", "set_aside")
            assert cell.since
            assert cell.reason or cell.state == "value"


async def only_what_went_wrong_is_left(bench: Bench) -> None:
    """After a run, a next one has only failures and outages to try, and what hangs on them."""
    desk = bench.desk
    sure, possible = await bench.planned()
    went_wrong = set()
    for key, step in sure | possible:
        cell = await desk.cell(key, step.lower())
        if cell.state == "failed" or cell.waiting_for == "model":
            went_wrong.add((key, step))
    assert sure <= went_wrong
    assert went_wrong or not possible
    await nothing_was_passed_over(bench)


async def nothing_was_passed_over(bench: Bench) -> None:
    """Rows that a plan finds nothing to do in would not change if they ran all the same."""
    desk = bench.desk
    anew = EngineBench(
        desk.program,
        desk.store.cells,
        desk.steps,
        Slots(lambda _: 1),
        Health(),
        desk.clock,
        uuid7(),
        desk.events.append,
    )
    done: list[str] = []
    for case in [row.case async for row in bench.rows() if not row.has_work]:
        before = await desk.store.cells.of_case(case.id)
        row = Row(
            case,
            dict(before),
            anew,
            EVERYTHING.chosen,
            lambda _, cell, __: done.append(cell.step_id),
        )
        await row.run()
        assert not done
        assert {id: cell.state for id, cell in row.cells.items()} == {
            id: cell.state for id, cell in before.items()
        }


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    sketches(),
    st.lists(st.sampled_from(GIVES), min_size=3, max_size=8).map(lambda given: ["x", "y", *given]),
    st.lists(happenings, max_size=4),
)
def test_a_run_works_on_exactly_the_cells_that_its_plan_was_certain_of(
    steps: list[Sketch],
    gives: list[str],
    story: list[tuple],  # type: ignore[type-arg]
) -> None:
    in_memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else None)
    try:
        asyncio.run(check(Path(folder), steps, gives, story))
    finally:
        shutil.rmtree(folder)

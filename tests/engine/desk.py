"""A worksheet on a real store whose steps are plain functions that count their calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from casework.base.clock import FrozenClock
from casework.base.ids import uuid7
from casework.engine.engine import EVERYTHING, Engine, Scope, Shelf
from casework.engine.program import Program, make_program
from casework.procedures.compile import compile_procedure
from casework.review.decide import Decision, decide
from casework.store.records import DocumentRecord
from casework.store.store import Store
from casework.types.case import AbsenceKind, CaseDocument, CaseRecord, Cell, Outcome
from casework.types.event import Event
from casework.types.needs import Blocked, StepTask
from casework.types.nesting import placed_steps
from casework.types.procedure import GIVEN, Method, Procedure, Step
from casework.types.proof import Proof
from casework.types.run import Plan, RunRecord
from casework.types.values import Json
from casework.types.verdict import VerdictKind

Work = Callable[[StepTask], Awaitable[Outcome]]

PROCEDURE = """# Invoice

## Net

## VAT

## Total
- by: model

Add {Net} and {VAT}.
"""


def value(what: Json) -> Outcome:
    """A proved value."""
    return Outcome("value", value=what, proof=Proof("derived", expression="test"))


class Functions:
    """Implements `Steps`: each step id has a function; what is not told gives its documents."""

    def __init__(self) -> None:
        self.work: dict[str, Work] = {}
        self.calls: Counter[tuple[str, str]] = Counter()
        self.waits: dict[str, Blocked] = {}
        self.conditions: dict[str, bool] = {}
        self.version = "1"

    def method(self, step: Step) -> Method:
        return Method("function", self.version, resource="model:test")

    def blocked(self, step: Step) -> Blocked | None:
        return self.waits.get(step.id)

    async def applies(self, task: StepTask) -> Outcome | None:
        if self.conditions.get(task.step.id, True):
            return None
        return Outcome("skipped", reason="the condition does not hold")

    async def run(self, task: StepTask) -> Outcome:
        if task.step.by == GIVEN:
            there = task.case.fields.get(task.step.id)
            reason = "" if there is not None else "the row has none"
            absence: AbsenceKind | None = "not_found" if reason else None
            return Outcome("absent" if reason else "value", there, absence, reason=reason)
        self.calls[task.case.key, task.step.id] += 1
        work = self.work.get(task.step.id)
        if work is not None:
            return await work(task)
        await asyncio.sleep(0)
        read = [str(given.read.value) for given in task.inputs.values()]
        names = [document.name for document in task.documents]
        return value(f"{task.step.id}({', '.join([*read, *names])})")

    @property
    def count(self) -> int:
        return self.calls.total()


class Desk:
    """A store, a procedure and an engine over `Functions`."""

    def __init__(self, folder: Path, text: str = PROCEDURE) -> None:
        self.clock = FrozenClock()
        self.store = Store.create(folder, self.clock)
        self.steps = Functions()
        self.events: list[Event] = []
        self.text = text
        self.worksheet_id = ""
        self.in_flight = 8
        self.today = "2026-01-02"

    async def cases(self, *keys: str) -> list[CaseRecord]:
        """Cases with one document each."""
        if not self.worksheet_id:
            record = await self.store.worksheets.add("test", "test.md")
            self.worksheet_id = record.id
        for key in keys:
            case = await self.store.cases.add(self.worksheet_id, key, key)
            await self.document(case.id, f"{key}.txt")
        return [case async for case in self.store.cases.stream(self.worksheet_id)]

    async def document(self, case_id: str, name: str, *kinds: str) -> None:
        """Put a document into a case."""
        sha256 = self.store.blobs.put(name.encode())
        await self.store.documents.put(DocumentRecord(sha256, name, 1, "text/plain", "read"))
        member = CaseDocument(sha256, name, "text/plain", "read", kinds=kinds)
        await self.store.cases.add_document(case_id, member)

    @property
    def procedure(self) -> Procedure:
        return compile_procedure(self.text)

    @property
    def program(self) -> Program:
        return make_program(self.procedure, self.steps, today=self.today)

    @property
    def engine(self) -> Engine:
        store = self.store
        return self.engine_on(Shelf(store.cases, store.cells, store.runs, store.rows))

    def engine_on(self, shelf: Shelf) -> Engine:
        """An engine over some cells."""
        return Engine(
            shelf,
            self.steps,
            clock=self.clock,
            limit_of=lambda resource: self.in_flight,
            cases_in_flight=16,
            holder=f"test {uuid7()}",
            tell=self.events.append,
        )

    async def run(self, scope: Scope = EVERYTHING) -> RunRecord:
        return await self.engine.run(self.worksheet_id, self.program, scope)

    async def plan(self, scope: Scope = EVERYTHING) -> Plan:
        return await self.engine.plan(self.worksheet_id, "test", self.program, scope)

    async def cell(self, key: str, step_id: str) -> Cell:
        case = await self.store.cases.by_key(self.worksheet_id, key)
        assert case is not None
        return (await self.store.cells.of_case(case.id)).get(step_id) or Cell(case.id, step_id)

    async def shown(self, key: str, step_id: str) -> Json:
        """The value in force."""
        effective = (await self.cell(key, step_id)).effective()
        return effective.value if effective else None

    async def rows(self, key: str, *tables: str) -> list[CaseRecord]:
        """The rows inside these tables of a case, in order."""
        case = await self.store.cases.by_key(self.worksheet_id, key)
        assert case is not None
        sheets = await self.store.rows.sheets(self.worksheet_id)
        found = [case]
        for depth in range(1, len(tables) + 1):
            sheet = sheets[".".join(tables[:depth])]
            inside = await self.store.rows.of(sheet, [one.id for one in found])
            found = [row for one in found for row in inside.get(one.id, [])]
        return found

    async def column(self, key: str, path: str) -> list[Json]:
        """The values in force of a step of rows, in order; None for none."""
        *tables, step_id = path.split(".")
        found: list[Json] = []
        for row in await self.rows(key, *tables):
            cell = (await self.store.cells.of_case(row.id)).get(step_id)
            effective = cell.effective() if cell else None
            found.append(effective.value if effective else None)
        return found

    async def decide_on_row(
        self, row: CaseRecord, path: str, kind: VerdictKind, what: Json = None
    ) -> None:
        """A person's decision on the cell of a row."""
        placed = {one.path: one.step for one in placed_steps(self.procedure.steps)}
        step = placed[path]
        cell = (await self.store.cells.of_case(row.id)).get(step.id) or Cell(row.id, step.id)
        verdict = decide(step, cell, Decision(kind, "ann", value=what), self.clock)
        await self.store.verdicts.add(verdict)

    async def decide(self, key: str, step_id: str, kind: VerdictKind, what: Json = None) -> None:
        cell = await self.cell(key, step_id)
        decision = Decision(kind, "ann", value=what)
        step = self.procedure.step(step_id)
        await self.store.verdicts.add(decide(step, cell, decision, self.clock))

    async def close(self) -> None:
        await self.store.close()

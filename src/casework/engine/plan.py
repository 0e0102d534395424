"""Plan before run: which cells would run and why, from digests alone. Law 2."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from casework.engine.assess import (
    Assessment,
    Surroundings,
    assess,
    assess_condition,
    doing,
    readable,
)
from casework.engine.program import Column, Program
from casework.engine.row import Chosen
from casework.types.case import CaseRecord, CellLine
from casework.types.needs import CaseStore, CellStore
from casework.types.run import Plan, PlanGroup, Why
from casework.types.usage import Usage
from casework.types.values import Json

_CASES_NAMED = 5
_OF_MODEL = frozenset({"model", "settings"})
_OF_METHOD = frozenset({"method", "method_version"})
"""Parts of a meaning that no person writes: who reads, and with which version."""


@dataclass(frozen=True, slots=True)
class RowOutlook:
    """What would happen to one case: an assessment for each step that is not settled."""

    case: CaseRecord
    cells: tuple[tuple[Column, CellLine | None, Assessment], ...]
    settled: int

    @property
    def has_work(self) -> bool:
        """Whether a run has anything to do or to write down here."""
        return any(
            judged.kind == "run" or not _says_so(line, judged) for _, line, judged in self.cells
        )


def _says_so(line: CellLine | None, judged: Assessment) -> bool:
    if line is None:
        return False
    return (line.state, line.waiting_for, line.reason) == (
        judged.state,
        judged.waiting_for,
        judged.reason,
    )


async def outlook(
    worksheet_id: str,
    program: Program,
    chosen: Chosen,
    *,
    cases: CaseStore,
    cells: CellStore,
    only: list[str] | None = None,
) -> AsyncIterator[RowOutlook]:
    """What would happen to each case, in order, from one scan."""
    lines = _Lines(cells.scan(worksheet_id))
    async for case in cases.stream(worksheet_id, only):
        yield _row(case, await lines.of(case.id), program, chosen)


class _Lines:
    """Walks the scan beside the stream of cases: both are in the order in which cases came."""

    def __init__(self, scan: AsyncIterator[list[CellLine]]) -> None:
        self._scan = scan
        self._ahead: dict[str, dict[str, CellLine]] = {}
        self._over = False

    async def of(self, case_id: str) -> dict[str, CellLine]:
        while case_id not in self._ahead and not self._over:
            try:
                batch = await anext(self._scan)
            except StopAsyncIteration:
                self._over = True
                break
            for line in batch:
                self._ahead.setdefault(line.case_id, {})[line.step_id] = line
        return self._ahead.pop(case_id, {})


def _row(
    case: CaseRecord, lines: dict[str, CellLine], program: Program, chosen: Chosen
) -> RowOutlook:
    digests: dict[str, str] = {}
    pending: set[str] = set()
    states: dict[str, str] = {}
    found: list[tuple[Column, CellLine | None, Assessment]] = []
    settled = 0
    for column in program.columns:
        step_id = column.step.id
        line = lines.get(step_id)
        verified = bool(line and line.verified)
        digests[step_id] = readable(line.effective) if line else ""
        if chosen.steps is not None and step_id not in chosen.steps:
            states[step_id] = _doing(line, None)
            continue
        around = Surroundings(digests, pending, states)
        judged = _judge(column, program, case, line, around, chosen)
        states[step_id] = _doing(line, judged)
        if judged.kind == "settled":
            settled += 1
            continue
        found.append((column, line, judged))
        if judged.kind == "run" and not verified:
            pending.add(step_id)
        elif judged.kind == "wait" and not verified:
            digests[step_id] = ""
    return RowOutlook(case, tuple(found), settled)


def _doing(line: CellLine | None, judged: Assessment | None) -> str:
    """What a step is doing if it has no value to read, in the words that a run will use."""
    if judged is not None and judged.kind == "wait":
        state, reason = judged.state, judged.reason
    else:
        state, reason = (line.state, line.reason) if line else ("idle", "")
    return doing(state, reason, rejected=bool(line and line.verified and not line.effective))


def _judge(
    column: Column,
    program: Program,
    case: CaseRecord,
    line: CellLine | None,
    around: Surroundings,
    chosen: Chosen,
) -> Assessment:
    held = ""
    if column.step.when is not None and not case.set_aside:
        condition = assess_condition(column, program, line, around)
        forced = chosen.force and line is not None and line.state != "skipped"
        if condition.kind == "wait" or not condition.certain:
            return condition
        if condition.kind == "settled" and not forced:
            return condition
        held = condition.fingerprint
    judged = assess(column, program, case, line, around)
    if judged.kind == "settled" and chosen.force and not case.set_aside:
        return Assessment("run", judged.fingerprint, judged.inputs, "forced")
    if judged.kind == "wait" and held:
        # the condition is evaluated first, and may skip the step whatever it waits for
        known = line is not None and (judged.state == "set_aside" or line.tried == held)
        stands = line is not None and known and _says_so(line, judged)
        return judged if stands else Assessment("run", why="new", certain=False)
    return judged


@dataclass(slots=True)
class _Group:
    """A group of planned cells while they are counted."""

    cells: int = 0
    verified: int = 0
    certain_marks: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """Counts outlooks into a plan, holding no more than digests."""

    worksheet_id: str
    program: Program
    cells: CellStore
    old_meanings: dict[str, dict[str, Json]] = field(default_factory=dict)
    groups: dict[tuple[int, Why, str, bool], _Group] = field(default_factory=dict)
    settled: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    blocked: dict[str, None] = field(default_factory=dict)

    def add(self, row: RowOutlook) -> None:
        """Count one case."""
        self.settled += row.settled
        for column, line, judged in row.cells:
            if judged.kind == "wait":
                kind = judged.waiting_for or judged.state
                self.waiting[kind] = self.waiting.get(kind, 0) + 1
                if column.blocked is not None and judged.reason == column.blocked.reason:
                    self.blocked[f"{column.step.name}: {judged.reason}"] = None
                continue
            why, detail = self._told(column, line, judged)
            place = self.program.places[column.step.id]
            group = self.groups.setdefault((place, why, detail, judged.certain), _Group())
            group.cells += 1
            group.verified += bool(line and line.verified)
            if judged.certain and judged.why != "forced":
                group.certain_marks.append(judged.fingerprint)
            if len(group.cases) < _CASES_NAMED:
                group.cases.append(row.case.name)

    def _told(self, column: Column, line: CellLine | None, judged: Assessment) -> tuple[Why, str]:
        """Why a cell runs; of a changed meaning, which of its parts changed."""
        old = self.old_meanings.get(line.meaning) if line else None
        if judged.why != "instruction_changed" or old is None:
            return judged.why, judged.detail
        parts = {key for key in {*old, *column.meaning} if old.get(key) != column.meaning.get(key)}
        named = ", ".join(sorted(parts))
        if "model" in parts and parts <= _OF_MODEL | _OF_METHOD:
            before, after = (str(told.get("model") or "") for told in (old, column.meaning))
            words = f"{before or 'the embedded extractor'} before, "
            return "model_changed", words + f"{after or 'the embedded extractor'} now"
        return ("method_changed" if parts <= _OF_METHOD else "instruction_changed"), named

    async def plan(self, worksheet: str, typical: dict[str, Usage]) -> Plan:
        """The plan so far."""
        groups = []
        for (place, why, detail, certain), group in sorted(self.groups.items()):
            column = self.program.columns[place]
            known = await self.cells.known(group.certain_marks, worksheet_id=self.worksheet_id)
            remembered = sum(mark in known for mark in group.certain_marks)
            asks_model = column.method.resource.startswith("model:")
            calls = (group.cells - remembered) if asks_model else 0
            groups.append(
                PlanGroup(
                    column.step.id,
                    column.step.name,
                    why,
                    detail,
                    certain,
                    group.cells,
                    group.verified,
                    remembered,
                    calls,
                    tuple(group.cases),
                )
            )
        cost, seconds = _estimate(groups, typical)
        return Plan(
            worksheet,
            tuple(groups),
            self.settled,
            dict(self.waiting),
            tuple(self.blocked),
            cost,
            seconds,
        )


def _estimate(
    groups: list[PlanGroup], typical: dict[str, Usage]
) -> tuple[float | None, float | None]:
    """Money and call seconds from what these steps used before; None without history."""
    asking = [group for group in groups if group.calls]
    if any(group.step_id not in typical for group in asking):
        return None, None
    used = [(group.calls, typical[group.step_id]) for group in asking]
    seconds = sum(calls * usage.duration_s for calls, usage in used)
    costs = [usage.cost_usd for _, usage in used]
    if None in costs:
        return None, seconds
    return sum(calls * (usage.cost_usd or 0.0) for calls, usage in used), seconds

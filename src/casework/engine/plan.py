"""Plan before run: which cells would run and why, from digests alone. Law 2.

Holds as much as there are steps and reasons, however many cells are counted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from casework.base.hashing import canonical_json
from casework.engine.assess import Assessment
from casework.engine.expected import NO_WORK, Expected, History, Work, total, work_of
from casework.engine.outlook import RowOutlook
from casework.engine.program import Column, Program
from casework.types.case import CellLine
from casework.types.learned import without_learned
from casework.types.needs import CellStore, RunStore
from casework.types.run import Plan, PlanGroup, PlannedCell, Why
from casework.types.values import Json

Meanings = Mapping[str, Mapping[str, Json]]

_CASES_NAMED = 5
_MARKS_AT_ONCE = 2_000
"""Fingerprints held until it is asked which of them are remembered."""
_OF_MODEL = frozenset({"model", "settings"})
_OF_METHOD = frozenset({"method", "method_version"})
"""Parts of a meaning that no person writes: who reads, and with which version."""
_CARRIED_OUT = ("method", "method_version", "settings")


@dataclass(slots=True)
class _Group:
    """A group of planned cells while they are counted."""

    cells: int = 0
    verified: int = 0
    remembered: int = 0
    cases: list[str] = field(default_factory=list)
    work: Work = NO_WORK

    def join(self, other: _Group) -> None:
        self.cells += other.cells
        self.work += other.work
        self.verified += other.verified
        self.remembered += other.remembered
        self.cases = [*self.cases, *other.cases][:_CASES_NAMED]


class _Reason(NamedTuple):
    """Why the cells of a group run; `meaning` is the digest of what their step meant before."""

    place: int
    why: Why
    detail: str
    certain: bool
    meaning: str = ""


@dataclass(slots=True)
class Tally:
    """Counts outlooks into a plan."""

    worksheet_id: str
    program: Program
    cells: CellStore
    groups: dict[_Reason, _Group] = field(default_factory=dict)
    settled: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    blocked: dict[str, dict[str, None]] = field(default_factory=dict)
    """Why steps cannot run at all now, each with the titles of the steps."""
    marks: dict[str, list[tuple[str, _Group, Work]]] = field(default_factory=dict)
    """Fingerprints by the worksheet in which they may be remembered, each with the work that it
    spares."""
    unmade: dict[str, None] = field(default_factory=dict)
    """Titles of tables whose rows are not made yet, or may become others."""

    async def add(self, case: RowOutlook) -> None:
        """Count one case, with the rows of its tables."""
        for row in case.every:
            self.unmade.update(dict.fromkeys(row.unmade))
            self._count(row)
        if sum(map(len, self.marks.values())) >= _MARKS_AT_ONCE:
            await self._remember()

    def _count(self, row: RowOutlook) -> None:
        self.settled += row.settled
        for column, line, judged in row.cells:
            if judged.kind == "wait" and line is not None and line.verified and line.effective:
                self.settled += 1
                continue
            if judged.kind == "wait":
                kind = judged.waiting_for or judged.state
                self.waiting[kind] = self.waiting.get(kind, 0) + 1
                if column.blocked is not None and judged.reason == column.blocked.reason:
                    self.blocked.setdefault(judged.reason, {})[column.title] = None
                continue
            group = self._group(column, line, judged)
            work = work_of(column, row.case)
            group.cells += 1
            group.work += work
            group.verified += bool(line and line.verified)
            if judged.certain and judged.why != "forced" and judged.fingerprint:
                marks = self.marks.setdefault(row.case.worksheet_id, [])
                marks.append((judged.fingerprint, group, work))
            if len(group.cases) < _CASES_NAMED:
                group.cases.append(row.case.name)

    async def plan(
        self, worksheet: str, runs: RunStore, history: History, lanes: Callable[[str], int]
    ) -> Plan:
        """The plan so far. `lanes` says how many calls of a resource go side by side."""
        await self._remember()
        before = {reason.meaning for reason in self.groups if reason.meaning}
        expected = Expected(history, await runs.meanings([*before, *history.meanings]))
        merged = self._merged(expected.meanings)
        groups = []
        for reason, group in sorted(merged.items()):
            column = self.program.every[reason.place]
            asks_model = column.method.resource.startswith("model:")
            work = group.work if asks_model else NO_WORK
            groups.append(
                PlanGroup(
                    column.path,
                    column.title,
                    reason.why,
                    reason.detail,
                    reason.certain,
                    group.cells,
                    group.verified,
                    group.remembered,
                    work.calls,
                    tuple(group.cases),
                    expected.of(column, work),
                )
            )
        found = total(groups, self.program, lanes)
        return Plan(
            worksheet,
            tuple(groups),
            self.settled,
            dict(self.waiting),
            tuple(f"{', '.join(steps)}: {reason}" for reason, steps in self.blocked.items()),
            found.cost_usd,
            found.seconds,
            input_tokens=found.input_tokens,
            output_tokens=found.output_tokens,
            unknown=expected.unknown,
            unmade=tuple(self.unmade),
        )

    def _group(self, column: Column, line: CellLine | None, judged: Assessment) -> _Group:
        place = self.program.places[column.path]
        changed = judged.why == "instruction_changed" and line is not None
        meaning = line.meaning if changed and line else ""
        reason = _Reason(place, judged.why, judged.detail, judged.certain, meaning)
        found = self.groups.get(reason)
        if found is None:
            found = self.groups[reason] = _Group()
        return found

    async def _remember(self) -> None:
        """Ask which of the fingerprints have an outcome, and count it to their groups."""
        for sheet, found in self.marks.items():
            known = await self.cells.known([mark for mark, _, _ in found], worksheet_id=sheet)
            for mark, group, work in found:
                if mark in known:
                    group.remembered += 1
                    group.work -= work
        self.marks.clear()

    def _merged(self, meanings: Meanings) -> dict[_Reason, _Group]:
        """The groups with what changed in words, those that read the same put together."""
        merged: dict[_Reason, _Group] = {}
        for reason, group in sorted(self.groups.items()):
            column = self.program.every[reason.place]
            why, detail = told(column, meanings.get(reason.meaning), reason.why, reason.detail)
            key = _Reason(reason.place, why, detail, reason.certain)
            merged.setdefault(key, _Group()).join(group)
        return merged


async def listed(
    rows: AsyncIterator[RowOutlook], cells: CellStore, runs: RunStore
) -> AsyncIterator[PlannedCell]:
    """The cells that a run would work on, one by one, in the order of the cases."""
    meanings: dict[str, dict[str, Json]] = {}
    block: list[_Asked] = []
    async for case in rows:
        planned = [(row, *cell) for row in case.every for cell in row.cells]
        for row, column, line, judged in planned:
            if judged.kind != "run":
                continue
            changed = line is not None and judged.why == "instruction_changed"
            if changed and line and line.meaning not in meanings:
                meanings |= {line.meaning: {}, **await runs.meanings([line.meaning])}
            before = meanings.get(line.meaning) if line else None
            why, detail = told(column, before, judged.why, judged.detail)
            verified = bool(line and line.verified)
            one = PlannedCell(
                row.case.id, row.case.name, column.path, why, detail, judged.certain,
                verified=verified, step_name=column.title or column.step.name,
            )  # fmt: skip
            asked = judged.certain and judged.why != "forced"
            mark = judged.fingerprint if asked else ""
            block.append(_Asked(one, mark, row.case.worksheet_id))
        if len(block) >= _MARKS_AT_ONCE:
            for one in await _with_memory(block, cells):
                yield one
            block.clear()
    for one in await _with_memory(block, cells):
        yield one


class _Asked(NamedTuple):
    """A planned cell, with the fingerprint that may be remembered in its worksheet."""

    cell: PlannedCell
    mark: str
    worksheet_id: str


async def _with_memory(block: list[_Asked], cells: CellStore) -> list[PlannedCell]:
    known: set[str] = set()
    for sheet in dict.fromkeys(asked.worksheet_id for asked in block):
        marks = [one.mark for one in block if one.mark and one.worksheet_id == sheet]
        known |= await cells.known(marks, worksheet_id=sheet)
    return [replace(one.cell, remembered=one.mark in known) for one in block]


def _who_reads(meaning: Mapping[str, Json]) -> str:
    """The reader that a meaning names, or all of an order of readers."""
    settings = meaning.get("settings")
    order = settings.get("readers") if isinstance(settings, dict) else None
    if isinstance(order, list):
        return ", then ".join(str(one["who"] if isinstance(one, dict) else one) for one in order)
    return str(meaning.get("model") or "the embedded extractor")


def told(
    column: Column, before: Mapping[str, Json] | None, why: Why, detail: str
) -> tuple[Why, str]:
    """Why a cell runs; of a changed meaning, which of its parts changed. `before` is what the step
    meant when the cell last ran, None when nobody knows."""
    if why != "instruction_changed" or not before:
        return why, detail
    now = column.meaning
    parts = {key for key in {*before, *now} if before.get(key) != now.get(key)}
    named = ", ".join(sorted(parts))
    if parts <= _OF_METHOD | {"settings"} and (learned := learned_told(before, now)):
        return "learned_changed", learned
    was, is_now = map(_who_reads, (before, now))
    if ("model" in parts or was != is_now) and parts <= _OF_MODEL | _OF_METHOD:
        return "model_changed", f"{was} before, {is_now} now"
    return ("method_changed" if parts <= _OF_METHOD else "instruction_changed"), named


def learned_told(before: Mapping[str, Json], now: Mapping[str, Json]) -> str:
    """Which learned versions are and were at work, in words; '' where something else differs."""
    plain: list[str] = []
    words: list[str] = []
    for meaning in (before, now):
        carried_out = {key: meaning.get(key) for key in _CARRIED_OUT}
        text, marks = without_learned(canonical_json(carried_out))
        plain.append(text)
        words.append(" and ".join(f"version {mark.partition('.')[0]}" for mark in marks) or "none")
    if plain[0] != plain[1]:
        return ""
    return f"{words[1]} now, {words[0]} before" if words[0] != words[1] else words[1]

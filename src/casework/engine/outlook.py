"""What would happen to each case: its cells judged in order, from one scan over digests.

A cell that reads what its outcome says it read is settled without a hash being computed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.engine.assess import (
    CHANGED,
    SETTLED,
    Assessment,
    Surroundings,
    changed_at_a_glance,
    doing,
    judge,
    left_out,
    readable,
    says_so,
    settled_at_a_glance,
)
from casework.engine.fingerprint import documents_digest
from casework.engine.program import Column, Program
from casework.engine.row import Chosen
from casework.engine.times import only_people_left
from casework.types.case import CaseRecord, CellLine
from casework.types.needs import CaseStore, CellStore

_AT_ONCE = 256
"""Cases whose lines are read together where only some steps are looked at."""


@dataclass(frozen=True, slots=True)
class RowOutlook:
    """What would happen to one case: an assessment for each step that is not settled. `rows` are
    the same of the rows of its tables; `unmade` the titles of tables whose rows are still to be
    made, or may become others; `to_fill` says that columns of a table are still to be filled."""

    case: CaseRecord
    cells: tuple[tuple[Column, CellLine | None, Assessment], ...]
    settled: int
    rows: tuple[RowOutlook, ...] = ()
    unmade: tuple[str, ...] = ()
    to_fill: bool = False

    @property
    def has_work(self) -> bool:
        """Whether a run has anything to do or to write down here."""
        if self.untimed or self.unmade or self.to_fill or any(row.has_work for row in self.rows):
            return True
        return any(
            judged.kind == "run" or not says_so(line, judged) for _, line, judged in self.cells
        )

    @property
    def every(self) -> Iterator[RowOutlook]:
        """Itself and all its rows, to any depth."""
        yield self
        for row in self.rows:
            yield from row.every

    @property
    def untimed(self) -> bool:
        """Whether the case is answered and does not say so: a run ended before it was written."""
        open_cells = ((column, judged) for column, _, judged in self.cells)
        timed = bool(self.case.answered_at or self.case.parent)  # rows have no times of their own
        return not timed and self.settled > 0 and only_people_left(open_cells)


def mark_broken_off(row: RowOutlook, cells: Collection[tuple[str, str]]) -> RowOutlook:
    """The outlook with new cells told as interrupted where a run that went away was at work."""
    case = row.case.id
    told = tuple(
        (column, line, replace(judged, why="interrupted"))
        if judged.why == "new" and (case, column.step.id) in cells
        else (column, line, judged)
        for column, line, judged in row.cells
    )
    return replace(row, cells=told)


async def outlook(
    worksheet_id: str,
    program: Program,
    chosen: Chosen,
    *,
    cases: CaseStore,
    cells: CellStore,
    only: list[str] | None = None,
    fresh: frozenset[str] = frozenset(),
) -> AsyncIterator[RowOutlook]:
    """What would happen to each case, in order, from one scan. `fresh` are digests of meanings
    under which nothing was ever recorded. Of the steps that are not chosen only those are looked
    at that a chosen one reads, however far."""
    columns = _looked_at(program, chosen.steps)
    steps = None if columns is program.columns else [column.step.id for column in columns]
    async for case, lines in with_lines(worksheet_id, cases, cells, only, steps):
        yield row_outlook(case, lines, program, chosen, fresh, columns)


def _looked_at(program: Program, steps: Collection[str] | None) -> Sequence[Column]:
    """These columns (None: all) and what they read, however far, each after what it reads."""
    if steps is None:
        return program.columns
    wanted = set(steps)
    for column in reversed(program.columns):
        if column.step.id in wanted:
            wanted.update(column.step.references)
    return [column for column in program.columns if column.step.id in wanted]


async def with_lines(
    worksheet_id: str,
    cases: CaseStore,
    cells: CellStore,
    only: list[str] | None = None,
    steps: Collection[str] | None = None,
) -> AsyncIterator[tuple[CaseRecord, Mapping[str, CellLine]]]:
    """Each case with the lines of its cells, in order, from one scan; of these steps alone where
    they are named."""
    if steps is None:
        lines = _Lines(cells.scan(worksheet_id, only))
        async for case in cases.stream(worksheet_id, only):
            yield case, await lines.of(case.id)
        return
    held: list[CaseRecord] = []
    async for case in cases.stream(worksheet_id, only):
        held.append(case)
        if len(held) == _AT_ONCE:
            async for one in _with_some(worksheet_id, cells, held, steps):
                yield one
            held = []
    async for one in _with_some(worksheet_id, cells, held, steps):
        yield one


async def _with_some(
    worksheet_id: str, cells: CellStore, held: Sequence[CaseRecord], steps: Collection[str]
) -> AsyncIterator[tuple[CaseRecord, Mapping[str, CellLine]]]:
    """The same for some cases: few of them may have such lines, so a scan would run far ahead."""
    lines: dict[str, dict[str, CellLine]] = {}
    async for batch in cells.scan(worksheet_id, [case.id for case in held], list(steps)):
        for line in batch:
            lines.setdefault(line.case_id, {})[line.step_id] = line
    for case in held:
        yield case, lines.get(case.id, {})


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
            last, lines = "", dict[str, CellLine]()
            for line in batch:  # all lines of a case stand together
                if line[0] != last:
                    last = line[0]
                    lines = self._ahead[last] = {}
                lines[line[1]] = line
        if case_id not in self._ahead:
            return {}
        while (first := next(iter(self._ahead))) != case_id:
            del self._ahead[first]  # nobody asks for it any more
        return self._ahead.pop(case_id)


def row_outlook(
    case: CaseRecord,
    lines: Mapping[str, CellLine],
    program: Program,
    chosen: Chosen,
    fresh: frozenset[str] = frozenset(),
    columns: Sequence[Column] | None = None,
) -> RowOutlook:
    """Judge the cells of a case as a run would come to them; of these columns alone where they are
    given, all that is chosen and what it reads among them."""
    if not fresh and chosen.everything and _stands(case, lines, program):
        return RowOutlook(case, (), len(program.columns))
    walk = Walk(case, program, chosen, fresh)
    for column in program.columns if columns is None else columns:
        walk.look(column, lines.get(column.step.id))
    return RowOutlook(case, tuple(walk.found), walk.settled)


def _stands(case: CaseRecord, lines: Mapping[str, CellLine], program: Program) -> bool:
    """Whether the whole case is surely up to date: what most cases of most looks are."""
    digests: dict[str, str] = {}
    documents: dict[tuple[str, ...], str] = {}
    today = program.today
    for column in program.columns:
        step = column.step
        line = lines.get(step.id)
        if line is None:
            return False
        read = ""
        if step.by == "document":
            read = documents.get(step.sources) or documents_digest(column.documents(case.documents))
            documents[step.sources] = read
        if not settled_at_a_glance(column, line, digests, read, today):
            return False
        digests[step.id] = line.effective
    return True


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step sees of what it reads: its digest ('' for none), whether it is recomputed before,
    whether it is out of date and stays so, and what it is doing while it has no value."""

    digest: str = ""
    pending: bool = False
    outdated: bool = False
    state: str = ""


class Walk:
    """A case on the way through its columns."""

    __slots__ = (
        "_around", "_case", "_chosen", "_digests", "_documents", "_fresh", "_outdated", "_pending",
        "_program", "_states", "_whole", "found", "settled",
    )  # fmt: skip

    def __init__(
        self, case: CaseRecord, program: Program, chosen: Chosen, fresh: frozenset[str]
    ) -> None:
        self._case = case
        self._program = program
        self._chosen = chosen
        self._whole = chosen.steps is None and not chosen.unverified
        self._fresh = fresh
        self._documents: dict[tuple[str, ...], str] = {}
        self._digests: dict[str, str] = {}
        self._pending: set[str] = set()
        self._outdated: set[str] = set()
        self._states: dict[str, str] = {}
        self._around = Surroundings(self._digests, self._pending, self._states, self._outdated)
        self.found: list[tuple[Column, CellLine | None, Assessment]] = []
        self.settled = 0

    def what(self, name: str) -> Seen:
        """What others see of one of its cells."""
        return Seen(
            self._digests.get(name, ""),
            name in self._pending,
            name in self._outdated,
            self._states.get(name, ""),
        )

    def see(self, name: str, seen: Seen) -> None:
        """Note what stands somewhere else, or is known already, under the name it is read by."""
        self._digests[name] = seen.digest
        self._states[name] = seen.state
        for yes, names in ((seen.pending, self._pending), (seen.outdated, self._outdated)):
            if yes:
                names.add(name)
            else:
                names.discard(name)

    def look(self, column: Column, line: CellLine | None) -> None:
        """Judge one cell, and note what those who read it will see."""
        step_id = column.step.id
        effective = readable(line.effective) if line else ""
        self._digests[step_id] = effective
        verified = line is not None and line.verified
        chosen = self._whole or self._chosen.takes(step_id, verified=verified)
        judged = self._at_a_glance(column, line) if line and not self._chosen.force else None
        if judged is None:
            force = chosen and self._chosen.force
            judged = judge(column, self._program, self._case, line, self._around, force=force)
        if not effective or judged.kind == "wait":
            self._states[step_id] = _doing(line, judged if chosen else None)
        if judged.kind == "settled":
            self.settled += chosen
        elif not chosen:
            if left_out(line):
                self._outdated.add(step_id)
        else:
            self.found.append((column, line, judged))
            if judged.kind == "run" and not verified:
                self._pending.add(step_id)
            elif not verified:
                self._digests[step_id] = ""

    def _at_a_glance(self, column: Column, line: CellLine) -> Assessment | None:
        """The assessment where it needs no fingerprint."""
        for moved in (self._pending, self._outdated):
            if moved and not moved.isdisjoint(column.step.references):
                return None
        documents = self._read(column) if column.step.by == "document" else ""
        if settled_at_a_glance(column, line, self._digests, documents, self._program.today):
            return SETTLED
        fresh = column.mark in self._fresh and not self._case.set_aside
        if fresh and changed_at_a_glance(column, line, self._digests, documents):
            return CHANGED
        return None

    def _read(self, column: Column) -> str:
        """The digest of the documents that a step may read, computed once for each kind."""
        sources = column.step.sources
        found = self._documents.get(sources)
        if found is None:
            found = documents_digest(column.documents(self._case.documents))
            self._documents[sources] = found
        return found


def _doing(line: CellLine | None, judged: Assessment | None) -> str:
    """What a step is doing if it has no value to read, in the words that a run will use."""
    if judged is not None and judged.kind == "wait":
        state, reason = judged.state, judged.reason
    else:
        state, reason = (line.state, line.reason) if line else ("idle", "")
    return doing(state, reason, rejected=bool(line and line.verified and not line.effective))

"""What would happen to each case and to the rows of its tables: the same judgement as without rows,
in the order of all columns together. The rows of a few cases are loaded at once, never all.

Of rows that are not made yet nobody knows how many there will be: that is said, not guessed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casework.engine.assess import Surroundings, assess, readable, settled_at_a_glance
from casework.engine.fan import fan_of, is_absent
from casework.engine.fingerprint import documents_digest, row_inputs
from casework.engine.nested import UNMADE, as_rows, chosen_within
from casework.engine.outlook import RowOutlook, Seen, Walk
from casework.engine.program import Column, Program
from casework.engine.row import Chosen
from casework.types.case import CaseRecord, Cell, CellLine
from casework.types.needs import CellStore, RowStore
from casework.types.nesting import DOT
from casework.types.procedure import GIVEN

CASES_AT_ONCE = 64

Lines = Mapping[str, CellLine]


@dataclass(frozen=True, slots=True)
class Looking:
    """What a look at cases with rows needs. `sheets` are the nested worksheets by the path of their
    table; a table without one has no rows yet. `make` says whether a run would make rows."""

    program: Program
    chosen: Chosen
    cells: CellStore
    rows: RowStore
    sheets: Mapping[str, str]
    fresh: frozenset[str] = frozenset()
    make: bool = True


@dataclass(slots=True)
class _Node:
    """A case or a row on the way through its columns."""

    case: CaseRecord
    lines: Lines
    program: Program
    walk: Walk
    outer: _Node | None = None
    table: str = ""
    made: Mapping[str, str] = field(default_factory=dict)
    families: dict[str, list[_Node]] = field(default_factory=dict)
    unmade: dict[str, str] = field(default_factory=dict)
    """Titles of tables whose rows are to be made, or may become others, by their id."""
    to_fill: bool = False
    content: str = ""
    """How what a column of this row read ends, in the words of outcomes."""
    digests: dict[str, str] = field(default_factory=dict)
    fans: dict[str, str] = field(default_factory=dict)
    """What others read of it, and of its columns of all rows, as long as all of it stands."""

    def at(self, tables: Sequence[str]) -> Iterator[_Node]:
        """The rows inside these tables; itself for none."""
        found = [self]
        for table in tables:
            found = [inner for node in found for inner in node.families.get(table, ())]
        yield from found

    def look(self, column: Column) -> None:
        """Judge one cell, and if it is a table whether its rows are those of its value."""
        outer = self.outer
        if outer is not None and not _readable(outer, self.table):
            self.walk.see(column.step.id, Seen(state="stands in a table that has no value"))
            return
        if column.step.by == GIVEN:
            self._look_at_given(column)
            return
        for name in dict.fromkeys(column.step.references):
            holder = self._holder(name)
            if DOT in name:
                self.walk.see(name, holder.column_of_rows(name))
            elif holder is not self:
                self.walk.see(name, holder.walk.what(name))
        line = self.lines.get(column.step.id)
        self.walk.look(column, line)
        if column.step.nested:
            self._look_at_rows(column, line)

    def _look_at_rows(self, column: Column, line: CellLine | None) -> None:
        step_id = column.step.id
        seen = self.walk.what(step_id)
        effective = readable(line.effective) if line else ""
        made = self.made.get(step_id, "") == effective
        if seen.pending or (effective and not made):
            self.unmade[step_id] = column.title

    def _look_at_given(self, column: Column) -> None:
        """A column of the table: it costs nothing and counts as no work, but others read it."""
        outer = self.outer
        assert outer is not None
        step_id = column.step.id
        line = self.lines.get(step_id)
        digest = readable(line.effective) if line else ""
        verified = line is not None and line.verified
        moving = self.table in outer.unmade or outer.walk.what(self.table).pending
        stands = line is not None and self.stands_at_a_glance(column, line)
        if not stands:
            judged = assess(column, self.program, self.case, line, Surroundings({}))
            stands = judged.kind != "run"
        if not stands and not moving:
            self.to_fill = True
        pending = not verified and (moving or not stands)
        outdated = outer.walk.what(self.table).outdated and not verified
        self.walk.see(step_id, Seen(digest, pending, outdated, "has not been filled yet"))

    def stands_at_a_glance(self, column: Column, line: CellLine) -> bool:
        """Whether a column of the table surely holds what the row holds; False says nothing."""
        if not self.content:
            told = row_inputs(self.case, column.step.id)
            self.content = f'"row:":"{told["row:"]}","source:":"{told["source:"]}"}}'
        return (
            line.meaning == column.mark
            and bool(line.effective)
            and not self.case.set_aside
            and line.inputs.endswith(self.content)
        )

    def column_of_rows(self, name: str) -> Seen:
        """A column of all rows of one of its tables."""
        table, _, rest = name.partition(DOT)
        whole = self.walk.what(table)
        if whole.pending or (table in self.unmade and whole.digest):
            return Seen(whole.digest, True, whole.outdated)
        if not whole.digest or is_absent(whole.digest):
            return whole
        if table in self.unmade:
            return Seen(state=UNMADE)
        found = [
            node.column_of_rows(rest) if DOT in rest else node.walk.what(rest)
            for node in self.families.get(table, ())
        ]
        fan = fan_of([seen.digest for seen in found])
        return Seen(
            fan.digest,
            any(seen.pending for seen in found),
            whole.outdated or any(seen.outdated for seen in found),
            fan.reason,
        )

    def read_digests(self, column: Column) -> Mapping[str, str]:
        """What a column reads, by name, as long as everything stands."""
        if all(name in self.digests for name in column.step.references):
            return self.digests
        return {name: self._holder(name).read_digest(name) for name in column.step.references}

    def read_digest(self, name: str) -> str:
        """The digest of a cell, or of a column of all rows, under the name it is read by."""
        if DOT not in name:
            return self.digests.get(name, "")
        known = self.fans.get(name)
        if known is None:
            table, _, rest = name.partition(DOT)
            rows = self.families.get(table, ())
            known = self.fans[name] = fan_of([row.read_digest(rest) for row in rows]).digest
        return known

    def _holder(self, name: str) -> _Node:
        first, through = name.partition(DOT)[0], DOT in name
        at = self
        while at.outer is not None:
            if first in (at.program.nested if through else at.program.by_id):
                return at
            at = at.outer
        return at

    def outlook(self) -> RowOutlook:
        """What would happen to it and to its rows."""
        rows = tuple(node.outlook() for family in self.families.values() for node in family)
        return RowOutlook(
            self.case,
            tuple(self.walk.found),
            self.walk.settled,
            rows,
            tuple(self.unmade.values()),
            self.to_fill,
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case, or a row, as it was loaded with its cells: `made` are the digests that the rows of
    its tables were made from, by the id of the table, `families` these rows."""

    case: CaseRecord
    cells: Mapping[str, Cell]
    made: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, Sequence[Loaded]] = field(default_factory=dict)

    def every(self) -> Iterator[Loaded]:
        """Itself and all its rows, to any depth."""
        yield self
        for family in self.families.values():
            for row in family:
                yield from row.every()


def outlook_of(
    loaded: Loaded, program: Program, line_of: Callable[[Cell], CellLine | None]
) -> RowOutlook:
    """What would happen to a case and to its rows, as they were loaded."""
    return walked(loaded, program, line_of, _new_walk).outlook()


def walked(
    loaded: Loaded,
    program: Program,
    line_of: Callable[[Cell], CellLine | None],
    walk_of: Callable[[CaseRecord, Program], Walk],
) -> _Node:
    """A case and its rows after a walk of this kind through all their columns."""
    top = _node_of(loaded, program, line_of, walk_of, None, "")
    _look(top, program)
    return top


def _new_walk(case: CaseRecord, program: Program) -> Walk:
    return Walk(case, program, Chosen(), frozenset())


def _node_of(
    loaded: Loaded,
    program: Program,
    line_of: Callable[[Cell], CellLine | None],
    walk_of: Callable[[CaseRecord, Program], Walk],
    outer: _Node | None,
    table: str,
) -> _Node:
    lines = {id: line for id, cell in loaded.cells.items() if (line := line_of(cell)) is not None}
    walk = walk_of(loaded.case, program)
    node = _Node(loaded.case, lines, program, walk, outer, table, loaded.made)
    for name, level in program.nested.items():
        rows = loaded.families.get(name, ())
        node.families[name] = [_node_of(row, level, line_of, walk_of, node, name) for row in rows]
    return node


def _look(node: _Node, program: Program) -> None:
    for column in program.every:
        for inner in node.at(column.path.split(DOT)[:-1]):
            inner.look(column)


def _readable(node: _Node, table: str) -> bool:
    seen = node.walk.what(table)
    return seen.pending or (bool(seen.digest) and not is_absent(seen.digest))


async def with_rows(
    looking: Looking, cases: AsyncIterator[tuple[CaseRecord, Lines]]
) -> AsyncIterator[RowOutlook]:
    """What would happen to each of these cases, in their order."""
    batch: list[tuple[CaseRecord, Lines]] = []
    async for one in cases:
        batch.append(one)
        if len(batch) >= CASES_AT_ONCE:
            for row in await _looked_at(looking, batch):
                yield row
            batch.clear()
    for row in await _looked_at(looking, batch):
        yield row


async def _looked_at(
    looking: Looking, batch: Sequence[tuple[CaseRecord, Lines]]
) -> list[RowOutlook]:
    program = looking.program
    nodes = [
        _Node(case, lines, program, Walk(case, program, looking.chosen, looking.fresh))
        for case, lines in batch
    ]
    await _load(looking, nodes, program)
    at_a_glance = looking.chosen.everything and not looking.fresh
    found = []
    for node in nodes:
        if at_a_glance and _has_rows_of_its_values(node) and _stands(node, program.today):
            found.append(_standing(node))
            continue
        _look(node, program)
        found.append(node.outlook())
    return found


def _has_rows_of_its_values(node: _Node) -> bool:
    """Whether every table has the rows of its value, to any depth; notes what others read."""
    if node.case.set_aside or node.case.unread:
        return False
    node.digests = {id: readable(line.effective) for id, line in node.lines.items()}
    for table in node.program.nested:
        whole = node.digests.get(table, "")
        if not whole or is_absent(whole) or node.made.get(table, "") != whole:
            return False
        if not all(_has_rows_of_its_values(row) for row in node.families.get(table, ())):
            return False
    return True


def _stands(node: _Node, today: str) -> bool:
    """Whether a case and all its rows are surely up to date: what most of them are. Since every
    cell then stands, it does not matter in which order they are looked at."""
    for column in node.program.columns:
        step = column.step
        line = node.lines.get(step.id)
        if line is None:
            return False
        if step.by == GIVEN:
            if not node.stands_at_a_glance(column, line):
                return False
            continue
        read = ""
        if step.by == "document":
            read = documents_digest(column.documents(node.case.documents))
        if not settled_at_a_glance(column, line, node.read_digests(column), read, today):
            return False
    return all(_stands(row, today) for rows in node.families.values() for row in rows)


def _standing(node: _Node) -> RowOutlook:
    """The outlook of a case that stands with all its rows."""
    rows = tuple(_standing(row) for family in node.families.values() for row in family)
    settled = sum(column.step.by != GIVEN for column in node.program.columns)
    return RowOutlook(node.case, (), settled, rows)


async def _load(looking: Looking, nodes: Sequence[_Node], program: Program) -> None:
    """Load the rows of these cases, and theirs."""
    if not nodes or not program.nested:
        return
    ids = [node.case.id for node in nodes]
    made = await looking.rows.made_from(ids)
    for node in nodes:
        node.made = {table: made.get((node.case.id, table), "") for table in program.nested}
    for table, level in program.nested.items():
        sheet = looking.sheets.get(level.path)
        if sheet is None:
            continue
        found = await looking.rows.of(sheet, ids)
        lines = await _lines(looking.cells, sheet, [r.id for rows in found.values() for r in rows])
        step = program.by_id[table].step
        for node in nodes:
            records = found.get(node.case.id, [])
            said = await _said(looking.cells, records, lines, step.split)
            node.families[table] = [
                _Node(
                    record,
                    lines.get(record.id, {}),
                    level,
                    Walk(record, level, chosen_within(looking.chosen, level), looking.fresh),
                    node,
                    table,
                )
                for record in as_rows(node.case, step, records, said)
            ]
        inner = [row for node in nodes for row in node.families[table]]
        await _load(looking, inner, level)


async def _lines(
    cells: CellStore, sheet: str, ids: Sequence[str]
) -> dict[str, dict[str, CellLine]]:
    found: dict[str, dict[str, CellLine]] = {}
    if ids:
        async for batch in cells.scan(sheet, ids):
            for line in batch:
                found.setdefault(line.case_id, {})[line.step_id] = line
    return found


async def _said(
    cells: CellStore, records: Sequence[CaseRecord], lines: Mapping[str, Lines], column: str
) -> dict[str, dict[str, Cell]]:
    """The cells of rows of which a person has said which pages they stand for."""
    said = {}
    for record in records if column else ():
        line = lines.get(record.id, {}).get(column)
        if line is not None and line.verified:
            said[record.id] = await cells.of_case(record.id)
    return said

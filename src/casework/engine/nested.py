"""A case with the rows of its tables: rows are made when their table has a value, and then run as
cases of their own in the flow of the case. Law 7: rows are made anew from the table's value as long
as they are not written, so that nothing is lost between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.base.clock import stamp
from casework.base.hashing import digest
from casework.base.ids import uuid7
from casework.engine.assess import Surroundings, assess, doing, readable
from casework.engine.cell import Job, keep_waiting, read_of, run_cell
from casework.engine.fan import Fan, fan_of, gather
from casework.engine.flow import Flow, Spots, holder_of
from casework.engine.matching import Former, match
from casework.engine.parts import overlaps, part_of
from casework.engine.program import Column, Program
from casework.engine.row import Chosen, Row, line_of
from casework.types.case import CaseRecord, Cell, Effective
from casework.types.needs import RowStore, StepInput
from casework.types.nesting import DOT, read_type_of
from casework.types.procedure import GIVEN, Step
from casework.types.proof import Proof
from casework.types.rows import RowsWrite, RowWrite
from casework.types.values import Json

Done = Callable[[CaseRecord, Cell, bool], None]
UNMADE = "has rows that are not made yet"
"""Of a table that has another value now, in a run that makes no rows of it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows of one run share: where they are kept, the nested worksheets by the path of
    their table, what is chosen of the whole procedure, and which columns of all rows are read."""

    store: RowStore
    sheets: Mapping[str, str]
    chosen: Chosen
    wanted: Mapping[str, Collection[str]]
    make: bool = True
    """Whether rows may be made; otherwise those that are there are worked on."""


@dataclass(slots=True)
class NestedRow(Row):
    """A case, or a row of a table (then `outer` is the case or row that the table stands in)."""

    rows: Rows | None = None
    level: Program | None = None
    outer: NestedRow | None = None
    spots: Spots = field(default_factory=Spots)
    families: dict[str, list[NestedRow]] = field(default_factory=dict)
    seen: dict[str, Effective | None] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    unmade: set[str] = field(default_factory=set)

    @property
    def program(self) -> Program:
        """The columns of this level."""
        return self.level or self.bench.program

    @property
    def around_id(self) -> str:
        """The case in whose tables it stands, to whatever depth; '' for a case of its own."""
        at: NestedRow = self
        while at.outer is not None:
            at = at.outer
        return "" if at is self else at.case.id

    async def run(self) -> None:
        """Run what is to be run, in all rows too."""
        assert self.rows is not None
        await Flow(self.rows.wanted).run(self)

    async def settle(self, column: Column) -> Collection[NestedRow]:
        """Settle one cell; a table brings its rows along."""
        self._look_around(column)
        if column.step.by == GIVEN:
            await self._give(column)
        else:
            await Row._column(self, column)
        if column.step.id not in self.program.nested:
            return ()
        found = await self._rows_of(column)
        self.families[column.step.id] = found
        return found

    def all_rows(self) -> Iterator[NestedRow]:
        """The rows of its tables, and theirs, to any depth."""
        waiting = [row for family in self.families.values() for row in family]
        while waiting:
            row = waiting.pop(0)
            yield row
            waiting += [inner for family in row.families.values() for inner in family]

    def _look_around(self, column: Column) -> None:
        """Note what a column reads that does not stand beside it."""
        for name in column.step.references:
            holder = holder_of(self, name)
            assert isinstance(holder, NestedRow)
            if DOT in name:
                fan, self.seen[name] = holder.column_of_rows(name)
                self.digests[name], self.states[name] = fan.digest, fan.reason
            elif holder is not self:
                cell = holder.cells[name]
                self.digests[name] = holder.digests[name]
                self.seen[name] = read_of(holder.program.by_id[name], holder.case, cell)
                self.states[name] = doing(cell.state, cell.reason, rejected=cell.rejected)
            else:
                continue
            table = name.partition(DOT)[0]
            if name in holder.outdated or table in holder.outdated:
                self.outdated.add(name)

    def column_of_rows(self, name: str) -> tuple[Fan, Effective | None]:
        """A column of all rows of one of its tables (`lines.amount`): digest and value."""
        table, _, rest = name.partition(DOT)
        cell = self.cells[table]
        whole = cell.effective()
        if whole is None or not readable(whole.digest):
            return Fan("", reason=doing(cell.state, cell.reason, rejected=cell.rejected)), None
        if whole.absence:
            proof = Proof("derived", steps=(table,))
            return Fan(whole.digest, absence=whole.absence), replace(whole, proof=proof)
        if table in self.unmade:
            return Fan("", reason=UNMADE), None
        values: list[Effective | None] = []
        marks: list[str] = []
        for row in self.families.get(table, ()):
            if DOT in rest:
                fan, value = row.column_of_rows(rest)
                marks.append(fan.digest)
            else:
                value = read_of(row.program.by_id[rest], row.case, row.cells[rest])
                marks.append(row.digests[rest])
            values.append(value if marks[-1] else None)
        fan = fan_of(marks)
        step = (
            self.program.within(DOT.join([table, *rest.split(DOT)[:-1]]))
            .by_id[rest.rpartition(DOT)[2]]
            .step
        )
        if not fan.digest:
            return fan, None
        return fan, gather(values, read_type_of(rest, step), (name,), fan)

    def _doing(self, column: Column) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in column.step.references:
            if self.digests.get(name):
                continue
            if name in self.states:
                found[name] = self.states[name]
            else:
                cell = self.cells[name]
                found[name] = doing(cell.state, cell.reason, rejected=cell.rejected)
        return found

    def _inputs(self, column: Column, *, conditions: bool = False) -> dict[str, StepInput]:
        if column.step.by == GIVEN:
            return self._table_input()
        when = column.step.when
        names = when.references if conditions and when else column.step.references
        inputs = {}
        for name in names:
            effective = self.seen[name] if name in self.seen else self._read(name)
            if effective is not None:
                inputs[name] = StepInput(self.step_read(name), effective)
        return inputs

    def _read(self, name: str) -> Effective | None:
        return read_of(self.program.by_id[name], self.case, self.cells[name])

    def step_read(self, name: str) -> Step:
        """The step that a name means here, as it is read: of all rows through a dot."""
        holder = holder_of(self, name)
        around, _, id = name.rpartition(DOT)
        step = holder.program.within(around).by_id[id].step
        if not around:
            return step
        return replace(step, id=name, name=self.program.name(name), type=read_type_of(name, step))

    def _table_input(self) -> dict[str, StepInput]:
        """What a column of a table rests on: the table's cell with its proof."""
        assert self.outer is not None
        table = self.outer.program.by_id[self.spots.table].step
        effective = self.outer.cells[table.id].effective()
        return {table.id: StepInput(table, effective)} if effective is not None else {}

    async def _give(self, column: Column) -> None:
        """Fill a column of the table from the row; costs nothing and counts as no work."""
        step_id = column.step.id
        cell = self.cells.get(step_id) or Cell(self.case.id, step_id)
        judged = assess(column, self.program, self.case, line_of(cell), Surroundings({}))
        if judged.kind == "run":
            cell, _ = await run_cell(
                Job(column, self.case, cell, judged, self._inputs(column)), self.bench
            )
        elif judged.kind == "wait":
            cell = await keep_waiting(self.case, cell, judged, self.bench)
        self.cells[step_id] = cell
        effective = cell.effective()
        self.digests[step_id] = readable(effective.digest) if effective else ""

    async def _rows_of(self, column: Column) -> list[NestedRow]:
        """The rows of a table as they now are, made first where its value is another."""
        rows, table = self.rows, column.step
        assert rows is not None
        whole = self.cells[table.id].effective()
        if whole is None or not readable(whole.digest):
            return []
        sheet = rows.sheets[column.path]
        made = await rows.store.made_from([self.case.id])
        records = (await rows.store.of(sheet, [self.case.id])).get(self.case.id, [])
        source = source_mark(whole)
        proved = all(record.source == source for record in records)
        if made.get((self.case.id, table.id)) != whole.digest or not proved:
            if not self._may_make(column):
                self.unmade.add(table.id)
                return []
            await rows.store.put(await self._write(column, whole))
            records = (await rows.store.of(sheet, [self.case.id])).get(self.case.id, [])
        cells = await self.bench.cells.of_rows(self.case.id, sheet) if records else {}
        known = as_rows(self.case, table, records, cells)
        level = self.program.nested[table.id]
        return [
            NestedRow(
                record,
                cells.get(record.id, {}),
                self.bench,
                chosen_within(rows.chosen, level),
                _under(level, self.done),
                rows=rows,
                level=level,
                outer=self,
                spots=Spots(table.id),
            )
            for record in known
        ]

    def _may_make(self, column: Column) -> bool:
        """Whether rows may be made: not in a run that is limited to other steps."""
        rows = self.rows
        assert rows is not None
        steps = rows.chosen.steps
        inside = f"{column.path}{DOT}"
        chosen = steps is None or any(
            path == column.path or path.startswith(inside) for path in steps
        )
        return rows.make and chosen

    async def _write(self, column: Column, whole: Effective) -> RowsWrite:
        """The rows of a value: each is the case that it was before, or a new one."""
        rows = self.rows
        assert rows is not None
        sheet = rows.sheets[column.path]
        ever = await rows.store.ever_of(sheet, self.case.id)
        at, run_id = stamp(self.bench.clock.now()), self.bench.run_id
        written = rows_of_value(self.case, column.step, whole, ever)
        return replace(written, worksheet_id=sheet, at=at, run_id=run_id)


def rows_of_value(
    case: CaseRecord, table: Step, whole: Effective | None, ever: Sequence[CaseRecord]
) -> RowsWrite:
    """The rows of a table with this value (None: it has none, and no rows), each the one that it
    was among all that the case ever had. Where, when and by whom is left to whoever writes it."""
    if whole is None or not readable(whole.digest):
        return RowsWrite("", case.id, table.id, "", "", "", ())
    contents = contents_of(whole, table)
    formers = [Former(one.id, one.fields, bool(one.retired_at)) for one in ever]
    ids = [id or uuid7() for id in match(formers, contents)]
    told = tuple(
        RowWrite(id, row_name(case, table, place), content)
        for place, (id, content) in enumerate(zip(ids, contents, strict=True), 1)
    )
    return RowsWrite("", case.id, table.id, whole.digest, source_mark(whole), "", told)


def flattened(top: NestedRow) -> tuple[list[Step], dict[str, Cell]]:
    """The steps and cells of a case with those of all its rows, under ids of their own, for whoever
    looks at a case as a whole."""
    steps: list[Step] = []
    cells: dict[str, Cell] = {}
    nodes = {id(row): at for at, row in enumerate((top, *top.all_rows()))}
    for row in (top, *top.all_rows()):
        prefix = f"{nodes[id(row)]}{DOT}" if row.outer else ""
        for column in row.program.columns:
            name = f"{prefix}{column.step.id}"
            read = [one for ref in column.step.references for one in _behind(row, ref, nodes)]
            steps.append(replace(column.step, id=name, references=tuple(read)))
            if column.step.id in row.cells:
                cells[name] = replace(row.cells[column.step.id], step_id=name)
    return steps, cells


def _behind(row: NestedRow, reference: str, nodes: Mapping[int, int]) -> Iterator[str]:
    """The cells that a reference reads, by the ids that they have among all."""
    holder = holder_of(row, reference)
    assert isinstance(holder, NestedRow)
    *tables, last = reference.split(DOT)
    found = [holder]
    for table in tables:
        found = [inner for one in found for inner in one.families.get(table, ())]
    for one in found:
        yield f"{nodes[id(one)]}{DOT}{last}" if one.outer else last


def source_mark(whole: Effective) -> str:
    """The digest of a table's proof: where it stands, or that a person said so."""
    proof = whole.proof
    places = [[c.document, c.page, c.start, c.end] for c in proof.citations]
    return digest([proof.kind, places])


def contents_of(whole: Effective, table: Step) -> list[dict[str, Json]]:
    """The rows of a table's value, each by the ids of its columns; none for an absent table."""
    value = whole.value if not whole.absence and isinstance(whole.value, list) else []
    columns = [step for step in table.nested if step.by == GIVEN]
    return [
        {step.id: row.get(step.first_name) for step in columns}
        for row in value
        if isinstance(row, dict)
    ]


def row_name(case: CaseRecord, table: Step, place: int) -> str:
    """What people call a row: `acme/Lines/3`."""
    return f"{case.name}/{table.name}/{place}"


def as_rows(
    case: CaseRecord,
    table: Step,
    records: Sequence[CaseRecord],
    cells: Mapping[str, Mapping[str, Cell]],
) -> list[CaseRecord]:
    """The rows with what they have of their case: its documents, or the part of them that they
    stand for, and that it is set aside."""
    named = [
        replace(
            record,
            name=row_name(case, table, record.position),
            documents=case.documents,
            unread=case.unread,
            set_aside=case.set_aside or record.set_aside,
        )
        for record in records
    ]
    if not table.split or case.unread:
        return named
    column = next(step for step in table.nested if step.id == table.split)
    parts = [
        part_of(_pages_of(record, column, cells.get(record.id, {})), case.documents, column.name)
        for record in named
    ]
    shared = overlaps(parts)
    problems = [part.problem or shared.get(at, "") for at, part in enumerate(parts)]
    return [
        replace(record, documents=(), unread=f"{problem}; correct {column.name} of this row")
        if problem
        else replace(record, documents=part.documents)
        for record, part, problem in zip(named, parts, problems, strict=True)
    ]


def _pages_of(record: CaseRecord, column: Step, cells: Mapping[str, Cell]) -> str:
    """Which pages a row stands for, in words: as a person said, else as the table says."""
    cell = cells.get(column.id)
    said = cell.effective() if cell is not None and cell.human is not None else None
    value = said.value if said is not None else record.fields.get(column.id)
    return value if isinstance(value, str) else ""


def chosen_within(chosen: Chosen, level: Program) -> Chosen:
    """What of a run's choice concerns the rows of one table: the ids of their own steps."""
    if chosen.steps is None:
        return chosen
    own = {
        path.rpartition(DOT)[2] for path in chosen.steps if path.rpartition(DOT)[0] == level.path
    }
    return replace(chosen, steps=frozenset(own))


def _under(level: Program, done: Done) -> Done:
    """Tells of the cells of rows under the path of their step."""
    table = level.path.rpartition(DOT)[2]

    def told(case: CaseRecord, cell: Cell, reused: bool) -> None:
        done(case, replace(cell, step_id=f"{table}{DOT}{cell.step_id}"), reused)

    return told

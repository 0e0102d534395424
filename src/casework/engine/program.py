"""A procedure made ready to run: each step with its method, its meaning and what it reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework.base.hashing import digest
from casework.engine.fingerprint import DOCUMENTS, TODAY
from casework.procedures.findings import Findings
from casework.procedures.meaning import meaning_of
from casework.procedures.order import order_of
from casework.procedures.rules import reads_today
from casework.types.case import CaseDocument
from casework.types.needs import Blocked, Steps
from casework.types.nesting import DOT, Placed, path_of, placed_steps, procedure_of_rows
from casework.types.procedure import GIVEN, Method, Procedure, Rule, Step
from casework.types.values import Json

GIVEN_METHOD = Method("given", "1")


@dataclass(frozen=True, slots=True)
class Column:
    """A step made ready. `mark` is the digest of its meaning; `blocked` why it cannot run now;
    `alike` the digests of older meanings that a person called the same."""

    step: Step
    method: Method
    meaning: Mapping[str, Json]
    mark: str
    blocked: Blocked | None
    condition_today: bool
    today: bool
    alike: frozenset[str] = frozenset()
    path: str = ""
    """Its id behind those of the tables around it; its id alone where there are none."""
    title: str = ""
    """Its name behind those of the tables around it."""
    _inputs: str = field(default="", compare=False, repr=False)
    """What it reads as JSON text, with a place for each digest."""

    def inputs_text(self, digests: Mapping[str, str], documents: str, today: str) -> str:
        """What it reads, in the words of its outcomes; `documents` is the digest of those that it
        may read."""
        values = [digests[name] for name in self.step.references]
        if documents:
            values.append(documents)
        if self.today:
            values.append(today)
        return self._inputs % tuple(values)

    def documents(self, documents: Sequence[CaseDocument]) -> tuple[CaseDocument, ...]:
        """Those of a case's documents that this step may read."""
        if not self.step.reads_documents:
            return ()
        wanted = self.step.sources
        if not wanted:
            return tuple(documents)
        return tuple(d for d in documents if any(d.is_a(kind) for kind in wanted))


@dataclass(frozen=True, slots=True)
class Program:
    """All columns, each after those that it reads. `today` is the run's date (YYYY-MM-DD)."""

    procedure: Procedure
    columns: tuple[Column, ...]
    today: str
    version: int = 0
    by_id: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)
    places: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    needs: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    """How many columns each one reads."""
    readers: dict[str, list[Column]] = field(default_factory=dict, compare=False, repr=False)
    """The columns that read each one."""
    nested: dict[str, Program] = field(default_factory=dict, compare=False, repr=False)
    """The programs of the rows of its tables, by the id of the table."""
    outer: Program | None = field(default=None, compare=False, repr=False)
    """The program around the table whose rows this one is for."""
    path: str = ""
    """The path of that table; '' for the program of the cases themselves."""
    every: list[Column] = field(default_factory=list, compare=False, repr=False)
    """The columns of all levels, each after those that it reads; `places` tells where by path."""

    def __post_init__(self) -> None:
        self.by_id.update({column.step.id: column for column in self.columns})
        self.every.extend(self.columns)
        self.places.update({column.step.id: at for at, column in enumerate(self.columns)})
        for column in self.columns:
            read = {name for name in column.step.references if name in self.by_id}
            self.needs[column.step.id] = len(read)
            for name in read:
                self.readers.setdefault(name, []).append(column)

    @property
    def roots(self) -> list[Column]:
        """The columns that read no other."""
        return [column for column in self.columns if not self.needs[column.step.id]]

    def name(self, step_id: str) -> str:
        """The heading of a step as it is today; of a column of all rows `Lines.Amount`."""
        column = self.by_id.get(step_id)
        if column is not None:
            return column.step.name
        table, _, rest = step_id.partition(DOT)
        if rest and table in self.nested:
            return f"{self.by_id[table].step.name}{DOT}{self.nested[table].name(rest)}"
        return self.outer.name(step_id) if self.outer else step_id

    def at(self, path: str) -> Column:
        """The column of this path; raises KeyError."""
        return self.every[self.places[path]]

    def within(self, path: str) -> Program:
        """The program of the rows of the table of this path; itself for ''."""
        found = self
        for table in path.split(DOT) if path else ():
            found = found.nested[table]
        return found


def make_program(
    procedure: Procedure,
    steps: Steps,
    *,
    today: str,
    version: int = 0,
    alike: Mapping[str, frozenset[str]] | None = None,
) -> Program:
    """Make a procedure ready to run with these kinds of steps. `alike` maps the digest of a meaning
    to those of older ones that a person called the same."""
    make = _Making(steps, today, version, alike or {})
    program = make.program(procedure, ())
    if program.nested:
        placed = tuple(placed_steps(procedure.steps))
        program.every[:] = [make.made[path] for path in order_of(placed, Findings())]
        program.places.clear()
        program.places.update({column.path: at for at, column in enumerate(program.every)})
    return program


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes programs, those of rows inside those of cases. `made` are all columns by path."""

    steps: Steps
    today: str
    version: int
    alike: Mapping[str, frozenset[str]]
    made: dict[str, Column] = field(default_factory=dict)

    def program(
        self, procedure: Procedure, tables: tuple[Step, ...], outer: Program | None = None
    ) -> Program:
        """The program of one level; `tables` are those around it."""
        columns = tuple(
            self._column(Placed(procedure.step(id), tables), procedure) for id in procedure.order
        )
        path = path_of(table.id for table in tables)
        program = Program(procedure, columns, self.today, self.version, outer=outer, path=path)
        self.made.update({column.path: column for column in columns})
        for column in columns:
            if column.step.nested:
                inside = procedure_of_rows(procedure, column.step)
                rows = self.program(inside, (*tables, column.step), program)
                program.nested[column.step.id] = rows
        return program

    def _column(self, placed: Placed, procedure: Procedure) -> Column:
        step = placed.step
        method = GIVEN_METHOD if step.by == GIVEN else self.steps.method(step)
        meaning = meaning_of(step, procedure, method)
        mark = digest(meaning)
        today_too = _reads_today(step.rule) or _reads_today(step.when)
        return Column(
            step,
            method,
            meaning,
            mark,
            None if step.by == GIVEN else self.steps.blocked(step),
            _reads_today(step.when),
            today_too,
            self.alike.get(mark, frozenset()),
            placed.path,
            placed.title,
            _inputs_template(step, reads_today=today_too),
        )


def _inputs_template(step: Step, *, reads_today: bool) -> str:
    names = list(step.references)
    if step.reads_documents:
        names.append(DOCUMENTS)
    if reads_today:
        names.append(TODAY)
    told = (json.dumps(name, ensure_ascii=False).replace("%", "%%") for name in names)
    return "{" + ",".join(f'{name}:"%s"' for name in told) + "}"


def _reads_today(rule: Rule | None) -> bool:
    return rule is not None and reads_today(rule)

"""Steps inside tables: where a step stands, what a reference from there means, and of which type
the column of many rows is. Knows no cells.

A path is the id of a step behind those of the tables around it: `lines.price-agreed`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from casework.types.procedure import Procedure, Step
from casework.types.values import ValueType

DOT = "."
ARROW = " › "
MOST_NESTED = 5
"""Tables inside tables: as many as Markdown has levels of headings below the first two, and one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with the tables around it, outermost first."""

    step: Step
    tables: tuple[Step, ...] = ()

    @property
    def path(self) -> str:
        """Its id behind those of its tables."""
        return path_of((*(table.id for table in self.tables), self.step.id))

    @property
    def title(self) -> str:
        """Its name behind those of its tables, as people read it: `Lines › Price agreed`."""
        return ARROW.join([*(table.name for table in self.tables), self.step.name])

    @property
    def around(self) -> tuple[str, ...]:
        """The ids of its tables."""
        return tuple(table.id for table in self.tables)


def path_of(ids: Iterable[str]) -> str:
    """One path of ids, outermost first."""
    return DOT.join(ids)


def placed_steps(steps: Iterable[Step], tables: tuple[Step, ...] = ()) -> Iterator[Placed]:
    """All steps as written, those of rows behind their table."""
    for step in steps:
        yield Placed(step, tables)
        if step.nested:
            yield from placed_steps(step.nested, (*tables, step))


def resolve(reference: str, around: Sequence[str], known: Container[str]) -> str:
    """The path that a reference means from a step inside these tables: the nearest step of this
    name wins. '' when there is none; `known` are the paths that exist."""
    for depth in range(len(around), -1, -1):
        path = path_of((*around[:depth], reference))
        if path in known:
            return path
    return ""


def column_type(type: ValueType) -> ValueType:
    """The type of a column of many rows: one list, whatever a row holds."""
    if type.many or type.name in ("choices", "table"):
        return type
    if type.name == "record":
        return replace(type, name="table")
    return replace(type, many=True)


def read_type_of(reference: str, step: Step) -> ValueType:
    """The type in which this step is read by this reference: through a dot, of all rows."""
    return column_type(step.type) if DOT in reference else step.type


def procedure_of_rows(procedure: Procedure, table: Step) -> Procedure:
    """The steps of a table's rows as a procedure of their own, under the same general words."""
    return Procedure(table.name, procedure.preamble, table.nested, table.nested_order)


def has_rows(procedure: Procedure) -> bool:
    """Whether any table of it has steps of its own."""
    return any(step.nested for step in procedure.steps)

"""Functions that are steps of a table's rows: where each stands, and what its parameters name.

A parameter is the id of a step with `_` for `-`; `lines__amount` is the column `amount` of all rows
of `lines`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.names import fold
from casework.procedures.references import Names
from casework.types.nesting import DOT, MOST_NESTED, path_of, resolve
from casework.types.values import Field

_THROUGH = "__"


@dataclass(frozen=True, slots=True)
class RowStep:
    """What is needed of a function to find its place; `columns` are those of a table that it
    gives, `rows_of` is the id of the table to whose rows it belongs ('' for none)."""

    id: str
    name: str
    rows_of: str
    line: int
    columns: tuple[Field, ...]
    function: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a function stands: the ids of the tables around it, and what can be named there.
    `known` are the paths of all steps and columns."""

    id: str
    around: tuple[str, ...]
    names: Names
    known: frozenset[str] = frozenset()

    @property
    def path(self) -> str:
        """Its id behind those of the tables around it."""
        return path_of((*self.around, self.id))

    @property
    def parameters(self) -> list[str]:
        """What a parameter may be called."""
        return [path.replace(DOT, _THROUGH).replace("-", "_") for path in sorted(self.known)]

    def reference(self, parameter: str) -> str:
        """The reference that a parameter means; '' when it means none."""
        wanted = parameter.replace(_THROUGH, DOT).replace("_", "-")
        return wanted if resolve(wanted, self.around, self.known) else ""


NOWHERE = Place("", (), Names({}, ()))


@dataclass(slots=True)
class _Tree:
    """Functions by the tables to whose rows they belong."""

    by_id: Mapping[str, RowStep]
    names: dict[str, Names] = field(default_factory=dict)

    def around(self, step: RowStep) -> tuple[str, ...]:
        """The tables around a step, outermost first; one too many where they have no end."""
        tables: list[str] = []
        at = step.rows_of
        while at and len(tables) <= MOST_NESTED:
            tables.append(at)
            at = self.by_id[at].rows_of if at in self.by_id else ""
        return tuple(reversed(tables))


def places_of(steps: Sequence[RowStep], findings: Findings) -> dict[str, Place]:
    """The places of all functions by id; those that belong to no table that there is are noted and
    left out."""
    tree = _Tree({step.id: step for step in steps})
    kept = [step for step in steps if _stands(step, tree, findings)]
    around = {step.id: tree.around(step) for step in kept}
    known = {path_of((*around[step.id], step.id)) for step in kept}
    for step in kept:
        known |= {
            path_of((*around[step.id], step.id, slug(column.name))) for column in step.columns
        }
    names = _names("", (), kept, tree, None)
    return {
        step.id: Place(
            step.id, around[step.id], tree.names.get(step.rows_of, names), frozenset(known)
        )
        for step in kept
    }


def _names(
    table: str,
    columns: Sequence[Field],
    steps: Sequence[RowStep],
    tree: _Tree,
    outer: Names | None,
) -> Names:
    """The names beside each other in one table ('' for the procedure itself), with those below."""
    inside = [step for step in steps if step.rows_of == table]
    ids = {column.name: slug(column.name) for column in columns}
    ids |= {step.name: step.id for step in inside}
    names = tree.names[table] = Names({fold(n): id for n, id in ids.items()}, tuple(ids), outer)
    for step in inside:
        if step.columns:
            names.tables[step.id] = _names(step.id, step.columns, steps, tree, names)
    return names


def _stands(step: RowStep, tree: _Tree, findings: Findings) -> bool:
    """Whether the step belongs to the procedure itself, or to the rows of a table that there is."""
    if not step.rows_of:
        return True
    here = findings.at(step.line)
    table = tree.by_id.get(step.rows_of)
    if len(tree.around(step)) > MOST_NESTED:
        reason = f"{step.name} stands in more than {MOST_NESTED} tables inside each other."
        here.add("procedure.cycle", reason, "A table cannot stand in its own rows: mend rows_of=.")
    elif table is None:
        reason = f"There is no step named {step.rows_of!r} whose rows {step.name} could belong to."
        here.add("procedure.unknown_step", reason, "Name the function that gives the table.")
    elif not table.columns:
        reason = f"{step.name} is to be a step of the rows of {table.name}, which is no table."
        here.add("procedure.not_a_table", reason, 'Give that one type="table: Item, Amount".')
    elif step.id in {slug(column.name) for column in table.columns}:
        reason = f"{table.name} has a column {step.name!r} already."
        here.add("procedure.name_taken", reason, "Give the function another name.")
    else:
        return True
    return False

"""Steps as written, each with its settings, its id and the names that it can use; the steps of a
table's rows in a scope of their own. Notes names and ids that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.keys import Settings, check_colons, read_keys
from casework.procedures.markdown import Source, StepSource
from casework.procedures.names import RESERVED_IDS, fold
from casework.procedures.references import Names
from casework.types.nesting import ARROW, path_of
from casework.types.values import Field

NO_NAMES = Names({}, ())


@dataclass(frozen=True, slots=True)
class Written:
    """A step as written, with its settings, its id, and the first name that gave it. `tables` are
    the ids of the tables around it, `names` what it can refer to, `nested` the steps below it."""

    source: StepSource
    settings: Settings
    id: str
    first_name: str
    body: str
    body_line: int
    tables: tuple[str, ...] = ()
    names: Names = NO_NAMES
    nested: tuple[Written, ...] = ()

    @property
    def path(self) -> str:
        """Its id behind those of the tables around it."""
        return path_of((*self.tables, self.id))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where steps stand: in the procedure itself, or below a table with these columns. `around`
    are the names of the steps further out, by id."""

    tables: tuple[str, ...] = ()
    shown: str = ""
    columns: tuple[Field, ...] = ()
    outer: Names | None = None
    around: Mapping[str, str] = field(default_factory=dict)


def written_steps(source: Source, findings: Findings) -> tuple[tuple[Written, ...], Names]:
    """The steps whose names can be used, and these names."""
    return _scope(source, source.steps, Scope(), findings)


def column_names(columns: Sequence[Field]) -> dict[str, str]:
    """The ids of the columns of a table by their names."""
    return {column.name: slug(column.name) for column in columns}


def _scope(
    source: Source, steps: Sequence[StepSource], scope: Scope, findings: Findings
) -> tuple[tuple[Written, ...], Names]:
    kept = _named([_written(source, step, findings) for step in steps], scope, findings)
    ids = {
        **column_names(scope.columns),
        **{written.source.name: written.id for written in kept},
    }
    names = Names({fold(name): id for name, id in ids.items()}, tuple(ids), scope.outer)
    around = {**scope.around, **{id: name for name, id in ids.items()}}
    found = []
    for written in kept:
        type = written.settings.type
        nested: tuple[Written, ...] = ()
        if type is not None and type.name == "table":
            shown = f"{scope.shown}{written.source.name}{ARROW}"
            inner = Scope((*scope.tables, written.id), shown, type.fields, names, around)
            nested, names.tables[written.id] = _scope(
                source, written.source.nested, inner, findings
            )
        found.append(replace(written, tables=scope.tables, names=names, nested=nested))
    return tuple(found), names


def _written(source: Source, step: StepSource, findings: Findings) -> Written:
    settings = read_keys(step, findings)
    first_name = settings.id or step.name
    if settings.id and settings.id == slug(settings.id):
        first_name = settings.id.replace("-", " ")
    body = source.lines_of(step.body, step.end)
    check_colons(source, step, findings)
    return Written(step, settings, slug(first_name), first_name, body, step.body + 1)


def _named(written: Sequence[Written], scope: Scope, findings: Findings) -> list[Written]:
    """The steps whose names can be used."""
    columns = column_names(scope.columns)
    for column, id in columns.items() if written else ():
        if id in RESERVED_IDS:
            reason = (
                f"The column {column!r} cannot stand beside steps: {id!r} has a meaning already."
            )
            findings.at(written[0].source.heading + 1).add(
                "procedure.id_reserved", reason, "Give the column another name."
            )
    taken = {fold(column) for column in columns}
    kept: list[Written] = []
    by_name: dict[str, Written] = {}
    by_id: dict[str, Written] = {}
    for step in written:
        name = step.source.name
        here = findings.at(step.source.heading + 1)
        if not name:
            fix = "Write what the step gives: ## Total due."
            here.add("procedure.name_empty", "This heading has no name.", fix)
        elif any(letter in name for letter in "{}`"):
            fix = "Take braces and backticks out of the heading."
            here.add("procedure.bad_name", f"{name!r} cannot be named in braces.", fix)
        elif fold(name) in by_name:
            line = by_name[fold(name)].source.heading + 1
            fix = "Give one of them another name."
            here.add("procedure.name_taken", f"{name!r} is the name of line {line} too.", fix)
        elif fold(name) in taken or step.id in columns.values():
            fix = "Give one of them another name, or leave the step out."
            reason = f"{scope.shown.removesuffix(ARROW)} has a column {name!r} already."
            here.add("procedure.name_taken", reason, fix)
        elif _id_is_free(step, by_id, scope, findings):
            kept.append(step)
            by_name[fold(name)] = by_id[step.id] = step
    return kept


def _id_is_free(
    step: Written, by_id: Mapping[str, Written], scope: Scope, findings: Findings
) -> bool:
    here = findings.at(step.settings.lines.get("id", step.source.heading + 1))
    name = step.source.name
    further_out = scope.around.get(step.id, name)
    if step.id in RESERVED_IDS and "id" not in step.settings.broken:
        fix = f"Add a line under the heading: - id: {step.id}-step."
        here.add("procedure.id_reserved", f"The id {step.id!r} has a meaning already.", fix)
    elif step.id in by_id:
        other = by_id[step.id].source
        reason = f"{name!r} has the id {step.id!r}, and so has {other.name!r} in line "
        here.add(
            "procedure.id_taken",
            f"{reason}{other.heading + 1}.",
            f"Add a line under one of them: - id: {step.id}-2.",
        )
    elif fold(further_out) != fold(name):
        here.add(
            "procedure.id_taken",
            f"{name!r} has the id {step.id!r}, and so has {further_out!r} outside the table.",
            f"Add a line under the heading: - id: {step.id}-2.",
        )
    else:
        return True
    return False

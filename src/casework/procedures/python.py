"""The same procedure in Python: a function is a step, its parameters are what it reads.

The name of a function gives the id, its docstring the instruction, its return annotation the
type. A body of `...` is a step that is extracted or reasoned; any other body runs as python.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, overload

from casework.base.errors import ProcedureError, UsageError
from casework.base.ids import slug
from casework.procedures.check import examine
from casework.procedures.draft import Draft, Marks
from casework.procedures.findings import Findings
from casework.procedures.keys import Settings, read_keys
from casework.procedures.markdown import Key, StepSource, lone_code_spans
from casework.procedures.names import RESERVED_IDS, fold, nearest
from casework.procedures.python_file import Trusted, open_module
from casework.procedures.python_rows import NOWHERE, Place, RowStep, places_of
from casework.procedures.python_source import Function, first_line, is_empty, source_of
from casework.procedures.python_types import type_of_annotation
from casework.procedures.references import Names, compile_text
from casework.procedures.rows import given_columns, split_of, tables_read, with_rows_read
from casework.procedures.rules import read_rule
from casework.types.procedure import By, Procedure, Rule, Step
from casework.types.values import Field, ValueType

F = TypeVar("F", bound=Callable[..., object])

_MARK = "__casework_step__"


@dataclass(frozen=True, slots=True)
class PythonProcedure(Procedure):
    """A procedure with the functions that fill its python steps, by id."""

    functions: Mapping[str, Function] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Marked:
    """What a decorator says: the name shown, and keys as they are written in Markdown."""

    name: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    rows_of: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """A function with its settings and its id; `rows_of` is the id of the table to whose rows it
    belongs, `place` what it can name from there."""

    function: Function
    name: str
    id: str
    settings: Settings
    line: int
    empty: bool
    rows_of: str = ""
    place: Place = NOWHERE


@overload
def step(function: F) -> F: ...


@overload
def step(
    function: None = None, *, name: str = "", rows_of: str | Function = "", **keys: str
) -> Callable[[F], F]: ...


def step(
    function: F | None = None, *, name: str = "", rows_of: str | Function = "", **keys: str
) -> F | Callable[[F], F]:
    """Say more about a step: `@step(name="VAT", type="money: EUR", sources="receipt, mail")`.

    `name` is the name shown. `rows_of` names the function of a table: the step then belongs to
    each of its rows. Keys take what they take in Markdown; `from` is written `sources`.
    """
    written = {("from" if key == "sources" else key): value for key, value in keys.items()}
    table = rows_of if isinstance(rows_of, str) else rows_of.__name__

    def mark(marked: F) -> F:
        setattr(marked, _MARK, _Marked(name, written, slug(table) if table else ""))
        return marked

    return mark if function is None else mark(function)


def procedure_from_functions(
    name: str, functions: Iterable[Function], preamble: str = "", *, text: str = ""
) -> Procedure:
    """The procedure of these functions, in their order.

    Raises `ProcedureError` with all mistakes; their lines are those of the functions.
    """
    functions = tuple(functions)
    findings = Findings()
    told = _placed(
        _known([_told(function, findings) for function in functions], findings), findings
    )
    marks = Marks()
    steps = tuple(_step(one, told, marks, findings) for one in told if not one.rows_of)
    steps = tuple(with_rows_read(step, marks.read) for step in steps)
    if not steps and not findings.mistakes:
        findings.add("procedure.no_steps", "There is no step.", "Write a function for each.")
    opened, unsure = frozenset(marks.open), frozenset(marks.unsure)
    found = Draft(name, preamble, steps, text, findings, opened, unsure)
    examined = examine(found)
    if findings.mistakes:
        raise ProcedureError(findings.in_order(), name=name)
    bodies = {one.id: one.function for one in told if not one.empty}
    return PythonProcedure(
        name, preamble.strip(), examined.steps, examined.order, text, functions=bodies
    )


def load_python(path: Path, trusted: Trusted) -> Procedure:
    """The procedure of a Python file: every function whose name does not begin with `_` is a step.

    The first line of the module's docstring is the name, the rest speaks to every step. Raises
    `UsageError` while the file, as it is now, is not trusted; nothing of it is run then.
    """
    module, text = open_module(path, trusted)
    found = [
        thing
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
    ]
    title, _, preamble = (inspect.getdoc(module) or path.stem).partition("\n")
    functions = sorted(found, key=first_line)
    return procedure_from_functions(title.strip(), functions, preamble.strip(), text=text)


def functions_of(procedure: Procedure) -> Mapping[str, Function]:
    """The functions behind the python steps, by id; none for a procedure in Markdown."""
    return procedure.functions if isinstance(procedure, PythonProcedure) else {}


def _told(function: Function, findings: Findings) -> _Told:
    marked = getattr(function, _MARK, _Marked())
    line = first_line(function)
    keys = tuple(Key(key, value, (), line - 1, line) for key, value in marked.keys.items())
    words = function.__name__.replace("_", " ").strip()
    source = StepSource(marked.name or words.capitalize(), 2, line - 1, keys, line, line)
    settings = read_keys(source, findings)
    try:
        empty = is_empty(function)
    except UsageError as error:
        findings.at(line).add("procedure.no_source", error.message, error.fix)
        empty = True
    id = slug(function.__name__)
    return _Told(function, source.name, id, settings, line, empty, marked.rows_of)


def _placed(told: list[_Told], findings: Findings) -> list[_Told]:
    """Each with the names that it can use where it stands."""
    places = places_of(
        [
            RowStep(one.id, one.name, one.rows_of, one.line, _columns(one), one.function.__name__)
            for one in told
        ],
        findings,
    )
    return [replace(one, place=places[one.id]) for one in told if one.id in places]


def _columns(one: _Told) -> tuple[Field, ...]:
    """The columns of a function that gives a table; none for others."""
    type = one.settings.type or _annotated(one, Findings())
    return type.fields if type is not None and type.name == "table" else ()


def _known(told: list[_Told], findings: Findings) -> list[_Told]:
    """Those whose names can be used."""
    kept: dict[str, _Told] = {}
    names: set[tuple[str, str]] = set()
    for one in told:
        here = findings.at(one.line)
        function = one.function.__name__
        if one.settings.id:
            fix = "Take id= out, and give the function the name that makes this id."
            here.add("procedure.key_not_for", "The name of a function is the id.", fix)
        elif one.id.replace("-", "_") != function:
            fix = "Small letters a-z, digits and single _ between; the name shown goes in step()."
            here.add("procedure.bad_name", f"{function!r} cannot give the id of a step.", fix)
        elif one.id in RESERVED_IDS:
            fix = f"Take another, such as {one.id}_step."
            here.add("procedure.id_reserved", f"The id {one.id!r} has a meaning already.", fix)
        elif one.id in kept or (one.rows_of, fold(one.name)) in names:
            fix = "Give one of them another name."
            here.add("procedure.name_taken", f"There are two steps {one.name!r}.", fix)
        else:
            kept[one.id] = one
            names.add((one.rows_of, fold(one.name)))
    return list(kept.values())


def _step(one: _Told, told: list[_Told], marks: Marks, findings: Findings) -> Step:
    here = findings.at(one.line)
    settings, names = one.settings, one.place.names
    written = inspect.getdoc(one.function) or ""
    inputs = _inputs(one, here)
    by = _by(one, written, inputs, here)
    when = read_rule(settings.when, names, here) if settings.when else None
    rule, instruction, read = _content(by, written, names, here)
    type = settings.type or _returned(one, by, marks, here)
    if type is None or "type" in settings.broken:
        marks.unsure.add(one.place.path)
    type = type or ValueType()
    references = (*(when.references if when else ()), *inputs, *read)
    marks.read.update(tables_read(references, names, one.place.around))
    return Step(
        id=one.id,
        name=one.name,
        type=type,
        by=by,
        instruction=instruction,
        first_name=one.id.replace("-", " "),
        references=tuple(dict.fromkeys(references)),
        rule=rule,
        when=when,
        sources=settings.sources,
        model=settings.model,
        review=settings.review,
        owner=settings.owner,
        code=source_of(one.function) if by == "python" and not one.empty else "",
        line=one.line,
        split=split_of(settings, type, one.name, findings),
        nested=(
            *given_columns(type, one.line),
            *(_step(row, told, marks, findings) for row in told if row.rows_of == one.id),
        ),
    )


def _inputs(one: _Told, findings: Findings) -> tuple[str, ...]:
    ids: list[str] = []
    for parameter in inspect.signature(one.function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            fix = "Name each step that it reads as a parameter."
            reason = f"{one.name} takes any number of values."
            findings.add("procedure.bad_parameter", reason, fix)
        elif id := one.place.reference(parameter.name):
            ids.append(id)
        else:
            near = nearest(parameter.name, one.place.parameters)
            fix = f"Did you mean {near}?" if near else "Name a parameter as a function is named."
            reason = f"There is no step named {parameter.name!r}."
            findings.add("procedure.unknown_step", reason, fix)
    return tuple(ids)


def _by(one: _Told, written: str, inputs: tuple[str, ...], findings: Findings) -> By:
    by = one.settings.by
    if by == "python" and one.empty:
        fix = "Write what it does, or take by= out."
        findings.add("procedure.no_body", f"{one.name} is python and has no body.", fix)
    elif by not in (None, "python") and not one.empty:
        reason = f"{one.name} is filled by {by}, so its body would never run."
        findings.add("procedure.body_ignored", reason, "Make the body `...`, or take by= out.")
    if by:
        return by
    if not one.empty:
        return "python"
    if lone_code_spans(written):
        return "rule"
    return "model" if inputs else "document"


def _content(
    by: By, written: str, names: Names, findings: Findings
) -> tuple[Rule | None, str, tuple[str, ...]]:
    spans = lone_code_spans(written)
    if by == "rule" and len(spans) != 1:
        fix = "Write one in the docstring, in backticks on a line of its own."
        findings.add("procedure.no_rule", f"The docstring has {len(spans)} rules.", fix)
    elif by == "rule":
        rule = read_rule(spans[0].content, names, findings)
        remark = written[: spans[0].start] + written[spans[0].end :]
        return rule, remark.strip(), rule.references if rule else ()
    if by == "python":
        return None, written, ()
    if by == "model" and not written.strip():
        fix = "Write a docstring that says what is wanted."
        findings.add("procedure.no_instruction", "The step does not say what it asks.", fix)
    instruction, read = compile_text(written, names, findings)
    return None, instruction.strip(), read


def _returned(one: _Told, by: By, marks: Marks, findings: Findings) -> ValueType | None:
    before = len(findings.mistakes)
    type = _annotated(one, findings)
    if type is not None or len(findings.mistakes) > before:
        return type
    if by == "rule":
        marks.open.add(one.place.path)
    elif by == "python":
        fix = "Say what it returns: def total(…) -> Decimal."
        findings.add("procedure.type_needed", f"{one.name} does not say what it returns.", fix)
    return ValueType()


def _annotated(one: _Told, findings: Findings) -> ValueType | None:
    """The type of the return annotation; None when there is none or it has mistakes."""
    try:
        hints = typing.get_type_hints(one.function, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        reason = f"The return type of {one.name} cannot be read: {error}."
        findings.add("procedure.bad_type", reason, "Import or define what it names.")
        return None
    return type_of_annotation(hints["return"], findings) if "return" in hints else None

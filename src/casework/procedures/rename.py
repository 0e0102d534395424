"""Renames a step: its heading and every reference, and `- id:` so that it stays the same step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casework.base.errors import ConflictError, UsageError
from casework.base.ids import slug
from casework.procedures.edit import (
    beside,
    find_step,
    first_name_of,
    key_of,
    set_key_at,
    step_named,
    written_id,
)
from casework.procedures.findings import Findings
from casework.procedures.markdown import Line, Source, StepSource, parse, write
from casework.procedures.names import fold, id_text, spoken
from casework.procedures.references import Names, find_references
from casework.procedures.rules import references_in
from casework.procedures.value_type import read_type


def rename(text: str, old: str, new: str, *, before: str = "") -> str:
    """The text with the step `old` (a name or id) called `new` everywhere; only those lines change.

    `- id:` appears when the new heading no longer gives the id, and goes when it does again.
    `before` is the text in force: where the heading was changed by hand already, so that `old` is
    only there, the rest is made good. Raises `NotFoundError`, `UsageError` for a name that cannot
    be one, and `ConflictError` for a name that another step has.
    """
    new = " ".join(new.split())
    source = parse(text)
    if before and _changed_by_hand(source, parse(before), old, new):
        return _made_good(source, find_step(parse(before), old), new)
    _check_is_no_column(source, old)
    step = find_step(source, old)
    _check_name(source, step, new)
    if new == step.name:
        return text
    first_name = first_name_of(step)
    referring = parse(_with_references(source, step, new))
    named = _with_heading(referring, step, new)
    same = spoken(first_name) == spoken(new) and slug(new) == slug(first_name)
    if same:
        return set_key_at(named, step.heading, "id", "")
    if key_of(step, "id"):
        return named
    return set_key_at(named, step.heading, "id", id_text(first_name))


def _changed_by_hand(source: Source, before: Source, old: str, new: str) -> bool:
    was, now = step_named(before, old), step_named(source, new)
    if was is None or now is None or step_named(source, old) is not None:
        return False
    kept = {written_id(step) for step in beside(source, now)}
    return written_id(was) not in kept and step_named(before, new) is None


def _made_good(source: Source, was: StepSource, new: str) -> str:
    """The text with `- id:` under a heading that has its new name, and with its references."""
    step = find_step(source, new)
    named = _with_references(source, step, step.name, before=was.name)
    return set_key_at(named, step.heading, "id", id_text(first_name_of(was)))


def _check_is_no_column(source: Source, old: str) -> None:
    """A column of a table is renamed where it is declared, and is then another column."""
    if step_named(source, old) is not None:
        return
    for step in source.every:
        for column in _columns(step):
            if fold(old) in (fold(column), fold(f"{step.name}.{column}")):
                raise UsageError(
                    f"{column} is a column of the table {step.name}, and no step of its own.",
                    fix=f"Change it in the line - type: of {step.name}; the table is then read "
                    "anew, and the column under its new name begins empty.",
                )


def _check_name(source: Source, step: StepSource, new: str) -> None:
    if not new or any(letter in new for letter in "{}`") or new.strip("#") == "":
        raise UsageError(
            f"{new!r} cannot be the name of a step.",
            fix="Use words, without braces and backticks.",
        )
    taken = [other for other in beside(source, step) if other is not step]
    for other in taken:
        if fold(other.name) == fold(new):
            raise ConflictError(
                f"There is a step {other.name!r} already, in line {other.heading + 1}.",
                fix="Take another name.",
            )
    table = next((one for one in source.every if step in one.nested), None)
    if table is not None and fold(new) in map(fold, _columns(table)):
        raise ConflictError(f"{table.name} has a column {new!r} already.", fix="Take another name.")
    if parse(f"## {new}").steps == () or parse(f"## {new}").steps[0].name != new:
        raise UsageError(f"{new!r} is no heading.", fix="Take the # at its end away.")
    own = key_of(step, "id") is not None
    if not own and any(written_id(other) == written_id(step) for other in taken):
        raise ConflictError(
            f"The id {written_id(step)!r} belongs to two steps.",
            fix="Run casework procedure check first.",
        )


def _with_heading(source: Source, step: StepSource, new: str) -> str:
    line = source.lines[step.heading]
    before, _, after = line.text.rpartition(step.name)
    changed = Line(before + new + after, line.ending)
    lines = (*source.lines[: step.heading], changed, *source.lines[step.heading + 1 :])
    return "".join(one.text + one.ending for one in lines)


def _with_references(source: Source, renamed: StepSource, new: str, *, before: str = "") -> str:
    """The text with the renamed step called `new` wherever a reference names it or goes through it.

    `before` is the name under which it is referred to, where that is no longer its heading. A
    reference that runs over a line end gets it behind itself, so that lines keep their numbers.
    """
    places: list[tuple[int, int, str]] = []
    starts = _starts(source)
    text = write(source)
    for step, names in _scopes(source.steps, None, {renamed.heading: before}):
        for key in step.keys:
            if key.name == "when":
                first, end = starts[key.first], starts[key.end]
                for a, b, name in references_in(text[first:end]):
                    places.append((first + a, first + b, _renamed(names, name, renamed, new)))
        first, end = starts[step.body], starts[step.end]
        for found in find_references(text[first:end]):
            told = _renamed(names, found.name, renamed, new)
            places.append((first + found.start, first + found.end, told))
    for start, end, told in sorted(places, reverse=True):
        if not told:
            continue
        breaks = "".join(letter for letter in text[start:end] if letter in "\r\n")
        behind = "" if text[end : end + 1] in ("\r", "\n") else breaks
        text = f"{text[:start]}{{{told}}}{behind}{text[end:].lstrip(' ') if behind else text[end:]}"
    return text


def _renamed(names: Names, name: str, renamed: StepSource, new: str) -> str:
    """A reference with the renamed step called `new` in it; '' when it does not name it."""
    hops = names.hops(name)
    mark = _mark(renamed)
    if all(hop.id != mark for hop in hops):
        return ""
    return ".".join(new if hop.id == mark else hop.name for hop in hops)


def _scopes(
    steps: Sequence[StepSource],
    outer: Names | None,
    also: Mapping[int, str],
    columns: Sequence[str] = (),
) -> Iterator[tuple[StepSource, Names]]:
    """Every step with the names that it can use, read off the headings alone, so that a text with
    mistakes can be mended too. `also` are further names of steps by the lines of their headings."""
    ids = {fold(column): column for column in columns}
    for step in reversed(steps):
        for name in (step.name, also.get(step.heading, "")):
            if name:
                ids[fold(name)] = _mark(step)
    names = Names(ids, tuple(step.name for step in steps), outer)
    inside: list[tuple[StepSource, Names]] = []
    for step in steps:
        own = _columns(step)
        found = list(_scopes(step.nested, names, also, own))
        alone = Names({fold(column): column for column in own}, ())
        if own:
            names.tables[_mark(step)] = found[0][1] if found else alone
        inside += found
    yield from ((step, names) for step in steps)
    yield from inside


def _mark(step: StepSource) -> str:
    return f"line {step.heading}"


def _columns(step: StepSource) -> tuple[str, ...]:
    """The names of the columns of a table; none for other steps."""
    key = key_of(step, "type")
    type = read_type(key.value, Findings(), items=key.items) if key else None
    return tuple(one.name for one in type.fields) if type and type.name == "table" else ()


def _starts(source: Source) -> list[int]:
    """The offset of each line, and the length of the text."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line.text) + len(line.ending))
    return starts

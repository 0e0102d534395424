"""Edits a procedure's text: sets a key or an instruction, and touches no other line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from casework.base.errors import NotFoundError, UsageError
from casework.base.ids import slug
from casework.procedures.markdown import KEYS, Key, Line, Source, StepSource, parse, write
from casework.procedures.names import fold, listed, nearest

_HOP = re.compile(r"\.|›")
"""What stands between a table and a step of its rows, where a step is named."""


def set_key(text: str, step: str, key: str, value: str) -> str:
    """The text with `- key: value` on this step (by name or id); an empty value takes it out.

    Does not judge the value: check the text afterwards. Raises `UsageError`, `NotFoundError`.
    """
    value = value.strip()
    if key not in KEYS:
        near = nearest(key, KEYS)
        fix = f"Did you mean {near}?" if near else f"The keys are {listed(KEYS, 'and')}."
        raise UsageError(f"There is no key {key!r}.", fix=fix)
    if len(value.splitlines()) > 1:
        raise UsageError(f"The value of {key} has several lines.", fix="Write it on one.")
    source = parse(text)
    return _verified(text, _with_key(source, find_step(source, step), key, value), step)


def set_key_at(text: str, heading: int, key: str, value: str) -> str:
    """The same on the step whose heading stands in this line (from 0)."""
    source = parse(text)
    step = step_at(source, heading)
    return _verified(text, _with_key(source, step, key, value.strip()), step.name)


def set_instruction(text: str, step: str, instruction: str) -> str:
    """The text with another instruction on this step (by name or id).

    Raises `UsageError` when the new instruction would be read as something else, such as a
    heading that makes a step of its own.
    """
    source = parse(text)
    found = find_step(source, step)
    first, end = _instruction_lines(source, found)
    wanted = instruction.strip("\r\n")
    if not wanted.strip():
        return _verified(text, splice(source, first, end, []), step)
    new = _lines(wanted, ending_of(source))
    if first == end and end < len(source.lines) and source.lines[end].text.strip():
        new.append(Line("", ending_of(source)))
    edited = splice(source, first, end, new)
    _verified(text, edited, step)
    after = find_step(parse(edited), step)
    read = parse(edited).lines_of(after.body, after.end).strip()
    if read != "\n".join(line.text for line in new).strip() or len(after.keys) != len(found.keys):
        raise UsageError(
            f"The instruction of {found.name} would be read as keys.",
            fix="Begin with a sentence, and put the list below it.",
        )
    return edited


def instruction_of(text: str, step: str) -> str:
    """The instruction of a step (by name or id) as it is written, without blank lines around it."""
    source = parse(text)
    return source.lines_of(*_instruction_lines(source, find_step(source, step)))


def find_step(source: Source, wanted: str) -> StepSource:
    """The step with this name or id; raises `NotFoundError` with the nearest name. A step of rows
    is named behind its table (`Lines.Price agreed`), or alone where no other has its name."""
    found = step_named(source, wanted)
    if found is not None:
        return found
    names = [step.name for step in source.every if step.name]
    near = nearest(wanted, names)
    fix = f"Did you mean {near!r}?" if near else f"The steps are {listed(names, 'and')}."
    raise NotFoundError(f"There is no step {wanted!r}.", fix=fix, code="step.not_found")


def step_named(source: Source, wanted: str) -> StepSource | None:
    """The step with this name, else with this id; None when there is none, or several inside
    tables and none outside."""
    if found := _among(source.steps, wanted):
        return found
    *tables, last = [part.strip() for part in _HOP.split(wanted)]
    steps: tuple[StepSource, ...] = source.steps
    for table in tables:
        around = _among(steps, table)
        steps = around.nested if around else ()
    if tables:
        return _among(steps, last)
    same = [step for step in source.every if step.name and _is_called(step, wanted)]
    return same[0] if len(same) == 1 else None


def step_at(source: Source, heading: int) -> StepSource:
    """The step whose heading stands in this line (from 0)."""
    return next(step for step in source.every if step.heading == heading)


def beside(source: Source, step: StepSource) -> tuple[StepSource, ...]:
    """The steps among which a step stands: those of the same table, or those of the case."""
    tables = (one.nested for one in source.every if step in one.nested)
    return next(tables, source.steps)


def _among(steps: Sequence[StepSource], wanted: str) -> StepSource | None:
    """The step beside each other with this name, else with this id."""
    named = [step for step in steps if step.name]
    by_name = (step for step in named if fold(step.name) == fold(wanted))
    by_id = (step for step in named if written_id(step) == wanted)
    return next(by_name, None) or next(by_id, None)


def _is_called(step: StepSource, wanted: str) -> bool:
    return fold(step.name) == fold(wanted) or written_id(step) == wanted


def key_of(step: StepSource, name: str) -> Key | None:
    """The first key of this name."""
    return next((key for key in step.keys if key.name == name), None)


def written_id(step: StepSource) -> str:
    """The id of a step as its heading and `- id:` give it."""
    key = key_of(step, "id")
    return slug(key.value if key and key.value else step.name)


def first_name_of(step: StepSource) -> str:
    """The first name of a step: what `- id:` says, else its heading."""
    key = key_of(step, "id")
    return key.value if key and key.value else step.name


def splice(source: Source, first: int, end: int, new: list[Line]) -> str:
    """The text with lines `first` to `end` replaced. Every other line keeps its bytes, but for
    the ending of a last line that is no longer the last, or has become it, and for a lone `\\r`
    that would become one with the `\\n` of an empty line now behind it."""
    lines = [*source.lines[:first], *new, *source.lines[end:]]
    if new and first > 0 and not source.lines[first - 1].ending:
        lines[first - 1] = lines[first - 1]._replace(ending=ending_of(source))
    if lines and source.lines and end == len(source.lines):
        lines[-1] = lines[-1]._replace(ending=source.lines[-1].ending)
    for at in (first - 1, first + len(new) - 1):
        pair = lines[at : at + 2] if at >= 0 else []
        if len(pair) == 2 and pair[0].ending == "\r" and pair[1] == Line("", "\n"):
            lines[at] = pair[0]._replace(ending="\n")
    return "".join(line.text + line.ending for line in lines)


def ending_of(source: Source) -> str:
    """The line ending that a new line gets: the first one in the text. A lone `\\r` only where
    there is no other, because a `\\n` behind it would make the two one."""
    found = [line.ending for line in source.lines if line.ending]
    return next((ending for ending in found if ending != "\r"), found[0] if found else "\n")


def _with_key(source: Source, step: StepSource, name: str, value: str) -> str:
    found = key_of(step, name)
    if found is not None and not value:
        shorter = parse(splice(source, found.first, found.end, []))
        return _with_key(shorter, step_at(shorter, step.heading), name, value)
    if not value:
        return write(source)
    if found is not None:
        line = source.lines[found.first]
        head, _, _ = line.text.partition(":")
        new = Line(f"{head}: {value}", line.ending or ending_of(source))
        return splice(source, found.first, found.end, [new])
    at = step.keys[-1].end if step.keys else step.heading + 1
    if name == "id" and step.keys:
        at = step.keys[0].first
    marker = source.lines[step.keys[0].first].text.lstrip()[0] if step.keys else "-"
    new = Line(f"{marker} {name}: {value}", ending_of(source))
    edited = splice(source, at, at, [new])
    if len(step_at(parse(edited), step.heading).keys) == len(step.keys) + 1 and not _runs_on(
        source, at, step.end
    ):
        return edited
    return splice(source, at, at, [new, Line("", ending_of(source))])


def _runs_on(source: Source, at: int, end: int) -> bool:
    """Whether the line at this place would be read as part of a key above it."""
    return at < end and source.lines[at].text.startswith(("  ", "\t"))


def _instruction_lines(source: Source, step: StepSource) -> tuple[int, int]:
    """The lines of the instruction without the blank ones around it."""
    first, end = step.body, step.end
    while first < end and not source.lines[first].text.strip():
        first += 1
    if first == end:
        return step.body, step.body
    while not source.lines[end - 1].text.strip():
        end -= 1
    return first, end


def _lines(text: str, ending: str) -> list[Line]:
    return [
        Line(line, ending) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]


def _verified(before: str, after: str, step: str) -> str:
    """The edited text, if it still has the same steps and keys elsewhere."""
    old, new = parse(before), parse(after)
    if [s.name for s in old.every] != [s.name for s in new.every] or (
        old.open_fence < 0 <= new.open_fence
    ):
        raise UsageError(
            f"With this, {step} would no longer be one step.",
            fix="Headings of the level of the steps and open code fences cannot be part of it.",
        )
    return after

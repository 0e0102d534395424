"""Edits which steps a procedure's text has, and in which order: adds, moves and takes out whole
steps, and touches no line of the others."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.errors import UsageError
from casework.procedures.edit import beside, ending_of, find_step, splice
from casework.procedures.markdown import Line, Source, StepSource, parse

_USUAL_LEVEL = 2


def add_step(text: str, name: str, *, after: str = "") -> str:
    """The text with a new step of this name behind the step `after` (by name or id), or behind all
    others. Raises `UsageError` for a name that cannot be a heading."""
    source = parse(text)
    name = " ".join(name.split())
    if not name or parse(f"## {name}").steps[0].name != name or any(c in name for c in "{}`"):
        raise UsageError(
            f"{name!r} cannot be the name of a step.",
            fix="Use words, without braces and backticks.",
        )
    before = find_step(source, after) if after else None
    if before is None and source.steps:
        before = source.steps[-1]
    level = before.level if before else _USUAL_LEVEL
    at = before.last if before else len(source.lines)
    heading = Line(f"{'#' * level} {name}", ending_of(source))
    edited = _inserted(source, at, [heading])
    known = [step.name for step in source.every]
    if sorted(step.name for step in parse(edited).every) != sorted([*known, name]):
        raise UsageError(
            f"{name!r} would not be read as one step.", fix="Close open code fences first."
        )
    return edited


def remove_step(text: str, step: str) -> str:
    """The text without this step, and without the steps of its rows."""
    source = parse(text)
    found = find_step(source, step)
    return splice(source, found.heading, found.last, [])


def move_step(text: str, step: str, *, after: str = "") -> str:
    """The text with this step behind another one beside it, or before all of them."""
    source = parse(text)
    found = find_step(source, step)
    among = beside(source, found)
    target = find_step(source, after) if after else None
    if target is found or (target is None and among[0] is found):
        return text
    if target is not None and target not in among:
        raise UsageError(
            f"{target.name} and {found.name} do not stand beside each other.",
            fix="A step of rows stays below its table.",
        )
    block = _without_blank_end(source.lines[found.heading : found.last])
    at = target.last if target else among[0].heading
    if at > found.heading:  # what comes later is moved into first, so that lines keep their places
        longer = parse(_inserted(source, at, block))
        return splice(longer, found.heading, found.last, [])
    longer = parse(_inserted(source, at, block))
    added = len(longer.lines) - len(source.lines)
    return splice(longer, found.heading + added, found.last + added, [])


def lines_of(text: str) -> dict[int, StepSource]:
    """The steps as written, by the line of their heading (from 1)."""
    return {step.heading + 1: step for step in parse(text).every}


def _inserted(source: Source, at: int, block: Sequence[Line]) -> str:
    """The text with lines put in before line `at`, and blank ones around them where none are."""
    ending = ending_of(source)
    new = [Line(line.text, line.ending or ending) for line in block]
    if at > 0 and source.lines[at - 1].text.strip():
        new.insert(0, Line("", ending))
    if at < len(source.lines):
        new.append(Line("", ending))
    if not source.lines:
        return "".join(line.text + line.ending for line in new)
    edited = splice(source, at, at, new)
    return edited if edited.endswith(("\n", "\r")) or at < len(source.lines) else edited + ending


def _without_blank_end(lines: Sequence[Line]) -> list[Line]:
    kept = list(lines)
    while len(kept) > 1 and not kept[-1].text.strip():
        kept.pop()
    return kept

"""Renames a step: its heading and every reference, and `- id:` so that it stays the same step."""

from __future__ import annotations

from casework.base.errors import ConflictError, UsageError
from casework.base.ids import slug
from casework.procedures.edit import (
    find_step,
    first_name_of,
    key_of,
    set_key,
    step_named,
    written_id,
)
from casework.procedures.markdown import Line, Source, StepSource, parse, write
from casework.procedures.names import fold, id_text, spoken
from casework.procedures.references import find_references
from casework.procedures.rules import references_in


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
    step = find_step(source, old)
    _check_name(source, step, new)
    if new == step.name:
        return text
    first_name = first_name_of(step)
    named = _with_heading(_with_references(source, step.name, new), step, new)
    same = spoken(first_name) == spoken(new) and slug(new) == slug(first_name)
    if same:
        return set_key(named, new, "id", "")
    return named if key_of(step, "id") else set_key(named, new, "id", id_text(first_name))


def _changed_by_hand(source: Source, before: Source, old: str, new: str) -> bool:
    was, now = step_named(before, old), step_named(source, new)
    if was is None or now is None or step_named(source, old) is not None:
        return False
    kept = {written_id(step) for step in source.steps}
    return written_id(was) not in kept and step_named(before, new) is None


def _made_good(source: Source, was: StepSource, new: str) -> str:
    """The text with `- id:` under a heading that has its new name, and with its references."""
    named = _with_references(source, was.name, find_step(source, new).name)
    return set_key(named, new, "id", id_text(first_name_of(was)))


def _check_name(source: Source, step: StepSource, new: str) -> None:
    if not new or any(letter in new for letter in "{}`") or new.strip("#") == "":
        raise UsageError(
            f"{new!r} cannot be the name of a step.",
            fix="Use words, without braces and backticks.",
        )
    for other in source.steps:
        if other is not step and fold(other.name) == fold(new):
            raise ConflictError(
                f"There is a step {other.name!r} already, in line {other.heading + 1}.",
                fix="Take another name.",
            )
    if parse(f"## {new}").steps == () or parse(f"## {new}").steps[0].name != new:
        raise UsageError(f"{new!r} is no heading.", fix="Take the # at its end away.")
    taken = [other for other in source.steps if other is not step]
    own = key_of(step, "id") is not None
    if not own and any(written_id(other) == written_id(step) for other in taken):
        raise ConflictError(
            f"The id {written_id(step)!r} belongs to two steps.",
            fix="Run casework procedure check first.",
        )


def _with_heading(text: str, step: StepSource, new: str) -> str:
    source = parse(text)
    line = source.lines[step.heading]
    before, _, after = line.text.rpartition(step.name)
    changed = Line(before + new + after, line.ending)
    lines = (*source.lines[: step.heading], changed, *source.lines[step.heading + 1 :])
    return "".join(one.text + one.ending for one in lines)


def _with_references(source: Source, old: str, new: str) -> str:
    """The text with `{old}` as `{new}`, wherever it is a reference.

    A reference that runs over a line end gets it behind itself, so that lines keep their numbers.
    """
    places: list[tuple[int, int]] = []
    starts = _starts(source)
    text = write(source)
    for step in source.steps:
        for key in step.keys:
            if key.name == "when":
                first, end = starts[key.first], starts[key.end]
                found = references_in(text[first:end])
                places += [
                    (first + a, first + b) for a, b, name in found if fold(name) == fold(old)
                ]
        first, end = starts[step.body], starts[step.end]
        for reference in find_references(text[first:end]):
            if fold(reference.name) == fold(old):
                places.append((first + reference.start, first + reference.end))
    for start, end in sorted(places, reverse=True):
        breaks = "".join(letter for letter in text[start:end] if letter in "\r\n")
        behind = "" if text[end : end + 1] in ("\r", "\n") else breaks
        text = f"{text[:start]}{{{new}}}{behind}{text[end:].lstrip(' ') if behind else text[end:]}"
    return text


def _starts(source: Source) -> list[int]:
    """The offset of each line, and the length of the text."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line.text) + len(line.ending))
    return starts

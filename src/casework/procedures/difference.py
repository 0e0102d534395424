"""What changed between two versions of a procedure, in words; and what looks like a rename."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from casework.procedures.meaning import READS_INSTRUCTION, READS_PREAMBLE
from casework.procedures.value_type import type_text
from casework.types.nesting import Placed, placed_steps
from casework.types.procedure import GIVEN, Procedure, Step

ChangeKind = Literal["added", "removed", "renamed", "changed", "moved"]

_LIKELY = 0.5
_SHOWN = {
    "when": "the condition",
    "by": "what fills it",
    "from": "the kind of documents it reads",
    "second": "the second reader",
    "third": "the third reader",
    "readers": "the order of readers",
    "batch": "whether it may wait",
    "split": "the column that says which pages belong to a row",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `step_id` is '' for the preamble and for the order; `aspect` is what changed of
    a step that stays. `reruns` is False for what changes no result (a name, who reviews)."""

    kind: ChangeKind
    step_id: str
    aspect: str
    words: str
    reruns: bool = True


@dataclass(frozen=True, slots=True)
class PossibleRename:
    """A step that is gone and one that is new, and perhaps the same."""

    old_name: str
    new_name: str
    words: str


def compare(old: Procedure, new: Procedure) -> tuple[Change, ...]:
    """What is different in `new`, the preamble first, then step by step as written there."""
    changes: list[Change] = []
    if _squeezed(old.preamble) != _squeezed(new.preamble):
        changes.append(_preamble(new))
    was, now = _by_path(old), _by_path(new)
    for path, placed in now.items():
        before = was.get(path)
        if before is None:
            step = placed.step
            words = f"{placed.title} is new: {type_text(step.type)}, filled by {step.by}."
            changes.append(Change("added", path, "", words))
        else:
            changes += _of_step(before.step, placed)
    for path, placed in was.items():
        if path not in now:
            words = f"{placed.title} is gone; its cells are kept and no longer shown."
            changes.append(Change("removed", path, "", words, reruns=False))
    if _moved(was, now):
        changes.append(Change("moved", "", "order", "The steps stand in another order.", False))
    return tuple(changes)


def ambiguous_renames(old: Procedure, new: Procedure) -> tuple[PossibleRename, ...]:
    """Headings that are gone beside headings that appeared without `- id:`, as likely pairs.

    Nothing is decided here: it is for a person to say.
    """
    was, now = _by_path(old), _by_path(new)
    gone = [placed for path, placed in was.items() if path not in now]
    fresh = [placed for path, placed in now.items() if path not in was]
    only_pair = len(gone) == len(fresh) == 1
    scored = sorted(
        (
            (_likeness(one.step, other.step), -i, -j)
            for i, one in enumerate(gone)
            for j, other in enumerate(fresh)
            if one.around == other.around
        ),
        reverse=True,
    )
    found: dict[int, int] = {}
    for score, i, j in scored:
        if (score >= _LIKELY or only_pair) and -i not in found and -j not in found.values():
            found[-i] = -j
    return tuple(_possible(gone[i], fresh[j]) for i, j in sorted(found.items()))


def _by_path(procedure: Procedure) -> dict[str, Placed]:
    """All steps that people write, by path: what the columns of a table are, its type tells."""
    placed = placed_steps(procedure.steps)
    return {one.path: one for one in placed if one.step.by != GIVEN}


def _possible(old: Placed, new: Placed) -> PossibleRename:
    named = ".".join([*(table.name for table in new.tables), old.step.name])
    command = f'casework procedure rename "{named}" "{new.step.name}"'
    words = (
        f"{old.title} is gone, {new.title} is new: same step? If so: {command}. "
        "If not, the new one starts empty."
    )
    return PossibleRename(old.step.name, new.step.name, words)


def _likeness(old: Step, new: Step) -> float:
    """0 to 1: how much the two say the same; the instruction tells more than the name."""
    name = difflib.SequenceMatcher(None, old.name.casefold(), new.name.casefold()).ratio()
    one, other = (_rule(step) or _squeezed(step.instruction) for step in (old, new))
    if not one and not other:
        return name if old.type == new.type else name / 2
    body = difflib.SequenceMatcher(None, one, other).ratio()
    return max(name, body) if old.type == new.type else (name + body) / 2


def _of_step(old: Step, placed: Placed) -> list[Change]:
    changes: list[Change] = []
    new, path = placed.step, placed.path
    if old.name != new.name:
        words = f"{old.name} is now called {new.name}."
        changes.append(Change("renamed", path, "name", words, reruns=False))
    for aspect, before, after, reruns in _aspects(old, new):
        if before != after:
            if aspect in _AS_WRITTEN:
                before, after = (_AS_WRITTEN[aspect](step) for step in (old, new))
            words = f"{placed.title}: {_turned(aspect, before, after)}."
            changes.append(Change("changed", path, aspect, words, reruns))
    return changes


def _aspects(old: Step, new: Step) -> list[tuple[str, str, str, bool]]:
    """Aspect, before, after, and whether a change of it changes results."""
    pairs = [(told(old), told(new)) for told in (_type, _rule, _condition)]
    reads = new.by in READS_INSTRUCTION
    return [
        ("type", *pairs[0], True),
        ("by", old.by, new.by, True),
        ("instruction", _squeezed(old.instruction), _squeezed(new.instruction), reads),
        ("rule", *pairs[1], True),
        ("when", *pairs[2], True),
        ("from", ", ".join(old.sources), ", ".join(new.sources), True),
        ("model", old.model, new.model, True),
        ("second", old.second, new.second, True),
        ("third", old.third, new.third, True),
        ("readers", ", ".join(old.readers), ", ".join(new.readers), True),
        ("template", _yes(old.template), _yes(new.template), True),
        ("batch", _yes(old.batch), _yes(new.batch), False),
        ("code", old.code, new.code, True),
        ("split", old.split, new.split, True),
        ("review", old.review, new.review, False),
        ("owner", old.owner, new.owner, False),
    ]


_AS_WRITTEN: Mapping[str, Callable[[Step], str]] = {
    "rule": lambda step: step.rule.source if step.rule else "",
    "when": lambda step: step.when.source if step.when else "",
}
"""Compared by ids, so that a rename is no change, and shown with the names that people write."""


def _turned(aspect: str, before: str, after: str) -> str:
    if aspect in ("instruction", "code"):
        return f"the {aspect} changed" if before and after else f"the {aspect} is {_new(after)}"
    shown = _SHOWN.get(aspect, f"the {aspect}")
    if aspect in ("rule", "when"):
        before, after = (f"`{text}`" if text else "" for text in (before, after))
    if not before or not after:
        return f"{shown} is {_new(after)}" + (f": {after}" if after else f": {before}")
    return f"{shown} was {before} and is {after}"


def _new(after: str) -> str:
    return "new" if after else "gone"


def _preamble(new: Procedure) -> Change:
    steps = [placed.step for placed in _by_path(new).values()]
    count = sum(step.by in READS_PREAMBLE for step in steps)
    words = f"The text above the steps changed; it speaks to {count} of {len(steps)} steps."
    return Change("changed", "", "preamble", words, reruns=count > 0)


def _yes(told: bool) -> str:
    return "yes" if told else ""


def _moved(old: Mapping[str, Placed], new: Mapping[str, Placed]) -> bool:
    return [path for path in old if path in new] != [path for path in new if path in old]


def _type(step: Step) -> str:
    return type_text(step.type) + (", many" if step.type.many else "")


def _rule(step: Step) -> str:
    return step.rule.text if step.rule else ""


def _condition(step: Step) -> str:
    return step.when.text if step.when else ""


def _squeezed(text: str) -> str:
    return " ".join(text.split())

"""A step as somebody writes it, put into the text of its procedure; and what the words alone tell
of it. Touches no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.errors import CaseworkError, Mistake
from casework.base.ids import slug
from casework.procedures.arrange import add_step
from casework.procedures.check import check, examine
from casework.procedures.compile import compile_procedure
from casework.procedures.draft import draft
from casework.procedures.edit import find_step, instruction_of, set_instruction, set_key
from casework.procedures.markdown import Key, StepSource, parse
from casework.procedures.rename import rename
from casework.procedures.value_type import type_text
from casework.sdk.drafting.views import KEYS, DraftLook, StepEdit
from casework.sdk.following import rule_mistakes
from casework.types.nesting import Placed, placed_steps
from casework.types.procedure import GIVEN, Step

_BY_BECAUSE = {
    "rule": "it is a rule in backticks, alone on its lines",
    "model": "it names a step in braces",
    "document": "it names no other step, so it is looked up in the documents",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft in the text of its procedure: the text, and the path of the step in it."""

    text: str
    path: str


def drafted(text: str, edit: StepEdit, *, in_force: str = "") -> Drafted:
    """The text with the step as it is written in `edit`; only its own lines change, and with
    another name the references to it. Raises `CaseworkError` for what cannot be written."""
    name = " ".join(edit.name.split())
    if edit.step:
        path, known = edit.step, find_step(parse(text), edit.step)
        if name != known.name:
            text = rename(text, path, name, before=in_force)
    else:
        text = add_step(text, name, after=edit.after)
        around = edit.after.rpartition(".")[0]
        path = f"{around}.{slug(name)}" if around else slug(name)
    before = keys_of(find_step(parse(text), path))
    for key, value in edit.keys.items():
        value = " ".join(value.split())
        if key in KEYS and value != before.get(key, ""):
            text = set_key(text, path, key, value)
    if edit.instruction.strip() != instruction_of(text, path).strip():
        text = set_instruction(text, path, edit.instruction.replace("\r\n", "\n"))
    return Drafted(text, path)


def keys_of(step: StepSource) -> dict[str, str]:
    """The keys of a step as one line each."""
    told: dict[str, str] = {}
    for key in step.keys:
        if key.name in KEYS and key.name not in told:
            told[key.name] = one_line(key)
    return told


def one_line(key: Key) -> str:
    """The value of a key, with what stands in bullets below it behind it."""
    if not key.items:
        return key.value
    head = key.value.rstrip(": ")
    listed = ", ".join(key.items)
    return f"{head}{', ' if ':' in head else ': '}{listed}" if head else listed


def mistakes_of(text: str, name: str = "") -> tuple[Mistake, ...]:
    """Every mistake of a text, those of units in rules included, in line order."""
    return check(text, name) or rule_mistakes(compile_procedure(text, name))


def placed_in(text: str, name: str = "") -> tuple[Placed, ...]:
    """The steps of a text that people write, as far as each can be understood alone."""
    return tuple(one for one in every_in(text, name) if one.step.by != GIVEN)


def every_in(text: str, name: str = "") -> tuple[Placed, ...]:
    """The same, with the columns of tables."""
    found = draft(text, name)
    steps: Sequence[Step] = found.steps
    try:
        steps = examine(found).steps
    except (CaseworkError, LookupError):  # with mistakes the steps need not fit together
        steps = found.steps
    return tuple(placed_steps(steps))


def looked_at(text: str, drawn: Drafted, file: str, changes: Sequence[str] = ()) -> DraftLook:
    """What the words of a draft tell. `text` is the procedure without it."""
    source = parse(drawn.text)
    step = find_step(source, drawn.path)
    own, elsewhere = [], []
    body = _first_line(source.lines_of(step.body, step.end), step.body)
    for mistake in mistakes_of(drawn.text, file):
        if step.heading < mistake.line <= step.end:
            line = mistake.line - body if mistake.line > step.body else 0
            own.append(Mistake(line, mistake.code, mistake.reason, mistake.fix))
        else:
            elsewhere.append(mistake)
    meant = next((one.step for one in placed_in(drawn.text, file) if one.path == drawn.path), None)
    keys = keys_of(step)
    by = meant.by if meant else keys.get("by", "document")
    return DraftLook(
        drawn.path,
        step.name,
        type_text(meant.type) + (", many" if meant.type.many else "") if meant else "text",
        ""
        if keys.get("type")
        else ("what the rule gives" if by == "rule" else "nothing else said"),
        by,
        "" if keys.get("by") else _BY_BECAUSE.get(by, "it is written so"),
        tuple(own),
        tuple(elsewhere),
        drawn.text != text,
        tuple(changes),
        meant.review if meant else "unsure",
    )


def _first_line(body: str, start: int) -> int:
    """The line (from 0) before that on which an instruction begins."""
    blank = len(body) - len(body.lstrip("\n"))
    return start + body[:blank].count("\n")

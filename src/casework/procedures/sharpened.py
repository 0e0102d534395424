"""Another instruction for a step of a procedure, and nothing else: whatever would change more than
its words is refused, and words from documents are written so that they stay words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework.base.errors import UsageError
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.edit import find_step, set_instruction, written_id
from casework.procedures.markdown import parse
from casework.procedures.snapshot import snapshot
from casework.types.procedure import Procedure

NOT_ONLY = "instruction.changes_more"
_EXAMPLES = "Examples:"
_EXAMPLE = re.compile(r"- “.*”: .*")
_SHOWN = 120
"""Letters of a quote or a note; a longer one is cut."""
_MARKS = str.maketrans({"`": "'", "{": "(", "}": ")", "“": '"', "”": '"', "#": "", "\\": "/"})
"""Letters that mean something in a procedure, and what stands for them in the words of others."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a person corrected: the passage, what is right, what was said instead, and why."""

    quote: str
    right: str
    wrong: str = ""
    note: str = ""


def sharpened(text: str, step: str, instruction: str) -> str:
    """The procedure with this instruction on a step (its id), every other line as it was.

    Raises `UsageError` when more than the words of that step would change: its keys, what it reads
    or fills, another step, the text above the steps.
    """
    try:
        edited = set_instruction(text, step, instruction)
    except UsageError as error:
        raise _changes_more(step, error.message) from error
    if mistakes := check(edited):
        raise _changes_more(step, mistakes[0].reason)
    if _but_for(compile_procedure(text), step) != _but_for(compile_procedure(edited), step):
        raise _changes_more(step, "It would change who fills a step, or what one reads.")
    return edited


def with_examples(instruction: str, examples: Sequence[Example], notes: Sequence[str] = ()) -> str:
    """The instruction with notes and a short list of examples, which takes the place of an older
    one. Quotes and notes become plain words on one line."""
    lines = without_examples(instruction).rstrip().splitlines()
    lines += [plainly(note) for note in notes]
    if examples:
        lines += ["", _EXAMPLES, *(_line(example) for example in examples)]
    return "\n".join(lines).strip("\n")


def without_examples(instruction: str) -> str:
    """The instruction without the list of examples that stands at its end."""
    lines = instruction.splitlines()
    end = len(lines)
    while end and (not lines[end - 1].strip() or _EXAMPLE.fullmatch(lines[end - 1].strip())):
        end -= 1
    has_some = end < len(lines) and end and lines[end - 1].strip() == _EXAMPLES
    return "\n".join(lines[: end - 1] if has_some else lines).rstrip()


def plainly(words: str) -> str:
    """Words of others as one line that means nothing to a procedure."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    flat = " ".join(printable.translate(_MARKS).split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 1].rstrip() + "…"


def id_of(text: str, step: str) -> str:
    """The id of a step by its name or id; raises `NotFoundError`."""
    return written_id(find_step(parse(text), step))


def _line(example: Example) -> str:
    told = f"- “{plainly(example.quote)}”: {plainly(example.right)}"
    if example.wrong:
        told += f", not {plainly(example.wrong)}"
    return f"{told} ({plainly(example.note)})" if example.note else told


def _but_for(procedure: Procedure, step: str) -> str:
    """What a procedure means, but for the words of one step."""
    steps = (replace(one, instruction="") if one.id == step else one for one in procedure.steps)
    return snapshot(replace(procedure, steps=tuple(steps), by_id={}))


def _changes_more(step: str, reason: str) -> UsageError:
    return UsageError(
        f"The proposed instruction of {step} would change more than its words: {reason}",
        fix="Nothing was changed. Write the instruction yourself, or propose again with a note.",
        code=NOT_ONLY,
    )

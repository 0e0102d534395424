"""The meaning of a step: the JSON whose digest is part of every fingerprint.

In it: first name, instruction and preamble without regard to line breaks, type, by, method,
model, rule, condition, kinds of documents, source of python. Not in it: the name of today, the
place in the procedure, review, owner.
"""

from __future__ import annotations

from casework.base.hashing import sha256_text
from casework.procedures.names import spoken
from casework.types.procedure import Method, Procedure, Step
from casework.types.values import Json

READS_PREAMBLE = frozenset({"document", "model"})
"""Kinds of steps that are told the text above the steps."""

READS_INSTRUCTION = frozenset({"document", "model", "person"})
"""Kinds of steps for which the instruction is more than a remark."""


def meaning_of(step: Step, procedure: Procedure, method: Method) -> dict[str, Json]:
    """What the step means when it is carried out by this method; without what is empty."""
    preamble = procedure.preamble if step.by in READS_PREAMBLE else ""
    reads = step.by in READS_INSTRUCTION or step.template
    instruction = step.instruction if reads else ""
    written = step.type.name == "document"
    told: dict[str, Json] = {
        "name": first_words(step),
        "instruction": _lines(instruction) if written else _squeezed(instruction),
        "preamble": _squeezed(preamble),
        "type": step.type.as_json(),
        "by": step.by,
        "method": method.name,
        "method_version": method.version,
        "model": method.model or step.model,
        "settings": method.settings,
        "rule": step.rule.text if step.rule else "",
        "when": step.when.text if step.when else "",
        "from": list(step.sources),
        "source": sha256_text(step.code) if step.code else "",
        "split": step.split,
        "template": step.template,
    }
    return {key: value for key, value in told.items() if value not in ("", [], {}, False)}


def first_words(step: Step) -> str:
    """The name as first given, in small letters: the same before and after a rename."""
    return spoken(step.first_name or step.name) or step.id


def _lines(text: str) -> str:
    """The text of a written document: its lines and headings mean something."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _squeezed(text: str) -> str:
    return " ".join(text.split())

"""Proposed steps as a procedure in Markdown, and what is wrong with them, step by step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from casework.base.errors import UsageError
from casework.procedures.check import check
from casework.procedures.findings import Findings
from casework.procedures.references import find_references
from casework.procedures.value_type import read_type, type_text
from casework.sdk.suggesting.views import SuggestedStep
from casework.types.values import ValueType

_MANY = ", many"
_LONGEST_NAME = 60
_AS_OTHER = re.compile(r"^\s*(?:#|[-*+]\s+\w+\s*:)", re.MULTILINE)
NO_STEPS = "No step is kept."


def procedure_text(title: str, preamble: str, steps: Sequence[SuggestedStep]) -> str:
    """The kept steps as a procedure."""
    parts = [f"# {line(title) or 'Worksheet'}"]
    if preamble.strip():
        parts.append(_said(preamble))
    parts += [_step_text(step) for step in steps if step.keep]
    return "\n\n".join(parts) + "\n"


def with_problems(steps: Sequence[SuggestedStep]) -> tuple[SuggestedStep, ...]:
    """The steps, each with what is wrong with it among those that are kept ('' for nothing)."""
    kept = [step for step in steps if step.keep]
    if not kept:
        return tuple(replace(step, problem="") for step in steps)
    text = procedure_text("Draft", "", kept)
    heads = [number for number, told in enumerate(text.splitlines(), 1) if told.startswith("## ")]
    told: dict[str, str] = {}
    for mistake in check(text):
        at = max((n for n, head in enumerate(heads) if head <= mistake.line), default=0)
        told.setdefault(kept[at].id, f"{mistake.reason} {mistake.fix}".strip())
    return tuple(replace(step, problem=told.get(step.id, "")) for step in steps)


def renamed(steps: Sequence[SuggestedStep], id: str, name: str) -> tuple[SuggestedStep, ...]:
    """The steps with one renamed, wherever it is named. What the documents call it stays in its
    instruction, so that it is still found. Raises `UsageError` for what is no name."""
    told = step_name(name)
    old = next(step.name for step in steps if step.id == id)
    result: list[SuggestedStep] = []
    for step in steps:
        if step.id == id:
            keeps = step.label and not step.instruction and step.source == "label"
            about = f'Labelled "{step.label}" in the documents.' if keeps else step.instruction
            step = replace(step, name=told, instruction=about)
        rule, about = _with_name(step.rule, old, told), _with_name(step.instruction, old, told)
        result.append(replace(step, rule=rule, instruction=about))
    return tuple(result)


def step_name(name: str) -> str:
    """What somebody types as a name; raises `UsageError` for what a procedure cannot name so."""
    told = line(name)
    if not told or any(one in told for one in "{}`") or len(told) > _LONGEST_NAME:
        raise UsageError(
            f"{told[:40]!r} is no name of a step.",
            fix=f"Use a few words, {_LONGEST_NAME} letters at most, without braces.",
        )
    return told


def step_type(text: str) -> ValueType:
    """The type that somebody typed, as in a procedure; raises `UsageError`."""
    told = line(text)
    many = told.endswith(_MANY)
    findings = Findings()
    found = read_type(told.removesuffix(_MANY), findings)
    mistakes = findings.in_order()
    if found is None or mistakes:
        first = mistakes[0] if mistakes else None
        reason = first.reason if first else f"There is no type {told!r}."
        raise UsageError(reason, fix=first.fix if first else "")
    return replace(found, many=many)


def shown_type(type: ValueType) -> str:
    """A type as it stands in a list of steps."""
    return type_text(type) + (_MANY if type.many else "")


def line(text: str) -> str:
    """Words on one line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _with_name(text: str, old: str, new: str) -> str:
    """A text in which braces that name `old` name `new`."""
    for found in reversed(list(find_references(text))):
        if found.name.casefold() == old.casefold():
            at = text.find(f"{{{found.name}}}")
            if at >= 0:
                text = f"{text[:at]}{{{new}}}{text[at + len(found.name) + 2 :]}"
    return text


def _step_text(step: SuggestedStep) -> str:
    lines = [f"## {step.name}"]
    type = step.type.removesuffix(_MANY)
    if type != "text":
        lines.append(f"- type: {type}")
    if step.type.endswith(_MANY):
        lines.append("- many: yes")
    if step.by == "person":
        lines.append("- by: person")
    if step.rule:
        lines += ["", f"`{step.rule}`"]
    elif step.instruction:
        lines += ["", _said(step.instruction)]
    return "\n".join(lines)


def _said(text: str) -> str:
    """Words that are read as words: a line of them that looks like a heading or a key is none."""
    plain = text.replace("`", "'").strip()
    return _AS_OTHER.sub(lambda found: "\\" + found[0].lstrip(), plain) if plain else ""

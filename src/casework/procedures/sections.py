"""The sections of a written document: the deeper headings in the instruction of its step, each with
an instruction of its own. Knows no values and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from casework.procedures.markdown import parse
from casework.procedures.references import find_references


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document. `title` is '' where the document has no headings; `references` are the
    names in braces, or ids where the text has ids; `line` counts from 0 in the instruction."""

    title: str
    instruction: str
    references: tuple[str, ...]
    line: int = 0


def sections_of(instruction: str) -> tuple[str, tuple[Section, ...]]:
    """What is said to all sections, and the sections: one without a title when there are no
    headings. Headings below the level of the first belong to the instruction of their section."""
    source = parse(_BELOW_A_TITLE + instruction)
    steps = source.steps
    if not steps:
        return "", (Section("", instruction.strip(), _read(instruction)),)
    sections = []
    for step in steps:
        text = source.lines_of(step.heading + 1, step.last).strip()
        sections.append(Section(step.name, text, _read(text), step.heading - 1))
    return source.preamble, tuple(sections)


_BELOW_A_TITLE = "# -\n"
"""So that a section with a heading of the first level is no title."""


def _read(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.name for found in find_references(text)))

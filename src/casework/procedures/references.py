"""Finds `{Step name}` in an instruction and turns it into the id of the step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from casework.procedures.findings import Findings
from casework.procedures.markdown import BLANK_LINE, code_spans, prose_of
from casework.procedures.names import fold, nearest

_REFERENCE = re.compile(rf"(?<!\\)\{{((?:(?!{BLANK_LINE})[^{{}}])+)\}}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in braces: offsets of the whole, the name inside, whether it stands in code."""

    start: int
    end: int
    name: str
    in_code: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The steps of a procedure by folded name, and their names as shown."""

    ids: Mapping[str, str]
    shown: tuple[str, ...]

    def id_of(self, name: str) -> str:
        """The id of the step with this name, or ''."""
        return self.ids.get(fold(name), "")

    def fix_for(self, name: str) -> str:
        """What to do about a name that no step has."""
        near = nearest(name, self.shown)
        if near:
            return f"Did you mean {{{near}}}?"
        if fold(name) == "today":
            return "The date of the run is the word today, without braces, in a rule."
        if not self.shown:
            return "There is no other step yet."
        return "Use the heading of another step, letter for letter; a plain brace is written \\{."


def find_references(text: str) -> tuple[Reference, ...]:
    """All names in braces outside code fences, in order; `\\{` is a plain brace."""
    spans = code_spans(text)
    return tuple(
        Reference(start, start + len(found[0]), " ".join(found[1].split()), in_code)
        for offset, prose in prose_of(text)
        for found in _REFERENCE.finditer(prose)
        for start in (offset + found.start(),)
        for in_code in (any(span.start <= start < span.end for span in spans),)
        if found[1].strip()
    )


def compile_text(text: str, names: Names, findings: Findings) -> tuple[str, tuple[str, ...]]:
    """The text with `{id}` for every reference, and the ids in order of first use.

    `findings.line` is the line of the first line of the text. Inside code in backticks a name
    that no step has is text and no mistake.
    """
    pieces: list[str] = []
    ids: dict[str, None] = {}
    at = 0
    for reference in find_references(text):
        id = names.id_of(reference.name)
        if id:
            ids[id] = None
            pieces += [text[at : reference.start], f"{{{id}}}"]
            at = reference.end
        elif not reference.in_code:
            line = findings.line + text.count("\n", 0, reference.start)
            findings.at(line).add(
                "procedure.unknown_step",
                f"There is no step named {reference.name!r}.",
                names.fix_for(reference.name),
            )
    return "".join(pieces) + text[at:], tuple(ids)

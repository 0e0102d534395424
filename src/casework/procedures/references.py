"""Finds `{Step name}` in an instruction and turns it into the id of the step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from casework.procedures.findings import Findings
from casework.procedures.markdown import BLANK_LINE, code_spans, prose_of
from casework.procedures.names import fold, listed, nearest
from casework.types.nesting import path_of

_HOP = re.compile(r"\.|›")
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
    """The steps of a procedure by folded name, and their names as shown.

    Inside a table these are its columns and the steps of its rows; `outer` are then the names
    around the table. `tables` are the names inside each table, by its id.
    """

    ids: Mapping[str, str]
    shown: tuple[str, ...]
    outer: Names | None = None
    tables: dict[str, Names] = field(default_factory=dict, compare=False, repr=False)

    def id_of(self, name: str) -> str:
        """The id of the step with this name, or ''; `Lines.Amount` gives `lines.amount`. The
        nearest wins: first the steps beside it, then those around."""
        return path_of(hop.id for hop in self.hops(name))

    def hops(self, name: str, *, outward: bool = True) -> tuple[Hop, ...]:
        """The steps that a name goes through, outermost first: one, or tables and a column."""
        id = self.ids.get(fold(name), "")
        if id:
            return (Hop(id, name, self),)
        for table, inner, rest in self._through(name):
            if found := inner.hops(rest, outward=False):
                return (Hop(self.ids[fold(table)], table, self), *found)
        return self.outer.hops(name) if self.outer and outward else ()

    def name_around(self, id: str) -> str:
        """The name of the nearest step around the table that has this id; '' for none."""
        scope = self.outer
        while scope is not None:
            for name in scope.shown:
                if scope.ids[fold(name)] == id:
                    return name
            scope = scope.outer
        return ""

    def fix_for(self, name: str) -> str:
        """What to do about a name that no step has."""
        near = nearest(name, self.seen)
        if near:
            return f"Did you mean {{{near}}}?"
        if fold(name) == "today":
            return "The date of the run is the word today, without braces, in a rule."
        if not self.seen:
            return "There is no other step yet."
        return "Use the heading of another step, letter for letter; a plain brace is written \\{."

    def mistake_of(self, name: str) -> tuple[str, str, str]:
        """Code, reason and fix for a name that nothing has."""
        scope: Names | None = self
        while scope is not None:
            for table, inner, rest in scope._through(name):
                near = nearest(rest, inner.shown)
                fix = f"Did you mean {{{table}.{near}}}?" if near else "It has no columns."
                if not near and inner.shown:
                    fix = f"It has {listed(inner.shown, 'and')}."
                reason = f"The rows of {table} have no column {rest!r}."
                return "procedure.unknown_column", reason, fix
            for step, rest in scope._splits(name):
                if fold(step) in scope.ids:
                    reason = f"{step} is no table, so there is no {rest!r} in it."
                    fix = f"Write {{{step}}}, or give it - type: table: {rest}."
                    return "procedure.not_a_table", reason, fix
            scope = scope.outer
        return "procedure.unknown_step", f"There is no step named {name!r}.", self.fix_for(name)

    @property
    def seen(self) -> tuple[str, ...]:
        """All names that can be said here, nearest first."""
        return (*self.shown, *(self.outer.seen if self.outer else ()))

    def _through(self, name: str) -> Iterator[tuple[str, Names, str]]:
        """The tables beside it that the name may begin with: name, names inside, and the rest."""
        for table, rest in self._splits(name):
            inner = self.tables.get(self.ids.get(fold(table), ""))
            if inner is not None:
                yield table, inner, rest

    def _splits(self, name: str) -> Iterator[tuple[str, str]]:
        for found in _HOP.finditer(name):
            before, after = name[: found.start()].strip(), name[found.end() :].strip()
            if before and after:
                yield before, after


@dataclass(frozen=True, slots=True)
class Hop:
    """One step that a reference goes through: its id, its name as written, and whose name it is."""

    id: str
    name: str
    names: Names


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
            findings.at(line).add(*names.mistake_of(reference.name))
    return "".join(pieces) + text[at:], tuple(ids)

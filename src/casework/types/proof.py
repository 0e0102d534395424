"""What stands behind a value: citations, claims and how strong they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from casework.types.document import Box
from casework.types.values import Json

Grade = Literal["exact", "normalised", "fuzzy", "none"]
"""How a quote was found: letter by letter; after folding white space, hyphens, quotes and forms;
within a bounded edit distance; not at all."""

Support = Literal["yes", "no", "cannot_tell"]
"""Whether the value parsed from the quote equals the value."""

ProofKind = Literal["quoted", "derived", "reasoned", "person", "unproved"]


class Stretch(NamedTuple):
    """Text of one page: offsets into it (end exclusive), and one box per line."""

    page: int
    start: int
    end: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document that bears a value.

    `page` counts from 1 and `start`, `end` are offsets into its text; both are 0 when the quote
    was not found. `place` is the native place (`Costs!B7`) or '' . `boxes` are one per line.
    `quote` is the text as it stands in the document; `asked` what was looked for, if it differs.
    A quote that is parted (by a page break, by the lines of other cells) stands where most of it
    is; `further` are its other stretches, and `quote` is all of it. `alike` is how many places bear
    the quote as well as this one does, itself included. A place that a person told and that could
    not be confirmed has the grade `none`, its page and its boxes, and no offsets.
    """

    document: str
    document_name: str
    page: int
    start: int
    end: int
    quote: str
    boxes: tuple[Box, ...]
    grade: Grade
    support: Support = "cannot_tell"
    place: str = ""
    asked: str = ""
    further: tuple[Stretch, ...] = ()
    alike: int = 1

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Every stretch of it in reading order; empty when it was not found."""
        if not self.page:
            return ()
        main = Stretch(self.page, self.start, self.end, self.boxes)
        return tuple(sorted((main, *self.further), key=lambda one: (one.page, one.start)))

    @property
    def solid(self) -> bool:
        """Found exactly or normalised, and bearing the value."""
        return self.grade in ("exact", "normalised") and self.support == "yes"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a reasoned answer, with the steps and passages it rests on."""

    text: str
    steps: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    holds: bool = True
    """False when it points to nothing that exists, or says what nothing it points to says."""
    problem: str = ""
    """Why it does not hold, in words, where that is known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one of several readers found by itself. `who` is a model or `embedded`; `absence` is ''
    for a value; `agrees` says whether the outcome is what it said; `confidence` how sure it was,
    None where that was not measured."""

    who: str
    value: Json
    absence: str
    agrees: bool
    citations: tuple[Citation, ...] = ()
    note: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """Pages that were read without finding the value: document and page numbers."""

    document: str
    document_name: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """How a value is proved.

    `quoted` has citations; `derived` an expression and the steps it reads; `reasoned` claims;
    `person` the places that somebody took the value from, or none. `unproved` says in `note` what
    is missing. `searched` stands behind an absence. A many-valued value has one citation or more an
    item, `items` telling the item.
    """

    kind: ProofKind
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    expression: str = ""
    steps: tuple[str, ...] = ()
    searched: tuple[Searched, ...] = ()
    note: str = ""
    readings: tuple[Reading, ...] = ()
    """What each reader found, where a step has more than one."""

    @property
    def solid(self) -> bool:
        """Whether nothing about the proof itself calls for a person."""
        if self.kind == "quoted":
            return bool(self.citations) and all(c.solid for c in self.citations)
        if self.kind == "reasoned":
            return bool(self.claims) and all(claim.holds for claim in self.claims)
        return self.kind in ("derived", "person")


UNPROVED = Proof("unproved", note="no place in a document was given")

"""Everything of a kind, gathered from the parts of long documents: duplicates are taken out, and
every item keeps its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from casework.extraction.tokens import letters_and_digits
from casework.steps.answer import Read
from casework.steps.long import InOrder
from casework.steps.settle import quoted
from casework.steps.sources import Source
from casework.types.proof import Citation, Proof
from casework.types.values import Json, ValueType

_GRADES = ("exact", "normalised", "fuzzy", "none")


@dataclass(slots=True)
class Gathered:
    """Items under way, in the order of the parts. Items of a set are kept once; rows of a table may
    be the same twice, where they stand in two places."""

    type: ValueType
    sources: Sequence[Source]
    items: list[Json] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    _places: list[Citation | None] = field(default_factory=list)
    _others: list[Citation] = field(default_factory=list)
    """Places that belong to no one item."""
    _known: dict[str, int] = field(default_factory=dict)

    def add(self, read: Read, proof: Proof, part: InOrder) -> None:
        """What one part gave. What stands only on pages that are shown with every part is left to
        the part that they belong to."""
        found = read.value if isinstance(read.value, list) else [read.value]
        paired = len(proof.citations) == len(found)
        seen: Counter[str] = Counter()
        for at, item in enumerate(found):
            place = proof.citations[at] if paired else None
            if place is not None and place.page and not self._own(place, part):
                continue
            key = self._key(item)
            seen[key] += 1
            if place is not None and place.page and seen[key] > max(1, place.alike):
                continue  # told more often than it stands there
            before = self._known.get(key)
            if before is None or (self.type.name == "table" and paired):
                self._known.setdefault(key, len(self.items))
                self.items.append(item)
                self._places.append(place)
            elif place is not None and _better(place, self._places[before]):
                self._places[before] = place
        if not paired:
            self._others += [one for one in proof.citations if not one.page or self._own(one, part)]
        if read.note:
            self.notes.append(read.note)
        if proof.kind != "quoted" or proof.note:
            self.doubts.append(proof.note)

    def proof(self) -> Proof:
        """The places of all items."""
        places = (*(place for place in self._places if place), *self._others)
        if not places:
            return Proof("unproved", note="no quote was given")
        if all(place.grade == "none" for place in places):
            return Proof("unproved", places, note="the quotes do not stand in the documents")
        return quoted(places, "; ".join(dict.fromkeys(filter(None, self.doubts))))

    def _own(self, place: Citation, part: InOrder) -> bool:
        """Whether a place is in what this part alone shows; so are places that no part shows."""
        in_own = in_window = False
        for at, source in enumerate(self.sources):
            if source.member.sha256 == place.document:
                span = (at, place.page, place.start, place.end)
                in_own |= part.own.holds(*span)
                in_window |= part.window.holds(*span)
        return in_own or not in_window

    def _key(self, item: Json) -> str:
        if isinstance(item, str) and self.type.name == "text":
            return letters_and_digits(item) or item
        return json.dumps(item, sort_keys=True, ensure_ascii=False)


def _better(place: Citation, than: Citation | None) -> bool:
    if than is None:
        return True
    return (not place.solid, _GRADES.index(place.grade)) < (
        not than.solid,
        _GRADES.index(than.grade),
    )

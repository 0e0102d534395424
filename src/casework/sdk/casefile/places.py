"""From the proof of a cell to its numbered places: those of the value, of its claims, and of the
values that it was computed from, through to where these stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from casework.sdk.casefile.views import Part, Place
from casework.sdk.views import CellView
from casework.types.document import Box
from casework.types.proof import Citation

_DEEPEST = 6
"""How far values are followed to those that they were computed from."""
_MOST = 60


@dataclass(slots=True)
class Places:
    """Gathers the places of one field; a place that comes again keeps its number."""

    found: list[Place] = field(default_factory=list)
    _known: dict[tuple[str, int, int, str], Place] = field(default_factory=dict)

    def add(
        self, citations: Iterable[Citation], part: Part = "value", of: str = ""
    ) -> tuple[Place, ...]:
        """The places of these citations."""
        told = []
        for citation in citations:
            if not citation.page:
                continue
            key = (citation.document, citation.page, citation.start, citation.quote)
            place = self._known.get(key)
            if place is None:
                if len(self.found) >= _MOST:
                    break
                place = place_of(len(self.found) + 1, citation, part, of)
                self._known[key] = place
                self.found.append(place)
            told.append(place)
        return tuple(told)


def place_of(number: int, citation: Citation, part: Part = "value", of: str = "") -> Place:
    """A citation as a place."""
    boxes: dict[int, list[Box]] = {}
    for stretch in citation.stretches:
        boxes.setdefault(stretch.page, []).extend(stretch.boxes)
    by_page = tuple((page, tuple(found)) for page, found in sorted(boxes.items()))
    return Place(
        number,
        citation.document,
        citation.document_name,
        citation.page,
        citation.place,
        citation.quote,
        citation.grade,
        citation.support,
        by_page,
        part,
        of,
    )


def behind(
    cell: CellView,
    reads: Mapping[str, tuple[str, ...]],
    views: Mapping[str, CellView],
    depth: int = 0,
) -> list[Citation]:
    """The citations of a cell, or of what it was computed from, however far back. `reads` are the
    steps that each step reads."""
    if cell.hidden or "audit" in cell.flags:
        return []
    own = [*cell.proof.citations]
    for claim in cell.proof.claims:
        own += claim.citations
    if own or depth >= _DEEPEST:
        return own
    found: list[Citation] = []
    for name in reads.get(cell.step_id, ()):
        if name in views and name != cell.step_id:
            found += behind(views[name], reads, views, depth + 1)
    return found

"""The documents that a step reads, parsed and ready to be searched; the last few are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.pdf.state import pages_named
from casework.documents.places.locate import Locator
from casework.types.case import CaseDocument
from casework.types.document import Document
from casework.types.needs import DocumentSource
from casework.types.proof import Searched
from casework.values.habits import Habits, habits_of

if TYPE_CHECKING:
    from casework.documents.tables.scaling import Scaling

_KEPT = 128


@dataclass(slots=True)
class Source:
    """A readable document of a case. `habits` is how it writes dates and numbers."""

    member: CaseDocument
    document: Document
    locator: Locator
    _habits: Habits | None = field(default=None, repr=False)
    _scaling: Scaling | None = field(default=None, repr=False)

    @property
    def habits(self) -> Habits:
        """Learnt from the document when first asked for."""
        if self._habits is None:
            self._habits = habits_of("\n".join(page.text for page in self.document.pages))
        return self._habits

    @property
    def scaling(self) -> Scaling:
        """What the headings of its tables say of their figures."""
        if self._scaling is None:
            from casework.documents.tables.scaling import Scaling

            self._scaling = Scaling(self.document, self.habits)
        return self._scaling

    @property
    def searched(self) -> Searched:
        """All its readable pages, as proof of an absence."""
        pages = tuple(page.number for page in self.document.pages if page.state == "read")
        return Searched(self.member.sha256, self.member.name, pages)


class Sources:
    """Opens the documents of a step; parsed documents come from `DocumentSource`."""

    def __init__(self, documents: DocumentSource) -> None:
        self._documents = documents
        self._kept: OrderedDict[tuple[str, str], Source] = OrderedDict()

    async def open(self, members: tuple[CaseDocument, ...]) -> list[Source]:
        """The readable ones among the members, in their order; of a part only its pages.

        Raises `DocumentError` for pages that a document does not have.
        """
        return [await self._one(member) for member in members if member.state == "read"]

    async def _one(self, member: CaseDocument) -> Source:
        key = (member.input_digest, member.name)
        kept = self._kept.get(key)
        if kept is None:
            document = part_of(await self._documents.read(member.sha256), member)
            kept = self._kept[key] = Source(member, document, Locator(document))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept


def letters(sources: Sequence[Source]) -> int:
    """How many letters documents have together."""
    return sum(len(page.text) for source in sources for page in source.document.pages)


def part_of(document: Document, member: CaseDocument) -> Document:
    """The pages of a document that a member of a case stands for; they keep their numbers."""
    if not member.last_page:
        return document
    last = max((page.number for page in document.pages), default=0)
    if member.last_page > last:
        asked = f"pages {member.first_page} to {member.last_page} are"
        if member.first_page == member.last_page:
            asked = f"page {member.first_page} is"
        raise DocumentError(
            f"{member.name} has {last} page{'s' if last != 1 else ''}, and {asked} asked for.",
            state="no_such_page",
            fix="Correct the pages of this row.",
        )
    pages = (p for p in document.pages if member.first_page <= p.number <= member.last_page)
    return replace(document, pages=tuple(pages))


def unreadable(members: Sequence[CaseDocument], sources: Sequence[Source] = ()) -> str:
    """Which members, and which pages of those that were opened, could not be read and why, in
    words; '' when all could."""
    lost = [f"{m.name} ({m.reason or m.state})" for m in members if m.state != "read"]
    for source in sources:
        pages = [p.number for p in source.document.pages if p.state not in ("read", "empty")]
        if pages:
            lost.append(f"{source.member.name} ({pages_named(pages)}: only a picture)")
    return "; ".join(lost)

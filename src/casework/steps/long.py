"""Documents that are longer than one call may carry: which of their pages are read, and when.

By relevance: the first page of every document, then the chunks most like what is looked for and the
rest of their pages, as much as fits. In order: all pages, one window after the other; a page that
alone takes much of a window in chunks. What is read is told, and nothing is cut silently.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from casework.documents.chunks.chunk import Chunk, chunks_of
from casework.documents.chunks.relevance import Index, rarity
from casework.documents.places.locate import Locator
from casework.steps.sources import Source
from casework.types.document import Page
from casework.types.proof import Searched

if TYPE_CHECKING:
    from casework.steps.query import Sought

Stretches = tuple[tuple[int, int], ...]
"""Offsets into the text of a page (end exclusive), in order, none overlapping another one."""

_LARGE = 8
"""A page that takes more than this part of a window is read in chunks."""
_FIRST = 4
"""First pages take no more than this part of a window together."""
_BESIDE = 0.1
"""What a chunk is worth for the one before or after it."""
_BEST = 0.8
"""The part of a window that is filled by likeness alone, before pages are completed."""
_SAID = 8.0
"""What a sentence of a concept is worth, in weights of a rare word."""
_BLANKS = 3
"""Chunks with so little between them follow each other."""
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read or not read as a whole: a page, or a chunk of a large one."""

    source: int
    page: int
    start: int
    end: int
    context: str = ""

    @property
    def letters(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a document: stretches by page number, and by page number the headings of a
    table that goes on there from a page that is not shown."""

    stretches: Mapping[int, Stretches]
    headings: Mapping[int, str] = field(default_factory=dict)
    beside: frozenset[int] = frozenset()
    """Pages that belong to another part and are shown for orientation."""


@dataclass(frozen=True, slots=True)
class Window:
    """What one call is shown of each document."""

    shown: tuple[Shown, ...]

    def holds(self, source: int, page: int, start: int, end: int) -> bool:
        """Whether a stretch of a page is shown."""
        stretches = self.shown[source].stretches.get(page, ())
        return any(low <= start and end <= high for low, high in stretches)


@dataclass(frozen=True, slots=True)
class InOrder:
    """One of the windows that together show everything. `own` is what it shows and those before it
    do not: without first pages that are shown with every one."""

    window: Window
    own: Window


class Library:
    """The chunks of documents ready to be searched; those of the last few cases are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], LongDocuments] = OrderedDict()

    def of(self, sources: Sequence[Source]) -> LongDocuments:
        """The documents together."""
        key = tuple(f"{s.member.input_digest}:{s.member.name}" for s in sources)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = LongDocuments(sources)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


class LongDocuments:
    """Some documents, and windows of them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._chunks: list[tuple[int, Chunk]] = [
            (at, chunk) for at, source in enumerate(sources) for chunk in chunks_of(source.document)
        ]
        self._index: Index | None = None
        self._said: dict[str, dict[int, float]] = {}

    def by_relevance(self, sought: Sought, room: int) -> Iterator[Window]:
        """Windows of at most so many letters: the first has what is most like what is sought, each
        further one what is most like it of what was not shown, until everything was. All of them
        show the first pages. Everything stands in its order.

        Most of a window is filled chunk by chunk, the best first; then their pages are completed,
        the best first, as far as they fit, so that most of what is read is read as whole pages.
        """
        units = [Unit(at, c.page, c.start, c.end, c.context) for at, c in self._chunks]
        scores = _with_neighbours(self._scores(sought))
        first = self._first(units, room)
        left = [n for n in sorted(range(len(units)), key=lambda n: (-scores[n], n))
                if n not in first]  # fmt: skip
        of_page: dict[tuple[int, int], list[int]] = {}
        for n, unit in enumerate(units):
            of_page.setdefault((unit.source, unit.page), []).append(n)
        begun = False
        while left or not begun:
            begun = True
            filling = _Filling(units, room, set(first))
            waiting = set(left)
            filling.take(left, room - int(room * _BEST))
            for n in [n for n in left if n in filling.chosen]:
                page = of_page[units[n].source, units[n].page]
                filling.take_all([other for other in page if other in waiting])
            filling.take(left, 0)
            taken = filling.chosen - first
            left = [n for n in left if n not in taken]
            yield self._window(units[n] for n in sorted(filling.chosen))
            if not taken:
                return  # what is left does not fit into any window

    def in_order(self, room: int) -> list[InOrder]:
        """All of it, as windows of at most so many letters. The first pages are shown with every
        window, where they are not large; else none shows anything of another one. What is too large
        for any window by itself is left out."""
        units = self._units(room)
        first = [units[n] for n in sorted(self._first(units, room // 2))]
        taken = sum(unit.letters for unit in first)
        found: list[list[Unit]] = [[]]
        space = room
        for unit in units:
            if unit.letters > space and found[-1]:
                found.append([])
                space = room - taken
            if unit.letters <= space:
                found[-1].append(unit)
                space -= unit.letters
        return [
            InOrder(self._beside(first, own) if number else self._window(own), self._window(own))
            for number, own in enumerate(found)
            if own
        ]

    def _beside(self, first: Sequence[Unit], own: Sequence[Unit]) -> Window:
        """A window of what is its own, with first pages of other parts for orientation."""
        window = self._window(sorted({*first, *own}, key=_place))
        others = {(unit.source, unit.page) for unit in {*first} - {*own}}
        others -= {(unit.source, unit.page) for unit in own}
        shown = (
            replace(shown, beside=frozenset(page for source, page in others if source == at))
            for at, shown in enumerate(window.shown)
        )
        return Window(tuple(shown))

    def scores_of(self, parts: Sequence[InOrder], sought: Sought) -> list[float]:
        """How much the best passage of each part is like what is sought."""
        scores = self._scores(sought)
        best = [0.0] * len(parts)
        for (at, chunk), score in zip(self._chunks, scores, strict=True):
            for n, part in enumerate(parts):
                if score > best[n] and part.own.holds(at, chunk.page, chunk.start, chunk.end):
                    best[n] = score
        return best

    def _units(self, room: int) -> list[Unit]:
        """Pages, and the chunks of large ones, in order; what has no words is left out."""
        units: list[Unit] = []
        large = max(1, room // _LARGE)
        for at, chunk in self._chunks:
            page = _page(self.sources[at], chunk.page)
            if len(page.text) > large:
                units.append(Unit(at, chunk.page, chunk.start, chunk.end, chunk.context))
            elif not units or (units[-1].source, units[-1].page) != (at, chunk.page):
                units.append(Unit(at, chunk.page, 0, len(page.text), chunk.context))
        return units

    def _first(self, units: Sequence[Unit], room: int) -> set[int]:
        """The units of the first page of every document, as far as they take only a part of the
        room."""
        first: set[int] = set()
        space = room // _FIRST
        pages: dict[int, int] = {}
        for n, unit in enumerate(units):
            if unit.page == pages.setdefault(unit.source, unit.page) and unit.letters <= space:
                space -= unit.letters
                first.add(n)
        return first

    def _scores(self, sought: Sought) -> list[float]:
        """How much each chunk is like what is sought."""
        if self._index is None:
            self._index = Index([_searched(chunk) for _, chunk in self._chunks])
        scores = self._index.scores(sought.query)
        for concept, weight in sought.concepts:
            said = self._saying(concept)
            worth = _SAID * weight * rarity(len(said), len(scores))
            for n, strength in said.items():
                scores[n] += worth * strength
        return scores

    def _saying(self, concept: str) -> dict[int, float]:
        """The chunks in which a sentence of a concept stands, with how sure the sentence is."""
        from casework.extraction.prose import captures

        found = self._said.get(concept)
        if found is None:
            found = self._said[concept] = {}
            for n, (_, chunk) in enumerate(self._chunks):
                told = captures(chunk.text, concept, first_page=chunk.page == 1)
                if told:
                    found[n] = max(each.strength for each in told)
        return found

    def _window(self, units: Iterable[Unit]) -> Window:
        stretches: list[dict[int, Stretches]] = [{} for _ in self.sources]
        headings: list[dict[int, str]] = [{} for _ in self.sources]
        before = (-1, -1)
        for unit in units:
            known = stretches[unit.source].get(unit.page, ())
            if known and unit.start - known[-1][1] <= _BLANKS:
                known = (*known[:-1], (known[-1][0], unit.end))
            else:
                known = (*known, (unit.start, unit.end))
            stretches[unit.source][unit.page] = known
            goes_on = before in ((unit.source, unit.page), (unit.source, unit.page - 1))
            if unit.context and not goes_on:
                headings[unit.source][unit.page] = unit.context
            before = (unit.source, unit.page)
        return Window(tuple(map(Shown, stretches, headings)))


@dataclass(slots=True)
class _Filling:
    """A window while it is filled. `chosen` are numbers of units."""

    units: Sequence[Unit]
    room: int
    chosen: set[int]
    space: int = 0

    def __post_init__(self) -> None:
        self.space = self.room - sum(self.units[n].letters for n in self.chosen)

    def take(self, best: Iterable[int], keep: int) -> None:
        """Take units in this order as long as they fit and so much room is kept."""
        for n in best:
            if n not in self.chosen and self.units[n].letters <= self.space - keep:
                self.space -= self.units[n].letters
                self.chosen.add(n)

    def take_all(self, together: Sequence[int]) -> None:
        """Take these units, all of them or none."""
        more = [n for n in together if n not in self.chosen]
        letters = sum(self.units[n].letters for n in more)
        if letters <= self.space:
            self.space -= letters
            self.chosen.update(more)


def _with_neighbours(own: Sequence[float]) -> list[float]:
    """What each chunk is worth: itself, and a part of the better one beside it."""
    return [
        score + _BESIDE * max((*own[max(0, n - 1) : n], *own[n + 1 : n + 2]), default=0.0)
        for n, score in enumerate(own)
    ]


def _place(unit: Unit) -> tuple[int, int, int]:
    return unit.source, unit.page, unit.start


def parts(sources: Sequence[Source], window: Window) -> list[Source]:
    """The documents as far as a window shows them: pages of which nothing is shown are away."""
    told = []
    for source, shown in zip(sources, window.shown, strict=True):
        pages = tuple(page for page in source.document.pages if page.number in shown.stretches)
        document = replace(source.document, pages=pages)
        part = Source(source.member, document, Locator(document), source.habits, source.scaling)
        told.append(part)
    return told


@dataclass(slots=True)
class PagesRead:
    """What was read of documents, over all windows."""

    sources: Sequence[Source]
    stretches: list[dict[int, list[tuple[int, int]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stretches = [{} for _ in self.sources]

    def add(self, window: Window) -> None:
        """Another window was read."""
        for known, shown in zip(self.stretches, window.shown, strict=True):
            for number, stretches in shown.stretches.items():
                known.setdefault(number, []).extend(stretches)

    def searched(self) -> tuple[Searched, ...]:
        """The pages that were read as a whole."""
        return tuple(
            Searched(source.member.sha256, source.member.name, tuple(self._whole(at)))
            for at, source in enumerate(self.sources)
        )

    @property
    def everything(self) -> bool:
        """Whether all that has text was read."""
        return all(
            set(self._whole(at)) >= {page.number for page in _with_text(source)}
            for at, source in enumerate(self.sources)
        )

    def told(self) -> str:
        """How much was read, in words: `read 38 of 400 pages by relevance`."""
        total = sum(len(_with_text(source)) for source in self.sources)
        whole = sum(len(self._whole(at)) for at in range(len(self.sources)))
        begun = sum(len(known) for known in self.stretches) - whole
        also = f" and parts of {begun} more" if begun else ""
        return f"read {whole} of {total} pages{also} by relevance"

    def unread(self, most: int = 6) -> str:
        """Which pages were not read as a whole, in words, by document."""
        told = []
        for at, source in enumerate(self.sources):
            whole = set(self._whole(at))
            left = [page.number for page in _with_text(source) if page.number not in whole]
            if left:
                name = f"{source.member.name}: " if len(self.sources) > 1 else ""
                told.append(name + _ranges(left, most))
        return "; ".join(told)

    def _whole(self, at: int) -> list[int]:
        """The pages of a document of which every word was read."""
        whole = []
        for page in self.sources[at].document.pages:
            reached = 0
            for start, end in sorted(self.stretches[at].get(page.number, ())):
                if page.text[reached:start].strip():
                    break
                reached = max(reached, end)
            if page.state == "read" and not page.text[reached:].strip():
                whole.append(page.number)
        return whole


def _searched(chunk: Chunk) -> str:
    """What of a chunk is searched: its headings count as said in it."""
    return f"{' '.join(chunk.headings)} {chunk.context} {chunk.text}"


def _page(source: Source, number: int) -> Page:
    return source.locator.page(number)


def _with_text(source: Source) -> list[Page]:
    return [page for page in source.document.pages if page.text.strip()]


def _ranges(numbers: Sequence[int], most: int) -> str:
    """Page numbers in words, as ranges; of many only the first."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    told = [str(a) if a == b else f"{a}–{b}" for a, b in found[:most]]
    more = ", …" if len(found) > most else ""
    plural = "pages" if len(numbers) > 1 else "page"
    return f"{plural} {', '.join(told)}{more}"

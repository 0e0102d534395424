"""Quote to places: where a quote stands in a document, graded by how literally it stands there.

Knows pages and text, not what a quote proves: `support` compares it with a value. What is tried, in
this order: the quote letter by letter; folded; without the marks that models add; with its numbers
and dates in another form; in the lines of one cell; in pieces; roughly.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from casework.documents.boxes import boxes_of, place_of
from casework.documents.places.cells import Run, runs_of
from casework.documents.places.edges import cuts_number, whole_words
from casework.documents.places.folding import fold_quote, without_accents
from casework.documents.places.fuzzy import search
from casework.documents.places.index import Index, Part, has_running
from casework.documents.places.pieces import Cut, cuts, forms
from casework.documents.places.together import Found, together
from casework.documents.places.tokens import tokens_of
from casework.documents.places.written import written_alike
from casework.types.document import Box, Document, Page
from casework.types.proof import Grade, Stretch

_GRADES: tuple[Grade, ...] = ("exact", "normalised", "fuzzy")
_OCCURRENCES = 1_000
"""A quote that stands more often than this is looked at no further."""
_MOST_WORDS = 20_000
"""Of a page that is looked through for cells; there is none so full."""
_PAGES_LOOKED_AT = 4
"""On how many pages, those with most of its words, a quote is looked for in single cells."""
_FAR = 10**6
"""A page away counts as so many letters."""
_LINE_AWAY = 40
_GAP = "\0"
_LEFT_OUT = " … "
_LONGEST_FORMED = 4_000
"""Longer quotes are looked for as they stand and folded, and in no other form."""


class Hint(NamedTuple):
    """What a place should be near to, of places that are equally good: a page, a native place
    (`Costs!B7`), or other stretches of text."""

    page: int | None = None
    place: str = ""
    beside: tuple[Part, ...] = ()

    @property
    def pages(self) -> set[int]:
        """The pages that it names."""
        named = {part.page for part in self.beside}
        return named if self.page is None else {*named, self.page}


ANYWHERE = Hint()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: offsets into the text of a page (from 1), one box per line.

    A quote that is parted (over a page break, by the lines of other cells, by words left out) is
    where most of it is, the other stretches are `further`, and `text` is all of it in reading
    order, a line each, with ` … ` for words that were left out. `score` is 1 but for fuzzy places,
    where it is the share of letters that needed no edit, or that the quote did not leave out.
    `place` is the native place of the first line of the main stretch (`Costs!B7`) or ''. `alike` is
    how many places are as good as this one, itself included.
    """

    page: int
    start: int
    end: int
    boxes: tuple[Box, ...]
    grade: Grade
    score: float
    text: str
    place: str = ""
    further: tuple[Stretch, ...] = ()
    alike: int = 1

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """All of it in reading order."""
        main = Stretch(self.page, self.start, self.end, self.boxes)
        return tuple(sorted((main, *self.further), key=lambda one: (one.page, one.start)))


class _Hit(NamedTuple):
    """A place before it is dressed; sorts best first, but for `near`, which a hint fills in."""

    rank: int
    distance: float
    broken_word: bool
    near: float
    parts: tuple[Part, ...]
    gaps: bool = False
    """Whether words are left out between its parts."""


class Locator:
    """Looks quotes up in one document. Builds its index at the first quote that is not found
    letter by letter; may be kept and used for many quotes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._pages = {page.number: page for page in document.pages}
        self._indexes: dict[bool, Index] = {}
        self._runs: dict[int, list[Run]] = {}

    def find(
        self,
        quote: str,
        *,
        limit: int = 5,
        pages: Sequence[int] | None = None,
        hint: Hint = ANYWHERE,
        rough: bool = True,
        every: bool = False,
    ) -> list[Place]:
        """The places of the quote, best first: exact, normalised, fuzzy; whole words before
        parts of words; what `hint` names before others, earlier pages before later ones. `pages`
        limits the search to these; not `rough` is quick and looks for no more than the words as
        they stand or folded. With `every` those that are written with other capitals or accents
        come too, behind those that are written so.

        A place never begins or ends inside a number, and a fuzzy one has the numbers of the
        quote unchanged.
        """
        wanted = quote.strip()
        if not wanted or limit < 1:
            return []
        chosen = frozenset(pages) if pages is not None else None
        hits = _on(self._exact(wanted, chosen), chosen)
        if len(hits) >= _OCCURRENCES and chosen is None:
            hits = list(dict.fromkeys([*self._exact(wanted, hint.pages), *hits]))
        if not hits or all(hit.broken_word for hit in hits):
            hits += self._folded(wanted, chosen, limit, rough=rough and not hits)
        if every:
            known = {hit.parts for hit in hits}
            hits += [hit for hit in self._spelled(wanted, chosen) if hit.parts not in known]
        if hint != ANYWHERE:
            hits = [hit._replace(near=self._nearness(hit, hint)) for hit in hits]
        hits.sort()
        alike: dict[tuple[int, float, bool], int] = {}
        for hit in hits:
            alike[hit[:3]] = alike.get(hit[:3], 0) + 1
        return [self._place(hit, alike[hit[:3]]) for hit in hits[:limit]]

    def page(self, number: int) -> Page:
        """The page of this number; raises KeyError."""
        return self._pages[number]

    @cached_property
    def _whole(self) -> tuple[str, list[int]]:
        """The text of all pages, and where each of them begins in it."""
        starts, reached = [], 0
        for page in self.document.pages:
            starts.append(reached)
            reached += len(page.text) + 1
        return _GAP.join(page.text for page in self.document.pages), starts

    def _exact(self, quote: str, on: Collection[int] | None) -> list[_Hit]:
        text, starts = self._whole
        pages = self.document.pages
        within = [(0, len(text))]
        if on is not None:
            within = [
                (start, start + len(page.text))
                for page, start in zip(pages, starts, strict=True)
                if page.number in on
            ]
        hits: list[_Hit] = []
        for start, end in _occurrences(quote, text, within):
            at = bisect_right(starts, start) - 1
            part = Part(pages[at].number, start - starts[at], end - starts[at])
            hits.append(_Hit(0, 0.0, not whole_words(text, start, end), 0.0, (part,)))
        return hits

    def _folded(
        self, quote: str, pages: Collection[int] | None, limit: int, *, rough: bool
    ) -> list[_Hit]:
        """Normalised places; when there is none and `rough`, fuzzy ones."""
        folded = fold_quote(quote)
        rough = rough and len(quote) <= _LONGEST_FORMED
        others = forms(quote) if len(quote) <= _LONGEST_FORMED else []
        said = [folded, *map(fold_quote, others)]
        said = [one for one in dict.fromkeys(said) if one and _says_something(one, folded)]
        ways = (self._plainly, self._rewritten, self._in_cells) if rough else (self._plainly,)
        for way in ways:
            for one in said:
                if kept := _on(way(one, pages), pages):
                    return kept
        for parted in cuts(quote) if rough else ():
            if kept := _on(self._in_pieces(parted), pages):
                return kept
        if not rough or not said:
            return []
        many = limit if pages is None else _OCCURRENCES
        for form in dict.fromkeys((said[-1], said[0])):
            if kept := _on(self._roughly(form, many), pages):
                return kept
        return []

    def _plainly(self, folded: str, on: Collection[int] | None = None) -> list[_Hit]:
        """Where a folded text stands; what headers and footers interrupt is looked for in the text
        without them."""
        for index in self._bodies:
            hits = [
                _Hit(1, 0.0, not whole_words(index.text, *span), 0.0, index.parts(*span))
                for span in _occurrences(folded, index.text, index.ranges(on))
            ]
            if kept := _on(dict.fromkeys(hits), on):
                return kept
        return []

    def _spelled(self, quote: str, on: Collection[int] | None) -> list[_Hit]:
        """Where a text stands whatever its capitals and accents."""
        bare = without_accents(fold_quote(quote))
        index, text = self._index(False), self._bare
        found = _occurrences(bare, text, index.ranges(on)) if bare else ()
        hits = [
            _Hit(1, 0.0, not whole_words(text, *span), 0.0, index.parts(*span)) for span in found
        ]
        return _on(dict.fromkeys(hit for hit in hits if hit.parts), on)

    @cached_property
    def _bare(self) -> str:
        """The folded text without accents, letter for letter."""
        return without_accents(self._index(False).text)

    def _rewritten(self, folded: str, on: Collection[int] | None = None) -> list[_Hit]:
        """Where the text says the same with its numbers, dates or blanks in another form."""
        for index in self._bodies:
            spans = written_alike(folded, index)
            hits = [
                _Hit(1, 0.0, not whole_words(index.text, *span), 0.0, index.parts(*span))
                for span in spans
                if not (cuts_number(index.text, span[0]) or cuts_number(index.text, span[1]))
            ]
            if kept := _on(hits, on):
                return kept
        return []

    def _in_cells(self, folded: str, on: Collection[int] | None = None) -> list[_Hit]:
        """Where a folded text stands in the lines of one cell or column of a table."""
        hits: list[_Hit] = []
        for number in self._likely_pages(folded) if on is None else on:
            for run in self._runs_of(number):
                for start, end in _occurrences(folded, run.text, [(0, len(run.text))]):
                    parts = tuple(Part(number, *span) for span in run.parts(start, end))
                    if parts and all(hit.parts != parts for hit in hits):
                        broken = not whole_words(run.text, start, end)
                        hits.append(_Hit(1, 0.0, broken, 0.0, parts))
        return hits

    def _likely_pages(self, folded: str) -> list[int]:
        """The pages with most of the words of a quote; none when a word of it stands nowhere."""
        index = self._index(False)
        said = tokens_of(folded)
        if not said or any(not index.tokens.places(token.key) for token in said):
            return []
        stretches = index.tokens.densest(said, max(200, 2 * len(folded)), _PAGES_LOOKED_AT)
        found = [index.page_at(at) for stretch in stretches for at in stretch]
        return list(dict.fromkeys(found))[:_PAGES_LOOKED_AT]

    def _runs_of(self, number: int) -> list[Run]:
        runs = self._runs.get(number)
        page = self._pages.get(number)
        if page is None or len(page.words) > _MOST_WORDS:
            return []
        if runs is None:
            cells = [cell for table in self.document.tables for cell in table.cells]
            runs = self._runs[number] = runs_of(page, cells)
        return runs

    def _in_pieces(self, parted: Cut) -> list[_Hit]:
        """Where the pieces of a quote stand together."""
        found: list[list[Found]] = []
        _, starts = self._whole
        base = {page.number: at for page, at in zip(self.document.pages, starts, strict=True)}
        for piece in parted.pieces:
            hits: list[_Hit] = []
            for form in (piece, *forms(piece)):
                for way in (self._plainly, self._rewritten, self._in_cells):
                    hits = hits or [hit for hit in way(fold_quote(form)) if not hit.broken_word]
            found.append([Found(hit.parts, base[hit.parts[0].page]) for hit in hits])
            if not hits:
                return []
        if len(found) == 1:
            return [_Hit(2, parted.lost, False, 0.0, one.parts) for one in found[0]]
        texts = {page.number: page.text for page in self.document.pages}
        placed = together(found, texts, row=parted.row, boxes=self._box_of)
        return [
            _Hit(1 if one.whole else 2, 1.0 - one.share, False, 0.0, one.parts, not one.whole)
            for one in placed
        ]

    def _box_of(self, part: Part) -> tuple[float, float]:
        """The top and bottom of a stretch."""
        boxes = boxes_of(self._pages[part.page], part.start, part.end)
        return min((b.y0 for b in boxes), default=0.0), max((b.y1 for b in boxes), default=0.0)

    def _roughly(self, folded: str, limit: int) -> list[_Hit]:
        for index in reversed(self._bodies):
            hits = [
                _Hit(2, near.distance / len(folded), False, 0.0, index.parts(near.start, near.end))
                for near in search(folded, index.text, limit, index.tokens)
            ]
            if hits := [hit for hit in hits if hit.parts]:
                return hits
        return []

    @property
    def _bodies(self) -> list[Index]:
        """The text with, then without headers and footers where it has any."""
        running = (False, True) if self._has_running else (False,)
        return [self._index(body_only) for body_only in running]

    @cached_property
    def _has_running(self) -> bool:
        return has_running(self.document.pages)

    def _index(self, body_only: bool) -> Index:
        index = self._indexes.get(body_only)
        if index is None:
            index = Index(self.document.pages, body_only=body_only)
            self._indexes[body_only] = index
        return index

    def _nearness(self, hit: _Hit, hint: Hint) -> float:
        """How far a hit is from what a hint names; a native place counts above all else."""
        part = hit.parts[0]
        page = self._pages[part.page]
        away = 0.0
        if hint.place and not _same_place(place_of(page, part.start), hint.place):
            away += _FAR * _FAR
        if hint.page is not None and all(one.page != hint.page for one in hit.parts):
            away += _FAR * (_FAR / 2) + _FAR * abs(part.page - hint.page)
        if hint.beside:
            away += min(self._apart(part, other) for other in hint.beside)
        return away

    def _apart(self, one: Part, other: Part) -> float:
        """How far two stretches are from each other: letters between them, a line more for many."""
        if one.page != other.page:
            return _FAR * abs(one.page - other.page)
        between = self._pages[one.page].text[min(one.end, other.end) : max(one.start, other.start)]
        return len(between) + _LINE_AWAY * between.count("\n")

    def _place(self, hit: _Hit, alike: int) -> Place:
        main = max(hit.parts, key=lambda part: part.end - part.start)
        page = self._pages[main.page]
        texts = (self._pages[part.page].text[part.start : part.end] for part in hit.parts)
        further = tuple(
            Stretch(*part, boxes_of(self._pages[part.page], part.start, part.end))
            for part in hit.parts
            if part != main
        )
        return Place(
            main.page,
            main.start,
            main.end,
            boxes_of(page, main.start, main.end),
            _GRADES[hit.rank],
            1.0 - hit.distance,
            (_LEFT_OUT if hit.gaps else "\n").join(texts),
            place_of(page, main.start),
            further,
            alike,
        )


def _says_something(form: str, quote: str) -> bool:
    """Whether a form of a quote is more than the signs around it."""
    return form == quote or any(letter.isalnum() for letter in form)


def _same_place(place: str, wanted: str) -> bool:
    return place.casefold().replace(" ", "") == wanted.casefold().replace(" ", "")


def _on(hits: Iterable[_Hit], pages: Collection[int] | None) -> list[_Hit]:
    return [hit for hit in hits if pages is None or any(one.page in pages for one in hit.parts)]


def _occurrences(
    quote: str, text: str, within: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Where the quote stands in these ranges of the text letter by letter without cutting a
    number."""
    length, left = len(quote), _OCCURRENCES
    for start, end in within:
        at = text.find(quote, start, end)
        while at >= 0 and left:
            left -= 1
            if not (cuts_number(text, at) or cuts_number(text, at + length)):
                yield at, at + length
            at = text.find(quote, at + 1, end)

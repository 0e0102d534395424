"""Quote to places: where a quote stands in a document, graded by how literally it stands there.

Knows pages and text, not what a quote proves: `support` compares it with a value.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.documents.folding import Folded, fold, fold_quote
from casework.documents.lazy_words import LazyWords
from casework.documents.locate_edges import cuts_number, whole_words
from casework.documents.locate_fuzzy import search
from casework.types.document import Box, Document, Page
from casework.types.proof import Grade

_RANK: dict[Grade, int] = {"exact": 0, "normalised": 1, "fuzzy": 2, "none": 3}
_OCCURRENCES = 200
"""A quote that stands more often than this is looked at no further."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: offsets into the text of a page (from 1), one box per line.

    `score` is 1 but for fuzzy places, where it is the share of letters that needed no edit;
    `place` is the native place of its first line (`Costs!B7`) or ''.
    """

    page: int
    start: int
    end: int
    boxes: tuple[Box, ...]
    grade: Grade
    score: float
    text: str
    place: str = ""


class _Hit(NamedTuple):
    """A place before it is dressed; sorts best first."""

    rank: int
    distance: float
    broken_word: bool
    page: int
    start: int
    end: int


class Locator:
    """Looks quotes up in one document. Builds its index at the first quote that is not found
    letter by letter; may be kept and used for many quotes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._pages = {page.number: page for page in document.pages}
        self._indexes: dict[bool, _Index] = {}

    def find(
        self, quote: str, *, limit: int = 5, pages: Sequence[int] | None = None
    ) -> list[Place]:
        """The places of the quote, best first: exact, normalised, fuzzy; whole words before
        parts of words, earlier pages before later ones. `pages` limits the search to these.

        A place never begins or ends inside a number, and a fuzzy one has the numbers of the
        quote unchanged. A quote that runs over a page break is on the page with most of it.
        """
        wanted = quote.strip()
        if not wanted or limit < 1:
            return []
        chosen = frozenset(pages) if pages is not None else None
        hits = self._exact(wanted, limit, chosen)
        if not hits or all(hit.broken_word for hit in hits):
            hits += self._folded(wanted, limit, chosen)
        hits.sort()
        return [self._place(hit) for hit in hits[:limit]]

    def page(self, number: int) -> Page:
        """The page of this number; raises KeyError."""
        return self._pages[number]

    def _exact(self, quote: str, limit: int, pages: Collection[int] | None) -> list[_Hit]:
        hits: list[_Hit] = []
        for page in self.document.pages:
            if pages is not None and page.number not in pages:
                continue
            for start, end in _occurrences(quote, page.text):
                broken = not whole_words(page.text, start, end)
                hits.append(_Hit(0, 0.0, broken, page.number, start, end))
                if not broken and len(hits) >= limit:
                    return hits
        return hits

    def _folded(self, quote: str, limit: int, pages: Collection[int] | None) -> list[_Hit]:
        """Normalised places; when there is none, fuzzy ones. What headers and footers interrupt
        is looked for in the text without them."""
        folded = fold_quote(quote)
        if not folded:
            return []
        running = any(
            b.kind in ("header", "footer") for p in self._pages.values() for b in p.blocks
        )
        bodies = (False, True) if running else (False,)
        for body_only in bodies:
            index = self._index(body_only)
            hits = [
                _Hit(1, 0.0, not whole_words(index.text, *span), *index.page_span(*span))
                for span in _occurrences(folded, index.text)
            ]
            if kept := _on(hits, pages):
                return kept
        for body_only in reversed(bodies):
            index = self._index(body_only)
            hits = [
                _Hit(2, near.distance / len(folded), False, *index.page_span(near.start, near.end))
                for near in search(folded, index.text, limit if pages is None else _OCCURRENCES)
            ]
            if kept := _on(hits, pages):
                return kept
        return []

    def _index(self, body_only: bool) -> _Index:
        index = self._indexes.get(body_only)
        if index is None:
            index = self._indexes[body_only] = _Index(self.document.pages, body_only)
        return index

    def _place(self, hit: _Hit) -> Place:
        page = self._pages[hit.page]
        grade: Grade = ("exact", "normalised", "fuzzy")[hit.rank]
        return Place(
            hit.page,
            hit.start,
            hit.end,
            boxes_of(page, hit.start, hit.end),
            grade,
            1.0 - hit.distance,
            page.text[hit.start : hit.end],
            place_of(page, hit.start),
        )


def _on(hits: list[_Hit], pages: Collection[int] | None) -> list[_Hit]:
    return [hit for hit in hits if pages is None or hit.page in pages]


def _occurrences(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the quote stands in the text letter by letter without cutting a number."""
    at, length = text.find(quote), len(quote)
    for _ in range(_OCCURRENCES):
        if at < 0:
            return
        if not (cuts_number(text, at) or cuts_number(text, at + length)):
            yield at, at + length
        at = text.find(quote, at + 1)


def words_of(page: Page, start: int, end: int) -> tuple[int, int]:
    """The indexes of the words that lie in or touch a span of the page's text, end exclusive."""
    if isinstance(page.words, LazyWords):
        return page.words.touching(start, end)
    first = bisect_right(page.words, start, key=lambda word: word.end)
    return first, max(first, bisect_left(page.words, end, key=lambda word: word.start))


def boxes_of(page: Page, start: int, end: int) -> tuple[Box, ...]:
    """One box per line for a span of the page's text, around its words on that line."""
    first, last = words_of(page, start, end)
    if isinstance(page.words, LazyWords):
        return page.words.boxes(first, last)
    boxes: list[Box] = []
    line = -1
    for word in page.words[first:last]:
        box = word.box
        if word.line == line:
            x0, y0, x1, y1 = boxes[-1]
            boxes[-1] = Box(min(x0, box.x0), min(y0, box.y0), max(x1, box.x1), max(y1, box.y1))
        else:
            boxes.append(box)
            line = word.line
    return tuple(boxes)


def place_of(page: Page, start: int) -> str:
    """The native place of the line that an offset lies on, '' when it has none."""
    at = bisect_right(page.lines, start, key=lambda line: line.start) - 1
    return page.lines[at].place if at >= 0 else ""


class _Index:
    """The folded text of all pages in one string, pages joined by a space; a word that is broken
    over two pages is joined."""

    __slots__ = ("_folded", "_pages", "_starts", "text")

    def __init__(self, pages: Sequence[Page], body_only: bool) -> None:
        self._pages: list[int] = []
        self._folded: list[Folded] = []
        self._starts: list[int] = []
        self.text = ""
        pieces: list[str] = []
        reached = 0
        for page, start, end in _stretches(pages, body_only):
            folded = fold(page.text[start:end], start)
            self._pages.append(page.number)
            self._folded.append(folded)
            self._starts.append(reached)
            broken = folded.text.endswith("-") and folded.text[-2:-1].isalpha()
            pieces.append(folded.text[:-1] if broken else folded.text + " ")
            reached += len(pieces[-1])
        self.text = "".join(pieces)

    def page_span(self, start: int, end: int) -> tuple[int, int, int]:
        """The page that holds most of a span of `text`, and the span in the page's own text."""
        at = max(0, bisect_right(self._starts, start) - 1)
        best: tuple[int, int, int] = (self._pages[at], 0, 0)
        most = 0
        while at < len(self._starts) and self._starts[at] < end:
            base, folded = self._starts[at], self._folded[at]
            first, last = max(start - base, 0), min(end - base, len(folded.text))
            at += 1
            if last - first > most:
                most = last - first
                best = (self._pages[at - 1], *folded.span(first, last))
        return best


def _stretches(pages: Sequence[Page], body_only: bool) -> Iterator[tuple[Page, int, int]]:
    """The stretches of text of each page without white space around them."""
    for page in pages:
        for start, end in _bodies(page) if body_only else ((0, len(page.text)),):
            piece = page.text[start:end]
            bare = piece.strip()
            if bare:
                first = start + piece.index(bare)
                yield page, first, first + len(bare)


def _bodies(page: Page) -> Iterator[tuple[int, int]]:
    """The stretches of a page between its headers and footers."""
    reached = 0
    for block in page.blocks:
        if block.kind in ("header", "footer") and block.end_line > block.first_line:
            yield reached, page.lines[block.first_line].start
            reached = page.lines[block.end_line - 1].end
    yield reached, len(page.text)

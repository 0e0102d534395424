"""The folded text of all pages in one string, and the way back from it to the pages.

Pages are joined by a space; a word that is broken over two pages is joined.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from casework.documents.places.folding import Folded, fold
from casework.documents.places.tokens import Tokens
from casework.documents.places.written import days_of
from casework.types.document import Page
from casework.values.habits import Habits, habits_of


class Part(NamedTuple):
    """A stretch of the text of one page."""

    page: int
    start: int
    end: int


class Index:
    """What quotes are looked up in. With `body_only` headers and footers are left out."""

    def __init__(self, pages: Sequence[Page], *, body_only: bool = False) -> None:
        self._pages: list[int] = []
        self._folded: list[Folded] = []
        self._starts: list[int] = []
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

    @cached_property
    def tokens(self) -> Tokens:
        """The words of the text with where they stand; made when first asked for."""
        return Tokens(self.text)

    @cached_property
    def habits(self) -> Habits:
        """How the text writes dates and numbers."""
        return habits_of(self.text)

    @cached_property
    def days(self) -> dict[str, list[int]]:
        """Where each day of the text is written, by its ISO form."""
        return days_of(self.text, self.habits)

    def ranges(self, pages: Collection[int] | None) -> list[tuple[int, int]]:
        """The stretches of `text` that hold these pages with the ones before and behind them; all
        of it for None."""
        if pages is None:
            return [(0, len(self.text))]
        edges = [0, *self._starts, len(self.text), len(self.text)]
        return [(edges[at], edges[at + 3]) for at, page in enumerate(self._pages) if page in pages]

    def page_at(self, at: int) -> int:
        """The number of the page that an offset of `text` lies on."""
        return self._pages[max(0, bisect_right(self._starts, at) - 1)]

    def parts(self, start: int, end: int) -> tuple[Part, ...]:
        """A span of `text` as stretches of the pages, in reading order, one a page unless a
        running header parts it there."""
        at = max(0, bisect_right(self._starts, start) - 1)
        found: list[Part] = []
        while at < len(self._starts) and self._starts[at] < end:
            base, folded = self._starts[at], self._folded[at]
            first, last = max(start - base, 0), min(end - base, len(folded.text))
            if last > first:
                found.append(Part(self._pages[at], *folded.span(first, last)))
            at += 1
        return tuple(found)


def has_running(pages: Sequence[Page]) -> bool:
    """Whether any page has a header or footer, which may interrupt a quote."""
    return any(b.kind in ("header", "footer") for page in pages for b in page.blocks)


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

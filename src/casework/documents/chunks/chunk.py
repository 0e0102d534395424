"""A document in chunks: stretches of its text along its structure, each with its place.

A chunk stands on one page, holds whole paragraphs, list items and table rows where they fit, and
knows the headings above it and the headings of the table it goes on with. Together the chunks hold
every word of the document once; only `lead` repeats words of the chunk before. Knows nothing of
what chunks are for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from casework.base.hashing import sha256_text
from casework.documents.chunks.pieces import Atom, atoms_of, pieces_of
from casework.types.document import Document, Page
from casework.types.table import Table

_ID_LENGTH = 32
_LETTERS_A_TOKEN = 4.0
_DIGITS_A_TOKEN = 2.0
_OTHERS_A_TOKEN = 2.0
_DIGIT = re.compile(r"\d")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Signs of Chinese, Japanese and Korean: about a token each."""
_OTHER = re.compile("[\u0080-\u2e7f\ua000-\uabff]")
_BLANK = re.compile(r"\s")


class Bounds(NamedTuple):
    """How large a chunk may be: letters of its own text, and estimated tokens of it (0: as many as
    the letters are). `overlap` is how many letters of the chunk before are repeated."""

    letters: int = 1_600
    tokens: int = 0
    overlap: int = 0


DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a page: `start` to `end` of its text. `place` is the native place of its first
    line ('' if it has none); `headings` those that it stands under, the outermost first; `context`
    the heading rows of the table whose further rows it holds, '' for none; `lead` the end of the
    chunk before, repeated. `number` counts from 0; `id` depends on what it says alone."""

    id: str
    number: int
    document: str
    page: int
    start: int
    end: int
    text: str
    place: str = ""
    headings: tuple[str, ...] = ()
    context: str = ""
    lead: str = ""

    @property
    def told(self) -> str:
        """The chunk as it can be read by itself: headings, table headings, overlap, text."""
        own = self.headings
        if own and self.text.startswith(own[-1]):
            own = own[:-1]
        parts = [" › ".join(own), self.context, f"{self.lead} {self.text}".strip()]
        return "\n".join(part for part in parts if part)

    @property
    def tokens(self) -> int:
        """The tokens that `told` is estimated to be."""
        return estimated_tokens(self.told)


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is: four Latin letters, two digits or two letters of other
    scripts to one, Chinese, Japanese and Korean signs one each. No model counts exactly so."""
    digits, wide = len(_DIGIT.findall(text)), 0
    others = 0
    if not text.isascii():
        wide, others = len(_WIDE.findall(text)), len(_OTHER.findall(text))
    rest = len(text) - digits - wide - others
    return round(
        rest / _LETTERS_A_TOKEN + digits / _DIGITS_A_TOKEN + others / _OTHERS_A_TOKEN + wide
    )


def chunks_of(
    document: Document, bounds: Bounds = DEFAULT_BOUNDS, *, tables: Sequence[Table] | None = None
) -> list[Chunk]:
    """The chunks of a document, in its order. `tables` are those to keep whole rows of; by default
    those that the format states.

    A chunk is never larger than the bounds unless a single word is: no word is cut. A table row is
    cut, between its cells first, only where it alone is larger than the bounds.
    """
    known = document.tables if tables is None else tables
    making = _Making(document, bounds)
    for page, atoms in atoms_of(document.pages, known):
        making.add(page, atoms)
    return making.chunks


@dataclass(slots=True)
class _Making:
    """Chunks under way. `path` are the headings in force with their levels."""

    document: Document
    bounds: Bounds
    chunks: list[Chunk] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, page: Page, atoms: Sequence[Atom]) -> None:
        most = self._most(page)
        open_: list[Atom] = []
        for atom in atoms:
            if atom.kind == "heading":
                if any(one.kind != "heading" for one in open_):
                    self._close(page, open_)
                    open_ = []
                self._enter(atom, page)
            if open_ and atom.end - open_[0].start > most:
                self._close(page, open_)
                open_ = []
            if atom.end - atom.start <= most:
                open_.append(atom)
                continue
            for start, end in pieces_of(page, atom, most):
                self._close(page, [replace(atom, start=start, end=end)])
        self._close(page, open_)

    def _most(self, page: Page) -> int:
        """The letters that a chunk of this page may have."""
        if not self.bounds.tokens or not page.text:
            return max(1, self.bounds.letters)
        each = len(page.text) / max(1, estimated_tokens(page.text))
        return max(1, min(self.bounds.letters, int(self.bounds.tokens * each)))

    def _enter(self, atom: Atom, page: Page) -> None:
        level = atom.level or 1
        while self.path and self.path[-1][0] >= level:
            self.path.pop()
        words = " ".join(page.text[atom.start : atom.end].split())
        self.path.append((level, words))

    def _close(self, page: Page, atoms: Sequence[Atom]) -> None:
        """Make a chunk of atoms that follow each other."""
        if not atoms:
            return
        start, end = atoms[0].start, atoms[-1].end
        text = page.text[start:end]
        headings = tuple(words for _, words in self.path)
        context = atoms[0].context
        said = sha256_text("\x1f".join((*headings, context, text)))[:_ID_LENGTH]
        self.seen[said] += 1
        again = self.seen[said]
        self.chunks.append(
            Chunk(
                said if again == 1 else f"{said}-{again}",
                len(self.chunks),
                self.document.sha256,
                page.number,
                start,
                end,
                text,
                _place(page, start),
                headings,
                context,
                self._lead(headings, atoms[0]),
            )
        )

    def _lead(self, headings: tuple[str, ...], first: Atom) -> str:
        """The end of the chunk before, where the text goes on from it."""
        if not self.bounds.overlap or not self.chunks or first.kind in ("heading", "table"):
            return ""
        before = self.chunks[-1]
        if before.headings != headings:
            return ""
        if len(before.text) <= self.bounds.overlap:
            return before.text
        tail = before.text[-self.bounds.overlap - 1 :]
        blank = _BLANK.search(tail)
        return tail[blank.end() :].strip() if blank else ""


def _place(page: Page, start: int) -> str:
    at = bisect_right(page.lines, start, key=lambda line: line.start) - 1
    return page.lines[at].place if at >= 0 else ""

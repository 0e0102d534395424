"""A parsed document: pages of text whose words have places. Lengths are PDF points (1/72 inch),
the origin is the top left corner, pages count from 1. Knows nothing of files or formats.

The text of a page is one string; words, lines and blocks point into it by offsets (code points,
end exclusive), so that a quote found in the text gives its words, and these give boxes.
Formats without pages (text, mail, sheets, Word) are typeset on pages of our own, so that every
word of every format has a box; their lines also bear a native `place` such as `Costs!B7`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

DocumentState = Literal[
    "read",
    "needs_ocr",
    "password",
    "broken",
    "empty",
    "too_large",
    "too_slow",
    "unsupported",
]
"""`read`: pages with text. All others: no usable text, and `reason` says why and what to do."""

BlockKind = Literal["heading", "paragraph", "list", "table", "header", "footer", "code"]


class Box(NamedTuple):
    """A rectangle on a page: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float


class Word(NamedTuple):
    """A word: its span in the text of the page, its box, and the index of its line."""

    start: int
    end: int
    box: Box
    line: int


class Line(NamedTuple):
    """A line: its span in the text of the page, its box, and its native place ('' if it has none).

    Lines are parted by a line break, blocks by an empty line; the cells of a grid row are lines of
    their own, parted by a tab.

    Places: `line 12`, `paragraph 4`, `Costs!B7` (sheet and cell), `row 3, column 2`, `Subject`.
    """

    start: int
    end: int
    box: Box
    place: str = ""


class Block(NamedTuple):
    """Lines that belong together: indexes into the lines of the page (end exclusive).

    `level` is 1 to 6 for a heading, else 0.
    """

    kind: BlockKind
    first_line: int
    end_line: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order. `label` is what a person calls it ('' means its number)."""

    number: int
    width_pt: float
    height_pt: float
    text: str
    words: Sequence[Word]
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...] = ()
    label: str = ""
    state: Literal["read", "needs_ocr", "empty"] = "read"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside a document: becomes a document of the same case."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read by one version of one reader.

    `facts` are what the format states about itself (title, author, and for mail from, to, subject,
    date, message-id, thread), as short text. `notes` are remarks for people, such as a file whose
    name does not match its content.
    """

    sha256: str
    media_type: str
    reader: str
    reader_version: str
    state: DocumentState
    reason: str = ""
    pages: tuple[Page, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether there is text to look at."""
        return self.state == "read"

    @property
    def word_count(self) -> int:
        """The number of words on all pages."""
        return sum(len(page.words) for page in self.pages)

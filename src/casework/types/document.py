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

from casework.types.table import Table

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

BlockKind = Literal["heading", "paragraph", "list", "table", "header", "footer", "code", "quote"]
"""`quote`: what a mail quotes of the mail that it answers."""


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


RemarkKind = Literal["invisible", "tiny", "off_page", "covered", "unlike_picture", "damaged"]


class Remark(NamedTuple):
    """Something on a page that a person should know of: text that nobody sees, for example.

    `start` and `end` are a span in the text of the page, equal when it speaks of the whole page.
    """

    kind: RemarkKind
    start: int = 0
    end: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order. `label` is what a person calls it ('' means its number).

    `read_by` says where its words come from: the text of the file, optical character recognition,
    or both. `confidences` are one a word, 0 to 1 (1 for words of the file's own text); empty when
    nothing was recognised. `turned` is how far recognition turned the page of the file clockwise,
    beyond what the file says, so that its text is upright here; whoever draws it turns it too.
    """

    number: int
    width_pt: float
    height_pt: float
    text: str
    words: Sequence[Word]
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...] = ()
    label: str = ""
    state: Literal["read", "needs_ocr", "empty"] = "read"
    read_by: Literal["text", "ocr", "mixed"] = "text"
    confidences: tuple[float, ...] = ()
    remarks: tuple[Remark, ...] = ()
    turned: Literal[0, 90, 180, 270] = 0


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
    name does not match its content. `tables` are those that the format states; others are found on
    pages by `documents.tables.find`.
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
    tables: tuple[Table, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether there is text to look at."""
        return self.state == "read"

    @property
    def word_count(self) -> int:
        """The number of words on all pages."""
        return sum(len(page.words) for page in self.pages)

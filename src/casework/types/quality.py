"""What is to be known of a document before it is relied on: how well it could be read, what in it
nobody sees, in which language it is, and which other documents are like it.

Pages count from 1; shares and confidences are 0 to 1; languages are ISO 639-1 codes, '' for
unknown. Knows nothing of how any of it was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from casework.types.document import RemarkKind


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text of a page that people do not see, or not as it is: untrusted, and shortened here.

    `words` counts all of it; `detail` tells how it is hidden, where the reader says more than its
    kind.
    """

    kind: RemarkKind
    page: int
    text: str
    words: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LowPage:
    """A page whose recognised words are doubtful: their mean confidence and how many are poor."""

    page: int
    confidence: float
    poor_words: int


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A page in another language than its document."""

    page: int
    language: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The report of one document, from its text alone.

    `recognised_words` came from optical character recognition; `confidence` is their mean, None
    without any. `unread_pages` are pictures that nobody has recognised yet; `garbled_pages` have
    letters that are damaged or were decoded wrongly.
    """

    pages: int = 0
    words: int = 0
    recognised_words: int = 0
    confidence: float | None = None
    recognised_pages: tuple[int, ...] = ()
    unread_pages: tuple[int, ...] = ()
    empty_pages: tuple[int, ...] = ()
    damaged_pages: tuple[int, ...] = ()
    garbled_pages: tuple[int, ...] = ()
    low_pages: tuple[LowPage, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    hidden_more: int = 0
    """How many further finds of hidden text there are beside those in `hidden`."""
    language: str = ""
    other_languages: tuple[PageLanguage, ...] = ()

    @property
    def recognised_share(self) -> float:
        """The share of its words that was recognised from pictures."""
        return self.recognised_words / self.words if self.words else 0.0


FlagCode = Literal[
    "unreadable",
    "hidden_text",
    "unlike_picture",
    "poor_recognition",
    "unread_pages",
    "damaged_pages",
    "garbled_text",
    "same_bytes",
    "same_text",
    "nearly_same",
    "other_language",
    "empty_pages",
]


@dataclass(frozen=True, slots=True)
class QualityFlag:
    """Something about a document that a person should know: what, where, and what to do.

    A `serious` one may make values wrong or be meant to; the others are worth knowing.
    """

    code: FlagCode
    text: str
    fix: str = ""
    pages: tuple[int, ...] = ()
    serious: bool = False
    quotes: tuple[HiddenText, ...] = ()


Likeness = Literal["same_text", "nearly_same", "part", "similar"]
"""`same_text`: the same words in other bytes. `nearly_same`: hardly anything differs, and no number
or date that tells documents apart. `part`: one stands within the other. `similar`: much is the
same, as with two letters from one template."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a document is compared by, small whatever its length.

    `text` is the digest of its words in order; `shingles` are the smallest hashes of its runs of
    three words, out of `count`; `marks` the smallest hashes of numbers and dates that tell it from
    others (an invoice number), out of `marks_count`; `keys` are what like documents share.
    """

    text: str
    count: int
    shingles: tuple[int, ...]
    marks_count: int = 0
    marks: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()


class Alike(NamedTuple):
    """How two documents are alike: the share of the text that both have (judged by samples), and
    of the marks of either how many only one has and how many both have."""

    kind: Likeness
    share: float
    marks_apart: int = 0
    marks_shared: int = 0


@dataclass(frozen=True, slots=True)
class Assessed:
    """What reading a document found out beside its text."""

    quality: Quality
    sketch: Sketch | None = field(default=None)
    """None for a document of too few words to be compared."""

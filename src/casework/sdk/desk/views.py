"""What review gives back: an item to be decided, what became of an answer, and how a session goes.
Frozen and plain; of a blind item nothing tells what the machine found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from casework.review.order import Why
from casework.sdk.views import CitationView
from casework.types.case import AbsenceKind
from casework.types.document import Box, DocumentState
from casework.types.values import Json, ValueType
from casework.types.verdict import Verdict

Kept = Literal["accepted", "corrected", "rejected", "read"]
"""What an answer became: a verdict of this kind, or a second reading (`read`)."""
IDLE_CAP_S = 300.0
"""An answer that took longer is kept as this long: somebody went for coffee."""
BECAUSE_SECOND = "somebody has read it before you: read it once more"


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page that an item can be decided by; `cited` if what the machine found stands there."""

    document: str
    document_name: str
    page: int
    cited: bool = False
    width_pt: float = 0.0
    height_pt: float = 0.0


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read and has no page to show: why, and its state."""

    document: str
    document_name: str
    state: DocumentState
    reason: str


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What else was found: by another reader, or at another place of the document."""

    who: str
    shown: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: boxes in points on the item's `page` (an index into its pages)."""

    page: int
    boxes: tuple[Box, ...]
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that an item can be answered with: the machine's value (`accepts`), what another
    person or reader said, one of the two values of a conflict, or an option of the step. `value` is
    what is handed in as a correction, `places` are where it stands."""

    shown: str
    value: str
    words: str
    accepts: bool = False
    absence: str = ""
    confidence: float | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """What a value was made from: the cell of another step, as text."""

    step: str
    shown: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`number` of this item in the session, `left` that wait, this one included; `today` is how
    many decisions this person has made since midnight."""

    number: int
    left: int
    today: int


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A cell before a person. `kind` says whether something about it calls for them (`unsure`), its
    case was drawn at random (`audit`), or somebody else has read it already (`second`); `because`
    says it in words. What is `blind` shows nothing of what the machine found: `shown`, `value`,
    `absence`, `citations` and the rest are empty, and `pages` are all pages in their order.

    `choices` are what it can be answered with in one go, the machine's value first.
    Of a cell that could not be read `pages` begin with those of the documents that could not, where
    they can be drawn; `unread` are those of which nothing can be shown.
    `rule` and `inputs` are what a value was made from that stands in no document. `held` is a
    person's value that the machine disagrees with. `acceptable` says whether there is
    something to accept; `type_words` is its type in words, `options` what may be chosen from.
    """

    case: str
    case_id: str
    path: str
    step: str
    step_id: str
    type_words: str
    instruction: str
    kind: Why
    blind: bool
    because: str
    progress: Progress
    shown: str = ""
    value: Json = None
    absence: AbsenceKind | str = ""
    reason: str = ""
    held: str = ""
    confidence: float | None = None
    acceptable: bool = False
    citations: tuple[CitationView, ...] = ()
    others: tuple[OtherAnswer, ...] = ()
    rule: str = ""
    inputs: tuple[Input, ...] = ()
    pages: tuple[ReviewPage, ...] = ()
    options: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    unread: tuple[Unread, ...] = ()
    top: str = field(default="", repr=False)
    """The id of its case, or of the case whose row it is in."""
    against: str = field(default="", repr=False)
    """The outcome that stood there when it was shown."""
    stood: str = field(default="", repr=False)
    """The decision that stood there when it was shown."""
    first: str = field(default="", repr=False)
    """The verdict of the person who read it first, for a second reading."""
    probability: float = field(default=0.0, repr=False)
    type: ValueType = field(default_factory=lambda: ValueType("text"), repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer. `shown` is what the person said and `machine` what the machine had
    found, as text; `agrees` whether both say the same (None where there was nothing to compare, or
    where it is not told: a second reading). `remark` tells of what happened meanwhile."""

    item: ReviewItem
    kept: Kept
    shown: str
    machine: str
    agrees: bool | None
    remark: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """A session so far. `seconds` is the median of an answer, None for none measured; `agreed` of
    `compared` answers said what the machine had found. `elsewhere` counts cells that were decided,
    or being looked at, by others."""

    answered: int
    kinds: dict[str, int]
    skipped: int
    undone: int
    left: int
    seconds: float | None
    agreed: int
    compared: int
    elsewhere: int

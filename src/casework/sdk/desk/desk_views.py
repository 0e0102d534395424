"""What the shared desk gives back: what waits, the item before a person, how their day went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.sdk.desk.views import ReviewItem
from casework.sdk.sheet.marks import Mark

WhyAsked = Literal["shape", "always", "teaches"]
"""Why somebody is asked: for the shape of a cell (a conflict, not found), since its step is always
reviewed, or for what an answer teaches where nobody would need to look."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A cell that waits, as the queue shows it. `since` is when it began to; `whose` who was asked
    to decide ('' for anybody), `holder` who has it before them now ('' for nobody). `alike` are
    the steps of the case whose cells wait for the same reason, and are decided with it."""

    case_id: str
    path: str
    top: str
    case: str
    step: str
    mark: Mark
    because: str
    since: str
    whose: str = ""
    holder: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskReason:
    """Cells that wait for one reason: how many, since when the first does ('' where nobody knows),
    and the shape of all of them, or of some where the reason is another."""

    mark: Mark
    why: WhyAsked
    count: int
    since: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who has which cell before them now."""

    who: str
    case: str


@dataclass(frozen=True, slots=True)
class DeskQueue:
    """The beginning of the queue: `count` cells wait that are this person's to decide, `mine` of
    them assigned to them, the oldest since `oldest` ('' for none). `deciding` are the others who
    sit at the desk. `ready` is False while it is still being gathered."""

    entries: tuple[QueueEntry, ...]
    count: int
    mine: int
    oldest: str
    deciding: tuple[Deciding, ...]
    ready: bool


@dataclass(frozen=True, slots=True)
class DeskItem:
    """An item before a person. `token` names what stood there when it was shown: an answer hands it
    back. `holder` is somebody else who has it before them ('' for nobody: then it is kept for
    whoever asked). `sendable` says whether somebody is there to send it back to. `alike` are the
    other steps of the case whose cells wait for the same reason: an answer may hold for all."""

    item: ReviewItem
    token: str
    mark: Mark
    since: str
    holder: str = ""
    sendable: str = ""
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """What a person has decided since midnight, and the median of the seconds an answer took (None:
    not measured)."""

    decided: int
    seconds: float | None

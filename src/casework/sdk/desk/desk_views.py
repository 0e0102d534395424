"""What the shared desk gives back: what waits, the item before a person, how their day went."""

from __future__ import annotations

from dataclasses import dataclass

from casework.sdk.desk.views import ReviewItem
from casework.sdk.sheet.marks import Mark


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A cell that waits, as the queue shows it. `since` is when it began to; `whose` who was asked
    to decide ('' for anybody), `holder` who has it before them now ('' for nobody)."""

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
    whoever asked). `sendable` says whether somebody is there to send it back to."""

    item: ReviewItem
    token: str
    mark: Mark
    since: str
    holder: str = ""
    sendable: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """What a person has decided since midnight, and the median of the seconds an answer took (None:
    not measured)."""

    decided: int
    seconds: float | None

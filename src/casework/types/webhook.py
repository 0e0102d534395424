"""What programs elsewhere are told of, and how a telling stands. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

HappeningKind = Literal[
    "case.added",
    "case.answered",
    "case.decided",
    "case.set_aside",
    "cell.settled",
    "verdict.given",
    "run.ended",
]
HAPPENINGS: tuple[HappeningKind, ...] = get_args(HappeningKind)
SETTLED: tuple[str, ...] = ("value", "absent", "failed", "skipped", "set_aside", "waiting")
"""The states of cells that are told: those in which something was come to."""
Include = Literal["nothing", "values"]
"""Whether a telling holds names and values, which come from documents, or ids and states alone."""
DeliveryState = Literal["waiting", "sent", "dead", "withheld"]
"""`dead`: it was tried for a day; `withheld`: its webhook may not be told of these documents."""
PING = "webhook.test"
"""The kind of a telling that somebody asked for to try a webhook."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a webhook is told of; an empty part lets everything pass. `worksheets` are slugs,
    `steps` their paths (for cells and verdicts only), `states` those of cells (`SETTLED`)."""

    events: tuple[str, ...] = ()
    worksheets: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    def passes(self, told: Happening) -> bool:
        """Whether it lets this happening pass."""
        if self.events and told.kind not in self.events:
            return False
        if self.worksheets and told.worksheet not in self.worksheets:
            return False
        if told.step and self.steps and told.step not in self.steps:
            return False
        return not (told.kind == "cell.settled" and self.states and told.state not in self.states)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, by ids alone. `about` tells it from every other; `worksheet` is a
    slug, `case_id` a case or a row of a table, `step` the path of its step, `state` what a cell or
    run came to, or the kind of a verdict; `case_n` is its number in the store."""

    kind: HappeningKind
    about: str
    at: str
    worksheet: str = ""
    case_id: str = ""
    step: str = ""
    state: str = ""
    ref: str = ""
    """The id of the verdict or run that it is about; of a cell its step's own id."""
    case_n: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told. `readers` are the groups whose documents it may be told of (None:
    of all); what everybody may read it may be told anyway. `paused` says why nothing is sent ('':
    it is). `version` counts its changes."""

    id: str
    url: str
    filter: Filter = Filter()
    include: Include = "nothing"
    readers: frozenset[str] | None = frozenset()
    note: str = ""
    who: str = ""
    at: str = ""
    paused: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """A telling of one webhook. `id` is the same for each try; `due_at` when it is tried next;
    `status` and `problem` what its last try came to. `told` is the happening as JSON."""

    id: str
    webhook: str
    kind: str
    told: str = field(repr=False)
    at: str
    state: DeliveryState
    tries: int = 0
    due_at: str = ""
    ended_at: str = ""
    status: int = 0
    problem: str = ""

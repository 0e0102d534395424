"""What happened to a cell, in order, and moments to look back at. Reads and stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.types.case import CellState, Recorded, WaitKind
from casework.types.verdict import Verdict

What = Literal[
    "found",
    "proposed",
    "failed",
    "waited",
    "reused",
    "adopted",
    "reverted",
    "lapsed",
    "decided",
]
"""`found`: an outcome was computed and put in force. `proposed`: computed for a pending change and
not in force by that. `failed` and `waited`: a try without a result. `reused`, `adopted`,
`reverted`: an outcome that was there was put in force. `lapsed`: what was in force no longer is.
`decided`: a person's verdict."""

_PUTS_IN_FORCE: frozenset[What] = frozenset({"found", "reused", "adopted", "reverted"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a cell. `at` is what the clock said; the order is that of the
    list it stands in. `run` is the number of its run in the order of all runs, 0 for none.

    `state`, `reason` and `waiting_for` are those of a failure, a wait or a lapse.
    """

    what: What
    at: str
    run_id: str = ""
    run: int = 0
    who: str = ""
    outcome: int = 0
    """The number of the outcome; 0 for none."""
    recorded: Recorded | None = None
    """The outcome itself, where it was asked for."""
    verdict: Verdict | None = None
    verdict_number: int = 0
    state: CellState = "idle"
    reason: str = ""
    waiting_for: WaitKind | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to look back at: the end of a run, or a time. `version` is that of the procedure
    then; `words` say it ("after run 3, 2026-01-02 03:04").

    For the end of a run, `run` is its number in the order of all runs and `verdicts_upto` the
    newest verdict then, so that no clock is asked.
    """

    at: str
    version: int
    words: str
    run: int = 0
    run_id: str = ""
    verdicts_upto: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood in the machine slot: the number of the outcome in force (0 for none) and the
    state, with its reason and since when."""

    outcome: int = 0
    state: CellState = "idle"
    reason: str = ""
    since: str = ""
    waiting_for: WaitKind | None = None

    @property
    def in_force(self) -> int:
        """The number of the outcome that was read by others; 0 when none was."""
        return self.outcome if self.state in ("value", "absent", "skipped") else 0


NOTHING_STOOD = Standing()


def until(events: Sequence[Happened], moment: Moment) -> list[Happened]:
    """What had happened by a moment. A clock that was set back changes nothing: each thing counts
    as happening no earlier than what came before it."""
    kept: list[Happened] = []
    latest = ""
    for event in events:
        latest = max(latest, event.at)
        if not _by_then(event, latest, moment):
            break
        kept.append(event)
    return kept


def verdicts_until(events: Iterable[Happened], moment: Moment) -> list[Happened]:
    """The verdicts among the events that had been given by a moment."""
    decided = [event for event in events if event.what == "decided"]
    if moment.verdicts_upto is not None:
        return [event for event in decided if event.verdict_number <= moment.verdicts_upto]
    return until(decided, moment)


def stood(events: Iterable[Happened]) -> Standing:
    """What stood in the machine slot after these events."""
    now = NOTHING_STOOD
    for event in events:
        if event.what in _PUTS_IN_FORCE:
            now = Standing(event.outcome, event.state, event.reason, event.at)
        elif event.what in ("failed", "waited", "lapsed"):
            now = Standing(now.outcome, event.state, event.reason, event.at, event.waiting_for)
    return now


def _by_then(event: Happened, latest: str, moment: Moment) -> bool:
    if moment.run and event.run:
        return event.run <= moment.run
    return latest <= moment.at

"""Why cells wait, as a list of what waits groups them: by their shape, but for those of proved
shape whose step asks for a look at every value, and those that nobody would need to look at."""

from __future__ import annotations

from collections.abc import Collection

from casework.sdk.desk.desk_views import WhyAsked
from casework.sdk.desk.entries import Entry
from casework.sdk.desk.queue import teaches
from casework.sdk.sheet.marks import MARKS, Mark
from casework.types.nesting import placed_steps
from casework.types.procedure import Procedure

Reason = tuple[Mark, WhyAsked]
_PROVED: tuple[Mark, ...] = ("quoted", "derived", "reasoned")
"""Shapes that say nothing of why somebody should look: all others do."""
_REVIEWED = ("always", "twice")
_MARK_OF: dict[str, Mark] = {mark: mark for mark in MARKS}


def reviewed_paths(procedure: Procedure) -> frozenset[str]:
    """The paths of the steps whose every value is reviewed."""
    steps = placed_steps(procedure.steps)
    return frozenset(one.path for one in steps if one.step.review in _REVIEWED)


def reason_of(path: str, mark: str, reviewed: Collection[str]) -> Reason:
    """Why a cell waits that the index tells of: its shape, and what is asked of its step."""
    known = _MARK_OF.get(mark, "waiting_person")
    return known, "always" if known in _PROVED and path in reviewed else "shape"


def reason_of_entry(entry: Entry, reviewed: Collection[str]) -> Reason:
    """Why a cell waits that is looked at by itself."""
    if teaches(entry.waiting):
        return entry.mark, "teaches"
    return reason_of(entry.waiting.path, entry.mark, reviewed)

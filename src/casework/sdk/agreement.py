"""How often people agreed with the machine where they looked, with an interval for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.review.interval import Z_95, wilson
from casework.store.verdicts import standing
from casework.types.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cells that people decided on and that bore a machine's value: `agreed` of `decided`, with the
    bounds of a 95 % interval (None for none decided)."""

    agreed: int
    decided: int
    low: float | None
    high: float | None


def agreement(agreed: int, decided: int) -> Agreement:
    """The agreement of so many of so many."""
    if not decided:
        return Agreement(0, 0, None, None)
    low, high = wilson(agreed, decided, Z_95)
    return Agreement(agreed, decided, low, high)


def in_force(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The decision that stands over each cell, of verdicts oldest first."""
    by_cell: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        by_cell.setdefault((verdict.case_id, verdict.step_id), []).append(verdict)
    found = []
    for told in by_cell.values():
        place = standing((verdict.kind, at) for at, verdict in enumerate(told))
        if place is not None:
            found.append(told[place])
    return found

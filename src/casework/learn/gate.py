"""Whether a new version may go to work: better than what is at work, or as good, on cells that
people verified, each answered by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.learn.judged import Judged
from casework.types.learned import Gate

LEAST_CELLS = 5
"""Fewer verified cells say nothing of a version."""
HAND_SET = "the hand-set weights"
AT_WORK = "the one at work"


def pass_gate(after: Sequence[Judged], before: Mapping[str, bool], rival: str) -> Gate:
    """The gate of a version by its answers to cells out of fold, and by whether its rival (in
    words) is right on the same ones, by their ids."""
    compared = [cell for cell in after if cell.id in before]
    groups = len({cell.group for cell in compared})
    if len(compared) < LEAST_CELLS or groups < 2:
        return Gate(False, len(compared), groups, 0.0, 0.0, 0, 0, _too_few(len(compared), groups))
    right = sum(cell.right for cell in compared)
    rivals = sum(before[cell.id] for cell in compared)
    gained = sum(cell.right and not before[cell.id] for cell in compared)
    lost = sum(before[cell.id] and not cell.right for cell in compared)
    passed = right >= rivals
    told = (
        f"On {len(compared)} verified cells it was right {_times(right)},"
        f" {rival} {_times(rivals)}{_difference(gained, lost)}."
    )
    count = len(compared)
    return Gate(passed, count, groups, rivals / count, right / count, gained, lost, told)


def _too_few(cells: int, groups: int) -> str:
    if cells >= LEAST_CELLS:
        return (
            f"All {cells} verified cells are of one document or of copies of it, so there is none"
            " to try it on."
        )
    return f"There are {cells} verified cells to try it on; it takes {LEAST_CELLS}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _difference(gained: int, lost: int) -> str:
    if not gained and not lost:
        return ": the same ones"
    return f" ({gained} more right, {lost} more wrong)"

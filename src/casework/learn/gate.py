"""Whether a new version may go to work: better than what is at work, or as good, on cells that
people verified, each answered by a model that has not seen it. Where imported rows count as well,
since verdicts are too few, the words say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.learn.judged import Judged
from casework.types.learned import Gate

LEAST_CELLS = 5
"""Fewer verified cells say nothing of a version."""
HAND_SET = "without learning"
AT_WORK = "the one at work"


def pass_gate(after: Sequence[Judged], before: Mapping[str, bool], rival: str) -> Gate:
    """The gate of a version by its answers to cells out of fold, and by whether its rival (in
    words) is right on the same ones, by their ids."""
    compared = [cell for cell in after if cell.id in before]
    groups = len({cell.group for cell in compared})
    if len(compared) < LEAST_CELLS or groups < 2:
        return Gate(False, len(compared), groups, 0.0, 0.0, 0, 0, _too_few(compared))
    right = sum(cell.right for cell in compared)
    rivals = sum(before[cell.id] for cell in compared)
    gained = sum(cell.right and not before[cell.id] for cell in compared)
    lost = sum(before[cell.id] and not cell.right for cell in compared)
    passed = right >= rivals and right > 0
    told = (
        f"On {_cells(compared)} it was right {_times(right)},"
        f" {rival} {_times(rivals)}{_difference(gained, lost)}."
    )
    count = len(compared)
    return Gate(passed, count, groups, rivals / count, right / count, gained, lost, told)


def _too_few(cells: Sequence[Judged]) -> str:
    if len(cells) >= LEAST_CELLS:
        return (
            f"All {_cells(cells)} are of one document or of copies of it, so there is none to try"
            " it on."
        )
    if len(cells) == 1:
        return f"There is {_cells(cells)} to try it on; it takes {LEAST_CELLS}."
    return f"There are {_cells(cells)} to try it on; it takes {LEAST_CELLS}."


def _cells(cells: Sequence[Judged]) -> str:
    """How many cells, and who says what is right in them: `8 verified cells`, `3 verified cells
    and 12 imported rows`."""
    verified = sum(cell.verified for cell in cells)
    imported = len(cells) - verified
    told = [f"{verified} verified cell{'' if verified == 1 else 's'}"]
    told += [f"{imported} imported row{'' if imported == 1 else 's'}"] if imported else []
    return " and ".join(told if verified or not imported else told[1:])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _difference(gained: int, lost: int) -> str:
    if not gained and not lost:
        return ": the same ones"
    return f" ({gained} more right, {lost} more wrong)"

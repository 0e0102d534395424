"""Puts steps in an order in which each comes after what it reads; names the circle if none is.

Steps of all levels at once: a step of a row comes after its table, and what reads a column of all
rows after the step that fills it.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Sequence

from casework.procedures.findings import Findings
from casework.types.nesting import Placed, path_of, resolve


def order_of(placed: Sequence[Placed], findings: Findings) -> tuple[str, ...]:
    """Paths so that each comes after what it reads, otherwise as written.

    Steps in a circle, and what depends on them, are left out and noted as mistakes.
    """
    place = {one.path: index for index, one in enumerate(placed)}
    reads = [{place[path] for path in _needed(one, place)} for one in placed]
    for index, one in enumerate(placed):
        if index in reads[index]:
            findings.at(one.step.line).add("procedure.self_reference", *_itself(one))
            reads[index].discard(index)
    ordered, left = _sorted(reads)
    for circle in _circles(reads, left):
        path = " → ".join(placed[index].title for index in [*circle, circle[0]])
        findings.at(placed[circle[0]].step.line).add(
            "procedure.cycle",
            f"These steps wait for each other: {path}.",
            "Take one of the references out.",
        )
    return tuple(placed[index].path for index in ordered)


def _needed(one: Placed, known: Container[str]) -> list[str]:
    """The paths of the steps that must be settled before this one."""
    found = [resolve(reference, one.around, known) for reference in one.step.references]
    if one.tables:
        found.append(path_of(one.around))
    return [path for path in found if path]


def _itself(one: Placed) -> tuple[str, str]:
    name = one.step.name
    if not one.tables:
        return (
            f"{name} reads itself.",
            f"Take {{{name}}} out of it, or name the step that is meant.",
        )
    reason = f"{one.title} reads itself, in its own row or in all rows."
    return reason, "Take the reference out, or name the column that is meant."


def _sorted(reads: list[set[int]]) -> tuple[list[int], set[int]]:
    waits = [len(needed) for needed in reads]
    readers: list[list[int]] = [[] for _ in reads]
    for index, needed in enumerate(reads):
        for other in needed:
            readers[other].append(index)
    ready = [index for index, count in enumerate(waits) if not count]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        index = heapq.heappop(ready)
        ordered.append(index)
        for reader in readers[index]:
            waits[reader] -= 1
            if not waits[reader]:
                heapq.heappush(ready, reader)
    return ordered, set(range(len(reads))) - set(ordered)


def _circles(reads: list[set[int]], left: set[int]) -> list[list[int]]:
    """Circles among the steps that are left, none sharing a step, each from its first step."""
    circles: list[list[int]] = []
    seen: set[int] = set()
    for start in sorted(left):
        path: dict[int, int] = {}
        at = start
        while at not in seen and at not in path:
            path[at] = len(path)
            at = min(reads[at] & left)
        if at in path and at not in seen:
            circle = list(path)[path[at] :]
            first = circle.index(min(circle))
            circles.append(circle[first:] + circle[:first])
        seen.update(path)
    return circles

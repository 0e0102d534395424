"""Puts steps in an order in which each comes after what it reads; names the circle if none is."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from casework.procedures.findings import Findings
from casework.types.procedure import Step


def order_of(steps: Sequence[Step], findings: Findings) -> tuple[str, ...]:
    """Ids so that each comes after its references, otherwise as written.

    Steps in a circle, and what depends on them, are left out and noted as mistakes.
    """
    place = {step.id: index for index, step in enumerate(steps)}
    reads = [{place[id] for id in step.references if id in place} for step in steps]
    for index, step in enumerate(steps):
        if index in reads[index]:
            findings.at(step.line).add(
                "procedure.self_reference",
                f"{step.name} reads itself.",
                f"Take {{{step.name}}} out of it, or name the step that is meant.",
            )
            reads[index].discard(index)
    ordered, left = _sorted(reads)
    for circle in _circles(reads, left):
        path = " → ".join(steps[index].name for index in [*circle, circle[0]])
        findings.at(steps[circle[0]].line).add(
            "procedure.cycle",
            f"These steps wait for each other: {path}.",
            "Take one of the references out.",
        )
    return tuple(steps[index].id for index in ordered)


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
        path: list[int] = []
        at = start
        while at not in seen and at not in path:
            path.append(at)
            onward = sorted(reads[at] & left)
            at = onward[0]
        if at in path and at not in seen:
            circle = path[path.index(at) :]
            first = circle.index(min(circle))
            circles.append(circle[first:] + circle[:first])
        seen.update(path)
    return circles

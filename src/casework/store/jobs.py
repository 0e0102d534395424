"""A write that waits in a queue: what is to be done, who waits for it, and how it went."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass

from casework.store.database import Together, Transaction, Work

QUEUE_LIMIT = 4_096
"""Works that may wait; who comes later waits for room, so that memory stays flat."""
GROUP_LIMIT = 1_024
"""Works in one transaction: more gain nothing and let the first wait long."""
RIDE_S = 0.02
"""How long a work that nobody waits for looks out for a group to ride along with."""


@dataclass(slots=True, eq=False)
class Job:
    """A work, or an item for a work that takes many. Without a future nobody waits for it."""

    work: Work[object] | None
    together: Together[object] | None = None
    item: object = None
    future: asyncio.Future[object] | None = None
    value: object = None
    error: Exception | None = None


def end_of_kind(jobs: Sequence[Job], start: int) -> int:
    """The place after the job at `start` and those that are done together with it."""
    together, end = jobs[start].together, start + 1
    if together is not None:
        while end < len(jobs) and jobs[end].together is together:
            end += 1
    return end


def riders_by_kind(riders: Iterable[Job]) -> list[Job]:
    """Riders with those first that are done together, kind by kind; the others in their order."""
    return sorted(riders, key=lambda job: -id(job.together) if job.together else 0)


def begun(jobs: Sequence[Job], transaction: Transaction) -> Coroutine[object, None, object]:
    """The coroutine that does jobs of one kind (see `end_of_kind`)."""
    first = jobs[0]
    if first.work is not None:
        return first.work(transaction)
    assert first.together is not None
    return first.together(transaction, [job.item for job in jobs])


def settle(jobs: Sequence[Job]) -> None:
    """Tell those who wait how their jobs went; from within their event loop."""
    for job in jobs:
        if job.future is None or job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.value)

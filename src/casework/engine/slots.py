"""How many cells may use a resource at once, and which resources are paused. Law 6.

A resource is the name of a model or `cpu`. A slot is held from before the call until after the
commit, so that a kill repeats at most what was in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from casework.base.errors import (
    BorderError,
    BudgetError,
    CaseworkError,
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelMissingError,
)
from casework.types.case import WaitKind
from casework.types.procedure import JOINT

_FAILURES_UNTIL_PAUSE = 5
"""Failures in a row, each after its own retries, that pause a model for the rest of the run."""


class Slots:
    """Slots of every resource, made when first asked for. `limit_of` gives their number."""

    def __init__(self, limit_of: Callable[[str], int]) -> None:
        self._limit_of = limit_of
        self._slots: dict[str, asyncio.Semaphore] = {}

    def hold(self, resource: str) -> Held:
        """An async context in which a slot of each of the resources is held; nothing limits ''. All
        are taken in the same order, so that no two wait for each other."""
        names = sorted(resource.split(JOINT)) if resource else ()
        return Held([self._of(name) for name in names])

    def _of(self, resource: str) -> asyncio.Semaphore:
        slots = self._slots.get(resource)
        if slots is None:
            slots = self._slots[resource] = asyncio.Semaphore(self._limit_of(resource))
        return slots


class Held:
    """Waits for a slot of each and holds them until it is left."""

    __slots__ = ("_held", "_wanted")

    def __init__(self, wanted: list[asyncio.Semaphore]) -> None:
        self._wanted = wanted
        self._held: list[asyncio.Semaphore] = []

    async def __aenter__(self) -> None:
        try:
            for slots in self._wanted:
                await slots.acquire()
                self._held.append(slots)
        except BaseException:
            self._release()
            raise

    async def __aexit__(self, *error: object) -> None:
        self._release()

    def _release(self) -> None:
        while self._held:
            self._held.pop().release()


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a resource is paused, and for what its cells wait."""

    reason: str
    waiting_for: WaitKind


class Health:
    """Which resources are paused for the rest of this run, and why."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._paused: dict[str, Pause] = {}

    def paused(self, resource: str) -> Pause | None:
        """Why the resource is paused; None when it is not."""
        return self._paused.get(resource)

    def worked(self, resource: str) -> None:
        """A call ended well: failures count from zero again."""
        self._failures.pop(resource, None)

    def failed(self, resource: str, error: CaseworkError) -> None:
        """A call failed for no fault of its case; enough of them in a row pause the resource. An
        error that says nothing of the model (a long document, a lost file) pauses nothing."""
        if isinstance(error, BudgetError) and error.wide and resource:
            self._paused.setdefault(resource, Pause(str(error), "budget"))
        of_model = isinstance(error, ModelError | BorderError)
        if not of_model or isinstance(error, ContextTooLongError):
            return
        count = self._failures.get(resource, 0) + 1
        self._failures[resource] = count
        at_once = isinstance(error, ModelAuthError | ModelMissingError)
        if resource and (at_once or count >= _FAILURES_UNTIL_PAUSE):
            self._paused[resource] = Pause(f"paused: {error}", "model")

"""How many cells may use a resource at once, and which resources are paused. Law 6.

A resource is the name of a model or `cpu`. A slot is held from before the call until after the
commit, so that a kill repeats at most what was in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from casework.base.errors import (
    BorderError,
    CaseworkError,
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelMissingError,
)

_FAILURES_UNTIL_PAUSE = 5
"""Failures in a row, each after its own retries, that pause a model for the rest of the run."""


class Slots:
    """Slots of every resource, made when first asked for. `limit_of` gives their number."""

    def __init__(self, limit_of: Callable[[str], int]) -> None:
        self._limit_of = limit_of
        self._slots: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def hold(self, resource: str) -> AsyncIterator[None]:
        """Wait for a slot and hold it; nothing limits the resource ''."""
        if not resource:
            yield
            return
        slots = self._slots.get(resource)
        if slots is None:
            slots = self._slots[resource] = asyncio.Semaphore(self._limit_of(resource))
        async with slots:
            yield


class Health:
    """Which resources are paused for the rest of this run, and why."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._paused: dict[str, str] = {}

    def paused(self, resource: str) -> str:
        """Why the resource is paused; '' when it is not."""
        return self._paused.get(resource, "")

    def worked(self, resource: str) -> None:
        """A call ended well: failures count from zero again."""
        self._failures.pop(resource, None)

    def failed(self, resource: str, error: CaseworkError) -> None:
        """A call failed for no fault of its case; enough of them in a row pause the resource. An
        error that says nothing of the model (a long document, a lost file) pauses nothing."""
        of_model = isinstance(error, ModelError | BorderError)
        if not of_model or isinstance(error, ContextTooLongError):
            return
        count = self._failures.get(resource, 0) + 1
        self._failures[resource] = count
        at_once = isinstance(error, ModelAuthError | ModelMissingError)
        if resource and (at_once or count >= _FAILURES_UNTIL_PAUSE):
            self._paused[resource] = f"paused: {error}"

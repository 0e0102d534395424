"""Drafts that are being tried: one for each person and worksheet; a newer one takes the place of
the one before, which is stopped. Knows no page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from casework.base.errors import CaseworkError, ConflictError
from casework.base.ids import uuid7
from casework.sdk.drafting.views import DraftSample

_KEPT = 256
_NEWER = "A newer draft took the place of this one."
Told = Callable[[DraftSample], None]
Key = tuple[str, ...]
T = TypeVar("T")


@dataclass(slots=True)
class LiveDraft:
    """A draft under way, or done. `sample` is how far it has come, `error` what went wrong."""

    id: str
    key: Key
    sample: DraftSample | None = None
    error: str = ""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def done(self) -> bool:
        """Whether nothing more comes."""
        return self.task is not None and self.task.done()

    async def wait(self, seconds: float) -> None:
        """Wait for its end, so long at most."""
        if self.task is not None:
            await asyncio.wait({self.task}, timeout=seconds)


class LiveDrafts:
    """The drafts of this process."""

    def __init__(self) -> None:
        self._drafts: dict[Key, LiveDraft] = {}
        self._asked: dict[Key, asyncio.Task[object]] = {}
        self._turns: dict[Key, int] = {}

    def start(self, key: Key, work: Callable[[Told], Awaitable[DraftSample]]) -> LiveDraft:
        """Begin a draft; the one before it of the same key is stopped."""
        self.stop(key)
        while len(self._drafts) >= _KEPT:
            self.stop(next(iter(self._drafts)))
        draft = self._drafts[key] = LiveDraft(uuid7(), key)
        draft.task = asyncio.create_task(_try(draft, work), name="draft")
        return draft

    def get(self, key: Key, id: str) -> LiveDraft | None:
        """The draft of this id, unless a newer one took its place."""
        found = self._drafts.get(key)
        return found if found is not None and found.id == id else None

    def stop(self, key: Key) -> None:
        """Stop the draft of this key; what it found stays in memory."""
        before = self._drafts.pop(key, None)
        if before is not None and before.task is not None:
            before.task.cancel()

    async def latest(self, key: Key, turn: int, work: Coroutine[object, object, T]) -> T:
        """What somebody asks again and again while they write: only the question of the latest turn
        is answered, whichever came first; those before it raise `ConflictError`."""
        if turn < self._turns.get(key, 0):
            work.close()
            raise ConflictError(_NEWER)
        while len(self._turns) >= _KEPT:
            del self._turns[next(iter(self._turns))]
        self._turns[key] = turn
        before = self._asked.pop(key, None)
        if before is not None:
            before.cancel()
        task: asyncio.Task[T] = asyncio.create_task(work)
        self._asked[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            task.cancel()
            if self._asked.get(key) is task:  # whoever asked went away
                raise
            raise ConflictError(_NEWER) from None
        finally:
            if self._asked.get(key) is task:
                del self._asked[key]

    async def close(self) -> None:
        """Stop all of them."""
        tasks = [draft.task for draft in self._drafts.values() if draft.task is not None]
        for key in list(self._drafts):
            self.stop(key)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _try(draft: LiveDraft, work: Callable[[Told], Awaitable[DraftSample]]) -> None:
    def told(sample: DraftSample) -> None:
        draft.sample = sample

    try:
        draft.sample = await work(told)
    except CaseworkError as error:
        draft.error = str(error)
    except Exception as error:  # noqa: BLE001 - the border of one draft: it is shown with it
        draft.error = f"{type(error).__name__}: {error}"

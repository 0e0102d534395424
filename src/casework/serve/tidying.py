"""Uploads and drafts that nobody goes on with are cleared away: at the start, then daily."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from casework.serve.house import ServeHouse

_EVERY_S = 86_400.0
_log = logging.getLogger("casework.studio")


@asynccontextmanager
async def tidying(house: ServeHouse, every_s: float = _EVERY_S) -> AsyncIterator[None]:
    """While it is held, what is left over is cleared away: at once, then every so many seconds."""
    task = asyncio.create_task(_tidy(house, every_s), name="tidying")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tidy(house: ServeHouse, every_s: float) -> None:
    while True:
        try:
            found = await house.workspace.drafts.tidy()
        except Exception as error:  # noqa: BLE001 - the border of one round: the next may do better
            _log.warning("Uploads that were left over could not be cleared away: %s", error)
        else:
            if found.uploads or found.drafts:
                house.room.forget_count()
                told = (found.uploads, found.drafts, found.bytes >> 20)
                _log.info("Cleared away: %d uploads, %d drafts, %d MB", *told)
        await asyncio.sleep(every_s)

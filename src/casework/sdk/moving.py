"""Moves what a workspace holds between its folder and a server, and proves that nothing changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casework.base.clock import Clock, SystemClock, stamp
from casework.base.errors import ConflictError, UsageError
from casework.base.settings import Value, load
from casework.sdk.home import check_workspace, home_of, keep_home
from casework.store.database import Database
from casework.store.home import Home, create_database, open_blobs, open_database, unfinished
from casework.store.sqlite.database import FILE as DATABASE
from casework.store.store import Store
from casework.store.transfer import TableDigest, copy_blobs, copy_rows

FOLDER = "folder"
"""What stands for the workspace's own folder where an address is asked for."""
_BACKUPS = "backups"

OnMoved = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class StoreView:
    """Where a workspace keeps its rows and its files; `folder` for its own folder."""

    rows: str
    files: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: each table with its digests on both sides, and how many files went."""

    source: StoreView
    target: StoreView
    tables: tuple[TableDigest, ...]
    files: int


def where(folder: Path) -> StoreView:
    """Where the workspace in this folder keeps what it holds."""
    check_workspace(folder)
    return _view(home_of(load(folder)))


async def move(
    folder: Path, *, to: str = "", blobs: str = "", on_moved: OnMoved, clock: Clock | None = None
) -> Moved:
    """Move rows to a database and files to an object store, each named by its address or `folder`;
    '' leaves them where they are. A move that was broken off goes on. Nothing is deleted.

    Raises `ConflictError` while a run holds a worksheet, or when something else is there already,
    and `StoreError` when the copy differs.
    """
    check_workspace(folder)
    ticking = clock or SystemClock()
    here = home_of(load(folder))
    there = _target(folder, here, to, blobs)
    files = 0
    if there.blobs != here.blobs:
        source, target = open_blobs(folder, here), open_blobs(folder, there)
        files = await asyncio.to_thread(copy_blobs, source, target, on_moved)
    tables: tuple[TableDigest, ...] = ()
    if there.url != here.url:
        tables = tuple(await _move_rows(folder, here, there, on_moved, ticking))
    keep_home(folder, there)
    return Moved(_view(here), _view(there), tables, files)


async def _move_rows(
    folder: Path, here: Home, there: Home, on_moved: OnMoved, clock: Clock
) -> list[TableDigest]:
    source = await open_database(folder, here, clock)
    try:
        await _refuse_while_running(Store(folder, source))
        target = await _target_database(folder, there, clock)
        try:
            return await copy_rows(source, target, on_moved)
        finally:
            await target.close()
    finally:
        await source.close()


async def _target_database(folder: Path, there: Home, clock: Clock) -> Database:
    """The database to be filled: the one that a move before began to fill, or a new one."""
    begun = await unfinished(folder, there, clock)
    if begun is not None:
        return begun
    if not there.url:
        _set_aside(folder, clock)
    return await create_database(folder, there, clock)


def _set_aside(folder: Path, clock: Clock) -> None:
    """Put a database that an earlier move left in the folder among the backups."""
    if not (folder / DATABASE).exists():
        return
    (folder / _BACKUPS).mkdir(exist_ok=True)
    day = stamp(clock.now()).replace(":", "").partition(".")[0]
    for part in ("", "-wal", "-shm"):
        file = folder / f"{DATABASE}{part}"
        if file.exists():
            file.rename(folder / _BACKUPS / f"casework-before-{day}.db{part}")


async def _refuse_while_running(store: Store) -> None:
    for sheet in await store.worksheets.all():
        latest = await store.runs.latest(sheet.id, 1)
        if latest and latest[0].state == "running":
            raise ConflictError(
                f"A run works on {sheet.name} ({latest[0].holder}).",
                fix="Wait for it or stop it, then move.",
            )


def _target(folder: Path, here: Home, to: str, blobs: str) -> Home:
    chosen: dict[str, Value] = {
        "store.url": _address(to) if to else here.url,
        "store.blobs": _address(blobs) if blobs else here.blobs,
    }
    moved = home_of(load(folder, flags=chosen))
    if (moved.url, moved.blobs) == (here.url, here.blobs):
        raise UsageError(
            "It is there already.",
            fix="Name another place with --to or --blobs; where it is now: casework store",
        )
    return moved


def _address(told: str) -> str:
    return "" if told == FOLDER else told


def _view(home: Home) -> StoreView:
    return StoreView(home.url or FOLDER, home.blobs or FOLDER)

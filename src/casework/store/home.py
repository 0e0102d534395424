"""Where the rows and the bytes of a workspace are, and how to get at them.

A workspace always has a folder: procedures and settings lie there. Rows and bytes lie there too,
unless the settings name a database server and an object store.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from casework.base.clock import Clock
from casework.base.errors import ConflictError, NotFoundError, StoreError
from casework.store import faults, modes
from casework.store.blobs import BlobFolder
from casework.store.database import Database
from casework.store.needs import BlobStore
from casework.store.sqlite.database import FILE, SqliteDatabase
from casework.store.transfer import MOVING

BLOBS = "blobs"


@dataclass(frozen=True, slots=True)
class Home:
    """`url` names a database server ('' for the folder), `blobs` an object store (likewise).

    Neither has a password in it: `password` is that of the database, `key` that of the object
    store as `ID:SECRET`; '' leaves them to the drivers, which look into the environment.
    """

    url: str = ""
    blobs: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


async def open_database(folder: Path, home: Home, clock: Clock) -> Database:
    """The database of a workspace; raises `NotFoundError` when there is none."""
    found = await _open(folder, home, clock)
    if await _is_filling(found):
        await found.close()
        raise StoreError(
            f"Moving a workspace to {home.url or folder} was not finished.",
            fix="Start the same casework store move again: it goes on where it stopped.",
            code="store.half_moved",
        )
    return found


async def unfinished(folder: Path, home: Home, clock: Clock) -> Database | None:
    """A database that is being filled by a move; None when there is none or it is a workspace."""
    try:
        found = await _open(folder, home, clock)
    except NotFoundError:
        return None
    if await _is_filling(found):
        return found
    await found.close()
    return None


async def create_database(folder: Path, home: Home, clock: Clock) -> Database:
    """Make the database of a workspace, and its folder; raises `ConflictError` if it is there."""
    if home.url:
        await _refuse_if_there(home, clock)
        make_folder(folder, file=False)
        return await _on_server(home, clock, create=True)
    make_folder(folder)
    return SqliteDatabase(folder, clock)


def make_folder(folder: Path, *, file: bool = True) -> None:
    """Make the folder of a workspace, with an empty file for its database if wanted.

    What is made is readable by this user alone, unless the folder was there and others may look
    into it. Raises `ConflictError` when it has such a file already.
    """
    if file and (folder / FILE).exists():
        raise ConflictError(
            f"{folder} is a workspace already.", fix="Open it, or choose another folder."
        )
    try:
        modes.make_folder(folder)
        (folder / BLOBS).mkdir(mode=modes.folder_mode(folder), exist_ok=True)
        if file:
            os.close(os.open(folder / FILE, os.O_CREAT | os.O_RDWR, modes.file_mode(folder)))
    except OSError as error:
        raise faults.from_os(error, folder) from error


def open_blobs(folder: Path, home: Home) -> BlobStore:
    """The bytes of a workspace."""
    here = BlobFolder(folder / BLOBS)
    if not home.blobs:
        return here
    from casework.store.s3 import BlobBucket

    return BlobBucket(home.blobs, here, home.key)


async def _open(folder: Path, home: Home, clock: Clock) -> Database:
    if home.url:
        return await _on_server(home, clock, create=False)
    return SqliteDatabase(folder, clock, create=False)


async def _is_filling(database: Database) -> bool:
    return await database.row("SELECT 1 FROM meta WHERE key = ?", (MOVING,)) is not None


async def _on_server(home: Home, clock: Clock, *, create: bool) -> Database:
    from casework.store.postgres.address import read_address
    from casework.store.postgres.database import PostgresDatabase

    where = read_address(home.url, home.password)
    return await PostgresDatabase.open(where, clock, create=create)


async def _refuse_if_there(home: Home, clock: Clock) -> None:
    try:
        there = await _on_server(home, clock, create=False)
    except NotFoundError:
        return
    await there.close()
    raise ConflictError(
        f"There is a workspace at {home.url} already.",
        fix="Name another schema (…?schema=NAME), or use that one: add --join.",
    )

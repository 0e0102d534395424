"""A workspace folder as one thing: the database, the blobs, and a name for each noun.

Nothing inside names the folder itself, so a copy of it opens anywhere.
"""

from __future__ import annotations

import os
from pathlib import Path

from casework.base.clock import Clock, SystemClock
from casework.base.errors import ConflictError
from casework.store import faults, modes
from casework.store.blobs import BlobFolder
from casework.store.cases import Cases
from casework.store.cells import Cells
from casework.store.database import FILE, Database
from casework.store.documents import Documents
from casework.store.meanings import Meanings
from casework.store.outgoing import Outgoing
from casework.store.procedures import Procedures
from casework.store.runs import Runs
from casework.store.spans import Spans
from casework.store.verdicts import Verdicts
from casework.store.worksheets import Worksheets


class Store:
    """A workspace folder. Open one with `Store.open` or make one with `Store.create`."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.blobs = BlobFolder(folder / "blobs")
        self.worksheets = Worksheets(database)
        self.procedures = Procedures(database)
        self.documents = Documents(database)
        self.cases = Cases(database)
        self.cells = Cells(database)
        self.verdicts = Verdicts(database)
        self.meanings = Meanings(database)
        self.runs = Runs(database, self.meanings)
        self.spans = Spans(database)
        self.outgoing = Outgoing(database)

    @classmethod
    def create(cls, folder: Path, clock: Clock | None = None) -> Store:
        """Make a workspace in a folder, which is made too; raises `ConflictError` if it is one.

        What is made is readable by this user alone, unless the folder was there and others may
        look into it.
        """
        if (folder / FILE).exists():
            raise ConflictError(
                f"{folder} is a workspace already.", fix="Open it, or choose another folder."
            )
        try:
            modes.make_folder(folder)
            (folder / "blobs").mkdir(mode=modes.folder_mode(folder), exist_ok=True)
            os.close(os.open(folder / FILE, os.O_CREAT | os.O_RDWR, modes.file_mode(folder)))
        except OSError as error:
            raise faults.from_os(error, folder) from error
        return cls(folder, Database(folder, clock or SystemClock()))

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> Store:
        """Open the workspace in a folder; raises `NotFoundError` when there is none."""
        return cls(folder, Database(folder, clock or SystemClock(), create=False))

    @property
    def workspace_id(self) -> str:
        """The id of the workspace, which its copies share."""
        return self.about["workspace_id"]

    @property
    def about(self) -> dict[str, str]:
        """`workspace_id`, `created_at`, and the version of casework that made it."""
        return dict(self.database.rows("SELECT key, value FROM meta"))

    async def close(self) -> None:
        """Commit what has queued and let go of the folder."""
        await self.database.close()

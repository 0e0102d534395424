"""What every command is handed: the workspace, the form of the answer, how to open things."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from casework.cli import as_json, terminal

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.worksheet import Worksheet
    from casework.sdk.workspace import Workspace


class Door:
    """The options that every command understands, and the consoles to answer on."""

    def __init__(self, folder: Path | None = None, *, json: bool = False, debug: bool = False):
        self.folder = folder
        self.json = json
        self.debug = debug

    @functools.cached_property
    def out(self) -> Console:
        """The console of results."""
        return terminal.output()

    @functools.cached_property
    def err(self) -> Console:
        """The console of progress and remarks."""
        return terminal.notes()

    def answer(self, document: object, draw: Callable[[Console], None]) -> None:
        """Answer with a JSON document, or draw for people."""
        if self.json:
            as_json.write(document)
        else:
            draw(self.out)

    def find(self) -> Path | None:
        """The workspace folder: the one named, else the nearest at or above this folder."""
        from casework.sdk.workspace import find_folder

        return self.folder or find_folder(Path.cwd())

    def folder_in_use(self) -> Path:
        """The workspace folder; raises `NotFoundError` when there is none."""
        from casework.base.errors import NotFoundError

        folder = self.find()
        if folder is None:
            raise NotFoundError(
                f"There is no workspace in {Path.cwd()} or above it.",
                fix="Make one with: casework init FOLDER, or name one with --workspace FOLDER.",
            )
        return folder

    @asynccontextmanager
    async def workspace(self) -> AsyncIterator[Workspace]:
        """The workspace, open; closed afterwards."""
        from casework.sdk.workspace import Workspace

        async with await Workspace.open(self.folder_in_use()) as workspace:
            yield workspace

    @asynccontextmanager
    async def worksheet(self, name: str) -> AsyncIterator[Worksheet]:
        """The worksheet of this name, or the only one, in an open workspace."""
        async with self.workspace() as workspace:
            yield await workspace.worksheet(name)

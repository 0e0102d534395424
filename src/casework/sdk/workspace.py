"""The door: a workspace folder opened, and everything that can be done with it.

    import casework

    with casework.open("claims") as workspace:
        sheet = workspace.worksheet("claims")
        sheet.add("inbox")
        sheet.run()

`casework.open` and `casework.create` give the sync face; `Workspace.open` and `Workspace.create`
are the same, async.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from casework.base.aio import Bridge
from casework.base.clock import Clock
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.ids import slug
from casework.base.settings import Settings, Value
from casework.sdk.blocking import Blocking
from casework.sdk.following import FOLDER, raise_mistakes, read_text, write_text
from casework.sdk.views import WorksheetView
from casework.sdk.wire import House, build
from casework.sdk.worksheet import Worksheet
from casework.store.records import OutgoingCall
from casework.store.store import Store
from casework.types.event import Event, Listener

DATABASE = "casework.db"


class Workspace:
    """An open workspace. Use it as an async context manager, or close it."""

    _acts = True

    def __init__(self, house: House) -> None:
        self._house = house

    @classmethod
    async def create(
        cls,
        folder: str | Path,
        *,
        flags: Mapping[str, Value] | None = None,
        clock: Clock | None = None,
    ) -> Workspace:
        """Make a workspace in a folder; raises `ConflictError` when there is one already."""
        path = Path(folder)
        if (path / DATABASE).exists():
            raise ConflictError(
                f"{path} is a workspace already.", fix="Use it as it is, or name another folder."
            )
        if path.is_file():
            raise UsageError(f"{path} is a file.", fix="Name a folder for the workspace.")
        (path / FOLDER).mkdir(parents=True, exist_ok=True)
        return cls(await build(path, Store.create, flags=flags, clock=clock))

    @classmethod
    async def open(
        cls,
        folder: str | Path,
        *,
        flags: Mapping[str, Value] | None = None,
        clock: Clock | None = None,
    ) -> Workspace:
        """Open a workspace; raises `NotFoundError` when the folder is none."""
        path = Path(folder)
        if not (path / DATABASE).is_file():
            raise NotFoundError(
                f"{path} is no casework workspace.", fix="Make one with: casework init FOLDER"
            )
        return cls(await build(path, Store.open, flags=flags, clock=clock))

    @property
    def folder(self) -> Path:
        return self._house.folder

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._house.settings

    def __repr__(self) -> str:
        return f"<casework workspace {self.folder}>"

    async def __aenter__(self) -> Workspace:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close it; what was committed stays."""
        await self._house.close()

    def listen(self, listener: Listener, *kinds: type[Event]) -> None:
        """Tell a function of what happens (cells settled, verdicts, runs ended, progress)."""
        self._house.bus.listen(listener, *kinds)

    async def outgoing(self, limit: int = 100) -> list[OutgoingCall]:
        """What left for a model, newest first: when, to which host, how many bytes."""
        return await self._house.store.outgoing.latest(limit)

    async def worksheets(self) -> list[WorksheetView]:
        """All worksheets, oldest first."""
        records = await self._house.store.worksheets.all()
        return [await Worksheet(self._house, record).view() for record in records]

    async def worksheet(self, name: str = "") -> Worksheet:
        """The worksheet of this name; the only one when no name is given."""
        records = await self._house.store.worksheets.all()
        names = [record.name for record in records]
        if not name and len(records) == 1:
            return Worksheet(self._house, records[0])
        found = next((record for record in records if slug(name) == record.slug), None)
        if found is not None:
            return Worksheet(self._house, found)
        raise _no_worksheet(name, names)

    async def new_worksheet(
        self, name: str, procedure: str | Path, *, grouping: str = "auto"
    ) -> Worksheet:
        """Make a worksheet under a procedure file, which is copied into the workspace.

        Raises `ProcedureError` with every mistake, and `ConflictError` when the name is taken.
        """
        source = Path(procedure)
        if not source.is_file():
            raise NotFoundError(f"There is no procedure {source}.", fix="Check the name.")
        if source.suffix not in (".md", ".py"):
            raise UsageError(
                f"{source.name} is no procedure.", fix="A procedure is a .md or a .py file."
            )
        if source.suffix == ".md":
            raise_mistakes(read_text(source), source.name)
        if any(r.slug == slug(name) for r in await self._house.store.worksheets.all()):
            raise ConflictError(
                f"There is a worksheet {name!r} already.", fix="Choose another name."
            )
        file = f"{slug(name)}{source.suffix}"
        target = self.folder / FOLDER / file
        if target.resolve() != source.resolve():
            if target.exists():
                raise ConflictError(f"{target} exists already.", fix="Choose another name.")
            if source.suffix == ".md":
                write_text(target, read_text(source))
            else:
                shutil.copyfile(source, target)
        record = await self._house.store.worksheets.add(name, file, grouping=grouping)
        return Worksheet(self._house, record)


def open(folder: str | Path = ".", *, flags: Mapping[str, Value] | None = None) -> Blocking:
    """Open a workspace for sync use, in a script or a notebook."""
    return _blocking(Workspace.open, folder, flags)


def create(folder: str | Path, *, flags: Mapping[str, Value] | None = None) -> Blocking:
    """Make a workspace for sync use, in a script or a notebook."""
    return _blocking(Workspace.create, folder, flags)


def _blocking(
    opening: Callable[..., Coroutine[object, object, Workspace]],
    folder: str | Path,
    flags: Mapping[str, Value] | None,
) -> Blocking:
    bridge = Bridge()
    try:
        return Blocking(bridge.call(opening(folder, flags=flags)), bridge)
    except BaseException:
        bridge.close()
        raise


def find_folder(start: Path) -> Path | None:
    """The nearest folder at or above `start` that is a workspace; None when there is none."""
    for folder in (start, *start.parents):
        if (folder / DATABASE).is_file():
            return folder
    return None


def _no_worksheet(name: str, names: Sequence[str]) -> Exception:
    if not names:
        return NotFoundError(
            "The workspace has no worksheet yet.",
            fix="Make one with: casework add FILES --worksheet NAME --procedure PROCEDURE.md",
        )
    listed = ", ".join(names)
    if not name:
        return UsageError(f"Which worksheet? There are {listed}.", fix="Add --worksheet NAME.")
    return NotFoundError(f"There is no worksheet {name!r}.", fix=f"There are {listed}.")

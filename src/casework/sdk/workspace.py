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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from casework.base.clock import Clock
from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.ids import slug
from casework.base.settings import Settings, Value
from casework.procedures.snapshot import snapshot
from casework.sdk.action import action
from casework.sdk.following import FOLDER
from casework.sdk.grouping import check_grouping
from casework.sdk.home import check_workspace, is_workspace, keep_home
from casework.sdk.joining import write_procedures
from casework.sdk.learned.learner import Learner
from casework.sdk.new_procedure import MADE_IN_PYTHON, keep_procedure
from casework.sdk.rights import Rights
from casework.sdk.rooms import Rooms
from casework.sdk.views import WorksheetView
from casework.sdk.wire import House, build
from casework.sdk.worksheet import Worksheet
from casework.store.home import Home, make_folder
from casework.store.records import OutgoingCall as OutgoingCall
from casework.store.records import WorksheetRecord
from casework.store.store import Store
from casework.types.deed import Deed
from casework.types.event import Event, Listener, RunEnded, VerdictGiven
from casework.types.person import LOCAL, Person
from casework.types.procedure import Procedure
from casework.types.run import Progress

if TYPE_CHECKING:
    from casework.sdk.forgetting import ForgetView
    from casework.sdk.readiness import Check
    from casework.sdk.today import Today
    from casework.types.forgotten import Forgotten


class Workspace(Rooms):
    """An open workspace. Use it as a context manager, or close it."""

    def __init__(self, house: House, acting_in: Workspace | None = None) -> None:
        super().__init__(house, acting_in)
        self._within = acting_in
        self._given: dict[str, Procedure] = acting_in._given if acting_in else {}
        self._learner: Learner = acting_in._learner if acting_in else Learner(house, self._given)
        if acting_in is None:
            house.bus.listen(self._learner.heard, VerdictGiven, RunEnded)

    @classmethod
    async def create(
        cls,
        folder: str | Path,
        *,
        store: str = "",
        blobs: str = "",
        flags: Mapping[str, Value] | None = None,
        clock: Clock | None = None,
    ) -> Workspace:
        """Make a workspace in a folder; raises `ConflictError` when there is one already.

        `store` and `blobs` are addresses of a Postgres database and of an object store for what
        it holds ('' for the folder); they are kept in its settings.
        """
        path = Path(folder)
        if path.is_file():
            raise UsageError(f"{path} is a file.", fix="Name a folder for the workspace.")
        if is_workspace(path):
            raise ConflictError(
                f"{path} is a workspace already.", fix="Use it as it is, or name another folder."
            )
        said: dict[str, Value] = {"store.url": store, "store.blobs": blobs}
        told = {**(flags or {}), **{name: value for name, value in said.items() if value}}
        house = await build(path, Store.create_at, flags=told, clock=clock)
        if store or blobs:
            keep_home(path, Home(store, blobs))
        (path / FOLDER).mkdir(exist_ok=True)
        return cls(house)

    @classmethod
    async def join(
        cls, folder: str | Path, *, store: str, blobs: str = "", clock: Clock | None = None
    ) -> Workspace:
        """Make a folder for a workspace that others keep on a server: its procedures are written
        there as they stand. Raises `NotFoundError` when the server has none."""
        path = Path(folder)
        if is_workspace(path):
            raise ConflictError(
                f"{path} is a workspace already.", fix="Use it as it is, or name another folder."
            )
        told: dict[str, Value] = {"store.url": store}
        if blobs:
            told["store.blobs"] = blobs
        house = await build(path, Store.open_at, flags=told, clock=clock)
        make_folder(path, file=False)
        keep_home(path, Home(store, blobs))
        await write_procedures(house.store, path)
        return cls(house)

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
        check_workspace(path)
        return cls(await build(path, Store.open_at, flags=flags, clock=clock))

    @property
    def folder(self) -> Path:
        return self._house.folder

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._house.settings

    @property
    def generation(self) -> int:
        """Another number once models or settings were changed while it is open."""
        return (self._house.base or self._house).generation

    def now(self) -> datetime:
        """The time, in UTC, by its clock."""
        return self._house.clock.now()

    def who(self) -> str:
        """Who asks: the person it acts for, else whoever sits at this machine."""
        return self._house.who()

    @action("read")
    async def ready(self) -> tuple[Check, ...]:
        """Whether it can be worked with now: its database, its schema, room on the disk."""
        from casework.sdk.readiness import readiness

        return await readiness(self._house)

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

    def acting_as(self, person: Person) -> Workspace:
        """The same workspace as this person sees it, and acting in their name. It shares all rooms
        with this one and is closed with it; settings that change later do not reach it."""
        base = self._house.base or self._house
        house = replace(
            base, person=person, rights=Rights(person.groups, person.worksheets), base=base
        )
        return Workspace(house, self._within or self)

    @property
    def here(self) -> Person:
        """Whoever sits at the machine, as a person: their groups are those of `person.groups`."""
        base = self._house.base or self._house
        return Person(LOCAL, base.who(), "owner", base.rights.groups)

    async def close(self) -> None:
        """Close it; what was committed stays."""
        if self._within is not None:
            return
        await self._learner.close()
        await self._close_outside()
        await self._house.close()

    @action("read")
    def listen(self, listener: Listener, *kinds: type[Event]) -> Callable[[], None]:
        """Tell a function of what happens (cells settled, verdicts, runs ended, progress), of all
        kinds or of these. Who may not read every document hears of runs and their progress alone.
        Returns a function that stops it; stopping twice does no harm."""
        if self._house.rights.all:
            return self._house.bus.listen(listener, *kinds)

        def counts(event: Event) -> None:
            if isinstance(event, Progress | RunEnded):
                listener(event)

        return self._house.bus.listen(counts, *kinds)

    @action("read")
    async def outgoing(self, limit: int = 100) -> list[OutgoingCall]:
        """What left for a model, newest first: when, to which host, how many bytes."""
        return await self._house.store.outgoing.latest(limit)

    @action("read")
    async def today(self) -> Today:
        """What calls of models cost today, of what a day may cost, and which hosts they go to."""
        from casework.sdk.today import today_of

        return await today_of(self._house)

    @action("manage", noted=False)
    async def deeds(
        self, limit: int = 100, *, before: int = 0, person: str | None = None, what: str = ""
    ) -> list[Deed]:
        """The audit log, newest first: what was done and refused, by whom, when, on what; no text
        of documents. `before` a number, of one person (an id), actions with these letters."""
        deeds = self._house.store.deeds
        await deeds.settle()
        return await deeds.latest(limit, before=before, person=person, what=what)

    @action("manage")
    async def forget(
        self,
        *documents: str,
        worksheet: str = "",
        note: str = "",
        who: str = "",
        dry: bool = False,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> ForgetView:
        """Forget documents and everything that came from them: files (by their bytes), names or
        sha256; `dry` only tells what holds something of them. Without any, what was begun and
        broken off is ended. What was forgotten comes back only when it is asked for."""
        from casework.sdk.forgetting import Forgetter

        forgetter = Forgetter(self._house)
        if dry:
            return await forgetter.look(documents, worksheet=worksheet)
        if not documents and (ended := await forgetter.finish(on_step=on_step)) is not None:
            return ended
        return await forgetter.forget(
            documents, worksheet=worksheet, note=note, who=who, on_step=on_step
        )

    @action("manage", noted=False)
    async def forgotten(self) -> list[Forgotten]:
        """What was forgotten, by whom and why, oldest first."""
        return await self._house.store.forgotten.all()

    @action("read")
    async def worksheets(self) -> list[WorksheetView]:
        """All worksheets, oldest first."""
        return [await self._sheet(record).view() for record in await self._records()]

    @action("read")
    async def worksheet(self, name: str = "", procedure: Procedure | None = None) -> Worksheet:
        """The worksheet of this name; the only one when no name is given.

        A procedure that was made in Python is handed in again by the program that makes it, since
        no workspace keeps code; without it its python steps wait.
        """
        records = await self._records()
        names = [record.name for record in records]
        if not name and len(records) == 1:
            return self._sheet(records[0], procedure)
        found = next((record for record in records if slug(name) == record.slug), None)
        if found is not None:
            return self._sheet(found, procedure)
        raise _no_worksheet(name, names)

    @action("edit")
    async def new_worksheet(
        self, name: str, procedure: str | Path | Procedure, *, grouping: str = "auto"
    ) -> Worksheet:
        """Make a worksheet under a procedure: a file, which is copied into the workspace, or what
        `casework.procedure` made of functions, whose source is kept and which run only here.

        Raises `ProcedureError` with every mistake, and `ConflictError` when the name is taken.
        """
        grouping = check_grouping(grouping)
        if any(r.slug == slug(name) for r in await self._house.store.worksheets.all()):
            raise ConflictError(
                f"There is a worksheet {name!r} already.", fix="Choose another name."
            )
        file = keep_procedure(self.folder, slug(name), procedure)
        record = await self._house.store.worksheets.add(name, file, grouping=grouping)
        if file != MADE_IN_PYTHON:
            return self._sheet(record)
        assert isinstance(procedure, Procedure)
        await self._house.store.procedures.add(
            record.id, snapshot(procedure), note="made in Python"
        )
        return self._sheet(record, procedure)

    async def _records(self) -> list[WorksheetRecord]:
        """The worksheets that whoever asks may know of."""
        records = await self._house.store.worksheets.all()
        only = self._house.person.worksheets if self._house.person else None
        return [record for record in records if only is None or record.slug in only]

    def _sheet(self, record: WorksheetRecord, procedure: Procedure | None = None) -> Worksheet:
        if procedure is not None:
            if record.procedure_file != MADE_IN_PYTHON:
                raise UsageError(
                    f"{record.name} follows the file {record.procedure_file}.",
                    fix="Edit that file, or make a new worksheet.",
                )
            self._given[record.id] = procedure
        return Worksheet(self._house, record, self._given.get(record.id))


def find_folder(start: Path) -> Path | None:
    """The nearest folder at or above `start` that is a workspace; None when there is none."""
    for folder in (start, *start.parents):
        if is_workspace(folder):
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

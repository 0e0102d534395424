"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.face import OpenFace
from casework.sdk.sync_groups import SyncWatching
from casework.sdk.sync_making import SyncDrafts, SyncOverview, SyncSuggesting, SyncWebhooks
from casework.sdk.sync_papers import SyncRereading
from casework.sdk.sync_people import SyncApiKeys, SyncConfiguration, SyncEntering, SyncPeople
from casework.sdk.sync_sheets import SyncCosting
from casework.sdk.sync_worksheet import SyncWorksheet
from casework.sdk.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from casework.base.settings import Settings
    from casework.sdk.forgetting import ForgetView
    from casework.sdk.named_requests import NamedRequests
    from casework.sdk.outside import Outside
    from casework.sdk.readiness import Check
    from casework.sdk.retention import Retention
    from casework.sdk.today import Today
    from casework.sdk.views import WorksheetView
    from casework.store.records import OutgoingCall
    from casework.types.deed import Deed
    from casework.types.event import Event, Listener
    from casework.types.forgotten import Forgotten
    from casework.types.person import Person
    from casework.types.procedure import Procedure


class SyncWorkspace(OpenFace[Workspace]):
    """An open workspace. Use it as a context manager, or close it."""

    @property
    def folder(self) -> Path:
        return self._real.folder

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._real.settings

    @property
    def generation(self) -> int:
        """Another number once models or settings were changed while it is open."""
        return self._real.generation

    def now(self) -> datetime:
        """The time, in UTC, by its clock."""
        return self._real.now()

    def who(self) -> str:
        """Who asks: the person it acts for, else whoever sits at this machine."""
        return self._real.who()

    def ready(self) -> tuple[Check, ...]:
        """Whether it can be worked with now: its database, its schema, room on the disk."""
        return self._line.call(self._real.ready())

    def acting_as(self, person: Person) -> SyncWorkspace:
        """The same workspace as this person sees it, and acting in their name. It shares all rooms
        with this one and is closed with it; settings that change later do not reach it.
        """
        return SyncWorkspace(self._real.acting_as(person), self._line)

    @property
    def here(self) -> Person:
        """Whoever sits at the machine, as a person: their groups are those of `person.groups`."""
        return self._real.here

    def listen(self, listener: Listener, *kinds: type[Event]) -> Callable[[], None]:
        """Tell a function of what happens (cells settled, verdicts, runs ended, progress), of all
        kinds or of these. Who may not read every document hears of runs and their progress alone.
        Returns a function that stops it; stopping twice does no harm.
        """
        return self._real.listen(listener, *kinds)

    def outgoing(self, limit: int = 100) -> list[OutgoingCall]:
        """What left for a model, newest first: when, to which host, how many bytes."""
        return self._line.call(self._real.outgoing(limit))

    def today(self) -> Today:
        """What calls of models cost today, of what a day may cost, and which hosts they go to."""
        return self._line.call(self._real.today())

    def deeds(
        self, limit: int = 100, *, before: int = 0, person: str | None = None, what: str = ""
    ) -> list[Deed]:
        """The audit log, newest first: what was done and refused, by whom, when, on what; no text
        of documents. `before` a number, of one person (an id), actions with these letters.
        """
        return self._line.call(self._real.deeds(limit, before=before, person=person, what=what))

    def forget(
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
        broken off is ended. What was forgotten comes back only when it is asked for.
        """
        return self._line.call(
            self._real.forget(
                *documents, worksheet=worksheet, note=note, who=who, dry=dry, on_step=on_step
            )
        )

    def forgotten(self) -> list[Forgotten]:
        """What was forgotten, by whom and why, oldest first."""
        return self._line.call(self._real.forgotten())

    def worksheets(self) -> list[WorksheetView]:
        """All worksheets, oldest first."""
        return self._line.call(self._real.worksheets())

    def worksheet(self, name: str = "", procedure: Procedure | None = None) -> SyncWorksheet:
        """The worksheet of this name; the only one when no name is given.

        A procedure that was made in Python is handed in again by the program that makes it, since
        no workspace keeps code; without it its python steps wait.
        """
        return SyncWorksheet(self._line.call(self._real.worksheet(name, procedure)), self._line)

    def new_worksheet(
        self, name: str, procedure: str | Path | Procedure, *, grouping: str = "auto"
    ) -> SyncWorksheet:
        """Make a worksheet under a procedure: a file, which is copied into the workspace, or what
        `casework.procedure` made of functions, whose source is kept and which run only here.

        Raises `ProcedureError` with every mistake, and `ConflictError` when the name is taken.
        """
        return SyncWorksheet(
            self._line.call(self._real.new_worksheet(name, procedure, grouping=grouping)),
            self._line,
        )

    @property
    def costing(self) -> SyncCosting:
        """What all its worksheets cost, and which caps stand in the way."""
        return SyncCosting(self._real.costing, self._line)

    @property
    def people(self) -> SyncPeople:
        """Who may sign in, and as what."""
        return SyncPeople(self._real.people, self._line)

    @property
    def entering(self) -> SyncEntering:
        """Coming in: links, passwords, what an OpenID provider says."""
        return SyncEntering(self._real.entering, self._line)

    @property
    def keys(self) -> SyncApiKeys:
        """The keys of programs."""
        return SyncApiKeys(self._real.keys, self._line)

    @property
    def retention(self) -> Retention:
        """What is old enough to be forgotten, as the setting `retention.days` says."""
        return self._real.retention

    @property
    def outside(self) -> Outside:
        """The way out to hosts that are no models, such as an OpenID provider."""
        return self._real.outside

    @property
    def configuration(self) -> SyncConfiguration:
        """Its settings, models and their keys, changed while it is open."""
        return SyncConfiguration(self._real.configuration, self._line)

    @property
    def overview(self) -> SyncOverview:
        """All its worksheets at a glance."""
        return SyncOverview(self._real.overview, self._line)

    @property
    def suggesting(self) -> SyncSuggesting:
        """What files suggest as steps, before there is a worksheet."""
        return SyncSuggesting(self._real.suggesting, self._line)

    @property
    def drafts(self) -> SyncDrafts:
        """Worksheets that are being made from dropped files."""
        return SyncDrafts(self._real.drafts, self._line)

    @property
    def watching(self) -> SyncWatching:
        """The folders that feed its worksheets."""
        return SyncWatching(self._real.watching, self._line)

    @property
    def rereading(self) -> SyncRereading:
        """Its documents that may be read again, and better."""
        return SyncRereading(self._real.rereading, self._line)

    @property
    def webhooks(self) -> SyncWebhooks:
        """The addresses that are told of what happens in it."""
        return SyncWebhooks(self._real.webhooks, self._line)

    @property
    def named_requests(self) -> NamedRequests:
        """Requests of programs that are not done twice."""
        return self._real.named_requests

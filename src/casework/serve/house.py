"""What all requests share: the workspace, its people's views of it, jobs, live news, templates."""

from __future__ import annotations

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.ahead import Ahead
from casework.serve.auth.oidc import Provider
from casework.serve.drafts import LiveDrafts
from casework.serve.jobs import Jobs
from casework.serve.live import Live
from casework.serve.options import Options as Options
from casework.serve.static import Assets
from casework.serve.upload_room import UploadRoom
from casework.types.person import Person

_KEPT = 64
"""Worksheets as somebody sees them that are kept open between requests."""


class ServeHouse:
    """The rooms of one running server."""

    def __init__(self, workspace: Workspace, options: Options) -> None:
        self.workspace = workspace
        self.options = options
        self.assets = Assets()
        self.ahead = Ahead()
        self.jobs = Jobs()
        self.drafts = LiveDrafts()
        self.live = Live(self)
        self.room = UploadRoom(workspace.folder)
        self.provider = Provider(workspace.outside.send)
        self._open: dict[tuple[object, ...], Worksheet] = {}

    @property
    def local(self) -> Person:
        """Whoever sits at this machine."""
        return self.workspace.here

    def acting_as(self, person: Person) -> Workspace:
        """The workspace as this person sees it, and acting in their name."""
        return self.workspace.acting_as(person)

    async def worksheet(self, person: Person, name: str) -> Worksheet:
        """A worksheet as this person sees it; the same object for the next request of theirs, so
        that their sitting at the review desk goes on."""
        acting = self.acting_as(person)
        sheet = await acting.worksheet(name)
        key = (person, sheet.id, self.workspace.generation)
        if key not in self._open:
            while len(self._open) >= _KEPT:
                self._open.pop(next(iter(self._open)))
            self._open[key] = sheet
        self._open[key] = self._open.pop(key)
        return self._open[key]

    async def close(self) -> None:
        """Stop what goes on; runs end after the cells in flight."""
        await self.live.close()
        await self.ahead.close()
        await self.drafts.close()
        await self.jobs.close()

"""What each request is handed: who asks, the workspace as they see it, the worksheet it names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from casework.base.errors import RightsError
from casework.sdk.action import permits
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.house import ServeHouse
from casework.serve.jobs import Job, Report, run_key
from casework.types.person import Permission, Person


class Asked:
    """One request of one person."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.house: ServeHouse = request.app.state.house
        self.person: Person = request.state.person
        self.workspace: Workspace = self.house.acting_as(self.person)

    def may(self, permission: Permission) -> bool:
        """Whether they may do such things; for what is shown, since the sdk refuses by itself."""
        return permits(self.person, permission)

    def need(self, permission: Permission) -> None:
        """Raise `RightsError` before something is begun or stopped that no action of the sdk stands
        before."""
        if not self.may(permission):
            raise RightsError(
                f"This takes somebody who may {permission}.",
                fix="Ask an owner for a role or a key that may.",
                code="rights.not_allowed",
            )

    def begin(self, key: str, what: str, work: Callable[[Report], Awaitable[object]]) -> Job:
        """Begin what takes its time; it goes on when the request is answered, and when the page is
        left. Raises `ConflictError` while something of the same key goes on."""
        self.need("edit")
        return self.house.jobs.start(key, what, work, who=self.person.name)

    def run_of(self, worksheet_id: str) -> Job | None:
        """The run of a worksheet that goes on in this server."""
        return self.house.jobs.current(run_key(worksheet_id))

    async def stop(self, key: str) -> bool:
        """Stop what goes on under this key; what it committed stays. False when nothing did."""
        self.need("edit")
        return await self.house.jobs.stop(key)

    async def worksheet(self, name: str) -> Worksheet:
        """The worksheet of this slug or name; raises `NotFoundError`."""
        return await self.house.worksheet(self.person, name)


Here = Annotated[Asked, Depends(Asked)]
"""The parameter of a page: `async def show(here: Here) -> Response`."""

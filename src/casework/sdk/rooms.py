"""What a workspace leads to: groups of actions, each in a module of its own that is read when it is
asked for. A new group of actions is hung in here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from casework.governance.tries import Tries
from casework.sdk.wire import House

if TYPE_CHECKING:
    from casework.sdk.configuration import Configuration
    from casework.sdk.named_requests import NamedRequests
    from casework.sdk.observing.costs import Costing
    from casework.sdk.outside import Outside
    from casework.sdk.overview import Overview
    from casework.sdk.people.entering import Entering
    from casework.sdk.people.keys import ApiKeys
    from casework.sdk.people.people import People
    from casework.sdk.rereading import Rereading
    from casework.sdk.retention import Retention
    from casework.sdk.suggesting.drafts import Drafts
    from casework.sdk.suggesting.suggesting import Suggesting
    from casework.sdk.watching import Watching
    from casework.sdk.webhooks.webhooks import Webhooks
    from casework.sdk.worksheet import Worksheet
    from casework.types.person import Person
    from casework.types.procedure import Procedure


class Rooms(ABC):
    """The groups of actions of a workspace. `base` is the workspace that this one acts in for a
    person, None for the workspace itself."""

    def __init__(self, house: House, base: Rooms | None) -> None:
        self._house = house
        self._base = base
        self._outside: Outside | None = None
        self._tries: Tries = base._tries if base else Tries()

    @abstractmethod
    async def worksheet(self, name: str = "", procedure: Procedure | None = None) -> Worksheet:
        """A worksheet by name."""

    @abstractmethod
    async def new_worksheet(
        self, name: str, procedure: str | Path | Procedure, *, grouping: str = "auto"
    ) -> Worksheet:
        """Make a worksheet under a procedure."""

    @abstractmethod
    def acting_as(self, person: Person) -> Rooms:
        """The same workspace as this person sees it."""

    @property
    def costing(self) -> Costing:
        """What all its worksheets cost, and which caps stand in the way."""
        from casework.sdk.observing.costs import Costing

        return Costing(self._house, None, None)

    @property
    def people(self) -> People:
        """Who may sign in, and as what."""
        from casework.sdk.people.people import People

        return People(self._house)

    @property
    def entering(self) -> Entering:
        """Coming in: links, passwords, what an OpenID provider says."""
        from casework.sdk.people.entering import Entering

        return Entering(self._house, self._tries)

    @property
    def keys(self) -> ApiKeys:
        """The keys of programs."""
        from casework.sdk.people.keys import ApiKeys

        return ApiKeys(self._house)

    @property
    def retention(self) -> Retention:
        """What is old enough to be forgotten, as the setting `retention.days` says."""
        from casework.sdk.retention import Retention

        return Retention(self._house)

    @property
    def outside(self) -> Outside:
        """The way out to hosts that are no models, such as an OpenID provider."""
        from casework.sdk.outside import Outside

        if self._base is not None:
            return self._base.outside
        self._outside = self._outside or Outside(self._house)
        return self._outside

    @property
    def configuration(self) -> Configuration:
        """Its settings, models and their keys, changed while it is open."""
        from casework.sdk.configuration import Configuration

        return Configuration(self._house)

    @property
    def overview(self) -> Overview:
        """All its worksheets at a glance."""
        from casework.sdk.overview import Overview

        return Overview(self._house, self.worksheet)

    @property
    def suggesting(self) -> Suggesting:
        """What files suggest as steps, before there is a worksheet."""
        from casework.sdk.suggesting.suggesting import Suggesting

        return Suggesting(self._house)

    @property
    def drafts(self) -> Drafts:
        """Worksheets that are being made from dropped files."""
        from casework.sdk.suggesting.drafts import Drafts

        return Drafts(self._house, self.new_worksheet)

    @property
    def watching(self) -> Watching:
        """The folders that feed its worksheets."""
        from casework.sdk.watching import Watching

        return Watching(self._house, self.worksheet)

    @property
    def rereading(self) -> Rereading:
        """Its documents that may be read again, and better."""
        from casework.sdk.rereading import Rereading

        return Rereading(self._house, self.worksheet)

    @property
    def webhooks(self) -> Webhooks:
        """The addresses that are told of what happens in it."""
        from casework.sdk.webhooks.webhooks import Webhooks

        async def seen_by(person: Person, name: str) -> Worksheet:
            return await self.acting_as(person).worksheet(name)

        return Webhooks(self._house, seen_by)

    @property
    def named_requests(self) -> NamedRequests:
        """Requests of programs that are not done twice."""
        from casework.sdk.named_requests import NamedRequests

        return NamedRequests(self._house)

    async def _close_outside(self) -> None:
        if self._outside is not None:
            await self._outside.close()

"""The only builder: makes the rooms and passes each what it needs. Holds no logic of its own. The
kinds of column are imported with the first run or plan: to look and to add needs none of them."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from casework.base.clock import Clock, SystemClock, zone
from casework.base.settings import Found, Settings, Value, load, read_value, specification
from casework.documents.fenced.workers import Workers
from casework.documents.ocr.recognition import Recognition
from casework.engine.budget import Purse
from casework.engine.change import CasesBeside
from casework.engine.engine import Engine, Shelf
from casework.models.endpoints import Endpoints
from casework.models.gateway import Gateway
from casework.observe.events import Bus
from casework.plugins.load import Plugins
from casework.review.queue import wants_person
from casework.sandbox.rules import RuleEngine
from casework.sdk.caps import caps_of
from casework.sdk.home import home_of
from casework.sdk.learned.loaded import LoadedVersions
from casework.sdk.page_pictures import PagePictures
from casework.sdk.parsing import Parsing
from casework.sdk.rights import READS_EVERYTHING, Rights, rights_of
from casework.sdk.wired.model_calls import endpoints_of, gateway_of
from casework.sdk.wired.reading import limits_of, plugins_of, recognition_of, registry_of
from casework.steps.stoppable import StoppableThreads
from casework.store.home import Home
from casework.store.picture_cache import PictureCache
from casework.store.store import Store
from casework.types.change import ChangeRecord
from casework.types.event import Event, RunEnded
from casework.types.needs import ModelCalls
from casework.types.person import Person
from casework.types.run import Progress

if TYPE_CHECKING:
    from casework.extraction.learned import FieldModel
    from casework.learn.estimators import Estimators
    from casework.steps.cascade import Sureness
    from casework.steps.kinds import StepKinds
    from casework.steps.learned import LearnedAtWork
    from casework.steps.python import Function
    from casework.types.learned import Stored

_MB = 1 << 20


class Closes(Protocol):
    """Something that is at work until it is closed."""

    async def close(self) -> None: ...


@dataclass(slots=True)
class House:
    """The rooms of one open workspace."""

    folder: Path
    settings: Settings
    clock: Clock
    store: Store
    workers: Workers
    parsing: Parsing
    recognition: Recognition
    endpoints: Endpoints
    gateway: Gateway
    rules: RuleEngine
    bus: Bus
    purse: Purse
    threads: StoppableThreads
    plugins: Plugins
    pictures: PagePictures
    loaded: LoadedVersions
    rights: Rights = READS_EVERYTHING
    """What the person who asks may read; views go through it, runs do not."""
    person: Person | None = None
    """Who asks; None for whoever sits at the machine, who may do everything."""
    grids: dict[str, Closes] = field(default_factory=dict)
    """By worksheet what its views share."""
    base: House | None = None
    """The house of whoever opened the workspace, where this is that of a person in it."""
    generation: int = 0
    """How often settings were taken over since it was opened."""
    learning_problems: dict[str, str] = field(default_factory=dict)
    """By worksheet what went wrong when it last learned by itself, in words."""
    trials: dict[str, asyncio.Future[object]] = field(default_factory=dict)
    """By worksheet the run that tries what was learned by itself."""
    gave_way: set[str] = field(default_factory=set)
    """The worksheets where such a run was broken off for somebody's own."""
    boards: dict[tuple[str, Rights], Closes] = field(default_factory=dict)
    """What waits for people, by worksheet and by what whoever looks may read."""

    @property
    def estimators(self) -> Estimators:
        """What fits models of steps, as the setting says."""
        from casework.learn.estimators import Estimators

        return Estimators(self.plugins.estimators, self.settings.text("learn.estimator"))

    def steps(
        self,
        functions: Mapping[str, Function] | None = None,
        *,
        recorded: ModelCalls | None = None,
        sureness: Sureness | None = None,
        learned: LearnedAtWork | None = None,
        calls: ModelCalls | None = None,
    ) -> StepKinds:
        """The kinds of column, as `casework.sdk.wired.columns.kinds_of` makes them."""
        from casework.sdk.wired.columns import kinds_of

        return kinds_of(
            self,
            functions,
            recorded=recorded,
            sureness=sureness,
            learned=learned,
            calls=calls,
        )

    def engine(
        self, steps: StepKinds, change: ChangeRecord | None = None, *, beside: Shelf | None = None
    ) -> Engine:
        """An engine over these kinds of column, which works on the cells in force, or on those of a
        pending change beside them. Of that one only progress and its end are told, and nothing of
        one that works on a shelf of its own `beside` all others."""
        tell = self.bus.tell if change is None else self._tell_progress
        return Engine(
            beside or self._shelf(change),
            steps,
            clock=self.clock,
            limit_of=self._limit_of,
            cases_in_flight=self.settings.integer("run.cases"),
            holder=self.holder,
            tell=tell if beside is None else _tell_nobody,
            wants_person=wants_person,
            budget=self.purse,
        )

    def trying(self, settings: Mapping[str, Value]) -> House:
        """The same house with other settings for its models, to try them; its gateway is closed by
        whoever asked for it, and nothing else is its own."""
        found = {
            name: Found(specification(name), name, read_value(name, value), "flag")
            for name, value in settings.items()
        }
        tried = replace(self.settings, found={**self.settings.found, **found})
        endpoints = endpoints_of(tried)
        gateway = gateway_of(endpoints, tried, self.store, self.purse, self.clock)
        return replace(self, settings=tried, endpoints=endpoints, gateway=gateway)

    async def take_over(self, other: House) -> None:
        """Go on with the settings and models of a house that was made by `trying`."""
        gateway = self.gateway
        for house in (self, *([self.base] if self.base else [])):
            house.settings, house.endpoints = other.settings, other.endpoints
            house.gateway = other.gateway
            house.generation += 1
        if other.gateway is not gateway:
            await gateway.close()

    def _shelf(self, change: ChangeRecord | None) -> Shelf:
        store = self.store
        if change is None:
            return Shelf(store.cases, store.cells, store.runs, store.rows)
        cases, rows = CasesBeside(store.cases), store.proposed_rows(change)
        return Shelf(cases, store.proposals(change), store.runs, rows, change.id)

    def _tell_progress(self, event: Event) -> None:
        if isinstance(event, Progress | RunEnded):
            self.bus.tell(event)

    @property
    def holder(self) -> str:
        """How a run of this process is named to others."""
        return f"{platform.node() or 'this machine'}, process {os.getpid()}"

    def who(self) -> str:
        """Who decides at this machine."""
        from getpass import getuser

        if self.person is not None:
            return self.person.name
        return self.settings.text("person.name") or getuser()

    def today(self) -> str:
        """The date in the workspace's time zone, as YYYY-MM-DD."""
        local = self.clock.now().astimezone(zone(self.settings.text("workspace.time_zone")))
        return local.date().isoformat()

    def _limit_of(self, resource: str) -> int:
        from casework.steps.ask import MODEL_RESOURCE
        from casework.steps.extract import CPU

        if resource == CPU:
            return os.cpu_count() or 1
        provider = resource.removeprefix(MODEL_RESOURCE).partition(":")[0]
        known = self.endpoints.providers.get(provider)
        return known.concurrency if known else self.settings.integer("model.concurrency")

    async def close(self) -> None:
        """Close all rooms, the store last."""
        for shared in (*self.boards.values(), *self.grids.values()):
            await shared.close()
        self.threads.close()
        await self.pictures.close()
        await self.workers.__aexit__()
        await self.recognition.close()
        await self.rules.close()
        await self.gateway.close()
        await self.store.close()


def _tell_nobody(event: Event) -> None:
    """What nobody is to hear of."""


async def build(
    folder: Path,
    open_store: Callable[[Path, Home, Clock], Awaitable[Store]],
    *,
    flags: Mapping[str, Value] | None = None,
    clock: Clock | None = None,
) -> House:
    """Build the rooms for a workspace folder; `open_store` opens or creates its store."""
    settings = load(folder, flags=flags)
    zone(settings.text("workspace.time_zone"))
    ticking = clock or SystemClock()
    endpoints = endpoints_of(settings)
    store = await open_store(folder, home_of(settings), ticking)
    plugins = plugins_of(settings)
    workers = Workers(
        limits_of(settings),
        count=settings.integer("parse.workers") or None,
        registry=registry_of(plugins),
    )
    recognition = recognition_of(settings, plugins, store)
    parsing = Parsing(store, workers, recognition)
    kept_pictures = PictureCache(folder, settings.integer("pictures.cache") * _MB)
    purse = Purse(
        caps_of(settings),
        store.spending,
        clock=ticking,
        zone=settings.text("workspace.time_zone"),
    )
    return House(
        folder,
        settings,
        ticking,
        store,
        workers,
        parsing,
        recognition,
        endpoints,
        gateway_of(endpoints, settings, store, purse, ticking),
        RuleEngine(
            seconds=settings.number("rule.seconds"), memory_mb=settings.integer("rule.memory")
        ),
        Bus(),
        purse,
        StoppableThreads(),
        plugins,
        PagePictures(store, workers, parsing, kept_pictures),
        LoadedVersions(store.learned, partial(learned_model, plugins)),
        rights_of(settings.text("person.groups")),
    )


def learned_model(plugins: Plugins, estimator: str, stored: Stored, *, many: bool) -> FieldModel:
    """The model that an estimator once gave."""
    from casework.learn.estimators import Estimators

    return Estimators(plugins.estimators).load(estimator, stored, many=many)

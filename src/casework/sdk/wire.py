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
from casework.base.keys import KeyRing
from casework.base.retry import RetryPolicy
from casework.base.settings import Found, Settings, Value, load, read_value, specification
from casework.documents.fenced.workers import Workers
from casework.documents.formats import built_in
from casework.documents.formats.registry import Registry
from casework.documents.ocr.recognition import Recognition
from casework.documents.reading import Limits
from casework.engine.budget import Purse
from casework.engine.change import CasesBeside
from casework.engine.engine import Engine, Shelf
from casework.engine.readings import RecordedReadings
from casework.learn import built_in as learning_built_in
from casework.models.border import Border
from casework.models.endpoints import Endpoints, build_endpoints
from casework.models.fallback import REASONS, Fallbacks
from casework.models.gateway import Gateway, Outfit
from casework.models.names import ROLES
from casework.models.network import network_of
from casework.models.transport import AiohttpTransport, Transport
from casework.observe.events import Bus
from casework.plugins.load import Plugins
from casework.plugins.load import load as load_plugins
from casework.review.queue import wants_person
from casework.sandbox.rules import RuleEngine
from casework.sdk.caps import caps_of
from casework.sdk.home import home_of
from casework.sdk.learned.loaded import LoadedVersions
from casework.sdk.page_pictures import PagePictures
from casework.sdk.parsing import Parsing
from casework.sdk.rights import READS_EVERYTHING, Rights, rights_of
from casework.steps.reach import Reach
from casework.steps.stoppable import StoppableThreads
from casework.store.home import Home
from casework.store.picture_cache import PictureCache
from casework.store.store import Store
from casework.types.change import ChangeRecord
from casework.types.event import Event, RunEnded
from casework.types.needs import ModelCalls
from casework.types.person import Person
from casework.types.procedure import By
from casework.types.run import Progress

if TYPE_CHECKING:
    from casework.extraction.learned import FieldModel
    from casework.learn.estimators import Estimators
    from casework.steps.cascade import Sureness
    from casework.steps.kinds import StepKind, StepKinds
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
        """The kinds of column; `functions` are those of a trusted Python procedure. With `recorded`
        answers models are asked nothing, and only a step that names one is read by one. `learned`
        is at work on its steps. `calls` stands between them and the gateway."""
        from casework.sdk.reading_order import chosen_of, order_of
        from casework.steps.ask import AskStep
        from casework.steps.cascade import Beside, Chosen
        from casework.steps.choice import ModelChoice
        from casework.steps.document import DocumentStep
        from casework.steps.extract import ExtractStep
        from casework.steps.given import GivenStep
        from casework.steps.kinds import Order, StepKinds
        from casework.steps.learned import NothingLearned
        from casework.steps.person import PersonStep
        from casework.steps.python import PythonStep
        from casework.steps.reason import ReasonStep
        from casework.steps.rule import RuleStep
        from casework.steps.sources import Sources
        from casework.steps.split import SplitStep
        from casework.steps.template import TemplateStep
        from casework.steps.write import WriteStep

        calls = recorded or calls or self.gateway
        with_model = recorded is None and self.settings.text("extract.with") == "auto"
        order = order_of(self.settings) if with_model else ()
        models = ModelChoice(self.endpoints, with_model, order)
        sources = Sources(self.parsing)
        window = self.settings.integer("model.window")
        learned = learned or NothingLearned()
        reach = reach_of(self.settings)
        asking = AskStep(calls, sources, models, reach=reach, learned=learned)
        kinds: dict[By, StepKind] = {
            "document": DocumentStep(
                ExtractStep(sources, learned), asking, models, SplitStep(sources)
            ),
            "given": GivenStep(sources),
            "model": ReasonStep(calls, models, window=window),
            "rule": RuleStep(self.rules),
            "python": PythonStep(
                functions or {}, self.threads, seconds=self.settings.number("python.seconds")
            ),
            "person": PersonStep(),
        }
        writer = WriteStep(calls, sources, models, window=window)
        writing: dict[By, StepKind] = {"document": writer, "model": writer, "rule": TemplateStep()}
        readings = RecordedReadings(self.store.cells)
        sure = Chosen() if recorded else sureness or chosen_of(self.settings)
        beside = Beside(sure, learned, readings)
        return StepKinds(
            kinds, self.rules, writing=writing, readings=readings, order=Order(models, beside)
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


def reach_of(settings: Settings) -> Reach:
    """How much of documents one cell reads; never more calls than its cap allows."""
    most = settings.integer("budget.cell_calls") or None
    calls, all_calls = (
        min(settings.integer(name), most) if most else settings.integer(name)
        for name in ("extract.calls", "extract.all_calls")
    )
    return Reach(settings.integer("model.window"), calls, all_calls)


def plugins_of(settings: Settings) -> Plugins:
    """What we and the installed plug-ins offer, but for those that are switched off."""
    off = {name.strip() for name in settings.text("plugins.off").split(",")}
    return load_plugins([built_in, learning_built_in], off=off)


def recognition_of(settings: Settings, plugins: Plugins, store: Store | None) -> Recognition:
    """What reads text in pictures, in processes of its own."""
    limits = replace(
        limits_of(settings),
        seconds=settings.number("documents.ocr_seconds"),
        memory_mb=settings.integer("documents.ocr_memory"),
    )
    count = settings.integer("documents.ocr_workers") or max(1, (os.cpu_count() or 1) // 2)
    return Recognition(
        Workers(limits, count=count, registry=registry_of(plugins)),
        plugins.ocr_engines,
        wanted=settings.text("documents.ocr"),
        languages=settings.text("documents.ocr_languages"),
        memory=None if store is None else store.recognised,
    )


def registry_of(plugins: Plugins) -> Registry:
    """The readers and OCR engines that reading processes are told of."""
    return Registry(plugins.readers, plugins.ocr_engines)


def outfit_of(settings: Settings, store: Store | None, budget: Purse | None = None) -> Outfit:
    """What is wrapped around each call of a model; what needs a workspace only with its `store`."""
    record, replay = settings.text("model.record"), settings.text("model.replay")
    when = settings.text("border.redact")
    return Outfit(
        policy=RetryPolicy(
            tries=settings.integer("model.tries"), total_s=settings.number("model.patience")
        ),
        cache=None if store is None else store.answers,
        remember=bool(settings.value("model.cache")),
        ledger=None if store is None else store.rates,
        budget=budget,
        batches=None if store is None else store.batches,
        batch_all=bool(settings.value("model.batch")),
        batch_poll_s=settings.number("model.batch_poll"),
        fallbacks=fallbacks_of(settings),
        hedge=bool(settings.value("model.hedge")),
        redact="leaving" if when == "leaving" else "always" if when == "always" else "no",
        record=Path(record).expanduser() if record else None,
        replay=Path(replay).expanduser() if replay else None,
    )


def fallbacks_of(settings: Settings) -> Fallbacks:
    """Which models are asked instead of others, and when."""
    chains = {
        reason: tuple(
            name.strip()
            for name in settings.text(f"model.fallback.{reason}").split(",")
            if name.strip()
        )
        for reason in REASONS
    }
    return Fallbacks(chains, may_leave=bool(settings.value("model.fallback.leave")))


def gateway_of(
    endpoints: Endpoints, settings: Settings, store: Store, purse: Purse, clock: Clock
) -> Gateway:
    """The way out to these models, through the one border."""
    border = Border(transport_of(endpoints), endpoints.hosts, sink=store.outgoing.note, clock=clock)
    return Gateway(endpoints, border, outfit_of(settings, store, purse), clock=clock)


def transport_of(endpoints: Endpoints) -> Transport:
    """What carries the calls: through the proxy and with the certificates that the environment
    names, over as many connections as all configured providers may have calls in flight."""
    calls = sum(endpoints.providers[name].concurrency for name in endpoints.configured)
    return AiohttpTransport(connections=calls or 1, network=network_of(os.environ))


def endpoints_of(settings: Settings) -> Endpoints:
    """The models that are configured."""
    roles = {role: settings.text(f"model.{role}") for role in ROLES}
    return build_endpoints(
        roles=roles,
        providers=settings.providers(),
        find_key=KeyRing().find,
        concurrency=settings.integer("model.concurrency"),
        timeout_s=settings.number("model.timeout"),
        idle_s=settings.number("model.idle"),
        also=fallbacks_of(settings).models,
    )


def limits_of(settings: Settings) -> Limits:
    """What one file may cost."""
    return Limits(
        seconds=settings.number("parse.seconds"),
        memory_mb=settings.integer("parse.memory"),
        pages=settings.integer("parse.pages"),
        file_bytes=settings.integer("parse.file") * _MB,
    )

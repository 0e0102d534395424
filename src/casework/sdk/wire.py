"""The only builder: makes the rooms and passes each what it needs. Holds no logic of its own."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from casework.base.clock import Clock, SystemClock, zone
from casework.base.keys import KeyRing
from casework.base.retry import RetryPolicy
from casework.base.settings import Settings, Value, load
from casework.documents.reading import Limits
from casework.documents.worker import Workers
from casework.engine.engine import Engine, Shelf
from casework.models.border import Border
from casework.models.endpoints import Endpoints, build_endpoints
from casework.models.gateway import Gateway
from casework.models.transport import AiohttpTransport, Transport, network_of
from casework.observe.events import Bus
from casework.sandbox.rules import RuleEngine
from casework.sdk.parsing import Parsing
from casework.steps.ask import MODEL_RESOURCE, AskStep
from casework.steps.choice import ModelChoice
from casework.steps.document import DocumentStep
from casework.steps.extract import CPU, ExtractStep
from casework.steps.kinds import StepKind, StepKinds
from casework.steps.person import PersonStep
from casework.steps.python import Function, PythonStep
from casework.steps.reason import ReasonStep
from casework.steps.rule import RuleStep
from casework.steps.sources import Sources
from casework.store.store import Store
from casework.types.procedure import By

_MB = 1 << 20


@dataclass(slots=True)
class House:
    """The rooms of one open workspace."""

    folder: Path
    settings: Settings
    clock: Clock
    store: Store
    workers: Workers
    parsing: Parsing
    endpoints: Endpoints
    gateway: Gateway
    rules: RuleEngine
    bus: Bus

    def steps(self, functions: Mapping[str, Function] | None = None) -> StepKinds:
        """The kinds of column; `functions` are those of a trusted Python procedure."""
        models = ModelChoice(self.endpoints, self.settings.text("extract.with") == "auto")
        sources = Sources(self.parsing)
        window = self.settings.integer("model.window")
        asking = AskStep(self.gateway, sources, models, window=window)
        kinds: dict[By, StepKind] = {
            "document": DocumentStep(ExtractStep(sources), asking, models),
            "model": ReasonStep(self.gateway, models),
            "rule": RuleStep(self.rules),
            "python": PythonStep(functions or {}),
            "person": PersonStep(),
        }
        return StepKinds(kinds, self.rules)

    def engine(self, steps: StepKinds) -> Engine:
        """An engine over these kinds of column."""
        return Engine(
            Shelf(self.store.cases, self.store.cells, self.store.runs),
            steps,
            clock=self.clock,
            limit_of=self._limit_of,
            cases_in_flight=self.settings.integer("run.cases"),
            holder=f"{platform.node() or 'this machine'}, process {os.getpid()}",
            tell=self.bus.tell,
        )

    def today(self) -> str:
        """The date in the workspace's time zone, as YYYY-MM-DD."""
        local = self.clock.now().astimezone(zone(self.settings.text("workspace.time_zone")))
        return local.date().isoformat()

    def _limit_of(self, resource: str) -> int:
        if resource == CPU:
            return os.cpu_count() or 1
        provider = resource.removeprefix(MODEL_RESOURCE).partition(":")[0]
        known = self.endpoints.providers.get(provider)
        return known.concurrency if known else self.settings.integer("model.concurrency")

    async def close(self) -> None:
        """Close all rooms, the store last."""
        await self.workers.__aexit__()
        await self.rules.close()
        await self.gateway.close()
        await self.store.close()


async def build(
    folder: Path,
    open_store: Callable[[Path, Clock], Store],
    *,
    flags: Mapping[str, Value] | None = None,
    clock: Clock | None = None,
) -> House:
    """Build the rooms for a workspace folder; `open_store` opens or creates its store."""
    settings = load(folder, flags=flags)
    zone(settings.text("workspace.time_zone"))
    ticking = clock or SystemClock()
    endpoints = endpoints_of(settings)
    store = open_store(folder, ticking)
    workers = Workers(limits_of(settings), count=settings.integer("parse.workers") or None)
    border = Border(
        transport_of(endpoints), endpoints.hosts, sink=store.outgoing.note, clock=ticking
    )
    return House(
        folder,
        settings,
        ticking,
        store,
        workers,
        Parsing(store, workers),
        endpoints,
        Gateway(
            endpoints,
            border,
            clock=ticking,
            policy=RetryPolicy(tries=settings.integer("model.tries")),
        ),
        RuleEngine(
            seconds=settings.number("rule.seconds"), memory_mb=settings.integer("rule.memory")
        ),
        Bus(),
    )


def transport_of(endpoints: Endpoints) -> Transport:
    """What carries the calls: through the proxy and with the certificates that the environment
    names, over as many connections as all configured providers may have calls in flight."""
    calls = sum(endpoints.providers[name].concurrency for name in endpoints.configured)
    return AiohttpTransport(connections=calls or 1, network=network_of(os.environ))


def endpoints_of(settings: Settings) -> Endpoints:
    """The models that are configured."""
    roles = {role: settings.text(f"model.{role}") for role in ("default", "small", "best")}
    return build_endpoints(
        roles=roles,
        providers=settings.providers(),
        find_key=KeyRing().find,
        concurrency=settings.integer("model.concurrency"),
        timeout_s=settings.number("model.timeout"),
    )


def limits_of(settings: Settings) -> Limits:
    """What one file may cost."""
    return Limits(
        seconds=settings.number("parse.seconds"),
        memory_mb=settings.integer("parse.memory"),
        pages=settings.integer("parse.pages"),
        file_bytes=settings.integer("parse.file") * _MB,
    )

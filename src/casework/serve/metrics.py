"""How the server does, as Prometheus reads it: a registry of our own. Labels name routes, states,
models and codes, never a case, file or person.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from casework.base.errors import CaseworkError
from casework.serve.house import ServeHouse
from casework.types.event import CellSettled, Event, RunEnded, StoodStill
from casework.types.run import Progress
from casework.types.usage import NO_USAGE, Usage

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_DELIVERIES = ("waiting", "sent", "dead", "withheld")


class Metrics:
    """The figures of one server since it started."""

    def __init__(self, house: ServeHouse) -> None:
        self._house = house
        self._runs: dict[str, Usage] = {}
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("casework", "The version.", registry=registry).info({"version": version("casework")})
        self._requests = Counter(
            "casework_requests", "Requests.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "casework_request_seconds",
            "Time until a request was answered.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.under_way = Gauge("casework_requests_under_way", "Requests now.", registry=registry)
        self._errors = Counter("casework_errors", "Problems told.", ("code",), registry=registry)
        self._cells = Counter(
            "casework_cells_settled", "Cells settled here.", ("state",), registry=registry
        )
        self._run_ends = Counter(
            "casework_runs_ended", "Runs ended.", ("state",), registry=registry
        )
        self._calls = Counter("casework_model_calls", "Calls of models.", registry=registry)
        self._tokens = Counter(
            "casework_model_tokens", "Tokens of models.", ("direction",), registry=registry
        )
        self._cost = Counter("casework_model_cost_usd", "Known cost.", registry=registry)
        self._today = Gauge("casework_cost_today_usd", "Cost of today.", registry=registry)
        self._deliveries = Gauge(
            "casework_deliveries", "Tellings of webhooks.", ("state",), registry=registry
        )
        viewers = Gauge("casework_viewers", "Streams of live events.", registry=registry)
        viewers.set_function(lambda: house.live.viewers)
        self._lag = Histogram(
            "casework_loop_lag_seconds",
            "By how much the event loop came late.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._still = Counter(
            "casework_stood_still_seconds", "Time that code blocked a run.", registry=registry
        )

    def listen(self) -> Callable[[], None]:
        """Count what happens from now on; returns what ends it."""
        return self._house.workspace.listen(
            self._heard, CellSettled, RunEnded, Progress, StoodStill
        )

    def request(self, method: str, route: str, status: int, seconds: float, code: str) -> None:
        """Count a request."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if code:
            self._errors.labels(code).inc()

    def lagged(self, seconds: float) -> None:
        """Note by how much the loop came late."""
        self._lag.observe(max(0.0, seconds))

    async def text(self) -> bytes:
        """All figures as they are now."""
        try:
            counts = await self._house.workspace.webhooks.queue()
            for state in _DELIVERIES:
                self._deliveries.labels(state).set(counts.get(state, 0))
            self._today.set((await self._house.workspace.today()).cost_usd)
        except CaseworkError:  # the database is away: what is known without it is told
            pass
        return generate_latest(self.registry)

    def _heard(self, event: Event) -> None:
        if isinstance(event, CellSettled):
            self._cells.labels(event.cell.state).inc()
        elif isinstance(event, StoodStill):
            self._still.inc(event.seconds)
        elif isinstance(event, Progress):
            self._used(event.run_id, event.usage)
        elif isinstance(event, RunEnded):
            self._used(event.run.id, event.run.usage)
            self._runs.pop(event.run.id, None)
            self._run_ends.labels(event.run.state).inc()

    def _used(self, run_id: str, now: Usage) -> None:
        """Count what a run used since it last told."""
        before = self._runs.get(run_id, NO_USAGE)
        self._runs[run_id] = now
        self._calls.inc(max(0, now.calls - before.calls))
        self._tokens.labels("in").inc(max(0, now.input_tokens - before.input_tokens))
        self._tokens.labels("out").inc(max(0, now.output_tokens - before.output_tokens))
        self._cost.inc(max(0.0, (now.cost_usd or 0.0) - (before.cost_usd or 0.0)))

"""A workspace at a glance: its worksheets with their figures, the last runs, what left the machine
today. Counts and words of steps only, never a value."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.errors import CaseworkError
from casework.engine.caps import quarter
from casework.sdk.action import action
from casework.sdk.desk.desk_views import DeskReason, WhyAsked
from casework.sdk.sheet.marks import MARKS, Mark, Tone
from casework.sdk.times import seconds
from casework.sdk.today import midnight
from casework.sdk.views import WorksheetView
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.types.run import RunRecord
from casework.types.spending import NOTHING_SPENT

if TYPE_CHECKING:
    from casework.sdk.worksheet import Worksheet

_DAYS = 30
_P50, _P95 = 0.5, 0.95
_RUNS_EACH = 3
_SETTLED: tuple[Tone, ...] = ("verified", "proved")
_HELD_UP = ("set_aside", "failed")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A worksheet as it stands in a list: what is known at once. `run` is its last run."""

    view: WorksheetView
    steps: int
    run: RunRecord | None

    @property
    def held_up(self) -> int:
        """Cells that the last run left failed or set aside."""
        return sum(self.run.counts.get(state, 0) for state in _HELD_UP) if self.run else 0


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """What takes longer to count. `waits` is how many cells wait for whoever asks, `oldest` since
    when the first does. `turnaround` is from arrival to decision in seconds, p50 and p95
    over the last 30 days (None where no case came so far); `paused` says what cells wait for that
    a model or a cap holds up, in words with their count; costs in USD, None where not known."""

    tones: Mapping[Tone, int]
    waits: int
    oldest: str
    turnaround: tuple[float | None, float | None]
    decided: int
    cost_today: float
    cost_usd: float
    calls: int
    paused: Sequence[tuple[str, int]]
    exact: bool

    @property
    def share(self) -> float:
        """The share of cells that are settled and proved, or verified (0 to 1)."""
        cells = sum(self.tones.values())
        return sum(self.tones[tone] for tone in _SETTLED) / cells if cells else 0.0


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as it stands among those of all worksheets. `number` counts the runs of its own."""

    worksheet: str
    slug: str
    number: int
    run: RunRecord


@dataclass(frozen=True, slots=True)
class Departure:
    """What left this machine for one host today, and for what."""

    host: str
    calls: int
    bytes: int
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitLine:
    """Cells that wait for whoever asks for one reason (`DeskReason`): how many in all worksheets,
    since when the first does ('' where nobody knows), in how many worksheets, and the slug of the
    one that has most of them."""

    mark: Mark
    count: int
    since: str
    slug: str
    why: WhyAsked = "shape"
    sheets: int = 1


class Overview:
    """A workspace at a glance, as the person who asks may see it."""

    def __init__(self, house: House, open_sheet: Callable[[str], Awaitable[Worksheet]]) -> None:
        self._house = house
        self._open = open_sheet

    @action("read")
    async def mark(self) -> str:
        """Another text whenever something changed that this shows."""
        store = self._house.store
        sheets = await self._records()
        runs = [run for sheet in sheets for run in await store.runs.latest(sheet.id, 1)]
        told = [(run.id[-8:], run.state) for run in runs]
        return f"{await store.cell_log.newest()}:{len(sheets)}:{told}"

    @action("read")
    async def lines(self) -> list[SheetLine]:
        """The worksheets, newest first."""
        found = []
        for record in reversed(await self._records()):
            sheet = await self._open(record.name)
            runs = await self._house.store.runs.latest(record.id, 1, asked=True)
            steps = len((await sheet.sheet.steps()).steps)
            found.append(SheetLine(await sheet.view(), steps, runs[0] if runs else None))
        return found

    @action("read")
    async def figures(self, worksheet: str) -> SheetFigures:
        """What takes longer to count of one worksheet."""
        sheet = await self._open(worksheet)
        store = self._house.store
        summary, queue = await sheet.sheet.summary(), await sheet.desk.queue(limit=0)
        times = await self._decided(sheet.id)
        whole = await store.spending.by_quarter(sheet.id)
        since = quarter(midnight(self._house))
        today = sum((row.used for row in whole if row.quarter >= since), NOTHING_SPENT)
        ever = sum((row.used for row in whole), NOTHING_SPENT)
        return SheetFigures(
            summary.tones,
            queue.count,
            queue.oldest,
            (_quantile(times, _P50), _quantile(times, _P95)),
            len(times),
            today.cost_usd,
            ever.cost_usd,
            ever.calls,
            tuple(await store.finding.paused(sheet.id)),
            summary.exact,
        )

    @action("read")
    async def runs(self, limit: int = 6) -> list[RunLine]:
        """The last runs of all worksheets, newest first."""
        store = self._house.store
        found: list[RunLine] = []
        for sheet in await self._records():
            runs = await store.runs.latest(sheet.id, _RUNS_EACH, asked=True)
            places = await store.past.places(sheet.id) if runs else {}
            found += [RunLine(sheet.name, sheet.slug, places.get(r.id, 0), r) for r in runs]
        return sorted(found, key=lambda one: one.run.started_at, reverse=True)[:limit]

    @action("read")
    async def waits(self) -> list[WaitLine]:
        """What waits for whoever asks in all worksheets, by reason, most first."""
        found: dict[str, list[tuple[DeskReason, str]]] = {}
        for record in await self._records():
            sheet = await self._open(record.name)
            try:
                reasons = await sheet.desk.reasons()
            except CaseworkError:  # one worksheet that cannot be counted hides no other
                continue
            for reason in reasons:
                key = reason.mark if reason.why == "shape" else reason.why
                found.setdefault(key, []).append((reason, record.slug))
        lines = [_wait_line(told) for told in found.values()]
        return sorted(lines, key=lambda one: (-one.count, MARKS.index(one.mark)))

    @action("read")
    async def departures(self) -> list[Departure]:
        """What left this machine since midnight where the workspace is, by host."""
        told: dict[str, list[tuple[str, int, int]]] = {}
        for host, purpose, calls, size in await self._house.store.outgoing.left_since(
            midnight(self._house)
        ):
            told.setdefault(host, []).append((purpose, calls, size))
        return [
            Departure(
                host,
                sum(calls for _, calls, _ in rows),
                sum(size for _, _, size in rows),
                tuple(dict.fromkeys(purpose for purpose, _, _ in rows)),
            )
            for host, rows in told.items()
        ]

    async def _records(self) -> list[WorksheetRecord]:
        """The worksheets that whoever asks may know of."""
        records = await self._house.store.worksheets.all()
        return [one for one in records if self._house.rights.may_know(one.name)]

    async def _decided(self, worksheet_id: str) -> list[float]:
        """Seconds from arrival to decision of the cases decided lately, in order."""
        since = stamp(self._house.clock.now() - dt.timedelta(days=_DAYS))
        rows = await self._house.store.figures.times(worksheet_id)
        return sorted(seconds(arrived, decided) for arrived, _, decided in rows if decided >= since)


def _wait_line(told: Sequence[tuple[DeskReason, str]]) -> WaitLine:
    """Those of one reason in all worksheets, each with its slug."""
    sheets = Counter[str]()
    for reason, slug in told:
        sheets[slug] += reason.count
    most = max((reason for reason, _ in told), key=lambda reason: reason.count)
    return WaitLine(
        most.mark,
        sheets.total(),
        min((reason.since for reason, _ in told if reason.since), default=""),
        max((count, slug) for slug, count in sheets.items())[1],
        most.why,
        len(sheets),
    )


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share does not pass."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None

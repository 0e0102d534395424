"""What a run did: over time, by step, its slowest and dearest cells, its failures by reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from casework.base.clock import moment
from casework.base.errors import NotFoundError
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.observing.calls import step_names
from casework.sdk.observing.views import CellLine, FailureGroup, Pulse, RunReport, StepLine
from casework.sdk.rights import NOT_YOURS
from casework.sdk.views import PastRun
from casework.sdk.wire import House
from casework.store.records import WorksheetRecord
from casework.store.run_figures import CellOfRun, StepOfRun
from casework.types.run import RunRecord

_TENTH, _SECOND, _MINUTE, _HOUR = 21, 19, 16, 13
"""Letters of a stamp that name its tenth of a second, its second, its minute, its hour."""
_STRETCH_S: Mapping[int, float] = {_TENTH: 0.1, _SECOND: 1, _MINUTE: 60, _HOUR: 3600}
_REST: Mapping[int, str] = {
    _TENTH: "00Z", _SECOND: ".000Z", _MINUTE: ":00.000Z", _HOUR: ":00:00.000Z",
}  # fmt: skip
"""What makes these letters the stamp of the beginning of a stretch."""
_PULSES = 240
"""About so many stretches are shown at most."""
_NAMED = 200
_Share = Callable[[dt.datetime], float]
"""Where a moment lies in the time of a run, from 0 to 1."""


class Runs:
    """The runs of one worksheet, looked at one by one."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def all(self, limit: int = 50, *, woken: bool = False) -> list[PastRun]:
        """The latest runs, newest first, each with its number; with `woken` also those that nobody
        began, which worked out what rules say of a decision."""
        places = await self._house.store.past.places(self._record.id)
        found = await self._house.store.runs.latest(self._record.id, limit, asked=not woken)
        return [PastRun(places.get(run.id, 0), run) for run in found]

    @action("read")
    async def one(self, run_id: str) -> RunReport:
        """A run with all that it did; raises `NotFoundError`."""
        store = self._house.store
        run = await store.runs.get(run_id)
        if run.worksheet_id != self._record.id:
            raise NotFoundError(f"{self._record.name} has no run {run_id!r}.")
        begun = moment(run.started_at)
        ended = moment(run.ended_at) if run.ended_at else self._house.clock.now()
        seconds = max(0.001, (ended - begun).total_seconds())
        share = _share_of(begun, seconds)
        name_of = step_names((await self._following.now()).procedure)
        steps = await store.run_figures.steps(run.id)
        letters = _letters(seconds)
        pulses = await store.run_figures.settled_by(run.id, letters)
        figures = store.run_figures
        line = self._line(name_of)
        failed = [line(cell) for cell in await figures.failures(run.id)]
        places = await store.past.places(self._record.id)
        return RunReport(
            places.get(run.id, 0),
            run,
            seconds,
            tuple(_step_line(step, name_of, share) for step in steps),
            tuple(_pulse(at, cells, bad, letters, share) for at, cells, bad in pulses),
            tuple(map(line, await figures.slowest(run.id))),
            tuple(map(line, await figures.dearest(run.id))),
            await self._grouped(failed),
            _remembered(run, steps),
        )

    def _line(self, name_of: Callable[[str], str]) -> Callable[[CellOfRun], CellLine]:
        rights = self._house.rights

        def line(cell: CellOfRun) -> CellLine:
            seen = rights.may_read(cell.label)
            return CellLine(
                cell.case_id,
                cell.case_name if seen else NOT_YOURS,
                cell.step_id,
                name_of(cell.step_id),
                cell.duration_s,
                cell.cost_usd,
                cell.calls,
                cell.model,
                cell.reason if seen else NOT_YOURS,
                cell.code,
            )

        return line

    async def _grouped(self, failed: Sequence[CellLine]) -> tuple[FailureGroup, ...]:
        """Failures of one step and code together, the most frequent first."""
        aside = {
            (cell.case_id, cell.step_id)
            for cell in await self._house.store.aside.cells(self._record.id)
        }
        groups: dict[tuple[str, str], list[CellLine]] = {}
        for cell in failed:
            groups.setdefault((cell.step_id, cell.code), []).append(cell)
        found = (
            FailureGroup(
                cells[0].step_id,
                cells[0].step_name,
                code,
                cells[-1].reason,
                tuple({cell.case_id: cell for cell in cells}.values())[:_NAMED],
                sum((case_id, step_id) in aside for case_id in {cell.case_id for cell in cells}),
            )
            for (step_id, code), cells in groups.items()
        )
        return tuple(sorted(found, key=lambda group: -len(group.cells)))


def _step_line(step: StepOfRun, name_of: Callable[[str], str], share: _Share) -> StepLine:
    known = step.cost_usd if step.unpriced < step.cells or step.cost_usd else None
    return StepLine(
        step.step_id, name_of(step.step_id), step.cells, step.failed,
        share(moment(step.began_at)), share(moment(step.last_at)), step.busy_s, step.calls,
        step.tokens, known,
    )  # fmt: skip


def _pulse(at: str, cells: int, failed: int, letters: int, share: _Share) -> Pulse:
    begins = moment(at + _REST[letters])
    ends = begins + dt.timedelta(seconds=_STRETCH_S[letters])
    return Pulse(share(begins), share(ends), cells, failed)


def _remembered(run: RunRecord, steps: Sequence[StepOfRun]) -> int:
    """How many cells came to a value or an absence that this run did not compute."""
    settled = sum(run.counts.get(kind, 0) for kind in ("value", "absent"))
    return max(0, settled - sum(step.settled for step in steps))


def _share_of(begun: dt.datetime, seconds: float) -> _Share:
    def share(at: dt.datetime) -> float:
        return min(1.0, max(0.0, (at - begun).total_seconds() / seconds))

    return share


def _letters(seconds: float) -> int:
    """How finely a run of this length is looked at."""
    fit = (letters for letters, one_s in _STRETCH_S.items() if seconds <= _PULSES * one_s)
    return next(fit, _HOUR)

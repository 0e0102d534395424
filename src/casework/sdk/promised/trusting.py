"""How far the work of a worksheet may be relied on: promises about errors, and how they stand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.clock import stamp
from casework.base.errors import NotFoundError, UsageError
from casework.engine.program import Program
from casework.review.acceptance import Acceptances
from casework.sdk.action import action
from casework.sdk.following import Following
from casework.sdk.pick import pick_path
from casework.sdk.promised import figures
from casework.sdk.promised.certificates import Standing, may_be_promised, standings
from casework.sdk.promised.drawing import draw_audits
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.promised.pictures import write_pictures
from casework.sdk.promised.views import PromiseView, TrustView
from casework.sdk.promised.words import sentence
from casework.sdk.ready import make_ready
from casework.sdk.wire import House
from casework.types.trust import WHOLE, PromiseMade

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_MOST_EPSILON = 0.5
_ALL_STEPS = "All steps"


class Trusting:
    """The promises of one worksheet."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("edit")
    async def promise(
        self, epsilon: float = 0.05, delta: float = 0.10, *, step: str = "", who: str = ""
    ) -> PromiseView:
        """Promise that at most the share `epsilon` of what passes without a person is wrong, but
        for probability `delta`: of a step, or without one of all that have no promise of their own.
        Cases are drawn at random at once; nothing passes before enough of them were checked."""
        if not (0 < epsilon <= _MOST_EPSILON and 0 < delta < 1):
            raise UsageError(
                f"No promise can be made of at most {epsilon:.4g} of errors but for {delta:.4g}.",
                fix="Both are shares between 0 and 1, the errors at most a half: "
                "casework trust --error 5% --confidence 90%.",
            )
        program = await self._program()
        path = pick_path(program.procedure, step) if step else WHOLE
        self._check(program, path)
        made = PromiseMade(path, epsilon, delta, who or self._house.who(), self._now())
        await self._house.store.promises.make(self._record.id, made)
        await draw_audits(self._house, self._record.id, program)
        return next(one for one in (await self._view(program)).promises if one.step == path)

    @action("edit")
    async def withdraw(self, *, step: str = "", who: str = "") -> TrustView:
        """Take a promise back: what passed by it is looked at as before. What was checked is kept,
        and counts again if it is renewed."""
        program = await self._program()
        path = pick_path(program.procedure, step) if step else WHOLE
        promises = await self._house.store.promises.of_worksheet(self._record.id)
        if path not in promises:
            raise NotFoundError(
                f"Nothing is promised for {step or 'the worksheet'}.", fix="casework trust"
            )
        by = who or self._house.who()
        await self._house.store.promises.withdraw(self._record.id, path, by, self._now())
        return await self._view(program)

    @action("read")
    async def view(self, *, step: str = "") -> TrustView:
        """How every promise stands now, or that of one step. Raises `NotFoundError` where nothing
        is promised for it."""
        program = await self._program()
        view = await self._view(program)
        if not step:
            return view
        path = pick_path(program.procedure, step)
        found = tuple(one for one in view.promises if one.step == path)
        if not found:
            raise NotFoundError(
                f"Nothing is promised for {step} by itself.",
                fix=f'casework trust "{step}" --error 5%, or casework trust for what covers it.',
            )
        return replace(view, promises=found)

    @action("read")
    async def save_pictures(self, folder: str | Path, *, step: str = "") -> list[Path]:
        """Write two pictures of each promise into a folder, as SVG: how reliable confidence is, and
        what passes at which error. Returns the files."""
        view = await self.view(step=step)
        return await asyncio.to_thread(write_pictures, view.promises, Path(folder))

    @action("read")
    async def passing(self) -> Acceptances:
        """What passes on each step now, by its path."""
        return await acceptances_now(self._house, self._following)

    async def _view(self, program: Program) -> TrustView:
        store, sheet = self._house.store, self._record.id
        promises = await store.promises.of_worksheet(sheet)
        found = await standings(self._house, sheet, program, promises)
        views = []
        for path in sorted(found):
            meanings = found[path].covered.meanings
            measured = await store.audits.confidences(sheet, meanings)
            confidences = [sure for _, step, sure in measured if step in found[path].covered.marks]
            views.append(_promise_view(_name(program, path), found[path], confidences))
        cases, _ = await store.finding.counts(sheet)
        return TrustView(tuple(views), cases, len(await store.audits.of_worksheet(sheet)))

    def _check(self, program: Program, path: str) -> None:
        """Raise for a step that nothing can be promised for."""
        if path == WHOLE:
            if not any(may_be_promised(column) for column in program.columns):
                raise UsageError(
                    "No step of this procedure could pass by itself: each is a rule, or is always "
                    "or never reviewed.",
                    fix="Promises are for steps that read documents, with `review: unsure`.",
                )
            return
        column = next((one for one in program.columns if one.path == path), None)
        if column is None or not may_be_promised(column):
            name = column.step.name if column else path
            raise UsageError(
                f"Nothing can be promised for {name}: how sure the machine is, is measured for "
                "steps that read values from documents, and those with `review: unsure` may pass.",
                fix="What a rule gives passes when all it rests on does.",
            )

    async def _program(self) -> Program:
        _, program = await make_ready(self._house, await self._following.in_force())
        return program

    def _now(self) -> str:
        return stamp(self._house.clock.now())


def _name(program: Program, path: str) -> str:
    if path == WHOLE:
        return _ALL_STEPS
    return program.by_id[path].step.name if path in program.by_id else path


def _promise_view(name: str, standing: Standing, confidences: Sequence[float]) -> PromiseView:
    """A promise as people see it."""
    made, held, stream = standing.promise, standing.held, standing.stream
    level = figures.level_at(held)
    threshold = held.threshold
    passing = 0.0 if threshold is None else figures.share_from(threshold, confidences)
    view = PromiseView(
        step=made.path,
        name=name,
        epsilon=made.epsilon,
        delta=made.delta,
        who=made.who,
        at=made.at,
        sentence="",
        threshold=threshold,
        passing=passing,
        documents=level.documents if level else 0,
        cells=level.cells if level else 0,
        wrong=level.wrong if level else 0,
        at_most=figures.stated_bound(held, standing.thresholds, standing.bound),
        measured=len(confidences),
        certified_at=held.since,
        suspended=held.alarm.reason if held.alarm else "",
        suspended_at=held.alarm.at if held.alarm else "",
        suspensions=len(held.alarms),
        open=stream.open,
        behind=stream.behind,
        second=stream.second,
        further=figures.further(standing, confidences, passing),
        twice=figures.twice(stream),
        bins=figures.bins(held.documents),
        points=figures.points(standing, confidences),
    )
    return replace(view, sentence=sentence(view))

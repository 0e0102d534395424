"""Adopting what was tried, or keeping what stands: for cells, steps, kinds of difference or all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import ConflictError, NotFoundError
from casework.engine.change import anchors, declined
from casework.engine.engine import EVERYTHING
from casework.review.decide import Decision as Said
from casework.review.decide import decide
from casework.sdk.comparing import Compared, compare_cells
from casework.sdk.configuring import set_setting
from casework.sdk.following import Following
from casework.sdk.learned.at_work import known
from casework.sdk.learned.measured_again import measure_again
from casework.sdk.learned.versions import version_name
from casework.sdk.promised.drawing import draw_now
from casework.sdk.ready import make_ready
from casework.sdk.seen import hidden_cases
from casework.sdk.times import note_times
from casework.sdk.wire import House
from casework.store.choices import Place
from casework.types.case import AbsenceKind, Cell
from casework.types.change import (
    ChangeDecision,
    ChangeRecord,
    Correction,
    Difference,
    DifferenceKind,
)
from casework.types.event import VerdictGiven
from casework.types.run import Plan

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the differing cells are meant: named ones, or those of cases, steps and kinds. With
    none of these all, those that came out equal too."""

    cells: frozenset[Place] = frozenset()
    cases: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    kinds: frozenset[DifferenceKind] = frozenset()

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.cells or self.cases or self.steps or self.kinds)

    def takes(self, one: Difference) -> bool:
        """Whether a differing cell is meant."""
        if self.cells:
            return (one.case_id, one.step_id) in self.cells
        return (
            (not self.cases or one.case_id in self.cases)
            and (not self.steps or one.path in self.steps)
            and (not self.kinds or one.kind in self.kinds)
        )


async def adopt(
    house: House,
    record: WorksheetRecord,
    following: Following,
    change: ChangeRecord,
    chosen: Selection,
    who: str,
) -> ChangeDecision:
    """Put the chosen proposals in force, and the procedure, settings and values of the change with
    the first of them."""
    by = who or house.who()
    desk = _Desk(house, record, following, change)
    await desk.check_quiet()
    found = await desk.compare()
    open_ones = [one for one in _differences(found) if not one.decided]
    again = [one for one in _differences(found) if one.decided == "kept" and not chosen.all]
    meant = [one for one in (*open_ones, *again) if chosen.takes(one)]
    if not meant and not chosen.all:
        raise NotFoundError(
            "None of the cells that differ is meant.", fix="casework compare lists them."
        )
    cells = dict.fromkeys(map(_place, meant))
    if cells.keys() >= set(map(_place, open_ones)):  # with the last that differs, the equal ones
        cells |= {place: None for place, decided in found.places.items() if not decided}
    taken_up = await desk.take_up(by)
    await house.store.choices.adopt(change.id, list(cells), by)
    await desk.anchor({case_id for case_id, _ in cells})
    answer = await desk.answer("adopted", len(cells), taken_up=taken_up, meant=meant, by=by)
    await draw_now(house, following)
    return answer


async def keep(
    house: House,
    record: WorksheetRecord,
    following: Following,
    change: ChangeRecord,
    chosen: Selection,
    who: str,
) -> ChangeDecision:
    """Let the chosen cells stand as they are."""
    by = who or house.who()
    desk = _Desk(house, record, following, change)
    meant = [
        one
        for one in _differences(await desk.compare())
        if chosen.takes(one) and (not one.decided or one.decided == "kept")
    ]
    if not meant:
        raise NotFoundError(
            "None of the cells that differ is meant.", fix="casework compare lists them."
        )
    cells = [(one.case_id, one.step_id) for one in meant]
    await house.store.choices.keep(change.id, cells, by)
    await desk.anchor({case_id for case_id, _ in cells})
    return await desk.answer("kept", len(cells), taken_up=False, meant=[], by=by)


@dataclass(slots=True)
class _Desk:
    """What deciding on a change works with."""

    house: House
    record: WorksheetRecord
    following: Following
    change: ChangeRecord
    learned: tuple[str, ...] = ()
    """The learned versions that it put to work, by name."""

    async def compare(self) -> Compared:
        followed = await self.following.of(self.change.text)
        return await compare_cells(self.house, self.record.id, self.change, followed)

    async def check_quiet(self) -> None:
        """Raise `ConflictError` while a run is working on the cells that would come in force."""
        latest = await self.house.store.runs.latest(self.record.id, 1)
        if latest and latest[0].state == "running":
            raise ConflictError(
                "A run is working on this worksheet.", fix="Wait for it or stop it, then adopt."
            )

    async def take_up(self, who: str) -> bool:
        """Make what the change asks for the rule from now on; tells whether it was not already."""
        followed = await self.following.now()
        await self.following.take_up(followed, who, as_new=True)
        taken_up = followed.pending
        if self.change.settings:
            for name, value in self.change.settings.items():
                set_setting(self.house.folder, name, value)
            await self.house.take_over(self.house.trying(self.change.settings))
            taken_up = True
        self.learned = await self._put_to_work(who)
        for correction in self.change.corrections:
            taken_up = await self._say(correction, who) or taken_up
        return taken_up

    async def _put_to_work(self, who: str) -> tuple[str, ...]:
        """Let the learned versions that were tried be live; tells those that were not already."""
        versions = await known(self.house, self.record.id, self.change.versions)
        fresh = [version for version in versions if version.state != "live"]
        if fresh:
            ids = [version.id for version in fresh]
            await self.house.store.learned.pin(self.record.id, ids, who)
        procedure = (await self.following.now()).procedure
        await measure_again(self.house, self.record.id, procedure, fresh)
        return tuple(version_name(version, procedure) for version in fresh)

    async def _say(self, correction: Correction, who: str) -> bool:
        """Give a value that was tried as a person's; False when it was given already."""
        store = self.house.store
        procedure = (await self.following.now()).procedure
        step = procedure.step(correction.step_id)
        case = await store.cases.get(correction.case_id)
        cells = await store.cells.of_case(case.id)
        cell = cells.get(step.id) or Cell(case.id, step.id)
        verdict = cell.human
        if verdict is not None and (verdict.value, verdict.absence) == (
            correction.value,
            correction.absence,
        ):
            return False
        absence: AbsenceKind | None = correction.absence or None  # type: ignore[assignment]
        said = Said("corrected", who, "tried first", correction.value, absence)
        given = decide(step, cell, said, self.house.clock)
        await store.verdicts.add(given)
        self.house.bus.tell(VerdictGiven(self.record.id, given))
        await note_times(self.house, procedure, case, await store.cells.of_case(case.id))
        return True

    async def anchor(self, cases: Collection[str]) -> None:
        """Write anew for which fingerprints the kept cells of these cases stand."""
        store = self.house.store
        _, program = await make_ready(self.house, await self.following.now())
        kept: dict[str, set[str]] = {}
        for (case_id, step_id), decided in (await store.choices.places(self.change.id)).items():
            if decided == "kept" and case_id in cases:
                kept.setdefault(case_id, set()).add(step_id)
        rows = []
        for case_id, steps in kept.items():
            case = await store.cases.get(case_id)
            live = await store.cells.of_case(case_id)
            beside = await store.proposals(self.change).of_case(case_id)
            if case.parent:  # a row stands for what was declined alone: what it reads is elsewhere
                marks = {step_id: declined(beside.get(step_id)) for step_id in steps}
            else:
                marks = anchors(case, live, beside, steps, program)
            rows += [(case_id, step_id, mark) for step_id, mark in marks.items()]
        await store.choices.anchor(rows)

    async def answer(
        self,
        decided: str,
        cells: int,
        *,
        taken_up: bool,
        meant: list[Difference],
        by: str,
    ) -> ChangeDecision:
        """What is left, and what a run would do now; a change that is decided is over."""
        store = self.house.store
        left = sum(not one.decided for one in _differences(await self.compare()))
        followed = await self.following.now()
        change = self.change
        over = not left and not followed.pending
        if over:
            await store.changes.close(change.id, "adopted", by)
        return ChangeDecision(
            "adopted" if decided == "adopted" else "kept",
            cells,
            followed.version - followed.pending,
            taken_up,
            left,
            "adopted" if over else "open",
            sum(one.agrees is False for one in meant),
            await self._next(),
            self.learned,
        )

    async def _next(self) -> Plan:
        engine, program = await make_ready(self.house, await self.following.now())
        plan = await engine.plan(self.record.id, self.record.name, program, EVERYTHING)
        return (await hidden_cases(self.house, self.record.id)).plan(plan)


def _place(one: Difference) -> Place:
    return one.case_id, one.step_id


def _differences(found: Compared) -> list[Difference]:
    return [one for group in found.groups for one in group.cells]

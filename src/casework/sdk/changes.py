"""A pending change of a worksheet: run beside what is in force, compared with it, adopted or
dropped; and the word of a person that an edit changes no meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.engine.engine import EVERYTHING
from casework.sdk.action import action
from casework.sdk.adopting import Selection, adopt, keep
from casework.sdk.comparing import compare_cells, regression, removed_cells
from casework.sdk.following import Followed, Following
from casework.sdk.learned.trials import give_way
from casework.sdk.learned.versions import pick_versions, versions_told
from casework.sdk.pages import Pages
from casework.sdk.pick import pick_path, pick_step
from casework.sdk.planning import Planning, told
from casework.sdk.ready import Only, Which, make_ready, scope_of, with_settings
from casework.sdk.running import OnProgress, heard
from casework.sdk.sameness import Sameness
from casework.sdk.wire import House
from casework.store.choices import Place
from casework.types.change import (
    NO_TRIAL,
    ChangeDecision,
    ChangeRecord,
    Comparison,
    Correction,
    DifferenceKind,
    SameMeaning,
    Standing,
    Trial,
)
from casework.types.nesting import DOT
from casework.types.procedure import Procedure
from casework.types.run import RunRecord

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_HOW_TO_TRY = (
    "Edit the procedure or name another model, then: casework try. What was learned is tried by "
    "name: casework learn"
)


_IN_PASSING = 2_000
"""Proposals up to which they are compared by whoever only asks how many differ: about 1 s."""


class _Asked(NamedTuple):
    """What a change asks for besides the procedure."""

    settings: Mapping[str, str]
    corrections: tuple[Correction, ...] = ()
    versions: tuple[str, ...] = ()


class Changes:
    """The pending change of one worksheet. One is tried at a time; editing on continues it."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def open(self) -> ChangeRecord | None:
        """The change that is being tried; None when there is none."""
        return await self._house.store.changes.open(self._record.id)

    @action("read")
    async def all(self) -> list[ChangeRecord]:
        """All changes that were ever tried, newest first."""
        return await self._house.store.changes.all(self._record.id)

    @action("edit")
    async def run(
        self,
        trial: Trial | None = None,
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        only: Only = "",
        sample: int = 0,
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Run what is pending beside what is in force, which stays as it is: the edited procedure,
        the other models, learned versions and values to try of `trial`. Without a trial that of the
        open change goes on."""
        await give_way(self._house, self._record.id)
        followed = await self._following.now()
        if followed.pending and followed.version == 1:
            raise ConflictError(
                "Nothing is in force yet that a change could stand beside.",
                fix="Run the worksheet first: casework run",
            )
        self._following.check_renames(followed, as_new=as_new)
        change = await self._put(followed, trial or NO_TRIAL)
        which = Which(cases, steps, False, only, sample)
        scope = await scope_of(self._house, self._record.id, followed.procedure, which)
        async with with_settings(self._house, change.settings) as house:
            engine, program = await make_ready(house, followed, change)
            with heard(self._house, self._record.id, on_progress):
                return await engine.run(self._record.id, program, scope)

    @action("read")
    async def compare(self, *, cases: Sequence[str] = (), steps: Sequence[str] = ()) -> Comparison:
        """The cells that differ, grouped by step and kind, and how the change agrees with what
        people verified. Raises `NotFoundError` when nothing is being tried."""
        change = await self._opened()
        now = await self._following.now()
        followed = await self._following.of(change.text)
        before = await self._following.in_force_or(followed)
        pages = Pages(self._house.store, self._record.id)
        ids = {(await pages.pick(name)).id for name in cases}
        columns = {pick_path(followed.procedure, name) for name in steps}
        found = await compare_cells(
            self._house, self._record.id, change, followed, cases=ids, steps=columns
        )
        gone = await removed_cells(self._house, self._record.id, followed, before)
        trial = Trial(settings=change.settings)
        learned = await versions_told(
            self._house, self._record.id, followed.procedure, change.versions
        )
        tried = (
            [f"A value is tried in {len(change.corrections)} cells."] if change.corrections else []
        )
        return Comparison(
            change,
            (*followed.changes, *told(trial), *learned, *tried),
            (*found.groups, *([] if steps else gone)),
            await regression(self._house, change, self._record.id, followed),
            found.tried,
            found.equal,
            await self._left(change, followed),
            now.sha256 != change.sha256,
        )

    @action("read")
    async def standing(self) -> Standing | None:
        """What the open change still asks of a person; None when there is none."""
        change = await self.open()
        if change is None:
            return None
        house, sheet = self._house, self._record.id
        places = await house.store.choices.places(change.id)
        if len(places) > _IN_PASSING:
            return Standing(change, len(places), None)
        followed = await self._following.of(change.text)
        found = await compare_cells(house, sheet, change, followed)
        return Standing(change, len(places), sum(group.undecided for group in found.groups))

    @action("edit")
    async def adopt(
        self,
        cells: Sequence[tuple[str, str]] = (),
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        kinds: Sequence[DifferenceKind] = (),
        who: str = "",
    ) -> ChangeDecision:
        """Put what was tried in force: single cells (case, step), those of some cases, steps or
        kinds of difference, or without any of these all. The procedure is taken up with it. What
        people said of a cell stays above the new value."""
        await give_way(self._house, self._record.id)
        change = await self._current()
        chosen = await self._selection(change, cells, cases, steps, kinds)
        return await adopt(self._house, self._record, self._following, change, chosen, who)

    @action("edit")
    async def keep(
        self,
        cells: Sequence[tuple[str, str]] = (),
        *,
        cases: Sequence[str] = (),
        steps: Sequence[str] = (),
        kinds: Sequence[DifferenceKind] = (),
        who: str = "",
    ) -> ChangeDecision:
        """Let cells stand as they are beside what was tried, until what they read changes again."""
        change = await self._current()
        chosen = await self._selection(change, cells, cases, steps, kinds)
        return await keep(self._house, self._record, self._following, change, chosen, who)

    @action("edit")
    async def drop(self, *, restore: bool = False, who: str = "") -> ChangeRecord:
        """Forget what was tried; nothing in force changes. With `restore` the procedure file is
        put back to the version in force as well."""
        await give_way(self._house, self._record.id)
        change = await self._opened()
        by = who or self._house.who()
        await self._house.store.changes.close(change.id, "dropped", by)
        if restore:
            await self._following.restore()
        return next(one for one in await self.all() if one.id == change.id)

    @action("edit")
    async def same(self, steps: Sequence[str] = (), *, who: str = "") -> list[SameMeaning]:
        """Say that the last edit of these steps, or of all edited ones, changes no result: nothing
        runs again because of it."""
        return await self._sameness.say(steps, who or self._house.who())

    @action("edit")
    async def not_same(self, steps: Sequence[str] = (), *, who: str = "") -> list[SameMeaning]:
        """Take that back."""
        return await self._sameness.take_back(steps, who or self._house.who())

    @action("read")
    async def called_same(self) -> list[SameMeaning]:
        """Everything that was called the same, and what was taken back, oldest first."""
        return await self._sameness.all()

    @property
    def _sameness(self) -> Sameness:
        return Sameness(self._house, self._following)

    async def _put(self, followed: Followed, trial: Trial) -> ChangeRecord:
        """The open change as it is asked for now."""
        before = await self.open()
        asked = _Asked(trial.asked)
        if trial:
            planning = Planning(self._house, self._record, self._following)
            said = await planning.corrections(trial, followed.procedure)
            names, procedure = trial.versions, followed.procedure
            versions = await pick_versions(self._house, self._record.id, procedure, names)
            asked = _Asked(trial.asked, said, versions)
        elif before:
            asked = _Asked(before.settings, before.corrections, before.versions)
        if not (followed.pending or any(asked) or before):
            raise ConflictError("Nothing is pending that could be tried.", fix=_HOW_TO_TRY)
        return await self._house.store.changes.put(
            self._record.id,
            followed.text,
            settings=asked.settings,
            corrections=asked.corrections,
            who=self._house.who(),
            versions=asked.versions,
        )

    async def _opened(self) -> ChangeRecord:
        change = await self.open()
        if change is None:
            raise NotFoundError("No change is being tried.", fix=_HOW_TO_TRY)
        return change

    async def _current(self) -> ChangeRecord:
        """The open change, if it is what was tried; an edit since must be tried first."""
        change = await self._opened()
        if (await self._following.now()).sha256 != change.sha256:
            raise ConflictError(
                "The procedure was edited since the change was tried.",
                fix="Try it again, which computes only what is new: casework try",
            )
        return change

    async def _selection(
        self,
        change: ChangeRecord,
        cells: Sequence[tuple[str, str]],
        cases: Sequence[str],
        steps: Sequence[str],
        kinds: Sequence[DifferenceKind],
    ) -> Selection:
        procedure = (await self._following.of(change.text)).procedure
        pages = Pages(self._house.store, self._record.id)
        if cells and (cases or steps or kinds):
            raise UsageError("Name cells, or cases, steps and kinds, not both.")
        return Selection(
            frozenset([await self._cell(pages, procedure, *cell) for cell in cells]),
            frozenset([(await pages.pick(name)).id for name in cases]),
            frozenset(pick_path(procedure, name) for name in steps),
            frozenset(kinds),
        )

    async def _cell(self, pages: Pages, procedure: Procedure, case: str, step: str) -> Place:
        """The cell that is named; one in a row of a table is named by the ids of row and step."""
        tops = await self._house.store.rows.tops([case])
        if tops and tops != [case]:
            await pages.pick(tops[0])
            return case, step.rpartition(DOT)[2]
        return (await pages.pick(case)).id, pick_step(procedure, step).id

    async def _left(self, change: ChangeRecord, followed: Followed) -> int:
        """Cells that the change touches and has not been run for."""
        async with with_settings(self._house, change.settings) as house:
            engine, program = await make_ready(house, followed, change)
            plan = await engine.plan(self._record.id, self._record.name, program, EVERYTHING)
            return plan.count(certain=True)

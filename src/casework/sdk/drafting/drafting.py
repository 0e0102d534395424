"""Writing the steps of a worksheet: look at a draft, try it on pinned cases, see its impact, apply
it. The procedure file changes only when a draft is applied or saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, ConflictError, UsageError
from casework.procedures.arrange import move_step, remove_step
from casework.procedures.difference import compare
from casework.procedures.edit import find_step, instruction_of
from casework.procedures.markdown import parse
from casework.procedures.value_type import type_text
from casework.sdk.action import action
from casework.sdk.changes import Changes
from casework.sdk.drafting.allowance import Most
from casework.sdk.drafting.followed import DraftFollowing
from casework.sdk.drafting.impact import Reach, impact_of, touched
from casework.sdk.drafting.naming import links_of, names_from, read_by
from casework.sdk.drafting.reduced import NotLive
from casework.sdk.drafting.sample import OnSample, SampleRun
from casework.sdk.drafting.text import Drafted, drafted, every_in, keys_of, looked_at
from casework.sdk.drafting.views import (
    DraftLook,
    DraftSample,
    Impact,
    PinnedCase,
    ScopeName,
    StepEdit,
    StepForm,
)
from casework.sdk.following import Followed, Following
from casework.sdk.pages import Pages
from casework.sdk.people.held import held_locks
from casework.sdk.planning import Planning
from casework.sdk.ready import Which
from casework.sdk.running import OnProgress, run_in_force
from casework.sdk.wire import House
from casework.types.nesting import DOT
from casework.types.procedure import GIVEN, Step
from casework.types.run import RunRecord

if TYPE_CHECKING:
    from casework.store.records import WorksheetRecord

_PYTHON = (
    "This procedure is written in Python, so its steps are edited in its program, where code can "
    "be tested and reviewed."
)


class Drafting:
    """Drafts of the steps of one worksheet. What is asked here changes nothing until `save`,
    `apply`, `same`, `move` and `remove`."""

    def __init__(self, house: House, record: WorksheetRecord, following: Following) -> None:
        self._house = house
        self._record = record
        self._following = following

    @action("read")
    async def form(self, step: str = "", *, after: str = "") -> StepForm:
        """A step (by name, id or path) as it is written now; without one, an empty form for a new
        step behind the step `after`."""
        followed = await self._following.shown()
        text, closed = self._text_of(followed)
        every = every_in(text, self._record.procedure_file) if not closed else ()
        placed = [one for one in every if one.step.by != GIVEN]
        told = (followed.version, followed.pending)
        if not step:
            names = tuple(names_from(every, after.split(DOT)[:-1]))
            return StepForm("", "New step", "", "", {}, names, _mark(text), after, closed, 0, *told)
        if closed:
            return self._closed(followed, step, closed)
        source = find_step(parse(text), step)
        one = next((one for one in placed if one.step.line == source.heading + 1), None)
        one = one or next((one for one in placed if step in (one.path, one.step.name)), None)
        path = one.path if one else step
        kept = await self._kept_by(one.tables[0] if one.tables else one.step) if one else ""
        return StepForm(
            path,
            one.title if one else source.name,
            source.name,
            instruction_of(text, path),
            keys_of(source),
            tuple(names_from(every, one.around if one else (), path)),
            _mark(text),
            "",
            kept,
            source.heading + 1,
            *told,
            read_by(every, path),
            *links_of(every, path),
        )

    @action("read")
    async def look(self, edit: StepEdit) -> DraftLook:
        """What the words of a draft tell, its mistakes included. Raises `UsageError` for what can
        be no step at all."""
        text = self._file_text()
        drawn = await self._drafted(text, edit)
        changes: Sequence[str] = ()
        try:
            before = await self._following.shown()
            after = await self._follow(drawn)
            changes = [one.words for one in compare(before.procedure, after.procedure)]
        except CaseworkError:
            changes = ()
        return looked_at(text, drawn, self._record.procedure_file, changes)

    @action("read")
    async def pins(self) -> list[PinnedCase]:
        """The cases on which drafts are tried: those that were pinned, else some from all over the
        worksheet."""
        found = []
        for id in await self._pins():
            case = self._house.rights.case(await self._house.store.cases.get(id))
            found.append(PinnedCase(id, case.name))
        return found

    @action("edit")
    async def pin(self, case: str) -> list[PinnedCase]:
        """Try drafts on this case too."""
        wanted = (await Pages(self._house.store, self._record.id).pick(case)).id
        ids = await self._pins()
        await self._put_pins([*ids, wanted])
        return await self.pins()

    @action("edit")
    async def unpin(self, case: str) -> list[PinnedCase]:
        """Try drafts on this case no longer."""
        wanted = (await Pages(self._house.store, self._record.id).pick(case)).id
        ids = [id for id in await self._pins() if id != wanted]
        if not ids:
            raise UsageError(
                "A draft is tried on one case at least.", fix="Pin another one, then take this out."
            )
        await self._put_pins(ids)
        return await self.pins()

    @action("edit")
    async def sample(self, edit: StepEdit, *, on_sample: OnSample | None = None) -> DraftSample:
        """Try a draft on the pinned cases, within the budget for drafts. Nothing is put in force;
        what is found is remembered, so that it is never computed again. Cancelling stops it."""
        drawn = await self._drafted(self._file_text(), edit)
        followed = await self._follow(drawn)
        ids = await self._pins()
        await self._put_pins(ids)
        settings = self._house.settings
        most = Most(settings.number("draft.budget"), settings.integer("draft.calls"))
        before = None if followed.version == 1 else (await self._in_force()).procedure
        run = SampleRun(self._house, followed, before, drawn.path, most)
        try:
            return await run.run(ids, on_sample or _nobody)
        except NotLive as why:
            return DraftSample(None, (), True, note=str(why))

    @action("read")
    async def impact(
        self, edit: StepEdit, *, scope: ScopeName = "all", cases: Sequence[str] = ()
    ) -> Impact:
        """What applying a draft would do: which cells, why, how many of them people verified, what
        it costs and takes. `cases` are those of the scope `shown`."""
        drawn = await self._drafted(self._file_text(), edit)
        following = DraftFollowing(self._house, self._record, drawn.text)
        planning = Planning(self._house, self._record, following)
        followed = await following.now()
        shown = _some(cases) if scope == "shown" else None
        steps = await self._touched(followed, drawn.path, edit.over)
        reach = Reach(drawn.path, scope, await self._pins(), shown, steps)
        return await impact_of(self._house, self._record.id, planning, followed, reach)

    @action("edit")
    async def save(self, edit: StepEdit) -> str:
        """Write a draft into the procedure file, where it waits for a run; returns the path of the
        step. Raises `ConflictError` when the file was edited since the draft was begun, and
        `ProcedureError` when the text would have mistakes."""
        text = self._file_text()
        drawn = await self._drafted(text, edit)
        await self._follow(drawn)
        await self._write(drawn.text, over=edit.over or _mark(text))
        return drawn.path

    @action("edit")
    async def apply(
        self,
        edit: StepEdit,
        *,
        scope: ScopeName = "all",
        cases: Sequence[str] = (),
        as_new: bool = False,
        on_progress: OnProgress | None = None,
    ) -> RunRecord:
        """Save a draft and run what it touches beside what is in force, as a pending change; before
        anything is in force it runs there."""
        if scope == "shown":
            _some(cases)
        path = await self.save(edit)
        followed = await self._following.now()
        steps = await self._touched(followed, path, edit.over)
        which = await self._which(scope, cases, steps)
        if followed.pending and followed.version == 1:
            return await run_in_force(
                self._house, self._record, self._following, which, on_progress=on_progress
            )
        changes = Changes(self._house, self._record, self._following)
        new = as_new or not edit.step
        return await changes.run(
            cases=which.cases,
            steps=which.steps,
            only=which.only,
            as_new=new,
            on_progress=on_progress,
        )

    @action("edit")
    async def same(self, edit: StepEdit) -> str:
        """Save a draft and say that it changes no result; where nothing else is pending it comes in
        force without a run. Returns the path of the step."""
        path = await self.save(edit)
        changes = Changes(self._house, self._record, self._following)
        await changes.same([path], who=self._house.who())
        planning = Planning(self._house, self._record, self._following)
        plan = await planning.plan(Which())
        if not plan.groups and await changes.open() is None:
            await run_in_force(
                self._house, self._record, self._following, Which(only="none"), as_new=True
            )
        return path

    @action("edit")
    async def remove(self, step: str, *, over: str = "") -> list[str]:
        """Take a step out of the file; its cells are kept and no longer shown. Raises
        `ProcedureError` while others read it."""
        return await self._rearranged(remove_step(self._file_text(), step), over)

    @action("edit")
    async def move(self, step: str, *, after: str = "", over: str = "") -> list[str]:
        """Put a step behind another one beside it, or before all of them."""
        return await self._rearranged(move_step(self._file_text(), step, after=after), over)

    async def _rearranged(self, text: str, over: str) -> list[str]:
        before = self._file_text()
        followed = await DraftFollowing(self._house, self._record, text).now()
        await self._write(text, over=over or _mark(before))
        return list(followed.changes)

    async def _drafted(self, text: str, edit: StepEdit) -> Drafted:
        latest = await self._house.store.procedures.latest(self._record.id)
        return drafted(text, edit, in_force=latest.text if latest else "")

    async def _follow(self, drawn: Drafted) -> Followed:
        return await DraftFollowing(self._house, self._record, drawn.text).now()

    async def _in_force(self) -> Followed:
        return await self._following.in_force()

    async def _touched(self, followed: Followed, path: str, over: str) -> tuple[str, ...]:
        """What is to run of a draft: its step and all that reads it. Everything, as (), before the
        first run, and where the draft was made on a text that was not in force either."""
        latest = await self._house.store.procedures.latest(self._record.id)
        if latest is None or (over and over != latest.sha256):
            return ()
        return touched(followed.procedure, path)

    async def _which(self, scope: ScopeName, cases: Sequence[str], steps: Sequence[str]) -> Which:
        if scope == "shown":
            return Which(_some(cases), steps)
        if scope == "sample":
            return Which(await self._pins(), steps)
        return Which(steps=steps, only="unverified" if scope == "unverified" else "")

    async def _pins(self) -> list[str]:
        """The ids of the pinned cases; where there are none, of some that lie apart."""
        store = self._house.store
        pinned = await store.drafts.pinned(self._record.id)
        if pinned:
            return pinned
        wanted = self._house.settings.integer("draft.cases")
        total, _ = await store.finding.counts(self._record.id)
        if total <= wanted:
            return await store.finding.page(self._record.id, skip=0, limit=wanted)
        places = [number * total // wanted for number in range(wanted)]
        pages = [await store.finding.page(self._record.id, skip=at, limit=1) for at in places]
        return [id for page in pages for id in page]

    async def _put_pins(self, ids: Sequence[str]) -> None:
        if list(ids) != await self._house.store.drafts.pinned(self._record.id):
            await self._house.store.drafts.pin(self._record.id, ids, self._house.who())

    async def _write(self, text: str, *, over: str) -> None:
        await self._following.rewrite(text, over=over)

    def _file_text(self) -> str:
        """The text of the file; raises `UsageError` for what is written in Python."""
        if self._following.path.suffix == ".py":
            raise UsageError(_PYTHON, fix="Edit the file; the sheet follows it.")
        text = self._following.text()
        if text is None:
            raise ConflictError(
                f"The procedure file {self._following.path.name} is gone.",
                fix="Put it back, or take an older version from the procedure page.",
            )
        return text

    def _text_of(self, followed: Followed) -> tuple[str, str]:
        """The text that a form is made from, and why it cannot be edited ('' when it can)."""
        if not self._record.procedure_file or self._record.procedure_file.endswith(".py"):
            return followed.text, _PYTHON
        return self._following.text() or followed.text, ""

    async def _kept_by(self, step: Step) -> str:
        """Why whoever asks may not edit a step; '' when they may."""
        held = await held_locks(self._house, self._record.id)
        if held.open or held.may(step, "edit"):
            return ""
        return f"{step.name} is kept by {held.names(step)}: you may look here, and they change it."

    def _closed(self, followed: Followed, step: str, why: str) -> StepForm:
        one = followed.procedure.by_id.get(step)
        if one is None:
            raise UsageError(f"There is no step {step!r}.")
        keys = {"type": type_text(one.type), "by": one.by, "owner": one.owner}
        text = "\n\n".join(filter(None, (one.instruction, one.code)))
        told = (followed.version, followed.pending)
        return StepForm(step, one.name, one.name, text, keys, (), "", "", why, 0, *told)


def _some(cases: Sequence[str]) -> Sequence[str]:
    """The cases of a scope; no cases would mean all of them."""
    if not cases:
        raise UsageError("No case fits this scope, so nothing would run.", fix="Choose another.")
    return cases


def _mark(text: str) -> str:
    from casework.base.hashing import sha256_text

    return sha256_text(text)


def _nobody(sample: DraftSample) -> None:
    """Told of nothing."""

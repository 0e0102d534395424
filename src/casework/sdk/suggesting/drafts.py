"""Drafts of worksheets: dropped files and proposed steps, kept until a worksheet is made of them or
somebody throws them away. A draft is a folder of the workspace; deleting that leaves nothing."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.ids import slug, uuid7
from casework.sdk.action import action
from casework.sdk.found_files import innermost
from casework.sdk.intake import OnFile
from casework.sdk.suggesting import suggesting
from casework.sdk.suggesting.describing import Said
from casework.sdk.suggesting.guessing import guessed_type
from casework.sdk.suggesting.keeping import (
    TOLD,
    as_json,
    copy_files,
    count_files,
    from_told,
    kept_of,
    write_told,
)
from casework.sdk.suggesting.leftovers import DRAFTS as FOLDER
from casework.sdk.suggesting.leftovers import Cleared, clear
from casework.sdk.suggesting.reading import FileReader, OnRead, read_before
from casework.sdk.suggesting.suggesting import (
    Gathered,
    OnTry,
    files_of,
    gather,
    proposed,
    tried,
)
from casework.sdk.suggesting.views import (
    FirstRun,
    Suggested,
    SuggestedStep,
)
from casework.sdk.suggesting.writing import (
    NO_STEPS,
    line,
    procedure_text,
    renamed,
    shown_type,
    step_type,
    with_problems,
)
from casework.sdk.wire import House
from casework.steps.suggest import Wish
from casework.types.person import LOCAL

if TYPE_CHECKING:
    from casework.sdk.worksheet import Worksheet

DAYS = "studio.upload_days"
FILES, READ = "files", "read"
_ID = re.compile(r"[0-9a-f-]{36}")
_DAY_S = 86_400
_OTHER_NAME = "Use another name."
_RUN_S = 0.02
"""What a cell takes that no model fills, on an ordinary machine, when nothing was measured."""

NewWorksheet = Callable[..., Awaitable["Worksheet"]]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it stands. `files` were handed in (below the folder `folder`); `suggested` is what
    they suggest, None until that was looked for; `new_files` came since. `made` is the slug of the
    worksheet that is being made of it, '' before."""

    id: str
    created_at: str
    files: int
    folder: Path
    suggested: Suggested | None = None
    new_files: int = 0
    seconds: float | None = None
    made: str = ""


class Drafts:
    """The drafts of whoever asks."""

    def __init__(self, house: House, new_worksheet: NewWorksheet) -> None:
        self._house = house
        self._new_worksheet = new_worksheet

    @action("edit")
    async def begin(self) -> DraftView:
        """A new, empty draft."""
        id = uuid7()
        folder = self._folder(id)
        await asyncio.to_thread((folder / FILES).mkdir, parents=True)
        told = {"who": self._owner(), "created_at": self._house.clock.now().isoformat()}
        await asyncio.to_thread(write_told, folder, told)
        return await self.get(id)

    @action("edit", noted=False)
    async def all(self) -> list[DraftView]:
        """Drafts with files in them or steps, newest first."""
        top = self._house.folder / FOLDER
        ids = sorted((one.name for one in top.iterdir()), reverse=True) if top.is_dir() else []
        found: list[DraftView] = []
        for id in ids:
            try:
                draft = await self.get(id)
            except NotFoundError:
                continue
            if draft.files or draft.suggested is not None:
                found.append(draft)
        return found

    @action("edit", noted=False)
    async def get(self, draft: str) -> DraftView:
        """The draft of this id; raises `NotFoundError` for none, and for somebody else's."""
        told = await asyncio.to_thread(self._told, draft)
        folder = self._folder(draft)
        count = await asyncio.to_thread(count_files, folder / FILES)
        known = told.get("suggested")
        suggested = None if known is None else from_told(known)
        seen = int(told.get("seen", 0))
        return DraftView(
            draft,
            str(told["created_at"]),
            count,
            folder / FILES,
            suggested,
            max(0, count - seen),
            cast("float | None", told.get("seconds")),
            str(told.get("made", "")),
        )

    @action("manage")
    async def take(self, draft: str, folder: str) -> DraftView:
        """Copy the files of a folder of this machine into a draft. Raises `UsageError` for what is
        no folder, or holds too many files."""
        now = await self.get(draft)
        source = Path(folder).expanduser()
        if not folder.strip() or not source.is_dir():
            raise UsageError(
                f"There is no folder {folder!r} on this machine.", fix="Name one by its whole path."
            )
        await asyncio.to_thread(copy_files, source, now.folder / source.resolve().name)
        return await self.get(draft)

    @action("edit", noted=False)
    async def look(
        self,
        draft: str,
        *,
        cases: str = "",
        language: str = "",
        on_read: OnRead | None = None,
        on_try: OnTry | None = None,
    ) -> DraftView:
        """Read the files of a draft, and propose steps from them. What a person did to steps that
        were there before stays; `cases` chooses what makes a case. Steps are named in the language
        of most files, in `language` (ISO 639-1) where these leave it open."""
        before = await self.get(draft)
        began = time.perf_counter()
        count = before.files
        gathered = await self._gathered(draft, cases or _how(before), on_read)
        found = await proposed(gathered, on_try, language=language)
        if before.suggested is not None:
            found = kept_of(before.suggested, found, await self._again(gathered, before.suggested))
        taken = round(time.perf_counter() - began, 2)
        await self._keep(draft, suggested=as_json(found), seen=count, seconds=taken)
        return await self.get(draft)

    @action("edit")
    async def describe(
        self, draft: str, path: str, *, describes: bool = True, on_read: OnRead | None = None
    ) -> DraftView:
        """Say that a file of the draft describes the work, and is no case; or that it does not,
        though it reads like it. Raises `NotFoundError` for a file that is not there."""
        now = await self.get(draft)
        self._file(now, path)
        told = await asyncio.to_thread(self._told, draft)
        cases = {str(one) for one in told.get("no_sop", [])} - {path}
        sop = path if describes else ""
        if not describes:
            cases.add(path)
        await self._keep(draft, sop=sop, no_sop=sorted(cases))
        return await self.look(draft, on_read=on_read)

    @action("edit")
    async def word(self, draft: str, *, goal: str = "", sop: str = "", text: str = "") -> DraftView:
        """Let a model make steps of a goal, or of a written procedure: `sop` names one of the
        draft's files, which is no case then; `text` is a text instead. Raises `ModelError`."""
        now = await self.get(draft)
        name = ""
        if sop:
            reader = FileReader(self._house, self._folder(draft) / READ)
            text, name = await suggesting.procedure_words(reader, self._file(now, sop))
            await self._keep(draft, sop=sop)
        gathered = await self._gathered(draft, _how(now))
        found = now.suggested or await proposed(gathered)
        wish = Wish(goal, text, name)
        told = await suggesting.with_worded(self._house, gathered, found, wish)
        told = replace(
            told, files=files_of(gathered), groupings=gathered.groupings, sop=gathered.about.path
        )
        await self._keep(draft, suggested=as_json(told), seen=now.files)
        return await self.get(draft)

    @action("edit")
    async def change(
        self,
        draft: str,
        step: str,
        *,
        name: str | None = None,
        type: str | None = None,
        instruction: str | None = None,
        keep: bool | None = None,
        to: int | None = None,
    ) -> DraftView:
        """Change one proposed step: rename it, give it another type or instruction, keep it or not,
        or move it to a place (from 0). One of another type or instruction is tried anew."""
        found = await self._steps(draft)
        steps = found.steps
        at = next((n for n, one in enumerate(steps) if one.id == step), -1)
        if at < 0:
            raise NotFoundError("There is no such step in the draft.", fix="Load the page again.")
        if name is not None:
            others = [each for each in steps if each.id != step and each.keep]
            if any(slug(each.name) == slug(line(name)) for each in others):
                raise ConflictError(f"There is a step {line(name)} already.", fix=_OTHER_NAME)
            steps = renamed(steps, step, name)
        one = steps[at]
        one = replace(one, keep=one.keep if keep is None else keep)
        again = False
        if type is not None and (told := shown_type(step_type(type))) != one.type:
            one, again = replace(one, type=told), True
        if instruction is not None and instruction.strip() != one.instruction:
            one, again = replace(one, instruction=instruction.strip()), True
        if again:
            one = await tried(await self._gathered(draft, found.grouping), one)
        changed = [*steps[:at], one, *steps[at + 1 :]]
        if to is not None:
            changed.insert(max(0, min(to, len(changed) - 1)), changed.pop(at))
        return await self._with_steps(draft, found, changed)

    @action("edit")
    async def add(
        self, draft: str, name: str, *, type: str = "", instruction: str = "", rule: str = ""
    ) -> DraftView:
        """Add a step in plain words, tried on the files where no model is needed for it. Without a
        `type` it has the one that its rule gives, or that its name stands for in documents."""
        now = await self.get(draft)
        found = now.suggested or _EMPTY
        one = suggesting.own_step(name, type, instruction, rule)
        if not type.strip():
            one = replace(one, type=guessed_type(one, found.steps))
        if any(slug(step.name) == slug(one.name) for step in found.steps if step.keep):
            raise ConflictError(f"There is a step {one.name} already.", fix=_OTHER_NAME)
        if now.files:
            one = await tried(await self._gathered(draft, _how(now)), one)
        return await self._with_steps(draft, found, [*found.steps, one])

    @action("edit")
    async def name(self, draft: str, title: str) -> DraftView:
        """Give the worksheet that is to be made its name."""
        found = await self._steps(draft)
        await self._keep(draft, suggested=as_json(replace(found, title=line(title))))
        return await self.get(draft)

    @action("edit")
    async def procedure(self, draft: str) -> str:
        """The kept steps as a procedure in Markdown."""
        found = await self._steps(draft)
        return procedure_text(found.title, found.opening, found.steps)

    @action("edit", noted=False)
    async def first_run(self, draft: str) -> FirstRun | None:
        """What the first run would do; None while something is wrong with the steps."""
        now = await self.get(draft)
        found = now.suggested
        if found is None or not found.kept or any(step.problem for step in found.kept):
            return None
        cells = len(found.kept) * (found.cases + found.unread)
        seconds = None if now.seconds is None else now.seconds + cells * _RUN_S
        return await suggesting.first_run(self._house, found, seconds)

    @action("edit")
    async def make(self, draft: str, name: str = "", *, on_file: OnFile | None = None) -> Worksheet:
        """Make the worksheet: its procedure from the kept steps, its cases from the files. The
        draft is gone then. What was broken off goes on when it is asked again. Raises
        `ProcedureError`, `ConflictError` when the name is taken, `UsageError` without steps."""
        now = await self.get(draft)
        found = await self._steps(draft)
        folder = self._folder(draft)
        if now.made:
            sheet = await self._made(now.made)
        else:
            if not found.kept:
                raise UsageError(NO_STEPS, fix="Keep one of the proposed steps, or add your own.")
            title = line(name) or found.title
            text = procedure_text(title, found.opening, found.steps)
            path = folder / "procedure.md"
            await asyncio.to_thread(path.write_text, text, "utf-8")
            sheet = await self._new_worksheet(title, path, grouping=found.grouping or "auto")
            await self._keep(draft, made=slug(title))
        if found.sop:
            await asyncio.to_thread((innermost(now.folder) / found.sop).unlink, True)
        if await asyncio.to_thread(count_files, now.folder):
            top = await asyncio.to_thread(innermost, now.folder)
            known = partial(read_before, folder / READ)
            with self._house.parsing.reading_before(known):
                await sheet.add(top, on_file=on_file)
        await asyncio.to_thread(shutil.rmtree, folder, True)
        return sheet

    @action("edit")
    async def drop(self, draft: str) -> None:
        """Throw a draft away, files and all."""
        await self.get(draft)
        await asyncio.to_thread(shutil.rmtree, self._folder(draft), True)

    @action("manage", noted=False)
    async def tidy(self) -> Cleared:
        """Delete uploads and drafts, of whoever they are, that nobody went on with for as long as
        the setting `studio.upload_days` says; 0 days delete nothing."""
        days = self._house.settings.integer(DAYS)
        if days <= 0:
            return Cleared()
        before_s = self._house.clock.now().timestamp() - days * _DAY_S
        return await asyncio.to_thread(clear, self._house.folder, before_s)

    async def _made(self, made: str) -> Worksheet:
        from casework.sdk.worksheet import Worksheet

        records = await self._house.store.worksheets.all()
        found = next((one for one in records if one.slug == made), None)
        if found is None:
            raise NotFoundError("The worksheet that was begun is gone.", fix="Drop the draft.")
        return Worksheet(self._house, found)

    async def _gathered(self, draft: str, how: str, on_read: OnRead | None = None) -> Gathered:
        folder = self._folder(draft)
        top = await asyncio.to_thread(innermost, folder / FILES)
        reader = FileReader(self._house, folder / READ)
        told = await asyncio.to_thread(self._told, draft)
        said = Said(str(told.get("sop", "")), frozenset(map(str, told.get("no_sop", []))))
        return await gather(await reader.read([top], on_read), how, said)

    async def _again(self, gathered: Gathered, before: Suggested) -> list[SuggestedStep]:
        """The steps that people wrote or changed, tried on the files as they are now."""
        own = [one for one in before.steps if one.source in ("person", "goal", "procedure")]
        return [await tried(gathered, one) for one in own]

    async def _steps(self, draft: str) -> Suggested:
        found = (await self.get(draft)).suggested
        return found if found is not None else _EMPTY

    async def _with_steps(
        self, draft: str, found: Suggested, steps: Sequence[SuggestedStep]
    ) -> DraftView:
        told = replace(found, steps=with_problems(steps))
        await self._keep(draft, suggested=as_json(told))
        return await self.get(draft)

    async def _keep(self, draft: str, **told: object) -> None:
        folder = self._folder(draft)
        await asyncio.to_thread(write_told, folder, {**self._told(draft), **told})

    def _told(self, draft: str) -> dict[str, Any]:
        path = self._folder(draft) / TOLD
        try:
            told = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            told = {}
        if not told or told.get("who") != self._owner():
            raise NotFoundError(
                "There is no such draft.", fix="It was made or thrown away: go home and begin anew."
            )
        return cast("dict[str, Any]", told)

    def _owner(self) -> str:
        return LOCAL if self._house.person is None else self._house.person.id

    def _folder(self, draft: str) -> Path:
        if not _ID.fullmatch(draft):
            raise NotFoundError("There is no such draft.", fix="Go home and begin anew.")
        return self._house.folder / FOLDER / draft

    def _file(self, draft: DraftView, path: str) -> Path:
        top = innermost(draft.folder)
        found = (top / path).resolve()
        if not found.is_relative_to(top.resolve()) or not found.is_file():
            raise NotFoundError(f"The draft has no file {path}.", fix="Load the page again.")
        return found


_EMPTY = Suggested("", (), (), "file", (), 0)


def _how(draft: DraftView) -> str:
    return draft.suggested.grouping if draft.suggested is not None else ""

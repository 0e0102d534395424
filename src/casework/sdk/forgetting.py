"""Documents forgotten at somebody's word: which, what holds something of them, and all of it gone.

Pictures first, then all rows in one transaction that also writes down which files are to go, then
these files and what the database file may still hold of deleted rows. Broken off anywhere, it goes
on when it is done again.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import CaseworkError, NotFoundError, UsageError
from casework.base.hashing import sha256_file
from casework.sdk.pages import listed
from casework.sdk.report import file_name
from casework.sdk.suggesting.forgotten import (
    HeldByDraft,
    forget_in_draft,
    held_by_drafts,
    named_in_drafts,
    sizes_in_drafts,
)
from casework.sdk.wire import House
from casework.store.forgetting import SWEPT, Counts
from casework.store.remains import Remains

_WORDED = (
    "procedures, in whose instructions somebody, or casework sharpen, wrote words of it, with their"
    " earlier versions; and learned versions that were exported or taken in from elsewhere"
)
OnStep = Callable[[str], None]
"""Told of each thing that is done: `rows`, `files`, `swept`."""
_PICTURES, _BACKUPS = "pictures", "backups"
_DIGEST = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class ForgetView:
    """What holds something of documents, or held it: `documents` with their attachments by sha256
    and name, `cases` by name, how many `cells` and what else (`counts`), and the steps (by path) of
    the learned versions. `written` are values that people wrote, with no machine's value behind
    them, in cases that keep other documents: they stay, since nobody knows where they came from.

    `beyond` says what is out of reach; `done` that it was forgotten; `swept` that nothing of it is
    left in the database's own files. `drafts` tells of files of theirs in drafts of worksheets and
    in unfinished uploads, of anybody.
    """

    documents: tuple[tuple[str, str], ...]
    cases: tuple[str, ...]
    cells: int
    counts: Counts
    learned: tuple[str, ...]
    written: tuple[str, ...]
    beyond: tuple[str, ...]
    done: bool = False
    swept: bool = False
    drafts: tuple[str, ...] = ()


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # no name of a file at all: too long, say
        return False


class Forgetter:
    """Forgets documents of one workspace."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._store = house.store

    async def look(self, documents: Sequence[str], *, worksheet: str = "") -> ForgetView:
        """What holds something of these documents. Changes nothing."""
        wanted = await self._all_of(await self._picked(documents, worksheet))
        remains, counts = await self._store.forgetting.look(wanted)
        return await self._view(remains, counts, await self._in_drafts(wanted))

    async def forget(
        self,
        documents: Sequence[str],
        *,
        worksheet: str = "",
        note: str = "",
        who: str = "",
        on_step: OnStep = lambda step: None,
    ) -> ForgetView:
        """Forget these documents and what came from them; what was begun before is ended first."""
        begun = await self.finish(on_step=on_step)
        try:
            picked = await self._picked(documents, worksheet)
        except NotFoundError:
            if begun is None:
                raise
            return begun
        wanted = await self._all_of(picked)
        held = await self._in_drafts(wanted)
        seen = await self._view(*(await self._store.forgetting.look(wanted)), held)
        await asyncio.to_thread(self._remove_pictures, seen)
        for one in held:
            await asyncio.to_thread(forget_in_draft, one)
        remains, counts = await self._store.forgetting.forget(
            wanted, who=who or self._house.who(), note=note
        )
        on_step("rows")
        finished = await self.finish(on_step=on_step)
        await self._refit(remains)
        return _done(seen, counts, swept=finished is not None and finished.swept)

    async def finish(self, *, on_step: OnStep = lambda step: None) -> ForgetView | None:
        """End what was begun and broken off; None when there was nothing."""
        store = self._store
        begun = await store.forgotten.unfinished()
        if not begun:
            return None
        marks = [one.sha256 for one in begun]
        self._house.parsing.forget(marks)
        store.cells.forget_known()
        for blob in sorted({blob for one in begun for blob in one.blobs}):
            if not await store.forgetting.needed(blob):
                await asyncio.to_thread(store.blobs.remove, blob)
        await asyncio.to_thread(self._house.pictures.clear)
        on_step("files")
        swept = await store.database.sweep(SWEPT)
        on_step("swept")
        await store.forgetting.finish(marks)
        none = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        told = tuple((mark, "") for mark in marks)
        return ForgetView(told, (), 0, none, (), (), (), True, swept)

    async def _picked(self, documents: Sequence[str], worksheet: str) -> list[str]:
        """The sha256 of each document: a file on the disk by its bytes, else by name or sha256."""
        if not documents:
            raise UsageError("Forget which document?", fix="casework forget FILE")
        return [await self._pick(word.strip(), worksheet) for word in documents]

    async def _pick(self, word: str, worksheet: str) -> str:
        found = await self._found(word, worksheet)
        hidden = await self._house.rights.unseen(self._store, found)
        seen = [one for one in found if one not in hidden]
        if not found:
            seen = list(await asyncio.to_thread(named_in_drafts, self._house.folder, word))
        if not seen:
            raise NotFoundError(
                f"There is no document {word!r}.", fix="See which there are: casework documents."
            )
        if len(seen) > 1:
            raise UsageError(
                f"{word!r} is {len(seen)} documents: {listed([one[:12] for one in seen])}.",
                fix="Name one by the beginning of its sha256, or add --worksheet.",
            )
        return seen[0]

    async def _found(self, word: str, worksheet: str) -> list[str]:
        shelf = self._store.shelf
        if await asyncio.to_thread(_is_file, word):
            mark = await asyncio.to_thread(sha256_file, Path(word))
            if await self._store.documents.find(mark) is not None:
                return [mark]
        if _DIGEST.fullmatch(word) and (begun := await shelf.beginning(word)):
            return begun
        if worksheet:
            sheets = [await self._store.worksheets.get(worksheet)]
        else:
            sheets = await self._store.worksheets.all()
        named = [one for sheet in sheets for one in await shelf.named(sheet.id, word)]
        exact = [one for one in named if one.name == word]
        return list(dict.fromkeys(one.sha256 for one in exact or named))

    async def _all_of(self, picked: Sequence[str]) -> list[str]:
        """The documents with what was attached to them and came in no other way."""
        held = await self._store.shelf.parents(await self._store.readers.below(picked))
        chosen, before = set(picked), 0
        while len(chosen) > before:
            before = len(chosen)
            chosen |= {one for one, parents in held.items() if parents and parents <= chosen}
        return sorted(chosen)

    async def _in_drafts(self, wanted: Sequence[str]) -> list[HeldByDraft]:
        """What drafts and unfinished uploads hold of these documents, of whoever they are."""
        records = [await self._store.documents.find(mark) for mark in wanted]
        sizes = {one.sha256: one.size for one in records if one is not None}
        unknown = [mark for mark in wanted if mark not in sizes]
        folder = self._house.folder
        if unknown:
            sizes |= await asyncio.to_thread(sizes_in_drafts, folder, unknown)
        return await asyncio.to_thread(held_by_drafts, folder, sizes)

    async def _view(
        self, remains: Remains, counts: Counts, held: Sequence[HeldByDraft]
    ) -> ForgetView:
        around = [f"{one.told}: throw that draft away" for one in held if one.around]
        known = {mark for mark, _ in remains.names.items()}
        alone = {mark: name for one in held for mark, name in one.found if mark not in known}
        names = await self._store.shelf.case_names(
            remains.cases | {number for number, _ in remains.written}
        )
        return ForgetView(
            (*remains.names.items(), *alone.items()),
            tuple(names[number] for number in sorted(remains.cases)),
            len(remains.places),
            counts,
            tuple(path for _, _, path, _ in remains.versions),
            tuple(f"{names[number]} · {step}" for number, step in sorted(remains.written)),
            (*around, *await self._beyond(remains)),
            drafts=tuple(one.told for one in held),
        )

    async def _beyond(self, remains: Remains) -> list[str]:
        """What cannot be reached from here, in words."""
        house, told = self._house, []
        copies = list((house.folder / _BACKUPS).glob("*"))
        if copies:
            told.append(f"{len(copies)} copies of the database in {house.folder / _BACKUPS}")
        record = house.settings.text("model.record")
        if record:
            told.append(f"what was recorded of calls in {record}")
        for host, calls in (await self._store.outgoing.hosts_of(sorted(remains.family))).items():
            told.append(f"what left for {host} ({calls:,} calls for its cases)")
        if self._store.database.away:
            told.append("the log, replicas and dumps of the database server")
        told.append(_WORDED)
        told.append("files where they came from, exports, and backups of this folder")
        return told

    def _remove_pictures(self, seen: ForgetView) -> None:
        """Pictures of pages that were written into the workspace for its cases and documents."""
        folder = self._house.folder / _PICTURES
        names = {*seen.cases, *(name for _, name in seen.documents)}
        for path in folder.glob("*.png"):
            if any(path.name.startswith(f"{file_name(name)}-") for name in names):
                path.unlink(missing_ok=True)

    async def _refit(self, remains: Remains) -> None:
        """Learn anew, from what is left, what had been learned of the documents."""
        by_sheet: dict[str, set[str]] = {}
        for _, worksheet_id, path, _ in remains.versions:
            by_sheet.setdefault(worksheet_id, set()).add(path)
        if not by_sheet:
            return
        from casework.sdk.learned.learner import refit

        for worksheet_id, paths in by_sheet.items():
            try:
                await refit(self._house, worksheet_id, sorted(paths))
            except CaseworkError as error:  # it is forgotten; that learning failed is told there
                self._house.learning_problems[worksheet_id] = str(error)


def _done(seen: ForgetView, counts: Counts, *, swept: bool) -> ForgetView:
    return ForgetView(
        seen.documents,
        seen.cases,
        seen.cells,
        counts,
        seen.learned,
        seen.written,
        seen.beyond,
        True,
        swept,
        seen.drafts,
    )

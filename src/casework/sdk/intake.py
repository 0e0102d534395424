"""Files in: kept, read, grouped into cases. Says of every file what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework.base.clock import Clock, stamp
from casework.base.errors import CaseworkError, ConflictError, NotFoundError
from casework.documents.kind import kinds_of
from casework.sdk.admitting import FOR_EVERYBODY, Admission
from casework.sdk.found_files import Found, find_files
from casework.sdk.grouping import (
    Incoming,
    case_key,
    check_grouping,
    choose_grouping,
    is_opened,
    opened,
    subject_of,
    thread_of,
)
from casework.sdk.parsing import Arrival, Parsing
from casework.sdk.views import Added, AddedCase, AddedFile, Opened
from casework.store.store import Store
from casework.types.case import CaseDocument

_AT_ONCE = 8
CHANGED = "it changed while it was read"

OnFile = Callable[[int, int, str], None]
"""Told of files done, files in all, and the name of the last one."""
Still = Callable[[Path], bool]
"""Whether a file is still as it was found."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file. `sha256` is '' where it was not read, and `failed` then says why;
    `files` are the documents that it brought, attachments included, and `left_out` says why it
    brought none."""

    found: Found
    sha256: str = ""
    case_id: str = ""
    case_name: str = ""
    new_case: bool = False
    files: tuple[AddedFile, ...] = ()
    left_out: str = ""
    failed: str = ""


@dataclass(slots=True)
class _Sheet:
    """What a worksheet holds already while files are put into it: keys to names and ids, the
    first case that holds each document, and each document of each case."""

    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    members: dict[tuple[str, str], CaseDocument] = field(default_factory=dict)
    added: dict[str, list[AddedFile]] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)

    def same_as(self, key: str) -> str:
        """The name of a case that holds the same bytes, for the person who added them; '' for none,
        and for one that is not theirs to read."""
        return self.names[key] if key and key not in self.hidden else ""

    @property
    def size(self) -> tuple[int, int]:
        """How many cases there are, and how many documents they hold."""
        return len(self.names), len(self.members)


class Intake:
    """Puts files into one worksheet."""

    def __init__(
        self,
        store: Store,
        parsing: Parsing,
        clock: Clock,
        worksheet_id: str,
        admission: Admission = FOR_EVERYBODY,
    ) -> None:
        self._store = store
        self._parsing = parsing
        self._clock = clock
        self._worksheet_id = worksheet_id
        self._admission = admission
        self._held: _Sheet | None = None

    async def add(
        self,
        paths: Sequence[Path],
        *,
        grouping: str = "",
        case: str = "",
        password: str = "",
        on_file: OnFile | None = None,
    ) -> Added:
        """Add files and folders. `grouping` '' means the one of the worksheet; `case` puts all of
        them into the one case of that key, name or id, which is made if there is none. Nothing is
        lost when a file cannot be read."""
        found = list(find_files(paths))
        told = await self._key_of(case) if case else ""
        passed = [(file, file.left_out) for file in found if file.left_out]
        files, failed = await self._take(
            [file for file in found if not file.left_out], password, on_file
        )
        boxes = {} if case else {file.path: told_of(file) for file in files if is_opened(file)}
        files = files if case else opened(files)
        how = await self._grouping(files, grouping)
        sheet = await self._sheet()
        left_out = [
            AddedFile(f.path.name, "", "broken", left_out=why) for f, why in (*passed, *failed)
        ]
        for file in files:
            key = told or case_key(file, how, sheet.names)
            passed_over = await self._put(file, key, "folder" if case else how, sheet)
            if passed_over and file.path in boxes:
                box = boxes[file.path]
                boxes[file.path] = replace(box, known=box.known + 1)
            else:
                left_out += passed_over
        cases = tuple(
            AddedCase(sheet.ids[key], sheet.names[key], key in sheet.new, tuple(added))
            for key, added in sheet.added.items()
        )
        return Added(how, cases, tuple(left_out), tuple(boxes.values()))

    async def take_in(
        self,
        found: Sequence[Found],
        *,
        grouping: str = "",
        homes: Mapping[Path, str] | None = None,
        still: Still = lambda path: True,
    ) -> list[TakenIn]:
        """Add files that were found already, each on its own: what was done stands, whenever this
        is broken off, and doing it again adds nothing twice. `homes` names the case (its id) that
        a file goes into, where it is known; a file that is not `still` as it was is left alone."""
        files, failed = await self._take(found, "", None, still)
        how = await self._grouping(opened(files), grouping)
        told = [TakenIn(file, failed=why) for file, why in failed]
        by_path = {file.path: file for file in found}
        sheet = await self._as_it_is()
        for file in files:
            one, home = by_path[file.path], (homes or {}).get(file.path, "")
            try:
                told.append(await self._take_one(one, file, how, home, sheet))
            except ConflictError:  # somebody else made that case just now: into that, then
                sheet = self._held = await self._sheet()
                told.append(await self._take_one(one, file, how, home, sheet))
        return told

    async def _take_one(
        self, found: Found, file: Incoming, how: str, home: str, sheet: _Sheet
    ) -> TakenIn:
        sheet.added, sheet.new = {}, set()
        home = "" if is_opened(file) else home
        key = next((key for key, id in sheet.ids.items() if id == home), "") if home else ""
        how = "folder" if key else how
        left_out: list[AddedFile] = []
        for one in opened([file]):
            wanted = key or case_key(one, how, sheet.names)
            left_out += await self._put(one, wanted, how, sheet)
        head = file.arrivals[0].document
        key = next(iter(sheet.added), key) or sheet.holders.get(head.sha256, "")
        return TakenIn(
            found,
            head.sha256,
            sheet.ids.get(key, ""),
            sheet.names.get(key, ""),
            key in sheet.new,
            tuple(each for added in sheet.added.values() for each in added),
            left_out[0].left_out if left_out and not sheet.added else "",
        )

    async def _as_it_is(self) -> _Sheet:
        """The worksheet as it is now: as it was left, unless somebody else added to it since."""
        held = self._held
        if held is None or held.size != await self._store.cases.size(self._worksheet_id):
            held = self._held = await self._sheet()
        return held

    async def _take(
        self,
        found: Sequence[Found],
        password: str,
        on_file: OnFile | None,
        still: Still = lambda path: True,
    ) -> tuple[list[Incoming], list[tuple[Found, str]]]:
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0
        failed: list[tuple[Found, str]] = []

        def on_page(name: str, page: int, pages: int) -> None:
            if on_file is not None:
                on_file(done, len(found), f"{name}: {page} of {pages} pages recognised")

        def on_member(name: str, files: int, of: int) -> None:
            if on_file is not None:
                on_file(done, len(found), f"{name}: {files:,} of {of:,} files in it")

        async def one(file: Found) -> Incoming | None:
            nonlocal done
            async with slots:
                try:
                    taken = await self._parsing.take(
                        file.path,
                        file.path.name,
                        folder=file.folder,
                        password=password,
                        admission=self._admission,
                        on_page=on_page,
                        on_member=on_member,
                    )
                    if not still(file.path):
                        failed.append((file, CHANGED))
                        return None
                except (CaseworkError, OSError) as error:
                    failed.append((file, str(error)))
                    return None
                finally:
                    done += 1
                    if on_file is not None:
                        on_file(done, len(found), file.path.name)
            return Incoming(file.path, file.folder, tuple(taken))

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(file)) for file in found]
        taken = [task.result() for task in tasks]
        return [file for file in taken if file is not None], failed

    async def _grouping(self, files: Sequence[Incoming], told: str) -> str:
        """The grouping asked for, else the worksheet's own, else the one that fits."""
        record = await self._store.worksheets.get(self._worksheet_id)
        if told and told != "auto":
            how = check_grouping(told)
        elif record.grouping not in ("", "auto"):
            return record.grouping
        else:
            how = choose_grouping(files)
        if files and how != record.grouping:
            await self._store.worksheets.set_grouping(self._worksheet_id, how)
        return how

    async def _sheet(self) -> _Sheet:
        sheet = _Sheet()
        async for case in self._store.cases.stream(self._worksheet_id):
            sheet.names[case.key] = case.name
            sheet.ids[case.key] = case.id
            if self._admission.rights.case(case).name != case.name:
                sheet.hidden.add(case.key)
            for document in case.documents:
                _hold(sheet, case.key, document)
        return sheet

    async def _key_of(self, case: str) -> str:
        """The key of the case of this key, name or id; the words themselves when there is none.

        Raises `ConflictError` when several cases bear the name.
        """
        try:
            return (await self._store.cases.find(self._worksheet_id, case.strip())).key
        except NotFoundError:
            return case.strip()

    async def _put(self, file: Incoming, key: str, how: str, sheet: _Sheet) -> list[AddedFile]:
        """Put a file and its attachments into the case of this key; tells what was left out."""
        head = file.arrivals[0]
        how = "file" if how == "thread" and not thread_of(file) else how
        holder = sheet.holders.get(head.document.sha256, "")
        if how == "file" and holder:
            key = holder
        elif how == "file" and key in sheet.names:
            key = _free_key(file.name, sheet.names)
        if key not in sheet.names:
            sheet.added.setdefault(key, []).extend(await self._new_case(file, key, how, sheet))
            return []
        again = (key, head.document.sha256) in sheet.members
        left_out: list[AddedFile] = []
        for arrival in file.arrivals:
            known = sheet.members.get((key, arrival.document.sha256))
            if known is not None:
                told = await self._read_again(arrival, known, file.folder or key, key, sheet)
            elif again and _moved_away(arrival, sheet):
                continue
            else:
                told = await self._place(arrival, key, sheet)
            if not told.left_out:
                sheet.added.setdefault(key, []).append(told)
            elif arrival is head:
                left_out.append(told)
        return left_out

    async def _place(self, arrival: Arrival, key: str, sheet: _Sheet) -> AddedFile:
        """Put a document into a case that does not have it."""
        same, member = sheet.holders.get(arrival.document.sha256, ""), member_of(arrival)
        await self._store.cases.add_document(sheet.ids[key], member)
        _hold(sheet, key, member)
        return _told(arrival, same_as=sheet.same_as(same))

    async def _read_again(
        self, arrival: Arrival, known: CaseDocument, folder: str, key: str, sheet: _Sheet
    ) -> AddedFile:
        """A document that its case has already: what reading it anew changed, else left out. It
        keeps the name that it first came with, also where its kinds are told by the name."""
        changes: list[str] = []
        document = arrival.document
        kinds = kinds_of(known.name, document, folder)
        if arrival.before and document.state != arrival.before:
            now, before = (_words(state) for state in (document.state, arrival.before))
            changes.append(f"it was “{before}” and is “{now}” now")
        if kinds and kinds != known.kinds and not known.last_page:
            await self._store.cases.set_kinds(sheet.ids[key], document.sha256, kinds)
            _hold(sheet, key, replace(known, kinds=kinds))
            changes.append(f"it is taken for {', '.join(kinds)} now")
        if changes:
            return _told(arrival, again="; ".join(changes))
        name = sheet.same_as(key)
        which = f"the case {name}" if name else "a case that is not yours to read"
        why = f"the same bytes are in {which} already"
        if arrival.kept:
            why += "; it is protected and was not opened this time, so what was read before stands"
        return _told(arrival, same_as=name, left_out=why)

    async def _new_case(self, file: Incoming, key: str, how: str, sheet: _Sheet) -> list[AddedFile]:
        """Make a case with the file and its attachments in it, all at once or not at all."""
        mail = how == "thread" or (file.inside and how == "file")
        name = (mail and subject_of(file)) or key
        fresh: dict[str, Arrival] = {}
        for arrival in file.arrivals:
            fresh.setdefault(arrival.document.sha256, arrival)
        record = await self._store.cases.add(
            self._worksheet_id,
            key,
            name,
            documents=[member_of(arrival) for arrival in fresh.values()],
            arrived_at=stamp(self._clock.now()),
        )
        sheet.names[key], sheet.ids[key] = record.name, record.id
        sheet.new.add(key)
        told = []
        for arrival in fresh.values():
            same = sheet.holders.get(arrival.document.sha256, "")
            _hold(sheet, key, member_of(arrival))
            told.append(_told(arrival, same_as=sheet.same_as(same)))
        return told


def told_of(file: Incoming) -> Opened:
    """What to say of a mailbox that was opened."""
    document = file.arrivals[0].document
    mails = sum(arrival.parent == document.sha256 for arrival in file.arrivals)
    threads = {thread_of(mail) or mail.name for mail in opened([file])}
    return Opened(file.name, document.sha256, mails, len(threads), notes=document.notes)


def _hold(sheet: _Sheet, key: str, document: CaseDocument) -> None:
    """Note that a case has a document."""
    sheet.holders.setdefault(document.sha256, key)
    sheet.members[key, document.sha256] = document


def _moved_away(arrival: Arrival, sheet: _Sheet) -> bool:
    """Whether an attachment was put into another case by hand, where it is to stay."""
    sha256 = arrival.document.sha256
    member = sheet.members.get((sheet.holders.get(sha256, ""), sha256))
    return member is not None and bool(arrival.parent) and member.parent == arrival.parent


def _words(state: str) -> str:
    return state.replace("_", " ")


def _free_key(name: str, taken: dict[str, str]) -> str:
    key, number = name, 2
    while key in taken:
        key, number = f"{name} ({number})", number + 1
    return key


def member_of(arrival: Arrival) -> CaseDocument:
    """What a case holds of a document that arrived."""
    document = arrival.document
    return CaseDocument(
        document.sha256,
        arrival.name,
        document.media_type,
        document.state,
        document.reason,
        arrival.kinds,
        document.reader,
        document.reader_version,
        arrival.parent,
    )


def _told(arrival: Arrival, *, same_as: str = "", left_out: str = "", again: str = "") -> AddedFile:
    document = arrival.document
    return AddedFile(
        arrival.name,
        document.sha256,
        document.state,
        document.reason,
        len(document.pages),
        same_as,
        left_out,
        arrival.parent,
        again,
        document.notes,
        arrival.parts,
    )

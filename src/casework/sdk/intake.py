"""Files in: kept, read, grouped into cases. Says of every file what became of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casework.base.clock import Clock, stamp
from casework.base.errors import CaseworkError, UsageError
from casework.sdk.grouping import Incoming, case_key, check_grouping, choose_grouping
from casework.sdk.parsing import Arrival, Parsing
from casework.sdk.views import Added, AddedCase, AddedFile
from casework.store.store import Store
from casework.types.case import CaseDocument

_NOT_DOCUMENTS = ("thumbs.db", "desktop.ini")
_UNFINISHED = (".part", ".crdownload", ".tmp")
_AT_ONCE = 8

OnFile = Callable[[int, int, str], None]
"""Told of files done, files in all, and the name of the last one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file on disk and the sub-folder that it lies in, below what was named."""

    path: Path
    folder: str


@dataclass(slots=True)
class _Sheet:
    """What a worksheet holds already while files are put into it: keys to names and ids, and
    the case that holds each document."""

    names: dict[str, str]
    ids: dict[str, str]
    holders: dict[str, str]
    added: dict[str, list[AddedFile]] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)


class Intake:
    """Puts files into one worksheet."""

    def __init__(self, store: Store, parsing: Parsing, clock: Clock, worksheet_id: str) -> None:
        self._store = store
        self._parsing = parsing
        self._clock = clock
        self._worksheet_id = worksheet_id

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
        them into the one case of that key. Nothing is lost when a file cannot be read."""
        found = list(find_files(paths))
        files, failed = await self._take(found, password, on_file)
        how = await self._grouping(files, grouping)
        sheet = await self._sheet()
        left_out = [AddedFile(f.path.name, "", "broken", left_out=why) for f, why in failed]
        for file in files:
            key = case or case_key(file, how, sheet.names)
            left_out += await self._put(file, key, "folder" if case else how, sheet)
        cases = tuple(
            AddedCase(sheet.ids[key], sheet.names[key], key in sheet.new, tuple(added))
            for key, added in sheet.added.items()
        )
        return Added(how, cases, tuple(left_out))

    async def _take(
        self, found: Sequence[Found], password: str, on_file: OnFile | None
    ) -> tuple[list[Incoming], list[tuple[Found, str]]]:
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0
        failed: list[tuple[Found, str]] = []

        async def one(file: Found) -> Incoming | None:
            nonlocal done
            async with slots:
                try:
                    taken = await self._parsing.take(
                        file.path, file.path.name, folder=file.folder, password=password
                    )
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
        sheet = _Sheet({}, {}, {})
        async for case in self._store.cases.stream(self._worksheet_id):
            sheet.names[case.key] = case.name
            sheet.ids[case.key] = case.id
            for document in case.documents:
                sheet.holders.setdefault(document.sha256, case.key)
        return sheet

    async def _put(self, file: Incoming, key: str, how: str, sheet: _Sheet) -> list[AddedFile]:
        """Put a file and its attachments into the case of this key; tells what was left out."""
        head = file.arrivals[0]
        holder = sheet.holders.get(head.document.sha256, "")
        if holder and (how == "file" or holder == key):
            why = f"the same bytes are in the case {sheet.names[holder]} already"
            return [_told(head, same_as=sheet.names[holder], left_out=why)]
        if how == "file" and key in sheet.names:
            key = _free_key(file.name, sheet.names)
        if key not in sheet.names:
            await self._new_case(file, key, how, sheet)
        for arrival in file.arrivals:
            same = sheet.holders.get(arrival.document.sha256, "")
            told = _told(arrival, same_as=sheet.names[same] if same and same != key else "")
            await self._store.cases.add_document(sheet.ids[key], _member(arrival))
            sheet.holders.setdefault(arrival.document.sha256, key)
            sheet.added.setdefault(key, []).append(told)
        return []

    async def _new_case(self, file: Incoming, key: str, how: str, sheet: _Sheet) -> None:
        subject = file.arrivals[0].document.facts.get("subject", "")
        name = subject if how == "thread" and subject else key
        record = await self._store.cases.add(
            self._worksheet_id, key, name, arrived_at=stamp(self._clock.now())
        )
        sheet.names[key], sheet.ids[key] = record.name, record.id
        sheet.new.add(key)


def find_files(paths: Sequence[Path]) -> Iterator[Found]:
    """All files named or below a folder that is named, in the order of their names; hidden and
    unfinished ones are passed over. Raises `UsageError` for a path that is not there."""
    for path in paths:
        if path.is_file():
            yield Found(path, "")
        elif path.is_dir():
            yield from _below(path)
        else:
            raise UsageError(
                f"There is no file or folder {path}.", fix="Check the name and try again."
            )


def _below(top: Path) -> Iterator[Found]:
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if _is_document(name) and path.is_file():
                parts = path.relative_to(top).parts
                yield Found(path, parts[0] if len(parts) > 1 else "")


def _is_document(name: str) -> bool:
    low = name.lower()
    hidden = low.startswith((".", "~$"))
    return not hidden and low not in _NOT_DOCUMENTS and not low.endswith(_UNFINISHED)


def _free_key(name: str, taken: dict[str, str]) -> str:
    key, number = name, 2
    while key in taken:
        key, number = f"{name} ({number})", number + 1
    return key


def _member(arrival: Arrival) -> CaseDocument:
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


def _told(arrival: Arrival, *, same_as: str = "", left_out: str = "") -> AddedFile:
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
    )

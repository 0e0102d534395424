"""Files read before there is a worksheet: nothing of them goes into the store. What was read may be
kept in a folder of its own, so that it is not read twice; it goes away with that folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.errors import CaseworkError
from casework.documents.codec import from_json, to_json
from casework.documents.kind import kinds_of
from casework.documents.reading import Member
from casework.sdk.found_files import Found, find_files
from casework.sdk.grouping import Incoming
from casework.sdk.parsing import Arrival
from casework.sdk.suggesting.views import SuggestedFile
from casework.sdk.wire import House
from casework.types.document import Document

MOST_READ = 300
"""Files that are read before there is a worksheet; further ones are read when it is made."""
_AT_ONCE = 6
_DEEPEST = 3
_MOST_MEMBERS = 60

OnRead = Callable[[int, int, str], None]
"""Told how many files are read, of how many, and the name of the last."""


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files that were read, what is to be said of each, and how many were left for later."""

    incoming: tuple[Incoming, ...]
    files: tuple[SuggestedFile, ...]
    unread: int


class FileReader:
    """Reads files for suggestions. `keep` is the folder where what was read is kept, if any."""

    def __init__(self, house: House, keep: Path | None = None) -> None:
        self._house = house
        self._keep = keep

    async def read(self, paths: Sequence[Path], on_read: OnRead | None = None) -> ReadFiles:
        """Read files and folders; a file that cannot be read is told of, and stops nothing."""
        found = [one for one in find_files(paths) if not one.left_out]
        tops = [path if path.is_dir() else path.parent for path in paths]
        some = found[:MOST_READ]
        slots = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def one(file: Found) -> tuple[Incoming | None, SuggestedFile]:
            nonlocal done
            async with slots:
                told = await self._one(file, _below(file.path, tops))
            done += 1
            if on_read is not None:
                on_read(done, len(some), file.path.name)
            return told

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(file)) for file in some]
        told = [task.result() for task in tasks]
        return ReadFiles(
            tuple(incoming for incoming, _ in told if incoming is not None),
            tuple(file for _, file in told),
            len(found) - len(some),
        )

    async def _one(self, file: Found, path: str) -> tuple[Incoming | None, SuggestedFile]:
        try:
            size = file.path.stat().st_size
            arrivals = await self._kept(file) or await self._read(file)
        except (CaseworkError, OSError) as error:
            return None, SuggestedFile(path, "broken", 0, reason=str(error))
        head = arrivals[0].document
        best = next((each.document for each in arrivals if each.document.readable), head)
        told = SuggestedFile(
            path,
            best.state,
            size,
            sum(len(each.document.pages) for each in arrivals),
            sum(each.document.word_count for each in arrivals),
            "" if best.readable else best.reason,
        )
        return Incoming(file.path, file.folder, tuple(arrivals)), told

    async def _read(self, file: Found) -> list[Arrival]:
        """The document of a file and what travels inside it."""
        parsed = await self._house.workers.parse(file.path, file.path.name)
        document = await self._house.recognition.complete(file.path, parsed)
        arrivals = [_arrival(file.path.name, document, file.folder)]
        await self._follow(parsed.members, document.sha256, file.folder, arrivals, 1)
        if self._keep is not None:
            await asyncio.to_thread(self._write, file, arrivals)
        return arrivals

    async def _follow(
        self,
        members: Sequence[Member],
        parent: str,
        folder: str,
        arrivals: list[Arrival],
        depth: int,
    ) -> None:
        import tempfile

        for member in members:
            if depth > _DEEPEST or len(arrivals) > _MOST_MEMBERS:
                return
            with tempfile.NamedTemporaryFile(suffix=Path(member.name).suffix) as held:
                path = Path(held.name)
                await asyncio.to_thread(path.write_bytes, member.data)
                inner = await self._house.workers.parse(path, member.name)
                document = await self._house.recognition.complete(path, inner)
            arrivals.append(_arrival(member.name, document, folder, parent))
            await self._follow(inner.members, document.sha256, folder, arrivals, depth + 1)

    async def _kept(self, file: Found) -> list[Arrival] | None:
        """What was read of these bytes before, under this name."""
        if self._keep is None:
            return None
        return await asyncio.to_thread(self._load, file)

    def _load(self, file: Found) -> list[Arrival] | None:
        assert self._keep is not None
        at = self._keep / f"{_digest(file.path)}.json"
        if not at.is_file():
            return None
        try:
            told = json.loads(at.read_text("utf-8"))
            arrivals: list[Arrival] = []
            for number, (name, sha256, parent) in enumerate(told["arrivals"]):
                document = from_json((self._keep / f"{sha256}.doc").read_bytes())
                named = file.path.name if number == 0 else name
                arrivals.append(_arrival(named, document, file.folder, parent))
            return arrivals
        except (OSError, ValueError, KeyError, CaseworkError):
            return None  # half written, or by another version: it is read anew

    def _write(self, file: Found, arrivals: Sequence[Arrival]) -> None:
        assert self._keep is not None
        self._keep.mkdir(parents=True, exist_ok=True)
        for one in arrivals:
            (self._keep / f"{one.document.sha256}.doc").write_bytes(to_json(one.document))
        told = {"arrivals": [(one.name, one.document.sha256, one.parent) for one in arrivals]}
        at = self._keep / f"{_digest(file.path)}.json"
        part = at.with_suffix(".part")
        part.write_text(json.dumps(told), "utf-8")
        part.replace(at)


def _arrival(name: str, document: Document, folder: str, parent: str = "") -> Arrival:
    return Arrival(name, document, kinds_of(name, document, folder), parent)


def _digest(path: Path) -> str:
    with path.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


def _below(path: Path, tops: Sequence[Path]) -> str:
    """The path as it is shown: below the innermost folder that was named."""
    for top in sorted(tops, key=lambda top: -len(top.parts)):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return path.name

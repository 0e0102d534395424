"""Files read before there is a worksheet: nothing of them goes into the store. What was read may be
kept in a folder of its own, so that it is not read twice; it goes away with that folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from casework.base.errors import CaseworkError
from casework.documents.codec import from_json, to_json
from casework.documents.kind import kinds_of
from casework.documents.reading import Member, Parsed
from casework.sdk.found_files import Found, find_files
from casework.sdk.grouping import Incoming
from casework.sdk.parsing import Arrival
from casework.sdk.suggesting.views import SuggestedFile
from casework.sdk.wire import House
from casework.types.document import Document
from casework.types.quality_json import assessed_json, assessed_of
from casework.types.values import Json

MOST_READ = 300
"""Files that are read before there is a worksheet; further ones are read when it is made."""
_AT_ONCE = 6
_DEEPEST = 3
_MOST_MEMBERS = 60
_MOST_BYTES = 256 << 20
"""How much of the files in one file is looked at, with all that lies in those."""

OnRead = Callable[[int, int, str], None]
"""Told how many files are read, of how many, and the name of the last."""


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files that were read, what is to be said of each, and how many were left for later. `shown`
    are the paths of the `incoming` as they are shown, in their order."""

    incoming: tuple[Incoming, ...]
    files: tuple[SuggestedFile, ...]
    unread: int
    shown: tuple[str, ...] = ()


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
            tuple(file.path for incoming, file in told if incoming is not None),
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
        alone = None if parsed.members else _assessed(parsed, document)
        await self._follow(parsed.members, document.sha256, file.folder, arrivals, 1, [_MOST_BYTES])
        if self._keep is not None:
            await asyncio.to_thread(self._write, file, arrivals, alone)
        return arrivals

    async def _follow(
        self,
        members: Sequence[Member],
        parent: str,
        folder: str,
        arrivals: list[Arrival],
        depth: int,
        left: list[int],
    ) -> None:
        import tempfile

        for member in members:
            if depth > _DEEPEST or len(arrivals) > _MOST_MEMBERS or len(member.data) > left[0]:
                return
            left[0] -= len(member.data)
            with tempfile.NamedTemporaryFile(suffix=Path(member.name).suffix) as held:
                path = Path(held.name)
                await asyncio.to_thread(path.write_bytes, member.data)
                inner = await self._house.workers.parse(path, member.name)
                document = await self._house.recognition.complete(path, inner)
            arrivals.append(_arrival(member.name, document, folder, parent))
            await self._follow(inner.members, document.sha256, folder, arrivals, depth + 1, left)

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
            if told["by"] != _by():
                return None
            arrivals: list[Arrival] = []
            for number, (name, sha256, parent) in enumerate(told["arrivals"]):
                document = from_json((self._keep / f"{sha256}.doc").read_bytes())
                named = file.path.name if number == 0 else name
                arrivals.append(_arrival(named, document, file.folder, parent))
            return arrivals
        except (OSError, ValueError, KeyError, CaseworkError):
            return None  # half written, or by another version: it is read anew

    def _write(
        self, file: Found, arrivals: Sequence[Arrival], alone: dict[str, Json] | None
    ) -> None:
        assert self._keep is not None
        self._keep.mkdir(parents=True, exist_ok=True)
        for one in arrivals:
            (self._keep / f"{one.document.sha256}.doc").write_bytes(to_json(one.document))
        told = {
            "by": _by(),
            "arrivals": [(one.name, one.document.sha256, one.parent) for one in arrivals],
            "alone": alone,
        }
        at = self._keep / f"{_digest(file.path)}.json"
        part = at.with_suffix(".part")
        part.write_text(json.dumps(told), "utf-8")
        part.replace(at)


def read_before(keep: Path, sha256: str) -> Parsed | None:
    """What was read of these bytes into the folder `keep`, by this version of casework; None for a
    file with others in it, whose bytes were not kept, and for one that could not be read."""
    try:
        told = json.loads((keep / f"{sha256}.json").read_text("utf-8"))
        if told["by"] != _by() or told["alone"] is None:
            return None
        document = from_json((keep / f"{sha256}.doc").read_bytes())
        found = told["alone"].get("assessed")
        read = document.readable and document.sha256 == sha256
        return Parsed(document, assessed=found and assessed_of(found)) if read else None
    except (OSError, ValueError, KeyError, CaseworkError):
        return None  # half written, or by another version: it is read anew


@cache
def _by() -> str:
    """Which casework reads: what another version read is read anew."""
    return version("casework")


def _assessed(parsed: Parsed, document: Document) -> dict[str, Json]:
    """What was found out of a document's text while it was read, where that is its text still."""
    if parsed.assessed is None or document is not parsed.document:
        return {}
    return {"assessed": assessed_json(parsed.assessed)}


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

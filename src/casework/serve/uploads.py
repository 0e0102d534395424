"""Files that come over the wire: streamed to a folder of their own, under safe names, within a
limit. Knows nothing of worksheets; what is done with the folder is the caller's."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fastapi import APIRouter, Request, Response
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from casework.base.errors import DiskError, RequestError, UsageError
from casework.base.hashing import sha256_text
from casework.sdk.suggesting.leftovers import UPLOADS
from casework.serve.context import Here
from casework.serve.house import ServeHouse
from casework.serve.upload_room import SETTING as ROOM_SETTING
from casework.serve.upload_room import Claim, check_disk
from casework.types.person import Person

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

SETTING = "studio.upload_mb"
_MB = 1 << 20
_TOO_LARGE = 413
_LONGEST = 180
"""Bytes of one part of a path; file systems bear 255, and endings are added on the way."""
_DEEPEST = 12
_MOST_FIELD = 64 * 1024
_BATCH = re.compile(r"[0-9a-z-]{8,64}")
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
_FORBIDDEN = frozenset('<>:"|?*' if os.name == "nt" else "")

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Received:
    """A file that arrived: its path below the folder of its upload, and its size."""

    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Upload:
    """What one request brought: files, and the plain fields beside them."""

    files: tuple[Received, ...]
    fields: Mapping[str, str]


def safe_path(told: str) -> str:
    """A path as a browser or program tells it, made safe below a folder: no way up, no separator
    but `/`, nothing that a file system refuses; '' for what names no file."""
    parts = [_safe_part(part) for part in re.split(r"[/\\]", unicodedata.normalize("NFC", told))]
    return "/".join([part for part in parts if part][-_DEEPEST:])


def batch_folder(house: ServeHouse, person: Person, batch: str) -> Path:
    """Where the files of an upload lie that goes on over several requests; each person has folders
    of their own. Raises `UsageError` for a name that no page gives."""
    if not _BATCH.fullmatch(batch):
        raise UsageError(f"{batch[:40]!r} is no name of an upload.", fix="Begin the upload anew.")
    own = sha256_text(person.id)[:16]
    return house.workspace.folder / UPLOADS / own / batch


async def forget_batch(house: ServeHouse, person: Person, batch: str) -> None:
    """Delete the files of an upload; they were taken in, or nobody wants them."""
    await asyncio.to_thread(shutil.rmtree, batch_folder(house, person, batch), True)
    house.room.forget_count()


async def receive(
    request: Request, folder: Path, *, most_mb: int, kept_by: ServeHouse | None = None
) -> Upload:
    """Stream a multipart request into `folder`, a file at a time, never held in memory. A file
    stands under its name only when it is whole; when anything goes wrong, what the request brought
    is taken away again. A file's name may have folders in it (`inbox/a.pdf`). What the workspace of
    `kept_by` keeps for later counts among all its uploads. Raises `UsageError` for no upload,
    `RequestError` (413, 507) for what is too large or over the limit of all of them, `DiskError`
    when the disk has no room."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise UsageError(
            "The request brings no files.", fix="Send them as multipart/form-data.",
            code="upload.not_multipart",
        )  # fmt: skip
    told = request.headers.get("content-length", "")
    announced = int(told) if told.isdigit() else 0
    if announced > most_mb * _MB + _MOST_FIELD:
        raise _too_large(most_mb)
    async with _room(kept_by, folder, announced) as claim:
        taking = _Taking(folder, most_mb, claim)
        return await _stream(request, MultipartParser(boundary, taking.callbacks()), taking)


def _room(
    house: ServeHouse | None, folder: Path, announced: int
) -> AbstractAsyncContextManager[Claim | None]:
    """The room for an upload; of one that is not kept only the disk is looked at."""
    if house is None:
        check_disk(folder, announced)
        return nullcontext()
    most = house.workspace.settings.integer(ROOM_SETTING)
    return house.room.taking(folder, announced, most)


async def _stream(request: Request, parser: MultipartParser, taking: _Taking) -> Upload:
    try:
        async for piece in request.stream():
            if piece:
                await asyncio.to_thread(parser.write, piece)
        await asyncio.to_thread(parser.finalize)
        return taking.done()
    except FormParserError as error:
        taking.undo()
        raise UsageError(
            "The upload is not whole, or is no multipart form.", fix="Send it again.",
            code="upload.not_multipart",
        ) from error  # fmt: skip
    except OSError as error:
        taking.undo()
        raise DiskError(
            f"The file cannot be kept: {error.strerror}.", fix="Make room, and send it again."
        ) from error
    except BaseException:
        taking.undo()
        raise


@router.post("/uploads/{batch}")
async def take(here: Here, batch: str) -> dict[str, object]:
    """Files of an upload that goes on over several requests."""
    here.need("edit")
    folder = batch_folder(here.house, here.person, batch)
    found = await receive(here.request, folder, most_mb=most_mb(here.house), kept_by=here.house)
    return {"files": [{"path": one.path, "bytes": one.bytes} for one in found.files]}


@router.delete("/uploads/{batch}")
async def forget(here: Here, batch: str) -> Response:
    """Throw an upload away."""
    await forget_batch(here.house, here.person, batch)
    return Response(status_code=204)


def most_mb(house: ServeHouse) -> int:
    """The most that one request may bring."""
    return house.workspace.settings.integer(SETTING)


class _Taking:
    """One request being taken in. The parser calls it from a thread, one piece after another."""

    def __init__(self, folder: Path, most_mb: int, claim: Claim | None) -> None:
        self._folder, self._most, self._most_mb = folder, most_mb * _MB, most_mb
        self._claim = claim
        self._headers: dict[str, bytes] = {}
        self._header, self._value, self._name, self._field = b"", b"", b"", bytearray()
        self._path, self._size, self._taken, self._ended = "", 0, 0, False
        self._files: list[Received] = []
        self._fields: dict[str, str] = {}
        self._out: BinaryIO | None = None

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headed,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    def done(self) -> Upload:
        if not self._ended:
            raise FormParserError("it ends early")
        return Upload(tuple(self._files), dict(self._fields))

    def _whole(self) -> None:
        self._ended = True

    def undo(self) -> None:
        if self._out is not None:
            self._out.close()
            with suppress(OSError):
                self._partial().unlink()
        for one in self._files:
            with suppress(OSError):
                (self._folder / one.path).unlink()

    def _begin(self) -> None:
        self._headers, self._name, self._path = {}, b"", ""
        self._size, self._field = 0, bytearray()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value
        self._header, self._value = b"", b""

    def _headed(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"")
        if b"filename" not in options:
            return
        self._path = safe_path(options[b"filename"].decode("utf-8", "replace"))
        if not self._path:
            raise UsageError("A file without a name came.", fix="Give each file a name.")
        target = self._folder / self._path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._out = self._partial().open("wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._taken += end - start
        if self._taken > self._most:
            raise _too_large(self._most_mb)
        if self._out is not None:
            if self._claim is not None:
                self._claim.came(end - start)
            self._out.write(data[start:end])
            self._size += end - start
        elif len(self._field) + end - start <= _MOST_FIELD:
            self._field += data[start:end]

    def _end(self) -> None:
        if self._out is None:
            self._fields[self._name.decode("utf-8", "replace")] = self._field.decode(
                "utf-8", "replace"
            )
            return
        self._out.close()
        self._out = None
        free = _free(self._folder, self._path)
        self._partial().replace(self._folder / free)
        self._files.append(Received(free, self._size))

    def _partial(self) -> Path:
        target = self._folder / self._path
        return target.with_name(f".{target.name}.part")


def _safe_part(part: str) -> str:
    kept = "".join("_" if one in _FORBIDDEN or not one.isprintable() else one for one in part)
    kept = kept.strip().rstrip(".")
    if not kept.strip(".") or _RESERVED.match(kept):
        kept = f"_{kept}" if kept.strip(". ") else ""
    while len(kept.encode()) > _LONGEST:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[:-1]}{dot}{ending}" if dot and len(stem) > 1 else kept[:-1]
    return kept


def _free(folder: Path, path: str) -> str:
    """The path, or one beside it where another file of that name came before."""
    stem, dot, ending = path.rpartition(".")
    if not dot or "/" in ending:
        stem, ending = path, ""
    number, free = 1, path
    while (folder / free).exists():
        number += 1
        free = f"{stem} ({number}){dot if ending else ''}{ending}"
    return free


def _too_large(most_mb: int) -> RequestError:
    return RequestError(
        f"More than {most_mb:,} MB came at once.",
        status=_TOO_LARGE,
        fix=f"Send fewer or smaller files, or raise {SETTING}.",
        code="upload.too_large",
    )

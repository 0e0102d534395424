"""The in-process door: the bytes of a file → a Document. Never raises for bad content.

Runs whatever reader fits the content, in this process; `worker` runs it behind a fence.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from casework.base.errors import DocumentError, NotFoundError
from casework.base.hashing import sha256_bytes, sha256_file
from casework.documents.formats.registry import BUILT_IN, Registry, reader_function
from casework.documents.formats.sound import wrong_with
from casework.documents.reading import (
    Limits,
    Member,
    Parsed,
    Reading,
    Source,
    WantsPrograms,
    too_large,
)
from casework.types.document import Attachment, Document
from casework.types.plugin import ReaderSpec

if TYPE_CHECKING:
    from casework.documents.formats.sniff import Sniffed

_RUST_PANIC = "PanicException"  # of pyo3; derives from BaseException and cannot be imported
_FINAL = frozenset({"password", "too_large", "too_slow"})
"""States that another reader would not change."""
_NO_TEXT = "The file holds no text that can be read. Check that it was copied completely."


def open_document(
    path: Path, name: str, limits: Limits, *, password: str = "", registry: Registry = BUILT_IN
) -> Parsed:
    """The document in this file; `name` is what people call it.

    A file that cannot be read is a document with a state and a reason. Raises `NotFoundError` only
    when the disk does not give the bytes, because that says nothing about the content.
    """
    try:
        with opened(path) as file:
            size = file.seek(0, os.SEEK_END)
            if size > limits.file_bytes:
                return Parsed(_refused(sha256_file(path), too_many_bytes(size, limits)))
            file.seek(0)
            data = file.read()
    except OSError as error:
        raise missing(path, error) from error
    return parse(data, name, limits, password=password, registry=registry)


def opened(path: Path) -> BinaryIO:
    """A file, opened for reading. Raises `OSError`, and `NotFoundError` for a folder or a pipe."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = os.fdopen(handle, "rb") if stat.S_ISREG(os.fstat(handle).st_mode) else None
    if file is None:
        os.close(handle)
        raise NotFoundError(f"{path} is not a file.", fix="Name a file, not a folder or pipe.")
    return file


def missing(path: Path, error: OSError) -> NotFoundError:
    """The error for a file that the disk does not give."""
    return NotFoundError(
        f"The file {path} cannot be opened: {error.strerror or error}.",
        fix="Check that it exists and that you may read it.",
    )


def too_many_bytes(size: int, limits: Limits) -> DocumentError:
    """The refusal of a file that is larger than allowed."""
    allowed = f"{limits.file_bytes / 1e6:,.0f} MB are allowed"
    return too_large(f"The file has {size / 1e6:,.0f} MB; {allowed}.")


def parse(
    data: bytes,
    name: str,
    limits: Limits,
    *,
    password: str = "",
    registry: Registry = BUILT_IN,
    programs: bool = True,
) -> Parsed:
    """The document in these bytes; as `open_document`. Raises `WantsPrograms` only when no
    `programs` may be started here and the file cannot be read without one."""
    from casework.documents.formats.sniff import sniff

    sha256 = sha256_bytes(data)
    deadline = time.monotonic() + limits.seconds
    try:
        found = sniff(data, name, registry, limits)
        if found.format is None:
            return Parsed(_unread(sha256, found))
        source = Source(data, name, limits, password, found.text, deadline, programs)
        reading = _read(source, registry.of(found.format))
    except DocumentError as error:
        return Parsed(_refused(sha256, error))
    except MemoryError:
        return Parsed(_refused(sha256, out_of_memory(limits)))
    members = _admitted(reading, limits)
    notes = tuple(note for note in (found.note, *reading.notes) if note)
    if len(members) < len(reading.members):
        left_out = len(reading.members) - len(members)
        notes += (f"{left_out} of {len(reading.members)} attached files are over the limit.",)
    return Parsed(_document(sha256, reading, members, notes), members, reading.pictures)


def refusal_of(path: Path, error: DocumentError) -> Parsed:
    """The document of a file that could not be read, for this reason."""
    try:
        return Parsed(_refused(sha256_file(path), error))
    except OSError as gone:
        raise missing(path, gone) from gone


def out_of_memory(limits: Limits) -> DocumentError:
    """The refusal of a file that needs more memory than allowed."""
    return too_large(f"Reading the file takes more than {limits.memory_mb:,} MB of memory.")


def _read(source: Source, readers: Sequence[ReaderSpec]) -> Reading:
    """The reading by the first reader that can."""
    first: DocumentError | None = None
    for spec in readers:
        try:
            return _with_reason(_reading(spec, source))
        except DocumentError as error:
            if error.state in _FINAL:
                raise
            first = first or error
        except (MemoryError, WantsPrograms):
            raise
        except RecursionError:
            first = first or DocumentError("The file is nested too deeply to be read.")
        except BaseException as error:  # bad content makes libraries raise anything
            if not isinstance(error, Exception) and type(error).__name__ != _RUST_PANIC:
                raise
            first = first or DocumentError(
                f"The file is damaged or unusual: {_shown(error)}.",
                fix="Save it anew from the program that made it, or as PDF.",
            )
    raise first or DocumentError("The file cannot be read.")


def _reading(spec: ReaderSpec, source: Source) -> Reading:
    """What this reader makes of the file; what a plug-in's reader gives is looked at."""
    reading = reader_function(spec)(source)
    if not spec.plugin:
        return reading
    wrong = wrong_with(reading)
    if wrong:
        raise DocumentError(
            f"The reader {spec.name!r} of the plug-in {spec.plugin!r} gave something that is no "
            f"document: {wrong}.",
            state="unsupported",
            fix="Tell its author, or read the file in another format.",
        )
    media_type = reading.media_type or next(iter(spec.media_types), "application/octet-stream")
    return replace(reading, reader=spec.name, version=spec.version, media_type=media_type)


def _with_reason(reading: Reading) -> Reading:
    """The reading; without a single word it is none, whatever its reader says."""
    if reading.state != "read" or any(page.words for page in reading.pages):
        return reading
    return replace(reading, state="empty", reason=reading.reason or _NO_TEXT)


def _shown(error: BaseException) -> str:
    """An error of a library in one short line."""
    text = " ".join(str(error).split())[:200].rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _admitted(reading: Reading, limits: Limits) -> tuple[Member, ...]:
    """As many members as the limits allow; one that is too large keeps no smaller one out."""
    kept: list[Member] = []
    total = 0
    for member in reading.members[: reading.most_members or limits.members]:
        if total + len(member.data) <= limits.member_bytes:
            total += len(member.data)
            kept.append(member)
    return tuple(kept)


def _document(
    sha256: str, reading: Reading, members: tuple[Member, ...], notes: tuple[str, ...]
) -> Document:
    return Document(
        sha256=sha256,
        media_type=reading.media_type,
        reader=reading.reader,
        reader_version=reading.version,
        state=reading.state,
        reason=reading.reason,
        pages=reading.pages,
        facts=reading.facts,
        attachments=tuple(Attachment(member.name, sha256_bytes(member.data)) for member in members),
        notes=notes,
        tables=reading.tables,
    )


def _unread(sha256: str, found: Sniffed) -> Document:
    return Document(sha256, "application/octet-stream", "", "", found.state, found.reason)


def _refused(sha256: str, error: DocumentError) -> Document:
    state = error.state
    blank = Document(sha256, "application/octet-stream", "", "", "broken", str(error))
    return replace(blank, state=state)  # type: ignore[arg-type]

"""The in-process door: the bytes of a file → a Document. Never raises for bad content.

Runs whatever reader fits the content, in this process; `worker` runs it behind a fence.
"""

from __future__ import annotations

import importlib
import stat
import time
from dataclasses import replace
from pathlib import Path

from casework.base.errors import DocumentError, NotFoundError
from casework.base.hashing import sha256_bytes, sha256_file
from casework.documents.reading import Limits, Member, Parsed, Reading, Source, too_large
from casework.documents.sniff import Format, Sniffed, sniff
from casework.types.document import Attachment, Document

_READERS: dict[Format, tuple[str, ...]] = {
    "pdf": ("pdf", "pdf_fallback"),
    "docx": ("word",),
    "sheet": ("sheet",),
    "mail": ("mail",),
    "html": ("html",),
    "markdown": ("markdown",),
    "table": ("table",),
    "text": ("text",),
    "image": ("image",),
}
"""The modules in `readers/` that read a format; a later one is tried when an earlier one fails."""

_RUST_PANIC = "PanicException"  # of pyo3; derives from BaseException and cannot be imported
_FINAL = frozenset({"password", "too_large", "too_slow"})
"""States that another reader would not change."""
_NO_TEXT = "The file holds no text that can be read. Check that it was copied completely."


def open_document(path: Path, name: str, limits: Limits, *, password: str = "") -> Parsed:
    """The document in this file; `name` is what people call it.

    A file that cannot be read is a document with a state and a reason. Raises `NotFoundError` only
    when the disk does not give the bytes, because that says nothing about the content.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotFoundError(f"{path} is not a file.", fix="Name a file, not a folder or pipe.")
        size = status.st_size
        if size > limits.file_bytes:
            return Parsed(_refused(sha256_file(path), _too_many_bytes(size, limits)))
        data = path.read_bytes()
    except OSError as error:
        raise missing(path, error) from error
    return parse(data, name, limits, password=password)


def missing(path: Path, error: OSError) -> NotFoundError:
    """The error for a file that the disk does not give."""
    return NotFoundError(
        f"The file {path} cannot be opened: {error.strerror or error}.",
        fix="Check that it exists and that you may read it.",
    )


def _too_many_bytes(size: int, limits: Limits) -> DocumentError:
    allowed = f"{limits.file_bytes / 1e6:,.0f} MB are allowed"
    return too_large(f"The file has {size / 1e6:,.0f} MB; {allowed}.")


def parse(data: bytes, name: str, limits: Limits, *, password: str = "") -> Parsed:
    """The document in these bytes; as `open_document`."""
    sha256 = sha256_bytes(data)
    deadline = time.monotonic() + limits.seconds
    try:
        found = sniff(data, name)
        if found.format is None:
            return Parsed(_unread(sha256, found))
        source = Source(data, name, limits, password, found.text, deadline)
        reading = _read(source, found.format)
    except DocumentError as error:
        return Parsed(_refused(sha256, error))
    except MemoryError:
        return Parsed(_refused(sha256, out_of_memory(limits)))
    members = _admitted(reading.members, limits)
    notes = tuple(note for note in (found.note, *reading.notes) if note)
    if len(members) < len(reading.members):
        left_out = len(reading.members) - len(members)
        notes += (f"{left_out} of {len(reading.members)} attached files are over the limit.",)
    return Parsed(_document(sha256, reading, members, notes), members)


def refusal_of(path: Path, error: DocumentError) -> Parsed:
    """The document of a file that could not be read, for this reason."""
    try:
        return Parsed(_refused(sha256_file(path), error))
    except OSError as gone:
        raise missing(path, gone) from gone


def out_of_memory(limits: Limits) -> DocumentError:
    """The refusal of a file that needs more memory than allowed."""
    return too_large(f"Reading the file takes more than {limits.memory_mb:,} MB of memory.")


def _read(source: Source, found: Format) -> Reading:
    """The reading by the first reader that can."""
    first: DocumentError | None = None
    for module in _READERS[found]:
        try:
            reader = importlib.import_module(f"casework.documents.readers.{module}")
            reading: Reading = reader.read(source)
        except DocumentError as error:
            if error.state in _FINAL:
                raise
            first = first or error
        except (MemoryError, RecursionError) as error:
            if isinstance(error, MemoryError):
                raise
            first = first or DocumentError("The file is nested too deeply to be read.")
        except BaseException as error:  # bad content makes libraries raise anything
            if not isinstance(error, Exception) and type(error).__name__ != _RUST_PANIC:
                raise
            first = first or DocumentError(
                f"The file is damaged or unusual: {_shown(error)}.",
                fix="Save it anew from the program that made it, or as PDF.",
            )
        else:
            return _with_reason(reading)
    raise first or DocumentError("The file cannot be read.")


def _with_reason(reading: Reading) -> Reading:
    """The reading; without a single word it is none, whatever its reader says."""
    if reading.state != "read" or any(page.words for page in reading.pages):
        return reading
    return replace(reading, state="empty", reason=reading.reason or _NO_TEXT)


def _shown(error: BaseException) -> str:
    """An error of a library in one short line."""
    text = " ".join(str(error).split())[:200].rstrip(".")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _admitted(members: tuple[Member, ...], limits: Limits) -> tuple[Member, ...]:
    """As many members as the limits allow."""
    kept: list[Member] = []
    total = 0
    for member in members[: limits.members]:
        total += len(member.data)
        if total <= limits.member_bytes:
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
    )


def _unread(sha256: str, found: Sniffed) -> Document:
    return Document(sha256, "application/octet-stream", "", "", found.state, found.reason)


def _refused(sha256: str, error: DocumentError) -> Document:
    state = error.state
    blank = Document(sha256, "application/octet-stream", "", "", "broken", str(error))
    return replace(blank, state=state)  # type: ignore[arg-type]

"""What readers are given and what they give back. Knows no format and no file system."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from casework.base.errors import DocumentError
from casework.types.document import Document, DocumentState, Page
from casework.types.quality import Assessed
from casework.types.table import Table

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one document may cost before it is refused. `seconds` is wall-clock time;
    `memory_mb` is the address space of a worker; members are files inside a file, `packed` those of
    an archive and `mails` those of a mailbox. What an Office file is packed from may be so many
    entries with so many bytes, and, where that is much, so many times the bytes of the file."""

    seconds: float = 60.0
    memory_mb: int = 2048
    pages: int = 2000
    characters: int = 20_000_000
    members: int = 100
    member_bytes: int = 256 * _MEGABYTE
    packed: int = 10_000
    mails: int = 100_000
    file_bytes: int = 200 * _MEGABYTE
    inflated_bytes: int = 1 << 30
    ratio: int = 250
    entries: int = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file that travelled inside another, such as an attachment of a mail."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document and the files that were inside it, in the order of its attachments. `pictures` are
    the numbers of pages with text and, beside it, a large picture that may hold more. `assessed` is
    what was found out of its text, None where nobody did that yet."""

    document: Document
    members: tuple[Member, ...] = ()
    pictures: tuple[int, ...] = ()
    assessed: Assessed | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read. `text` is its decoded text where the sniffer already had to decode it;
    `deadline` is on the monotonic clock; `programs` says whether other programs may be started
    here, by `programs.run_program`."""

    data: bytes
    name: str
    limits: Limits
    password: str = ""
    text: str = ""
    deadline: float = float("inf")
    programs: bool = True

    def check_time(self) -> None:
        """Raise when the time for this document is over; readers call it once a page or so."""
        if time.monotonic() > self.deadline:
            raise too_slow(self.limits.seconds)


class WantsPrograms(Exception):
    """Raised by a reader that needs another program where `Source.programs` says that none may be
    started: the file is then read once more by a process that may."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a file. `state` other than `read` comes with a reason. `most_members`
    is set where the members are what the file is for (an archive); 0 is the ordinary limit.
    `pictures` as in `Parsed`."""

    media_type: str
    reader: str
    version: str
    pages: tuple[Page, ...] = ()
    state: DocumentState = "read"
    reason: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    most_members: int = 0
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[int, ...] = ()


def too_slow(seconds: float) -> DocumentError:
    """The refusal of a file that takes too long."""
    return DocumentError(
        f"Reading the file took longer than {seconds:g} seconds.",
        state="too_slow",
        fix="Split it, save it anew from the program that made it, or raise the time limit.",
    )


def too_large(what: str, setting: str = "") -> DocumentError:
    """The refusal of a file that is larger than allowed; `what` is a sentence saying by what, and
    `setting` the one that holds the limit."""
    named = f" {setting}" if setting else ""
    return DocumentError(what, state="too_large", fix=f"Split it, or raise the limit{named}.")

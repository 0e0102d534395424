"""What the store's nouns look like from outside, where `types` has no word for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.types.document import DocumentState


@dataclass(frozen=True, slots=True)
class WorksheetRecord:
    """Cases under one procedure. `slug` comes from `name` and is unique; `procedure_file` is the
    name of its file in the workspace; `grouping` what makes a case (`file`, `folder` …)."""

    id: str
    slug: str
    name: str
    procedure_file: str
    grouping: str = ""
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """The text of a procedure as it stood; versions count from 1 in each worksheet."""

    worksheet_id: str
    version: int
    sha256: str
    text: str
    note: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document of the workspace, as it was read last. `name` is the first it came under,
    `size` in bytes, `parsed` the sha256 of the blob with its parsed form ('' when there is none),
    `pages` and `words` are counts."""

    sha256: str
    name: str
    size: int
    media_type: str
    state: DocumentState
    reason: str = ""
    reader: str = ""
    reader_version: str = ""
    parsed: str = ""
    pages: int = 0
    words: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """What adding a document to a case found: whether the same bytes were in this case already,
    and the ids of other cases of the same worksheet that have them."""

    already_here: bool
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """Something that left the machine: when, to which host, what for, how many bytes, their
    sha256; and the run and cell that it was for ('' when for none)."""

    at: str
    host: str
    purpose: str
    bytes: int
    sha256: str
    local: bool = False
    """Whether the host is this machine itself, so that nothing left it."""
    run_id: str = ""
    case_id: str = ""
    step_id: str = ""

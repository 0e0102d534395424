"""Archives: a page that lists what is in them; the files in them become documents of the case."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from casework.documents.packed.archive import PROTECTED, WRONG_PASSWORD, entries_of
from casework.documents.packed.entry import Entry
from casework.documents.packed.member_names import distinct, shown_size
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Grid, GridCell, Text
from casework.documents.typesetting.typeset import typeset
from casework.types.document import DocumentState

READER = "archive"
VERSION = "2"

_MEDIA_TYPES = {
    "zip": "application/zip",
    "tar": "application/x-tar",
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
}
_LISTED = 5_000
"""So many entries are listed on the pages; the rest is counted."""
_LOOKED_AT = 200_000
_PASSWORD_REASON = (
    "The archive is protected by a password. Give the password, or pack a copy without it."
)
_WRONG_REASON = "The password does not open the archive. Give the right one."
_EMPTY_REASON = "The archive holds no file. Check that it was copied completely."


def read(source: Source) -> Reading:
    """The list of what the archive holds, and its files as members with their folders in their
    names. What cannot be had is named with its reason."""
    kind, found, remarks = entries_of(source)
    media_type = _MEDIA_TYPES[kind]
    entries = list(islice(found, _LOOKED_AT))
    files = [entry for entry in entries if not entry.system]
    members = tuple(distinct(Member(e.name, e.data) for e in files if not e.problem and e.data))
    if not files:
        reason = remarks[0] if remarks else _EMPTY_REASON
        state: DocumentState = "broken" if remarks else "empty"
        return Reading(media_type, READER, VERSION, state=state, reason=reason)
    if not members and any(entry.problem in (PROTECTED, WRONG_PASSWORD) for entry in files):
        wrong = any(entry.problem == WRONG_PASSWORD for entry in files)
        reason = _WRONG_REASON if wrong else _PASSWORD_REASON
        return Reading(media_type, READER, VERSION, state="password", reason=reason)
    made = typeset(_flow(source, kind, entries, files), source)
    return Reading(
        media_type,
        READER,
        VERSION,
        made.pages,
        facts={"files": str(len(files))},
        members=members,
        most_members=source.limits.packed,
        notes=(*remarks, *_notes(files)),
        tables=made.tables,
    )


def _flow(
    source: Source, kind: str, entries: list[Entry], files: list[Entry]
) -> Iterable[Text | Grid]:
    size = shown_size(sum(entry.size for entry in files))
    count = f"{len(files):,} file{'s' if len(files) > 1 else ''}"
    yield Text(f"Contents of {source.name.rpartition('/')[2]}", "contents", "heading", 2)
    yield Text(f"{count} in this {kind} archive, {size} unpacked.", "contents")
    if len(entries) > len(files):
        left = len(entries) - len(files)
        word = "file" if left == 1 else "files"
        yield Text(f"Left out besides: {left:,} {word} that systems leave behind.", "contents")
    heading = [GridCell(column, text) for column, text in enumerate(("Name", "Size", "State"))]
    rows = [
        [
            GridCell(0, entry.name, f"entry {number}"),
            GridCell(1, shown_size(entry.size), f"entry {number}"),
            GridCell(2, _state(entry), f"entry {number}"),
        ]
        for number, entry in enumerate(files[:_LISTED], 1)
    ]
    yield Grid([heading, *rows], header_rows=1)
    if len(files) > _LISTED:
        yield Text(f"… and {len(files) - _LISTED:,} more files.", "contents")


def _state(entry: Entry) -> str:
    if entry.problem:
        return entry.problem
    return "a document of this case" if entry.data else "empty"


def _notes(files: list[Entry]) -> tuple[str, ...]:
    """What did not become a document, by reason."""
    reasons: dict[str, list[str]] = {}
    for entry in files:
        if entry.problem:
            reasons.setdefault(entry.problem, []).append(entry.name)
    return tuple(
        f"Not read from the archive ({reason}): {_named(names)}."
        for reason, names in reasons.items()
    )


def _named(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more

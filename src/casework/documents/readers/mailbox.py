"""Mailboxes (mbox): a page that lists the mails, which are members. A bad one spoils nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casework.documents.mails.headers import (
    date_of,
    header,
    parse_mail,
    thread_facts,
    top_of_thread,
)
from casework.documents.mails.mailbox_lines import mails_of
from casework.documents.packed.member_names import distinct, safe_name
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Element, Grid, GridCell, Text
from casework.documents.typesetting.typeset import typeset

READER = "mailbox"
VERSION = "1"
MEDIA_TYPE = "application/mbox"

_LISTED = 5_000
_HEAD_BYTES = 16_000
_LONGEST_CELL = 80
_CHECKED_EVERY = 200


class _Head(NamedTuple):
    """What the headers of a mail say."""

    date: str
    sender: str
    subject: str
    own: str
    thread: str


def read(source: Source) -> Reading:
    """The list of the mails, and the mails as members named by date and subject; facts are how many
    mails and threads there are."""
    heads: list[_Head] = []
    members: list[Member] = []
    dropped = 0
    for mail in mails_of(source.data):
        if len(members) >= source.limits.mails:
            dropped += 1
            continue
        if len(members) % _CHECKED_EVERY == 0:
            source.check_time()
        head = _head(mail)
        heads.append(head)
        day = head.date[:10] if head.date[4:5] == "-" else ""
        name = " ".join(filter(None, (day, head.subject)))
        members.append(Member(safe_name(name or f"mail {len(members) + 1}", ".eml"), mail))
    if not members:
        reason = "The mailbox holds no mail. Check that it was copied completely."
        return Reading(MEDIA_TYPE, READER, VERSION, state="empty", reason=reason)
    threads = _threads(heads)
    notes: tuple[str, ...] = ()
    if dropped:
        notes = (
            f"{dropped:,} of {len(members) + dropped:,} mails are over the limit of"
            f" {source.limits.mails:,} a mailbox; split it.",
        )
    made = typeset(_flow(source.name, heads, threads), source)
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        facts={"mails": str(len(members)), "threads": str(threads)},
        members=tuple(distinct(members)),
        most_members=source.limits.mails,
        notes=notes,
        tables=made.tables,
    )


def _head(mail: bytes) -> _Head:
    """The headers of a mail; blank ones where they cannot be read."""
    end = min((at for at in (mail.find(b"\n\n"), mail.find(b"\r\n\r\n")) if at >= 0), default=-1)
    part = mail[: end + 2 if 0 <= end < _HEAD_BYTES else _HEAD_BYTES]
    message = parse_mail(part)
    ids = thread_facts(
        header(message, "Message-ID"),
        header(message, "References"),
        header(message, "In-Reply-To"),
        header(message, "Thread-Index"),
    )
    day, sender = date_of(header(message, "Date")), header(message, "From")
    return _Head(day, sender, header(message, "Subject"), ids["message-id"], ids["thread"])


def _threads(heads: list[_Head]) -> int:
    """How many threads the mails make; one that states none is one of its own."""
    above = {head.own: head.thread for head in heads if head.own and head.thread}
    tops = {top_of_thread(head.thread, above) for head in heads if head.thread}
    return len(tops) + sum(not head.thread for head in heads)


def _flow(name: str, heads: list[_Head], threads: int) -> Iterator[Element]:
    mails = f"{len(heads):,} mail{'s' if len(heads) > 1 else ''}"
    yield Text(f"Contents of {name.rpartition('/')[2]}", "contents", "heading", 2)
    yield Text(f"{mails} in {threads:,} thread{'s' if threads > 1 else ''}.", "contents")
    titles = ("No.", "Date", "From", "Subject")
    rows = [[GridCell(column, title) for column, title in enumerate(titles)]]
    for number, head in enumerate(heads[:_LISTED], 1):
        cells = (str(number), head.date, head.sender, head.subject)
        rows.append(
            [GridCell(at, _short(text), f"mail {number}") for at, text in enumerate(cells) if text]
        )
    yield Grid(rows, header_rows=1)
    if len(heads) > _LISTED:
        yield Text(f"… and {len(heads) - _LISTED:,} more mails.", "contents")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL].rstrip() + "…"

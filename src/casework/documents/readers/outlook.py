"""Outlook messages (.msg): headers and body as lines; attachments and messages in it as members.

Appointments, tasks and contacts are read as messages are. Facts are the same as those of e-mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casework.documents.formats.decode import decode
from casework.documents.mails.body import plain_flow
from casework.documents.mails.headers import SHOWN, cut
from casework.documents.mails.msg_facts import facts_of_item
from casework.documents.mails.msg_properties import (
    INTERNET_CODEPAGE,
    Item,
    Msg,
    encoding_of,
    open_msg,
    read_item,
)
from casework.documents.mails.pictures import decorates
from casework.documents.mails.signed import content_of
from casework.documents.packed.member_names import distinct, safe_name
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Element, Text
from casework.documents.typesetting.typeset import typeset

READER = "outlook"
VERSION = "1"
MEDIA_TYPE = "application/vnd.ms-outlook"

_CLASS, _SUBJECT = 0x001A, 0x0037
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_ATTACHED, _METHOD, _LONG_NAME, _NAME, _MIME = 0x3701, 0x3705, 0x3707, 0x3704, 0x370E
_CONTENT_ID, _HIDDEN = 0x3712, 0x7FFE
_BY_REFERENCE = (2, 3, 4)
_LEVEL_DEEPEST = 8
_ENCRYPTED: Final = ("IPM.Note.SMIME", "IPM.Note.Secure")
_ARMOUR = b"-----BEGIN PGP MESSAGE-----"
_ENCRYPTED_REASON = (
    "The message is encrypted or sealed. Open it in Outlook, save it without encryption (or as PDF)"
    " and add that."
)
_SIGNED_NOTE = "The mail is signed. The signature is not checked."


def read(source: Source) -> Reading:
    """The pages of a message; facts are from, to, cc, bcc, subject, date, message-id, thread."""
    with open_msg(source.data) as msg:
        item = read_item(msg)
        facts = cut(facts_of_item(item))
        notes: list[str] = []
        html = _html(item)
        members = list(_members(msg, item, html, notes, source))
        if _is_encrypted(item, members):
            return Reading(
                MEDIA_TYPE,
                READER,
                VERSION,
                state="unsupported",
                reason=_ENCRYPTED_REASON,
                facts=facts,
            )
    flow = [*_headers(item, facts), *_body(item, html)]
    made = typeset(flow, source)
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        facts=facts,
        members=tuple(distinct(members)),
        tables=made.tables,
        notes=(*dict.fromkeys(notes), *made.notes),
    )


def _is_encrypted(item: Item, members: list[Member]) -> bool:
    """Whether nothing of the message is left but what is sealed."""
    if item.text(_BODY) or item.data(_HTML):
        return False
    sealed = item.text(_CLASS).startswith(_ENCRYPTED) and not members
    return sealed or any(member.data.lstrip().startswith(_ARMOUR) for member in members)


def _headers(item: Item, facts: dict[str, str]) -> Iterator[Text]:
    begun = False
    for name in SHOWN:
        value = facts.get(name.lower(), "")
        if value:
            yield Text(f"{name}: {value}", name, "header", joined=begun)
            begun = True


def _html(item: Item) -> str:
    """The body as HTML, from its own property or out of rich text; '' when there is none."""
    data = item.values.get(_HTML)
    if isinstance(data, str):
        return data
    encoding = encoding_of(item.number(INTERNET_CODEPAGE))
    if isinstance(data, bytes) and data:
        return _decoded(data, encoding)
    rtf = _rich_text(item)
    if rtf:
        from casework.documents.mails.compressed_rtf import html_in

        return html_in(rtf, encoding)
    return ""


def _rich_text(item: Item) -> bytes:
    from casework.documents.mails.compressed_rtf import unpacked

    try:
        return unpacked(item.data(_RTF))
    except ValueError:
        return b""


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        found = decode(data)
        return found[0] if found else data.decode("latin-1")


def _body(item: Item, html: str) -> Iterator[Element]:
    """The plain text, or the HTML where that holds more; rich text where there is neither."""
    from casework.documents.mails.parts import says_more
    from casework.documents.readers.html import html_flow

    plain = item.text(_BODY).replace("\r\n", "\n").replace("\r", "\n")
    said = len(plain.split())
    if html and (not said or says_more([html], said)):
        yield from html_flow(html)
    elif plain:
        yield from plain_flow(plain)
    elif rtf := _rich_text(item):
        from casework.documents.mails.compressed_rtf import text_in

        yield from plain_flow(text_in(rtf, encoding_of(item.number(INTERNET_CODEPAGE))))


def _members(msg: Msg, item: Item, html: str, notes: list[str], source: Source) -> Iterator[Member]:
    """Files, messages and pictures that it carries; what is only a link is noted."""
    for number, part in enumerate(item.attachments, 1):
        source.check_time()
        name = part.text(_LONG_NAME, _NAME, 0x3001)
        if part.embedded:
            yield from _embedded(msg, part, name or f"attachment {number}", notes)
        elif part.number(_METHOD) in _BY_REFERENCE and not part.data(_ATTACHED):
            notes.append("It refers to a file elsewhere, which is not fetched.")
        elif data := part.data(_ATTACHED):
            if name.lower().endswith(("smime.p7m", "smime.p7s")):
                sealed = list(_sealed(data))
                notes += [_SIGNED_NOTE] * len(sealed)
                yield from sealed
            elif not _is_layout(part, name, data, html):
                yield Member(safe_name(name or f"attachment {number}"), data)


def _sealed(data: bytes) -> Iterator[Member]:
    """The mail that a signed message is in, as a mail of its own; nothing of an encrypted one."""
    mail = data if b"Content-Type" in data[:4096] else content_of(data)
    if mail:
        yield Member("signed mail.eml", mail)


def _is_layout(part: Item, name: str, data: bytes, html: str) -> bool:
    number = part.text(_CONTENT_ID)
    kind = part.text(_MIME).lower()
    picture = kind.startswith("image/") or name.lower().endswith(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp")
    )
    shown = bool(number) and f"cid:{number}" in html
    return picture and (shown or bool(part.number(_HIDDEN))) and decorates(data, between_words=True)


def _embedded(msg: Msg, part: Item, name: str, notes: list[str]) -> Iterator[Member]:
    """A message inside the message, as a mail; an object of a program is noted by its name."""
    from casework.documents.mails.msg_to_mail import mail_of

    if not msg.holds(part.embedded, "__properties_version1.0"):
        notes.append(f"An object of another program in it is not read: {safe_name(name)}.")
        return
    if len(part.embedded) > _LEVEL_DEEPEST * 2:
        notes.append("It is nested too deeply; what lies deepest is left out.")
        return
    inner = read_item(msg, part.embedded)
    subject = inner.text(_SUBJECT) or name
    yield Member(safe_name(subject, ".eml"), mail_of(msg, inner))

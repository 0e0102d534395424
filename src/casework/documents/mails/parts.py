"""The parts of a mail → what is its body, what travels with it, and what is said about both.

Body: the texts that a mail program would show. Members: attachments, mails inside the mail, and
pictures that carry something. Left out: pictures of the layout, signatures, copies of resources.
"""

from __future__ import annotations

import email.generator
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Final

from casework.documents.formats.decode import decode
from casework.documents.mails.headers import header, parse_mail, raw_text
from casework.documents.mails.pictures import decorates
from casework.documents.packed.member_names import safe_name
from casework.documents.reading import Member

_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/xml": ".xml",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "message/rfc822": ".eml",
}
_MAILS: Final = ("message/rfc822", "message/global")
_SIGNATURES: Final = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
)
_RESOURCES: Final = ("application/applefile",)
_TNEF: Final = ("application/ms-tnef", "application/vnd.ms-tnef")
_SIGNED_NOTE: Final = "The mail is signed. The signature is not checked."
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)
_DEEPEST = 60
_HTML_MORE: Final = 2
"""The HTML is read in place of a plain text when it has so many times its words."""
_LATIN: Final = ("ascii", "us-ascii", "latin", "iso-8859", "iso8859", "windows-125", "cp125")


@dataclass(slots=True)
class Parts:
    """What a mail holds. `calendars` are texts of invitations that are shown in the body."""

    body: list[Message] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    pictures: frozenset[str] = frozenset()


def parts_of(message: Message) -> Parts:
    """What is in this mail, in the order of its parts."""
    parts = Parts(pictures=_shown_pictures(message))
    _sort(message, parts, 0)
    return parts


def _shown_pictures(message: Message) -> frozenset[str]:
    """The ids of pictures that the HTML of a mail shows between its words."""
    found: set[str] = set()
    for part in _walk(message):
        if part.get_content_type() == "text/html":
            found.update(_CID.findall(text_of(part)))
    return frozenset(found)


def _walk(message: Message) -> Iterator[Message]:
    """The parts of this mail, without those of mails inside it."""
    stack = [message]
    while stack:
        top = stack.pop()
        yield top
        if top.get_content_type() not in _MAILS or top is message:
            stack.extend(reversed(subparts(top)))


def _sort(part: Message, parts: Parts, depth: int) -> None:
    """Put a part where it belongs."""
    kind = part.get_content_type()
    if depth > _DEEPEST:
        parts.notes["It is nested too deeply; what lies deepest is left out."] = None
    elif kind in _SIGNATURES:
        parts.notes[_SIGNED_NOTE] = None
    elif kind in _RESOURCES:
        return
    elif kind in _TNEF or _name(part).lower() == "winmail.dat":
        _open_tnef(part, parts)
    elif depth and kind in _MAILS:
        _add(parts, _mail(part, len(parts.members) + 1))
    elif kind == "message/external-body":
        parts.notes["It refers to a file elsewhere, which is not fetched."] = None
    elif kind == "multipart/alternative":
        _choose(part, parts, depth)
    elif part.is_multipart() and kind.startswith("message/") and kind not in _MAILS:
        parts.body.append(_report(part))
    elif part.is_multipart() and kind not in _MAILS:
        for each in subparts(part):
            _sort(each, parts, depth + 1)
    elif kind == "text/calendar" and part.get_content_disposition() != "attachment":
        parts.calendars.append(text_of(part))
    elif depth and _is_attached(part, kind):
        if not _is_layout(part, kind, parts):
            _add(parts, _attachment(part, kind, len(parts.members) + 1))
    elif kind.startswith(("text/", "message/")):
        parts.body.append(part)
    elif not _is_layout(part, kind, parts):
        _add(parts, _attachment(part, kind, len(parts.members) + 1))


def _add(parts: Parts, member: Member | None) -> None:
    if member is not None and member.data:
        parts.members.append(member)


def subparts(part: Message) -> list[Message]:
    """The parts in a part."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


def _report(part: Message) -> Message:
    """What a mail server or program reports (RFC 3464, RFC 8098), whose lines look like headers, as
    a part of text."""
    text = b"\n".join(as_bytes(each).strip() + b"\n" for each in subparts(part))
    made = Message()
    made.set_payload(text.decode("utf-8", "replace"), "utf-8")
    return made


def _is_attached(part: Message, kind: str) -> bool:
    """Whether a part is a file and not something to be read in the mail itself."""
    disposition = part.get_content_disposition() or ""
    if disposition == "attachment" or not kind.startswith(("text/", "message/")):
        return True
    return bool(_name(part))


def _is_layout(part: Message, kind: str, parts: Parts) -> bool:
    """Whether a part is a picture that only decorates the mail."""
    if not kind.startswith("image/"):
        return False
    disposition = part.get_content_disposition() or ""
    number = str(part.get("Content-ID", "")).strip().strip("<>")
    shown = number in parts.pictures or bool(number and disposition != "attachment")
    if disposition == "attachment" and not shown:
        return False
    payload = part.get_payload(decode=True)
    return decorates(payload if isinstance(payload, bytes) else b"", between_words=shown)


def _choose(part: Message, parts: Parts, depth: int) -> None:
    """One of several forms of the same: the plain text, or the HTML where that says much more."""
    inner = Parts(pictures=parts.pictures)
    for each in subparts(part):
        _sort(each, inner, depth + 1)
    parts.members += inner.members
    parts.calendars += inner.calendars
    parts.notes |= inner.notes
    plain = [each for each in inner.body if each.get_content_type() == "text/plain"]
    html = [each for each in inner.body if each.get_content_type() == "text/html"]
    said = sum(len(text_of(each).split()) for each in plain)
    if html and (not said or says_more([text_of(each) for each in html], said)):
        parts.body += html
    else:
        parts.body += plain or html or inner.body


def says_more(texts: list[str], said: int) -> bool:
    """Whether HTML shows many more words than the plain text beside it, or a table of values, which
    plain text cannot hold."""
    from casework.documents.readers.html import html_flow
    from casework.documents.typesetting.flow import Grid, Text

    words = 0
    for element in (each for text in texts for each in html_flow(text)):
        if isinstance(element, Text):
            words += len(element.text.split())
        elif isinstance(element, Grid):
            filled = [row for row in element.rows if sum(bool(c.text.strip()) for c in row) > 1]
            if element.regions is None and len(filled) > 2:
                return True
            words += sum(len(cell.text.split()) for row in element.rows for cell in row)
    return words >= _HTML_MORE * said


def _mail(part: Message, number: int) -> Member | None:
    """A mail inside the mail, under its subject."""
    inner = subparts(part)
    if not inner:
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        return Member(safe_name(_name(part) or f"mail {number}.eml"), data) if data else None
    mail = inner[0]
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        mail = _unwrapped(mail)
    subject = header(mail, "Subject")
    return Member(safe_name(subject or f"mail {number}", ".eml"), as_bytes(mail))


def _unwrapped(mail: Message) -> Message:
    """A mail that was packed as base64, which the standard forbids and programs do."""
    import base64
    import binascii

    text = mail.get_payload()
    if mail.keys() or not isinstance(text, str):
        return mail
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return mail
    return parse_mail(data)


def as_bytes(message: Message) -> bytes:
    """A mail as bytes, no line of it changed."""
    target = io.BytesIO()
    try:
        email.generator.BytesGenerator(target, mangle_from_=False, maxheaderlen=0).flatten(message)
        return target.getvalue()
    except (LookupError, ValueError, TypeError, AttributeError, MessageError):
        lines = [f"{name}: {value}" for name, value in message.items()]
        return "\n".join([*lines, "", text_of(message)]).encode("utf-8", "replace")


def _attachment(part: Message, kind: str, number: int) -> Member | None:
    """The bytes of an attachment under a harmless name."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        inner = subparts(part)
        payload = as_bytes(inner[0]) if inner else b""
    ending = _ENDINGS.get(kind, "")
    return Member(safe_name(_name(part) or f"attachment {number}{ending}"), payload)


def _name(part: Message) -> str:
    """The name of a part as RFC 2231 or RFC 2047 state it, or as bytes that stand there raw."""
    try:
        name = raw_text(str(part.get_filename() or ""))
        return str(make_header(decode_header(name))) if "=?" in name else name
    except (LookupError, ValueError, TypeError, MessageError):
        return ""


def _open_tnef(part: Message, parts: Parts) -> None:
    """The files in a winmail.dat; itself where it does not open."""
    from casework.documents.mails.tnef import files_in

    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        found = files_in(data)
    except ValueError:
        parts.notes["Its winmail.dat is damaged, so what was attached cannot be read."] = None
        return
    parts.members += [Member(safe_name(name), inner) for name, inner in found if inner]


def text_of(part: Message) -> str:
    """The text of a part; a charset that is wrong or unknown is guessed."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = (part.get_content_charset() or "").lower()
    wrong = charset.startswith(_LATIN) and _is_utf8(payload)
    try:
        text = payload.decode("utf-8" if wrong or not charset else charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        decoded = decode(payload)
        return decoded[0] if decoded else payload.decode("latin-1").replace("\r\n", "\n")
    cleaned = decode(text.encode("utf-8", "replace"))
    return cleaned[0] if cleaned else text


def _is_utf8(payload: bytes) -> bool:
    """Whether bytes beyond ASCII stand there that make sense as UTF-8."""
    if payload.isascii():
        return False
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

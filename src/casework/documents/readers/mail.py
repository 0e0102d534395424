"""E-mail (RFC 5322): headers and body as lines; attachments and forwarded mails as members."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import re
from collections.abc import Iterator
from email.message import Message

from casework.documents.decode import decode
from casework.documents.reading import Member, Reading, Source
from casework.documents.typeset import Grid, Text, typeset

READER = "mail"
VERSION = "1"
MEDIA_TYPE = "message/rfc822"

_SHOWN = ("From", "To", "Cc", "Subject", "Date")
_FACTS = {"from": "From", "to": "To", "cc": "Cc", "subject": "Subject"}
_ID = re.compile(r"<[^<>\s]+>")
_UNSAFE = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')
_LONGEST_NAME = 150
_ENCRYPTED = frozenset(
    {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
)
_ENCRYPTED_REASON = (
    "The mail is encrypted. Open it in a mail program that has the key, save it without "
    "encryption and add that."
)
_ENDINGS = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "message/rfc822": ".eml",
}


def read(source: Source) -> Reading:
    """The pages of a mail; facts are from, to, cc, subject, date, message-id and thread."""
    message = _message(source)
    facts = _facts(message)
    if message.get_content_type() in _ENCRYPTED and "signed" not in str(
        message.get_param("smime-type", "")
    ):
        return Reading(
            MEDIA_TYPE, READER, VERSION, state="unsupported", reason=_ENCRYPTED_REASON, facts=facts
        )
    body: list[Message] = []
    members: list[Member] = []
    _sort_parts(message, body, members, depth=0)
    pages = typeset([*_headers(message), *_body(body)], source)
    return Reading(
        MEDIA_TYPE, READER, VERSION, pages, facts=facts, members=tuple(_distinct(members))
    )


def _message(source: Source) -> Message:
    """The parsed mail. Saved as UTF-16 it is no mail for the parser, so it is turned to UTF-8."""
    data = source.data
    if b"\0" in data[:2] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = source.text.encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _header(message: Message, name: str) -> str:
    """A header as text; a wrongly encoded one as far as it can be read."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        text = str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError, AttributeError):
        text = str(value)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.split())


def _facts(message: Message) -> dict[str, str]:
    facts = {key: _header(message, name) for key, name in _FACTS.items()}
    facts["date"] = _date(_header(message, "Date"))
    own = _ID.findall(_header(message, "Message-ID"))
    above = _ID.findall(_header(message, "References")) or _ID.findall(
        _header(message, "In-Reply-To")
    )
    facts["message-id"] = own[0] if own else ""
    facts["thread"] = above[0] if above else facts["message-id"]
    return {key: value[:1000] for key, value in facts.items() if value}


def _date(text: str) -> str:
    """The date in ISO form with its own offset, or as written when it cannot be understood."""
    try:
        return email.utils.parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _sort_parts(part: Message, body: list[Message], members: list[Member], depth: int) -> None:
    """Put each part where it belongs: to the body or among the members."""
    kind = part.get_content_type()
    if depth and (kind == "message/rfc822" or _is_attached(part, kind)):
        member = _member(part, kind, len(members) + 1)
        if member is not None:
            members.append(member)
    elif kind == "multipart/alternative":
        body.extend(_best_alternative(part, members, depth))
    elif part.is_multipart():
        for each in _parts(part):
            _sort_parts(each, body, members, depth + 1)
    else:
        body.append(part)


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


def _is_attached(part: Message, kind: str) -> bool:
    """Attachments, and anything that is no text; pictures of the layout are left in the body."""
    disposition = str(part.get_content_disposition() or "")
    if kind.startswith("multipart/"):
        return False
    if kind.startswith("image/") and disposition != "attachment" and part.get("Content-ID"):
        return False
    named = bool(part.get_filename())
    return disposition == "attachment" or named or not kind.startswith(("text/", "image/"))


def _best_alternative(part: Message, members: list[Member], depth: int) -> list[Message]:
    """Plain text when it says something, else HTML; calendars and the like are members."""
    found: list[Message] = []
    for each in _parts(part):
        _sort_parts(each, found, members, depth + 1)
    plain = [each for each in found if each.get_content_type() == "text/plain"]
    if any(_text(each).strip() for each in plain):
        return plain
    return [each for each in found if each.get_content_type() == "text/html"] or found


def _member(part: Message, kind: str, number: int) -> Member | None:
    """The bytes of an attachment under a harmless name."""
    if kind == "message/rfc822":
        inner = _parts(part)
        if not inner:
            return None
        subject = _header(inner[0], "Subject")
        return Member(_safe_name(subject or f"mail {number}", ".eml"), _as_bytes(inner[0]))
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    try:
        name = _decoded(str(part.get_filename() or ""))
    except (LookupError, ValueError, TypeError):
        name = ""
    ending = _ENDINGS.get(kind, "")
    return Member(_safe_name(name or f"attachment {number}{ending}", ""), payload)


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, KeyError):
        return message.as_string().encode("utf-8", "replace")


def _decoded(name: str) -> str:
    if "=?" not in name:
        return name
    return str(email.header.make_header(email.header.decode_header(name)))


def _safe_name(name: str, ending: str) -> str:
    clean = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")[-_LONGEST_NAME:]
    return (clean or "attachment") + ending


def _distinct(members: list[Member]) -> Iterator[Member]:
    """The members, with a number in names that occur twice."""
    seen: dict[str, int] = {}
    for member in members:
        times = seen.get(member.name, 0) + 1
        seen[member.name] = times
        if times > 1:
            stem, dot, ending = member.name.rpartition(".")
            name = f"{stem} ({times}).{ending}" if dot else f"{member.name} ({times})"
            member = Member(name, member.data)
        yield member


def _headers(message: Message) -> Iterator[Text]:
    begun = False
    for name in _SHOWN:
        value = _header(message, name)
        if value:
            yield Text(f"{name}: {value}", name, "header", joined=begun)
            begun = True


def _body(parts: list[Message]) -> Iterator[Text | Grid]:
    from casework.documents.readers.html import html_flow
    from casework.documents.readers.text import text_lines

    line = 1
    for part in parts:
        kind = part.get_content_type()
        if not kind.startswith("text/"):
            continue
        text = _text(part)
        if kind == "text/html":
            yield from html_flow(text)
        else:
            yield from text_lines(text, first=line)
            line += text.count("\n") + 1


def _text(part: Message) -> str:
    """The text of a part; a charset that is wrong or unknown is guessed."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ""
    try:
        text = payload.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError, ValueError):
        decoded = decode(payload)
        return decoded[0] if decoded else payload.decode("latin-1")
    cleaned = decode(text.encode("utf-8", "replace"))
    return cleaned[0] if cleaned else text

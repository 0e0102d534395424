"""Headers of mails as text, and the facts that a mail states of itself: the same for all mails."""

from __future__ import annotations

import base64
import binascii
import email
import email.header
import email.utils
import re
from collections.abc import Mapping
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32
from typing import Final

from casework.documents.formats.decode import decode

SHOWN: Final = ("From", "To", "Cc", "Bcc", "Subject", "Date")
_FACTS: Final = {"from": "From", "to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject"}
_ID = re.compile(r"<[^<>\s]+>")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_FACT = 1000
_INDEX_BYTES = 22
"""So many bytes of a Thread-Index tell the thread; the rest tells the answer in it."""
_SURROGATE = re.compile("[\udc80-\udcff]")


class _Raw(Compat32):
    """As Python has always parsed mails; but bytes beyond ASCII in headers are decoded by what they
    look like, and not marked as unknown."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return raw_text(value)


_POLICY: Final = _Raw()


def parse_mail(data: bytes) -> Message:
    """The mail in these bytes; whatever they are, some mail comes of it."""
    return email.message_from_bytes(data, policy=_POLICY)


def header(message: Message, name: str) -> str:
    """A header as text, several of one name behind each other; a wrongly encoded one as far as it
    can be read."""
    values = [_decoded(str(value)) for value in message.get_all(name, [])]
    text = ", ".join(values)
    return " ".join(_BIDI.sub("", text).encode("utf-8", "replace").decode("utf-8").split())


def _decoded(value: str) -> str:
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, ValueError, AttributeError, MessageError):
        return value


def raw_text(value: str) -> str:
    """A value in which the parser kept bytes that are no ASCII, decoded by what they look like."""
    if not _SURROGATE.search(value):
        return value
    found = decode(value.encode("utf-8", "surrogateescape"))
    return found[0] if found else value.encode("ascii", "replace").decode()


def facts_of(message: Message) -> dict[str, str]:
    """From, to, cc, bcc, subject, date, message-id and thread, as far as they are stated."""
    stated = {key: header(message, name) for key, name in _FACTS.items()}
    stated["date"] = date_of(header(message, "Date"))
    above = header(message, "References"), header(message, "In-Reply-To")
    stated |= thread_facts(header(message, "Message-ID"), *above, header(message, "Thread-Index"))
    return cut(stated)


def cut(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts that say something, none of them endless."""
    return {key: value[:_LONGEST_FACT] for key, value in facts.items() if value}


def thread_facts(own: str, references: str, answers: str, index: str = "") -> dict[str, str]:
    """The id of a mail and of its thread: the first mail that it refers to, else itself, else what
    Outlook's index of threads says."""
    ids = _ID.findall(own) or own.split()[:1]
    above = _ID.findall(references) or _ID.findall(answers)
    own_id = ids[0] if ids else ""
    return {"message-id": own_id, "thread": above[0] if above else own_id or _indexed(index)}


def top_of_thread(thread: str, above: Mapping[str, str]) -> str:
    """The mail that a thread begins with, as far as it is known: `above` maps the id of a mail to
    the thread that it states."""
    seen = {thread}
    while (further := above.get(thread, "")) and further not in seen:
        seen.add(further)
        thread = further
    return thread


def _indexed(index: str) -> str:
    try:
        raw = base64.b64decode(index, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return f"<{raw[:_INDEX_BYTES].hex()}@thread-index>" if len(raw) >= _INDEX_BYTES else ""


def date_of(text: str) -> str:
    """The date in ISO form with its own offset, or as written when it cannot be understood."""
    try:
        return email.utils.parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text

"""E-mail (RFC 5322): headers and body as lines; attachments and forwarded mails as members."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from casework.documents.mails.body import body_flow
from casework.documents.mails.headers import SHOWN, facts_of, header, parse_mail
from casework.documents.mails.parts import Parts, parts_of, text_of
from casework.documents.mails.signed import content_of
from casework.documents.packed.member_names import distinct
from casework.documents.reading import Reading, Source
from casework.documents.typesetting.flow import Text
from casework.documents.typesetting.typeset import typeset

READER = "mail"
VERSION = "3"
MEDIA_TYPE = "message/rfc822"

_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_ENCRYPTED_REASON = (
    "The mail is encrypted. Open it in a mail program that has the key, save it without "
    "encryption and add that."
)
_SIGNED_NOTE = "The mail is signed. The signature is not checked."
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


def read(source: Source) -> Reading:
    """The pages of a mail; facts are from, to, cc, subject, date, message-id and thread."""
    message = _message(source)
    facts = facts_of(message)
    notes: list[str] = []
    content = _opened(message, notes)
    parts = parts_of(content) if content is not None else Parts()
    if content is None or _is_armoured(parts):
        return Reading(
            MEDIA_TYPE, READER, VERSION, state="unsupported", reason=_ENCRYPTED_REASON, facts=facts
        )
    members = tuple(distinct(parts.members))
    made = typeset([*_headers(message), *body_flow(parts)], source)
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        facts=facts,
        members=members,
        tables=made.tables,
        notes=(*dict.fromkeys((*notes, *parts.notes)), *made.notes),
    )


def _message(source: Source) -> Message:
    """The parsed mail. Saved as UTF-16 it is no mail for the parser, so it is turned to UTF-8."""
    data = source.data
    if b"\0" in data[:2] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = source.text.encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return parse_mail(data)


def _opened(message: Message, notes: list[str]) -> Message | None:
    """The mail itself, or what lies inside its signature; None when it is encrypted."""
    kind = message.get_content_type()
    if kind == "multipart/encrypted":
        return None
    if kind not in _SEALED:
        return message
    payload = message.get_payload(decode=True)
    content = content_of(payload) if isinstance(payload, bytes) else None
    if content is None:
        return None
    notes.append(_SIGNED_NOTE)
    return parse_mail(content)


def _is_armoured(parts: Parts) -> bool:
    """Whether all that the mail says is one message of PGP."""
    texts = [text_of(part).strip() for part in parts.body]
    return any(text.startswith(_ARMOUR) for text in texts) and not parts.members


def _headers(message: Message) -> Iterator[Text]:
    begun = False
    for name in SHOWN:
        value = header(message, name)
        if value:
            yield Text(f"{name}: {value}", name, "header", joined=begun)
            begun = True

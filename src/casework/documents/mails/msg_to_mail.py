"""A message inside an Outlook message → the same as a mail (.eml), which is read as any other mail.

An embedded message is no file of its own: its names of properties stand in the message around it.
"""

from __future__ import annotations

import email.utils
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import Final

from casework.documents.mails.msg_facts import facts_of_item
from casework.documents.mails.msg_properties import (
    INTERNET_CODEPAGE,
    Item,
    Msg,
    encoding_of,
    read_item,
)

_DEEPEST: Final = 8
_HEADERS: Final = ("from", "to", "cc", "bcc", "subject")


def mail_of(msg: Msg, item: Item, depth: int = 0) -> bytes:
    """The bytes of the mail; the same message gives the same bytes."""
    made = _mail(msg, item, depth)
    target = BytesIO()
    BytesGenerator(target, mangle_from_=False, policy=SMTP.clone(max_line_length=998)).flatten(made)
    return target.getvalue()


def _mail(msg: Msg, item: Item, depth: int) -> EmailMessage:
    facts = facts_of_item(item)
    made = EmailMessage(policy=SMTP)
    for name in _HEADERS:
        if facts.get(name):
            _set(made, name.title(), facts[name])
    when = facts.get("date", "")
    if when:
        _set(made, "Date", _rfc_date(when))
    if facts.get("message-id"):
        _set(made, "Message-ID", facts["message-id"])
    if facts.get("thread") and facts["thread"] != facts.get("message-id"):
        _set(made, "References", facts["thread"])
    _fill(made, item)
    for number, part in enumerate(item.attachments, 1):
        _attach(made, msg, part, number, depth)
    if made.is_multipart():
        made.set_boundary(f"=_{'-'.join(item.storage).replace(' ', '')[-60:]}")
    return made


def _fill(made: EmailMessage, item: Item) -> None:
    plain = item.text(0x1000).replace("\r\n", "\n")
    html = item.values.get(0x1013)
    if isinstance(html, bytes):
        html = html.decode(encoding_of(item.number(INTERNET_CODEPAGE)), "replace")
    if isinstance(html, str) and html.strip() and not plain.strip():
        made.set_content(html.encode("utf-8", "replace").decode(), subtype="html", cte="base64")
    else:
        made.set_content(plain.encode("utf-8", "replace").decode(), cte="base64")


def _attach(made: EmailMessage, msg: Msg, part: Item, number: int, depth: int) -> None:
    name = part.text(0x3707, 0x3704) or f"attachment {number}"
    if part.embedded and depth < _DEEPEST:
        if msg.holds(part.embedded, "__properties_version1.0"):
            made.add_attachment(_mail(msg, read_item(msg, part.embedded), depth + 1))
    elif data := part.data(0x3701):
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)


def _set(made: EmailMessage, name: str, value: str) -> None:
    """A header, also when its value would not be one by the letter of the standard."""
    try:
        made[name] = value
    except (ValueError, IndexError, AttributeError):
        made[name] = value.encode("ascii", "replace").decode().replace("<", "").replace(">", "")


def _rfc_date(iso: str) -> str:
    import datetime as dt

    try:
        return email.utils.format_datetime(dt.datetime.fromisoformat(iso))
    except ValueError:
        return iso

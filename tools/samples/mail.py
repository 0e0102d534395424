"""Blocks → an e-mail with attachments, its boundary fixed: the same bytes always."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

from tools.samples.markup import Source
from tools.samples.web import text

HEADERS = ("from", "to", "cc", "date", "subject", "message-id", "in-reply-to")
BOUNDARY = "=-casework-sample-{}"
TYPES = {
    "pdf": ("application", "pdf"),
    "txt": ("text", "plain"),
    "html": ("text", "html"),
}


def mail(source: Source, attachments: Mapping[str, bytes]) -> bytes:
    """The message in the wire form of RFC 5322; `attachments` are file names and bytes."""
    message = EmailMessage(policy=SMTP)
    for header in HEADERS:
        if header in source.settings:
            message[header.title()] = source.settings[header]
    message.set_content(text(source).decode(), charset="utf-8", cte="quoted-printable")
    for name, data in attachments.items():
        main, sub = TYPES[name.rpartition(".")[2]]
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    if attachments:
        message.set_boundary(BOUNDARY.format(source.settings.get("message-id", "0")[1:9]))
    return message.as_bytes()

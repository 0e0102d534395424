"""Where one mail ends and the next begins in a mailbox (mbox), in bytes; no mail is parsed here.

The variants mboxo and mboxrd are undone alike: one `>` before `From ` at the begin of a line goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_POSTMARK = re.compile(
    rb"(?m)^From [^\r\n]{0,300}?\d{1,2}:\d\d(?::\d\d)?[^\r\n]{0,60}\d{4}[^\r\n]{0,40}\r?$"
    rb"|^From (?:-|\S+@\S+|MAILER-DAEMON)[^\r\n]{0,200}\r?$"
)
_HEADER = re.compile(rb"\r?\n(?:[A-Za-z][A-Za-z0-9-]{0,80}:|>From |\r?\n|\Z)")
_QUOTED = re.compile(rb"(?m)^>(>*From )")
_BLANK_BEFORE = (b"\n\n", b"\n\r\n")
_ENOUGH = 2


def is_mailbox(data: bytes, suffix: str = "") -> bool:
    """Whether the bytes are a mailbox: they begin with a `From ` line before headers, and such a
    line stands there again; or only once, where the name says that it is a mailbox."""
    if data[:64].lstrip()[:5] != b"From ":
        return False
    enough = 1 if suffix in ("mbox", "mbx") else _ENOUGH
    return sum(1 for _ in islice(starts_of(data), enough)) == enough


def starts_of(data: bytes) -> Iterator[int]:
    """Where the `From ` lines stand that begin a mail: at the begin or after an empty line, and
    before something that can be a header."""
    for found in _POSTMARK.finditer(data):
        at = found.start()
        if (
            not data[:at].strip() if at < 64 else data.endswith(_BLANK_BEFORE, max(at - 3, 0), at)
        ) and (_HEADER.match(data, found.end() - (data[found.end() - 1 : found.end()] == b"\r"))):
            yield at


def mails_of(data: bytes) -> Iterator[bytes]:
    """The mails of a mailbox, without their `From ` lines and with `From ` as it was written."""
    starts = list(starts_of(data))
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        head = data.find(b"\n", start, end) + 1
        if head:
            mail = data[head:end].rstrip(b"\r\n") + b"\n"
            yield _QUOTED.sub(rb"\1", mail)

"""The body of a mail as text: plain or HTML, what it quotes marked, invitations as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

from casework.documents.mails.calendar_lines import calendar_lines
from casework.documents.mails.parts import Parts, text_of
from casework.documents.readers.text import text_lines
from casework.documents.typesetting.flow import Element, Text

_QUOTE = re.compile(r"(?:> ?)+")
_SIGNATURE = "-- "


def body_flow(parts: Parts) -> Iterator[Element]:
    """What a mail program would show below the headers, with places `line N` of plain text and
    `paragraph N` of HTML."""
    from casework.documents.readers.html import html_flow

    line = 1
    for part in parts.body:
        kind = part.get_content_type()
        text = text_of(part)
        if kind == "text/html":
            yield from html_flow(text)
        else:
            yield from plain_flow(text, first=line, flowed=_is_flowed(part))
            line += text.count("\n") + 1
    for calendar in parts.calendars:
        yield from calendar_flow(calendar)


def _is_flowed(part: Message) -> bool:
    return str(part.get_param("format", "")).lower() == "flowed"


def plain_flow(text: str, *, first: int = 1, flowed: bool = False) -> Iterator[Element]:
    """The lines of plain text; lines that quote are blocks of their own, without their marks."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        depth, end = _depth(lines[at]), at + 1
        while end < len(lines) and _depth(lines[end]) == depth:
            end += 1
        part = lines[at:end]
        if depth:
            part = [_QUOTE.sub("", line, count=1) for line in part]
        if flowed:
            part = _joined(part)
        for element in text_lines("\n".join(part), first=first + at):
            if depth and isinstance(element, Text):
                element = element._replace(kind="quote", indent=depth)
            yield element
        at = end


def _depth(line: str) -> int:
    found = _QUOTE.match(line)
    return found[0].count(">") if found else 0


def _joined(lines: list[str]) -> list[str]:
    """Lines that end with a blank put together (RFC 3676); their numbers stay, with empty places
    that are no ends of paragraphs."""
    made: list[str] = []
    open_line = -1
    for index, line in enumerate(lines):
        plain = line[1:] if line.startswith(" ") else line
        soft = plain.endswith(" ") and plain != _SIGNATURE
        made.append("" if open_line >= 0 else plain)
        if open_line >= 0:
            made[open_line] += plain
        if not soft:
            open_line = -1
        elif open_line < 0:
            open_line = index
    return made


def calendar_flow(text: str) -> Iterator[Element]:
    """An invitation as lines; their places are `invitation, line N`."""
    joined = False
    for number, line in calendar_lines(text):
        if line:
            yield Text(line, f"invitation, line {number}", joined=joined)
        joined = bool(line)

"""Invitations and calendars (iCalendar, RFC 5545) as lines that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LABELS: Final = {
    "SUMMARY": "Event",
    "DTSTART": "Begins",
    "DTEND": "Ends",
    "DUE": "Due",
    "DURATION": "Lasts",
    "RRULE": "Repeats",
    "LOCATION": "Place",
    "ORGANIZER": "Organiser",
    "ATTENDEE": "Attendee",
    "STATUS": "Status",
    "DESCRIPTION": "Description",
}
_PARTS: Final = ("VEVENT", "VTODO", "VJOURNAL")
_LINE = re.compile(r"([A-Za-z-]+)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_NAMED = re.compile(r"(?:^|;)CN=\"?([^\";]*)", re.IGNORECASE)
_ZONE = re.compile(r"(?:^|;)TZID=\"?([^\";]*)", re.IGNORECASE)
_METHODS: Final = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
}


def is_calendar(text: str) -> bool:
    """Whether a text is a calendar."""
    return text.lstrip()[:15].upper() == "BEGIN:VCALENDAR"


def calendar_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines `Label: value` with the number of the line in the text that they come from, from 1;
    label and value '' part one event from the next."""
    inside = ""
    for number, line in _unfolded(text):
        found = _LINE.match(line)
        if not found:
            continue
        name, about, value = found[1].upper(), found[2], found[3].strip()
        if name == "METHOD" and value.upper() in _METHODS:
            yield number, _METHODS[value.upper()]
        elif name == "BEGIN" and value.upper() in _PARTS:
            inside = value.upper()
            yield number, ""
        elif name == "END" and value.upper() == inside:
            inside = ""
        elif inside and name in _LABELS and value:
            yield number, f"{_LABELS[name]}: {_shown(name, about, value)}"


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The lines with what was folded put together, and the number of their first."""
    line, begun = "", 0
    for number, each in enumerate(text.split("\n"), 1):
        if each[:1] in (" ", "\t") and begun:
            line += each[1:]
            continue
        if begun:
            yield begun, line
        line, begun = each, number
    if begun:
        yield begun, line


def _shown(name: str, about: str, value: str) -> str:
    if name in ("DTSTART", "DTEND", "DUE"):
        return _moment(value, _ZONE.search(about))
    if name in ("ORGANIZER", "ATTENDEE"):
        address = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE)
        named = _NAMED.search(about)
        return f"{named[1]} <{address}>" if named and named[1] != address else address
    unescaped = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
    return " ".join(unescaped.split())


def _moment(value: str, zone: re.Match[str] | None) -> str:
    found = _STAMP.match(value)
    if not found:
        return value
    year, month, day, hour, minute, second, utc = found.groups()
    date = f"{year}-{month}-{day}"
    if hour is None:
        return date
    clock = f"{hour}:{minute}" + (f":{second}" if second != "00" else "")
    return f"{date} {clock} {'UTC' if utc else zone[1] if zone else ''}".rstrip()

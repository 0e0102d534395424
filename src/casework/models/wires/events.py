"""Server-sent events out of pieces of bytes, however they are cut.

Source: WHATWG HTML Living Standard, §9.2.6 "Interpreting an event stream". Knows no model.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from casework.base.errors import ModelUnavailableError

_MOST_LETTERS = 16 << 20  # an event larger than this is no piece of an answer


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name ('' when it has none) and its data."""

    name: str
    data: str


class EventReader:
    """Takes pieces of bytes and gives the events that are complete. An event that is not closed by
    an empty line when the stream ends is dropped, as the standard says."""

    __slots__ = ("_data", "_decoder", "_letters", "_name", "_rest", "_returned", "_started")

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest: list[str] = []
        self._name = ""
        self._data: list[str] = []
        self._letters = 0
        self._started = False
        self._returned = False

    def feed(self, piece: bytes) -> list[Event]:
        """The events that these bytes complete, in order. Each letter is looked at once, however
        many pieces a line comes in."""
        text = self._decoder.decode(piece)
        if not text:
            return []
        if not self._started:
            self._started, text = True, text.removeprefix("\ufeff")
        if self._returned:
            text = text.removeprefix("\n")  # the line ended with the piece before
        self._returned = text.endswith("\r")
        first, *lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest.append(first)
        self._letters += len(text)
        if self._letters > _MOST_LETTERS:
            raise ModelUnavailableError("A streamed answer has an event without end.")
        if not lines:
            return []
        whole = ("".join(self._rest), *lines[:-1])
        self._rest = [lines[-1]]
        return [event for event in map(self._line, whole) if event is not None]

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._closed()
        name, _, value = line.partition(":")  # a comment begins with a colon: its name is empty
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        return None

    def _closed(self) -> Event | None:
        name, data = self._name, self._data
        self._name, self._data, self._letters = "", [], 0
        return Event(name, "\n".join(data)) if data else None

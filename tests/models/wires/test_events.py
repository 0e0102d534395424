from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import ModelUnavailableError
from casework.models.wires.events import Event, EventReader

_STREAM = (
    '\ufeff: a comment\r\n\r\nevent: start\r\ndata: {"a": 1}\r\n\r\n'
    "data: über\ndata: two lines\n\nid: 7\nretry: 10\ndata:no blank\n\n"
    "event: empty\n\ndata: last\r\rdata: never closed\n"
).encode()
_EVENTS = [
    Event("start", '{"a": 1}'),
    Event("", "über\ntwo lines"),
    Event("", "no blank"),
    Event("", "last"),
]


@given(st.lists(st.integers(1, len(_STREAM)), max_size=12))
def test_events_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    reader, found, start = EventReader(), list[Event](), 0
    for end in [*sorted(cuts), len(_STREAM)]:
        found += reader.feed(_STREAM[start:end])
        start = end
    assert found == _EVENTS


def test_single_bytes_make_the_same_events() -> None:
    reader = EventReader()
    found = [event for n in range(len(_STREAM)) for event in reader.feed(_STREAM[n : n + 1])]
    assert found == _EVENTS


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_without_an_error(data: bytes) -> None:
    EventReader().feed(data)


def test_a_large_event_in_small_pieces_is_one_event() -> None:
    reader, text = EventReader(), "x" * (4 << 20)
    data = f"data: {text}\n\n".encode()
    found = [e for n in range(0, len(data), 1000) for e in reader.feed(data[n : n + 1000])]
    assert found == [Event("", text)]


def test_a_line_without_end_is_given_up() -> None:
    reader = EventReader()
    for _ in range(16):
        assert reader.feed(b"x" * (1 << 20)) == []
    with pytest.raises(ModelUnavailableError, match="event without end"):
        reader.feed(b"x")


def test_a_stream_may_be_longer_than_its_largest_event() -> None:
    reader = EventReader()
    for _ in range(20):
        assert len(reader.feed(b"data: " + b"x" * (1 << 20) + b"\n\n")) == 1


def test_an_event_without_end_is_given_up() -> None:
    reader = EventReader()
    for _ in range(15):
        reader.feed(b"data: " + b"x" * (1 << 20) + b"\n")
    with pytest.raises(ModelUnavailableError, match="event without end"):
        reader.feed(b"data: " + b"x" * (2 << 20) + b"\n")

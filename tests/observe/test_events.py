from __future__ import annotations

from casework.observe.events import Bus
from casework.types.event import Event, RunEnded
from casework.types.run import Progress, RunRecord

_ENDED = RunEnded(RunRecord("r", "w", "finished", "2026-01-01T00:00:00.000Z"))
_STEP = Progress("r", 1, 2, "case", "step", "value")


def test_everybody_hears_in_the_order_of_listening() -> None:
    bus, heard = Bus(), list[tuple[str, Event]]()
    bus.listen(lambda event: heard.append(("a", event)))
    bus.listen(lambda event: heard.append(("b", event)))
    bus.tell(_ENDED)
    assert heard == [("a", _ENDED), ("b", _ENDED)]


def test_a_listener_may_ask_for_some_kinds_only() -> None:
    bus, heard = Bus(), list[Event]()
    bus.listen(heard.append, Progress)
    bus.tell(_ENDED)
    bus.tell(_STEP)
    assert heard == [_STEP]


def test_a_listener_that_raises_is_recorded_and_disturbs_nobody() -> None:
    bus, heard = Bus(), list[Event]()

    def careless(event: Event) -> None:
        raise RuntimeError("no disk")

    bus.listen(careless)
    bus.listen(heard.append)
    bus.tell(_STEP)
    bus.tell(_STEP)
    assert heard == [_STEP, _STEP]
    assert bus.failed == 2
    assert "careless" in bus.failures[0].listener
    assert bus.failures[0].event == "Progress"
    assert bus.failures[0].error == "RuntimeError: no disk"


def test_failures_kept_are_bounded_and_still_counted() -> None:
    bus = Bus()

    def careless(event: Event) -> None:
        raise RuntimeError

    bus.listen(careless)
    for _ in range(500):
        bus.tell(_STEP)
    assert bus.failed == 500
    assert len(bus.failures) < 500


def test_who_stops_listening_hears_no_more_even_from_within() -> None:
    bus, heard = Bus(), list[Event]()

    def once(event: Event) -> None:
        heard.append(event)
        stop()

    stop = bus.listen(once)
    bus.tell(_STEP)
    bus.tell(_STEP)
    stop()
    assert heard == [_STEP]

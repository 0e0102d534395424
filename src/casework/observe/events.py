"""A small bus: facts that happened are told to whoever listens. A listener changes no result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from casework.types.event import Event, Listener

_FAILURES_KEPT = 100


@dataclass(frozen=True, slots=True)
class ListenerFailure:
    """A listener raised: which one, on which kind of event, and what it said."""

    listener: str
    event: str
    error: str


class Bus:
    """Tells every listener of every event, in the order in which they began to listen.

    A listener that raises is recorded and stays; the others and the caller notice nothing.
    """

    def __init__(self) -> None:
        self._listeners: list[tuple[Listener, tuple[type[Event], ...]]] = []
        self._failures: deque[ListenerFailure] = deque(maxlen=_FAILURES_KEPT)
        self.failed = 0

    @property
    def failures(self) -> tuple[ListenerFailure, ...]:
        """The newest failures, oldest first; `failed` counts all of them."""
        return tuple(self._failures)

    def listen(self, listener: Listener, *kinds: type[Event]) -> Callable[[], None]:
        """Tell `listener` of events of these kinds (of all when none is named).

        Returns what ends it; ending twice does no harm.
        """
        entry = (listener, kinds)
        self._listeners.append(entry)

        def stop() -> None:
            self._listeners = [other for other in self._listeners if other is not entry]

        return stop

    def tell(self, event: Event) -> None:
        """Tell the listeners of this event, now, in this thread."""
        for listener, kinds in tuple(self._listeners):
            if kinds and not isinstance(event, kinds):
                continue
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - a listener must not change a result
                self._record(listener, event, error)

    def _record(self, listener: Listener, event: Event, error: Exception) -> None:
        self.failed += 1
        name = getattr(listener, "__qualname__", type(listener).__qualname__)
        words = f"{type(error).__name__}: {error}"
        self._failures.append(ListenerFailure(name, type(event).__name__, words))

"""What every sync face is made of: the async object behind it and the bridge that runs its calls.

Works inside a running event loop (a notebook), because the bridge has a loop of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from casework.base.aio import Bridge
from casework.base.errors import UsageError


class Closes(Protocol):
    """What has to be closed."""

    def close(self) -> Coroutine[object, object, None]: ...


Result = TypeVar("Result")
Real = TypeVar("Real")
Open = TypeVar("Open", bound=Closes)


class Line:
    """The bridge as long as its workspace is open; all faces of one workspace share it."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.closed = False

    def call(self, work: Coroutine[object, object, Result]) -> Result:
        """Run the coroutine to its end; raises `UsageError` once the workspace is closed."""
        if self.closed:
            work.close()
            raise UsageError(
                "The workspace is closed.", fix="Open it again with casework.open(FOLDER)."
            )
        return self._bridge.call(work)

    def iterate(self, items: AsyncIterator[Result]) -> Iterable[Result]:
        """The items of an async iterator, one at a time."""
        return self._bridge.iterate(items)

    def close(self) -> None:
        """Let go of the bridge."""
        self.closed = True
        self._bridge.close()


class Face(Generic[Real]):
    """Stands before an async object."""

    def __init__(self, real: Real, line: Line) -> None:
        self._real = real
        self._line = line

    def __repr__(self) -> str:
        return repr(self._real)


class OpenFace(Face[Open]):
    """A face that owns its line: a context manager that closes both; closing twice is one."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what was committed stays."""
        if self._line.closed:
            return
        try:
            self._line.call(self._real.close())
        finally:
            self._line.close()

"""The sync face: the same objects, each call run to its end on one bridge. No second code path.

Works inside a running event loop (a notebook), because the bridge has a loop of its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType

from casework.base.aio import Bridge


class Blocking:
    """Stands before an async object: its async methods return results, its others are as they are.

    Objects of this room that come back are faced too, so that `ws.worksheet("x").run()` works.
    """

    def __init__(self, real: object, bridge: Bridge) -> None:
        self._real = real
        self._bridge = bridge

    def __getattr__(self, name: str) -> object:
        found = getattr(self._real, name)
        if not callable(found):
            return self._faced(found)
        return functools.wraps(found)(functools.partial(self._call, found))

    def _call(self, function: Callable[..., object], *args: object, **named: object) -> object:
        result = function(*args, **named)
        if inspect.isasyncgen(result):
            return self._iterate(result)
        if inspect.isawaitable(result):
            result = self._bridge.call(_await(result))
        return self._faced(result)

    def _iterate(self, items: object) -> Iterator[object]:
        yield from self._bridge.iterate(items)  # type: ignore[arg-type]

    def _faced(self, value: object) -> object:
        if isinstance(value, list):
            return [self._faced(item) for item in value]
        acts = getattr(type(value), "_acts", False)
        return Blocking(value, self._bridge) if acts else value

    def __dir__(self) -> list[str]:
        return sorted({*dir(type(self)), *dir(self._real)})

    def __repr__(self) -> str:
        return repr(self._real)

    def _repr_html_(self) -> str | None:
        """The picture that the real object shows in a notebook."""
        draw = getattr(self._real, "html", None)
        if draw is None:
            return None
        result = draw()
        return str(self._bridge.call(_await(result)) if inspect.isawaitable(result) else result)

    def __enter__(self) -> Blocking:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the real object, if it closes, and the bridge."""
        closing = getattr(self._real, "close", None)
        if closing is not None:
            self._bridge.call(_await(closing()))
        self._bridge.close()


async def _await(thing: Awaitable[object]) -> object:
    return await thing

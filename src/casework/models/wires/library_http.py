"""An HTTP client for libraries whose every call passes our border: they hand us bytes, we carry.

Works for httpx and httpx2 alike, which have the same shape. Knows nothing of models.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol

from casework.base.errors import BorderError, CaseworkError
from casework.models.names import Target
from casework.models.transport import HttpCall, HttpStream
from casework.models.wires.way import Way
from casework.types.message import ModelRequest

_OURS = frozenset(("host", "content-length", "accept-encoding", "connection", "transfer-encoding"))
_KEPT_BACK = frozenset(
    ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "set-cookie2")
)
"""Headers that a library does not hear: it gets unpacked bytes, and no cookies to send again."""


@dataclass(slots=True)
class Journey:
    """What one call of a library is for; `error` is ours, which the library may have wrapped."""

    way: Way
    target: Target
    request: ModelRequest
    error: CaseworkError | None = None


under_way: ContextVar[Journey | None] = ContextVar("casework_library_call", default=None)


class _Request(Protocol):
    """A request of httpx."""

    method: Literal["POST", "GET", "DELETE"]

    @property
    def url(self) -> object: ...
    @property
    def headers(self) -> Mapping[str, str]: ...

    async def aread(self) -> bytes: ...


class Carrier:
    """The transport of such a client."""

    def __init__(self, module: str) -> None:
        self._module = importlib.import_module(module)

    async def handle_async_request(self, request: _Request) -> object:
        """Carry one request; what the border or the network says is kept for the caller."""
        journey = under_way.get()
        assert journey is not None, "a library called outside of a call of ours"
        try:
            return await self._carried(journey, request)
        except CaseworkError as error:
            journey.error = error
            raise self._module.TransportError(error.message) from error

    async def _carried(self, journey: Journey, request: _Request) -> object:
        provider = journey.target.provider
        if request.method not in ("POST", "GET", "DELETE"):
            raise BorderError(
                f"A call by {request.method} to {provider.name} was stopped: no model needs it.",
                fix="Use another provider for this model.",
            )
        headers = {name: value for name, value in request.headers.items() if name not in _OURS}
        call = HttpCall(
            str(request.url),
            await request.aread(),
            request.method,
            headers,
            provider.timeout_s,
            provider.idle_s,
            provider.network,
        )
        purpose = journey.request.purpose
        if not journey.request.stream:
            reply = await journey.way.send(call, purpose=purpose)
            return self._response(reply.status, reply.headers, content=reply.body)
        opened = journey.way.stream(call, purpose=purpose)
        stream = await opened.__aenter__()
        pieces = self._pieces(opened, stream, journey)
        return self._response(stream.status, stream.headers, stream=pieces)

    def _pieces(
        self, opened: AbstractAsyncContextManager[HttpStream], stream: HttpStream, journey: Journey
    ) -> object:
        """The body as httpx wants it: closed by whoever ends early, whether or not it was begun."""
        raised = self._module.TransportError

        class Pieces(self._module.AsyncByteStream):  # type: ignore[name-defined,misc]
            async def __aiter__(self) -> AsyncIterator[bytes]:
                try:
                    async for piece in stream.pieces():
                        yield piece
                except CaseworkError as error:
                    journey.error = error
                    raise raised(error.message) from error

            async def aclose(self) -> None:
                await opened.__aexit__(None, None, None)

        return Pieces()

    def _response(self, status: int, headers: Mapping[str, str], **body: object) -> object:
        told = {name: value for name, value in headers.items() if name.lower() not in _KEPT_BACK}
        return self._module.Response(status, headers=told, **body)

    async def aclose(self) -> None:
        """Nothing is open here: connections are the border's."""

    async def __aenter__(self) -> Carrier:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()


def client_of(module: str) -> object:
    """A client of `httpx` or `httpx2` over our border."""
    made: object = importlib.import_module(module).AsyncClient(
        transport=Carrier(module), trust_env=False, follow_redirects=False
    )
    return made

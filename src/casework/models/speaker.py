"""One try of a call: the right wire and key, over the border, adapted to what the model takes.

Tries nothing again but what the endpoint said it does not take, and keys that it refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from casework.base.errors import (
    ModelAuthError,
    ModelError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.endpoints import Endpoints
from casework.models.names import Target
from casework.models.transport import HttpCall, HttpReply, HttpStream
from casework.models.wires.asked import Asked
from casework.models.wires.events import Event, EventReader
from casework.models.wires.pictures import pictures_of
from casework.models.wires.replies import not_an_endpoint
from casework.models.wires.voices import wire_of
from casework.models.wires.way import Way
from casework.models.wires.whole import check_whole
from casework.models.wires.wire import NO_OMISSIONS, Fitting, Hearing, Wire
from casework.types.message import ModelAnswer, ModelRequest

if TYPE_CHECKING:
    from casework.models.wires.library import Library

_LISTING_S = 20.0
_MOST_PAGES = 50
_OK = 200


class Speaker:
    """Speaks to endpoints. Remembers which fields a model does not take."""

    def __init__(self, endpoints: Endpoints, way: Way) -> None:
        self._endpoints = endpoints
        self._way = way
        self._omitted: dict[str, frozenset[str]] = {}
        self._through: Library | None = None

    async def ask(self, target: Target, request: ModelRequest) -> ModelAnswer:
        """The answer to a request; raises the `ModelError` that came instead, or a `BorderError`.

        A field that this very model does not take is left out from then on. A key that is refused
        or used up rests, and another key of the provider is taken if there is one.
        """
        used = {target.key}
        while True:
            omit = self._omitted.get(str(target), NO_OMISSIONS)
            try:
                return await self._ask(target, request, omit)
            except ModelRequestError as error:
                if error.parameter in omit or not self.learn(str(target), error):
                    raise
            except (ModelAuthError, RateLimitedError) as error:
                other = self._endpoints.with_another_key(target, error)
                if other is None or other.key in used:
                    raise
                used.add(other.key)
                target = other

    def learn(self, model: str, error: ModelRequestError) -> bool:
        """Leave the field that an error names out of requests to this model (`provider:model`) from
        now on; False when it names none."""
        if not error.parameter:
            return False
        self._omitted[model] = self._omitted.get(model, NO_OMISSIONS) | {error.parameter}
        return True

    async def list_models(self, provider: str) -> tuple[str, ...]:
        """The models that a provider says it has, as `provider:model`, sorted."""
        target = self._endpoints.target_of(provider)
        wire = wire_of(target.provider.dialect)
        if wire is None:
            raise _no_listing(target)
        names: list[str] = []
        after = ""
        for _ in range(_MOST_PAGES):
            url = wire.models_url(target, after)
            call = HttpCall(
                url,
                method="GET",
                headers=wire.headers(target),
                timeout_s=_LISTING_S,
                network=target.provider.network,
            )
            reply = await self._way.send(call, purpose="list models")
            page = wire.read_models(reply, Asked(target, url))
            names.extend(page.names)
            after = page.after
            if not after:
                break
        return tuple(f"{target.provider.name}:{name}" for name in sorted(names))

    def omitted(self, target: Target) -> frozenset[str]:
        """The fields that this model is known not to take."""
        return self._omitted.get(str(target), NO_OMISSIONS)

    async def _ask(
        self, target: Target, request: ModelRequest, omit: frozenset[str]
    ) -> ModelAnswer:
        wire = wire_of(target.provider.dialect)
        if wire is None:
            return await self._library().ask(target, request)
        way, provider = self._way, target.provider
        pictures = await pictures_of(request) if _rich(request) else {}
        fitting = Fitting(omit, pictures=pictures)
        url = wire.url(target)
        call = HttpCall(
            url,
            wire.body(request, target, fitting),
            headers=wire.headers(target),
            timeout_s=provider.timeout_s,
            idle_s=provider.idle_s,
            network=provider.network,
        )
        asked = Asked(target, url)
        if request.stream:
            answer = await self._streamed(wire, call, asked, request, fitting)
        else:
            reply = await way.send(call, purpose=request.purpose)
            answer = wire.read_answer(reply, asked, request, fitting)
        if provider.dialect.cuts_prompts:
            check_whole(request, answer, target)
        return answer

    def _library(self) -> Library:
        if self._through is None:
            from casework.models.wires.library import Library

            self._through = Library(self._way)
        return self._through

    async def _streamed(
        self, wire: Wire, call: HttpCall, asked: Asked, request: ModelRequest, fitting: Fitting
    ) -> ModelAnswer:
        began = perf_counter()
        async with self._way.stream(call, purpose=request.purpose) as stream:
            media_type = stream.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if stream.status != _OK or media_type != "text/event-stream":
                reply = HttpReply(stream.status, stream.headers, await stream.read())
                if stream.status == _OK and not reply.body.lstrip()[:1] == b"{":
                    raise not_an_endpoint(reply, asked)
                return wire.read_answer(reply, asked, request, fitting)  # it does not stream
            hearing = wire.hear(asked, request, fitting)
            first_token_s: float | None = None
            async for event in _events(stream, hearing):
                text = hearing.take(event)
                if first_token_s is None and hearing.begun:
                    first_token_s = perf_counter() - began
                if text and request.on_text is not None:
                    request.on_text(text)
        return replace(hearing.answer(), first_token_s=first_token_s)


async def _events(stream: HttpStream, hearing: Hearing) -> AsyncIterator[Event]:
    """The events until the last one. What breaks after the answer is whole does it no harm."""
    reader = EventReader()
    try:
        async for piece in stream.pieces():
            for event in reader.feed(piece):
                yield event
            if hearing.ended:
                await stream.settle()
                return
    except (ModelUnavailableError, ModelTimeoutError):
        if not hearing.whole:
            raise


def _rich(request: ModelRequest) -> bool:
    return any(message.parts for message in request.messages)


def _no_listing(target: Target) -> ModelError:
    return ModelError(
        f"{target.provider.name} is spoken to by a library, which lists no models.",
        fix="Look into the documents of the provider, and test a name: casework models test",
        code="model.no_listing",
    )

"""Providers that neither wire speaks to, through pydantic-ai (the extra `providers`).

Where the provider's own library takes an HTTP client, it gets ours, and every call passes the
border as it is sent. Where it does not (AWS, gRPC), host and content are checked and recorded
before the library is called, and what it sends is its own affair: `routed` says which.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from casework.base.errors import (
    CaseworkError,
    ModelMissingError,
    ModelRefusedError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from casework.models.names import Target
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.failures import failure_of
from casework.models.wires.library_http import Journey, client_of, under_way
from casework.models.wires.pictures import pictures_of
from casework.models.wires.replies import cut_off
from casework.models.wires.way import Way
from casework.models.wires.words import encode
from casework.types.message import ModelAnswer, ModelRequest

if TYPE_CHECKING:
    from pydantic_ai import messages as theirs
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

_INSTALL = "Install it with: pip install 'casework[providers]'"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A model of the library, and whether its calls go over our border as they are sent."""

    model: Model
    routed: bool


Make = Callable[[Target], Spoken]


class Library:
    """Speaks through pydantic-ai. Models are made once for each target and key."""

    def __init__(self, way: Way, make: Make | None = None) -> None:
        self._way = way
        self._make = make or make_model
        self._made: dict[tuple[str, str, str], Spoken] = {}

    async def ask(self, target: Target, request: ModelRequest) -> ModelAnswer:
        """One try of a call; raises the `ModelError` that came instead, or a `BorderError`."""
        try:
            from casework.models.wires import library_messages
        except ImportError as error:
            raise _not_installed(target) from error
        spoken = self._spoken(target)
        asked = library_messages.parameters(request, spoken.model)
        pictures = await pictures_of(request)
        messages = library_messages.conversation(request, target, pictures, asked[1])
        if not spoken.routed:
            self._declare(target, request, messages)
        settings = library_messages.settings(request, target)
        journey = Journey(self._way, target, request)
        token = under_way.set(journey)
        try:
            response, first_s = await _asked(spoken.model, messages, settings, asked[0], request)
        except CaseworkError:
            raise
        except Exception as error:
            raise journey.error or _translated(error, target) from error
        finally:
            under_way.reset(token)
        told = _asked_of(target)
        if request.stream and spoken.routed and response.finish_reason is None:
            raise cut_off(told, "before its end")
        answer = library_messages.answer_of(response, told, request, loose=bool(asked[1]))
        return replace(answer, first_token_s=first_s)

    def _spoken(self, target: Target) -> Spoken:
        mark = (str(target), target.provider.base_url, target.key)
        known = self._made.get(mark)
        if known is None:
            known = self._made[mark] = self._make(target)
        return known

    def _declare(
        self, target: Target, request: ModelRequest, messages: list[theirs.ModelMessage]
    ) -> None:
        from pydantic_ai.messages import ModelMessagesTypeAdapter

        body = ModelMessagesTypeAdapter.dump_json(messages)
        tools = encode([[tool.name, tool.description, tool.schema] for tool in request.tools])
        self._way.declare(
            target.provider.base_url,
            body + tools.encode() if request.tools else body,
            purpose=request.purpose,
        )


def make_model(target: Target) -> Spoken:
    """The library's model for a target; raises `ModelMissingError` saying what is missing."""
    try:
        from pydantic_ai.exceptions import UserError
        from pydantic_ai.models import infer_model
        from pydantic_ai.providers import infer_provider_class
    except ImportError as error:
        raise _not_installed(target) from error
    name = target.provider.name
    try:
        kind = infer_provider_class(name)
    except ValueError as error:
        raise ModelMissingError(
            f"pydantic-ai has no provider {name!r}.",
            fix="With the dialect `library` a provider has the name that pydantic-ai gives it.",
        ) from error
    except ImportError as error:
        raise _not_installed(target, own=True) from error
    told, routed = arguments_of(kind, target)
    try:
        provider = kind(**told)
        return Spoken(infer_model(f"{name}:{target.model}", lambda _: provider), routed)
    except ImportError as error:
        raise _not_installed(target, own=True) from error
    except (UserError, TypeError, ValueError) as error:
        raise ModelMissingError(
            f"{name} cannot be used as it is configured: {error}.",
            fix="Look into pydantic-ai's page about this provider for what it needs.",
        ) from error


def arguments_of(kind: type, target: Target) -> tuple[dict[str, object], bool]:
    """What the provider of the library is made with, and whether our client is among it."""
    known = inspect.signature(kind.__init__).parameters  # type: ignore[misc]
    told: dict[str, object] = {}
    if target.key and "api_key" in known:
        told["api_key"] = target.key
    if "base_url" in known:
        told["base_url"] = target.provider.base_url
    elif "api_host" in known:
        told["api_host"] = target.provider.host
    client = known.get("http_client")
    if client is None:
        if not {"base_url", "api_host"} & told.keys():
            raise ModelMissingError(
                f"{target.provider.name} calls a host of its own choice, which cannot be checked.",
                fix="Use another provider for this model.",
            )
        return told, False
    wants_old = "httpx." in str(client.annotation) and "httpx2" not in str(client.annotation)
    told["http_client"] = client_of("httpx" if wants_old else "httpx2")
    return told, True


async def _asked(
    model: Model,
    messages: list[theirs.ModelMessage],
    settings: ModelSettings,
    parameters: ModelRequestParameters,
    request: ModelRequest,
) -> tuple[theirs.ModelResponse, float | None]:
    """The response, and when its first piece came where it was streamed."""
    from pydantic_ai import direct
    from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

    told = {"model_settings": settings, "model_request_parameters": parameters}
    if not request.stream:
        return await direct.model_request(model, messages, **told, instrument=False), None  # type: ignore[arg-type]
    began, first_token_s = perf_counter(), None
    async with direct.model_request_stream(model, messages, **told, instrument=False) as stream:  # type: ignore[arg-type]
        async for event in stream:
            if first_token_s is None and isinstance(event, PartStartEvent):
                first_token_s = perf_counter() - began
            text = ""
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                text = event.part.content
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                text = event.delta.content_delta
            if text and request.on_text is not None:
                request.on_text(text)
        return stream.get(), first_token_s


def _asked_of(target: Target) -> Asked:
    return Asked(target, target.provider.base_url or target.provider.name)


def _translated(error: Exception, target: Target) -> CaseworkError:
    """An error of the library as the error of ours that it means."""
    from pydantic_ai import exceptions

    asked = _asked_of(target)
    if isinstance(error, exceptions.ModelHTTPError):
        body = b""
        with suppress(TypeError, ValueError):
            body = encode(error.body).encode()
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        return failure_of(HttpReply(error.status_code, headers, body), asked)
    words = asked.quoted(str(error))
    if isinstance(error, exceptions.ContentFilterError):
        return ModelRefusedError(f"{asked.who} refused the text: {words}.")
    if isinstance(error, exceptions.ModelTimeoutError | exceptions.ModelRequestTimeout):
        return ModelTimeoutError(f"{asked.who} ran out of time: {words}.")
    if isinstance(error, exceptions.UserError):
        return ModelRequestError(f"{asked.who} does not accept the request: {words}.")
    return ModelUnavailableError(f"{asked.who} gave no answer: {words}.")


def _not_installed(target: Target, *, own: bool = False) -> ModelMissingError:
    """The extra is missing, or the provider's `own` library."""
    provider = target.provider.name
    if not own:
        return ModelMissingError(
            f"The provider {provider} is spoken to through pydantic-ai, which is not installed.",
            fix=_INSTALL,
            code="model.not_installed",
        )
    return ModelMissingError(
        f"The provider {provider} needs a library of its own, which is not installed.",
        fix=f"Install it with: pip install 'pydantic-ai-slim[{provider}]'",
        code="model.not_installed",
    )

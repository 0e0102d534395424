"""The door to language models: one call with everything that is wrapped around it.

A call is: which model · a slot · the border · the wire · what it cost; tried again by the class of
error, inside one span. Knows nothing of steps, cells or documents.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from casework.base.clock import Clock, SystemClock
from casework.base.errors import CaseworkError, ModelRequestError, RateLimitedError
from casework.base.limits import Hold, Pace, Rate, Sleep, Slots
from casework.base.retry import RetryPolicy, retry
from casework.models.border import Border
from casework.models.endpoints import Endpoints
from casework.models.names import Provider, Target
from casework.models.transport import HttpCall
from casework.models.wires import openai
from casework.models.wires.asked import Asked
from casework.observe.collect import noted, span
from casework.observe.cost import Prices, shipped_prices
from casework.types.message import Message, ModelAnswer, ModelRequest
from casework.types.span import CASE, RUN, STEP, MessagePart
from casework.types.usage import Usage
from casework.types.values import Json

_SECONDS_A_MINUTE = 60.0
_LISTING_S = 20.0
_CHECK_TOKENS = 512  # room for models that think before they say a word


@dataclass(frozen=True, slots=True)
class Check:
    """A tiny call that worked: which model answered, how long it took, what it used."""

    model: str
    answered_by: str
    latency_s: float
    usage: Usage
    text: str


@dataclass(slots=True)
class _Lane:
    """What all calls to one provider share."""

    slots: Slots
    pace: Pace
    hold: Hold
    rate: Rate | None
    headers: dict[str, dict[str, str]] = field(default_factory=dict)


class Gateway:
    """Asks models; implements `ModelCalls`.

    `seed` makes the waits between tries repeatable. One gateway belongs to one event loop.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        border: Border,
        *,
        clock: Clock | None = None,
        policy: RetryPolicy | None = None,
        prices: Prices | None = None,
        seed: int | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._endpoints = endpoints
        self._border = border
        self._clock = clock or SystemClock()
        self._policy = policy or RetryPolicy()
        self._prices = prices or shipped_prices()
        self._dice = random.Random(seed)
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._omitted: dict[str, frozenset[str]] = {}

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """The model's answer to a request whose model is a role or `provider:model`.

        Raises `ModelMissingError` when it is not configured (naming what to set), any other
        `ModelError` when no answer came, and `BorderError` when the call may not leave.
        """
        target = self._endpoints.target(request.model)
        request = replace(request, whose=(noted(RUN), noted(CASE), noted(STEP)))
        with span(f"chat {target.model}", _asked_attributes(target, request)) as piece:
            if piece.recording:
                piece.parts = tuple(part for m in request.messages for part in _parts(m))
            answer = await self._tried(target, request, piece)
            if piece.recording:
                piece.attributes.update(_answered_attributes(answer))
                piece.parts = (*piece.parts, MessagePart("assistant", answer.text))
        return answer

    async def list_models(self, provider: str) -> tuple[str, ...]:
        """The models that a provider says it has, as `provider:model`."""
        found = self._endpoints.provider(provider)
        key = self._endpoints.find_key(found.name, found.key_env) or ""
        target = Target(found, "", key)
        url = found.base_url + openai.MODELS_PATH
        call = HttpCall(url, method="GET", headers=self._headers(target), timeout_s=_LISTING_S)
        reply = await self._border.send(call, purpose="list models")
        return tuple(
            f"{found.name}:{name}" for name in openai.read_models(reply, Asked(target, url))
        )

    async def check(self, model: str) -> Check:
        """Ask a model for one word: whether it answers, how fast, and what that used."""
        request = ModelRequest(
            model,
            (Message("user", "Answer with the one word: ready"),),
            max_output_tokens=_CHECK_TOKENS,
            purpose="check",
        )
        answer = await self.ask(request)
        asked = str(self._endpoints.name_of(model))
        return Check(asked, answer.model, answer.usage.duration_s, answer.usage, answer.text)

    async def close(self) -> None:
        """Close connections."""
        await self._border.close()

    async def _tried(self, target: Target, request: ModelRequest, piece: span) -> ModelAnswer:
        tries = waited_s = 0.0

        async def once(number: int) -> ModelAnswer:
            nonlocal tries
            tries = number
            return await self._once(target, request)

        def note(error: CaseworkError, wait_s: float) -> None:
            nonlocal waited_s
            waited_s += wait_s
            lane = self._lane(target.provider)
            if error.retry_after_s:
                lane.hold.shut(error.retry_after_s)
            if isinstance(error, RateLimitedError):
                lane.pace.slowed()

        try:
            return await retry(
                once,
                policy=self._policy,
                clock=self._clock,
                dice=self._dice,
                sleep=self._sleep,
                on_wait=note,
            )
        finally:
            if tries > 1:
                piece.set("casework.tries", int(tries))
                piece.set("casework.waited_s", round(waited_s, 3))

    async def _once(self, target: Target, request: ModelRequest) -> ModelAnswer:
        """One try: in its turn, over the border, read and priced."""
        lane = self._lane(target.provider)
        async with lane.slots:
            if lane.hold.remaining_s:
                await lane.hold.passed()
            if lane.rate is not None:
                await lane.rate.take()
            began = self._clock.monotonic_s()
            answer = await self._adapted(target, request)
            took_s = self._clock.monotonic_s() - began
        lane.pace.eased()
        return self._priced(answer, target, took_s)

    async def _adapted(self, target: Target, request: ModelRequest) -> ModelAnswer:
        """Send; a field that this very model does not take is left out from then on."""
        while True:
            omit = self._omitted.get(str(target), frozenset())
            try:
                return await self._send(target, request, omit)
            except ModelRequestError as error:
                if not error.parameter or error.parameter in omit:
                    raise
                known = self._omitted.get(str(target), frozenset())
                self._omitted[str(target)] = known | {error.parameter}

    async def _send(
        self, target: Target, request: ModelRequest, omit: frozenset[str]
    ) -> ModelAnswer:
        provider = target.provider
        body = openai.request_body(
            request, target.model, provider.dialect, omit=omit, redact=self._border.redact
        )
        url = provider.base_url + openai.PATH
        call = HttpCall(url, body, headers=self._headers(target), timeout_s=provider.timeout_s)
        reply = await self._border.send(call, purpose=request.purpose, whose=request.whose)
        enforced = openai.enforces(provider.dialect, omit)
        return openai.read_answer(reply, Asked(target, url), request, enforced=enforced)

    def _priced(self, answer: ModelAnswer, target: Target, took_s: float) -> ModelAnswer:
        usage = answer.usage
        cost = usage.cost_usd
        if cost is None:
            provider = target.provider.name
            cost = self._prices.cost_usd(provider, target.model, usage)
            if cost is None and answer.model != target.model:
                cost = self._prices.cost_usd(provider, answer.model, usage)
        return ModelAnswer(
            answer.text,
            answer.model,
            answer.finish,
            Usage(
                usage.calls,
                usage.input_tokens,
                usage.output_tokens,
                usage.cached_tokens,
                cost,
                took_s,
            ),
            answer.refusal,
            answer.request_id,
        )

    def _headers(self, target: Target) -> Mapping[str, str]:
        lane = self._lane(target.provider)
        known = lane.headers.get(target.key)
        if known is None:
            known = {
                **target.provider.headers,
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": "casework",
            }
            if target.key:
                known["Authorization"] = f"Bearer {target.key}"
            lane.headers = {target.key: known}
        return known

    def _lane(self, provider: Provider) -> _Lane:
        lane = self._lanes.get(provider.name)
        if lane is None:
            a_minute = provider.requests_per_minute
            slots = Slots(provider.concurrency)
            lane = self._lanes[provider.name] = _Lane(
                slots,
                Pace(slots, clock=self._clock),
                Hold(clock=self._clock, sleep=self._sleep),
                Rate(a_minute / _SECONDS_A_MINUTE, clock=self._clock, sleep=self._sleep)
                if a_minute
                else None,
            )
        return lane


def _parts(message: Message) -> Iterator[MessagePart]:
    """A message as a trace keeps it: what other requests carry too, apart from the rest."""
    if message.shared:
        yield MessagePart(message.role, message.text[: message.shared])
    yield MessagePart(message.role, message.text[message.shared :])


def _asked_attributes(target: Target, request: ModelRequest) -> dict[str, Json]:
    attributes: dict[str, Json] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": target.provider.name,
        "gen_ai.request.model": target.model,
        "gen_ai.output.type": "text" if request.schema is None else "json",
        "server.address": target.provider.host,
        "casework.purpose": request.purpose,
    }
    if request.temperature is not None:
        attributes["gen_ai.request.temperature"] = request.temperature
    if request.max_output_tokens is not None:
        attributes["gen_ai.request.max_tokens"] = request.max_output_tokens
    return attributes


def _answered_attributes(answer: ModelAnswer) -> dict[str, Json]:
    usage = answer.usage
    attributes: dict[str, Json] = {
        "gen_ai.response.model": answer.model,
        "gen_ai.response.finish_reasons": [answer.finish],
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "casework.cost_usd": usage.cost_usd,
    }
    if answer.request_id:
        attributes["gen_ai.response.id"] = answer.request_id
    if usage.cached_tokens:
        attributes["gen_ai.usage.cache_read.input_tokens"] = usage.cached_tokens
    return attributes

"""Puts a price and a time on an answer. Knows no wire."""

from __future__ import annotations

from casework.base.clock import Clock
from casework.models.call import Call, expected_tokens
from casework.models.speaker import Speaker
from casework.observe.cost import Prices
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.usage import Usage


class Priced:
    """The innermost wrapper: sends, and counts what that took."""

    def __init__(self, speaker: Speaker, prices: Prices, clock: Clock) -> None:
        self._speaker = speaker
        self._prices = prices
        self._now = clock.monotonic_s

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer with its cost (None where no price is known) and how long it took."""
        began = self._now()
        answer = await self._speaker.ask(call.target, call.request)
        took_s = self._now() - began
        usage = answer.usage
        cost = usage.cost_usd
        if cost is None:
            cost = cost_usd(self._prices, call, answer)
        priced = Usage(
            usage.calls,
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens,
            cost,
            took_s,
            usage.cache_write_tokens,
            usage.reasoning_tokens,
        )
        return ModelAnswer(
            answer.text,
            answer.model,
            answer.finish,
            priced,
            answer.refusal,
            answer.request_id,
            answer.tool_calls,
            answer.first_token_s,
            answer.thoughts,
        )


def cost_usd(prices: Prices, call: Call, answer: ModelAnswer) -> float | None:
    """What an answer cost by the table; None when the model is not in it."""
    provider, model = call.target.provider.name, call.target.model
    cost = prices.cost_usd(provider, model, answer.usage)
    if cost is None and answer.model and answer.model != model:
        cost = prices.cost_usd(provider, answer.model, answer.usage)
    return cost


def expected_usd(prices: Prices, call: Call, request: ModelRequest) -> float | None:
    """What a call will probably cost; None when the model is not in the table."""
    tokens_in, tokens_out = expected_tokens(request)
    usage = Usage(1, tokens_in, tokens_out)
    return prices.cost_usd(call.target.provider.name, call.target.model, usage)

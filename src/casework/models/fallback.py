"""Asks another model when the one that was wanted cannot answer, by the reason.

The answer still counts as that of the request; the span tells who answered and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from casework.base.errors import (
    CaseworkError,
    ContextTooLongError,
    ModelError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.call import Asks, Call
from casework.models.endpoints import Endpoints
from casework.models.hosts import is_loopback
from casework.models.names import Target
from casework.types.message import ModelAnswer
from casework.types.usage import NO_USAGE, Usage

Reason = Literal["rate", "outage", "long", "refusal"]
REASONS: tuple[Reason, ...] = ("rate", "outage", "long", "refusal")
_OF_ERROR: tuple[tuple[type[CaseworkError], Reason], ...] = (
    (RateLimitedError, "rate"),
    (ModelUnavailableError, "outage"),
    (ModelTimeoutError, "outage"),
    (ContextTooLongError, "long"),
    (ModelRefusedError, "refusal"),
)


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """Which models are asked instead, in their order, by reason: roles or `provider:model`.
    `may_leave`: also one on another machine when the wanted one runs on this."""

    chains: Mapping[Reason, tuple[str, ...]] = field(default_factory=dict)
    may_leave: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that is named."""
        return tuple(dict.fromkeys(name for chain in self.chains.values() for name in chain))


class Fallback:
    """A wrapper: the wanted model first, then those of the chain."""

    def __init__(self, inner: Asks, fallbacks: Fallbacks, endpoints: Endpoints) -> None:
        self._inner = inner
        self._fallbacks = fallbacks
        self._endpoints = endpoints

    async def ask(self, call: Call) -> ModelAnswer:
        """The first answer; when nobody answers, what the wanted model said or failed with."""
        try:
            answer = await self._inner.ask(call)
        except ModelError as error:
            reason = reason_of(error)
            if reason is None:
                raise
            other = await self._others(call, reason, NO_USAGE)
            if other is None:
                raise
            return other
        if answer.finish != "refusal":
            return answer
        return await self._others(call, "refusal", answer.usage) or answer

    async def _others(self, call: Call, reason: Reason, spent: Usage) -> ModelAnswer | None:
        asked = {call.name}
        while (target := next(self._open(call, reason, asked), None)) is not None:
            asked.add(str(target))
            try:
                answer = await self._inner.ask(call.to(target))
            except ModelError as error:
                spoken = reason_of(error)
                if spoken is None:
                    return None
                reason = spoken
                continue
            spent = spent + answer.usage
            if answer.finish == "refusal":
                reason = "refusal"
                continue
            call.note("casework.fallback.why", reason)
            call.note("casework.fallback.model", str(target))
            return replace(answer, usage=spent)
        return None

    def _open(self, call: Call, reason: Reason, asked: set[str]) -> Iterator[Target]:
        """Models of the chain that were not asked and may be."""
        for name in self._fallbacks.chains.get(reason, ()):
            try:
                target = self._endpoints.target(name)
            except CaseworkError as error:
                call.note("casework.fallback.problem", error.message)
                continue
            if str(target) in asked:
                continue
            if self._leaves(call.target, target):
                call.note(
                    "casework.fallback.problem",
                    f"{target} is not on this machine, and model.fallback.leave is no",
                )
                continue
            yield target

    def _leaves(self, wanted: Target, other: Target) -> bool:
        here = is_loopback(wanted.provider.base_url)
        return here and not self._fallbacks.may_leave and not is_loopback(other.provider.base_url)


def reason_of(error: ModelError) -> Reason | None:
    """Why a model did not answer, as far as another one may help."""
    return next((reason for kind, reason in _OF_ERROR if isinstance(error, kind)), None)

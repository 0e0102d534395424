"""The door to language models: one call, and around it one wrapper for each concern.

ask → recorded → remembered → batched → fallback → budgeted → redacted → hedged → tried → primed →
paced → priced → the speaker, which sends. Each is a file of its own; what nobody set up is left
out. Knows nothing of steps, cells or documents.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework.base.clock import Clock, SystemClock
from casework.base.errors import ModelRequestError
from casework.base.limits import Sleep
from casework.base.retry import RetryPolicy
from casework.models.batches import BatchDesk, Batched, Shelves
from casework.models.border import Border
from casework.models.budget import Budgeted
from casework.models.cache import Keys, Remembered
from casework.models.call import Asks, Call
from casework.models.cassette import Recorder, Replayer
from casework.models.endpoints import Endpoints
from casework.models.fallback import Fallback, Fallbacks
from casework.models.hedge import Hedged
from casework.models.lanes import Lanes
from casework.models.pricing import Priced
from casework.models.priming import Primed
from casework.models.rates import Paced
from casework.models.redaction import PatternRedactor, Redacted, Redactor, When
from casework.models.speaker import Speaker
from casework.models.tries import Tries
from casework.observe.collect import span, whose
from casework.observe.cost import Prices, shipped_prices
from casework.observe.genai import (
    answered_attributes,
    answered_parts,
    asked_attributes,
    asked_parts,
)
from casework.types.message import Message, ModelAnswer, ModelRequest
from casework.types.needs import AnswerCache, BatchShelf, Budget, RateLedger
from casework.types.usage import Usage

_CHECK_TOKENS = 512  # room for models that think before they say a word


@dataclass(frozen=True, slots=True)
class Check:
    """A tiny call that worked: which model answered, how long it took, what it used.
    `first_token_s` is None where the endpoint does not stream."""

    model: str
    answered_by: str
    latency_s: float
    usage: Usage
    text: str
    first_token_s: float | None = None


@dataclass(frozen=True, slots=True)
class Outfit:
    """What the wrappers work with. What is None or off is left out of the way of a call."""

    policy: RetryPolicy = field(default_factory=RetryPolicy)
    prices: Prices | None = None
    cache: AnswerCache | None = None
    ledger: RateLedger | None = None
    budget: Budget | None = None
    remember: bool = True
    """Whether answers of calls are kept; those of batch jobs are in any case."""
    batches: BatchShelf | None = None
    batch_all: bool = False
    """Whether every call of a cell may wait for a batch job."""
    batch_poll_s: float = 60.0
    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    hedge: bool = False
    redact: When = "no"
    redactor: Redactor = field(default_factory=PatternRedactor)
    record: Path | None = None
    replay: Path | None = None


class Gateway:
    """Asks models; implements `ModelCalls`.

    `seed` makes the waits between tries repeatable. One gateway belongs to one event loop.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        border: Border,
        outfit: Outfit | None = None,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        outfit = outfit or Outfit()
        self._endpoints = endpoints
        self._border = border
        self._clock = clock or SystemClock()
        self._keys = Keys()
        self._cache = outfit.cache if outfit.replay is None else None
        self._keyed = any((outfit.cache, outfit.record, outfit.replay))
        self.lanes = Lanes(
            clock=self._clock,
            sleep=sleep,
            patience_s=outfit.policy.total_s,
            ledger=outfit.ledger,
        )
        self._speaker = Speaker(endpoints, border)
        self._recorder: Recorder | None = None
        self._desk: BatchDesk | None = None
        self._way = self._wrapped(outfit, random.Random(seed), sleep)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """The model's answer to a request whose model is a role or `provider:model`.

        Raises `ModelMissingError` when it is not configured (naming what to set), any other
        `ModelError` when no answer came, `BorderError` when the call may not leave, and a
        `WaitError` when it must wait for a budget or a batch job.
        """
        target = self._endpoints.target(request.model)
        name = str(target)
        with span(f"chat {target.model}") as piece:
            key = self._keys.of(request, name) if self._keyed else ""
            call = Call(request, target, piece, name, whose(), key)
            if piece.recording:
                _tell_asked(call)
            answer = await self._way.ask(call)
            if piece.recording:
                _tell_answered(piece, answer)
        return answer

    def forget(self, request: ModelRequest) -> None:
        """Remember no answer to this request: the one that came was of no use."""
        sheet = whose().worksheet_id
        if self._cache is not None and sheet:
            name = self.name_of(request.model)
            self._cache.forget(sheet, self._keys.of(request, name))

    def name_of(self, model: str) -> str:
        """The `provider:model` that a role or a name means."""
        return str(self._endpoints.name_of(model))

    async def list_models(self, provider: str) -> tuple[str, ...]:
        """The models that a provider says it has, as `provider:model`."""
        return await self._speaker.list_models(provider)

    async def check(self, model: str, *, stream: bool = True, number: int = 0) -> Check:
        """Ask a model for one word: whether it answers, how fast, and what that used. Calls with
        different numbers are different questions. `stream` shows the time to the first token,
        where the endpoint can."""
        word = f"ready {number}" if number else "ready"
        request = ModelRequest(
            model,
            (Message("user", f"Answer with the one word: {word}"),),
            max_output_tokens=_CHECK_TOKENS,
            purpose="check",
            stream=stream,
        )
        try:
            answer = await self.ask(request)
        except ModelRequestError:
            if not stream:
                raise
            answer = await self.ask(replace(request, stream=False))  # some models do not stream
        asked = self.name_of(model)
        usage = answer.usage
        return Check(
            asked, answer.model, usage.duration_s, usage, answer.text, answer.first_token_s
        )

    async def collect_batches(self) -> int:
        """Look at all open batch jobs now; returns how many answers came."""
        return 0 if self._desk is None else await self._desk.collect()

    async def close(self) -> None:
        """Send what has gathered for batch jobs, tell other processes, close connections."""
        if self._desk is not None:
            await self._desk.close()
        if self._recorder is not None:
            self._recorder.close()
        await self.lanes.close()
        await self._border.close()

    def _wrapped(self, outfit: Outfit, dice: random.Random, sleep: Sleep) -> Asks:
        """The way of a call, from the inside out."""
        if outfit.replay is not None:
            return Replayer(outfit.replay)
        clock, prices = self._clock, outfit.prices or shipped_prices()
        way: Asks = Priced(self._speaker, prices, clock)
        way = Paced(way, self.lanes, clock)
        way = Primed(way, clock)
        way = Tries(way, outfit.policy, clock=clock, dice=dice, sleep=sleep)
        if outfit.hedge:
            way = Hedged(way, self.lanes, clock)
        redacted: Redacted | None = None
        if outfit.redact != "no":
            way = redacted = Redacted(way, outfit.redactor, outfit.redact)
        budgeted: Budgeted | None = None
        if outfit.budget is not None:
            way = budgeted = Budgeted(way, outfit.budget, prices)
        if outfit.fallbacks.models:
            way = Fallback(way, outfit.fallbacks, self._endpoints)
        if outfit.batches is not None and self._cache is not None:
            shelves = Shelves(outfit.batches, self._cache)
            out = (self._border, self._endpoints)
            self._desk = BatchDesk(
                shelves, self._speaker, out, prices, clock=clock, poll_s=outfit.batch_poll_s
            )
            alone = None if redacted is None else redacted.concerns
            all_wait = outfit.batch_all
            way = Batched(way, self._desk, all_wait=all_wait, alone=alone, budgeted=budgeted)
        if self._cache is not None:
            way = Remembered(way, self._cache, keep=outfit.remember, budgeted=budgeted)
        if outfit.record is not None:
            way = self._recorder = Recorder(way, outfit.record, clock)
        return way


def _tell_asked(call: Call) -> None:
    provider = call.target.provider
    call.piece.attributes = asked_attributes(
        call.request, provider=provider.name, model=call.target.model, address=provider.host
    )
    call.piece.parts = asked_parts(call.request)


def _tell_answered(piece: span, answer: ModelAnswer) -> None:
    piece.attributes.update(answered_attributes(answer))
    piece.parts += answered_parts(answer)

"""Lets the first call over shared material go ahead alone, so that the others find it remembered.

A provider's cache can be read once the call that writes it is answered; calls that start together
would all pay for writing. Knows only providers that remember what is marked (dialect `marks`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping

from casework.base.clock import Clock
from casework.models.call import Asks, Call
from casework.models.wires.marks import marks_in
from casework.types.message import ModelAnswer, ModelRequest, PromptCache

_LEAST_LETTERS = 4096
"""Shorter material is remembered by nobody (1,024 tokens at least)."""
_WARM_S: Mapping[PromptCache, float] = {"off": 0.0, "short": 270.0, "long": 3500.0}
"""How long it stays remembered, with a margin: five minutes, an hour; each use begins it anew."""
_MOST_KNOWN = 4096


class Primed:
    """A wrapper: calls with the same beginning wait for the first of them, and then go together.

    When the first fails, the others go as well: what is wrong with it need not be with them. When
    it is cancelled, one of the others goes first instead. Other calls are handed on as they are.
    """

    def __init__(self, inner: Asks, clock: Clock) -> None:
        self._inner = inner
        self._now = clock.monotonic_s
        self._leaders: dict[int, asyncio.Future[None]] = {}
        self._warm_until: dict[int, float] = {}

    def ask(self, call: Call) -> Coroutine[object, None, ModelAnswer]:
        """The answer, after another call has made the provider remember what both share."""
        mark = _mark(call)
        return self._inner.ask(call) if mark is None else self._shared(call, mark)

    async def _shared(self, call: Call, mark: int) -> ModelAnswer:
        while (leader := self._leaders.get(mark)) is not None:
            await asyncio.wait([leader])
            if not leader.cancelled():
                break
        else:
            if self._warm_until.get(mark, 0.0) < self._now():
                return await self._lead(call, mark)
        answer = await self._inner.ask(call)
        self._note(mark, call.request)
        return answer

    async def _lead(self, call: Call, mark: int) -> ModelAnswer:
        leader = self._leaders[mark] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._inner.ask(call)
            self._note(mark, call.request)
            return answer
        except asyncio.CancelledError:
            leader.cancel()
            raise
        finally:
            del self._leaders[mark]
            if not leader.done():
                leader.set_result(None)

    def _note(self, mark: int, request: ModelRequest) -> None:
        now = self._now()
        if len(self._warm_until) >= _MOST_KNOWN:
            warm = {known: until for known, until in self._warm_until.items() if until > now}
            self._warm_until = warm if len(warm) < _MOST_KNOWN else {}
        self._warm_until[mark] = now + _WARM_S[request.prompt_cache]


def _mark(call: Call) -> int | None:
    """What stands before and in the shared material; None where waiting gains nothing.

    The schema and the tools count: a provider puts them before everything else.
    """
    request = call.request
    if not marks_in(request, call.target):
        return None
    before: list[object] = [call.name, id(request.schema), *map(id, request.tools)]
    letters = 0
    for message in request.messages:
        if message.shared:
            before.append(message.text[: message.shared])
            letters += message.shared
            break
        before.append(message.text)
    return hash(tuple(before)) if letters >= _LEAST_LETTERS else None

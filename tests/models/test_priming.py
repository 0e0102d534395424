from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from casework.base.errors import ModelUnavailableError
from casework.models.call import Call
from casework.models.names import Provider, Target
from casework.models.priming import Primed
from casework.models.wires.dialects import dialect_named
from casework.observe.collect import span
from casework.types.message import Message, ModelAnswer, ModelRequest
from tests.models.conftest import SCHEMA, SkippingClock

_DOCUMENT = "A long document. " * 300


@dataclass
class Slow:
    """Answers when it is told to; notes who is under way."""

    under_way: list[Call] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def ask(self, call: Call) -> ModelAnswer:
        self.under_way.append(call)
        await self.gate.wait()
        if self.fails:
            raise ModelUnavailableError("down")
        return ModelAnswer("x", "m")


def _call(question: str = "?", document: str = _DOCUMENT, dialect: str = "anthropic") -> Call:
    target = Target(Provider("house", "http://x/v1", dialect_named(dialect)), "m")
    turns = (Message("system", "S"), Message("user", document + question, shared=len(document)))
    return Call(ModelRequest("m", turns, SCHEMA), target, span("chat"), "house:m")


async def _begun(way: Primed, *calls: Call) -> list[asyncio.Task[ModelAnswer]]:
    tasks = [asyncio.create_task(way.ask(call)) for call in calls]
    await asyncio.sleep(0.01)
    return tasks


async def test_calls_over_the_same_document_wait_for_the_first_and_then_go_together() -> None:
    inner = Slow()
    way = Primed(inner, SkippingClock())
    tasks = await _begun(way, *(_call(f"{n}") for n in range(5)))
    assert len(inner.under_way) == 1
    inner.gate.set()
    await asyncio.gather(*tasks)
    assert len(inner.under_way) == 5


@pytest.mark.parametrize(
    "others",
    [
        [_call(document="B" + _DOCUMENT)],
        [_call(document="short")],
        [_call(dialect="openai")],
        [replace(_call(), request=replace(_call().request, schema=dict(SCHEMA)))],
        [replace(_call(), request=replace(_call().request, prompt_cache="off"))],
    ],
    ids=["another document", "a short one", "another provider", "another schema", "not wished"],
)
async def test_calls_that_share_nothing_worth_remembering_do_not_wait(others: list[Call]) -> None:
    inner = Slow()
    tasks = await _begun(Primed(inner, SkippingClock()), _call(), *others)
    assert len(inner.under_way) == 1 + len(others)
    inner.gate.set()
    await asyncio.gather(*tasks)


async def test_what_is_remembered_is_waited_for_again_only_after_its_time() -> None:
    inner, clock = Slow(), SkippingClock()
    way = Primed(inner, clock)
    inner.gate.set()
    await way.ask(_call("first"))
    inner.gate.clear()
    warm = await _begun(way, _call("a"), _call("b"))
    assert len(inner.under_way) == 3
    inner.gate.set()
    await asyncio.gather(*warm)
    inner.gate.clear()
    clock.waits.append(300)
    cold = await _begun(way, _call("c"), _call("d"))
    assert len(inner.under_way) == 4
    inner.gate.set()
    await asyncio.gather(*cold)


async def test_when_the_first_fails_or_is_cancelled_the_others_go() -> None:
    inner = Slow(fails=True)
    way = Primed(inner, SkippingClock())
    tasks = await _begun(way, *(_call(f"{n}") for n in range(4)))
    inner.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, ModelUnavailableError) for result in results)
    inner.gate.clear()
    inner.fails = False
    first, second = await _begun(way, _call("x"), _call("y"))
    first.cancel()
    await asyncio.sleep(0.01)
    inner.gate.set()
    assert (await second).text == "x"


async def test_when_the_first_is_cancelled_exactly_one_of_the_others_goes_first() -> None:
    inner = Slow()
    tasks = await _begun(Primed(inner, SkippingClock()), *(_call(f"{n}") for n in range(5)))
    for place in range(2):
        tasks[place].cancel()
        await asyncio.sleep(0.01)
        assert len(inner.under_way) == place + 2
    inner.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, ModelAnswer) for result in results] == [False] * 2 + [True] * 3
    assert len(inner.under_way) == 5


async def test_a_model_behind_a_router_that_remembers_by_itself_is_not_waited_for() -> None:
    inner = Slow()
    calls = [_call(f"{n}", dialect="openrouter") for n in range(3)]
    marked = [replace(call, target=replace(call.target, model="anthropic/x")) for call in calls]
    tasks = await _begun(Primed(inner, SkippingClock()), *calls, *marked)
    assert len(inner.under_way) == 3 + 1
    inner.gate.set()
    await asyncio.gather(*tasks)

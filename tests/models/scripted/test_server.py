"""The scripted server's rate, faults and memory of what it saw, over both wires."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from casework.base.errors import ModelError, RateLimitedError
from casework.models.testing import ScriptedServer
from casework.types.values import Json
from tests.models.conftest import ask_for
from tests.models.wires.asking import with_tool
from tests.models.wires.conftest import Speak, speak

__all__ = ["speak"]


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize(("retry_after", "told"), [("2", 2.0), ("", None)])
async def test_above_its_rate_it_answers_429_with_or_without_a_wait(
    server: ScriptedServer, speak: Speak, dialect: str, retry_after: str, told: float | None
) -> None:
    server.play(rate_per_s=0.1, burst=3, retry_after=retry_after, dialect=dialect)
    voice = speak(dialect)
    results = await asyncio.gather(
        *(voice.ask(ask_for(f"{n}")) for n in range(8)), return_exceptions=True
    )
    limited = [result for result in results if isinstance(result, RateLimitedError)]
    assert len(limited) == 5
    assert {error.retry_after_s for error in limited} == {told}


async def test_the_rate_is_a_bucket_that_fills_again(server: ScriptedServer, speak: Speak) -> None:
    server.play(rate_per_s=50, burst=1)
    voice, answered = speak(), 0
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        try:
            await voice.ask(ask_for(f"{answered}"))
            answered += 1
        except RateLimitedError:
            await asyncio.sleep(0.001)
    assert 2 < answered <= 28


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
async def test_faults_on_a_share_are_the_same_for_the_same_seed(
    server: ScriptedServer, speak: Speak, dialect: str, stream: bool
) -> None:
    rules: list[Json] = [
        {"share": 0.2, "error": "server"},
        {"share": 0.2, "broken": "json"},
        {"share": 0.1, "broken": "partial"},
    ]
    voice = speak(dialect)

    async def outcomes() -> list[str]:
        server.play({"rules": rules}, dialect=dialect, seed=5)
        results = await asyncio.gather(
            *(voice.ask(replace(ask_for(f"{n}"), stream=stream)) for n in range(60)),
            return_exceptions=True,
        )
        assert all(isinstance(each, ModelError) or hasattr(each, "text") for each in results)
        return [each.code if isinstance(each, ModelError) else each.text for each in results]  # type: ignore[union-attr]

    first = await outcomes()
    assert first == await outcomes()
    assert 5 < first.count("model.unavailable") < 35


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
async def test_a_tool_that_must_be_called_is_called_with_arguments_that_fit(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play(dialect=dialect)
    answer = await speak(dialect).ask(with_tool(tool_choice="required"))
    (call,) = answer.tool_calls
    assert (call.name, list(call.parsed())) == ("look_up", ["name"])
    saw = server.requests()[-1]["saw"]
    assert saw == {"images": [], "tools": ["look_up"], "tool_results": []}


async def test_azures_older_form_wants_its_version(server: ScriptedServer, speak: Speak) -> None:
    server.play(dialect="azure-deployments", key="sk-of-the-house")
    with pytest.raises(ModelError, match=r"not found|endpoint"):
        await speak("azure-deployments").ask(ask_for())
    voice = speak("azure-deployments", api_version="2024-10-21", model="my gpt")
    assert (await voice.ask(ask_for())).text
    told = server.requests()[-1]
    assert told["path"] == "/v1/deployments/my%20gpt/chat/completions?api-version=2024-10-21"

"""Streamed answers of both wires, whole and cut, over the wire."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from casework.base.errors import ModelMissingError, ModelTimeoutError, ModelUnavailableError
from casework.models.testing import ScriptedServer
from casework.types.values import Json
from tests.models.conftest import ask_for
from tests.models.wires.conftest import Speak

WIRES = ("openai", "anthropic")
DIALECTS = (*WIRES, "mistral", "openrouter", "groq", "gemini", "deepseek", "llamacpp", "ollama")


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_streamed_answer_is_the_answer_that_is_not_streamed(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play(
        {"rules": [{"answer": {"value": "12.30", "quote": "über alles " * 40}}]}, dialect=dialect
    )
    voice = speak(dialect)
    whole = await voice.ask(ask_for())
    streamed = await voice.ask(replace(ask_for(), stream=True))
    assert whole.first_token_s is None
    assert streamed.first_token_s is not None
    assert streamed.first_token_s > 0
    same = replace(streamed, first_token_s=None, request_id=whole.request_id)
    assert same == whole
    assert server.stats().streamed == 1


@pytest.mark.parametrize("dialect", WIRES)
async def test_the_time_to_the_first_token_is_less_than_that_to_the_last(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"text": "word " * 60}]}, dialect=dialect, latency_ms=20, piece_ms=5)
    heard: list[str] = []
    request = replace(ask_for(schema=None), stream=True, on_text=heard.append)
    answer = await speak(dialect).ask(request)
    assert answer.first_token_s is not None
    assert 0.02 <= answer.first_token_s < 0.08
    assert "".join(heard) == answer.text == "word " * 60
    assert len(heard) > 5


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_stream_that_is_cut_off_is_never_called_an_answer(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"broken": "partial"}]}, dialect=dialect)
    with pytest.raises(ModelUnavailableError) as caught:
        await speak(dialect).ask(replace(ask_for(), stream=True))
    assert caught.value.retryable


@pytest.mark.parametrize("dialect", WIRES)
async def test_a_stream_that_falls_silent_is_given_up_after_its_own_time(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"broken": "stall"}]}, dialect=dialect)
    with pytest.raises(ModelTimeoutError, match=r"sent nothing for 0\.5 s") as caught:
        await speak(dialect).ask(replace(ask_for(), stream=True))
    assert caught.value.retryable
    assert "model.idle" in caught.value.fix


@pytest.mark.parametrize("dialect", WIRES)
async def test_a_stream_that_takes_too_long_in_all_is_given_up_though_it_never_rests(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"text": "word " * 500}]}, dialect=dialect, piece_ms=20)
    with pytest.raises(ModelTimeoutError, match=r"within 0\.3 s"):
        await speak(dialect, timeout_s=0.3).ask(replace(ask_for(), stream=True))


@pytest.mark.parametrize("dialect", WIRES)
async def test_an_error_in_the_middle_of_a_stream_means_what_it_means_before_it(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"broken": "late"}]}, dialect=dialect)
    with pytest.raises(ModelUnavailableError, match=r"overloaded|Overloaded"):
        await speak(dialect).ask(replace(ask_for(), stream=True))


@pytest.mark.parametrize("dialect", WIRES)
async def test_an_endpoint_that_does_not_stream_is_read_as_it_is(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"broken": "whole"}]}, dialect=dialect)
    answer = await speak(dialect).ask(replace(ask_for(), stream=True))
    assert "EUR 12.30" in answer.text
    assert answer.first_token_s is None


@pytest.mark.parametrize("dialect", WIRES)
async def test_a_page_instead_of_a_stream_is_told_as_that(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play({"rules": [{"broken": "html"}]}, dialect=dialect)
    with pytest.raises(ModelMissingError, match="a page titled “Welcome”"):
        await speak(dialect).ask(replace(ask_for(), stream=True))


@pytest.mark.parametrize("dialect", WIRES)
async def test_the_connection_of_a_stream_is_used_again(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play(dialect=dialect)
    voice = speak(dialect)
    for number in range(4):
        await voice.ask(replace(ask_for(f"{number}"), stream=True))
    assert server.stats().connections == 1


@pytest.mark.parametrize("dialect", WIRES)
async def test_refusals_and_cut_answers_are_known_in_a_stream(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    request = replace(ask_for(), stream=True)
    server.play({"rules": [{"refusal": "I would rather not."}]}, dialect=dialect)
    refused = await speak(dialect).ask(request)
    server.play({"rules": [{"broken": "cut"}]}, dialect=dialect)
    cut = await speak(dialect).ask(request)
    assert (refused.finish, refused.refusal) == ("refusal", "I would rather not.")
    assert cut.finish == "length"


async def test_a_field_for_streams_that_is_not_taken_is_left_out_from_then_on(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play(dialect="mistral")
    voice = speak("compatible")
    for number in range(2):
        assert (await voice.ask(replace(ask_for(f"{number}"), stream=True))).text
    assert server.stats().statuses == {"422": 1, "200": 2}
    assert voice.speaker.omitted(voice.target) == {"stream_options"}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", WIRES)
async def test_a_cancelled_call_gives_its_connection_up_at_once(
    server: ScriptedServer, speak: Speak, dialect: str, stream: bool
) -> None:
    rule: dict[str, Json] = {"broken": "stall"} if stream else {"hang": True}
    server.play({"rules": [rule]}, dialect=dialect)
    voice = speak(dialect)
    task = asyncio.ensure_future(voice.ask(replace(ask_for(), stream=stream)))
    while server.stats().in_flight == 0:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while server.stats().in_flight:
        await asyncio.sleep(0.01)
    assert server.stats().aborted == 1

"""Providers through pydantic-ai: its own test models, and its providers over our border."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

pytest.importorskip("pydantic_ai")

from pydantic_ai import messages as theirs
from pydantic_ai.models.function import AgentInfo, DeltaToolCall, FunctionModel
from pydantic_ai.models.test import TestModel

from casework.base.errors import (
    BorderError,
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelMissingError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.border import Border, Departure
from casework.models.names import Provider, Target
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.models.wires.dialects import dialect_named
from casework.models.wires.library import Library, Spoken, arguments_of
from casework.types.message import Message, ModelRequest
from casework.types.values import Json
from tests.models.conftest import SCHEMA, ask_for
from tests.models.wires.asking import PAGE, TWO_CALLS, with_results, with_tool
from tests.models.wires.conftest import Speak

HOME = "https://models.example.com/v1"
TARGET = Target(Provider("elsewhere", HOME, dialect_named("library")), "m")


def _library(model: FunctionModel | TestModel, told: list[Departure]) -> Library:
    border = Border(AiohttpTransport(), ["models.example.com:443"], sink=told.append)
    return Library(border, lambda target: Spoken(model, routed=False))


async def test_the_librarys_own_test_model_answers_a_schema() -> None:
    told: list[Departure] = []
    library = _library(TestModel(custom_output_args={"value": "1", "quote": "q"}), told)
    answer = await library.ask(TARGET, ask_for())
    assert json.loads(answer.text) == {"value": "1", "quote": "q"}
    assert answer.finish == "stop"
    assert answer.usage.output_tokens > 0


async def test_what_a_library_sends_by_itself_is_recorded_before_it_is_called() -> None:
    told: list[Departure] = []
    await _library(TestModel(), told).ask(TARGET, ask_for(schema=None))
    (left,) = told
    assert (left.host, left.purpose, left.local) == ("models.example.com:443", "extract", False)
    assert left.bytes > 100


async def test_a_library_is_not_called_for_a_host_that_nobody_configured() -> None:
    called = False

    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        nonlocal called
        called = True
        return theirs.ModelResponse([theirs.TextPart("x")])

    library = Library(
        Border(AiohttpTransport(), []), lambda target: Spoken(FunctionModel(answer), routed=False)
    )
    with pytest.raises(BorderError):
        await library.ask(TARGET, ask_for())
    assert not called


async def test_a_conversation_with_tools_and_pictures_reaches_the_library_whole() -> None:
    seen: list[list[theirs.ModelMessage]] = []

    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        seen.append(messages)
        assert [tool.name for tool in info.function_tools] == ["look_up"]
        if len(seen) == 1:
            call = theirs.ToolCallPart("look_up", {"name": "Ada"}, "c1")
            thought = theirs.ThinkingPart("hm", signature="s")
            return theirs.ModelResponse([thought, theirs.TextPart("See:"), call])
        return theirs.ModelResponse([theirs.TextPart("done")])

    library = _library(FunctionModel(answer), [])
    request = with_tool(messages=(Message("system", "S"), Message("user", "U", parts=(PAGE,))))
    first = await library.ask(TARGET, request)
    assert (first.finish, first.tool_calls[0].parsed()) == ("tool_calls", {"name": "Ada"})
    assert (await library.ask(TARGET, with_results(request, first))).text == "done"
    system, user, said, result = seen[1]
    assert isinstance(system.parts[0], theirs.SystemPromptPart)
    assert isinstance(user.parts[0], theirs.UserPromptPart)
    assert isinstance(user.parts[0].content[1], theirs.BinaryContent)
    assert isinstance(said.parts[0], theirs.ThinkingPart)
    assert said.parts[0].signature == "s"
    assert isinstance(result.parts[0], theirs.ToolReturnPart)
    assert result.parts[0].tool_name == "look_up"


async def test_a_streamed_answer_tells_when_its_first_piece_came() -> None:
    async def answer(
        messages: list[theirs.ModelMessage], info: AgentInfo
    ) -> AsyncIterator[str | dict[int, DeltaToolCall]]:
        for word in ("one ", "two ", "three"):
            yield word

    heard: list[str] = []
    library = _library(FunctionModel(stream_function=answer), [])
    request = replace(ask_for(schema=None), stream=True, on_text=heard.append)
    found = await library.ask(TARGET, request)
    assert found.text == "".join(heard) == "one two three"
    assert found.first_token_s is not None


async def test_an_answer_that_the_library_calls_failed_is_no_answer() -> None:
    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        return theirs.ModelResponse([theirs.TextPart("The total is 1")], finish_reason="error")

    with pytest.raises(ModelUnavailableError, match="broke off its answer"):
        await _library(FunctionModel(answer), []).ask(TARGET, ask_for(schema=None))


async def test_a_refusal_through_the_library_holds_no_key() -> None:
    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        said = theirs.TextPart("Not with sk-12345678901\x1b[2J")
        return theirs.ModelResponse([said], finish_reason="content_filter")

    found = await _library(FunctionModel(answer), []).ask(TARGET, ask_for(schema=None))
    assert (found.finish, found.refusal) == ("refusal", "Not with [key] [2J")


class _OwnHost:
    """A provider of the library that cannot be told where to call."""

    def __init__(self, *, api_key: str | None = None) -> None:
        raise AssertionError("made although nobody knows where it calls")


class _ToldHost:
    def __init__(self, *, api_key: str | None = None, api_host: str | None = None) -> None: ...


def test_a_library_is_told_the_configured_host_or_is_not_used() -> None:
    told, routed = arguments_of(_ToldHost, TARGET)
    assert (told, routed) == ({"api_host": "models.example.com:443"}, False)
    with pytest.raises(ModelMissingError, match="a host of its own choice"):
        arguments_of(_OwnHost, TARGET)


@pytest.mark.parametrize(
    ("raised", "meant"),
    [(RuntimeError("boom"), ModelUnavailableError), (ValueError("odd"), ModelUnavailableError)],
)
async def test_whatever_a_library_raises_becomes_an_error_of_ours(
    raised: Exception, meant: type[ModelError]
) -> None:
    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        raise raised

    with pytest.raises(meant, match="elsewhere:m gave no answer"):
        await _library(FunctionModel(answer), []).ask(TARGET, ask_for())


def _openai() -> None:
    pytest.importorskip("openai")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_provider_of_the_library_goes_over_our_border_byte_by_byte(
    server: ScriptedServer, speak: Speak, stream: bool
) -> None:
    _openai()
    server.play(dialect="compatible")
    voice = speak("library", provider="openai-chat", model="gpt-4o")
    answer = await voice.ask(replace(ask_for(), stream=stream))
    assert json.loads(answer.text)["quote"].startswith("The total due")
    assert (answer.first_token_s is not None) == stream
    assert server.counts() == {voice.departures[0].sha256: 1}
    server.play({"rules": [TWO_CALLS]}, dialect="compatible")
    request = with_tool(stream=stream)
    called = await voice.ask(request)
    assert [call.parsed()["name"] for call in called.tool_calls] == ["Ada", "Bob"]
    assert (await voice.ask(with_results(request, called))).finish == "stop"


async def test_a_stream_through_the_library_that_ends_too_early_is_no_answer(
    server: ScriptedServer, speak: Speak
) -> None:
    _openai()
    server.play({"rules": [{"broken": "partial"}]}, dialect="compatible")
    with pytest.raises(ModelUnavailableError):
        await speak("library", provider="openai-chat", model="gpt-4o").ask(
            replace(ask_for(), stream=True)
        )


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("rate_limit", RateLimitedError),
        ("unauthorised", ModelAuthError),
        ("server", ModelUnavailableError),
        ("context", ContextTooLongError),
    ],
)
async def test_errors_through_the_library_mean_the_same_and_are_tried_once(
    server: ScriptedServer, speak: Speak, kind: str, meant: type[ModelError]
) -> None:
    _openai()
    server.play({"rules": [{"error": kind, "retry_after": "7"}]})
    with pytest.raises(meant) as caught:
        await speak("library", provider="openai-chat", model="gpt-4o").ask(ask_for())
    assert type(caught.value) is meant
    assert server.stats().calls == 1
    if meant is RateLimitedError:
        assert caught.value.retry_after_s == 7


async def test_a_library_that_calls_another_host_than_configured_is_stopped(
    server: ScriptedServer, speak: Speak
) -> None:
    _openai()
    server.play()
    with pytest.raises(BorderError, match=r"api\.deepseek\.com"):
        await speak("library", provider="deepseek", model="deepseek-chat").ask(ask_for())


async def test_a_broken_connection_under_the_library_is_told_in_our_words(
    server: ScriptedServer, speak: Speak
) -> None:
    _openai()
    server.play({"rules": [{"broken": "drop"}]})
    with pytest.raises(ModelUnavailableError, match="broke before the answer was complete"):
        await speak("library", provider="openai-chat", model="gpt-4o").ask(ask_for())


async def test_without_the_extra_the_error_says_how_to_install_it(
    speak: Speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "pydantic_ai"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("library", "library_messages"):
        monkeypatch.delitem(sys.modules, f"casework.models.wires.{name}", raising=False)
    found = builtins.__import__

    def missing(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == "pydantic_ai":
            raise ImportError(name)
        return found(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ModelMissingError) as caught:
        await speak("library").ask(ask_for())
    assert "pip install 'casework[providers]'" in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "words"),
    [("nonsense", "has no provider 'nonsense'"), ("cohere", "pip install 'pydantic-ai-slim")],
)
async def test_what_a_provider_lacks_is_told(speak: Speak, provider: str, words: str) -> None:
    if provider == "cohere" and "cohere" in sys.modules:
        pytest.skip("its library is here")
    with pytest.raises(ModelMissingError) as caught:
        await speak("library", provider=provider).ask(ask_for())
    assert words in str(caught.value)


async def test_a_library_lists_no_models_and_says_so(speak: Speak) -> None:
    with pytest.raises(ModelError, match="lists no models"):
        await speak("library").speaker.list_models("house")


async def test_a_model_without_schemas_gets_the_schema_in_words() -> None:
    def answer(messages: list[theirs.ModelMessage], info: AgentInfo) -> theirs.ModelResponse:
        assert "JSON schema" in str(messages[0])
        return theirs.ModelResponse([theirs.TextPart('Here: {"value": "1"} as asked')])

    plain = FunctionModel(answer, profile={"supports_tools": False})
    request = ModelRequest("default", (Message("user", "?"),), SCHEMA)
    found = await _library(plain, []).ask(TARGET, request)
    wanted: Json = {"value": "1"}
    assert json.loads(found.text) == wanted

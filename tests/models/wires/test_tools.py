"""Calls of tools and pictures, out and back, on both wires and in every dialect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import InputError, InvalidAnswerError
from casework.models.testing import ScriptedServer
from casework.types.message import Image, Message, ModelRequest, ToolCall
from casework.types.values import Json
from tests.models.conftest import SCHEMA, ask_for
from tests.models.wires.asking import LOOK, PAGE, PICTURE, TWO_CALLS, with_results, with_tool
from tests.models.wires.conftest import Speak

DIALECTS = ("openai", "anthropic", "mistral", "openrouter", "gemini", "deepseek", "ollama", "vllm")


def _body(server: ScriptedServer) -> dict[str, Json]:
    body = server.requests()[-1]["body"]
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_two_calls_at_once_and_their_results_go_there_and_back(
    server: ScriptedServer, speak: Speak, dialect: str, stream: bool
) -> None:
    server.play({"rules": [TWO_CALLS]}, dialect=dialect)
    voice, request = speak(dialect), with_tool(stream=stream)
    answer = await voice.ask(request)
    assert answer.finish == "tool_calls"
    assert answer.text == "Let me see."
    assert [(call.name, call.parsed()) for call in answer.tool_calls] == [
        ("look_up", {"name": "Ada"}),
        ("look_up", {"name": "Bob"}),
    ]
    assert len({call.id for call in answer.tool_calls}) == 2
    done = await voice.ask(with_results(request, answer))
    assert done.finish == "stop"
    saw = server.requests()[-1]["saw"]
    assert isinstance(saw, dict)
    results = saw["tool_results"]
    assert isinstance(results, list)
    assert [each["text"] for each in results] == ["Ada is known", "Bob is known"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("dialect", "choice", "told"),
    [
        ("openai", "required", "required"),
        ("mistral", "required", "any"),
        ("openai", "none", "none"),
        ("openai", "look_up", {"type": "function", "function": {"name": "look_up"}}),
        ("anthropic", "required", {"type": "any"}),
        ("anthropic", "none", {"type": "none"}),
        ("anthropic", "look_up", {"type": "tool", "name": "look_up"}),
        ("anthropic", "auto", None),
        ("openai", "auto", None),
    ],
)
async def test_the_choice_of_a_tool_is_told_in_the_words_of_each_wire(
    server: ScriptedServer, speak: Speak, dialect: str, choice: str, told: Json
) -> None:
    server.play(dialect=dialect)
    answer = await speak(dialect).ask(with_tool(tool_choice=choice))
    assert _body(server).get("tool_choice") == told
    assert bool(answer.tool_calls) == (choice in ("required", "look_up"))


async def test_one_call_at_a_time_is_told_in_the_words_of_each_wire(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play()
    await speak("openai").ask(with_tool(parallel_tools=False))
    assert _body(server)["parallel_tool_calls"] is False
    server.play(dialect="anthropic")
    await speak("anthropic").ask(with_tool(parallel_tools=False))
    assert _body(server)["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


async def test_a_strict_endpoint_gets_strict_tools(server: ScriptedServer, speak: Speak) -> None:
    server.play()
    await speak("openai").ask(with_tool())
    tools = _body(server)["tools"]
    assert isinstance(tools, list)
    assert tools[0] == {
        "type": "function",
        "function": {
            "name": "look_up",
            "description": "Looks a person up.",
            "parameters": LOOK.schema,
            "strict": True,
        },
    }


@pytest.mark.parametrize(("dialect", "thought"), [("anthropic", "hm"), ("deepseek", "hm")])
async def test_a_thought_goes_back_with_the_results_where_that_is_asked(
    server: ScriptedServer, speak: Speak, dialect: str, thought: str
) -> None:
    calls: Json = [{"name": "look_up", "arguments": {"name": name}} for name in ("Ada", "Bob")]
    steps: Json = [{"calls": calls, "thought": thought}, {"fill": True}]
    server.play({"rules": [{"by": "turn", "sequence": steps}]}, dialect=dialect)
    voice, request = speak(dialect), with_tool()
    answer = await voice.ask(request)
    assert answer.thoughts[0].text == thought
    await voice.ask(with_results(request, answer))
    assert thought in str(_body(server)["messages"])


async def test_what_one_provider_sealed_is_opened_for_no_other(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play({"rules": [TWO_CALLS]}, dialect="gemini")
    voice, request = speak("gemini"), with_tool()
    answer = await voice.ask(request)
    assert all(call.sealed for call in answer.tool_calls)
    await voice.ask(with_results(request, answer))
    assert "seal-of-" in str(_body(server))
    await speak("gemini", provider="other").ask(with_results(request, answer))
    assert "seal-of-" not in str(_body(server))


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "mistral", "ollama"])
async def test_a_picture_arrives_as_the_bytes_that_it_is(
    server: ScriptedServer, speak: Speak, dialect: str
) -> None:
    server.play(dialect=dialect)
    turns = (Message("user", "What stands on this page?", parts=(PAGE,)),)
    answer = await speak(dialect).ask(ModelRequest("default", turns))
    assert f"picture image/png, {len(PICTURE)} bytes, sha256 {PAGE.sha256}" in answer.text
    assert server.stats().images == 1


async def test_a_picture_whose_bytes_have_changed_does_not_leave(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play()
    other = Image(PAGE.sha256, "image/png", lambda: b"another")
    voice = speak()
    with pytest.raises(InputError, match="is not what it was"):
        await voice.ask(ModelRequest("default", (Message("user", "?", parts=(other,)),)))
    assert voice.departures == []


@pytest.mark.parametrize("text", ["not json", "[1]", "7"])
def test_arguments_that_are_no_json_object_are_told_with_the_tool(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match="arguments for the tool look_up"):
        ToolCall("1", "look_up", text).parsed()
    assert ToolCall("1", "look_up", "").parsed() == {}


@pytest.mark.parametrize(
    ("dialect", "field"), [("openai", "seed"), ("mistral", "random_seed"), ("anthropic", "")]
)
async def test_a_seed_is_told_where_it_can_be(
    server: ScriptedServer, speak: Speak, dialect: str, field: str
) -> None:
    server.play(dialect=dialect)
    await speak(dialect).ask(replace(ask_for(), seed=7))
    assert [name for name in _body(server) if "seed" in name] == ([field] if field else [])


async def test_tools_and_a_schema_go_together(server: ScriptedServer, speak: Speak) -> None:
    for dialect in ("openai", "anthropic"):
        server.play({"rules": [TWO_CALLS]}, dialect=dialect)
        voice, request = speak(dialect), with_tool(schema=SCHEMA)
        answer = await voice.ask(request)
        assert answer.finish == "tool_calls"
        done = await voice.ask(with_results(request, answer))
        assert done.text.startswith("{")

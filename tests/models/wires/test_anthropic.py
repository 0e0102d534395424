"""Anthropic's wire: what is sent, what is read, and what each model takes."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.names import Provider, Target
from casework.models.scripted.script import ErrorKind
from casework.models.testing import ScriptedServer
from casework.models.transport import HttpReply
from casework.models.wires.anthropic import MessagesWire
from casework.models.wires.anthropic_models import native_schema
from casework.models.wires.asked import Asked
from casework.models.wires.dialects import dialect_named
from casework.models.wires.wire import Fitting
from casework.types.message import Message, ModelAnswer, ModelRequest, Thought, ToolResult
from casework.types.values import Json
from tests.models.conftest import SCHEMA, ask_for
from tests.models.wires.asking import LOOK, PAGE, PICTURE
from tests.models.wires.conftest import Speak

WIRE = MessagesWire()
NEW, OLD, NEWEST = "claude-sonnet-4-5", "claude-3-5-haiku-latest", "claude-opus-5-5"


def _target(model: str = NEW) -> Target:
    provider = Provider("claude", "https://api.anthropic.com/v1", dialect_named("anthropic"))
    return Target(provider, model, "sk-ant-key")


def _body(request: ModelRequest, model: str = NEW, *omit: str) -> dict[str, Json]:
    pictures = {PAGE.sha256: PICTURE}
    found: dict[str, Json] = json.loads(
        WIRE.body(request, _target(model), Fitting(frozenset(omit), pictures))
    )
    return found


def _turns(request: ModelRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        WIRE.body(request, _target(), Fitting(pictures={PAGE.sha256: PICTURE}))
    )["messages"]
    return found


def _read(data: Json, request: ModelRequest | None = None, model: str = NEW) -> ModelAnswer:
    asked = Asked(_target(model), "https://api.anthropic.com/v1/messages")
    reply = HttpReply(200, {}, json.dumps(data).encode())
    return WIRE.read_answer(reply, asked, request or ask_for(schema=None))


def test_the_key_and_the_version_stand_in_headers_of_their_own() -> None:
    headers = WIRE.headers(_target())
    assert headers["x-api-key"] == "sk-ant-key"
    assert headers["anthropic-version"] == "2023-06-01"
    assert "Authorization" not in headers


def test_the_system_turn_stands_apart_and_a_limit_is_always_told() -> None:
    body = _body(ask_for("the document", schema=None, system="Read."))
    assert body["system"] == "Read."
    assert body["messages"] == [{"role": "user", "content": "the document"}]
    assert body["max_tokens"] == 16_384
    assert _body(ask_for(schema=None, most=77))["max_tokens"] == 77
    assert _body(ask_for(schema=None), "claude-3-haiku-20240307")["max_tokens"] == 4096


def test_a_schema_is_sent_as_the_output_format_where_the_model_has_one() -> None:
    body = _body(ask_for())
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert "tools" not in body


@pytest.mark.parametrize(("model", "omit"), [(OLD, ()), (NEW, ("output_config",))])
def test_a_schema_is_a_tool_that_must_be_called_where_the_model_has_no_format(
    model: str, omit: tuple[str, ...]
) -> None:
    body = _body(ask_for(), model, *omit)
    assert "output_config" not in body
    tools = body["tools"]
    assert isinstance(tools, list)
    assert tools[0] == {
        "name": "price",
        "description": "Give the answer.",
        "input_schema": SCHEMA,
    }
    choice = {"type": "tool", "name": "price", "disable_parallel_tool_use": True}
    assert body["tool_choice"] == choice


def test_a_schema_is_told_in_words_beside_tools_of_ones_own() -> None:
    body = _body(replace(ask_for(), tools=(LOOK,)), OLD)
    assert '"additionalProperties"' in str(body["system"])
    assert "tool_choice" not in body


def test_a_schema_that_is_too_rich_for_the_format_is_given_as_a_tool() -> None:
    many: Json = {f"f{n}": {"type": ["string", "null"]} for n in range(20)}
    rich: dict[str, Json] = {"type": "object", "properties": many, "required": list(many)}  # type: ignore[arg-type]
    assert "tool_choice" in _body(ask_for(schema=rich))


def test_bounds_that_the_format_does_not_take_are_told_in_the_description() -> None:
    schema: Json = {
        "title": "x",
        "type": "object",
        "properties": {
            "maximum": {"type": "number", "maximum": 5, "description": "A share"},
            "when": {"type": "string", "format": "date", "pattern": "^2"},
            "rows": {"type": "array", "minItems": 3, "items": {"oneOf": [{"type": "null"}]}},
        },
    }
    assert native_schema(schema) == {
        "type": "object",
        "properties": {
            "maximum": {"type": "number", "description": "A share {maximum: 5}"},
            "when": {"type": "string", "format": "date", "description": "{pattern: ^2}"},
            "rows": {
                "type": "array",
                "minItems": 1,
                "items": {"anyOf": [{"type": "null"}]},
                "description": "{minItems: 3}",
            },
        },
        "additionalProperties": False,
    }


def test_shared_material_is_marked_to_be_remembered_and_nothing_else() -> None:
    turns = (Message("system", "Read."), Message("user", "DOCUMENTS question", shared=9))
    request = ModelRequest("default", turns)
    (turn,) = _turns(request)
    assert turn["content"] == [
        {"type": "text", "text": "DOCUMENTS", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": " question"},
    ]
    assert '"ttl": "1h"' in json.dumps(_body(replace(request, prompt_cache="long")))
    assert "cache_control" not in json.dumps(_body(replace(request, prompt_cache="off")))
    assert "cache_control" not in json.dumps(_body(request, NEW, "cache_control"))


def test_no_more_than_four_places_are_marked() -> None:
    turns = tuple(Message("user", f"{n} shared", shared=8) for n in range(6))
    assert json.dumps(_body(ModelRequest("default", turns))).count("cache_control") == 4


def test_a_conversation_with_tools_is_remembered_up_to_its_last_turn() -> None:
    turns = (Message("user", "Who?"), Message("user", "", parts=(ToolResult("c1", "Ada"),)))
    first, last = _turns(ModelRequest("default", turns, tools=(LOOK,)))
    assert first["content"] == "Who?"
    assert last["content"][0]["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in json.dumps(_body(ModelRequest("default", turns)))


def test_a_temperature_is_told_only_to_models_that_take_one() -> None:
    assert _body(ask_for())["temperature"] == 0.0
    assert "temperature" not in _body(ask_for(), NEWEST)
    assert _body(replace(ask_for(), temperature=1.7))["temperature"] == 1.0


def test_pictures_results_and_turns_without_content_become_blocks() -> None:
    turns = (
        Message("user", "", parts=(PAGE,)),
        Message("assistant", ""),
        Message("user", "Go on.", parts=(ToolResult("c1", "", failed=True),)),
    )
    first, second, third = _turns(ModelRequest("default", turns))
    assert first["content"][0]["source"]["media_type"] == "image/png"
    assert second == {"role": "assistant", "content": "(nothing)"}
    assert third["content"] == [
        {"type": "tool_result", "tool_use_id": "c1", "content": "(nothing)", "is_error": True},
        {"type": "text", "text": "Go on."},
    ]


def test_a_thought_without_a_seal_of_this_provider_stays_away() -> None:
    strange = (Thought("elsewhere", "other signed s1"), Thought("own", "claude signed s2"))
    hidden = (Thought("", "claude hidden d3"), Thought("", "claude signed s4"))
    turns = (Message("assistant", "x", parts=(*strange, *hidden)),)
    (turn,) = _turns(ModelRequest("default", turns))
    assert turn["content"][:3] == [
        {"type": "thinking", "thinking": "own", "signature": "s2"},
        {"type": "redacted_thinking", "data": "d3"},
        {"type": "thinking", "thinking": "", "signature": "s4"},
    ]


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("tool_use", "tool_calls"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        (None, "stop"),
    ],
)
def test_every_reason_to_stop_is_known(reason: Json, finish: str) -> None:
    content: Json = [{"type": "text", "text": "no"}]
    answer = _read({"content": content, "stop_reason": reason})
    assert answer.finish == finish
    assert bool(answer.refusal) == (finish == "refusal")


def test_all_input_counts_whether_it_was_remembered_or_not() -> None:
    usage: Json = {
        "input_tokens": 10,
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 20,
        "output_tokens": 7,
    }
    told = _read({"content": [], "usage": usage}).usage
    assert (told.input_tokens, told.output_tokens) == (130, 7)
    assert (told.cached_tokens, told.cache_write_tokens, told.cost_usd) == (100, 20, None)


def test_the_call_of_the_tool_for_the_schema_is_the_answer() -> None:
    call: Json = {"type": "tool_use", "id": "1", "name": "price", "input": {"value": "ü"}}
    answer = _read({"content": [call], "stop_reason": "tool_use"}, ask_for(), OLD)
    assert (answer.text, answer.finish, answer.tool_calls) == ('{"value":"ü"}', "stop", ())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["content", "type", "text", "error", "usage", "input", "name"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_json_comes_back_it_is_an_answer_or_an_error_of_ours(data: Json) -> None:
    shapes: list[Json] = [data, {"content": [data]}, {"content": data}, {"error": data}]
    for shape in shapes:
        with suppress(ModelError):
            assert isinstance(_read(shape).text, str)


_MEANINGS: dict[ErrorKind, type[ModelError]] = {
    "bad_request": ModelRequestError,
    "unauthorised": ModelAuthError,
    "no_credit": ModelAuthError,
    "forbidden": ModelAuthError,
    "moderated": ModelRefusedError,
    "unknown_model": ModelMissingError,
    "no_such_path": ModelMissingError,
    "elsewhere": ModelMissingError,
    "timeout": ModelTimeoutError,
    "conflict": ModelUnavailableError,
    "too_large": ContextTooLongError,
    "context": ContextTooLongError,
    "rate_limit": RateLimitedError,
    "server": ModelUnavailableError,
    "bad_gateway": ModelUnavailableError,
    "overloaded": ModelUnavailableError,
    "inside": ModelUnavailableError,
    "inside_choice": ModelUnavailableError,
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", _MEANINGS)
async def test_errors_mean_the_same_as_those_of_other_endpoints(
    server: ScriptedServer, speak: Speak, kind: ErrorKind, stream: bool
) -> None:
    server.play({"rules": [{"error": kind}]}, dialect="anthropic")
    with pytest.raises(ModelError) as caught:
        await speak("anthropic").ask(replace(ask_for(), stream=stream))
    assert type(caught.value) is _MEANINGS[kind]


async def test_the_wait_that_is_asked_for_is_kept_also_when_all_are_too_many(
    server: ScriptedServer, speak: Speak
) -> None:
    for kind in ("rate_limit", "overloaded"):
        server.play({"rules": [{"error": kind, "retry_after": "9"}]}, dialect="anthropic")
        with pytest.raises(ModelError) as caught:
            await speak("anthropic").ask(ask_for())
        assert caught.value.retryable
        assert caught.value.retry_after_s == 9


@pytest.mark.parametrize("model", [NEW, OLD, NEWEST, "claude-opus-4-7", "claude-haiku-4-5"])
@pytest.mark.parametrize("stream", [False, True])
async def test_every_generation_answers_a_schema_at_the_first_call(
    server: ScriptedServer, speak: Speak, model: str, stream: bool
) -> None:
    server.play(dialect="anthropic")
    answer = await speak("anthropic", model=model).ask(replace(ask_for(), stream=stream))
    assert json.loads(answer.text)["quote"].startswith("The total due")
    assert answer.finish == "stop"
    assert server.stats().statuses == {"200": 1}


async def test_a_model_whose_name_says_nothing_is_learnt_from_its_refusals(
    server: ScriptedServer, speak: Speak
) -> None:
    refuses: Json = {
        "error": "bad_request",
        "message": "output_config: Extra inputs are not permitted",
    }
    server.play(
        {"rules": [{"by": "call", "sequence": [refuses, {"fill": True}]}]}, dialect="anthropic"
    )
    voice = speak("anthropic", model="house-model")
    assert json.loads((await voice.ask(ask_for())).text)
    assert voice.speaker.omitted(voice.target) == {"output_config"}


async def test_models_are_listed_over_all_pages(server: ScriptedServer, speak: Speak) -> None:
    names: list[Json] = [f"claude-{n:04d}" for n in range(1200)]
    server.play(dialect="anthropic", models=names, key="sk-of-the-house")
    found = await speak("anthropic").speaker.list_models("house")
    assert len(found) == 1200
    assert found[0] == "house:claude-0000"

from __future__ import annotations

import hashlib

from casework.observe.genai import (
    answered_attributes,
    answered_parts,
    asked_attributes,
    asked_parts,
)
from casework.types.message import (
    Image,
    Message,
    ModelAnswer,
    ModelRequest,
    Text,
    Thought,
    Tool,
    ToolCall,
    ToolResult,
)
from casework.types.usage import Usage

_PICTURE = b"a picture"
_IMAGE = Image(hashlib.sha256(_PICTURE).hexdigest(), "image/png", lambda: _PICTURE)


def test_a_request_is_told_in_the_words_of_the_conventions() -> None:
    tool = Tool("look", "Looks.", {"type": "object"})
    request = ModelRequest(
        "default",
        (),
        max_output_tokens=9,
        tools=(tool,),
        tool_choice="required",
        stream=True,
        seed=7,
    )
    told = asked_attributes(request, provider="openai", model="gpt-5", address="api:443")
    assert told == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5",
        "gen_ai.output.type": "text",
        "server.address": "api:443",
        "casework.purpose": "extract",
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.max_tokens": 9,
        "gen_ai.request.seed": 7,
        "gen_ai.request.stream": True,
        "casework.tools": ["look"],
        "casework.tool_choice": "required",
    }


def test_an_answer_tells_its_first_token_its_caches_and_the_calls_of_tools() -> None:
    answer = ModelAnswer(
        "",
        "gpt-5-2026",
        "tool_calls",
        Usage(1, 100, 20, 60, 0.5, 2.0, 30, 10),
        request_id="r1",
        tool_calls=(ToolCall("c1", "look", '{"name":"Ada"}'),),
        first_token_s=0.25,
    )
    assert answered_attributes(answer) == {
        "gen_ai.response.model": "gpt-5-2026",
        "gen_ai.response.finish_reasons": ["tool_calls"],
        "gen_ai.response.id": "r1",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_creation.input_tokens": 30,
        "gen_ai.usage.reasoning.output_tokens": 10,
        "gen_ai.response.time_to_first_chunk": 0.25,
        "casework.tool_calls": [{"id": "c1", "name": "look"}],
        "casework.cost_usd": 0.5,
    }


def test_an_answer_that_was_not_streamed_tells_no_time_to_its_first_token() -> None:
    told = answered_attributes(ModelAnswer("x", "m"))
    assert "gen_ai.response.time_to_first_chunk" not in told
    assert "casework.tool_calls" not in told


def test_what_is_shared_stands_apart_so_that_it_is_stored_once() -> None:
    parts = asked_parts(
        ModelRequest("m", (Message("system", "S"), Message("user", "DOCS ask", shared=4)))
    )
    assert [(part.role, part.text) for part in parts] == [
        ("system", "S"),
        ("user", "DOCS"),
        ("user", " ask"),
    ]


def test_a_picture_is_kept_as_its_hash_and_never_as_its_bytes() -> None:
    results = (ToolResult("c1", "yes"), ToolResult("c2", "no", failed=True))
    turns = (
        Message("user", "", parts=(_IMAGE, Text("What is it?"))),
        ModelAnswer(
            "", "m", tool_calls=(ToolCall("c1", "look", "{}"),), thoughts=(Thought("hm"),)
        ).as_message(),
        Message("user", "", parts=results),
    )
    parts = asked_parts(ModelRequest("m", turns))
    assert [(part.role, part.text) for part in parts] == [
        ("image", f"image/png sha256:{_IMAGE.sha256}"),
        ("user", "What is it?"),
        ("thought", "hm"),
        ("tool_call", '{"arguments":"{}","id":"c1","name":"look"}'),
        ("tool", "yes"),
        ("tool_error", "no"),
    ]


def test_an_answer_is_kept_as_its_text_or_as_its_calls() -> None:
    assert [part.text for part in answered_parts(ModelAnswer("said", "m"))] == ["said"]
    calling = ModelAnswer("so", "m", tool_calls=(ToolCall("c1", "look", "{}"),))
    assert [part.role for part in answered_parts(calling)] == ["assistant", "tool_call"]

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import ModelError, ModelMissingError, ModelUnavailableError
from casework.models.names import Provider, Target
from casework.models.testing import ScriptedServer
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.dialects import DIALECTS, dialect_named
from casework.models.wires.openai import ChatWire
from casework.models.wires.wire import Fitting
from casework.models.wires.words import most_strict, prompt
from casework.types.message import Message, ModelAnswer, ModelRequest
from casework.types.values import Json
from tests.models.conftest import SCHEMA, OpenDoor, ask_for

_ASKED = Asked(Target(Provider("house", "http://x/v1", dialect_named("openai")), "m"), "http://x")


def _body(request: ModelRequest, dialect: str = "openai", *omit: str) -> dict[str, Json]:
    target = Target(Provider("house", "http://x/v1", dialect_named(dialect)), "m")
    data = ChatWire().body(request, target, Fitting(frozenset(omit)))
    found: dict[str, Json] = json.loads(data)
    return found


def _read(data: Json, request: ModelRequest | None = None) -> ModelAnswer:
    reply = HttpReply(200, {}, json.dumps(data).encode())
    return ChatWire().read_answer(reply, _ASKED, request or ask_for())


def _completion(message: Json, finish: str = "stop", told: dict[str, Json] | None = None) -> Json:
    return {"choices": [{"message": message, "finish_reason": finish}], **(told or {})}


def test_openai_gets_a_strict_schema_and_its_own_name_for_the_limit() -> None:
    body = _body(ask_for(most=100))
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "price", "schema": SCHEMA, "strict": True},
    }
    assert body["max_completion_tokens"] == 100
    assert "max_tokens" not in body
    assert body["temperature"] == 0.0


@pytest.mark.parametrize("dialect", ["ollama", "vllm", "llamacpp", "compatible"])
def test_local_servers_get_the_schema_without_strict(dialect: str) -> None:
    body = _body(ask_for(most=100), dialect)
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "price", "schema": SCHEMA},
    }
    assert body["max_tokens"] == 100


def test_openrouter_is_asked_what_the_call_cost() -> None:
    assert _body(ask_for(), "openrouter")["usage"] == {"include": True}


def test_a_schema_that_strict_cannot_take_is_sent_without_it() -> None:
    open_schema: dict[str, Json] = {"type": "object", "properties": {"a": {"type": "string"}}}
    told = _body(ask_for(schema=open_schema))["response_format"]
    assert told == {
        "type": "json_schema",
        "json_schema": {"name": "price", "schema": open_schema, "strict": False},
    }


def test_two_steps_with_schemas_of_one_name_keep_their_own() -> None:
    one: dict[str, Json] = {"type": "object", "properties": {}, "title": "one"}
    two: dict[str, Json] = {"type": "object", "properties": {}, "title": "two"}
    assert "one" in json.dumps(_body(ask_for(schema=one)))
    assert "two" in json.dumps(_body(ask_for(schema=two)))


def test_plain_text_asks_for_no_format() -> None:
    for dialect in DIALECTS:
        assert "response_format" not in _body(ask_for(schema=None), dialect)


@pytest.mark.parametrize("system", [True, False])
def test_a_schema_in_words_stands_in_the_system_turn_never_beside_documents(system: bool) -> None:
    request = ask_for("the document")
    turns = request.messages if system else request.messages[1:]
    body = _body(ModelRequest("default", turns, SCHEMA), "plain")
    messages = body["messages"]
    assert isinstance(messages, list)
    first, last = messages[0], messages[-1]
    assert isinstance(first, dict)
    assert first["role"] == "system"
    assert '"additionalProperties"' in str(first["content"])
    assert last == {"role": "user", "content": "the document"}


@pytest.mark.parametrize(
    ("omit", "field"),
    [
        (["max_completion_tokens"], "max_tokens"),
        (["max_completion_tokens", "max_tokens"], None),
        ([], "max_completion_tokens"),
    ],
)
def test_a_limit_that_is_not_taken_by_one_name_is_given_by_the_other(
    omit: list[str], field: str | None
) -> None:
    body = _body(ask_for(most=7), "openai", *omit)
    limits = {name for name in body if name.startswith("max_")}
    assert limits == ({field} if field else set())


@given(st.text(), st.text())
def test_any_text_survives_the_way_into_a_request(system: str, text: str) -> None:
    body = _body(ask_for(text, system=system))
    assert body["messages"] == [
        {"role": "system", "content": system},
        {"role": "user", "content": text},
    ]


def test_half_of_a_surrogate_pair_does_not_stop_a_call() -> None:
    assert _body(ask_for("broken \ud800 text"))["model"] == "m"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("plain", "plain"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        ([{"type": "thinking", "text": "hm", "thinking": []}, {"type": "text", "text": "b"}], "b"),
        (["a", "b"], "ab"),
        (None, ""),
        ([], ""),
        ({"odd": 1}, ""),
    ],
)
def test_content_is_read_as_text_or_as_parts(content: Json, text: str) -> None:
    assert _read(_completion({"content": content})).text == text


@pytest.mark.parametrize(
    ("message", "finish", "refusal"),
    [
        ({"content": None, "refusal": "I cannot."}, "stop", "I cannot."),
        ({"content": [{"type": "refusal", "refusal": "No."}]}, "stop", "No."),
        ({"content": "Sorry."}, "content_filter", "Sorry."),
        ({"content": None}, "content_filter", "stopped by the endpoint (content_filter)"),
        ({"content": ""}, "SAFETY", "stopped by the endpoint (safety)"),
    ],
)
def test_a_refusal_is_known_in_every_form(message: Json, finish: str, refusal: str) -> None:
    answer = _read(_completion(message, finish))
    assert (answer.finish, answer.refusal) == ("refusal", refusal)


@pytest.mark.parametrize("finish", ["length", "model_length", "max_tokens"])
def test_a_cut_answer_is_known_in_every_form(finish: str) -> None:
    assert _read(_completion({"content": "a"}, finish)).finish == "length"


@pytest.mark.parametrize(
    ("told", "tokens"),
    [
        ({"usage": {"prompt_tokens": 10, "completion_tokens": 2}}, (10, 2, 0, None)),
        (
            {"usage": {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 4}}},
            (10, 0, 4, None),
        ),
        ({"usage": {"prompt_tokens": 9, "prompt_cache_hit_tokens": 3}}, (9, 0, 3, None)),
        ({"usage": {"prompt_tokens": 1, "cost": 0.25}}, (1, 0, 0, 0.25)),
        ({"timings": {"prompt_n": 6, "cache_n": 4, "predicted_n": 3}}, (10, 3, 4, None)),
        ({"usage": None}, (0, 0, 0, None)),
        ({"usage": {"prompt_tokens": "many", "prompt_tokens_details": None}}, (0, 0, 0, None)),
        ({}, (0, 0, 0, None)),
    ],
)
def test_tokens_are_read_in_every_form(
    told: dict[str, Json], tokens: tuple[int, int, int, float | None]
) -> None:
    usage = _read(_completion({"content": "a"}, told=told)).usage
    found = (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.cost_usd)
    assert found == tokens
    assert usage.calls == 1


@pytest.mark.parametrize("data", [[], "text", 1, {}, {"choices": 5}, {"choices": "x"}, None])
def test_json_that_is_no_completion_is_told_as_another_kind_of_endpoint(data: Json) -> None:
    with pytest.raises(ModelMissingError, match="is not a chat-completions endpoint"):
        _read(data)


@pytest.mark.parametrize("choices", [[], [None], ["text"]])
def test_an_answer_without_a_choice_is_told(choices: Json) -> None:
    with pytest.raises(ModelUnavailableError, match="without a choice"):
        _read({"choices": choices})


def test_json_that_breaks_off_is_told_with_its_length() -> None:
    with pytest.raises(ModelUnavailableError, match="breaks off after 14 bytes"):
        ChatWire().read_answer(HttpReply(200, {}, b'{"choices": [{'), _ASKED, ask_for())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["choices", "message", "content", "error", "usage", "finish_reason"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_json_comes_back_it_is_an_answer_or_an_error_of_ours(data: Json) -> None:
    shapes: list[Json] = [
        data,
        {"choices": [data]},
        {"choices": [{"message": data}]},
        {"error": data},
    ]
    for shape in shapes:
        with suppress(ModelError):
            assert isinstance(_read(shape).text, str)


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (SCHEMA, True),
        ({"type": "object", "properties": {"a": SCHEMA}, "required": ["a"]}, False),
        ({"type": "array", "items": SCHEMA}, True),
        ({"anyOf": [SCHEMA, {"type": "object", "properties": {"a": {}}}]}, False),
        ({"$defs": {"x": {"type": "object", "properties": {"a": {}}}}}, False),
        ({"type": "string", "enum": ["a"]}, True),
    ],
)
def test_strictness_is_told_from_the_schema(schema: Json, strict: bool) -> None:
    assert most_strict(schema) is strict


def test_our_own_words_to_models_are_data_with_their_places() -> None:
    assert "{schema}" in prompt("schema_in_words")
    assert "{reason}" in prompt("repair")
    assert prompt("version")


@pytest.mark.parametrize(
    "dialect", ["openai", "mistral", "openrouter", "ollama", "vllm", "llamacpp"]
)
async def test_refusals_and_cut_answers_come_over_the_wire_of_every_dialect(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play({"rules": [{"refusal": "I would rather not."}]}, dialect=dialect)
    refused = await open_door(dialect).gateway.ask(ask_for())
    server.play({"rules": [{"broken": "cut"}]}, dialect=dialect)
    cut = await open_door(dialect).gateway.ask(ask_for())
    assert (refused.finish, refused.refusal) == ("refusal", "I would rather not.")
    assert cut.finish == "length"


def test_messages_keep_their_order_and_roles() -> None:
    turns = (Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    body = _body(ModelRequest("default", turns))
    assert [turn["role"] for turn in body["messages"]] == ["user", "assistant", "user"]  # type: ignore[union-attr,index,call-overload]


@pytest.mark.parametrize(
    ("dialect", "key", "headers"),
    [
        ("openai", "k", {"Authorization": "Bearer k"}),
        ("azure", "k", {"api-key": "k"}),
        ("openai", "", {}),
    ],
)
def test_the_key_stands_where_each_endpoint_looks_for_it(
    dialect: str, key: str, headers: dict[str, str]
) -> None:
    target = Target(Provider("house", "http://x/v1", dialect_named(dialect)), "m", key)
    told = ChatWire().headers(target)
    named = {name: told[name] for name in ("Authorization", "api-key") if name in told}
    assert named == headers


def test_azure_has_its_deployment_in_the_address_in_the_older_form_and_none_in_the_newer() -> None:
    base = "https://r.openai.azure.com/openai"
    older = Provider("a", base, dialect_named("azure-deployments"), api_version="2024-10-21")
    newer = Provider("a", f"{base}/v1", dialect_named("azure"))
    wire = ChatWire()
    assert wire.url(Target(older, "my gpt")) == (
        f"{base}/deployments/my%20gpt/chat/completions?api-version=2024-10-21"
    )
    assert wire.models_url(Target(older, "")) == f"{base}/models?api-version=2024-10-21"
    assert wire.url(Target(newer, "my gpt")) == f"{base}/v1/chat/completions"


def test_a_key_for_the_cache_goes_where_one_is_taken_and_marks_where_they_are() -> None:
    shared = Message("user", "DOCUMENTS question", shared=9)
    request = ModelRequest("default", (shared,), cache_key="case-7", prompt_cache="long")
    body = _body(request)
    assert (body["prompt_cache_key"], body["prompt_cache_retention"]) == ("case-7", "24h")
    assert "prompt_cache_retention" not in _body(replace(request, prompt_cache="short"))
    assert "prompt_cache_key" not in _body(replace(request, prompt_cache="off"))
    assert "prompt_cache_key" not in _body(request, "ollama")
    router = Provider("house", "http://x/v1", dialect_named("openrouter"))
    for model, marked in (("anthropic/claude-sonnet-4.5", True), ("openai/gpt-5", False)):
        text = ChatWire().body(request, Target(router, model)).decode()
        assert ("cache_control" in text) is marked


def test_reasoning_tokens_are_counted_apart() -> None:
    usage: Json = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 7}}
    told = _read(_completion({"content": "a"}, told={"usage": usage})).usage
    assert (told.output_tokens, told.reasoning_tokens) == (9, 7)

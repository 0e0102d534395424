"""What endpoints say that no document of theirs promises: nothing half is called whole, nothing
told by them makes us fail, wait or show what we should not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest

from casework.base.errors import (
    ModelAuthError,
    ModelError,
    ModelRequestError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.names import Provider, Target
from casework.models.transport import HttpReply
from casework.models.wires.anthropic import MessagesWire
from casework.models.wires.asked import Asked
from casework.models.wires.dialects import dialect_named
from casework.models.wires.events import Event
from casework.models.wires.failures import failure_of, failure_told
from casework.models.wires.openai import ChatWire
from casework.models.wires.wire import Fitting
from casework.types.message import Message, ModelAnswer, ModelRequest, Tool
from casework.types.values import Json
from tests.models.wires.conftest import Speak

KEY = "9f8e7d6c5b4a39281706"
URL = "https://models.example.com/v1/chat/completions"
REQUEST = ModelRequest("default", (Message("user", "hello"),))


def _asked(dialect: str = "compatible") -> Asked:
    provider = Provider("house", "https://models.example.com/v1", dialect_named(dialect))
    return Asked(Target(provider, "m", KEY), URL)


def _chat(choice: Json, **more: Json) -> ModelAnswer:
    body = json.dumps({"choices": [choice], **more}).encode()
    return ChatWire().read_answer(HttpReply(200, {}, body), _asked(), REQUEST)


def _streamed(*chunks: Json) -> ModelAnswer:
    hearing = ChatWire().hear(_asked(), REQUEST)
    for chunk in chunks:
        hearing.take(Event("", json.dumps(chunk)))
    return hearing.answer()


def _delta(**delta: Json) -> Json:
    return {"choices": [{"delta": delta}]}


END: Json = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "reason",
    [
        "error",
        "abort",
        "insufficient_system_resource",
        "network_error",
        "MALFORMED_FUNCTION_CALL",
        "function_call_filter: MALFORMED_FUNCTION_CALL",
    ],
)
def test_an_answer_that_its_endpoint_calls_broken_off_is_no_answer(reason: str) -> None:
    with pytest.raises(ModelUnavailableError, match="broke off its answer") as caught:
        _chat({"message": {"content": "The total is 1"}, "finish_reason": reason})
    assert caught.value.retryable
    with pytest.raises(ModelUnavailableError, match="broke off its answer"):
        _streamed(_delta(content="The to"), {"choices": [{"delta": {}, "finish_reason": reason}]})


@pytest.mark.parametrize(
    "reason", ["SAFETY", "RECITATION", "content_filter: PROHIBITED_CONTENT", "sensitive"]
)
def test_an_answer_that_was_held_back_is_a_refusal_in_any_words(reason: str) -> None:
    answer = _chat({"message": {"content": None}, "finish_reason": reason})
    assert answer.finish == "refusal"
    assert reason.lower() in answer.refusal


def test_a_stream_that_says_done_without_saying_why_is_no_whole_answer() -> None:
    hearing = ChatWire().hear(_asked(), REQUEST)
    hearing.take(Event("", json.dumps(_delta(content="The total is 1"))))
    hearing.take(Event("", "[DONE]"))
    assert not hearing.whole
    with pytest.raises(ModelUnavailableError, match="cut off"):
        hearing.answer()


def test_an_empty_last_piece_beside_the_whole_message_does_not_say_it_twice() -> None:
    last: Json = {
        "choices": [{"delta": {}, "message": {"content": "once"}, "finish_reason": "stop"}]
    }
    assert _streamed(_delta(content="on"), _delta(content="ce"), last).text == "once"


def _call(name: str, arguments: str, **more: Json) -> Json:
    return {"function": {"name": name, "arguments": arguments}, **more}


def _more(arguments: str, **more: Json) -> Json:
    return {"function": {"arguments": arguments}, **more}


@pytest.mark.parametrize(
    "pieces",
    [
        [_call("a", "{}", id="1", index=0), _call("a", '{"x":1}', id="2", index=0)],
        [_call("a", "{}", id="1"), _call("a", '{"x":1}', id="2")],
        [_call("a", "{}"), _call("a", '{"x":1}')],
        [_call("a", "{}", id=""), _call("a", '{"x":1}', id="")],
        [
            _call("a", "{}", id="1", index=0),
            _call("a", '{"x"', id="2", index=0),
            _more(":1}", index=0),
        ],
        [_call("a", "{}"), _call("a", '{"x"'), _more(":1}")],
        [
            _call("a", "", id="1", index=0),
            _call("a", '{"x"', id="2", index=1),
            _more("{}", index=0),
            _more(":1}", index=1),
        ],
    ],
    ids=[
        "one index", "no index", "no index, no id", "empty ids", "one index, in pieces",
        "no index, in pieces", "as documented",
    ],
)  # fmt: skip
def test_calls_in_a_stream_are_kept_apart_however_they_are_counted(pieces: list[Json]) -> None:
    answer = _streamed(*(_delta(tool_calls=[piece]) for piece in pieces), END)
    assert [call.parsed() for call in answer.tool_calls] == [{}, {"x": 1}]
    assert len({call.id for call in answer.tool_calls}) == 2


def test_calls_without_ids_get_others_in_every_turn() -> None:
    message: Json = {"tool_calls": [_call("a", "{}", id=""), _call("a", "{}")]}
    turns = [_chat({"message": message}, id=id) for id in ("one", "two")]
    ids = [call.id for turn in turns for call in turn.tool_calls]
    assert len(set(ids)) == 4
    assert all(len(id) == 9 and id.isalnum() for id in ids)  # as Mistral wants them


def test_thoughts_that_are_counted_apart_are_paid_for_as_output() -> None:
    usage: Json = {
        "prompt_tokens": 32,
        "completion_tokens": 9,
        "total_tokens": 135,
        "completion_tokens_details": {"reasoning_tokens": 94},
    }
    found = _chat({"message": {"content": "x"}}, usage=usage).usage
    assert (found.input_tokens, found.output_tokens, found.reasoning_tokens) == (32, 103, 94)


@pytest.mark.parametrize("odd", ["Infinity", "-Infinity", "NaN", "1e999", "-5", '"7"', "9" * 60])
def test_counts_and_costs_that_are_none_are_not_believed(odd: str) -> None:
    body = b'{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":%s,"cost":%s}}'
    reply = HttpReply(200, {}, body % (odd.encode(), odd.encode()))
    usage = ChatWire().read_answer(reply, _asked(), REQUEST).usage
    assert (usage.input_tokens, usage.cost_usd) == (0, None)
    body = b'{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":%s}}' % odd.encode()
    read = MessagesWire().read_answer(HttpReply(200, {}, body), _asked("anthropic"), REQUEST)
    assert read.usage.input_tokens == 0


@pytest.mark.parametrize("dialect", ["compatible", "anthropic"])
def test_a_nest_without_end_in_a_stream_is_a_cut_stream(dialect: str) -> None:
    wire = MessagesWire() if dialect == "anthropic" else ChatWire()
    with pytest.raises(ModelUnavailableError, match="no JSON"):
        wire.hear(_asked(dialect), REQUEST).take(Event("", "[" * 100_000))


@pytest.mark.parametrize("code", ["²", "9" * 5000, "-1", "600", 600, -1, True, None, [], {}])
def test_any_code_of_an_error_is_read_without_an_error_of_ours(code: Json) -> None:
    assert isinstance(
        failure_told({"error": {"code": code}}, HttpReply(200, {}, b""), _asked()), ModelError
    )


def _failure(told: Json, status: int = 400) -> ModelError:
    return failure_of(HttpReply(status, {}, json.dumps(told).encode()), _asked())


def test_an_error_in_a_nest_of_errors_is_read_as_far_as_it_makes_sense() -> None:
    told: Json = {"message": "too deep"}
    for _ in range(900):
        told = {"error": told}
    assert isinstance(_failure(told), ModelError)
    assert "near" in str(_failure({"error": {"message": {"detail": "near"}}}))


@pytest.mark.parametrize("words", ["model ", "Bearer ", "sk-", " \t", "context "])
def test_an_error_without_end_becomes_a_short_message(words: str) -> None:
    assert len(_failure({"error": {"message": words * 1_000_000}}).message) < 500


def test_signs_that_a_terminal_would_obey_are_left_out_of_what_an_endpoint_says() -> None:
    told = str(_failure({"error": {"message": "\x1b[2Jall \x07 fine\u202e"}}))
    assert "[2Jall fine" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)
    answer = _chat({"message": {"content": "x"}}, model="gpt\x1b[2J", id="i" * 9000)
    assert answer.model == "gpt [2J"
    assert len(answer.request_id) <= 120
    page = HttpReply(404, {}, b"<title>\x1b[2JWelcome</title>")
    assert "\x1b" not in str(failure_of(page, _asked()))


def test_the_key_is_in_no_message_though_the_endpoint_says_it() -> None:
    words = "y" * 3_990 + f" your key {KEY} is wrong"
    for told in (words, f"no such key: {KEY}", f"Bearer {KEY}"):
        assert KEY[:8] not in str(_failure({"error": {"message": told}}, 401))


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("tools[0].function.strict", "strict"),
        ("response_format.json_schema.strict", "strict"),
        ("response_format", "response_format"),
        ("messages[0].role", ""),
    ],
)
def test_the_field_that_is_not_taken_is_the_one_that_is_named(place: str, field: str) -> None:
    told: Json = {"error": {"message": "Unknown parameter.", "param": place}}
    error = _failure(told)
    assert isinstance(error, ModelRequestError)
    assert error.parameter == field


@pytest.mark.parametrize("omitted", [False, True])
def test_what_is_not_taken_inside_of_a_field_is_left_out_of_it(omitted: bool) -> None:
    schema: dict[str, Json] = {"type": "object", "properties": {}, "required": []}
    schema["additionalProperties"] = False
    tool = Tool("look", "Looks.", schema)
    asked = replace(REQUEST, schema=schema, tools=(tool,), parallel_tools=False)
    target = _asked("openai").target
    fitting = Fitting(frozenset(["strict", "disable_parallel_tool_use"] if omitted else []))
    chat = json.loads(ChatWire().body(asked, target, fitting))
    assert ("strict" in chat["response_format"]["json_schema"]) is not omitted
    assert ("strict" in chat["tools"][0]["function"]) is not omitted
    target = replace(_asked("anthropic").target, model="claude-3-haiku-20240307")
    for request in (asked, replace(asked, tools=())):
        body = json.loads(MessagesWire().body(request, target, fitting))
        assert body.get("tool_choice", {}).get("disable_parallel_tool_use", False) is not omitted


def test_the_time_to_wait_is_found_in_the_body_where_google_tells_it() -> None:
    retry: Json = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}
    error = _failure([{"error": {"code": 429, "details": [{"@type": "x"}, retry]}}], 429)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == 37.5
    for odd in ("37", "-1s", "1e9s", "²s", 37, None):
        told: Json = {"error": {"details": [{"retryDelay": odd}]}}
        assert _failure(told, 429).retry_after_s is None


@pytest.fixture
async def say() -> AsyncIterator[Callable[[Sequence[bytes]], object]]:
    """A server that answers with a stream of these pieces and then breaks off."""
    servers: list[asyncio.Server] = []

    async def start(pieces: Sequence[bytes]) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
            for piece in pieces:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    yield start
    for server in servers:
        server.close()


def _events(*chunks: Json) -> bytes:
    return b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks)


@pytest.mark.parametrize(
    "last", [b"", b"data: [DONE]\n\n", b"data: [DONE]\n\ndata: {"], ids=["none", "done", "more"]
)
async def test_a_connection_that_breaks_after_the_whole_answer_does_it_no_harm(
    speak: Speak, say: Callable[[Sequence[bytes]], asyncio.Future[str]], last: bytes
) -> None:
    url = await say([_events(_delta(content="hello"), END), last] if last else [_events(END)])
    answer = await speak("compatible", base_url=url).ask(replace(REQUEST, stream=True))
    assert answer.text == ("hello" if last else "")
    assert answer.finish == "stop"


async def test_a_connection_that_breaks_before_that_is_an_unavailable_endpoint(
    speak: Speak, say: Callable[[Sequence[bytes]], asyncio.Future[str]]
) -> None:
    url = await say([_events(_delta(content="hello"))])
    with pytest.raises(ModelUnavailableError, match="broke before the answer was complete"):
        await speak("compatible", base_url=url).ask(replace(REQUEST, stream=True))


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-a\x00", "\u201csk-a\u201d"])
async def test_a_key_that_can_be_none_is_told_before_anything_leaves(
    speak: Speak, key: str
) -> None:
    with pytest.raises(ModelAuthError, match="A key of house holds signs") as caught:
        speak(keys=(key,))
    assert "sk-a" not in str(caught.value)


async def test_blanks_around_a_key_are_no_part_of_it(speak: Speak) -> None:
    assert speak(keys=(" sk-a\n", "  ")).target.key == "sk-a"

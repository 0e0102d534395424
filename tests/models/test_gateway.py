from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from casework.base.errors import (
    BorderError,
    ModelError,
    ModelMissingError,
    ModelTimeoutError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.base.hashing import sha256_bytes
from casework.models.border import Border
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway
from casework.models.testing import ScriptedServer, ServerStats
from casework.models.transport import AiohttpTransport
from casework.observe.collect import collecting
from casework.types.message import Image, Message, ModelRequest, Tool
from casework.types.values import Json
from tests.models.conftest import DOCUMENT, KEY, OpenDoor, ask_for

_DIALECTS = ("openai", "mistral", "openrouter", "ollama", "vllm", "llamacpp")


async def _until(server: ScriptedServer, holds: Callable[[ServerStats], bool]) -> None:
    """Wait until the server's counts are so; none of its calls ends by itself."""
    async with asyncio.timeout(30):
        while not holds(await asyncio.to_thread(server.stats)):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("dialect", [*_DIALECTS, "json_object", "plain", "compatible"])
async def test_every_dialect_answers_a_schema_with_a_quote_and_counts_tokens(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play(dialect=dialect)
    answer = await open_door(dialect).gateway.ask(ask_for(most=200))
    assert "The total due is EUR 12.30" in answer.text
    assert answer.usage.calls == 1
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens > 0
    assert answer.finish == "stop"


async def test_a_span_tells_the_call_in_the_words_of_opentelemetry(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(dialect="openrouter")
    door = open_door("openrouter")
    with collecting() as collected:
        answer = await door.gateway.ask(ask_for())
    (span,) = collected.spans
    assert span.name == "chat scripted-small"
    told = span.attributes
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.provider.name"] == "house"
    assert told["gen_ai.request.model"] == told["gen_ai.response.model"] == "scripted-small"
    assert told["gen_ai.usage.input_tokens"] == answer.usage.input_tokens
    assert told["casework.cost_usd"] == answer.usage.cost_usd
    assert [part.role for part in span.parts] == ["system", "user", "assistant"]
    assert span.parts[1].text == DOCUMENT


async def test_what_left_is_recorded_once_a_try_with_size_and_hash(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"by": "repeat", "sequence": [{"error": "server"}, {"fill": True}]}]})
    door = open_door()
    await door.gateway.ask(ask_for())
    assert [each.purpose for each in door.departures] == ["extract", "extract"]
    assert server.counts() == {door.departures[0].sha256: 2}
    assert door.departures[0].host in server.base_url


async def test_a_price_is_known_asked_or_openly_unknown(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(dialect="vllm")
    unknown = await open_door("vllm").gateway.ask(ask_for())
    server.play(dialect="openrouter")
    told = await open_door("openrouter").gateway.ask(ask_for())
    assert unknown.usage.cost_usd is None
    assert told.usage.cost_usd is not None
    assert told.usage.cost_usd > 0


@pytest.mark.parametrize("kind", ["server", "overloaded", "bad_gateway", "rate_limit", "timeout"])
async def test_what_passes_by_itself_is_tried_again(
    server: ScriptedServer, open_door: OpenDoor, kind: str
) -> None:
    server.play(
        {
            "rules": [
                {"by": "repeat", "sequence": [{"error": kind}, {"error": kind}, {"fill": True}]}
            ]
        }
    )
    door = open_door()
    with collecting() as collected:
        assert (await door.gateway.ask(ask_for())).text
    assert server.stats().repeated_max == 3
    assert len(door.waits) >= 2
    assert collected.spans[0].attributes["casework.tries"] == 3


@pytest.mark.parametrize("broken", ["drop", "partial", "body", "empty"])
async def test_a_broken_reply_is_tried_again_and_then_told(
    server: ScriptedServer, open_door: OpenDoor, broken: str
) -> None:
    server.play({"rules": [{"by": "repeat", "sequence": [{"broken": broken}, {"fill": True}]}]})
    assert (await open_door().gateway.ask(ask_for())).text
    server.play({"rules": [{"broken": broken}]})
    with pytest.raises(ModelUnavailableError, match="Tried 3 times"):
        await open_door().gateway.ask(ask_for())


@pytest.mark.parametrize("kind", ["unauthorised", "bad_request", "context", "unknown_model"])
async def test_what_never_passes_is_asked_once(
    server: ScriptedServer, open_door: OpenDoor, kind: str
) -> None:
    server.play({"rules": [{"error": kind}]})
    door = open_door()
    with pytest.raises(ModelError):
        await door.gateway.ask(ask_for())
    assert server.stats().calls == 1
    assert door.waits == []


async def test_the_wait_that_an_endpoint_asks_for_is_kept(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    limited: Json = {"error": "rate_limit", "retry_after": "9"}
    server.play({"rules": [{"by": "repeat", "sequence": [limited, {"fill": True}]}]})
    door = open_door()
    await door.gateway.ask(ask_for())
    assert 9 <= door.waits[0] <= 9.6


async def test_an_endpoint_that_asks_for_an_hour_is_not_waited_for(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "rate_limit", "retry_after": "3600"}]})
    door = open_door()
    with pytest.raises(RateLimitedError) as caught:
        await door.gateway.ask(ask_for())
    assert caught.value.retry_after_s == 3600
    assert door.waits == []


async def test_calls_above_the_rate_of_an_endpoint_all_come_through(
    server: ScriptedServer,
) -> None:
    server.play(rate_per_s=100, retry_after="0.1")
    endpoints = build_endpoints(
        roles={"default": "house:m"},
        providers={"house": {"base_url": server.base_url}},
        find_key=lambda provider, variable: None,
    )
    gateway = Gateway(endpoints, Border(AiohttpTransport(), endpoints.hosts), seed=1)
    answers = await asyncio.gather(
        *(gateway.ask(ask_for(f"{DOCUMENT} {n}")) for n in range(40)), return_exceptions=True
    )
    await gateway.close()
    assert all(not isinstance(answer, BaseException) for answer in answers)
    assert server.stats().statuses["200"] == 40
    assert server.stats().statuses["429"] > 0


async def test_an_endpoint_that_complains_is_asked_more_slowly(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    limited: Json = {"error": "rate_limit", "retry_after": "2"}
    server.play({"rules": [{"by": "repeat", "sequence": [limited, {"fill": True}]}]})
    door = open_door(concurrency=8)
    await asyncio.gather(*(door.gateway.ask(ask_for(f"a{n}")) for n in range(8)))
    server.play()
    before = sum(door.waits)
    await asyncio.gather(*(door.gateway.ask(ask_for(f"b{n}")) for n in range(8)))
    assert sum(door.waits) > before


async def test_whatever_goes_wrong_every_call_ends_in_an_answer_or_an_error_of_ours(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    rules: list[Json] = [
        {"share": 0.05, "error": "server"},
        {"share": 0.03, "hang": True},
        {"share": 0.05, "broken": "body"},
        {"share": 0.05, "broken": "drop"},
        {"share": 0.05, "broken": "partial"},
        {"share": 0.05, "error": "rate_limit"},
        {"share": 0.03, "error": "bad_gateway"},
    ]
    server.play({"rules": rules}, seed=3)
    door = open_door(concurrency=64, timeout_s=4, tries=8, total_s=1e6)
    asked = (door.gateway.ask(ask_for(f"{DOCUMENT}{n}")) for n in range(300))
    results = await asyncio.gather(*asked, return_exceptions=True)
    failed = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, ModelError) for error in failed)
    assert len(failed) <= 3
    assert server.stats().distinct == 300
    assert server.stats().repeated > 30


async def test_a_call_that_takes_too_long_is_given_up_and_its_connection_closed(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"hang": True}]})
    door = open_door(timeout_s=0.1, tries=2)
    with pytest.raises(ModelTimeoutError, match=r"within 0\.1 s.*Tried 2 times") as caught:
        await door.gateway.ask(ask_for())
    assert caught.value.retryable
    await _until(server, lambda stats: stats.aborted == 2 and stats.in_flight == 0)


async def test_cancelling_closes_the_connection_at_once(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"hang": True}]})
    door = open_door()
    calls = [asyncio.create_task(door.gateway.ask(ask_for(f"{n}"))) for n in range(8)]
    await _until(server, lambda stats: stats.in_flight == 8)
    for call in calls:
        call.cancel()
    await _until(server, lambda stats: stats.aborted == 8)
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    server.play()
    assert (await door.gateway.ask(ask_for())).text


async def test_no_more_calls_are_in_flight_than_the_provider_allows(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(latency_ms=20)
    door = open_door(concurrency=4)
    await asyncio.gather(*(door.gateway.ask(ask_for(f"{DOCUMENT}{n}")) for n in range(20)))
    assert server.stats().in_flight_max == 4
    assert server.stats().connections <= 4


async def test_a_rate_of_ones_own_spreads_the_calls(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play()
    door = open_door(requests_per_minute=60)
    await asyncio.gather(*(door.gateway.ask(ask_for(f"{n}")) for n in range(4)))
    assert 2.9 <= sum(door.waits) <= 3.1


@pytest.mark.parametrize(
    ("model", "dialect", "gone"),
    [("gpt-5-nano", "openai", "temperature"), ("o3", "openai", "temperature")],
)
async def test_a_field_that_a_model_does_not_take_is_left_out_from_then_on(
    server: ScriptedServer, open_door: OpenDoor, model: str, dialect: str, gone: str
) -> None:
    server.play(dialect=dialect)
    door = open_door(dialect, model=model)
    for number in range(3):
        assert (await door.gateway.ask(ask_for(f"{number}", most=50))).text
    assert server.stats().statuses == {"400": 1, "200": 3}
    last = server.requests()[-1]["body"]
    assert isinstance(last, dict)
    assert gone not in last
    assert last["max_completion_tokens"] == 50


async def test_an_endpoint_without_schemas_gets_the_schema_in_words(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(dialect="plain")
    answer = await open_door("compatible").gateway.ask(ask_for())
    assert "EUR 12.30" in answer.text
    assert server.stats().statuses == {"400": 1, "200": 1}


@pytest.mark.parametrize("dialect", ["json_object", "plain"])
async def test_words_around_json_are_taken_off_where_no_schema_can_be_kept_to(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play({"rules": [{"broken": "talk"}]}, dialect=dialect)
    answer = await open_door(dialect).gateway.ask(ask_for())
    assert answer.text.startswith('{"value"')
    assert answer.text.endswith("}")


async def test_a_key_appears_in_no_error_span_or_record(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    leaks: Json = {"error": "server", "message": f"upstream said {KEY}"}
    server.play({"rules": [{"by": "repeat", "sequence": [leaks, leaks, leaks]}]}, key=KEY)
    door = open_door()
    with collecting() as collected, pytest.raises(ModelUnavailableError) as caught:
        await door.gateway.ask(ask_for())
    everything = [str(caught.value), repr(caught.value), *map(repr, collected.spans)]
    everything += [repr(each) for each in door.departures]
    cause: BaseException | None = caught.value
    while cause is not None:
        everything.append(repr(cause))
        cause = cause.__cause__ or cause.__context__
    assert not any(KEY in text or "SECRET" in text for text in everything)
    authorization = server.requests()[-1]["headers"]
    assert isinstance(authorization, dict)
    assert authorization["authorization"] == f"Bearer {KEY}"


async def test_nothing_answers_is_told_with_the_address(open_door: OpenDoor) -> None:
    door = open_door(base_url="http://127.0.0.1:9/v1", tries=1)
    with pytest.raises(ModelUnavailableError, match=r"Nothing answers at http://127\.0\.0\.1:9"):
        await door.gateway.ask(ask_for())


async def test_a_model_that_is_not_configured_sends_nothing(open_door: OpenDoor) -> None:
    door = open_door()
    with pytest.raises(ModelMissingError, match="nothing is sent to"):
        await door.gateway.ask(ask_for(model="openai:gpt-5"))
    assert door.departures == []


async def test_a_border_that_does_not_know_the_host_stops_the_call() -> None:
    endpoints = build_endpoints(
        roles={"default": "house:m"},
        providers={"house": {"base_url": "http://192.0.2.7:8000/v1"}},
        find_key=lambda provider, variable: None,
    )
    gateway = Gateway(endpoints, Border(AiohttpTransport(), []))
    with pytest.raises(BorderError, match=r"192\.0\.2\.7:8000"):
        await gateway.ask(ask_for())


@pytest.mark.parametrize("dialect", _DIALECTS)
async def test_models_are_listed_with_their_provider(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play(dialect=dialect, models=["b", "a"], key=KEY)
    assert await open_door(dialect).gateway.list_models("house") == ("house:a", "house:b")


async def test_a_check_tells_latency_and_tokens(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"text": "ready"}]}, latency_ms=30)
    check = await open_door().gateway.check("default")
    assert check.model == "house:scripted-small"
    assert check.text == "ready"
    assert check.latency_s >= 0.03
    assert check.usage.output_tokens > 0
    assert check.first_token_s is not None
    assert 0.03 <= check.first_token_s <= check.latency_s


async def test_a_check_of_a_model_that_does_not_stream_asks_it_without(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    refused: Json = {"error": "bad_request", "message": "This model does not stream."}
    server.play({"rules": [{"sequence": [refused, {"text": "ready"}], "by": "call"}]})
    check = await open_door().gateway.check("default")
    assert (check.text, check.first_token_s) == ("ready", None)
    assert server.stats().statuses == {"400": 1, "200": 1}


async def test_a_span_keeps_pictures_by_hash_tool_calls_and_what_was_cached(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    rule: Json = {"calls": [{"name": "look_up", "arguments": {"part": "A-7"}}]}
    server.play({"rules": [rule]})
    sha256 = sha256_bytes(b"png")
    picture = Image(sha256, "image/png", lambda: b"png")
    tools = (Tool("look_up", "Finds a part.", {"type": "object", "properties": {}}),)
    turns = (Message("user", "Which part?", parts=(picture,)),)
    request = ModelRequest("default", turns, tools=tools)
    with collecting() as collected:
        answer = await open_door().gateway.ask(request)
    (piece,) = collected.spans
    assert [part.role for part in piece.parts] == ["user", "image", "tool_call"]
    assert piece.parts[1].text == f"image/png sha256:{sha256}"
    (call,) = answer.tool_calls
    assert piece.attributes["casework.tool_calls"] == [{"id": call.id, "name": "look_up"}]
    assert piece.attributes["casework.tools"] == ["look_up"]

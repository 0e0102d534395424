"""What endpoints answer instead of an answer, dialect by dialect, over the wire."""

from __future__ import annotations

import datetime as dt

import pytest

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
from casework.models.scripted.script import ErrorKind
from casework.models.testing import ScriptedServer
from casework.models.wires.failures import retry_after_s
from tests.models.conftest import KEY, OpenDoor, ask_for

_DIALECTS = ("openai", "mistral", "openrouter", "ollama", "vllm", "llamacpp")
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


@pytest.mark.parametrize("dialect", _DIALECTS)
@pytest.mark.parametrize("kind", _MEANINGS)
async def test_each_endpoints_errors_mean_the_same_to_us(
    server: ScriptedServer, open_door: OpenDoor, dialect: str, kind: ErrorKind
) -> None:
    server.play({"rules": [{"error": kind}]}, dialect=dialect)
    door = open_door(dialect, tries=1)
    with pytest.raises(ModelError) as caught:
        await door.gateway.ask(ask_for())
    assert type(caught.value) is _MEANINGS[kind]
    assert "house" in caught.value.message or server.base_url in caught.value.message


async def test_only_a_refusal_of_the_text_counts_against_the_case() -> None:
    blaming = {kind for kind, error in _MEANINGS.items() if error.blames_case}
    assert blaming == {"moderated"}


@pytest.mark.parametrize("dialect", _DIALECTS)
async def test_an_unknown_model_is_told_by_name_and_how_to_list_them(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play(dialect=dialect, models=["known"])
    door = open_door(dialect, model="mistyped")
    with pytest.raises(ModelMissingError, match="house has no model 'mistyped'") as caught:
        await door.gateway.ask(ask_for())
    assert "casework models list " in caught.value.fix
    assert caught.value.code == "model.unknown"


@pytest.mark.parametrize("dialect", _DIALECTS)
async def test_a_request_larger_than_the_window_is_told_as_that(
    server: ScriptedServer, open_door: OpenDoor, dialect: str
) -> None:
    server.play(dialect=dialect, context_tokens=500)
    door = open_door(dialect)
    with pytest.raises(ContextTooLongError, match="larger than house:scripted-small can read"):
        await door.gateway.ask(ask_for("word " * 2000))
    assert server.stats().calls == 1


@pytest.mark.parametrize("broken", ["html"])
async def test_a_page_where_a_model_should_be_is_told_with_its_address(
    server: ScriptedServer, open_door: OpenDoor, broken: str
) -> None:
    server.play({"rules": [{"broken": broken}]})
    with pytest.raises(ModelMissingError, match="is not a chat-completions endpoint") as caught:
        await open_door().gateway.ask(ask_for())
    assert server.base_url in caught.value.message
    assert "provider.house.base_url" in caught.value.fix
    assert server.stats().calls == 1


async def test_an_address_without_a_model_behind_it_is_told_where_to_look(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "no_such_path"}]})
    with pytest.raises(ModelMissingError, match="usually ends in /v1"):
        await open_door().gateway.ask(ask_for())


async def test_a_redirect_is_not_followed(server: ScriptedServer, open_door: OpenDoor) -> None:
    server.play({"rules": [{"error": "elsewhere"}]})
    door = open_door()
    with pytest.raises(ModelMissingError, match="sends elsewhere"):
        await door.gateway.ask(ask_for())
    assert len(door.departures) == 1


async def test_a_refused_key_is_told_with_its_variable_and_never_shown(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(key="another-key")
    with pytest.raises(ModelAuthError, match="Check HOUSE_KEY") as caught:
        await open_door().gateway.ask(ask_for())
    assert not caught.value.retryable
    assert KEY not in str(caught.value)
    with pytest.raises(ModelAuthError, match=r"asks for a key.*provider\.house\.key_env"):
        await open_door(key="").gateway.ask(ask_for())


@pytest.mark.parametrize(
    "words", [f"Incorrect API key provided: {KEY}", "Incorrect: sk-proj-****cret. See docs"]
)
async def test_a_key_in_the_endpoints_own_words_is_taken_out(
    server: ScriptedServer, open_door: OpenDoor, words: str
) -> None:
    server.play({"rules": [{"error": "unauthorised", "message": words}]})
    with pytest.raises(ModelAuthError, match=r"\[key\]") as caught:
        await open_door().gateway.ask(ask_for())
    assert "sk-" not in str(caught.value)


async def test_long_words_of_an_endpoint_are_cut(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "bad_request", "message": "no " * 5000}]})
    with pytest.raises(ModelRequestError) as caught:
        await open_door().gateway.ask(ask_for())
    assert len(caught.value.message) < 500


_NOW = dt.datetime(2026, 1, 1, 12, 0, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_a_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_s(headers, _NOW) == seconds

"""Several keys of one provider: in turn, and past those that are refused or used up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casework.base.errors import (
    ModelAuthError,
    ModelError,
    ModelUnavailableError,
    RateLimitedError,
    SettingsError,
)
from casework.base.keys import KeyRing, find_keys
from casework.models.key_turns import KeyTurns
from casework.models.testing import ScriptedServer
from casework.types.values import Json
from tests.models.conftest import SkippingClock, ask_for
from tests.models.wires.conftest import Speak, speak

__all__ = ["speak"]

KEYS = ("key-a", "key-b", "key-c")


def test_keys_are_taken_in_turn_and_a_resting_one_is_passed_over() -> None:
    clock = SkippingClock()
    turns = KeyTurns(clock)
    assert [turns.take("p", KEYS) for _ in range(4)] == ["key-a", "key-b", "key-c", "key-a"]
    turns.rest("key-b", RateLimitedError("slow", retry_after_s=30))
    assert {turns.take("p", KEYS) for _ in range(6)} == {"key-a", "key-c"}
    clock.waits.append(31)
    assert {turns.take("p", KEYS) for _ in range(6)} == set(KEYS)


def test_when_all_keys_rest_the_one_that_is_ready_first_is_taken() -> None:
    turns = KeyTurns(SkippingClock())
    turns.rest("key-a", ModelAuthError("no"))
    turns.rest("key-b", ModelAuthError("no", code="model.no_credit"))
    turns.rest("key-c", RateLimitedError("slow", retry_after_s=5))
    assert turns.awake(KEYS) == ()
    assert turns.take("p", KEYS) == "key-c"


def test_no_key_and_one_key_need_no_turns() -> None:
    turns = KeyTurns()
    assert turns.take("p", ()) == ""
    turns.rest("only", ModelAuthError("no"))
    assert turns.take("p", ("only",)) == "only"


@pytest.mark.parametrize("field", ["refused_keys", "spent_keys"])
@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
async def test_a_key_that_is_refused_or_used_up_gives_way_to_the_next(
    server: ScriptedServer, speak: Speak, field: str, dialect: str
) -> None:
    server.play({field: ["key-a", "key-b"]}, dialect=dialect)
    voice = speak(dialect, keys=KEYS)
    for number in range(3):
        assert (await voice.ask(ask_for(f"{number}"))).text
    assert server.stats().statuses["200"] == 3
    assert sum(server.stats().statuses.values()) <= 7  # the target holds the first key


async def test_when_every_key_is_refused_the_error_is_told(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play(refused_keys=list(KEYS))
    with pytest.raises(ModelAuthError) as caught:
        await speak(keys=KEYS).ask(ask_for())
    assert not any(key in str(caught.value) for key in KEYS)
    assert server.stats().calls == 3


async def test_no_key_is_used_twice_for_one_try(server: ScriptedServer, speak: Speak) -> None:
    server.play({"rules": [{"error": "rate_limit"}]}, latency_ms=600)
    with pytest.raises(RateLimitedError):
        await speak(keys=KEYS).ask(ask_for())
    assert server.stats().calls == 3


async def test_a_key_over_its_rate_gives_way_and_one_alone_does_not(
    server: ScriptedServer, speak: Speak
) -> None:
    steps: Json = [{"error": "rate_limit"}, {"fill": True}]
    limited: dict[str, Json] = {"rules": [{"by": "repeat", "sequence": steps}]}
    server.play(limited)
    assert (await speak(keys=KEYS[:2]).ask(ask_for())).text
    server.play(limited)
    with pytest.raises(RateLimitedError):
        await speak(keys=KEYS[:1]).ask(ask_for())


async def test_another_key_is_no_help_against_an_outage(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play({"rules": [{"error": "server"}]})
    with pytest.raises(ModelUnavailableError):
        await speak(keys=KEYS).ask(ask_for())
    assert server.stats().calls == 1


async def test_many_calls_at_once_end_in_answers_or_errors_of_ours(
    server: ScriptedServer, speak: Speak
) -> None:
    server.play(spent_keys=["key-b"])
    voice = speak(keys=KEYS)
    calls = (voice.ask(ask_for(f"{n}")) for n in range(30))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert not [result for result in results if isinstance(result, ModelError)]


def test_keys_stand_in_numbered_variables_or_as_a_list_in_the_key_file(tmp_path: Path) -> None:
    told = {"CASEWORK_CONFIG": str(tmp_path)}
    several = {**told, "X_API_KEY": "a", "X_API_KEY_1": "b", "X_API_KEY_2": "a", "X_API_KEY_4": "d"}
    assert find_keys("x", "X_API_KEY", several) == ("a", "b")
    assert find_keys("x", "X_API_KEY", {**told, "X_API_KEY_1": "b"}) == ("b",)
    file = tmp_path / "keys.toml"
    file.write_text('x = ["one", "two", ""]\ny = "three"\n')
    file.chmod(0o600)
    assert find_keys("x", "X_API_KEY", told) == ("one", "two")
    assert find_keys("y", "", told) == ("three",)
    assert find_keys("z", "Z", told) == ()
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="Others can read"):
        find_keys("x", "", told)


def test_a_key_that_was_changed_is_used_a_moment_later() -> None:
    found = [("old",), ("new",)]
    ring = KeyRing(lambda provider, variable: found[0])
    assert ring.find("p", "V") == ("old",)
    found.pop(0)
    assert ring.find("p", "V") == ("old",)  # looked up a moment ago

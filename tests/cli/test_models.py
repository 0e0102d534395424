"""models list: what a provider says it has, over the wire."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedServer
from casework.store.store import Store
from casework.types.batch import BatchJob
from casework.types.needs import LaneNews
from tests.cli.conftest import Cli, invoke


@pytest.mark.parametrize("dialect", ["openai", "ollama"])
def test_a_provider_is_asked_which_models_it_has(cli: Cli, dialect: str) -> None:
    with ScriptedServer({"models": ["small", "large"]}, dialect=dialect) as server:
        cli("settings", "set", "provider.office.base_url", server.base_url)
        answer = cli("models", "list", "office")
        assert answer.code == 0, answer.flat
        assert answer.out.split() == ["office:large", "office:small"]
        told = cli("models", "list", "office", "--json").json
        assert told == {"provider": "office", "models": ["office:large", "office:small"]}


def test_it_is_asked_outside_of_any_workspace_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with ScriptedServer({"models": ["small"]}) as server:
        invoke("settings", "set", "provider.office.base_url", server.base_url, "--user")
        assert invoke("models", "list", "office").out.split() == ["office:small"]


def test_a_provider_that_no_setting_names_is_not_asked(cli: Cli) -> None:
    answer = cli("models", "list", "openai")
    assert answer.code == 1
    assert "nothing is sent to api.openai.com" in answer.flat
    assert "There is no provider 'opnai'" in cli("models", "list", "opnai").flat


def test_a_model_shows_its_price_its_limits_and_what_its_endpoint_bore(
    cli: Cli, tmp_path: Path
) -> None:
    cli("settings", "set", "provider.openai.requests_per_minute", "500")
    cli("settings", "set", "model.default", "openai:gpt-5-mini")
    cli("settings", "set", "model.fallback.outage", "ollama:llama3.2")

    async def learn(store: Store) -> None:
        now = store.database.clock.now().timestamp()
        await store.rates.exchange("p", [LaneNews("openai:gpt-5-mini", 2.0, now, 3.0)])
        await store.rates.leave("p")

    _in_store(tmp_path, learn)
    shown = cli("models").flat
    assert "https://api.openai.com/v1 (elsewhere)" in shown
    assert "up to 16 calls at a time, 500 a minute" in shown
    assert "openai:gpt-5-mini default; $0.25 in and $2 out per million tokens" in shown
    assert "bore 120 calls a minute, learnt just now" in shown
    assert "ollama:llama3.2 model.fallback.outage; costs nothing" in shown
    told = cli("models", "--json").json["models"]
    (openai,) = [view for view in told if view["name"] == "openai"]
    assert openai["local"] is False
    assert openai["models"][0]["learnt_per_minute"] == 120


def test_a_provider_without_an_address_says_how_to_give_it_one(cli: Cli) -> None:
    assert "azure no address yet: set provider.azure.base_url key:" in cli("models").flat
    cli("settings", "set", "model.default", "azure:reader")
    shown = cli("models").flat
    assert "✗ azure it has no address yet: set provider.azure.base_url" in shown
    assert "no address yet: set provider.azure.base_url speaks azure" in shown
    assert "()" not in shown


def test_a_test_of_a_model_shows_when_it_began_to_answer(cli: Cli) -> None:
    with ScriptedServer({"rules": [{"text": "ready"}]}, latency_ms=20) as server:
        cli("settings", "set", "provider.office.base_url", server.base_url)
        shown = cli("models", "test", "office:small")
        told = cli("models", "test", "office:small", "--json").json
    assert shown.code == 0
    assert re.search(r"first token after \d\.\d+ s", shown.flat)
    assert 0.02 <= told["first_token_s"] <= told["seconds"]


def test_calls_to_a_model_are_timed_and_priced(cli: Cli) -> None:
    with ScriptedServer(dialect="openrouter", latency_ms=20) as server:
        cli("settings", "set", "provider.openrouter.base_url", server.base_url)
        cli("settings", "set", "provider.openrouter.key_env", "SCRIPTED_KEY")
        cli("settings", "set", "model.default", "openrouter:house/small")
        os.environ["SCRIPTED_KEY"] = "k"
        try:
            told = cli("models", "time", "--calls", "5", "--at-once", "2", "--json").json
            shown = cli("models", "time", "--calls", "3").flat
        finally:
            del os.environ["SCRIPTED_KEY"]
    assert (told["calls"], told["answered"], told["model"]) == (5, 5, "openrouter:house/small")
    assert 0.02 <= told["p50_s"] <= told["p95_s"]
    assert told["first_token_s"] is not None
    assert told["usage"]["cost_usd"] > 0
    assert "answered 3 of 3" in shown
    assert "first token" in shown


def test_a_model_that_does_not_answer_is_told_with_the_reason(cli: Cli) -> None:
    answer = cli("models", "time", "nobody:x", "--calls", "2")
    assert answer.code == 1
    assert "There is no provider 'nobody'" in answer.flat


def test_batch_jobs_are_listed_with_how_they_stand(cli: Cli, tmp_path: Path) -> None:
    assert "There is no batch job" in cli("models", "batches").flat

    async def send(store: Store) -> None:
        now = store.database.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        await store.batches.begin(BatchJob("j1", "openai:m", "b_1", "sent", 7, sent_at=now), [])
        lost = BatchJob("j2", "openai:m", "", "lost", 2, 0, 1, now, problem="it never arrived")
        await store.batches.begin(lost, [])

    _in_store(tmp_path, send)
    shown = cli("models", "batches").flat
    assert "openai:m b_1 with the provider; 7 requests; sent just now" in shown
    assert "openai:m j2 lost; 2 requests, 0 answered, 1 failed" in shown
    assert "! it never arrived" in shown
    told = cli("models", "batches", "--json").json["batches"]
    assert [job["id"] for job in told] == ["j2", "j1"]


def _in_store(tmp_path: Path, work: Callable[[Store], Awaitable[None]]) -> None:
    async def inside() -> None:
        store = Store.open(tmp_path / "workspace")
        await work(store)
        await store.close()

    asyncio.run(inside())

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from casework.base.clock import SystemClock
from casework.base.errors import RateLimitedError, StoreError
from casework.models.border import Border
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway, Outfit
from casework.models.lanes import Lane, Lanes
from casework.models.names import Provider
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.models.wires.dialects import dialect_named
from casework.types.needs import LaneNews, LaneState
from casework.types.values import Json
from tests.models.conftest import OpenDoor, SkippingClock, ask_for
from tests.models.memory import Ledger

_HOUSE = Provider("house", "http://localhost:1/v1", dialect_named("compatible"))


def _gateway(server: ScriptedServer, ledger: Ledger, **told: float) -> Gateway:
    endpoints = build_endpoints(
        roles={"default": "house:m"},
        providers={"house": {"base_url": server.base_url, **told}},
        find_key=lambda provider, variable: None,
    )
    border = Border(AiohttpTransport(), endpoints.hosts)
    return Gateway(endpoints, border, Outfit(ledger=ledger), seed=1)


async def _asked(gateway: Gateway, until: float, word: str) -> int:
    """How many calls came through until then, eight at a time."""
    done = 0

    async def worker(number: int) -> None:
        nonlocal done
        count = 0
        while time.monotonic() < until:
            count += 1
            await gateway.ask(ask_for(f"{word} {number} {count}"))
            done += 1

    await asyncio.gather(*(worker(number) for number in range(8)))
    return done


async def test_two_processes_together_keep_the_rate_of_an_endpoint(server: ScriptedServer) -> None:
    server.play()
    ledger = Ledger()
    one, two = (_gateway(server, ledger, requests_per_minute=1800) for _ in range(2))
    began = time.monotonic()
    counts = await asyncio.gather(_asked(one, began + 3, "a"), _asked(two, began + 3, "b"))
    took_s = time.monotonic() - began
    await asyncio.gather(one.close(), two.close())
    assert min(counts) > 15
    assert sum(counts) <= 30 * (took_s + 1.6)  # the first moment, before they heard of each other
    assert ledger.users == {}


async def test_what_one_process_was_told_to_wait_holds_for_the_other(
    server: ScriptedServer,
) -> None:
    ledger = Ledger()
    one, two = _gateway(server, ledger), _gateway(server, ledger)
    limited: Json = {"error": "rate_limit", "retry_after": "1.5"}
    server.play(
        {"rules": [{"match": "first", "by": "call", "sequence": [limited, {"fill": True}]}]}
    )
    await two.ask(ask_for("before"))
    waiting = asyncio.create_task(one.ask(ask_for("first")))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await two.ask(ask_for("after"))
    fresh = _gateway(server, ledger)
    await waiting
    await asyncio.gather(one.close(), two.close())
    assert fresh.lanes.find("house:m") is None
    assert time.monotonic() - began < 30
    assert ledger.lanes["house:m"].shut_until > 0


async def test_a_new_run_begins_with_the_rate_that_was_learnt(server: ScriptedServer) -> None:
    server.play()
    ledger = Ledger()
    now = SystemClock().now().timestamp()
    ledger.lanes["house:m"] = LaneNews("house:m", 5.0, now - 1000, 10.0)
    gateway = _gateway(server, ledger)
    began = time.monotonic()
    for number in range(4):
        await gateway.ask(ask_for(f"{number}"))
    took_s = time.monotonic() - began
    await gateway.close()
    assert took_s > 0.5


async def test_a_ledger_that_cannot_be_written_stops_no_call(server: ScriptedServer) -> None:
    class Broken(Ledger):
        async def exchange(self, holder: str, told: Sequence[LaneNews]) -> Mapping[str, LaneState]:
            raise StoreError("The disk is full.")

        async def leave(self, holder: str) -> None:
            raise StoreError("The disk is full.")

    server.play()
    gateway = _gateway(server, Broken())
    assert (await gateway.ask(ask_for())).text
    await gateway.close()


async def test_a_call_waits_no_longer_than_its_patience_for_an_endpoint_that_asks_to_wait(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"error": "rate_limit", "retry_after": "3600"}]})
    door = open_door()
    for _ in range(3):
        with pytest.raises(RateLimitedError):
            await door.gateway.ask(ask_for())
    assert server.stats().calls == 1


async def test_waiting_for_a_turn_ends_at_once_when_it_is_cancelled(server: ScriptedServer) -> None:
    server.play({"rules": [{"error": "rate_limit", "retry_after": "60"}]})
    gateway = _gateway(server, Ledger())
    calls = [asyncio.create_task(gateway.ask(ask_for(f"{n}"))) for n in range(40)]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await gateway.close()
    assert time.monotonic() - began < 30


def _lane(**told: float) -> Lane:
    provider = replace(_HOUSE, **told)  # type: ignore[arg-type]
    return Lane("house:m", provider, clock=SystemClock(), sleep=asyncio.sleep, patience_s=60)


async def test_a_process_that_is_pressed_gets_what_the_others_leave() -> None:
    lane = _lane(requests_per_minute=60)
    news = lane.news(0.0)
    lane.hear(LaneState(news, users=2, pressed=0, taken_per_s=0.1), 0.0)
    assert lane.per_s(0.0) == 0.5
    waiting = [asyncio.create_task(lane.turns.pass_through()) for _ in range(3)]
    await asyncio.sleep(0)
    assert lane.news(0.0).pressed
    lane.hear(LaneState(news, users=2, pressed=1, taken_per_s=0.1), 0.0)
    assert lane.per_s(0.0) == pytest.approx(0.9)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_tokens_a_minute_are_kept_and_corrected_after_the_answer() -> None:
    clock = SkippingClock()
    provider = replace(_HOUSE, tokens_per_minute=6000)
    lane = Lane("house:m", provider, clock=clock, sleep=clock.sleep, patience_s=60)
    assert not lane.open
    await lane.turns.pass_through(200)
    lane.corrected(200, 150)
    await lane.turns.pass_through(1)
    assert sum(clock.waits) == pytest.approx(0.5, abs=0.15)


async def test_refusals_of_calls_that_were_sent_together_count_as_one() -> None:
    lane = _lane()
    clock = SystemClock()
    began = clock.monotonic_s()
    lane.begun(began)
    lane.refused(began, 0.01)
    await asyncio.sleep(0.03)
    assert await lane.turns.pass_through()
    curve = lane.curve
    assert curve is not None
    lane.refused(began, 0.01)
    assert lane.curve == curve


async def test_an_endpoint_bounds_the_calls_of_all_its_models_together(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(latency_ms=20)
    door = open_door(concurrency=3)
    models = ("house:a", "house:b", "house:c")
    asked = (door.gateway.ask(ask_for(f"{n}", model=models[n % 3])) for n in range(18))
    await asyncio.gather(*asked)
    assert server.stats().in_flight_max == 3


async def test_lanes_without_a_ledger_need_no_task() -> None:
    lanes = Lanes(clock=SystemClock())
    lane, _ = await lanes.way("house:m", _HOUSE)
    assert lane.open
    assert len(asyncio.all_tasks()) == 1
    await lanes.close()

from __future__ import annotations

import pytest

from casework.base.errors import ModelUnavailableError
from casework.models.gateway import Outfit
from casework.models.hedge import lost, percentile
from casework.models.testing import ScriptedServer
from casework.observe.collect import collecting
from casework.types.usage import Usage
from casework.types.values import Json
from tests.models.conftest import Door, OpenDoor, ask_for


async def _warm(door: Door) -> None:
    for number in range(25):
        await door.gateway.ask(ask_for(f"warm {number}"))


async def test_a_call_that_hangs_is_answered_by_its_second(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    slow: list[Json] = [
        {"match": "slow", "by": "call", "sequence": [{"hang": True}, {"fill": True}]}
    ]
    server.play({"rules": slow})
    door = open_door(outfit=Outfit(hedge=True))
    await _warm(door)
    with collecting() as collected:
        answer = await door.gateway.ask(ask_for("slow EUR 12.30"))
    assert answer.text
    assert answer.usage.calls == 2
    told = collected.spans[0].attributes
    assert told["casework.hedged_after_s"] is not None
    counts = server.stats()
    assert (counts.repeated, counts.aborted) == (1, 1)


async def test_a_call_in_time_is_made_once(server: ScriptedServer, open_door: OpenDoor) -> None:
    server.play()
    door = open_door(outfit=Outfit(hedge=True))
    await _warm(door)
    before = server.stats().calls
    answers = [await door.gateway.ask(ask_for(f"quick {n}")) for n in range(5)]
    assert server.stats().calls - before <= sum(answer.usage.calls for answer in answers)


async def test_nothing_is_hedged_before_latencies_are_known(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(latency_ms=50)
    door = open_door(outfit=Outfit(hedge=True))
    assert (await door.gateway.ask(ask_for())).usage.calls == 1
    assert server.stats().calls == 1


async def test_when_both_fail_the_error_is_told(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play()
    door = open_door(outfit=Outfit(hedge=True), tries=1)
    await _warm(door)
    server.play({"rules": [{"error": "overloaded", "latency_ms": 60}]})
    with pytest.raises(ModelUnavailableError):
        await door.gateway.ask(ask_for())


def test_a_percentile_needs_enough_measurements() -> None:
    assert percentile([1.0] * 19, 0.95) is None
    assert percentile([float(n) for n in range(100)], 0.95) == 94


def test_what_a_cancelled_call_may_cost_is_its_input() -> None:
    assert lost(Usage(1, 300, 100, cost_usd=0.04)) == Usage(1, 300, cost_usd=0.03)
    assert lost(Usage(1, 300, 100, cost_usd=None)).cost_usd is None

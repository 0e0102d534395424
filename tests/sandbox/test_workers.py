"""The fence: limits, no way out, sessions that keep nothing, workers that die."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from casework.base.errors import RuleError
from casework.procedures.rules import parse_rule
from casework.sandbox.rules import RuleEngine
from casework.sandbox.workers import Limits, Workers
from casework.sandbox.wrong import Wrong
from casework.types.needs import RuleInput
from casework.types.values import Field, ValueType

NUMBER = ValueType("number")
LINES = ValueType("table", fields=(Field("N", NUMBER),))
TODAY = "2026-03-01"


def number(value: str) -> RuleInput:
    return RuleInput("N", NUMBER, value)


ADD_ONE = parse_rule("{N} + 1", {"N": "n"}, 3)


async def test_no_worker_starts_before_the_first_rule() -> None:
    async with RuleEngine() as engine:
        before = engine.workers.started
        await engine.evaluate(ADD_ONE, {"n": number("1")}, NUMBER, today=TODAY)
        assert (before, engine.workers.started) == (False, True)
        assert len(engine.workers.processes) == 1


@pytest.mark.parametrize(
    "source",
    [
        "sum(1 for a in {L} for b in {L} for c in {L} for d in {L})",
        "len([a for a in {L} for b in {L} for c in {L}])",
        "any(False for a in {L} for b in {L} for c in {L} for d in {L} if 1 > 2)",
        'sum(a["N"] * b["N"] for a in {L} for b in {L} for c in {L} for d in {L} if c["N"] > 5)',
    ],
)
async def test_work_without_end_is_stopped_soon_and_told(source: str) -> None:
    rows = RuleInput("L", LINES, [{"N": "1"}] * 500)
    rule = parse_rule(source, {"L": "l"}, 3)
    async with RuleEngine(seconds=0.5, memory_mb=32) as engine:
        began = time.monotonic()
        with pytest.raises(RuleError) as caught:
            await engine.evaluate(rule, {"l": rows}, None, today=TODAY)
        assert time.monotonic() - began < 30
        assert caught.value.code == "rule.limit"
        assert "line 3" in caught.value.message
        assert "500 rows" in caught.value.message
        found = await engine.evaluate(ADD_ONE, {"n": number("1")}, NUMBER, today=TODAY)
        assert found.value == "2"


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd').read()",
        "open('/tmp/casework-probe', 'w').write('x')",
        "__import__('os').system('id')",
        "import os\nos.environ['HOME']",
        "import os\nos.listdir('/')",
        "import pathlib\npathlib.Path('/etc/passwd').read_text()",
        "import socket\nsocket.create_connection(('127.0.0.1', 80))",
        "import subprocess\nsubprocess.run(['id'])",
        "import ctypes",
        "().__class__.__base__.__subclasses__()",
        "(lambda: 0).__globals__",
        "globals()",
        "getattr((), '__cl' + 'ass__')",
    ],
)
async def test_even_code_that_no_rule_can_hold_finds_no_way_out(code: str) -> None:
    workers = Workers(Limits())
    try:
        with pytest.raises(Wrong):
            await workers.run(code, {})
        assert not os.path.exists("/tmp/casework-probe")
    finally:
        await workers.close()


async def test_the_clock_in_the_sandbox_stands_still() -> None:
    workers = Workers(Limits())
    try:
        code = "import datetime\nstr(datetime.datetime.now())"
        assert [await workers.run(code, {}) for _ in range(2)] == ["2000-01-01 00:00:00"] * 2
        draw = "import random\nstr(random.random())"
        other = Workers(Limits())
        assert await workers.run(draw, {}) == await other.run(draw, {})
        await other.close()
    finally:
        await workers.close()


async def test_a_session_that_is_used_again_shows_only_its_own_inputs() -> None:
    async with RuleEngine(processes=1) as engine:
        for value in ("1", "2", "3"):
            found = await engine.evaluate(ADD_ONE, {"n": number(value)}, NUMBER, today=TODAY)
            assert found.value == str(int(value) + 1)
        pair = parse_rule("{N} * {M}", {"N": "n", "M": "m"}, 3)
        with_both = {"n": number("5"), "m": RuleInput("M", NUMBER, "7")}
        assert (await engine.evaluate(pair, with_both, NUMBER, today=TODAY)).value == "35"
        found = await engine.evaluate(pair, {"n": number("5")}, NUMBER, today=TODAY)
        assert found.absent == ("m",)
        assert len(engine.workers.processes) == 1


async def test_two_hundred_evaluations_at_once_do_not_mix() -> None:
    async with RuleEngine() as engine:

        async def one(value: int) -> str:
            inputs = {"n": number(str(value))}
            return str((await engine.evaluate(ADD_ONE, inputs, NUMBER, today=TODAY)).value)

        found = await asyncio.gather(*(one(value) for value in range(200)))
    assert found == [str(value + 1) for value in range(200)]


async def test_an_idle_worker_that_was_killed_costs_nothing() -> None:
    async with RuleEngine(processes=1) as engine:
        await engine.evaluate(ADD_ONE, {"n": number("1")}, NUMBER, today=TODAY)
        (pid,) = engine.workers.processes
        os.kill(pid, signal.SIGKILL)
        found = await engine.evaluate(ADD_ONE, {"n": number("2")}, NUMBER, today=TODAY)
        assert found.value == "3"
        assert engine.workers.processes != (pid,)


async def test_a_worker_killed_half_way_does_not_lose_the_evaluation() -> None:
    rows = RuleInput("L", LINES, [{"N": "1"}] * 300)
    slow = parse_rule('sum(1 for a in {L} for b in {L} if a["N"] == b["N"])', {"L": "l"}, 3)
    async with RuleEngine(seconds=10, memory_mb=256, processes=1) as engine:
        await engine.evaluate(ADD_ONE, {"n": number("1")}, NUMBER, today=TODAY)
        (pid,) = engine.workers.processes
        task = asyncio.create_task(engine.evaluate(slow, {"l": rows}, NUMBER, today=TODAY))
        await asyncio.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        assert (await task).value == "90000"


async def test_a_cancelled_evaluation_leaves_the_engine_usable() -> None:
    rows = RuleInput("L", LINES, [{"N": "1"}] * 1000)
    slow = parse_rule("sum(1 for a in {L} for b in {L} for c in {L} if 1 > 2)", {"L": "l"}, 3)
    async with RuleEngine(seconds=120, memory_mb=256, processes=1) as engine:
        task = asyncio.create_task(engine.evaluate(slow, {"l": rows}, NUMBER, today=TODAY))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        began = time.monotonic()
        found = await engine.evaluate(ADD_ONE, {"n": number("1")}, NUMBER, today=TODAY)
        assert found.value == "2"
        assert time.monotonic() - began < 30


async def test_large_inputs_do_not_pile_up_in_a_session() -> None:
    rows = RuleInput("L", LINES, [{"N": "1"}] * 4000)
    count = parse_rule("len({L})", {"L": "l"}, 3)
    second = parse_rule("{N} + len({L})", {"N": "n", "L": "l"}, 3)
    async with RuleEngine(memory_mb=3, processes=1) as engine:
        for _ in range(3):
            found = await engine.evaluate(count, {"l": rows}, NUMBER, today=TODAY)
            assert found.value == "4000"
            inputs = {"n": number("1"), "l": rows}
            found = await engine.evaluate(second, inputs, NUMBER, today=TODAY)
            assert found.value == "4001"

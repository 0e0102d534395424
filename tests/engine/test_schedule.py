"""The order of the steps of a case."""

from __future__ import annotations

import asyncio

import pytest

from casework.engine.program import Column, make_program
from casework.engine.schedule import AT_ONCE, in_order
from casework.procedures.compile import compile_procedure
from tests.engine.desk import Functions


def chain(length: int) -> str:
    steps = ["# Chain\n\n## S0\n"]
    steps += [f"\n## S{at}\n- by: model\n\nFrom {{S{at - 1}}}.\n" for at in range(1, length)]
    return "".join(steps)


async def test_each_step_comes_after_what_it_reads() -> None:
    text = "# T\n\n## C\n- by: model\n\n{A} {B}\n\n## A\n\n## B\n- by: model\n\n{A}\n"
    program = make_program(compile_procedure(text), Functions(), today="2026-01-02")
    seen: list[str] = []

    async def settle(column: Column) -> None:
        seen.append(column.step.id)
        await asyncio.sleep(0)

    await in_order(program, settle)
    assert seen == ["a", "b", "c"]


async def test_steps_that_read_each_other_in_no_way_go_side_by_side() -> None:
    text = "# T\n\n## A\n\n## B\n\n## C\n"
    program = make_program(compile_procedure(text), Functions(), today="2026-01-02")
    meeting = asyncio.Barrier(3)

    async def settle(column: Column) -> None:
        await meeting.wait()

    await asyncio.wait_for(in_order(program, settle), 30)


async def test_the_first_error_cancels_the_others_and_is_raised() -> None:
    text = "# T\n\n## A\n\n## B\n"
    program = make_program(compile_procedure(text), Functions(), today="2026-01-02")
    cancelled: list[str] = []

    async def settle(column: Column) -> None:
        if column.step.id == "a":
            raise ValueError("no")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(column.step.id)
            raise

    with pytest.raises(ValueError, match="no"):
        await in_order(program, settle)
    assert cancelled == ["b"]


async def test_thousands_of_steps_side_by_side_are_not_all_held_at_once() -> None:
    text = "# Wide\n" + "".join(f"\n## S{at}\n" for at in range(3_000))
    program = make_program(compile_procedure(text), Functions(), today="2026-01-02")
    under_way = most = count = 0

    async def settle(column: Column) -> None:
        nonlocal under_way, most, count
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        count += 1

    await in_order(program, settle)
    assert count == 3_000
    assert most <= AT_ONCE


async def test_a_chain_of_ten_thousand_steps_is_walked_from_end_to_end() -> None:
    program = make_program(compile_procedure(chain(10_000)), Functions(), today="2026-01-02")
    count = 0

    async def settle(column: Column) -> None:
        nonlocal count
        count += 1

    await in_order(program, settle)
    assert count == 10_000

from __future__ import annotations

import asyncio

import pytest

from casework.base.errors import RuleError
from casework.observe.collect import annotate, collecting, span
from casework.types.span import MessagePart


def test_spans_nest_as_the_code_does() -> None:
    with collecting("cell-span") as collected, span("outer"), span("inner"):
        pass
    inner, outer = collected.spans
    assert (inner.name, outer.name) == ("inner", "outer")
    assert inner.parent_id == outer.id
    assert outer.parent_id == "cell-span"
    assert inner.id != outer.id


def test_a_span_keeps_attributes_parts_and_time() -> None:
    with collecting() as collected, span("work", {"a": 1}) as piece:
        piece.set("b", [2])
        piece.parts = (MessagePart("user", "hello"),)
        annotate("c", True)
    (found,) = collected.spans
    assert found.attributes == {"a": 1, "b": [2], "c": True}
    assert found.parts == (MessagePart("user", "hello"),)
    assert found.duration_ns >= 0
    assert found.started_ns > 1_700_000_000 * 10**9


def test_outside_a_collector_nothing_is_kept_and_nothing_fails() -> None:
    with span("alone") as piece:
        piece.set("a", 1)
        annotate("b", 2)
        assert not piece.recording
    with collecting() as collected:
        pass
    assert collected.spans == ()


def test_an_error_is_told_and_goes_on() -> None:
    with collecting() as collected:
        with pytest.raises(RuleError), span("rule"):
            raise RuleError("Total is not a number.")
        with pytest.raises(ZeroDivisionError), span("division"):
            _ = 1 / 0
    ours, foreign = collected.spans
    assert (ours.status, foreign.status) == ("error", "error")
    assert ours.attributes["error.type"] == "rule.failed"
    assert ours.attributes["error.message"] == "Total is not a number."
    assert foreign.attributes == {"error.type": "ZeroDivisionError"}


async def test_tasks_hang_their_spans_under_the_span_that_started_them() -> None:
    async def piece(number: int) -> None:
        with span(f"task {number}"):
            await asyncio.sleep(0.001 * (3 - number))

    with collecting() as collected, span("all"):
        await asyncio.gather(*(piece(n) for n in range(3)))
    *tasks, whole = collected.spans
    assert {each.parent_id for each in tasks} == {whole.id}
    assert [each.name for each in tasks] == ["task 2", "task 1", "task 0"]


async def test_two_collectors_at_the_same_time_do_not_mix() -> None:
    async def cell(name: str) -> tuple[str, ...]:
        with collecting() as collected:
            for _ in range(3):
                with span(name):
                    await asyncio.sleep(0)
        return tuple(each.name for each in collected.spans)

    first, second = await asyncio.gather(cell("a"), cell("b"))
    assert (first, second) == (("a",) * 3, ("b",) * 3)


def test_an_inner_collector_hides_its_spans_from_the_outer_one() -> None:
    with collecting() as outer, span("seen"):
        with collecting() as inner, span("hidden"):
            pass
        assert [each.name for each in inner.spans] == ["hidden"]
    assert [each.name for each in outer.spans] == ["seen"]

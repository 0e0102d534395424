"""Long worksheets are looked through without being held."""

from __future__ import annotations

from casework.engine import stream
from casework.engine.engine import EVERYTHING
from tests.engine.desk import Desk


async def test_a_look_ahead_counts_and_lets_go_of_ids_when_there_are_many(desk: Desk) -> None:
    await desk.cases("a", "b", "c")
    engine, program = desk.engine, desk.program

    def look():  # type: ignore[no-untyped-def]
        return engine._outlook(desk.worksheet_id, program, EVERYTHING)

    few = await stream.look_ahead(look, most=3)
    assert (few.cells, len(few.cases or [])) == (9, 3)
    many = await stream.look_ahead(look, most=2)
    assert (many.cells, many.cases) == (9, None)
    found = stream.cases_with_work(many, look, desk.store.cases, desk.worksheet_id)
    assert [case.key async for case in found] == ["a", "b", "c"]

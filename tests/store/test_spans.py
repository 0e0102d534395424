from __future__ import annotations

from dataclasses import replace

from casework.store.store import Store
from tests.store.build import PROMPT, add_case, outcome, recorded, span, write


async def test_spans_are_written_with_their_cell_and_read_back_in_order(store: Store) -> None:
    case = await add_case(store)
    spans = (span("first"), span("second", "short"), replace(span("third"), parts=()))
    written = recorded(replace(outcome(), spans=spans))
    await store.cells.commit(write(case, "total", written))
    assert await store.spans.of_outcome(written.id) == spans
    assert await store.spans.of_outcome("nothing") == ()


async def test_a_long_text_is_stored_once_however_often_it_is_sent(store: Store) -> None:
    case = await add_case(store)
    for seed in "abc":
        await store.cells.commit(write(case, seed, recorded(seed=seed)))
    again = recorded(replace(outcome(), spans=(span(prompt=PROMPT + "!"),)), seed="d")
    await store.cells.commit(write(case, "d", again))
    texts = [row[0] for row in await store.database.rows("SELECT text FROM parts ORDER BY n")]
    assert texts == [PROMPT, PROMPT + "!"]


async def test_the_spans_of_a_worksheet_stream_with_their_cells(store: Store) -> None:
    cases = [await add_case(store, f"k{n}") for n in range(70)]
    expected = []
    for case in cases:
        written = recorded(seed=case.id, run_id="first" if case is cases[0] else "second")
        await store.cells.commit(write(case, "total", written))
        expected.append((case.id, "total", written.id, written.outcome.spans[0]))
    sheet = cases[0].worksheet_id
    told = [one async for batch in store.spans.stream(sheet) for one in batch]
    assert [(one.case_id, one.step_id, one.outcome_id, one.span) for one in told] == expected
    first = [one async for batch in store.spans.stream(sheet, run_id="first") for one in batch]
    assert [one.case_id for one in first] == [cases[0].id]
    light = [one async for batch in store.spans.stream(sheet, texts=False) for one in batch]
    assert {part.text for one in light for part in one.span.parts} == {""}

"""From a place in a document to the cells that rest on it."""

from __future__ import annotations

from dataclasses import replace

from casework.base.hashing import sha256_text
from casework.store.codec import citation_rows, outcome_row, recorded_from
from casework.store.store import Store
from casework.store.tracing import _ON_PAGE, _USES, Spot, Use
from casework.types.case import CaseRecord, CellWrite, Outcome
from casework.types.document import Box
from casework.types.proof import Citation, Claim, Proof, Stretch
from tests.store.build import (
    AT,
    SHA,
    add_case,
    add_document,
    citation,
    outcome,
    recorded,
    verdict,
    write,
)

LOW = Box(72.0, 700.0, 500.0, 712.0)
TOP = Box(72.0, 60.0, 300.0, 72.0)
PARTED = replace(
    citation("give notice\nof three months", 3),
    start=900,
    end=911,
    boxes=(LOW,),
    further=(Stretch(4, 0, 15, (TOP,)),),
    alike=2,
)


def resting_on(*citations: Citation) -> Outcome:
    return replace(outcome(), proof=Proof("quoted", citations))


async def case_of(store: Store, key: str = "one") -> CaseRecord:
    await add_document(store)
    return await add_case(store, key)


def told(uses: list[Use]) -> list[tuple[str, str, str]]:
    return [(use.owner.case_name, use.step_id, use.standing) for use in uses]


async def test_a_page_tells_the_cells_whose_quotes_stand_on_it(store: Store) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "total", recorded(resting_on(citation()))))
    await store.cells.commit(write(case, "notice", recorded(resting_on(PARTED), seed="b")))
    name = case.name
    assert told(await store.tracing.uses(Spot(SHA))) == [
        (name, "total", "current"),
        (name, "notice", "current"),
    ]
    assert told(await store.tracing.uses(Spot(SHA, 1))) == [(name, "total", "current")]
    assert told(await store.tracing.uses(Spot(SHA, 2))) == []
    for page in (3, 4):
        (use,) = await store.tracing.uses(Spot(SHA, page))
        assert (use.step_id, use.quote) == ("notice", "give notice\nof three months")
        assert [stretch.page for stretch in use.stretches] == [3, 4]
    assert await store.tracing.uses(Spot(sha256_text("another"))) == []


async def test_a_span_or_a_box_tells_those_that_touch_it(store: Store) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "notice", recorded(resting_on(PARTED))))
    touching = [
        Spot(SHA, 3, span=(910, 1000)),
        Spot(SHA, 4, span=(14, 15)),
        Spot(SHA, 3, box=Box(0, 705, 80, 720)),
        Spot(SHA, 4, box=Box(299, 71, 400, 100)),
    ]
    apart = [
        Spot(SHA, 3, span=(911, 1000)),
        Spot(SHA, 4, span=(900, 905)),
        Spot(SHA, 3, box=TOP),
        Spot(SHA, 4, box=LOW),
    ]
    for spot in touching:
        assert len(await store.tracing.uses(spot)) == 1, spot
    for spot in apart:
        assert await store.tracing.uses(spot) == [], spot


async def test_what_was_replaced_is_past_and_what_took_its_place_is_current(store: Store) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "total", recorded(outcome("1"))))
    await store.cells.commit(write(case, "total", recorded(outcome("2"), seed="b")))
    uses = await store.tracing.uses(Spot(SHA, 1))
    assert [(use.value, use.standing) for use in uses] == [("2", "current"), ("1", "past")]


async def test_a_value_that_a_person_took_from_a_place_is_told_with_who_took_it(
    store: Store,
) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "total", recorded(resting_on(citation()))))
    taken = replace(verdict(case, "total", "corrected", "12"), citations=(PARTED,))
    await store.verdicts.add(taken)
    assert [(use.who, use.value) for use in await store.tracing.uses(Spot(SHA))] == [
        ("", "12.30"),
        ("Ada", "12"),
    ]
    (use,) = await store.tracing.uses(Spot(SHA, 4, box=Box(299, 71, 400, 100)))
    assert (use.who, use.standing, use.decided) == ("Ada", "current", "corrected")
    assert [stretch.page for stretch in use.stretches] == [3, 4]
    assert await store.tracing.uses(Spot(SHA, 4, box=LOW)) == []
    assert await store.tracing.uses(Spot(SHA, 3), worksheet_id="another") == []
    await store.verdicts.add(verdict(case, "total", "corrected", "13"))
    (use,) = await store.tracing.uses(Spot(SHA, 3))
    assert (use.who, use.standing, use.value) == ("Ada", "past", "12")


async def test_a_result_that_another_case_uses_again_is_told_for_both(store: Store) -> None:
    first = await case_of(store)
    other = await case_of(store, "other")
    written = recorded()
    await store.cells.commit(write(first, "total", written))
    again = CellWrite(
        other.worksheet_id, other.id, "total", "value", "", AT, reuse=written.id, run_id="run"
    )
    await store.cells.commit(again)
    uses = await store.tracing.uses(Spot(SHA, 1))
    assert {use.owner.case_id for use in uses} == {first.id, other.id}
    assert {use.standing for use in uses} == {"current"}


async def test_claims_are_told_apart_from_values(store: Store) -> None:
    case = await case_of(store)
    claim = Claim("It is so.", (), (citation("Net 10.00", 2),))
    proof = Proof("reasoned", claims=(claim,))
    await store.cells.commit(write(case, "why", recorded(replace(outcome(), proof=proof))))
    (use,) = await store.tracing.uses(Spot(SHA, 2))
    assert use.of_claim


async def test_only_the_named_worksheet_is_told(store: Store) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "total", recorded()))
    assert len(await store.tracing.uses(Spot(SHA), worksheet_id=case.worksheet_id)) == 1
    assert await store.tracing.uses(Spot(SHA), worksheet_id="another") == []


async def test_a_quote_that_was_not_found_stands_nowhere(store: Store) -> None:
    case = await case_of(store)
    lost = Citation(SHA, "invoice.pdf", 0, 0, 0, "gone", (), "none")
    await store.cells.commit(write(case, "total", recorded(resting_on(lost))))
    assert await store.tracing.uses(Spot(SHA)) == []


async def test_a_parted_citation_is_read_back_whole(store: Store) -> None:
    case = await case_of(store)
    await store.cells.commit(write(case, "notice", recorded(resting_on(PARTED))))
    machine = (await store.cells.of_case(case.id))["notice"].machine
    assert machine is not None
    assert machine.outcome.proof.citations == (PARTED,)


def test_a_citation_that_was_written_before_it_could_be_parted_is_read() -> None:
    written = recorded(resting_on(citation()))
    rows = [row[:-2] for row in citation_rows(written.outcome.proof)]
    assert recorded_from(outcome_row(written), rows).outcome.proof.citations == (citation(),)


async def test_a_page_is_looked_up_by_indexes(store: Store) -> None:
    if "sqlite" not in type(store.database).__name__.lower():
        return
    await add_document(store)
    sql = f"EXPLAIN QUERY PLAN {_USES.format(found=_ON_PAGE)}"
    one = (SHA, 1, SHA)
    plan = " ".join(str(row[-1]) for row in await store.database.rows(sql, (*one, *one)))
    assert "citations_by_page" in plan
    assert "citations_parted" in plan
    assert "SCAN t" not in plan
    assert "SCAN r" not in plan

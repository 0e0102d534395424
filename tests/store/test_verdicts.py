from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import NotFoundError
from casework.store.store import Store
from casework.store.verdicts import standing
from casework.types.document import Box
from casework.types.label import Label
from casework.types.proof import Citation, Stretch
from tests.store.build import add_case, add_document, recorded, stored, verdict, write


async def test_verdicts_on_a_cell_are_kept_in_order_and_whole(store: Store) -> None:
    case = await add_case(store)
    given = [
        replace(verdict(case, "total", "accepted", {"amount": "1"}), against="outcome"),
        replace(verdict(case, "total", "corrected", [1, "zwei"]), shown_probability=0.25),
        verdict(case, "total", "corrected", None, "stated_absent"),
        replace(verdict(case, "total", "accepted", "7"), stream="audit", blind=True, seconds=12.5),
    ]
    for one in given:
        await store.verdicts.add(one)
    await store.verdicts.add(other := verdict(case, "net", "rejected"))
    assert await store.verdicts.of_cell(case.id, "total") == given
    assert await store.verdicts.of_worksheet(case.worksheet_id) == [*given, other]


async def test_the_newest_verdict_stands_over_the_cell_and_the_machine_value_stays(
    store: Store,
) -> None:
    case = await add_case(store)
    machine = recorded()
    await store.cells.commit(write(case, "total", machine))
    await store.verdicts.add(verdict(case, "total", "accepted", "12.30"))
    await store.verdicts.add(last := verdict(case, "total", "corrected", "13"))
    cell = (await store.cells.of_case(case.id))["total"]
    assert (cell.human, cell.machine) == (last, stored(machine))


async def test_undoing_lets_the_verdict_before_stand_again(store: Store) -> None:
    case = await add_case(store)
    await store.verdicts.add(first := verdict(case, "total", "corrected", "1"))
    await store.verdicts.add(verdict(case, "total", "corrected", "2"))
    await store.verdicts.add(verdict(case, "total", "undone"))
    assert (await store.cells.of_case(case.id))["total"].human == first
    await store.verdicts.add(verdict(case, "total", "undone"))
    await store.verdicts.add(verdict(case, "total", "undone"))
    assert (await store.cells.of_case(case.id))["total"].human is None
    assert len(await store.verdicts.of_cell(case.id, "total")) == 5


async def test_a_later_machine_value_leaves_the_verdict_in_place(store: Store) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded()))
    await store.verdicts.add(human := verdict(case, "total", "corrected", "99"))
    await store.cells.commit(write(case, "total", recorded(seed="later")))
    cell = (await store.cells.of_case(case.id))["total"]
    assert cell.human == human
    assert cell.conflict


async def test_the_places_of_a_verdict_come_back_as_they_were_told(store: Store) -> None:
    case, paper = await add_case(store), await add_document(store)
    parted = Citation(
        paper.sha256, "a\ud800.pdf", 2, 7, 19, "12.30 “EUR”\n…", (Box(1.0, 2.5, 3.0, 4.25),),
        "normalised", "yes", "line 3", "12.30 EUR", (Stretch(3, 0, 4, (Box(5, 6, 7, 8),)),), 2,
    )  # fmt: skip
    as_told = Citation(paper.sha256, "a.pdf", 1, 0, 0, "12", (Box(1, 1, 2, 2),), "none")
    first = replace(
        verdict(case, "total", "corrected", "12.30"),
        citations=(parted, as_told),
        label=Label(frozenset({paper.sha256}), frozenset({"north"})),
    )
    await store.verdicts.add(first)
    kept = replace(first, citations=(replace(parted, document_name="a\ufffd.pdf"), as_told))
    assert await store.verdicts.of_cell(case.id, "total") == [kept]
    assert (await store.cells.of_case(case.id))["total"].human == kept
    await store.verdicts.add(verdict(case, "total", "undone"))
    assert (await store.cells.of_case(case.id))["total"].human is None
    await store.verdicts.add(verdict(case, "total", "redone"))
    assert (await store.cells.of_case(case.id))["total"].human == kept
    timeline = await store.past.of_case(case.id)
    assert timeline["total"][0].verdict == kept


async def test_a_verdict_needs_a_case(store: Store) -> None:
    case = await add_case(store)
    with pytest.raises(NotFoundError):
        await store.verdicts.add(verdict(replace(case, id="nobody"), "total", "accepted"))


@given(st.lists(st.sampled_from(["accepted", "corrected", "undone"])))
def test_an_undo_after_any_verdict_restores_what_stood_before(kinds: list[str]) -> None:
    told = [(kind, number) for number, kind in enumerate(kinds, 1)]
    end = len(told) + 1
    assert standing([*told, ("rejected", end)]) == end
    assert standing([*told, ("rejected", end), ("undone", end + 1)]) == standing(told)


@pytest.mark.parametrize(
    ("kinds", "held"),
    [
        (["corrected"], 0),
        (["corrected", "undone"], None),
        (["corrected", "undone", "redone"], 0),
        (["corrected", "rejected", "undone", "undone", "redone"], 0),
        (["corrected", "rejected", "undone", "undone", "redone", "redone"], 1),
        (["corrected", "undone", "rejected", "redone"], 2),
        (["undone", "redone"], None),
    ],
)
def test_what_was_taken_back_last_holds_again(kinds: list[str], held: int | None) -> None:
    assert standing((kind, at) for at, kind in enumerate(kinds)) == held


async def test_what_was_taken_back_is_no_decision_of_the_day(store: Store) -> None:
    case = await add_case(store)
    every = [
        replace(verdict(case, "total", "accepted", "1"), seconds=2.0),
        replace(verdict(case, "net", "corrected", "2"), seconds=3.0),
        verdict(case, "net", "undone"),
        replace(verdict(case, "vat", "accepted", "3"), seconds=4.0),
        verdict(case, "vat", "undone"),
        verdict(case, "vat", "redone"),
    ]
    for one in every:
        await store.verdicts.add(one)
    who, sheet = every[0].who, case.worksheet_id
    assert await store.verdicts.pace(sheet, who, "") == [2.0, 4.0]
    await store.verdicts.add(replace(verdict(case, "total", "corrected", "5"), who="Grace"))
    await store.verdicts.add(replace(verdict(case, "total", "undone"), who="Grace"))
    assert await store.verdicts.pace(sheet, who, "") == [2.0, 4.0]
    assert await store.verdicts.pace(sheet, "Grace", "") == []

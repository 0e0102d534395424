"""Which row is which when a table was computed anew."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from casework.engine.matching import Content, Former, match
from casework.types.values import Json

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "item": st.sampled_from(["pump", "valve", "hose", "seal", None]),
            "amount": st.integers(1, 4).map(str),
        }
    ),
    max_size=8,
)


def row(item: Json, amount: Json = "1") -> Content:
    return {"item": item, "amount": amount}


def formers(*contents: Content) -> list[Former]:
    return [Former(f"r{number}", content) for number, content in enumerate(contents)]


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_to_which_is_which(
    rows: list[Content], dice: random.Random
) -> None:
    old = formers(*rows)
    shuffled = list(rows)
    dice.shuffle(shuffled)
    found = match(old, shuffled)
    assert sorted(found) == sorted(former.id for former in old)
    content = {former.id: former.content for former in old}
    assert [content[id] for id in found] == shuffled


@given(ROWS, ROWS)
def test_no_former_row_is_two_rows(old: list[Content], new: list[Content]) -> None:
    found = [id for id in match(formers(*old), new) if id]
    assert len(found) == len(set(found))


def test_a_row_that_changed_a_little_is_the_same_row() -> None:
    old = formers(row("pump", "10"), row("valve", "20"))
    assert match(old, [row("valve", "21"), row("pump", "10")]) == ["r1", "r0"]


def test_a_text_that_was_read_a_little_differently_is_the_same_row() -> None:
    old = formers({"item": "Centrifugal pump P-10"})
    assert match(old, [{"item": "Centrifugal  pump P-10"}]) == ["r0"]


def test_a_row_that_is_gone_does_not_become_another_one() -> None:
    old = formers(row("pump", "10"), row("valve", "20"), row("hose", "30"))
    assert match(old, [row("pump", "10"), row("hose", "30"), row("seal", "99")]) == ["r0", "r2", ""]


def test_a_retired_row_that_comes_back_is_itself() -> None:
    old = [Former("a", row("pump")), Former("b", row("valve"), retired=True)]
    assert match(old, [row("valve"), row("pump")]) == ["b", "a"]


def test_thousands_of_changed_rows_are_matched_in_their_order() -> None:
    old = formers(*(row(f"item {number}", "1") for number in range(3000)))
    found = match(old, [row(f"item {number}", "2") for number in range(3000)])
    assert found == [f"r{number}" for number in range(3000)]

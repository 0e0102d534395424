"""The same document twice is found, and two letters from one template are not taken for it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.quality.similar import MOST_WORDS, alike, sketch_of, words_of
from casework.types.document import Document
from casework.types.quality import Alike, Sketch
from casework.types.quality_json import sketch_json
from casework.types.quality_json import sketch_of as sketch_from
from tests.documents.pages import document
from tests.documents.samples import LOREM

_TERMS = (
    "Goods remain our property until they are paid in full. Interest of five percent a year is due "
    "after thirty days. Please quote the number of the invoice with every payment. The place of "
    "performance is Norwich. Complaints are to be made in writing within fourteen days. "
)
_ITEMS = ("Paper A4 box", "Ink black", "Toner cyan", "Folder grey", "Pencil HB", "Stapler", "Tape")


def _invoice(number: str, day: str, amounts: Sequence[str], items: Sequence[str] = _ITEMS) -> str:
    rows = "\n".join(
        f"{i + 1} {item} {amount} EUR"
        for i, (item, amount) in enumerate(zip(items, amounts, strict=False))
    )
    return (
        f"Norton Paper Ltd, 12 Quay Street, Norwich\nVAT number GB318440217\nInvoice {number}\n"
        f"Date {day}\nCustomer 4477120 Birch and Sons, 8 Mill Lane, Bristol\n{rows}\n"
        f"Total {amounts[-1]} EUR\n{_TERMS}"
    )


_AMOUNTS = ("120.50", "18.00", "240.99", "7.25", "3.10", "15.00", "9.99", "414.83")


def _alike(one: str | Document, other: str | Document) -> Alike | None:
    sketches = [
        sketch_of(each if isinstance(each, Document) else document(each)) for each in (one, other)
    ]
    assert sketches[0] is not None
    assert sketches[1] is not None
    return alike(sketches[0], sketches[1])


_FIRST = _invoice("RE-20418", "05.03.2026", _AMOUNTS)


def test_an_invoice_with_one_amount_changed_is_nearly_the_same() -> None:
    changed = _invoice("RE-20418", "05.03.2026", ("120.50", "18.00", "340.99", *_AMOUNTS[3:]))
    found = _alike(_FIRST, changed)
    assert found is not None
    assert found.kind == "nearly_same"
    assert found.share > 0.9


def test_two_invoices_of_one_template_are_similar_and_no_more() -> None:
    second = _invoice("RE-20419", "12.03.2026", _AMOUNTS)
    found = _alike(_FIRST, second)
    assert found is not None
    assert found.kind == "similar"
    assert found.marks_apart == 2


def test_other_items_of_the_same_supplier_are_at_most_similar() -> None:
    other = ("Desk oak", "Lamp", "Chair", "Shelf", "Carpet", "Mirror", "Clock")
    second = _invoice("RE-20977", "30.04.2026", ("901.00", "82.10", "66.00", "12.5"), other)
    found = _alike(_FIRST, second)
    assert found is None or found.kind == "similar"


def test_the_same_words_in_other_lines_are_the_same_text() -> None:
    assert _alike(_FIRST, " ".join(_FIRST.upper().split())) == Alike("same_text", 1.0)


def test_a_document_within_another_is_a_part_of_it() -> None:
    bundle = document(LOREM * 3 + " ".join(f"word{n} other{n}" for n in range(150)), _FIRST)
    found = _alike(_FIRST, bundle)
    assert found is not None
    assert found.kind == "part"


def test_documents_that_have_nothing_to_do_with_each_other_are_not_alike() -> None:
    assert _alike(_FIRST, LOREM * 2) is None


def test_a_long_contract_with_a_clause_changed_is_nearly_the_same() -> None:
    chance = random.Random(4)
    words = [f"{chance.choice('abcdefgh')}{chance.randrange(4_000)}x" for _ in range(6_000)]
    first = " ".join([*words, "signed on 12.03.2026 under 99-1203-A"])
    second = " ".join([*words[:3_000], *["another"] * 40, *words[3_040:], "signed on 19.03.2026"])
    found = _alike(first, second)
    assert found is not None
    assert found.kind == "nearly_same"
    assert found.share == pytest.approx(0.99, abs=0.02)


@given(st.text(st.characters(max_codepoint=127), max_size=200))
def test_the_quick_way_to_words_gives_the_same_words(text: str) -> None:
    assert words_of(text) == re.findall(r"\w+", text.lower())


def test_a_document_of_a_few_words_is_not_compared() -> None:
    assert sketch_of(document("Total 12 EUR")) is None


@pytest.mark.parametrize("size", [12, 40, 150, 900])
def test_documents_that_share_much_share_a_key(size: int) -> None:
    chance = random.Random(size)
    missed = 0
    for _ in range(60):
        words = [f"w{chance.randrange(10_000)}" for _ in range(size)]
        other = list(words)
        other[chance.randrange(size)] = "changed"
        one, two = sketch_of(document(" ".join(words))), sketch_of(document(" ".join(other)))
        assert one is not None
        assert two is not None
        missed += not set(one.keys) & set(two.keys)
    assert missed <= (3 if size > 20 else 12)


def test_a_number_that_tells_documents_apart_is_a_key_by_itself() -> None:
    one = sketch_of(document(f"{LOREM} invoice RE-2041887-X"))
    two = sketch_of(document(f"{_TERMS} reminder for RE-2041887-X."))
    assert one is not None
    assert two is not None
    assert set(one.keys) & set(two.keys)


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        ("RE-20418", True), ("05.03.2026", True), ("2026-03-05", True), ("4477120", True),
        ("GB318440217", True), ("1.250,00", False), ("1,250.00", False), ("12.50", False),
        ("2026", False), ("42", False), ("1.5%", False), ("12,500", False),
    ],
)  # fmt: skip
def test_numbers_and_dates_tell_apart_and_amounts_and_years_do_not(word: str, counts: bool) -> None:
    plain, marked = sketch_of(document(LOREM)), sketch_of(document(f"{LOREM} ({word}),"))
    assert plain is not None
    assert marked is not None
    assert marked.marks_count - plain.marks_count == counts


def test_a_sketch_is_small_however_long_the_document_and_is_read_back_as_it_was() -> None:
    made = sketch_of(document(" ".join(f"w{n} INV-{n}00" for n in range(30_000))))
    assert isinstance(made, Sketch)
    assert (len(made.shingles), len(made.marks), len(made.keys)) == (128, 64, 24)
    assert sketch_from(sketch_json(made)) == made
    assert all(0 <= key < 2**63 for key in made.keys)


def test_of_very_long_documents_the_beginning_and_the_length_count() -> None:
    words = [f"w{n}" for n in range(MOST_WORDS + 10)]
    one, other = document(" ".join(words[:-5])), document(" ".join(words))
    made = [sketch_of(one, words[:-5]), sketch_of(other, words)]
    assert made[0] is not None
    assert made[1] is not None
    assert made[0].shingles == made[1].shingles
    assert made[0].text != made[1].text


def test_the_keys_are_the_same_on_every_machine() -> None:
    made = sketch_of(document(_FIRST))
    assert made is not None
    assert made.keys[0] == 1937356387966450875

"""How unlike a document is to those that were learned from."""

from __future__ import annotations

from casework.extraction.novelty import MOST, Familiar, sketch
from tests.extraction.typeset import ready

BILL = """
ACME TRADING LTD
INVOICE

Invoice number:\t{number}
Net amount:\t100.00
Total due:\t{total}
Payable within thirty days to the account named below.
"""
LETTER = """
Dear Sir or Madam,
we hereby terminate the tenancy of the flat in Kastanienallee with effect from next spring.
Kindly confirm that our notice has reached you, and propose a day for handing over the keys.
"""


def test_a_form_filled_in_with_other_figures_is_known() -> None:
    known = Familiar.of([sketch(ready(BILL.format(number="4711", total="119.00")))])
    assert known.novelty(sketch(ready(BILL.format(number="8205", total="731.50")))) == 0.0


def test_a_document_of_another_kind_is_new_and_one_between_is_between() -> None:
    bill, letter = ready(BILL.format(number="1", total="2.00")), ready(LETTER)
    known = Familiar.of([sketch(bill)])
    both = known.novelty(sketch(ready(BILL.format(number="1", total="2.00") + LETTER)))
    assert known.novelty(sketch(letter)) > 0.9
    assert 0.2 < both < known.novelty(sketch(letter))


def test_the_likest_of_many_counts_and_the_latest_are_kept() -> None:
    bill, letter = sketch(ready(BILL.format(number="1", total="2.00"))), sketch(ready(LETTER))
    known = Familiar.of([letter, *[bill] * MOST])
    assert len(known.sketches) == MOST
    assert Familiar.of([letter, bill]).novelty(letter) == 0.0
    assert known.novelty(letter) > 0.9


def test_where_nothing_was_learned_everything_is_new() -> None:
    assert Familiar.of([]).novelty(sketch(ready(LETTER))) == 1.0


def test_it_is_kept_as_json() -> None:
    known = Familiar.of([sketch(ready(LETTER)), sketch(ready(BILL.format(number="1", total="2")))])
    back = Familiar.from_json(known.as_json())
    assert back is not None
    assert (back.sketches == known.sketches).all()
    for spoiled in (None, 7, "no base64!", "QUJD"):
        assert Familiar.from_json(spoiled) is None

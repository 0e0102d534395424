"""What two documents do not share is told piece by piece, with pages."""

from __future__ import annotations

import time

from casework.documents.quality.difference import Change, Piece, difference
from tests.documents.pages import document

_BODY = "The parties agree that the rent is {} EUR a month, due on the third day of each month."


def test_a_changed_amount_is_the_only_difference() -> None:
    found = difference(document(_BODY.format("1,200.00")), document(_BODY.format("1,350.00")))
    assert found.changes == (Change(Piece(1, "1,200.00"), Piece(1, "1,350.00")),)
    assert 0.85 < found.share < 1


def test_lines_and_pages_that_break_elsewhere_are_no_difference() -> None:
    text = _BODY.format("900")
    halves = text[:40].rpartition(" ")[0], text[len(text[:40].rpartition(" ")[0]) :]
    found = difference(document(text), document(*halves))
    assert found.changes == ()
    assert found.share == 1


def test_what_only_one_has_stands_alone_with_its_page() -> None:
    found = difference(document(_BODY), document(_BODY, "Signed by Ada Moreau in Leeds."))
    assert found.changes == (Change(Piece(), Piece(2, "Signed by Ada Moreau in Leeds.")),)


def test_documents_without_words_are_the_same() -> None:
    assert difference(document(""), document("")).share == 1
    assert difference(document(""), document("two words")).share == 0


def test_long_documents_are_compared_in_linear_time() -> None:
    words = [f"w{n % 977}q{n % 31}" for n in range(60_000)]
    other = [*words[:30_000], "another", *words[30_001:]]
    began = time.process_time()
    found = difference(document(" ".join(words)), document(" ".join(other)))
    assert len(found.changes) == 1
    assert time.process_time() - began < 10


def test_a_long_piece_is_shortened() -> None:
    found = difference(document("same words here"), document("x " * 4_000))
    assert max(len(change.there.text) for change in found.changes) <= 300

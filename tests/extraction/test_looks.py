"""Shortcuts before a search find what the search finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from casework.extraction.candidates import texts
from casework.extraction.candidates.names import has_legal_form, legal_form, runs
from casework.extraction.looks import _CONTACT, _has_contact
from casework.extraction.tokens import fold, letters_and_digits

_PIECES = st.sampled_from(
    [
        "Sdn. Bhd", "GmbH", "gmbh & co. kg", "S.A.", "sp.z o.o", "ſa", "lımıted", "Co", "co_", "no",
        "tel", "TEL.", "faK", "e-mail", "E-Mail", "email", "ma1l", "@", "www.", "HTTPS:", ".com",
        ".community", "reg", "(Reg. No. 201", "12345", "1-2-3", "01/02/2026", "GST", "ROC 1", "é",
        " ", " ", " ", ".", ",", ":", "-", "_", "(", ")", "x", "7", "ß", "\n",
    ]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=8).map("".join)


@given(_TEXTS)
def test_a_legal_form_is_found_where_the_expression_finds_it(text: str) -> None:
    assert has_legal_form(text, runs(text.casefold())) == bool(legal_form().search(text))


@given(_TEXTS)
def test_a_contact_is_found_where_the_expression_finds_it(text: str) -> None:
    lowered = text.casefold()
    assert _has_contact(text, lowered, runs(lowered)) == bool(_CONTACT.search(text))


@given(_TEXTS)
def test_a_tail_that_would_be_cut_off_is_always_tried(text: str) -> None:
    tried = list(texts._tails(text))
    for tail in (texts._ASIDE, texts._NUMBER_TAIL, texts._DATE_TAIL):
        assert tail in tried or tail.search(text) is None


@given(st.text())
def test_letters_and_digits_are_what_is_left_without_marks(text: str) -> None:
    assert letters_and_digits(text) == re.sub(r"[\W_]+", "", fold(text))

"""Folding of text for looking up quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.places.folding import fold, fold_quote


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Total  due\n now", "total due now"),
        ("exam-\nple", "example"),
        ("exam\u00ad\nple", "example"),
        ("state-of-the-art", "stateoftheart"),
        ("ﬁle oﬀer", "file offer"),
        ("“quoted” ‘so’", "\"quoted\" 'so'"),
        ("2024–2025 — x", "2024-2025 - x"),
        ("a\u00a0b\u202fc", "a b c"),
        ("Cafe\u0301", "café"),
        ("ＥＵＲ １２", "eur 12"),
        ("10²", "10²"),
        ("-5 and (5)", "-5 and (5)"),
        ("a\u200b\nb", "a b"),
    ],
)
def test_what_typesetting_changes_is_folded_away(text: str, folded: str) -> None:
    assert fold_quote(text) == folded


def test_offsets_lead_back_to_the_letters() -> None:
    text = "An exam-\nple of a  ﬁle"
    folded = fold(text)
    start = folded.text.index("example")
    first, last = folded.span(start, start + len("example"))
    assert text[first:last] == "exam-\nple"
    start = folded.text.index("file")
    first, last = folded.span(start, start + 4)
    assert text[first:last] == "ﬁle"


@given(st.text(alphabet="ab1 -\n\u00ad\u200bﬁ½é\u0301“.", max_size=40))
def test_every_folded_letter_has_an_origin_in_order(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= at < len(text) for at in folded.origin)

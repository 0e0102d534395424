"""Words made when they are looked at are the words that were kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.documents.boxes import boxes_of, words_of
from casework.documents.codec import from_json, to_json
from casework.documents.lazy_words import LazyWords
from casework.types.document import Page
from tests.documents.pages import document, page

_TEXTS = st.text(alphabet="ab \n", min_size=1, max_size=60)


def _both(text: str) -> tuple[Page, Page]:
    """A page with words in a tuple, and the same page as it comes back from the store."""
    made = document(page(1, text))
    (kept,) = from_json(to_json(made)).pages
    return made.pages[0], kept


@given(text=_TEXTS, start=st.integers(0, 60), length=st.integers(1, 30))
def test_spans_and_boxes_are_the_same_as_of_a_tuple(text: str, start: int, length: int) -> None:
    plain, lazy = _both(text)
    assert isinstance(lazy.words, LazyWords) or not plain.words
    assert words_of(plain, start, start + length) == words_of(lazy, start, start + length)
    assert boxes_of(plain, start, start + length) == boxes_of(lazy, start, start + length)


@given(text=_TEXTS)
def test_it_stands_for_the_tuple(text: str) -> None:
    plain, lazy = _both(text)
    assert [lazy.words[at] for at in range(len(lazy.words))] == list(plain.words)
    assert lazy.words[1:3] == plain.words[1:3]
    assert lazy.words == plain.words
    assert hash(lazy.words) == hash(plain.words)

"""Bounded fuzzy search."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.documents.places.fuzzy import EDITS_SHARE, search

LETTERS = "abcdef gh"


def distance(one: str, two: str) -> int:
    """The edit distance, by the plain table."""
    row = list(range(len(two) + 1))
    for at, letter in enumerate(one, 1):
        corner, row[0] = row[0], at
        for to, other in enumerate(two, 1):
            corner, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, corner + (letter != other))
    return row[-1]


def test_the_nearest_stretch_comes_first() -> None:
    text = "the quick brawn fox; a quick brown fix; the quick brown fox"
    found = search("the quick brown fox", text, 5)
    assert text[found[0].start : found[0].end] == "the quick brown fox"
    assert found[0].distance == 0
    assert [near.distance for near in found] == sorted(near.distance for near in found)


def test_short_quotes_are_not_searched() -> None:
    assert search("abcdefg", "abcdefg", 5) == []


def test_a_stretch_with_another_number_does_not_count() -> None:
    assert search("total due is 1250 euros", "total due is 1260 euros", 5) == []
    assert search("totel due is 1250 euros", "total due is 1250 euros", 5) != []
    assert search("totel due is 1250 euros", "total due is 12501 euros", 5) == []


@given(
    st.text(LETTERS, min_size=8, max_size=60),
    st.text(LETTERS, max_size=80),
    st.text(LETTERS, max_size=80),
    st.data(),
)
def test_a_quote_within_the_bound_is_found_with_its_true_distance(
    quote: str, before: str, after: str, data: st.DataObject
) -> None:
    bound = int(len(quote) * EDITS_SHARE)
    letters = list(quote)
    for _ in range(data.draw(st.integers(0, bound))):
        letters[data.draw(st.integers(0, len(letters) - 1))] = data.draw(st.sampled_from(LETTERS))
    text = before + "".join(letters) + after
    found = search(quote, text, 5)
    assert found
    for near in found:
        assert near.distance <= bound
        assert distance(quote, text[near.start : near.end]) == near.distance

"""Quotes found in documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.boxes import boxes_of, words_of
from casework.documents.places.locate import Hint, Locator
from casework.types.document import Block, Box
from tests.documents.pages import document, page

AGREEMENT = document(
    "This Agreement is made on 5 March 2026\nbetween Norton Ltd and Acme GmbH.",
    "The term is twenty-four (24) months. Total due: EUR 1,234,567.00\n"
    "Pay by 31.12.2026 and con-\nfirm in writ-",
    "ing to “Norton Ltd” at its ofﬁce.",
)


def found(quote: str, limit: int = 5) -> list[tuple[int, str, str]]:
    """Page, text and grade of every place."""
    return [(p.page, p.text, p.grade) for p in Locator(AGREEMENT).find(quote, limit=limit)]


def test_a_quote_that_stands_letter_by_letter_is_exact() -> None:
    assert found("made on 5 March 2026") == [(1, "made on 5 March 2026", "exact")]


def test_every_occurrence_is_a_place_earlier_pages_first() -> None:
    assert found("Norton Ltd") == [(1, "Norton Ltd", "exact"), (3, "Norton Ltd", "exact")]
    assert found("Norton Ltd", limit=1) == [(1, "Norton Ltd", "exact")]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("made  on 5 march 2026 between Norton", "made on 5 March 2026\nbetween Norton"),
        ("31.12.2026 and confirm", "31.12.2026 and con-\nfirm"),
        ('to "norton ltd"', "to “Norton Ltd”"),
        ("its office", "its ofﬁce"),
        ("Twenty-Four (24)", "twenty-four (24)"),
        ("TWENTYFOUR (24) MONTHS", "twenty-four (24) months"),
    ],
)
def test_what_only_typesetting_changed_is_normalised(quote: str, text: str) -> None:
    (place,) = Locator(AGREEMENT).find(quote)
    assert place.text == text
    assert place.grade == "normalised"
    assert place.score == 1.0


def test_a_quote_over_a_page_break_has_boxes_on_both_pages() -> None:
    (place,) = Locator(AGREEMENT).find("confirm in writing to")
    assert (place.page, place.text, place.grade) == (2, "con-\nfirm in writ-\ning to", "normalised")
    assert [(s.page, s.start, s.end) for s in place.stretches] == [(2, 87, 105), (3, 0, 6)]
    assert [len(s.boxes) for s in place.stretches] == [2, 1]
    assert place.further == place.stretches[1:]


def test_a_quote_over_three_pages_has_a_stretch_on_each() -> None:
    text = document("we have read", "and understood", "all of this")
    (place,) = Locator(text).find("have read and understood all of")
    assert [s.page for s in place.stretches] == [1, 2, 3]
    assert place.page == 2


def test_a_running_header_does_not_hide_a_quote_that_runs_over_the_page_break() -> None:
    header = Block("header", 0, 1)
    body = document(
        page(1, "Norton Ltd - Agreement\nThe tenant shall give notice", (header,)),
        page(2, "Norton Ltd - Agreement\nof three months to the landlord.", (header,)),
    )
    (place,) = Locator(body).find("shall give notice of three months to the landlord")
    assert (place.page, place.grade) == (2, "normalised")
    assert place.text == "shall give notice\nof three months to the landlord"


def test_a_quote_with_few_wrong_letters_is_fuzzy() -> None:
    (place,) = Locator(AGREEMENT).find("The term ia twenty-fuor (24) months")
    assert (place.grade, place.page) == ("fuzzy", 2)
    assert place.text == "The term is twenty-four (24) months"
    assert 0.85 <= place.score < 1


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "   ",
        "The landlord pays everything at once",
        "Total due: EUR 1,234,568.00",
        "Total due: EUR 1,234",
        "234,567.00",
        "567.00",
        "The term is twenty-four (25) months",
        "5 March 2027",
        "Aceme",
    ],
)
def test_what_the_document_does_not_say_is_found_nowhere(quote: str) -> None:
    assert found(quote) == []


def test_part_of_a_dotted_date_may_be_quoted() -> None:
    assert found("31.12") == [(2, "31.12", "exact")]


def test_whole_words_come_before_parts_of_words() -> None:
    located = Locator(document("party art", "Art and artist")).find("art")
    assert (located[0].page, located[0].start) == (1, 6)


def test_only_the_chosen_pages_are_searched() -> None:
    locator = Locator(AGREEMENT)
    assert [p.page for p in locator.find("Norton Ltd", pages=[3])] == [3]
    assert [p.page for p in locator.find("NORTON LTD", pages=[3])] == [3]
    assert locator.find("Norton Ltd", pages=[2]) == []


def test_a_place_has_one_box_a_line_around_its_words() -> None:
    (place,) = Locator(AGREEMENT).find("March 2026\nbetween Norton")
    assert place.boxes == (Box(168.0, 0.0, 228.0, 12.0), Box(0.0, 12.0, 84.0, 24.0))
    assert place.place == "line 1"


def test_words_are_those_that_a_span_touches() -> None:
    first = AGREEMENT.pages[0]
    assert words_of(first, 0, 4) == (0, 1)
    assert words_of(first, 5, 16) == (1, 3)
    assert words_of(first, 6, 7) == (1, 2)
    assert words_of(first, 4, 5) == (1, 1)
    assert boxes_of(first, 4, 5) == ()


def test_a_document_without_pages_has_no_places() -> None:
    assert Locator(document()).find("anything at all") == []


def test_a_page_is_searched_though_the_quote_stands_very_often_before_it() -> None:
    often = document(" ".join(["so"] * 3000), "and so on", "So it is")
    assert [p.page for p in Locator(often).find("so", pages=[2])] == [2]
    assert [p.page for p in Locator(often).find("So", pages=[3])] == [3]
    assert [p.text for p in Locator(often).find("SO IT IS", pages=[3])] == ["So it is"]
    assert Locator(often).find("so", hint=Hint(page=2))[0].page == 2


WORDS = st.lists(
    st.sampled_from(["the", "party", "shall", "pay", "12.50", "1,300", "ten", "no-tice", "ﬁnally"]),
    min_size=8,
    max_size=60,
)


@given(WORDS, st.data())
def test_every_stretch_of_whole_words_is_found_where_it_stands(
    words: list[str], data: st.DataObject
) -> None:
    split = data.draw(st.integers(0, len(words)))
    pages = document("\n".join(words[:split]), " ".join(words[split:]))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    places = Locator(pages).find(" ".join(words[first:last]).upper())
    assert places
    assert places[0].grade in ("exact", "normalised")


@given(WORDS, st.integers(0, 10**6))
def test_a_quote_with_another_number_is_never_found(words: list[str], number: int) -> None:
    text = " ".join(words)
    quote = f"{text} {number}.75 EUR"
    assert Locator(document(f"{text} 4711.75 EUR")).find(quote) == [] or number == 4711


def test_every_spelling_of_words_is_found_what_stands_so_first() -> None:
    text = document("Deductible EUR 5", "the deductible of Café Zürich", "DEDUCTIBLE, cafe ZURICH")
    locator = Locator(text)
    told = [(one.page, one.grade) for one in locator.find("deductible", every=True)]
    assert told == [(2, "exact"), (1, "normalised"), (3, "normalised")]
    assert [one.page for one in locator.find("deductible")] == [2]
    for said in ("café zürich", "Cafe Zurich"):
        found = locator.find(said, every=True)
        assert sorted(one.text for one in found if one.page == 2) == ["Café Zürich"]
    assert {one.page for one in locator.find("zurich", every=True)} == {2, 3}
    assert {one.page for one in locator.find("zurich", every=True, pages=[3])} == {3}

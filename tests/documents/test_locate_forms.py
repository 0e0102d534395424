"""Quotes as models write them: other forms of numbers and dates, marks, cells, words left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.documents.places.edges import cuts_number
from casework.documents.places.folding import fold_quote
from casework.documents.places.index import Part
from casework.documents.places.locate import Hint, Locator
from casework.documents.places.written import Unit, units
from casework.types.document import Document
from tests.documents.pages import document

CONTRACT = document(
    "The Supplier, Norton Ltd, shall within thirty (30) days of 31 December 2024\n"
    "and not later than 15.01.2025 pay the sum of EUR 1.234,50 to the Buyer.",
    "Section 1.10 applies from 03/04/2025. Reference 0042. Fee ............ 250,00 EUR\n"
    "The state [of things] is “as is”; see 5 % and ( 7 ) below.",
)


def placed(text: Document, quote: str) -> tuple[str, str] | None:
    places = Locator(text).find(quote, limit=1)
    return (places[0].text, places[0].grade) if places else None


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("pay the sum of EUR 1,234.50", "pay the sum of EUR 1.234,50"),
        ("pay the sum of EUR 1234.50 to", "pay the sum of EUR 1.234,50 to"),
        ("EUR 1234,50", "EUR 1.234,50"),
        ("1,234.50", "1.234,50"),
        ("days of 2024-12-31", "days of 31 December 2024"),
        ("31.12.2024", "31 December 2024"),
        ("December 31, 2024 and not later", "31 December 2024\nand not later"),
        ("not later than 2025-01-15", "not later than 15.01.2025"),
        ("not later than January 15th, 2025 pay", "not later than 15.01.2025 pay"),
        ("Fee 250,00 EUR", "Fee ............ 250,00 EUR"),
        ("see 5% and (7) below", "see 5 % and ( 7 ) below"),
        ("The Supplier , Norton Ltd , shall", "The Supplier, Norton Ltd, shall"),
    ],
)
def test_numbers_dates_and_blanks_may_be_written_otherwise(quote: str, text: str) -> None:
    assert placed(CONTRACT, quote) == (text, "normalised")


@pytest.mark.parametrize(
    "quote",
    [
        "pay the sum of EUR 1.234,5",
        "pay the sum of EUR 1,234",
        "pay the sum of EUR 123.450",
        "Section 1.1 applies",
        "Section 110 applies",
        "Reference 42",
        "Reference 420",
        "applies from 2025-04-03",
        "applies from 2025-03-04",
        "days of 2024-12-30",
        "days of December 2025",
        "250.00 USD",
        "-250,00 EUR",
    ],
)
def test_another_value_is_not_found_in_another_form(quote: str) -> None:
    assert placed(CONTRACT, quote) is None


def test_a_number_that_can_be_read_in_two_ways_is_found_as_written_only() -> None:
    assert placed(document("Menge 1.234 Stück"), "1,234 Stück") is None
    assert placed(document("Menge 1.234 Stück"), "1234 Stück") is None
    commas = document("Menge 1.234 Stück zu 2,50 und 3,75 und 4,25 EUR")
    assert placed(commas, "1234 Stück") == ("1.234 Stück", "normalised")


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("**The Supplier**, Norton Ltd", "The Supplier, Norton Ltd"),
        ("`Section 1.10` applies", "Section 1.10 applies"),
        ("> - *The Supplier*, Norton", "The Supplier, Norton"),
        ("<b>pay the sum</b> of", "pay the sum of"),
        ("“pay the sum of”", "pay the sum of"),
        ("...pay the sum of...", "pay the sum of"),
        ("[…] pay the sum of", "pay the sum of"),
        ("[t]he Supplier, Norton", "The Supplier, Norton"),
        ("Norton Ltd&#44; shall", "Norton Ltd, shall"),
        ("[pay the sum](https://example.com) of", "pay the sum of"),
        ("pay the sum [sic] of EUR", "pay the sum of EUR"),
        ("Nor- ton Ltd, shall", "Norton Ltd, shall"),
        ("pay the sum of-", "pay the sum of"),
    ],
)
def test_marks_that_a_model_adds_are_taken_away(quote: str, text: str) -> None:
    assert placed(CONTRACT, quote) == (text, "normalised")


def test_brackets_that_the_document_has_are_found_as_they_stand() -> None:
    assert placed(CONTRACT, "The state [of things] is") == ("The state [of things] is", "exact")


@pytest.mark.parametrize(
    "quote",
    [
        "The Supplier ... shall within ... pay the sum",
        "The Supplier […] shall within [...] pay the sum",
        "The Supplier … shall within [no more than so many days] pay the sum",
    ],
)
def test_a_quote_that_leaves_words_out_is_fuzzy_and_has_each_piece(quote: str) -> None:
    (place,) = Locator(CONTRACT).find(quote)
    assert place.grade == "fuzzy"
    assert place.text == "The Supplier … shall within … pay the sum"
    assert len(place.further) == 2
    assert place.score < 0.5


def test_pieces_in_another_order_or_far_apart_are_no_quote() -> None:
    far = document("The Supplier " + "x " * 3000 + " shall pay")
    assert placed(far, "The Supplier ... shall pay") is None
    assert placed(CONTRACT, "shall within ... The Supplier") is None


def test_a_remark_in_brackets_at_an_edge_makes_a_quote_fuzzy() -> None:
    found = placed(CONTRACT, "pay the sum of [the agreed price]")
    assert found == ("pay the sum of", "fuzzy")


def test_figures_in_brackets_are_part_of_the_quote() -> None:
    text = document("The fee [of EUR 500] is due at once and is paid to the Supplier")
    assert placed(text, "The fee [of EUR 700] is due at once") is None


def test_a_line_to_write_on_is_no_mark() -> None:
    form = document("Name:_______________ City:_______________ signed in the presence of")
    assert placed(form, "Nane:_______________ City:_______________ signed in the") is not None


TABLE = document(
    "Item                 Quantity   Price\n"
    "Cleaning of the      3          100.00\n"
    "offices in May\n"
    "Painting of the      12         350.00\n"
    "stairs, two coats"
)


def test_a_quote_of_a_cell_of_several_lines_is_found_between_its_neighbours() -> None:
    (place,) = Locator(TABLE).find("Cleaning of the offices in May")
    assert (place.grade, place.text) == ("normalised", "Cleaning of the\noffices in May")
    assert [len(s.boxes) for s in place.stretches] == [1, 1]


@pytest.mark.parametrize(
    "quote",
    [
        "Painting of the stairs, two coats | 12 | 350.00",
        "| Painting of the stairs, two coats | 12 | 350.00 |",
        "Painting of the stairs, two coats\t12\t350.00",
    ],
)
def test_the_cells_of_a_row_may_be_joined_by_marks(quote: str) -> None:
    (place,) = Locator(TABLE).find(quote)
    assert (place.grade, place.text.split("\n")[0][:15]) == ("normalised", "Painting of the")
    assert "350.00" in place.text
    assert "stairs, two coats" in place.text


def test_a_cell_that_says_what_another_one_says_as_well_has_a_place_of_its_own() -> None:
    row = document("News at six 30\tNews at six\t75.00")
    (place,) = Locator(row).find("| News at six 30 | News at six |")
    assert [(s.start, s.end) for s in place.stretches] == [(0, 14), (15, 26)]


def test_cells_of_two_rows_are_no_row() -> None:
    assert placed(TABLE, "Cleaning of the offices in May | 12 | 350.00") is None


def test_a_row_with_a_cell_left_out_is_fuzzy() -> None:
    assert placed(TABLE, "Cleaning of the | 100.00") == ("Cleaning of the … 100.00", "fuzzy")


@pytest.mark.parametrize("quote", ["1.1", "*" * 3000 + "x", "[" * 3999, "a " * 40_000, "1" * 9000])
def test_a_search_for_an_odd_quote_in_an_odd_text_comes_to_an_end(quote: str) -> None:
    text = document("1.1" * 30_000, "a" * 50_000, " ".join("ab" for _ in range(30_000)))
    assert len(Locator(text).find(quote)) <= 5


MANY = document("pay now", "we pay", "to pay\nand pay", "and then pay the rent by hand")


def test_how_many_places_are_as_good_is_told() -> None:
    places = Locator(MANY).find("pay", limit=2)
    assert [(p.page, p.alike) for p in places] == [(1, 5), (2, 5)]
    (only,) = Locator(MANY).find("pay the rent")
    assert only.alike == 1


def test_a_hint_ranks_places_that_are_equally_good() -> None:
    locator = Locator(MANY)
    assert locator.find("pay", hint=Hint(page=3))[0].page == 3
    rent = locator.find("the rent")[0]
    assert (
        locator.find("pay", hint=Hint(beside=(Part(rent.page, rent.start, rent.end),)))[0].page == 4
    )
    second = locator.find("pay", hint=Hint(page=3, place="Line 2"))[0]
    assert (second.page, second.place) == (3, "line 2")


def test_a_hint_does_not_make_a_worse_place_better() -> None:
    text = document("EUR 5.00", "eur 5.00")
    assert Locator(text).find("EUR 5.00", hint=Hint(page=2))[0].page == 1


def test_letters_misread_as_figures_are_found_but_no_figure_is_changed() -> None:
    scan = document("The 0ffice of the c1ause is in room 101 of house 5")
    assert placed(scan, "The office of the clause is in room 101") == (
        "The 0ffice of the c1ause is in room 101",
        "fuzzy",
    )
    assert placed(scan, "The office of the clause is in room 100") is None
    assert placed(document("see Section1a of the rules"), "see Section0a of the rules") is None


PIECES = st.sampled_from(
    ["the", "party", "Pay", "12.50", "1,300", "1.300,75", "no-tice", "ﬁnally", "(5)", "31.12.2024",
     "5 May 2025", "“so”", "…", "10 %", "A-7", "B2"]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=20), min_size=1, max_size=3), st.data())
def test_a_grade_is_what_it_says(pages: list[list[str]], data: st.DataObject) -> None:
    text = document(*(" ".join(words) for words in pages))
    whole = " ".join(page.text for page in text.pages)
    start = data.draw(st.integers(0, max(0, len(whole) - 1)))
    quote = whole[start : data.draw(st.integers(start, len(whole)))]
    quote = data.draw(
        st.sampled_from([quote, quote.upper(), quote.replace(",", "."), quote.replace("1", "7")])
    )
    for place in Locator(text).find(quote):
        for one in place.stretches:
            said = next(page.text for page in text.pages if page.number == one.page)
            assert not cuts_number(said, one.start)
            assert not cuts_number(said, one.end)
        if place.grade == "exact":
            assert place.text == quote.strip()
        if place.grade == "normalised":
            assert _alike(place.text, quote)


def _alike(text: str, quote: str) -> bool:
    one, other = fold_quote(text), fold_quote(quote)
    marks = str.maketrans("", "", "\"'. …-")
    same = one.translate(marks) == other.translate(marks)
    said, asked = units(one), units(other)
    return same or (len(said) == len(asked) and all(map(Unit.like, said, asked)))


AMOUNTS = st.integers(0, 10**8)


@given(AMOUNTS, AMOUNTS, st.sampled_from(["{:,.2f}", "{:.2f}"]), st.booleans(), st.booleans())
def test_an_amount_in_another_form_is_found_only_where_it_is_the_same(
    said: int, asked: int, form: str, comma: bool, other_comma: bool
) -> None:
    swap = str.maketrans(",.", ".,")
    stands, quote = f"{said / 100:,.2f}", form.format(asked / 100)
    stands = stands.translate(swap) if comma else stands
    quote = quote.translate(swap) if other_comma else quote
    found = placed(document(f"the sum of {stands} EUR"), f"sum of {quote} EUR")
    assert (found is not None) == (said == asked)

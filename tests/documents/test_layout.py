"""Placed words become lines and blocks in reading order; pages keep their promises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.documents.compose import PlacedWord
from casework.documents.layout import lay_out
from casework.types.document import Page

_COORDINATES = st.integers(0, 60_000).map(lambda hundredths: hundredths / 100)
_PLACED = st.builds(
    lambda x, y, wide, high, text: (x, y, x + wide / 100, y + high / 100, text),
    _COORDINATES,
    _COORDINATES,
    st.integers(50, 20_000),
    st.integers(50, 4_000),
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12),
)


def _page(words: list[PlacedWord]) -> Page:
    return lay_out(words, number=1, width_pt=800, height_pt=800)


def _line(y: float, text: str, x: float = 50, size: float = 10) -> list[PlacedWord]:
    placed: list[PlacedWord] = []
    for word in text.split():
        wide = 0.5 * size * len(word)
        placed.append((x, y, round(x + wide, 2), y + size, word))
        x = round(x + wide + 0.3 * size, 2)
    return placed


@given(st.lists(_PLACED, max_size=60))
def test_every_word_comes_once_with_its_box_and_offsets_that_fit(words: list[PlacedWord]) -> None:
    page = _page(words)
    shown = [(*word.box, page.text[word.start : word.end]) for word in page.words]
    assert sorted(shown) == sorted(words)
    assert "".join(page.text.split()) == "".join(word[4] for word in shown)
    for index, line in enumerate(page.lines):
        inside = [word for word in page.words if word.line == index]
        assert (line.start, line.end) == (inside[0].start, inside[-1].end)
        assert line.box.x0 == min(word.box.x0 for word in inside)
        assert line.box.y1 == max(word.box.y1 for word in inside)
        assert page.text[line.start : line.end].split("\n") == [page.text[line.start : line.end]]
    covered = [index for block in page.blocks for index in range(block.first_line, block.end_line)]
    assert covered == list(range(len(page.lines)))


def test_words_in_any_order_of_the_file_make_rows_from_top_to_bottom() -> None:
    page = _page(_line(120, "third line") + _line(90, "first line") + _line(105, "second line"))
    assert page.text == "first line\nsecond line\nthird line"


def test_a_superscript_stays_at_its_word() -> None:
    words = [*_line(100, "practice"), (91.0, 99.0, 94.0, 104.0, "2"), *_line(114, "next")]
    assert _page(words).text == "practice 2\nnext"


def test_a_tall_logo_does_not_pull_rows_together() -> None:
    words = [(50.0, 100.0, 120.0, 140.0, "LOGO"), *_line(98, "Main St 1", 200)]
    words += _line(112, "Berlin", 200) + _line(130, "Tel 5", 200)
    assert "Main St 1\n" in _page(words).text + "\n"
    assert "Main St 1 Berlin" not in _page(words).text


def test_a_large_short_line_is_a_heading() -> None:
    words = _line(50, "Terms of sale", size=20)
    for index in range(6):
        words += _line(90 + 12 * index, "ordinary text that goes on and on")
    page = _page(words)
    assert [(block.kind, block.level) for block in page.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
    ]


def test_rows_with_cells_are_a_table() -> None:
    words: list[PlacedWord] = []
    for index in range(4):
        words += _line(90 + 12 * index, "item", 50) + _line(90 + 12 * index, "9.00", 300)
    assert [block.kind for block in _page(words).blocks] == ["table"]


def test_a_line_from_right_to_left_is_read_in_its_direction() -> None:
    first, second = "שלום", "עולם"
    page = _page([(100.0, 50.0, 140.0, 60.0, second), (150.0, 50.0, 190.0, 60.0, first)])
    assert page.text == f"{first} {second}"


def test_short_labels_beside_long_values_are_no_columns() -> None:
    words: list[PlacedWord] = []
    for index in range(10):
        words += _line(90 + 12 * index, f"Label {index}:")
        words += _line(90 + 12 * index, "a value that is as long as a line of running text", 300)
    assert _page(words).text.startswith("Label 0: a value that is")


def test_items_with_bullets_or_numbers_are_a_list() -> None:
    page = _page(
        [
            *_line(100, "Scope of the work"),
            *_line(140, "\u2022 Planning of the rooms"),
            *_line(152, "\u2022 Drawing of the plans"),
            *_line(192, "1. The first of two points"),
            *_line(204, "and its second line"),
            *_line(216, "2. The second of two points"),
            *_line(256, "1. A number alone makes no list"),
        ]
    )
    assert [block.kind for block in page.blocks] == ["paragraph", "list", "list", "paragraph"]

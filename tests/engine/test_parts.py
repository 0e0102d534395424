"""Which pages belong to a row."""

from __future__ import annotations

import pytest

from casework.engine.parts import overlaps, part_of
from casework.types.case import CaseDocument

BUNDLE = CaseDocument("b" * 64, "bundle.pdf")
LETTER = CaseDocument("c" * 64, "letter.pdf")


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("3", (3, 3)),
        ("2-5", (2, 5)),
        ("2 – 5", (2, 5)),
        ("pages 2 to 5", (2, 5)),
        ("p. 7", (7, 7)),
        ("bundle.pdf: 2-5", (2, 5)),
        ("Bundle.PDF", (0, 0)),
    ],
)
def test_pages_are_read_as_people_write_them(text: str, pages: tuple[int, int]) -> None:
    part = part_of(text, [BUNDLE], "Pages")
    (document,) = part.documents
    assert (document.first_page, document.last_page, part.problem) == (*pages, "")


def test_a_part_is_another_input_than_the_whole() -> None:
    (one,) = part_of("1-2", [BUNDLE], "Pages").documents
    (two,) = part_of("3", [BUNDLE], "Pages").documents
    assert len({one.input_digest, two.input_digest, BUNDLE.input_digest}) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("the first ones", "names no pages"),
        ("5-2", "comes after the last"),
        ("0", "comes after the last"),
        ("", "is empty"),
    ],
)
def test_what_names_no_pages_is_said(text: str, says: str) -> None:
    part = part_of(text, [BUNDLE], "Pages")
    assert part.documents == ()
    assert says in part.problem


def test_of_several_documents_one_must_be_named() -> None:
    assert "letter.pdf" in part_of("2", [BUNDLE, LETTER], "Pages").problem
    (document,) = part_of("letter.pdf 2", [BUNDLE, LETTER], "Pages").documents
    assert (document.name, document.first_page) == ("letter.pdf", 2)


def test_pages_in_two_rows_are_told_in_both() -> None:
    parts = [part_of(text, [BUNDLE], "Pages") for text in ("1-3", "3-4", "5")]
    assert overlaps(parts) == {0: "page 3 is also in row 2", 1: "page 3 is also in row 1"}


def test_a_part_inside_a_long_one_is_told_though_another_stands_between() -> None:
    parts = [part_of(text, [BUNDLE], "Pages") for text in ("1-9", "2-3", "5-6")]
    assert set(overlaps(parts)) == {0, 1, 2}

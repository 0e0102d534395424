"""First pages: what tells them in bundles, and what leaves documents of many pages whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.documents.splitting.parts import (
    bundled,
    found_parts,
    is_bundle,
    look_of_part,
    parts_of,
)
from casework.types.document import Document
from tests.documents.samples import document, pdf

Lines = list[tuple[float, float, str]]
BODY = "The parties agree on what follows and keep to it in good faith at all times"


def scan(*pages: Lines) -> Document:
    return document(pdf(list(pages)), "scan.pdf")


def invoice(number: str, *, letterhead: str = "Acme Ltd", rest: str = "Pump 10.00") -> Lines:
    head: Lines = [(72, 50, letterhead), (72, 70, "1 High Street"), (72, 120, "INVOICE")]
    return [
        *head,
        (72, 150, f"Invoice number: {number}"),
        (72, 220, rest),
        (72, 300, "Total 10.00"),
    ]


def prose(first: str, *, number: int = 0) -> Lines:
    lines: Lines = [(72, 60 + 14 * n, BODY) for n in range(1, 50)]
    foot: Lines = [(290, 810, str(number))] if number else []
    return [(72, 60, first), *lines, *foot]


def test_invoices_of_one_vendor_are_told_apart_by_their_numbers() -> None:
    assert parts_of(scan(invoice("4711"), invoice("4712"), invoice("4713"))) == [
        (1, 1), (2, 2), (3, 3),
    ]  # fmt: skip


def test_a_second_page_that_repeats_number_and_letterhead_goes_on() -> None:
    pages = [invoice("4711"), invoice("4711", rest="Hose 5.00"), invoice("4712")]
    assert parts_of(scan(*pages)) == [(1, 2), (3, 3)]


def test_a_contract_of_many_pages_is_left_alone() -> None:
    pages = [prose("and so they go on with it", number=n) for n in range(1, 13)]
    pages[0] = prose("SERVICE AGREEMENT", number=1)
    found = scan(*pages)
    assert parts_of(found) == [(1, 12)]
    assert bundled(found) == 0


def test_a_blank_page_goes_with_the_part_before_it() -> None:
    found = found_parts(scan(invoice("4711"), [], invoice("4712")))
    assert [(part.first, part.last) for part in found] == [(1, 2), (3, 3)]


def test_blank_pages_at_the_beginning_belong_to_the_first_part() -> None:
    assert parts_of(scan([], invoice("4711"), invoice("4712"))) == [(1, 2), (3, 3)]


def test_a_part_tells_title_number_first_line_and_why() -> None:
    first, second = found_parts(scan(invoice("4711"), invoice("4712")))
    assert (first.title, first.number, first.line) == ("INVOICE", "4711", "Acme Ltd")
    assert first.reason == "the first page of the file"
    assert "another document number" in second.reason
    assert 0.5 <= second.sure <= 1
    assert is_bundle([first, second])


def test_pages_of_a_part_that_somebody_cut_are_described() -> None:
    found = scan(invoice("4711"), [], invoice("4712"))
    assert look_of_part(found, 2, 3).number == "4712"
    assert look_of_part(found, 2, 2).title == ""


@pytest.mark.parametrize("pages", [0, 1, 3])
def test_pages_without_text_are_one_part(pages: int) -> None:
    made = scan(*([[]] * max(1, pages)))
    blank = replace(made, pages=made.pages[:pages])
    assert parts_of(blank) == ([(1, pages)] if pages else [])
    assert bundled(blank) == 0


def test_formats_without_pages_of_paper_are_no_bundles() -> None:
    found = scan(invoice("4711"), invoice("4712"))
    assert bundled(found) == 2
    assert bundled(replace(found, media_type="text/plain")) == 0

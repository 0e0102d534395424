"""PDF: words, boxes, directions, reading order, and files that cannot be read."""

from __future__ import annotations

import io

import pytest

from casework.documents.reading import Limits
from tests.documents.samples import LOREM, document, pdf, read, words_of, wrapped


def test_words_have_boxes_where_they_stand() -> None:
    page = document(pdf([[(72, 100, "Invoice 4711"), (72, 114, "Total 12,50")]]), "a.pdf").pages[0]
    assert words_of(page) == ["Invoice", "4711", "Total", "12,50"]
    first, second = page.words[0].box, page.words[1].box
    assert first.x0 == pytest.approx(72, abs=1)
    assert first.y0 < 100 - 5 < first.y1
    assert first.x1 < second.x0 < first.x1 + 6
    assert page.text == "Invoice 4711\nTotal 12,50"


def test_a_label_and_its_value_far_to_the_right_share_a_line() -> None:
    rows = [(72, 100 + 14 * i, f"Label {i}") for i in range(12)]
    rows += [(400, 100 + 14 * i, f"value {i}") for i in range(12)]
    page = document(pdf([rows]), "form.pdf").pages[0]
    assert [page.text[x.start : x.end] for x in page.lines][:2] == [
        "Label 0 value 0",
        "Label 1 value 1",
    ]


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    left = wrapped("Left " + LOREM * 4, 45)
    right = wrapped("Right " + LOREM * 4, 45)
    rows = [(72.0, 60.0, "A title across both of the columns of this page of text, as usual")]
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        rows += [(60, 100 + 12 * index, one), (320, 100 + 12 * index, other)]
    page = document(pdf([rows]), "paper.pdf").pages[0]
    text = " ".join(page.text.split())
    assert text.startswith("A title across")
    assert " ".join(left) in text
    assert text.endswith(" ".join(right[: len(left)]))


def test_three_columns_of_text_are_read_in_order() -> None:
    columns = [wrapped(f"Column{n} " + LOREM * 4, 30) for n in range(3)]
    rows = [
        (40 + 180 * n, 80 + 12 * i, line)
        for i in range(len(columns[0]))
        for n, column in enumerate(columns)
        if i < len(column)
        for line in [column[i]]
    ]
    page = document(pdf([rows], font_size=9), "news.pdf").pages[0]
    text = " ".join(page.text.split())
    assert text == " ".join(" ".join(column) for column in columns)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_has_its_text_upright_and_boxes_inside(rotate: int) -> None:
    """Stated rotation and turned text cancel or not; either way reading goes left to right."""
    rows = [(72, 100, "first line of it"), (72, 130, "second line of it")]
    page = document(pdf([rows], size=(600, 600), rotate=rotate), "turned.pdf").pages[0]
    assert page.text == "first line of it\n\nsecond line of it"
    assert page.words[0].box.x0 < page.words[1].box.x0
    assert page.words[0].box.y0 < page.words[4].box.y0
    for word in page.words:
        assert 0 <= word.box.x0 < word.box.x1 <= page.width_pt
        assert 0 <= word.box.y0 < word.box.y1 <= page.height_pt


def test_text_turned_against_the_page_is_voted_upright() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.translate(200, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Contract number 1511145")
    canvas.drawString(0, -20, "Gross amount 900")
    canvas.save()
    page = document(target.getvalue(), "scan.pdf").pages[0]
    assert (page.width_pt, page.height_pt) == (842, 595)
    assert page.text.replace("\n\n", "\n") == "Contract number 1511145\nGross amount 900"
    assert page.words[0].box.y1 < page.words[3].box.y1


def test_a_stamp_along_the_margin_does_not_mix_with_the_lines() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    for index in range(8):
        canvas.drawString(72, 700 - 14 * index, f"line {index} of the ordinary text")
    canvas.translate(30, 600)
    canvas.rotate(90)
    canvas.drawString(0, 0, "STAMP 99")
    canvas.save()
    page = document(target.getvalue(), "stamped.pdf").pages[0]
    assert page.text.endswith("STAMP 99")
    assert page.text.startswith("line 0 of the ordinary text\nline 1")


def test_values_filled_into_a_form_are_text() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 700, "Policy number")
    canvas.acroForm.textfield(name="policy", value="PX-77", x=200, y=695, width=120, height=20)
    canvas.save()
    page = document(target.getvalue(), "form.pdf").pages[0]
    assert page.text == "Policy number PX-77"


def test_lines_that_repeat_on_pages_are_headers_and_footers() -> None:
    pages = [
        [(72.0, 40.0, "Norton Ltd. terms"), (72.0, 400.0, f"Body {n}"), (72.0, 810.0, f"Page {n}")]
        for n in range(1, 5)
    ]
    read_pages = document(pdf(pages), "terms.pdf").pages
    assert [block.kind for block in read_pages[2].blocks] == ["header", "paragraph", "footer"]


def test_a_locked_file_says_so_and_opens_with_its_password() -> None:
    data = pdf([[(72, 100, "secret")]], password="open sesame")
    locked = document(data, "locked.pdf")
    assert (locked.state, locked.pages) == ("password", ())
    assert "Give the password" in locked.reason
    assert "casework" not in locked.reason  # the page shows it too, and has no command
    assert read(data, "locked.pdf", password="wrong").document.state == "password"
    assert read(data, "locked.pdf", password="open sesame").document.pages[0].text == "secret"


def test_pages_without_text_need_ocr_and_the_note_names_them() -> None:
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 700, "typed")
    canvas.showPage()
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    found = document(target.getvalue(), "mixed.pdf")
    assert [page.state for page in found.pages] == ["read", "needs_ocr"]
    assert found.state == "read"
    assert "page 2" in found.notes[0]


def test_a_damaged_file_has_a_reason() -> None:
    good = pdf([[(72, 100, "words")]])
    for data in (good[:60], b"%PDF-1.7\n" + b"\x00\xff" * 400, good[: len(good) // 2]):
        found = document(data, "cut.pdf")
        assert found.state in ("broken", "read")
        assert bool(found.reason) == (found.state == "broken")


def test_too_many_pages_are_refused_whole() -> None:
    data = pdf([[(72, 100, f"page {n}")] for n in range(4)])
    found = read(data, "long.pdf", Limits(pages=3)).document
    assert (found.state, found.pages) == ("too_large", ())
    assert "4 pages" in found.reason


def test_a_word_of_letters_beyond_the_basic_plane_is_one_word() -> None:
    from pathlib import Path

    sample = Path("../shared/data/documents/odd/pdfjs/bug1937438_af_from_latex.pdf")
    if not sample.exists():
        pytest.skip("the optional folder ../shared/data/documents is not here")
    page = document(sample.read_bytes(), sample.name).pages[0]
    assert any(ord(letter) > 0xFFFF for letter in page.text)
    assert not any(0xD800 <= ord(letter) < 0xE000 for letter in page.text)

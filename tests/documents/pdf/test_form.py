"""PDF: what was filled in, ticked, chosen and remarked."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from casework.types.document import Page
from tests.documents.samples import document, words_of


def _form() -> Page:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    form = canvas.acroForm
    canvas.drawString(72, 700, "Policy number")
    form.textfield(name="policy", value="PX-77", x=200, y=695, width=120, height=20)
    canvas.drawString(72, 660, "Smoker")
    form.checkbox(name="smoker", checked=True, x=200, y=655, size=16)
    canvas.drawString(72, 630, "Pilot")
    form.checkbox(name="pilot", checked=False, x=200, y=625, size=16)
    canvas.drawString(72, 600, "Cover")
    form.choice(
        name="cover", value="Gold", options=["Silver", "Gold"], x=200, y=595, width=80, height=18
    )
    canvas.drawString(72, 570, "Paid monthly")
    form.radio(name="paid", value="m", selected=True, x=200, y=565, size=16)
    form.radio(name="paid", value="y", selected=False, x=260, y=565, size=16)
    canvas.drawString(72, 540, "Note")
    form.textfield(name="empty", value="", x=200, y=535, width=120, height=20)
    canvas.save()
    return document(target.getvalue(), "form.pdf").pages[0]


def test_fields_stand_beside_their_labels_and_boxes_show_their_ticks() -> None:
    page = _form()
    lines = [page.text[line.start : line.end] for line in page.lines]
    assert lines == [
        "Policy number PX-77",
        "Smoker [x]",
        "Pilot [ ]",
        "Cover Gold",
        "Paid monthly [x] [ ]",
        "Note",
    ]


def test_a_tick_has_the_place_of_its_box() -> None:
    page = _form()
    tick = page.words[words_of(page).index("[x]")].box
    assert 198 <= tick.x0 < tick.x1 <= 218
    assert 842 - 673 <= tick.y0 < tick.y1 <= 842 - 653


def test_a_comment_is_a_block_of_its_own_with_the_place_that_it_speaks_of() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 700, "The rent is 900 EUR.")
    canvas.textAnnotation("Should be 950\nsays Anna", Rect=[200, 690, 220, 710])
    canvas.save()
    page = document(target.getvalue(), "lease.pdf").pages[0]
    assert page.text == "The rent is 900 EUR.\n\nShould be 950\nsays Anna"
    assert [line.place for line in page.lines] == ["", "comment", "comment"]
    box = page.words[-1].box
    assert (box.x0, box.x1) == (200, 220)
    assert (box.y0, box.y1) == (132, 152)


def test_text_written_onto_a_page_is_text_of_it() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 700, "Agreed")
    canvas.freeTextAnnotation("as of today", DA="/Helv 10 Tf 0 g", Rect=[120, 690, 220, 712])
    canvas.save()
    page = document(target.getvalue(), "signed.pdf").pages[0]
    assert "as of today" in page.text


def test_links_alone_change_nothing() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 700, "See our terms")
    canvas.linkURL("https://example.org", (72, 690, 140, 712))
    canvas.save()
    page = document(target.getvalue(), "linked.pdf").pages[0]
    assert page.text == "See our terms"
    assert page.remarks == ()

"""PDF: files that travel in it, its outline, and pictures beside its text."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from casework.documents.kind import kinds_of
from casework.documents.reading import Limits
from tests.documents.samples import LOREM, pdf, read, wrapped

_CII = b'<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"/>'


def _carrying(**files: bytes) -> bytes:
    made = pypdfium2.PdfDocument(pdf([[(72, 100, "Invoice 4711")]]))
    for name, data in files.items():
        made.new_attachment(name.replace("_", ".", 1)).set_data(data)
    target = io.BytesIO()
    made.save(target)
    made.close()
    return target.getvalue()


def test_attached_files_become_members() -> None:
    parsed = read(_carrying(terms_txt=b"Our terms", list_csv=b"a,b\n1,2"), "invoice.pdf")
    assert [(member.name, member.data) for member in parsed.members] == [
        ("list.csv", b"a,b\n1,2"),
        ("terms.txt", b"Our terms"),
    ]
    assert [each.name for each in parsed.document.attachments] == ["list.csv", "terms.txt"]
    assert parsed.document.pages[0].text == "Invoice 4711"


def test_an_electronic_invoice_is_told_by_name_or_content_and_is_a_kind_of_its_own() -> None:
    for name in ("factur-x_xml", "data_xml"):
        parsed = read(_carrying(**{name: _CII}), "invoice.pdf")
        shown = name.replace("_", ".")
        assert parsed.document.facts["e_invoice"] == shown
        assert f"The file holds an e-invoice: {shown}." in parsed.document.notes
    assert kinds_of("factur-x.xml", None) == ("e-invoice data",)


def test_no_more_files_are_taken_than_allowed() -> None:
    limits = Limits(members=1)
    parsed = read(_carrying(a_txt=b"1", b_txt=b"2"), "invoice.pdf", limits)
    assert len(parsed.members) == 1


def test_bookmarks_make_headings_with_levels() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    y = 760
    for level, title in ((0, "1. Definitions"), (1, "1.1 Parties"), (0, "2. Payment")):
        canvas.drawString(72, y, title)
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title.partition(" ")[2], title, level)
        for line in wrapped(LOREM, 80):
            y -= 14
            canvas.drawString(72, y, line)
        y -= 14
    canvas.save()
    (page,) = read(target.getvalue(), "contract.pdf").document.pages
    headings = [
        (page.text[page.lines[block.first_line].start : page.lines[block.end_line - 1].end], level)
        for block in page.blocks
        for level in [block.level]
        if block.kind == "heading"
    ]
    assert headings == [("1. Definitions", 1), ("1.1 Parties", 2), ("2. Payment", 1)]


def _with_picture(width: float, height: float, *, words: int = 0) -> tuple[int, ...]:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    canvas.drawString(72, 800, "A letter with something pasted in")
    picture = ImageReader(Image.new("RGB", (60, 60), "grey"))
    canvas.drawImage(picture, 72, 100, width, height)
    for at in range(words):
        canvas.drawString(80 + 60 * (at % 6), 110 + 14 * (at // 6), "word")
    canvas.save()
    return read(target.getvalue(), "letter.pdf").pictures


def test_a_page_with_a_large_picture_and_no_text_on_it_is_told() -> None:
    assert _with_picture(400, 300) == (1,)
    assert _with_picture(60, 40) == ()
    assert _with_picture(400, 300, words=60) == ()


def test_the_right_password_opens_and_a_wrong_one_is_told_from_none() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    target = io.BytesIO()
    lock = StandardEncryption("user", ownerPassword="owner")
    canvas = Canvas(target, encrypt=lock)
    canvas.drawString(72, 700, "secret")
    canvas.save()
    data = target.getvalue()
    missing, wrong = read(data, "a.pdf"), read(data, "a.pdf", password="no")
    assert "is protected" in missing.document.reason
    assert "does not open" in wrong.document.reason
    for password in ("user", "owner"):
        assert read(data, "a.pdf", password=password).document.pages[0].text == "secret"

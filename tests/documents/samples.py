"""Small real files of every format, made in memory, and a shorthand to read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage

from casework.documents.open import parse
from casework.documents.reading import Limits, Parsed
from casework.types.document import Document, Page

LOREM = (
    "The parties agree that the information which is disclosed under this agreement remains the "
    "property of the disclosing party and is returned on its request without any delay at all. "
)


def read(data: bytes, name: str, limits: Limits | None = None, password: str = "") -> Parsed:
    """The document in these bytes, read in this process."""
    return parse(data, name, limits or Limits(), password=password)


def document(data: bytes, name: str) -> Document:
    """As `read`, without the members."""
    return read(data, name).document


def words_of(page: Page) -> list[str]:
    """The words of a page in reading order."""
    return [page.text[word.start : word.end] for word in page.words]


def places(page: Page) -> dict[str, str]:
    """Place → text of the lines of a page; wrapped lines are put together."""
    found: dict[str, str] = {}
    for line in page.lines:
        text = page.text[line.start : line.end]
        found[line.place] = f"{found[line.place]} {text}" if line.place in found else text
    return found


def pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]],
    *,
    size: tuple[float, float] = (595, 842),
    font_size: float = 10,
    password: str = "",
    rotate: int = 0,
) -> bytes:
    """A PDF with texts at x and y (from the top) on each page; `rotate` is the page's rotation."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    lock = StandardEncryption(password, canPrint=1) if password else None
    canvas = Canvas(target, pagesize=size, encrypt=lock, invariant=1)
    for page in pages:
        canvas.setFont("Helvetica", font_size)
        if rotate:
            canvas.setPageRotation(rotate)
        for x, y, text in page:
            canvas.drawString(x, size[1] - y, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def wrapped(text: str, letters: int) -> list[str]:
    """Lines of about so many letters."""
    import textwrap

    return textwrap.wrap(text, letters)


def docx() -> bytes:
    """A Word file with a heading, paragraphs, a table, a header and a footer."""
    import docx as library

    made = library.Document()
    made.add_heading("Lease", 1)
    made.add_paragraph("The rent is 1,200 EUR a month.")
    table = made.add_table(rows=2, cols=2)
    for index, text in enumerate(("Item", "Amount", "Deposit", "2,400")):
        table.cell(index // 2, index % 2).text = text
    made.add_paragraph("Signed in Berlin.")
    made.sections[0].header.paragraphs[0].text = "Confidential"
    made.sections[0].footer.paragraphs[0].text = "Page footer"
    made.core_properties.title = "Lease of a flat"
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def word_kind(content_type: str, *, macros: bool) -> bytes:
    """The Word file as one of another kind (with macros, a template), which has another type."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as plain, zipfile.ZipFile(target, "w") as made:
        for entry in plain.infolist():
            data = plain.read(entry)
            if entry.filename == "[Content_Types].xml":
                known = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                assert known + b".main+xml" in data
                data = data.replace(known + b".main+xml", content_type.encode())
            made.writestr(entry, data)
        if macros:
            made.writestr("word/vbaProject.bin", b"Sub AutoOpen() ... End Sub")
    return target.getvalue()


def xlsx() -> bytes:
    """A workbook with a sheet `Costs` that begins at B3, and a second sheet."""
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Costs"
    rows: tuple[tuple[str | float | datetime.date | None, ...], ...] = (
        ("Item", "Net", "Date"),
        ("Paper", 12.5, datetime.date(2024, 3, 1)),
        ("Ink", 7, None),
    )
    for row, values in enumerate(rows, 3):
        for column, value in enumerate(values, 2):
            sheet.cell(row, column, value)
    book.create_sheet("Notes")["A1"] = "paid"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def mail(*, html_only: bool = False) -> EmailMessage:
    """A mail in a thread, with an attachment and a forwarded mail."""
    made = EmailMessage()
    made["From"] = "Jörg Müller <joerg@example.com>"
    made["To"] = "claims@example.org"
    made["Subject"] = "Schaden am Dach"
    made["Date"] = "Tue, 05 Mar 2024 10:15:00 +0100"
    made["Message-ID"] = "<third@example.com>"
    made["In-Reply-To"] = "<second@example.com>"
    made["References"] = "<first@example.com> <second@example.com>"
    page = "<html><body><p>Guten Tag,</p><p>Beleg <b>anbei</b>.</p></body></html>"
    if html_only:
        made.set_content(page, subtype="html")
        return made
    made.set_content("Guten Tag,\n\nder Beleg ist anbei.\n")
    made.add_alternative(page, subtype="html")
    made.add_attachment(b"a;b;c\n1;2;3\n", maintype="text", subtype="csv", filename="../list.csv")
    forwarded = EmailMessage()
    forwarded["From"] = "roofer@example.com"
    forwarded["Subject"] = "Offer / roof"
    forwarded["Date"] = "Mon, 04 Mar 2024 08:00:00 +0000"
    forwarded.set_content("It costs 900 EUR.")
    made.add_attachment(forwarded)
    return made

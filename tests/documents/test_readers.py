"""Every format but PDF: what is read, and the places that one can point at."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from casework.documents.readers.sheet import shown
from casework.documents.sheets.data import column_name
from tests.documents.samples import document, docx, mail, places, read, word_kind, xlsx


def test_lines_of_text_keep_their_numbers() -> None:
    page = document(b"Dear Sir,\n\nplease pay 12 EUR\nsoon.\n", "letter.txt").pages[0]
    assert places(page) == {
        "line 1": "Dear Sir,",
        "line 3": "please pay 12 EUR",
        "line 4": "soon.",
    }
    assert page.text == "Dear Sir,\n\nplease pay 12 EUR\nsoon."


def test_markdown_headings_lists_code_and_tables_are_seen() -> None:
    text = "# Lease\n\nRent is due.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    text += "```\nx = 1\n```"
    page = document(text.encode(), "lease.md").pages[0]
    assert [(block.kind, block.level) for block in page.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("list", 0),
        ("table", 0),
        ("code", 0),
    ]
    assert places(page)["line 10, column 2"] == "2"
    assert "a\tb\n1\t2" in page.text


def test_a_web_page_is_read_without_scripts_and_what_is_hidden() -> None:
    text = (
        "<!doctype html><html><head><title>Offer</title><style>p{}</style></head><body>"
        "<h2>Our offer</h2><p>Price: <b>9</b> EUR<br>net</p><script>evil()</script>"
        "<p style='display: none'>ignore me</p><p hidden>nor me</p>"
        "<table><tr><th rowspan=2>Item<th>Net</tr><tr><td>9</td></tr></table></body></html>"
    )
    found = document(text.encode(), "offer.html")
    assert found.facts["title"] == "Offer"
    assert found.pages[0].text == "Our offer\n\nPrice: 9 EUR\nnet\n\nItem\tNet\n9"
    assert places(found.pages[0])["table 1, row 2, column 2"] == "9"


def test_cells_of_a_csv_have_rows_and_columns() -> None:
    page = document('Name;Betrag\n"Müller; Söhne";12,50\n'.encode("cp1252"), "x.csv").pages[0]
    assert places(page) == {
        "row 1, column 1": "Name",
        "row 1, column 2": "Betrag",
        "row 2, column 1": "Müller; Söhne",
        "row 2, column 2": "12,50",
    }


def test_columns_of_a_grid_stay_aligned() -> None:
    page = document(b"Item,Amount\nA rather long name,1\nB,22\n", "x.csv").pages[0]
    left = {line.box.x0 for line in page.lines if line.place.endswith("column 2")}
    assert len(left) == 1
    rows = [line.box.y0 for line in page.lines if line.place.startswith("row 2")]
    assert len(set(rows)) == 1


def test_cells_of_a_workbook_are_named_as_in_the_program() -> None:
    found = document(xlsx(), "costs.xlsx")
    seen = places(found.pages[0])
    assert seen["Costs!B3"] == "Item"
    assert seen["Costs!C4"] == "12.5"
    assert seen["Costs!D4"] == "2024-03-01"
    assert seen["Costs!C5"] == "7"
    assert places(found.pages[1])["Notes!A1"] == "paid"
    assert found.facts["sheets"] == "Costs, Notes"


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_named_as_in_spreadsheets(index: int, name: str) -> None:
    assert column_name(index) == name


def test_numbers_are_shown_without_the_noise_of_doubles() -> None:
    assert [shown(value) for value in (0.1 + 0.2, 5.0, 1e20, True)] == ["0.3", "5", "1e+20", "TRUE"]


def test_a_word_file_gives_paragraphs_cells_headers_and_footers() -> None:
    found = document(docx(), "lease.docx")
    seen = places(found.pages[0])
    assert seen["paragraph 1"] == "Lease"
    assert seen["paragraph 2"] == "The rent is 1,200 EUR a month."
    assert seen["table 1, row 2, column 2"] == "2,400"
    assert seen["paragraph 3"] == "Signed in Berlin."
    assert (seen["header"], seen["footer"]) == ("Confidential", "Page footer")
    assert ("heading", 1) in [(block.kind, block.level) for block in found.pages[0].blocks]
    assert found.facts["title"] == "Lease of a flat"


def test_tracked_changes_are_read_as_if_accepted() -> None:
    import io

    import docx as library
    from docx.oxml import parse_xml

    made = library.Document()
    made.add_paragraph("The fee is ")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for xml in (
        f"<w:del {space}><w:r><w:delText>100</w:delText></w:r></w:del>",
        f"<w:ins {space}><w:r><w:t>200</w:t></w:r></w:ins>",
    ):
        made.paragraphs[0]._p.append(parse_xml(xml))
    target = io.BytesIO()
    made.save(target)
    assert document(target.getvalue(), "fee.docx").pages[0].text == "The fee is 200"


@pytest.mark.parametrize(
    ("name", "content_type", "macros"),
    [
        ("lease.docm", "application/vnd.ms-word.document.macroEnabled.main+xml", True),
        ("lease.dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml", True),
        (
            "lease.dotx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
            False,
        ),
    ],
)
def test_a_word_file_with_macros_or_a_template_is_read_like_any_other(
    name: str, content_type: str, macros: bool
) -> None:
    found = document(word_kind(content_type, macros=macros), name)
    assert found.state == "read"
    assert places(found.pages[0]) == places(document(docx(), "lease.docx").pages[0])
    assert ("macros" in " ".join(found.notes)) is macros


def test_a_mail_gives_headers_body_facts_and_members() -> None:
    parsed = read(mail().as_bytes(), "mail.eml")
    found = parsed.document
    assert found.facts == {
        "from": "Jörg Müller <joerg@example.com>",
        "to": "claims@example.org",
        "subject": "Schaden am Dach",
        "date": "2024-03-05T10:15:00+01:00",
        "message-id": "<third@example.com>",
        "thread": "<first@example.com>",
    }
    seen = places(found.pages[0])
    assert seen["Subject"] == "Subject: Schaden am Dach"
    assert seen["line 3"] == "der Beleg ist anbei."
    assert [member.name for member in parsed.members] == ["list.csv", "Offer roof.eml"]
    assert [each.name for each in found.attachments] == ["list.csv", "Offer roof.eml"]
    assert parsed.members[0].data == b"a;b;c\n1;2;3\n"


def test_a_forwarded_mail_is_a_mail_of_its_own() -> None:
    parsed = read(mail().as_bytes(), "mail.eml")
    inner = document(parsed.members[1].data, parsed.members[1].name)
    assert inner.facts["from"] == "roofer@example.com"
    assert inner.pages[0].text.endswith("It costs 900 EUR.")
    assert parsed.document.attachments[1].sha256 == inner.sha256


def test_a_mail_with_only_html_is_read_from_it() -> None:
    page = document(mail(html_only=True).as_bytes(), "mail.eml").pages[0]
    assert page.text.endswith("Guten Tag,\n\nBeleg anbei.")


def test_a_mail_without_references_is_its_own_thread() -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "a@example.com", "Hi", "<one@example.com>"
    made.set_content("x")
    assert document(made.as_bytes(), "a.eml").facts["thread"] == "<one@example.com>"


def test_wrongly_encoded_mails_are_read_as_far_as_possible() -> None:
    raw = (
        b"From: =?unknown-8bit?B?aGVsbG8=?= <a@example.com>\r\nSubject: =?utf-8?Q?broken\r\n"
        b"Date: not a date\r\nContent-Type: text/plain; charset=no-such\r\n\r\nGr\xfc\xdfe\r\n"
    )
    found = document(raw, "odd.eml")
    assert found.state == "read"
    assert found.facts["date"] == "not a date"
    assert "Grüße" in found.pages[0].text


def test_a_picture_has_a_page_but_no_text() -> None:
    import io

    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (300, 150), "white").save(target, "PNG")
    found = document(target.getvalue(), "photo.png")
    assert (found.state, found.media_type) == ("needs_ocr", "image/png")
    assert (found.pages[0].width_pt, found.pages[0].height_pt) == (144, 72)

"""Word documents: what is read of them, its places, its tables, and what damaged ones become."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx as library
import pytest
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml

from casework.types.table import Table
from tests.documents.samples import document, docx, places, read

_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _saved(made: WordDocument) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def _changed(data: bytes, part: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The package with one part changed, or left out where `change` gives None."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            kept = change(content) if entry.filename == part else content
            if kept is not None:
                new.writestr(entry.filename, kept)
        if part not in old.namelist():
            new.writestr(part, change(b"") or b"")
    return target.getvalue()


def _texts(table: Table) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell.text)
    return rows


def test_numbers_and_bullets_are_read_as_they_are_shown() -> None:
    made = library.Document()
    for text in ("First", "Second"):
        made.add_paragraph(text, style="List Number")
    made.add_paragraph("loose", style="List Bullet")
    made.add_paragraph("Third", style="List Number")
    page = document(_saved(made), "a.docx").pages[0]
    assert page.text.split("\n") == ["1. First", "2. Second", "• loose", "3. Third"]
    assert [block.kind for block in page.blocks] == ["list"]


def test_headings_bear_the_numbers_of_their_levels() -> None:
    numbering = (
        f'<w:abstractNum {_SPACE} w:abstractNumId="90">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val='
        '"Heading1"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
        '<w:numFmt w:val="lowerLetter"/><w:pStyle w:val="Heading2"/><w:lvlText w:val="%1(%2)"/>'
        "</w:lvl></w:abstractNum>"
    )
    made = library.Document()
    root = made.part.numbering_part.element
    root.insert(0, parse_xml(numbering))
    root.append(parse_xml(f'<w:num {_SPACE} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for name in ("Heading 1", "Heading 2"):
        properties = made.styles[name].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {_SPACE}><w:numId w:val="90"/></w:numPr>'))
    made.add_heading("Scope", 1)
    made.add_heading("Services", 2)
    made.add_heading("Exclusions", 2)
    made.add_heading("Fees", 1)
    made.add_heading("Due", 2)
    page = document(_saved(made), "a.docx").pages[0]
    assert page.text.split("\n\n") == [
        "1. Scope",
        "1(a) Services",
        "1(b) Exclusions",
        "2. Fees",
        "2(a) Due",
    ]
    assert [block.level for block in page.blocks] == [1, 2, 2, 1, 2]


def test_an_outline_level_makes_a_heading_too() -> None:
    made = library.Document()
    paragraph = made.add_paragraph("Schedule")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {_SPACE} w:val="2"/>'))
    assert document(_saved(made), "a.docx").pages[0].blocks[0][:1] == ("heading",)
    assert document(_saved(made), "a.docx").pages[0].blocks[0].level == 3


def test_a_table_keeps_merged_cells_and_heading_rows() -> None:
    made = library.Document()
    made.add_paragraph("Fees by year", style="Caption")
    table = made.add_table(rows=4, cols=3)
    rows = [["Item", "2024", ""], ["", "H1", "H2"], ["Hosting", "1,200", "1,300"], ["Sum", "", ""]]
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    for row in (0, 1):
        table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    found = document(_saved(made), "a.docx")
    (stated,) = found.tables
    assert (stated.rows, stated.columns, stated.header_rows) == (4, 3, 2)
    assert stated.title == "Fees by year"
    cell = stated.at(2, 2)
    assert cell is not None
    assert cell.text == "1,300"
    assert stated.header_path(cell) == ("2024", "H2")
    assert [(c.row_span, c.column_span) for c in stated.cells[:2]] == [(2, 1), (1, 2)]
    assert places(found.pages[0])["table 1, row 3, column 3"] == "1,300"


def test_a_table_in_a_cell_is_a_table_of_its_own() -> None:
    made = library.Document()
    outer = made.add_table(rows=2, cols=2)
    for index, text in enumerate(("a", "b", "c", "d")):
        outer.cell(index // 2, index % 2).text = text
    inner = outer.cell(0, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "in", "side"
    found = document(_saved(made), "a.docx")
    assert [_texts(table) for table in found.tables] == [[["a", "b"], ["c", "d"]], [["in", "side"]]]
    assert found.pages[0].text.split() == ["a", "b", "in", "side", "c", "d"]


def test_a_table_of_one_cell_is_a_frame_and_no_table() -> None:
    made = library.Document()
    made.add_table(rows=1, cols=1).cell(0, 0).text = "Boxed text"
    found = document(_saved(made), "a.docx")
    assert not found.tables
    assert places(found.pages[0]) == {"table 1, row 1, column 1": "Boxed text"}


def test_tables_nested_deeper_than_sense_lose_no_text() -> None:
    made = library.Document()
    cell = made.add_table(rows=1, cols=2).cell(0, 1)
    for depth in range(30):
        cell.paragraphs[0].text = f"level{depth}"
        cell = cell.add_table(rows=1, cols=2).cell(0, 1)
    cell.text = "bottom"
    words = document(_saved(made), "a.docx").pages[0].text.split()
    assert "bottom" in words
    assert len([word for word in words if word.startswith("level")]) == 30


def test_hidden_text_is_left_out_and_remarked_on() -> None:
    made = library.Document()
    paragraph = made.add_paragraph("Pay ")
    paragraph.add_run("and ignore all rules ").font.hidden = True
    paragraph.add_run("now")
    found = document(_saved(made), "a.docx")
    assert found.pages[0].text == "Pay now"
    assert found.pages[0].remarks[0].kind == "invisible"
    assert "ignore all rules" in found.pages[0].remarks[0].detail
    assert "hides text" in found.notes[0]


def test_tracked_changes_are_told() -> None:
    made = library.Document()
    made.add_paragraph("The fee is ")
    for xml in (
        f"<w:del {_SPACE}><w:r><w:delText>100</w:delText></w:r></w:del>",
        f"<w:ins {_SPACE}><w:r><w:t>200</w:t></w:r></w:ins>",
    ):
        made.paragraphs[0]._p.append(parse_xml(xml))
    found = document(_saved(made), "a.docx")
    assert found.pages[0].text == "The fee is 200"
    assert "1 inserted, 1 deleted" in found.notes[0]


def test_footnotes_and_comments_stand_after_their_paragraph() -> None:
    made = library.Document()
    paragraph = made.add_paragraph("The rent")
    made.add_comment(paragraph.runs[0], text="too high", author="Ann")
    run = OxmlElement("w:r")
    run.append(parse_xml(f'<w:footnoteReference {_SPACE} w:id="7"/>'))
    paragraph._p.append(run)
    made.add_paragraph("is due.")
    notes = (
        f'<w:footnotes {_SPACE}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>x</w:t>'
        '</w:r></w:p></w:footnote><w:footnote w:id="7"><w:p><w:r><w:t>See annex.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    data = _changed(_saved(made), "word/footnotes.xml", lambda _: notes.encode())
    seen = places(document(data, "a.docx").pages[0])
    assert list(seen) == ["paragraph 1", "comment 1", "footnote 1", "paragraph 2"]
    assert seen["footnote 1"] == "[footnote 1] See annex."
    assert seen["comment 1"] == "[comment 1, Ann] too high"


def test_headers_that_word_never_shows_are_left_out() -> None:
    made = library.Document()
    made.sections[0].header.paragraphs[0].text = "Shown"
    made.sections[0].first_page_header.paragraphs[0].text = "First page only"
    made.add_paragraph("Body")
    assert "First page" not in document(_saved(made), "a.docx").pages[0].text
    made.sections[0].different_first_page_header_footer = True
    assert "First page only" in document(_saved(made), "a.docx").pages[0].text


def test_check_boxes_and_choices_of_old_forms_are_read() -> None:
    made = library.Document()
    made.add_paragraph("Married: ")._p.append(
        parse_xml(
            f"<w:r {_SPACE}><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>"
            "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>"
        )
    )
    assert document(_saved(made), "a.docx").pages[0].text == "Married: ☒"


def test_an_embedded_file_travels_along() -> None:
    data = docx()
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/package" Target="embeddings/costs.xlsx"/></Relationships>'
    )
    data = _changed(
        data,
        "word/_rels/document.xml.rels",
        lambda old: old.replace(b"</Relationships>", relation),
    )
    data = _changed(data, "word/embeddings/costs.xlsx", lambda _: b"bytes of a sheet")
    parsed = read(data, "a.docx")
    assert [(m.name, m.data) for m in parsed.members] == [("costs.xlsx", b"bytes of a sheet")]


@pytest.mark.parametrize(
    "part", ["word/styles.xml", "word/settings.xml", "docProps/core.xml", "word/numbering.xml"]
)
def test_a_document_without_a_part_is_read_all_the_same(part: str) -> None:
    found = document(_changed(docx(), part, lambda _: None), "lease.docx")
    assert found.state == "read"
    assert "The rent is 1,200 EUR a month." in found.pages[0].text


def test_a_document_that_breaks_off_is_read_up_to_there_and_says_so() -> None:
    def cut(content: bytes) -> bytes:
        return content[: content.index(b"Deposit") + 3]

    found = document(_changed(docx(), "word/document.xml", cut), "lease.docx")
    assert found.state == "read"
    assert "The rent is" in found.pages[0].text
    assert "word/document.xml" in found.notes[0]


def test_entities_of_a_document_are_not_put_in() -> None:
    def hostile(content: bytes) -> bytes:
        head, _, rest = content.partition(b"?>")
        bomb = b'<!DOCTYPE x [<!ENTITY a "lol lol lol"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        return head + b"?>" + bomb + rest.replace(b"Signed", b"&a;&f;Signed")

    found = document(_changed(docx(), "word/document.xml", hostile), "lease.docx")
    text = " ".join(page.text for page in found.pages)
    assert "lol" not in text
    assert "root:" not in text


def test_a_strict_document_is_read_like_any_other() -> None:
    def strict(content: bytes) -> bytes:
        usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        return content.replace(usual, b"http://purl.oclc.org/ooxml/wordprocessingml/main")

    found = document(_changed(docx(), "word/document.xml", strict), "lease.docx")
    assert "The rent is 1,200 EUR a month." in found.pages[0].text


def test_a_document_without_its_main_part_is_refused() -> None:
    data = _changed(docx(), "word/document.xml", lambda _: b"<nothing/>")
    found = document(data, "lease.docx")
    assert (found.state, found.reason.startswith("The Word document is damaged")) == (
        "broken",
        True,
    )

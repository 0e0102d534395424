"""OpenDocument texts and presentations, from packages and flat files."""

from __future__ import annotations

import io
import zipfile

from casework.types.document import Document
from tests.documents.samples import document, places

_HEAD = (
    '<?xml version="1.0"?>\n<office:{0} xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office'
    ':1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"{1}>'
)
_STYLES = (
    '<office:automatic-styles><style:style style:name="veiled" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
    'style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" '
    'style:num-format="a" style:num-suffix=")" /></text:list-style></office:automatic-styles>'
)


def _odt(body: str, manifest: str = "") -> bytes:
    content = _HEAD.format("document-content", "") + _STYLES
    content += f"<office:body><office:text>{body}</office:text></office:body>"
    content += "</office:document-content>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", content)
        if manifest:
            made.writestr("META-INF/manifest.xml", manifest)
    return target.getvalue()


def _read(body: str) -> Document:
    return document(_odt(body), "letter.odt")


def test_headings_lists_blanks_and_breaks_are_read() -> None:
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('deep', '')}</text:list>"
    page = _read(
        '<text:h text:outline-level="2">Scope</text:h><text:p>a<text:s text:c="2"/>b'
        "<text:line-break/>c<text:tab/>d</text:p>"
        f'<text:list text:style-name="L1">{item.format("one", inner)}{item.format("two", "")}'
        "</text:list>"
    ).pages[0]
    assert page.text == "Scope\n\na b\nc d\n\n1. one\na) deep\n2. two"
    assert [(block.kind, block.level) for block in page.blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("list", 0),
    ]
    assert places(page)["paragraph 2"] == "a b c d"


def test_tables_keep_spans_headings_and_repeated_cells() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    (table,) = _read(
        '<table:table table:name="T"><table:table-header-rows><table:table-row>'
        + cell.format(' table:number-columns-spanned="2"', "Both")
        + "<table:covered-table-cell/></table:table-row></table:table-header-rows>"
        + '<table:table-row table:number-rows-repeated="2">'
        + cell.format(' table:number-columns-repeated="2"', "7")
        + "</table:table-row></table:table>"
    ).tables
    assert (table.rows, table.columns, table.header_rows) == (3, 2, 1)
    assert [cell.text for cell in table.cells] == ["Both", "7", "7", "7", "7"]
    assert table.cells[0].column_span == 2


def test_notes_comments_and_frames_stand_after_their_paragraph() -> None:
    page = _read(
        '<text:p>The rent<text:note text:note-class="footnote"><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>See annex.</text:p></text:note-body>"
        "</text:note><office:annotation><dc:creator>Ann</dc:creator><text:p>high</text:p>"
        "</office:annotation><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box>"
        "</draw:frame> is due.</text:p>"
    ).pages[0]
    assert page.text.split("\n\n") == [
        "The rent is due.",
        "boxed",
        "[footnote 1] See annex.",
        "[comment 1, Ann] high",
    ]


def test_deleted_text_is_left_out_and_hidden_text_is_remarked_on() -> None:
    found = _read(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>Pay <text:span text:style-name="veiled">ignore rules</text:span>now</text:p>'
    )
    assert found.pages[0].text == "Pay now"
    assert "ignore rules" in found.pages[0].remarks[0].detail
    assert any("tracked changes" in note for note in found.notes)


def test_slides_are_pages_with_titles_and_notes() -> None:
    frame = '<draw:frame presentation:class="{}" svg:x="{}cm" svg:y="{}cm"><draw:text-box>'
    frame += "<text:p>{}</text:p></draw:text-box></draw:frame>"
    shapes = [("outline", 9, 5, "right"), ("outline", 1, 5, "left"), ("title", 1, 9, "Title")]
    body = "".join(frame.format(*shape) for shape in shapes)
    flat = _HEAD.format(
        "document",
        ' office:mimetype="application/vnd.oasis.opendocument.presentation"',
    )
    flat += f'<office:body><office:presentation><draw:page draw:name="one">{body}'
    flat += "<presentation:notes><draw:frame><draw:text-box><text:p>Say thanks</text:p>"
    flat += "</draw:text-box></draw:frame></presentation:notes></draw:page>"
    flat += "</office:presentation></office:body></office:document>"
    found = document(flat.encode(), "deck.fodp")
    assert found.reader == "opendocument"
    assert found.pages[0].text == "Title\n\nleft\n\nright\n\n[notes] Say thanks"
    assert found.pages[0].label == "slide 1"


def test_a_document_under_a_password_says_so() -> None:
    found = document(_odt("", "<manifest:encryption-data/>"), "secret.odt")
    assert found.state == "password"


def test_deep_nesting_ends_in_a_document_or_in_a_reason() -> None:
    for tag in ("text:span", "text:section", "text:list><text:list-item", "table:table"):
        opening, closing = (
            f"<{tag}>" * 3000,
            "".join(f"</{name}>" for name in reversed(tag.split("><"))),
        )
        found = _read(f"<text:p>first</text:p>{opening}<text:p>x</text:p>{closing * 3000}")
        assert found.state in ("read", "broken")


def test_a_document_that_breaks_off_is_read_up_to_there() -> None:
    whole = _odt("<text:p>first</text:p><text:p>second</text:p>")
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(target, "w") as new:
        content = old.read("content.xml")
        new.writestr("mimetype", old.read("mimetype"))
        new.writestr("content.xml", content[: content.index(b"second")])
    found = document(target.getvalue(), "cut.odt")
    assert found.pages[0].text.startswith("first")
    assert any("content.xml" in note for note in found.notes)


def test_a_table_in_a_heading_row_is_read_once() -> None:
    inner = "<table:table><table:table-row><table:table-cell><text:p>inner</text:p>"
    inner += "</table:table-cell></table:table-row></table:table>"
    head = f"<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>"
    rows = f"<table:table-header-rows>{head}</table:table-header-rows>"
    found = _read(f"<table:table>{rows}</table:table>")
    assert found.pages[0].text.count("inner") == 1


def test_rows_that_repeat_too_often_are_told() -> None:
    row = "<table:table-row table:number-rows-repeated='{}'><table:table-cell><text:p>a</text:p>"
    row += "</table:table-cell></table:table-row>"
    assert not _read(f"<table:table>{row.format(60)}</table:table>").notes
    assert "60 times" in _read(f"<table:table>{row.format(61)}</table:table>").notes[0]

"""Rich text: letters of all encodings, destinations, lists, tables, notes, and hostile files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.types.document import Document
from tests.documents.samples import document, places

_FONTS = (
    rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 MS;}"
    rb"{\f3\fcharset2 Symbol;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}}"
)


def _read(body: bytes) -> Document:
    return document(rb"{\rtf1\ansi\ansicpg1252\deff0" + _FONTS + body + b"}", "a.rtf")


def test_letters_of_every_encoding_are_read() -> None:
    body = rb"Caf\'e9 \u8364? 5 {\f1 \'cf\'f0\'e8} {\f2 \'82\'a0} \u-10179?\u-8704? \emdash\~x\par"
    assert _read(body).pages[0].text == "Café € 5 При あ 😀 — x"


def test_headings_lists_and_outline_levels_are_seen() -> None:
    page = _read(
        rb"\pard\s1 Scope\par\pard\outlinelevel1 Part\par\pard{\listtext\f3 \'b7\tab}one\par"
        rb"{\listtext 2.\tab}two\par\pard plain\par"
    ).pages[0]
    assert page.text == "Scope\n\nPart\n\n• one\n2. two\n\nplain"
    assert [(block.kind, block.level) for block in page.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("list", 0),
        ("paragraph", 0),
    ]


def test_tables_keep_merged_cells_and_heading_rows() -> None:
    found = _read(
        rb"\trowd\trhdr\cellx2000\cellx4000\cellx6000\intbl Item\cell Net\cell VAT\cell\row"
        rb"\trowd\cellx2000\cellx6000\intbl Paper\cell wide\par line\cell\row"
        rb"\trowd\clvmgf\cellx2000\cellx4000\cellx6000\intbl Tall\cell 1\cell 2\cell\row"
        rb"\trowd\clvmrg\cellx2000\cellx4000\cellx6000\intbl\cell 3\cell 4\cell\row\pard after\par"
    )
    (table,) = found.tables
    assert (table.rows, table.columns, table.header_rows) == (4, 3, 1)
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in table.cells}
    assert (spans["wide line"], spans["Tall"], spans["4"]) == ((1, 2), (2, 1), (1, 1))
    assert places(found.pages[0])["table 1, row 3, column 2"] == "1"
    assert found.pages[0].text.endswith("after")


def test_a_table_in_a_cell_is_a_table_of_its_own() -> None:
    found = _read(
        rb"\trowd\cellx2000\cellx9000\intbl A\cell\pard\intbl\itap2 n1\nestcell n2\nestcell"
        rb"{\*\nesttableprops\trowd\cellx3000\cellx4000\nestrow}\pard\intbl B\cell\row\pard x\par"
    )
    assert [[cell.text for cell in table.cells] for table in found.tables] == [
        ["A", "B"],
        ["n1", "n2"],
    ]


def test_notes_stand_after_their_paragraph_headers_before_and_footers_behind() -> None:
    page = _read(
        rb"{\header Draft\par}{\footer Acme\par}The rent{\footnote See annex.}"
        rb"{\*\atnauthor Ann}{\*\annotation too high} is due.\par End\par"
    ).pages[0]
    assert page.text.split("\n\n") == [
        "Draft",
        "The rent is due.",
        "[footnote 1] See annex.",
        "[comment 1, Ann] too high",
        "End",
        "Acme",
    ]


def test_what_nobody_sees_is_left_out_and_hidden_text_is_remarked_on() -> None:
    found = _read(
        rb"A{\v secret}B{\deleted gone}{\*\unknown no}{\pict\bin4 }}}}}{\field{\*\fldinst "
        rb'HYPERLINK "http://x"}{\fldrslt link}}{\object{\*\objdata 00}{\result shown}}\par'
    )
    assert found.pages[0].text == "ABlinkshown"
    assert "secret" in found.pages[0].remarks[0].detail


def test_facts_are_read_in_either_form() -> None:
    info = rb"{\info{\upr{\title x}{\*\ud{\title Gr\u252u\u223s}}}{\author Ann}}text\par"
    assert _read(info).facts == {"title": "Grüß", "author": "Ann"}


def test_groups_without_end_lose_no_text() -> None:
    found = document(b"{\\rtf1 first" + b"{" * 100_000 + b" deep" + b"}" * 50, "deep.rtf")
    assert found.pages[0].text == "first deep"


def test_a_file_that_breaks_off_is_read_up_to_there() -> None:
    assert _read(rb"first\par \trowd\cellx900\intbl cell").pages[0].text.split() == [
        "first",
        "cell",
    ]


_PIECES = st.sampled_from(
    [
        *(rb"{", rb"}", rb"\par ", rb"\cell ", rb"\row ", rb"\trowd ", rb"\cellx900 ", rb"\intbl "),
        *(rb"\pard ", rb"\'e9", rb"\u8364?", rb"\footnote ", rb"\header ", rb"\*", rb"\v ", b"x "),
        *(rb"\nestcell ", rb"\nestrow ", rb"\itap2 ", rb"\listtext ", rb"\fonttbl ", rb"\f1 "),
        *(rb"\stylesheet ", rb"\s1 ", rb"\clvmrg ", rb"\clmrg ", rb"\upr ", rb"\ud ", rb"\uc0 "),
    ]
)


@given(st.lists(_PIECES, max_size=60))
def test_no_order_of_control_words_makes_the_reader_fall(pieces: list[bytes]) -> None:
    assert _read(b"".join(pieces)).state in ("read", "empty")

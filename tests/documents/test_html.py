"""Web pages: what a reader sees, tables with spans and headings, what is hidden, deep nesting."""

from __future__ import annotations

import pytest

from casework.documents.reading import Limits
from casework.types.document import Document
from tests.documents.samples import document, places, read


def _read(body: str, head: str = "") -> Document:
    return document(f"<!doctype html><html><head>{head}</head><body>{body}".encode(), "a.html")


def test_line_breaks_of_the_source_are_blanks_and_those_of_the_page_are_kept() -> None:
    page = _read("<p>one\n  two<br>three</p><pre>a  b\n  c</pre>").pages[0]
    assert page.text == "one two\nthree\n\na b\nc"
    assert [block.kind for block in page.blocks] == ["paragraph", "code"]


def test_lists_are_shown_with_their_marks() -> None:
    page = _read("<ul><li>a<ol start=3 type=a><li>b<li>c</ol><li>d</ul><p>e").pages[0]
    assert page.text == "• a\nc. b\nd. c\n• d\n\ne"
    assert page.lines[1].box.x0 > page.lines[0].box.x0


def test_a_table_keeps_spans_headings_and_its_caption() -> None:
    found = _read(
        "<table><caption>Costs</caption><thead><tr><th rowspan=2>Item<th colspan=2>2024</tr><tr>"
        "<th>Net<th>Gross</tr></thead><tr><td>Pen<td>1<td>2<tr><td>Ink<td colspan=2>none</table>"
    )
    (table,) = found.tables
    assert (table.title, table.rows, table.columns, table.header_rows) == ("Costs", 4, 3, 2)
    value = table.at(2, 2)
    assert value is not None
    assert (value.text, table.header_path(value)) == ("2", ("2024", "Gross"))
    assert places(found.pages[0])["table 1, row 3, column 3"] == "2"


def test_headings_beside_values_are_seen() -> None:
    (table,) = _read("<table><tr><th>Net<td>1<tr><th>Gross<td>2</table>").tables
    assert (table.header_rows, table.header_columns) == (0, 1)


def test_tables_that_only_lay_out_are_read_as_text() -> None:
    found = _read("<table><tr><td>menu<td><table><tr><td>a<td>1</table></table>")
    assert [[cell.text for cell in table.cells] for table in found.tables] == [["a", "1"]]
    assert found.pages[0].text == "menu\n\na\t1"


def test_a_table_in_a_cell_of_a_table_of_values_is_one_of_its_own() -> None:
    found = _read(
        "<table><tr><th>Item<th>Price<tr><td>Set<table><tr><td>a<td>1</table><td>9</table>"
    )
    assert [[cell.text for cell in table.cells] for table in found.tables] == [
        ["Item", "Price", "Set", "9"],
        ["a", "1"],
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        "<p style='display: none'>secret</p>",
        "<p style='VISIBILITY:hidden;'>secret</p>",
        "<span style='font-size:0'>secret</span>",
        "<div style='opacity:0; color:red'><p>secret</div>",
        "<div style='position:absolute; left:-9999px'>secret</div>",
        "<div class='x pre'>secret</div>",
        "<div id=veil>secret</div>",
        "<table><tr><td>a<td>b<tr><td>1<td style='display:none'>secret</table>",
    ],
)
def test_hidden_text_is_left_out_and_remarked_on(hidden: str) -> None:
    style = "<style>.pre, #veil { display: none } .seen { opacity: 1 }</style>"
    found = _read(f"<p class=seen>shown</p>{hidden}", style)
    assert "shown" in found.pages[0].text
    assert "secret" not in found.pages[0].text
    assert found.pages[0].remarks[0].detail == "hidden text: secret"
    assert "secret" in found.notes[0]


@pytest.mark.parametrize(
    "shown",
    [
        "<style>@media print { .a { display: none } }</style><p class=a>seen</p>",
        "<p style='opacity:0.5'>seen</p>",
        "<p aria-hidden=true>seen</p>",  # hidden from those who listen, not from those who look
        "<p style='font-size:0.9em'>seen</p>",
        "<p style='max-height:0.5em'>seen</p>",
        "<details><summary>seen</summary>more</details>",
    ],
)
def test_what_is_seen_on_some_screen_is_read(shown: str) -> None:
    found = _read(shown)
    assert found.pages[0].text.startswith("seen")
    assert not found.notes


@pytest.mark.parametrize("sheet", ["a" * 400_000, "@a" * 200_000, "/*" * 200_000, "{" * 400_000])
def test_a_hostile_style_sheet_takes_no_time(sheet: str) -> None:
    data = f"<style>{sheet}</style><p>seen</p>".encode()
    found = read(data, "a.html", limits=Limits(seconds=5))
    assert found.document.state == "read"


def test_scripts_frames_and_redirections_are_left_out() -> None:
    found = _read(
        "<script>var a = 'x'</script><iframe src='http://x'>frame</iframe><p>text</p>"
        "<noscript>off</noscript><template>later</template>",
        "<meta http-equiv=refresh content='0; url=http://x'>",
    )
    assert found.pages[0].text == "text"
    assert not found.notes


def test_filled_fields_of_a_form_are_read() -> None:
    found = _read(
        "<p>Name: <input value='Ann'> <input type=checkbox checked> paid <input type=hidden "
        "value=token> <select><option>a<option selected>b</select>"
    )
    assert found.pages[0].text == "Name: Ann ☒ paid b"


def test_the_encoding_that_a_page_states_counts() -> None:
    page = "<html><head><meta charset=windows-1251></head><body><p>Счёт за услуги</p>"
    found = document(page.encode("cp1251"), "a.html")
    assert found.pages[0].text == "Счёт за услуги"


def test_hostile_nesting_and_spans_are_read_in_a_moment() -> None:
    deep = "<div>" * 100_000 + "words" + "<table><tr><td>" * 3000 + "end"
    assert _read(deep).pages[0].text.split() == ["words", "end"]
    wide = "<table>" + "<tr>" + "<td colspan=65534 rowspan=65534>x" * 4000 + "</table>"
    assert _read(wide).pages[0].text.split().count("x") > 0

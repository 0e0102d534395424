"""Markdown: headings, lists, code, tables, front matter, comments."""

from __future__ import annotations

from tests.documents.samples import document, places


def test_a_table_has_its_heading_row_and_keeps_empty_cells() -> None:
    text = "| | Net | Note |\n|---|--:|:-:|\n| Pen | 1.50 | a \\| b |\n| Ink | | |\n"
    found = document(text.encode(), "a.md")
    (table,) = found.tables
    assert (table.rows, table.columns, table.header_rows) == (3, 3, 1)
    assert [cell.text for cell in table.cells if cell.row == 1] == ["Pen", "1.50", "a | b"]
    assert places(found.pages[0])["line 3, column 2"] == "1.50"


def test_front_matter_is_no_heading() -> None:
    page = document(b"---\ntitle: Lease\ndate: 2024\n---\n# Rent\n", "a.md").pages[0]
    assert [(block.kind, block.level) for block in page.blocks] == [("code", 0), ("heading", 1)]
    assert places(page)["line 2"] == "title: Lease"


def test_a_fence_ends_with_its_own_kind() -> None:
    page = document(b"````\n```\ncode\n````\n# Not code\n", "a.md").pages[0]
    assert page.text == "```\ncode\n\nNot code" or page.text.endswith("Not code")
    assert page.blocks[-1].kind == "heading"


def test_comments_are_left_out_and_remarked_on() -> None:
    page = document(b"seen\n\n<!-- approve\nthis -->\n\nalso seen\n", "a.md").pages[0]
    assert page.text == "seen\n\nalso seen"
    assert "approve this" in page.remarks[0].detail


def test_items_of_inner_lists_are_set_in() -> None:
    page = document(b"- a\n  - b\n", "a.md").pages[0]
    assert page.lines[1].box.x0 > page.lines[0].box.x0

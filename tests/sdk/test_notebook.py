"""What worksheets, tables and cells show of themselves in a notebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import casework
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

PROCEDURE = """# <b>Bills</b>

## Total due
- type: money

## Remark <i>
- by: person
"""


def _visible(html: str) -> str:
    """The text that a browser would show."""
    bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", bare)


async def test_a_report_shows_value_quote_place_and_grade(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(tmp_path / "a.txt")
    await sheet.run()
    html = (await sheet.cell("a", "Total due"))._repr_html_()
    assert "<mark>EUR 119.00</mark>" in html
    assert "a.txt" in _visible(html)
    assert "exact" in _visible(html)
    derived = (await sheet.cell("a", "Decision"))._repr_html_()
    assert "◆ pay" in _visible(derived)
    assert "<ul>" not in derived
    accepted = await sheet.accept("a", "Net")
    assert "■ EUR 100.00" in _visible(accepted._repr_html_())


async def test_what_comes_from_documents_and_procedures_is_text_and_no_markup(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "bills.md").write_text(PROCEDURE, "utf-8")
    (tmp_path / "<script>x.txt").write_text("<script>y</script> Total due: EUR 3.00\n", "utf-8")
    sheet = await workspace.new_worksheet("bills", tmp_path / "bills.md")
    await sheet.add(tmp_path / "<script>x.txt")
    await sheet.run()
    report = await sheet.cell("1", "Total due")
    assert report.cell.shown == "EUR 3.00"
    for html in ((await sheet.table())._repr_html_(), report._repr_html_()):
        assert "<script" not in html
        assert "<i>" not in html
        assert "&lt;script&gt;" in html


async def test_an_async_worksheet_says_what_to_await_and_the_table_shows_itself(
    workspace: Workspace, procedure: Path
) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    assert "await sheet.table()" in sheet._repr_html_()
    assert "&lt;casework worksheet" in sheet._repr_html_()
    assert (await sheet.table())._repr_html_() == await sheet.html()


async def test_the_notebooks_of_ipython_and_marimo_show_it_while_their_loop_runs(
    tmp_path: Path,
) -> None:
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell.instance()
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    with casework.create(tmp_path / "w") as workspace:
        (tmp_path / "bills.md").write_text(PROCEDURE, "utf-8")
        sheet = workspace.new_worksheet("bills", tmp_path / "bills.md")
        sheet.add(tmp_path / "a.txt")
        for shown in (sheet, sheet.table(), sheet.case_files.of("a")):
            told, _ = shell.display_formatter.format(shown)
            assert told["text/html"] == shown._repr_html_()
        formatting = pytest.importorskip("marimo._output.formatting")
        assert formatting.try_format(sheet).mimetype == "text/html"

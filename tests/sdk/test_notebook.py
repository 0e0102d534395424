"""What worksheets, tables and cells show of themselves in a notebook."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pytest
from IPython.core.formatters import DisplayFormatter

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


class Drawn(Protocol):
    """What shows itself."""

    def _repr_html_(self) -> str: ...


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[tuple[Drawn, ...]]:
    """A worksheet, its table and a case of it by the sync face, while a loop runs as in a
    notebook."""
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    (tmp_path / "bills.md").write_text(PROCEDURE, "utf-8")
    with casework.create(tmp_path / "w") as workspace:
        sheet = workspace.new_worksheet("bills", tmp_path / "bills.md")
        sheet.add(tmp_path / "a.txt")
        sheet.run()
        yield sheet, sheet.table(), sheet.case_files.of("a")


async def test_ipython_shows_it_while_its_loop_runs(shown: tuple[Drawn, ...]) -> None:
    formatter = DisplayFormatter()
    for one in shown:
        told, _ = formatter.format(one)  # type: ignore[no-untyped-call]
        assert told["text/html"] == one._repr_html_()
        assert "EUR 119.00" in told["text/html"]


async def test_marimo_shows_it_while_its_loop_runs(shown: tuple[Drawn, ...]) -> None:
    for one in shown:
        assert _as_marimo(one) == ("text/html", one._repr_html_())
        assert "EUR 119.00" in one._repr_html_()
        if find_spec("marimo"):
            told = import_module("marimo._output.formatting").try_format(one)
            assert (told.mimetype, told.data) == _as_marimo(one)


def _as_marimo(one: object) -> tuple[str, str]:
    """What marimo makes of a value by the methods that it asks for, in its order
    (`marimo._output.formatting.get_formatter` of 0.25); it is too large to be a library of our
    tests. What holds a script goes into a frame of its own there, so nothing may."""
    for name in ("_display_", "_mime_"):
        assert not callable(getattr(one, name, None)), f"{name} comes before the HTML"
    html = getattr(one, "_repr_html_", None)
    assert callable(html)
    told = html()
    assert isinstance(told, str)
    assert "<script" not in told
    return "text/html", told

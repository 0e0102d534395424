"""The sync face, in a script and inside a running event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

import casework
from casework.base.errors import NotFoundError
from tests.sdk.conftest import invoice


def _use(folder: Path, procedure: Path) -> str:
    (folder / "a.txt").write_text(invoice("A-1"), "utf-8")
    with casework.create(folder / "sync") as workspace:
        sheet = workspace.new_worksheet("invoices", procedure)
        sheet.add(folder / "a.txt")
        sheet.run()
        assert "EUR 119.00" in sheet._repr_html_()
        return str(sheet.cell("a", "Total due").cell.shown)


def test_a_script_works_without_a_word_of_async(tmp_path: Path, procedure: Path) -> None:
    assert _use(tmp_path, procedure) == "EUR 119.00"


async def test_it_works_inside_a_running_loop_too(tmp_path: Path, procedure: Path) -> None:
    assert _use(tmp_path, procedure) == "EUR 119.00"


def test_opening_what_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="casework init"):
        casework.open(tmp_path)

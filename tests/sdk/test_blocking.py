"""The sync face, in a script and inside a running event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

import casework
from casework.base.errors import NotFoundError, UsageError
from casework.types.event import VerdictGiven
from tests.sdk.conftest import invoice


def _use(folder: Path, procedure: Path) -> str:
    (folder / "a.txt").write_text(invoice("A-1"), "utf-8")
    with casework.create(folder / "sync") as workspace:
        sheet = workspace.new_worksheet("invoices", procedure)
        sheet.add(folder / "a.txt")
        sheet.run()
        assert "EUR 119.00" in sheet._repr_html_()
        assert "<mark>EUR 119.00</mark>" in sheet.cell("a", "Total due")._repr_html_()
        return sheet.cell("a", "Total due").cell.shown


def test_a_script_works_without_a_word_of_async(tmp_path: Path, procedure: Path) -> None:
    assert _use(tmp_path, procedure) == "EUR 119.00"


async def test_it_works_inside_a_running_loop_too(tmp_path: Path, procedure: Path) -> None:
    assert _use(tmp_path, procedure) == "EUR 119.00"


def test_opening_what_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="casework init"):
        casework.open(tmp_path)


def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    with casework.create(tmp_path / "sync") as workspace:
        assert workspace.folder == tmp_path / "sync"
        workspace.close()
    assert repr(workspace) == f"<casework workspace {tmp_path / 'sync'}>"


def test_what_is_asked_after_closing_says_that_it_is_closed(
    tmp_path: Path, procedure: Path
) -> None:
    with casework.create(tmp_path / "sync") as workspace:
        sheet = workspace.new_worksheet("invoices", procedure)
    with pytest.raises(UsageError, match=r"closed.*casework\.open"):
        sheet.run()


def test_a_listener_is_told_until_it_is_stopped(tmp_path: Path, procedure: Path) -> None:
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    heard: list[object] = []
    with casework.create(tmp_path / "sync") as workspace:
        sheet = workspace.new_worksheet("invoices", procedure)
        sheet.add(tmp_path / "a.txt")
        sheet.run()
        stop = workspace.listen(heard.append, VerdictGiven)
        sheet.accept("a", "Net")
        stop()
        stop()
        sheet.accept("a", "VAT")
    assert len(heard) == 1


def test_the_public_names_are_there_and_others_are_not() -> None:
    assert set(casework.__all__) <= set(dir(casework))
    assert all(getattr(casework, name) for name in casework.__all__)
    with pytest.raises(AttributeError, match="opne"):
        casework.opne  # type: ignore[attr-defined]  # noqa: B018

"""Everything behind a cell: pages that cannot be drawn, and names that are too long for files."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.report import file_name
from casework.sdk.workspace import Workspace
from tests.documents.samples import pdf
from tests.sdk.conftest import invoice


async def test_a_page_that_cannot_be_drawn_is_told_beside_its_quote(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    lines = [(72.0, 72.0 + 20 * n, line) for n, line in enumerate(invoice("A-1").splitlines())]
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf([[line for line in lines if line[2]]], password="walnut"))
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(path, password="walnut")
    await sheet.run()
    report = await sheet.cell("locked", "Total due", pictures=tmp_path / "pictures")
    assert report.cell.shown == "EUR 119.00"
    assert report.citations[0].picture == ""
    assert "password" in report.citations[0].picture_problem


async def test_a_case_with_a_very_long_name_has_its_pictures(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(invoice("A-1"), "utf-8")
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(path, case="Wasserschaden im Erdgeschoß " * 20)
    await sheet.run()
    report = await sheet.cell("Wasser", "Total due", pictures=tmp_path / "pictures")
    assert Path(report.citations[0].picture).is_file()


@pytest.mark.parametrize("letter", ["a", "ß", "漢", "/"])
def test_long_names_stay_apart_and_short_enough(letter: str) -> None:
    one, other = file_name(letter * 300), file_name(letter * 301)
    assert one != other
    assert len(one.encode()) <= 80
    assert file_name("Alder & Söhne") == "Alder___Söhne"

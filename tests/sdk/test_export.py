"""Texts in exports: none is taken for a formula by a spreadsheet."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from casework.sdk.export import neutral
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_may_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


def test_other_text_stays_as_it_is() -> None:
    assert neutral("Total = 5") == "Total = 5"


async def test_others_are_answered_while_a_file_is_written(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    sheet = await workspace.new_worksheet("invoices", procedure)
    await sheet.add(tmp_path / "a.txt")
    slow = tmp_path / ".out.csv.part"
    os.mkfifo(slow)  # a disk that takes nothing until somebody reads
    answered = threading.Event()
    taken: list[bool] = []

    def take() -> None:
        taken.append(answered.wait(20))
        slow.read_bytes()

    reading = threading.Thread(target=take)
    reading.start()
    writing = asyncio.create_task(sheet.export(tmp_path / "out.csv"))
    await asyncio.sleep(0.5)
    assert (await sheet.view()).cases == 1
    assert not writing.done()
    answered.set()
    await writing
    reading.join()
    assert taken == [True]

"""Worksheets written to files a few cases at a time."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, UsageError
from casework.sdk.exporting.blocks import AT_ONCE, ToWrite
from casework.sdk.exporting.writing import FORMATS, export
from casework.sdk.frame import CELL_COLUMNS, columns
from casework.sdk.views import RowView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

CASES = AT_ONCE + 3
"""More than are read at once."""


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(CASES):
        (folder / f"c-{number:02}.txt").write_text(invoice(f"A-{number}"), "utf-8")
    made = await workspace.new_worksheet("invoices", procedure)
    await made.add(folder, cases="file")
    return made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8-sig").splitlines()))


async def test_a_column_of_one_currency_holds_plain_numbers(sheet: Worksheet, out: Path) -> None:
    await sheet.correct("c-00", "Net", "EUR 12.30")
    await sheet.correct(f"c-{CASES - 1:02}", "Net", "EUR 7.00")
    lines = lines_of(await sheet.export(out / "all.csv"))
    place = lines[0].index("Net (EUR)")
    assert [lines[1][place], lines[-1][place]] == ["12.30", "7.00"]


async def test_another_currency_in_the_last_case_makes_the_whole_column_text(
    sheet: Worksheet, out: Path
) -> None:
    await sheet.correct("c-00", "Net", "EUR 12.30")
    await sheet.correct(f"c-{CASES - 1:02}", "Net", "USD 7.00")
    lines = lines_of(await sheet.export(out / "all.csv"))
    place = lines[0].index("Net")
    assert [lines[1][place], lines[-1][place]] == ["EUR 12.30", "USD 7.00"]


async def test_every_case_comes_once_and_in_order_in_every_format(
    sheet: Worksheet, out: Path
) -> None:
    from arro3.io import read_parquet

    names = [case.name for case in await sheet.cases()]
    assert [line[0] for line in lines_of(await sheet.export(out / "a.csv"))[1:]] == names
    told = json.loads((await sheet.export(out / "a.json")).read_text("utf-8"))
    assert [case["case"] for case in told["cases"]] == names
    assert [len(case["cells"]) for case in told["cases"]] == [6] * CASES
    table = read_parquet(await sheet.export(out / "a.parquet")).read_all()
    assert table.column_names == list(CELL_COLUMNS)
    assert columns(table) == columns(await sheet.frame())


async def test_chosen_cases_come_as_they_are_named(sheet: Worksheet, out: Path) -> None:
    chosen = ["c-18", "c-02", "c-11"]
    written = await sheet.export(out / "some.csv", cases=chosen, steps=["net", "vat"])
    lines = lines_of(written)
    assert [line[0] for line in lines[1:]] == chosen
    assert lines[0][1:4] == ["Net", "VAT", "Needs a person"]
    with pytest.raises(NotFoundError):
        await sheet.export(out / "none.csv", cases=["c-02", "nobody"])
    assert [one.name for one in out.iterdir()] == ["some.csv"]


async def test_it_is_told_how_many_cases_are_written(sheet: Worksheet, out: Path) -> None:
    told: list[tuple[int, int, str]] = []
    await sheet.export(out / "all.json", on_case=lambda *one: told.append(one))
    assert told == [
        (AT_ONCE, CASES, f"c-{AT_ONCE - 1:02}"),
        (CASES, CASES, f"c-{CASES - 1:02}"),
    ]


@pytest.mark.parametrize("format", FORMATS)
async def test_an_export_that_is_stopped_leaves_nothing_and_what_stood_there(
    sheet: Worksheet, out: Path, format: str
) -> None:
    (out / f"all.{format}").write_text("as it was", "utf-8")
    begun = asyncio.Event()
    work = asyncio.create_task(sheet.export(out / f"all.{format}", on_case=lambda *_: begun.set()))
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert [one.name for one in out.iterdir()] == [f"all.{format}"]
    assert (out / f"all.{format}").read_text("utf-8") == "as it was"


@pytest.mark.parametrize("format", FORMATS)
async def test_what_breaks_while_rows_are_read_is_told_and_leaves_nothing(
    sheet: Worksheet, out: Path, format: str
) -> None:
    table = await sheet.table(limit=1)

    async def broken() -> AsyncIterator[Sequence[RowView]]:
        yield table.rows
        raise NotFoundError("The case is gone.")

    wanted = ToWrite(table.worksheet, table.columns, 2, broken())
    with pytest.raises(NotFoundError, match="The case is gone"):
        await export(wanted, out / f"all.{format}")
    assert list(out.iterdir()) == []


async def test_what_excel_cannot_hold_is_refused_before_anything_is_read(
    sheet: Worksheet, out: Path
) -> None:
    table = await sheet.table(limit=1)
    read: list[bool] = []

    async def rows() -> AsyncIterator[Sequence[RowView]]:
        read.append(True)
        yield table.rows

    wanted = ToWrite(table.worksheet, table.columns, 200_000, rows())
    with pytest.raises(UsageError, match=r"1,200,001 lines; a sheet of Excel has 1,048,576"):
        await export(wanted, out / "all.xlsx")
    assert (read, list(out.iterdir())) == ([], [])


async def test_others_are_answered_between_the_blocks(sheet: Worksheet, out: Path) -> None:
    turns: list[int] = []

    async def others() -> None:
        while True:
            await asyncio.sleep(0)
            turns[-1:] = [turns[-1] + 1] if turns else []

    beside = asyncio.create_task(others())
    await sheet.export(out / "all.json", on_case=lambda *_: turns.append(0))
    beside.cancel()
    assert len(turns) == 2
    assert turns[0] > 0


async def test_many_exports_at_once_do_not_wait_for_each_other(sheet: Worksheet, out: Path) -> None:
    count = 40  # more than asyncio has threads for everybody
    written = await asyncio.gather(*(sheet.export(out / f"{n}.csv") for n in range(count)))
    assert {len(lines_of(path)) for path in written} == {CASES + 1}

"""Writing steps of rows in the side panel: tried row by row, tables shown old beside new."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from casework.sdk.drafting.views import StepEdit
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.studio.sample_part import MOST_ROWS, case_parts
from tests.sdk.conftest import use_model
from tests.sdk.drafting.test_drafting_rows import ACME, BOLT, PROCEDURE, RULES, by_model
from tests.serve.conftest import RunningStudio


@pytest.fixture
async def workspace(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Workspace]:
    """A workspace with a model that lists other goods to whom the word careful is said."""
    use_model(own_configuration, server)
    with (own_configuration / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('[extract]\nwith = "embedded"\n')
    server.play(rules=RULES)
    async with await Workspace.create(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
async def orders(studio: RunningStudio, tmp_path: Path) -> Worksheet:
    (tmp_path / "orders.md").write_text(PROCEDURE, "utf-8")
    sheet = await studio.workspace.new_worksheet("orders", tmp_path / "orders.md")
    for name, text in (("acme", ACME), ("bolt", BOLT)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        await sheet.add(tmp_path / f"{name}.csv", cases="file")
    await sheet.run()
    return sheet


async def test_a_step_of_rows_is_reached_from_its_table_and_tried_in_each_row(
    studio: RunningStudio, orders: Worksheet, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/orders?step=lines")
    await page.locator(".step-rows").get_by_role("link", name="Large").click()
    area = page.locator("#step-instruction")
    await expect(area).to_have_value("`{Amount} > 150`")
    await expect(page.locator(".mirror .ref")).to_have_text("{Amount}")
    await expect(page.locator(".mirror .ref.unknown")).to_have_count(0)
    await expect(page.locator(".gch.editing")).to_contain_text("Lines")
    await area.fill("`{Amount} > 100`")
    await page.wait_for_selector("[data-draft][data-done=yes]")
    sample = page.locator("#step-sample")
    await expect(sample.locator("tbody")).to_have_count(2)
    acme = sample.locator("tbody").first
    await expect(acme.locator("[scope=rowgroup]")).to_contain_text("acme 3 rows, 1 changes")
    await expect(acme.locator("[scope=row]")).to_have_text(
        ["Lines 1Pump P-10", "Lines 2Valve V-2", "Lines 3Hose H-3"]
    )
    await expect(acme.locator("ins")).to_have_count(1)
    await expect(acme.locator("tr.differs")).to_contain_text("Pump P-10")
    await expect(page.locator("#step-impact .figures")).to_contain_text("of 14 cells6")
    assert (await Axe().run(page)).response["violations"] == []
    await page.locator(".step-head .of-table").click()
    await expect(page.locator(".step-name")).to_have_value("Lines")
    assert orders.procedure_path.read_text("utf-8") == PROCEDURE


async def test_a_table_is_shown_row_by_row_old_beside_new_by_shape_and_word(
    studio: RunningStudio, tmp_path: Path, page: Page
) -> None:
    await by_model(studio.workspace, tmp_path)
    await page.goto(f"{studio.url}/w/orders?step=goods")
    await page.wait_for_selector("#step-told [data-look]")
    await page.fill("#step-instruction", "List the goods of {Number}. Be careful.")
    await page.wait_for_selector("[data-draft][data-done=yes]")
    rows = page.locator(".rows-beside")
    await expect(rows.locator("caption")).to_have_text("1 changed, 1 added, 1 gone, 1 the same")
    told = [" ".join(text.split()) for text in await rows.locator("tbody tr").all_inner_texts()]
    assert told == [
        "changed Pump EUR 120.00 EUR 125.00",
        "same Hose EUR 30.00",
        "added Gasket EUR 5.00",
        "gone Valve EUR 200.00",
    ]
    shapes = await rows.locator("tbody use").evaluate_all(
        "all => all.map((use) => use.getAttribute('href').split('#')[1])"
    )
    assert shapes == ["g-row_changed", "g-row_added", "g-row_gone"]
    await expect(rows.locator("del")).to_have_text(["EUR 120.00", "Valve", "EUR 200.00"])
    assert (await Axe().run(page)).response["violations"] == []


async def test_of_many_rows_those_that_tell_something_are_drawn(
    studio: RunningStudio, tmp_path: Path
) -> None:
    lines = [f"Part {number},1,{number}.00" for number in range(1, 31)]
    (tmp_path / "many.csv").write_text(
        "\n".join(["Description,Quantity,Amount", *lines, ""]), "utf-8"
    )
    (tmp_path / "orders.md").write_text(PROCEDURE, "utf-8")
    sheet = await studio.workspace.new_worksheet("orders", tmp_path / "orders.md")
    await sheet.add(tmp_path / "many.csv", cases="file")
    await sheet.run()
    form = await sheet.drafting.form("lines.large")
    edit = StepEdit("Large", "`{Amount} > 27`", form.keys, form.step, over=form.sha256)
    (part,) = case_parts(await sheet.drafting.sample(edit))
    assert (part.rows, part.changed, len(part.cells)) == (30, 3, MOST_ROWS)
    assert [cell.row for cell in part.cells if cell.changed] == ["Lines 28", "Lines 29", "Lines 30"]
    assert part.left == "22 more rows with nothing new"

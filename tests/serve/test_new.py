"""From an empty workspace with dropped files to a reviewed, exported sheet, in a real browser."""

from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casework.sdk.worksheet import Worksheet
from casework.types.values import TYPE_NAMES
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

_SOON_MS = 60_000


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(1, 5):
        told = invoice(f"A-{number}", net=f"{number}00.00", vat=f"{19 * number}.00",
                       total=f"{119 * number}.00")  # fmt: skip
        (folder / f"A-{number}.txt").write_text(told, "utf-8")
    short = "INVOICE\n\nInvoice number: A-5\nInvoice date: 2026-03-04\nNet amount: EUR 10.00\n"
    (folder / "A-5.txt").write_text(short, "utf-8")
    return folder


async def _decided(sheet: Worksheet) -> int:
    table = await sheet.table()
    return sum(cell.verdict is not None for row in table.rows for cell in row.cells)


async def _choose(page: Page, files: list[Path]) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.locator("[data-choose=files]").first.click()
    await (await chooser.value).set_files([str(path) for path in files])


async def test_dropped_files_become_a_sheet_that_is_reviewed_and_exported(
    studio: RunningStudio, page: Page, inbox: Path, tmp_path: Path
) -> None:
    await page.goto(studio.url)
    assert "no worksheet yet" in await page.inner_text("#worksheets")
    await _choose(page, sorted(inbox.iterdir()))
    await page.wait_for_selector(".proposed", timeout=_SOON_MS)
    assert "5 files dropped, 5 readable" in await page.inner_text("#draft")
    assert "no model was asked" in await page.inner_text("#draft")
    assert await studio.workspace.worksheets() == []

    number = page.locator(".inline-name").first
    before = await page.locator("#make").inner_text()
    await page.locator(".proposed input[type=checkbox]").last.click()
    await page.wait_for_function(
        "before => document.querySelector('#make').innerText !== before", arg=before
    )
    old = await number.input_value()
    await number.fill("Reference of ours")
    await number.press("Enter")
    await page.wait_for_function(
        "old => document.querySelector('.inline-name').defaultValue !== old", arg=old
    )
    await page.reload()  # nothing is lost
    assert await page.locator(".inline-name").first.input_value() == "Reference of ours"

    await page.locator("#add-step").click()
    await page.locator(".add-step [name=name]").fill("Pay it")
    await page.locator(".add-step [name=instruction]").first.fill("`1 < 2`")
    await page.get_by_role("button", name="Add step").click()
    await page.wait_for_selector("#cannot, .proposed tr:last-child .inline-name[value='Pay it']")
    last = page.locator(".proposed input[type=checkbox]").last
    await last.click()
    await page.wait_for_selector("#make:not([disabled])")
    await page.locator("#title").fill("March")
    await page.locator("#title").press("Tab")
    await page.wait_for_selector("#title[value=March]")
    await page.locator("#make").click()
    await page.wait_for_url("**/w/march", timeout=_SOON_MS)
    sheet = await studio.workspace.worksheet("March")
    for _ in range(1200):
        runs = await sheet.runs()
        if runs and runs[0].state == "finished":
            break
        await asyncio.sleep(0.05)
    assert runs[0].state == "finished"

    await page.goto(f"{studio.url}/w/march/review")
    await page.wait_for_selector("#desk-here .card")  # the short invoice has no total
    await page.keyboard.press("n")
    for _ in range(600):
        if decided := await _decided(sheet):
            break
        await asyncio.sleep(0.05)
    assert decided

    await page.goto(f"{studio.url}/w/march")
    await page.get_by_role("button", name="Export").first.click()
    async with page.expect_download() as download:
        await page.locator("#export-menu button", has_text="CSV").click()
    path = tmp_path / "out.csv"
    await (await download.value).save_as(path)
    assert "A-1" in path.read_text("utf-8-sig")
    await page.goto(studio.url)
    row = page.locator(".sheets tbody tr")
    await row.locator(".split i.p").wait_for(state="attached")
    assert "5 cases" in await row.inner_text()


async def test_files_dropped_anywhere_are_taken_with_their_folders(
    studio: RunningStudio, page: Page
) -> None:
    await page.goto(studio.url)
    await page.evaluate(
        """async () => {
          const transfer = new DataTransfer();
          for (const name of ["<img src=x onerror=alert(1)>.txt", "b.txt"])
            transfer.items.add(new File([`Total: £${name.length}9.00\\nOwner: ${name}\\n`], name));
          const told = { dataTransfer: transfer, bubbles: true, cancelable: true };
          for (const kind of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(kind, told));
        }"""
    )
    await page.wait_for_selector(".proposed", timeout=_SOON_MS)
    assert await page.locator("#draft img").count() == 0
    assert "<img src=x onerror=alert(1)>.txt" in await page.inner_text(".proposed")


async def test_two_hundred_odd_files_are_taken_and_those_that_cannot_be_read_are_told(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(196):
        (folder / f"{number:03}.txt").write_text(invoice(f"N-{number}"), "utf-8")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")
    (folder / "mislabelled.pdf").write_text(invoice("really text"), "utf-8")
    with zipfile.ZipFile(folder / "empty.zip", "w"):
        pass
    await page.goto(studio.url)
    await _choose(page, sorted(folder.iterdir()))
    await page.wait_for_selector(".proposed", timeout=3 * _SOON_MS)
    told = await page.inner_text("#draft")
    assert "200 files dropped" in told
    assert "3 cannot be read" in told
    assert "Tried on 48 of" in told


async def test_a_draft_works_by_keyboard_alone(
    studio: RunningStudio, page: Page, inbox: Path
) -> None:
    draft = await studio.workspace.drafts.begin()
    for path in inbox.iterdir():
        (draft.folder / path.name).write_bytes(path.read_bytes())
    await studio.workspace.drafts.look(draft.id)
    await page.goto(f"{studio.url}/new/{draft.id}")
    before = await page.locator(".inline-name").first.input_value()
    await page.locator(".moves button:not([disabled])").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_function(
        "before => document.querySelector('.inline-name').value !== before", arg=before
    )
    assert await page.evaluate("document.activeElement.id.startsWith('down-')")
    await page.locator(".proposed input[type=checkbox]").first.focus()
    await page.keyboard.press("Space")
    await page.wait_for_selector(".proposed tr.is-left")
    assert await page.evaluate("document.activeElement.id.startsWith('keep-')")


async def test_every_type_can_be_given_to_a_proposed_step_its_parts_written_by_keyboard(
    studio: RunningStudio, page: Page, inbox: Path
) -> None:
    draft = await studio.workspace.drafts.begin()
    for path in inbox.iterdir():
        (draft.folder / path.name).write_bytes(path.read_bytes())
    await studio.workspace.drafts.look(draft.id)
    await page.goto(f"{studio.url}/new/{draft.id}")
    offered = await page.locator(".proposed select").first.locator("option").all_inner_texts()
    assert {one.strip(" …") for one in offered} >= set(TYPE_NAMES) - {"reference"}
    row = page.locator(".proposed tbody tr").first
    type, parts = row.locator("select"), row.locator(".type-parts")
    before = await type.input_value()
    await type.select_option("choice")
    await expect(parts).to_be_focused()
    await page.keyboard.press("Escape")  # nothing was sent, and all is as before
    await expect(parts).to_be_hidden()
    await expect(type).to_be_focused()
    assert await type.input_value() == before
    await type.select_option("choice")
    await page.keyboard.type("paid, open")  # over the example
    await page.keyboard.press("Enter")
    await expect(type).to_have_attribute("title", "choice: paid, open")
    suggested = (await studio.workspace.drafts.get(draft.id)).suggested
    assert suggested is not None
    step = suggested.steps[0]
    assert step.type == "choice: paid, open"
    # a step in plain English gets the type that its name stands for
    await page.locator("#add-step").click()
    form = page.locator(".add-step form").first
    await form.get_by_label("Name").fill("Deposit")
    await form.get_by_label("Name").press("Enter")
    added = page.locator(".proposed tbody tr").last
    await expect(added.locator(".inline-name")).to_have_value("Deposit")
    await expect(added.locator("select")).to_have_value("money")

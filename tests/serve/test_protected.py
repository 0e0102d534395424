"""A protected document in a real browser: the page says what the page can do, and does it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.documents.samples import pdf
from tests.serve.conftest import RunningStudio


async def test_a_protected_document_is_opened_where_the_page_says_so(
    studio: RunningStudio, page: Page, tmp_path: Path, refused: None
) -> None:
    (tmp_path / "bills.md").write_text("## Total due\n- type: money\n", "utf-8")
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(pdf([[(72, 72, "Total due: EUR 5.00")]], password="walnut"))
    sheet = await studio.workspace.new_worksheet("bills", tmp_path / "bills.md")
    await sheet.add(locked)
    await sheet.run()
    (case,) = await sheet.cases()
    await page.goto(f"{studio.url}/w/bills/cases/{case.id}")
    note = page.locator("[data-note-of]:not([hidden])")
    await expect(note).to_contain_text("Give the password, or save a copy without it.")
    for words in (await note.inner_text(), await page.inner_text("main")):
        assert "casework " not in words
        assert "--password" not in words
    await note.get_by_label("Password").fill("chestnut")
    await page.keyboard.press("Enter")
    await expect(note.get_by_role("status")).to_have_text("That did not open it.")
    await note.get_by_label("Password").fill("walnut")
    await page.keyboard.press("Enter")
    # The password is not kept, so the page is shown by its words and without a picture.
    await expect(page.locator(".leaf.undrawn .leaf-words")).to_contain_text(
        "Total due: EUR 5.00", timeout=30_000
    )
    assert (await sheet.cases())[0].documents[0].state == "read"
    await sheet.run()
    assert (await sheet.cell("locked", "Total due")).cell.shown == "EUR 5.00"

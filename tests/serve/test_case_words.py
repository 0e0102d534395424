"""The case page: amounts without a currency, search in documents, and how values are written there
for whoever looks."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Page, expect

from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio

PATIENT_MS = 30_000
CLASH = "## Net\n- type: money\n\n## Double\n- type: money\n`{Net} * 2`\n"
TERMS = """# Terms

## Party

## Start
- type: date

## Net
- type: money

## Notice
- type: quantity

## Soon
`{Start} < date("2030-01-01")`

## Half
- type: money
`{Net} - {VAT}`

## VAT
- type: money
"""
PAPER = "Party: Acme Ltd\n\nStart: 1 July 2023\n\nNet amount: EUR 2,384.60\n\nNotice: 14 days\n"


async def _address(studio: RunningStudio, sheet: Worksheet, name: str, step: str = "") -> str:
    case = next(one for one in await sheet.cases() if one.name == name)
    return f"{studio.url}/w/{sheet.name}/cases/{case.id}{f'#f-{step}' if step else ''}"


async def _open(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector(".leaf img:not([hidden])")
    await page.wait_for_selector(".field.on")


async def _contradicting(studio: RunningStudio, folder: Path, also: str) -> Worksheet:
    """A case whose two documents state the net amount differently, both without a currency."""
    (folder / "net.md").write_text(CLASH, "utf-8")
    papers = folder / "one"
    papers.mkdir()
    for name, net, told in (("first", "100.00", also), ("second", "200.00", "EUR 4.00")):
        text = f"INVOICE {name}\n\nNet amount: {net}\n\nDelivery {told}\n"
        (papers / f"{name}.txt").write_text(text, "utf-8")
    sheet = await studio.workspace.new_worksheet("nets", folder / "net.md")
    await sheet.add(papers, case="one")
    await sheet.run()
    assert (await sheet.cell("one", "Net")).cell.absence == "conflict"
    return sheet


SIDE = "[data-field=net] .crop:has-text('100.00') [data-choose]"


async def test_a_side_without_a_currency_takes_that_of_its_document(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENT_MS)
    sheet = await _contradicting(studio, tmp_path, "EUR 3.00")
    await _open(page, await _address(studio, sheet, "one", "net"))
    await page.click(SIDE)
    await page.wait_for_selector("[data-field=net][data-verdict=corrected]")
    assert (await sheet.cell("one", "Net")).cell.shown == "EUR 100.00"
    toast = page.locator(".toast", has_text="Net: EUR 100.00.")
    await toast.get_by_role("button", name="Undo").wait_for()
    await page.keyboard.press("u")
    await page.wait_for_selector("[data-field=net]:not([data-verdict=corrected])")
    await toast.wait_for(state="detached")
    assert await page.locator("q[data-place-quote]:empty:visible").count() == 0


async def test_of_a_document_in_several_currencies_the_field_asks_which(
    studio: RunningStudio, page: Page, tmp_path: Path, refused: None
) -> None:
    page.set_default_timeout(PATIENT_MS)
    sheet = await _contradicting(studio, tmp_path, "EUR 4.00, GBP 3.50")
    await _open(page, await _address(studio, sheet, "one", "net"))
    await page.click(SIDE)
    read = page.locator("[data-field=net] .editor-read")
    await expect(read).to_contain_text("EUR and GBP")
    await page.fill("[data-field=net] .editor-input input", "GBP 100.00")
    await expect(read).to_contain_text("from first.txt")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-field=net][data-verdict=corrected]")
    cell = (await sheet.cell("one", "Net")).cell
    assert cell.shown == "GBP 100.00"
    assert cell.verdict is not None
    assert [one.quote for one in cell.verdict.citations] == ["100.00"]


async def test_the_search_finds_every_spelling_in_the_order_of_the_pages(
    studio: RunningStudio, page: Page, procedure: Path, tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENT_MS)
    told = "DEDUCTIBLE\n\nThe Deductible of Café Noir\n\na deductible; CAFE noir\n"
    (tmp_path / "a.txt").write_text(told, "utf-8")
    sheet = await studio.workspace.new_worksheet("papers", procedure)
    await sheet.add(tmp_path / "a.txt")
    await sheet.run()
    await _open(page, await _address(studio, sheet, "a"))
    await page.keyboard.press("f")
    for said, count in (("deductible", 3), ("cafe noir", 2)):
        await page.fill("#seek-text", said)
        await page.locator("[data-hits]", has_text=f"1 of {count}").wait_for()
    heights = await page.locator(".box.hit").evaluate_all(
        "all => all.map(one => +one.getAttribute('y'))"
    )
    assert heights == sorted(heights)


async def test_days_and_amounts_of_inputs_are_written_as_the_values_are(
    studio: RunningStudio, tmp_path: Path
) -> None:
    (tmp_path / "terms.md").write_text(TERMS, "utf-8")
    (tmp_path / "a.txt").write_text(PAPER, "utf-8")
    sheet = await studio.workspace.new_worksheet("terms", tmp_path / "terms.md")
    await sheet.add(tmp_path / "a.txt")
    await sheet.run()
    async with studio.client() as http:
        page = await (await http.get(await _address(studio, sheet, "a"))).text()
    fields = dict(re.findall(r'id="f-([a-z]+)" role="group"(.*?)(?=id="f-|</section>)', page, re.S))
    tree = re.search(r'<table class="tree">.*?</table>', fields["soon"], re.S)
    assert tree is not None
    assert '<time datetime="2023-07-01" data-style="day">' in tree[0]
    net = re.search(r'<data class="amount" value="2384.60"[^>]*>2,384.60</data> EUR', fields["net"])
    assert net is not None
    assert re.search(r"2,384.60</data> EUR", fields["half"])
    assert 'class="result"' in tree[0]
    assert 'class="result"' not in fields["half"]  # it has no value: no input stands for it
    facts = page[page.index('id="sec-facts"') : page.index('id="sec-amounts"')]
    assert "14 days" in facts  # a length of time is no amount
    bar = page[page.index('id="case-bar"') : page.index('id="main"')]
    assert "Acme Ltd" in bar
    assert '<a class="of-sheet small" href="/w/terms" title="terms">' in bar

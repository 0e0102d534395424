"""The review desk in a browser: by keyboard alone, two people at one queue, audits, a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from casework.sdk.casefile.paper import PageWords
from casework.sdk.worksheet import Worksheet
from casework.serve.house import Options
from casework.serve.run import free_port, server_of
from casework.types.trust import WHOLE, PromiseMade
from tests.sdk.trusted import Trusted, trusted
from tests.serve.conftest import RunningStudio

AT = "2026-01-02T00:00:00.000Z"
CARD = "#desk-here .card"
PATIENT_MS = 30_000


@pytest.fixture
async def bills(studio: RunningStudio, tmp_path: Path) -> Trusted:
    """A worksheet with a promise, one case of which was drawn at random."""
    made = await trusted(studio.workspace, tmp_path, 3)
    await made.store.promises.make(made.sheet_id, PromiseMade(WHOLE, 0.05, 0.1, "Ada", AT))
    drawn = made.cases["case 0001"]
    await made.store.audits.draw([drawn], 0.5, [], AT)
    return made


async def _open(page: Page, studio: RunningStudio, path: str = "/w/invoices/review") -> None:
    await page.goto(studio.url + path)
    await page.wait_for_selector("#desk-here .card, #desk-empty:not([hidden])")
    await page.wait_for_function("() => !document.querySelector('#desk-next .card:not([inert] *)')")


async def _focus(page: Page) -> tuple[str, str]:
    card = page.locator(CARD)
    return (
        await card.get_attribute("data-name") or "",
        await card.get_attribute("data-step") or "",
    )


async def _go_to(page: Page, case: str, step: str) -> None:
    """Skip with J until this item is in focus."""
    for _ in range(12):
        await page.wait_for_selector(CARD)
        before = await _focus(page)
        if before == (case, step):
            return
        await page.keyboard.press("j")
        await page.wait_for_function(
            "([name, step]) => { const card = document.querySelector('#desk-here .card');"
            " return card && (card.dataset.name !== name || card.dataset.step !== step); }",
            arg=list(before),
        )
    raise AssertionError(f"{step} of {case} never came")


async def _queue(page: Page, case: str, step: str, *, there: bool) -> None:
    """Wait until the queue has an item, or has it no more."""
    await page.wait_for_function(
        "([name, there]) => there === [...document.querySelectorAll('#desk-queue a')]"
        ".some((one) => one.textContent.startsWith(name))",
        arg=[f"{step} {case}", there],
    )


async def test_review_by_keyboard_alone(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _open(page, studio)
    await _go_to(page, "A-3", "Sums agree")
    assert await page.locator(f"{CARD} .box.on").count() >= 1
    await page.keyboard.press("]")
    assert "place 2 of" in await page.locator(f"{CARD} [data-place]").inner_text()
    await page.keyboard.press("2")
    await _queue(page, "A-3", "Sums agree", there=False)
    await page.keyboard.press("u")
    await _queue(page, "A-3", "Sums agree", there=True)
    assert await _focus(page) == ("A-3", "Sums agree")
    await page.keyboard.press("Enter")
    await _queue(page, "A-3", "Sums agree", there=False)
    await _go_to(page, "A-4", "VAT")
    await page.keyboard.press("x")
    await _queue(page, "A-4", "VAT", there=False)
    await _go_to(page, "A-4", "Total due")
    await page.keyboard.press("e")
    await page.keyboard.type("plenty")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"{CARD} .problem-line")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("EUR 12.00")
    await page.keyboard.press("Enter")
    await _queue(page, "A-4", "Total due", there=False)
    told = {one.step_name: one for one in (await invoices.table(cases=["A-4"])).rows[0].cells}
    assert told["Total due"].shown == "EUR 12.00"
    assert told["VAT"].absence == "unreadable"
    agrees = (await invoices.cell("A-3", "Sums agree")).cell
    assert (agrees.shown, agrees.verdict and agrees.verdict.kind) == ("no", "accepted")


async def _drag(page: Page, words: PageWords, first: str, last: str) -> None:
    """Select the words from the first to the last of these with the mouse."""
    end = next(at for at, one in enumerate(words.words) if one.text == last)
    start = next(at for at in range(end, -1, -1) if words.words[at].text == first)
    leaf = f"{CARD} .rv-leaf:not([hidden])"
    await page.wait_for_function(
        "(leaf) => { const drawn = document.querySelector(`${leaf} img`);"
        " return drawn && drawn.complete && drawn.naturalWidth > 0; }",
        arg=leaf,
    )
    frame = await page.locator(f"{leaf} svg").bounding_box()
    assert frame is not None
    scale = frame["width"] / words.width_pt
    middle = [
        (frame["x"] + (one.x0 + one.x1) / 2 * scale, frame["y"] + (one.y0 + one.y1) / 2 * scale)
        for one in (words.words[start], words.words[end])
    ]
    await page.mouse.move(*middle[0])
    await page.mouse.down()
    await page.mouse.move(*middle[1], steps=4)
    await page.mouse.up()


async def test_words_selected_on_the_page_are_the_answer_with_their_place(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    page.set_default_timeout(PATIENT_MS)
    await _open(page, studio)
    await _go_to(page, "A-4", "Total due")
    case = next(one for one in await invoices.cases() if one.name == "A-4")
    words = await invoices.paper.words(case.documents[0].sha256, 1)
    await _drag(page, words, "EUR", "10.00")
    await page.locator(f"{CARD} [data-from]", has_text="from A-4.txt, page 1").wait_for()
    assert await page.input_value(f"{CARD} input[name=value]") == "EUR 10.00"
    await page.keyboard.press("Enter")
    await _queue(page, "A-4", "Total due", there=False)
    view = (await invoices.cell("A-4", "Total due")).cell
    assert (view.shown, view.proof.kind) == ("EUR 10.00", "person")
    assert [(one.quote, one.grade, one.support) for one in view.proof.citations] == [
        ("EUR 10.00", "exact", "yes")
    ]
    await page.goto(f"{studio.url}/w/invoices/cases/{case.id}#f-total-due")
    await page.wait_for_selector(".leaf-boxes .box.on", state="attached")
    now = page.locator(".field.on [data-place-now]")
    assert await now.inner_text() == "1 of 1: A-4.txt, page 1"


async def test_an_item_can_be_assigned_and_sent_back_by_keys(
    studio: RunningStudio, invoices: Worksheet, page: Page, browser: Browser
) -> None:
    grace = await studio.person("Grace")
    await _open(page, studio)
    first = await _focus(page)
    await page.keyboard.press("a")
    await page.keyboard.type("Grace")
    await page.keyboard.press("Tab")
    await page.keyboard.type("you know them")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".toast:has-text('Grace is asked')")
    assert await _focus(page) != first
    context = await browser.new_context()
    await studio.enter(context, grace)
    hers = await context.new_page()
    await _open(hers, studio, "/w/invoices/review?order=mine")
    assert await _focus(hers) == first
    assert "you know them" in await hers.locator(f"{CARD} .rv-why").inner_text()
    await hers.keyboard.press("b")
    await hers.keyboard.type("the second page is missing")
    await hers.keyboard.press("Enter")
    await hers.wait_for_selector(".toast:has-text('Sent back to')")
    await page.wait_for_selector("#desk-queue a:has-text('the second page is missing')")
    await context.close()


async def test_two_people_have_different_items_and_what_one_decides_leaves_the_others_queue(
    studio: RunningStudio, invoices: Worksheet, page: Page, browser: Browser
) -> None:
    context = await browser.new_context()
    await studio.enter(context, await studio.person("Grace"))
    hers = await context.new_page()
    await _open(page, studio)
    await _open(hers, studio)
    mine, other = await _focus(page), await _focus(hers)
    assert mine != other
    await page.wait_for_selector("#desk-deciding:has-text('Grace is deciding')")
    await hers.keyboard.press("n")
    await _queue(page, *other, there=False)
    assert await _focus(page) == mine
    await context.close()


async def test_an_audit_is_answered_first_and_compared_then(
    studio: RunningStudio, bills: Trusted, page: Page
) -> None:
    seen: list[str] = []
    page.on("response", lambda answer: seen.append(answer.url))
    await _open(page, studio, f"/w/bills/review?case={bills.cases['case 0001']}&path=net")
    assert "EUR 10" not in await page.locator(CARD).inner_html()
    assert await page.locator(f"{CARD} .box").count() == 0
    await page.keyboard.type("EUR 11")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"{CARD} .differs")
    assert "EUR 10" in await page.locator(f"{CARD} .differs").inner_text()
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"{CARD} .differs", state="detached")
    cell = (await bills.sheet.cell("case 0001", "net")).cell
    assert cell.shown == "EUR 11.00"


async def test_a_restart_in_the_middle_loses_nothing(
    studio: RunningStudio, invoices: Worksheet, viewing: BrowserContext
) -> None:
    page = await viewing.new_page()
    await _open(page, studio)
    first = await _focus(page)
    await page.keyboard.press("n")
    await _queue(page, *first, there=False)
    item = await _focus(page)
    address = page.url.removeprefix(studio.url)
    await page.close()
    port = free_port()
    again = server_of(studio.workspace, Options(port=port))
    task = asyncio.create_task(again.serve())
    while not again.started:
        await asyncio.sleep(0.01)
    other = RunningStudio(f"http://127.0.0.1:{port}", studio.workspace)
    await other.enter(viewing)
    page = await viewing.new_page()
    await _open(page, other, address)
    assert await _focus(page) == item
    await page.keyboard.press("u")
    await _queue(page, *first, there=True)
    await page.close()
    again.should_exit = True
    await task


async def test_the_page_fits_every_width(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    for width in (320, 1440, 3840):
        await page.set_viewport_size({"width": width, "height": 900})
        await _open(page, studio)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


async def test_words_drawn_over_on_the_page_become_the_value(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _open(page, studio)
    await _go_to(page, "A-3", "Sums agree")
    await page.wait_for_selector(f"{CARD} .box.on", state="attached")
    place = """async (wanted) => {
      const leaf = [...document.querySelectorAll("#desk-here .card [data-words]")]
        .find((one) => one.getClientRects().length);
      const { words } = await (await fetch(leaf.dataset.words)).json();
      const at = words.findIndex(([text]) => text === wanted);
      const found = [words[at - 1], words[at]];
      const turn = leaf.querySelector("svg").getScreenCTM();
      return found.map(([, x0, y0, x1, y1]) => {
        const spot = new DOMPoint((x0 + x1) / 2, (y0 + y1) / 2).matrixTransform(turn);
        return [spot.x, spot.y];
      });
    }"""
    before, amount = await page.evaluate(place, "120.00")
    await page.mouse.move(*before)
    await page.mouse.down()
    await page.mouse.move(*amount, steps=4)
    await page.mouse.up()
    await page.wait_for_function(
        "() => document.querySelector('#desk-here .card input[name=value]')?.value === 'EUR 120.00'"
    )
    assert await page.locator(f"{CARD} .picked").count() == 2


async def test_a_name_that_nobody_here_has_is_asked_about_before_it_is_assigned(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await studio.person("Grace")
    await _open(page, studio)
    await page.keyboard.press("a")
    await page.keyboard.type("grace")
    await page.keyboard.press("Enter")
    warned = page.locator("#desk-assign [data-unknown]")
    await warned.wait_for()
    assert "called grace; Grace is" in await warned.inner_text()
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".toast:has-text('grace is asked')")


async def test_who_may_not_change_the_worksheet_is_offered_no_promise(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    address = "/w/invoices/review/trust?path=net"
    async with studio.client(await studio.person("Ed", "editor")) as http:
        assert 'data-do="promise"' in await (await http.get(address)).text()
    async with studio.client(await studio.person("Rita", "reviewer")) as http:
        assert 'data-do="promise"' not in await (await http.get(address)).text()


async def test_the_cells_of_a_file_that_cannot_be_read_are_decided_with_one_key(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENT_MS)
    path, torn = tmp_path / "papers.md", tmp_path / "torn.pdf"
    path.write_text("# Papers\n\n## Number\n\n## Total\n- type: money\n\n## Due\n", "utf-8")
    torn.write_bytes(b"%PDF-1.7 nothing else")
    sheet = await studio.workspace.new_worksheet("papers", path)
    await sheet.add(torn)
    await sheet.run()

    async def decided() -> list[str]:
        cells = (await sheet.table()).rows[0].cells
        return [one.step_name for one in cells if one.verdict and one.verdict.kind != "undone"]

    await _open(page, studio, "/w/papers/review")
    assert "and 2 more of this file" in await page.inner_text("#desk-queue")
    box = page.locator(f"{CARD} input[name=alike]")
    await page.wait_for_selector(f"{CARD} input[name=alike]:checked")
    await page.keyboard.press("t")
    await page.wait_for_selector(f"{CARD} input[name=alike]:not(:checked)")
    await page.keyboard.press("x")
    await page.wait_for_function(
        "() => document.querySelector('#desk-queue').innerText.includes('and 1 more of this file')"
    )
    assert len(await decided()) == 1
    await page.wait_for_selector(f"{CARD} input[name=alike]:checked")
    await page.fill(f"{CARD} input[name=value]", "7")
    assert await box.is_disabled()  # a value is said of one cell alone
    await page.fill(f"{CARD} input[name=value]", "")
    await page.keyboard.press("Escape")
    await page.keyboard.press("x")
    await page.wait_for_selector("#desk-empty:not([hidden])")
    await page.wait_for_function("() => !document.querySelector('#desk-queue a')")
    assert sorted(await decided()) == ["Due", "Number", "Total"]
    await page.keyboard.press("u")
    await page.wait_for_selector(f"{CARD} input[name=alike]")
    assert len(await decided()) == 1
    await page.keyboard.press("?")
    assert "together" in await page.inner_text("dialog.keys-help")

"""The case page in a real browser: values beside their places, decisions by keyboard, and documents
that can do no harm."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice, use_model
from tests.sdk.test_nested import ACME
from tests.sdk.test_nested import PROCEDURE as ORDERS
from tests.sdk.test_written import NET, VAT, WRITES
from tests.sdk.test_written import PROCEDURE as LETTERS
from tests.serve.conftest import RunningStudio

ON = ".field.on"
CLOSE_PT = 4.0
PATIENT_MS = 30_000
CLASH = "## Net\n- type: money\n\n## Double\n- type: money\n`{Net} * 2`\n"


async def _address(studio: RunningStudio, sheet: Worksheet, name: str, step: str = "") -> str:
    case = next(one for one in await sheet.cases() if one.name == name)
    tail = f"#f-{step}" if step else ""
    return f"{studio.url}/w/{sheet.name}/cases/{case.id}{tail}"


async def _open(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_selector(".leaf img:not([hidden])")
    await page.wait_for_selector(ON)


async def _box(page: Page) -> dict[str, float]:
    """The box of the place that is shown, in points."""
    await page.wait_for_selector(".leaf-boxes .box.on", state="attached")
    told = await page.locator(".leaf-boxes .box.on").first.evaluate(
        "one => ({x: +one.getAttribute('x'), y: +one.getAttribute('y'),"
        " right: +one.getAttribute('x') + +one.getAttribute('width')})"
    )
    return dict(told)


@pytest.fixture
async def claims(studio: RunningStudio) -> Worksheet:
    """One claim of the samples: a form, a mail, a policy and a receipt."""
    with resources.as_file(resources.files("casework.samples") / "claims") as source:
        sheet = await studio.workspace.new_worksheet("claims", source / "procedure.md")
        await sheet.add(source / "documents" / "MB-2024-03107", case="MB-2024-03107")
    await sheet.run()
    return sheet


async def test_a_value_leads_to_its_place_and_a_derived_one_to_those_of_its_inputs(
    studio: RunningStudio, claims: Worksheet, page: Page
) -> None:
    (case,) = await claims.cases()
    await _open(page, await _address(studio, claims, case.name))
    await page.click('[data-field="amount-claimed"] .value')
    assert await page.inner_text("[data-title]") == "claim-form.pdf"
    form = next(one for one in case.documents if one.name == "claim-form.pdf")
    words = await claims.paper.words(form.sha256, 1)
    spot = next(one for one in words.words if one.text == "2,384.60")
    box = await _box(page)
    assert abs(box["right"] - spot.x1) < CLOSE_PT
    assert abs(box["y"] - spot.y0) < CLOSE_PT
    await page.click('[data-field="payable"] .value')
    assert "Amount claimed - Deductible" in await page.inner_text(f"{ON} .expression")
    seen = []
    for _ in range(3):
        seen.append(await page.inner_text(f"{ON} [data-place-now]"))
        await page.keyboard.press("]")
        await expect(page.locator(f"{ON} [data-place-now]")).not_to_have_text(seen[-1])
    assert [one.partition(", of ")[2] for one in seen] == [
        "Amount claimed",
        "Deductible",
        "Sum insured",
    ]
    assert await page.inner_text(f"{ON} [data-place-now]") == seen[0]
    await page.click(f"{ON} .tree [data-goto=deductible]")
    assert await page.get_attribute(ON, "data-field") == "deductible"
    assert await page.inner_text("[data-title]") == "policy-extract.pdf"


async def test_a_place_leads_to_every_value_that_rests_on_it(
    studio: RunningStudio, claims: Worksheet, page: Page
) -> None:
    (case,) = await claims.cases()
    await _open(page, await _address(studio, claims, case.name, "deductible"))
    box = await page.locator(".leaf-boxes .box.on").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.wait_for_selector(".uses:not([hidden])")
    assert "Deductible" in await page.inner_text(".uses")
    await page.keyboard.press("Escape")
    assert await page.is_hidden(".uses")


async def _select(page: Page, first: str, last: str) -> None:
    """Select the words from the first to the last of these on the page, as with a mouse."""
    await page.wait_for_selector(".leaf-words tspan", timeout=PATIENT_MS)
    await page.evaluate(
        """([first, last]) => {
          const words = [...document.querySelectorAll(".leaf-words tspan")];
          const end = words.findIndex((one) => one.textContent === last);
          const start = words.findLastIndex((one, at) => at <= end && one.textContent === first);
          const range = document.createRange();
          range.setStart(words[start].firstChild, 0);
          range.setEnd(words[end].firstChild, words[end].textContent.length);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          const pages = document.querySelector(".pages");
          pages.dispatchEvent(new MouseEvent("mouseup", {bubbles: true}));
        }""",
        [first, last],
    )


async def test_words_selected_on_the_page_become_the_value_with_their_place(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    page.set_default_timeout(PATIENT_MS)
    await _open(page, await _address(studio, invoices, "A-3", "total-due"))
    await _select(page, "EUR", "100.00")
    field = page.locator(f"{ON} .editor-input input")
    await field.wait_for()
    assert await field.input_value() == "EUR 100.00"
    await page.locator(".editor-read", has_text="from A-3.txt, page 1").wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-field=total-due][data-verdict=corrected]")
    view = (await invoices.cell("A-3", "Total due")).cell
    assert view.shown == "EUR 100.00"
    assert view.verdict is not None
    assert view.verdict.note == ""
    assert [(one.quote, one.grade) for one in view.proof.citations] == [("EUR 100.00", "exact")]
    await page.click("[data-field=vat] .value")
    await page.click("[data-field=total-due] .value")
    assert await page.inner_text(f"{ON} [data-place-now]") == "1 of 1: A-3.txt, page 1"
    assert abs((await _box(page))["right"] - view.proof.citations[0].boxes[0].x1) < CLOSE_PT
    assert "by a person · line 6" in await page.inner_text(f"{ON} .tag")
    await page.keyboard.press("h")
    checks = await page.inner_text("#history .checks >> nth=0")
    assert "the quote stands there letter by letter and bears the value: EUR 100.00" in checks
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await page.wait_for_selector("[data-field=total-due][data-verdict='']")
    await page.keyboard.press("y")
    await page.wait_for_selector("[data-field=total-due][data-verdict=corrected]")
    assert len(await page.locator("[data-field=total-due]").get_attribute("data-places") or "") > 2


async def test_the_place_of_a_value_that_a_person_took_leads_back_to_it(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    page.set_default_timeout(PATIENT_MS)
    await _open(page, await _address(studio, invoices, "A-4", "total-due"))
    await _select(page, "EUR", "10.00")
    await page.locator(f"{ON} .editor-input input").wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-field=total-due][data-verdict=corrected]")
    await page.click("[data-field=total-due] .value")
    box = await page.locator(".leaf-boxes .box.on").bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.wait_for_selector(".uses:not([hidden])")
    told = await page.locator(".uses li").all_inner_texts()
    assert any("Total due" in one and "taken by" in one for one in told)
    assert any("Net" in one and "taken by" not in one for one in told)


async def test_a_place_goes_with_a_part_of_its_words_and_with_no_others(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    page.set_default_timeout(PATIENT_MS)
    await _open(page, await _address(studio, invoices, "A-4", "total-due"))
    await _select(page, "Net", "10.00")
    field = page.locator(f"{ON} .editor-input input")
    await field.wait_for()
    await field.fill("EUR 10.00")
    await page.locator(".editor-read", has_text="from A-4.txt, page 1").wait_for()
    await field.fill("EUR 11.00")
    await expect(page.locator(".editor-read")).not_to_contain_text("from A-4.txt")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-field=total-due][data-verdict=corrected]")
    view = (await invoices.cell("A-4", "Total due")).cell
    assert (view.shown, view.proof.kind, view.proof.citations) == ("EUR 11.00", "person", ())


async def test_a_conflict_shows_both_places_and_a_key_chooses(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "net.md").write_text(CLASH, "utf-8")
    folder = tmp_path / "one"
    folder.mkdir()
    for name, net in (("first", "100.00"), ("second", "200.00")):
        text = f"INVOICE {name}\n\nNet amount: EUR {net}\n"
        (folder / f"{name}.txt").write_text(text, "utf-8")
    sheet = await studio.workspace.new_worksheet("nets", tmp_path / "net.md")
    await sheet.add(folder, case="one")
    await sheet.run()
    assert (await sheet.cell("one", "Net")).cell.absence == "conflict"
    await _open(page, await _address(studio, sheet, "one", "net"))
    assert "1 conflict" in await page.inner_text("#case-bar")
    await page.wait_for_selector(f"{ON} .cut image", state="attached")
    assert await page.locator(f"{ON} .cut image").count() == 2
    assert await page.locator(".leaf-boxes .box.clash").count() == 1
    await page.keyboard.press("2")
    await page.wait_for_selector("[data-field=net][data-verdict=corrected]")
    said = (await sheet.cell("one", "Net")).cell.shown
    assert said in ("EUR 100.00", "EUR 200.00")
    assert "conflict" not in await page.inner_text("#case-bar")
    await page.click("#case-bar >> text=Run…")
    await page.click("[data-run-case]")
    double = "EUR 200.00" if said == "EUR 100.00" else "EUR 400.00"
    await page.wait_for_function(
        "told => document.querySelector('[data-field=double]').dataset.shown === told", arg=double
    )


async def test_a_case_is_worked_through_by_keyboard_alone(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _open(page, await _address(studio, invoices, "A-1", "invoice-number"))
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-field=invoice-number][data-verdict=accepted]")
    assert await page.get_attribute(ON, "data-field") == "net"
    await page.keyboard.press("j")
    await page.keyboard.press("e")
    await page.wait_for_selector(f"{ON} .take")
    await page.keyboard.press("ArrowDown")
    assert await page.evaluate("document.activeElement.classList.contains('take')")
    await page.keyboard.press("Escape")
    assert await page.locator(".editor").count() == 0
    await page.keyboard.press("n")
    await page.wait_for_selector("[data-field=vat][data-verdict=corrected]")
    assert (await invoices.cell("A-1", "VAT")).cell.absence == "not_found"
    await page.keyboard.press("h")
    history = page.locator("#history")
    await history.locator("li").first.wait_for()
    assert "History of VAT" in await history.inner_text()
    assert await history.locator("ol.history > li").count() == 2
    assert "fingerprint" in await history.inner_text()
    await page.keyboard.press("Escape")
    assert await history.is_hidden()
    await page.keyboard.press(".")
    await page.wait_for_url("**/cases/*")
    await page.wait_for_function("document.querySelector('#case-bar h1').textContent === 'A-2'")
    assert "2 of 4" in " ".join((await page.inner_text(".place-in")).split())


async def test_what_others_do_appears_and_what_is_being_typed_stays(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _open(page, await _address(studio, invoices, "A-1", "net"))
    await page.keyboard.press("e")
    await page.fill(f"{ON} .editor-input input", "EUR 77.")
    await invoices.accept("A-1", "VAT")
    await page.wait_for_selector("[data-field=vat][data-verdict=accepted]")
    assert await page.input_value(f"{ON} .editor-input input") == "EUR 77."
    assert await page.evaluate("document.activeElement.closest('.editor') !== null")


async def test_names_and_texts_of_documents_are_inert(
    studio: RunningStudio, page: Page, procedure: Path, tmp_path: Path
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    (tmp_path / f"{evil}.txt").write_text(
        f"INVOICE\n\nInvoice number: <script>alert(2)</script>\n{evil}\nTotal due: EUR 3.00\n",
        "utf-8",
    )
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    sheet = await studio.workspace.new_worksheet("evil", procedure)
    await sheet.add(tmp_path / f"{evil}.txt")
    await sheet.run()
    await sheet.correct("1", "Invoice number", '"><svg onload=alert(3)>', note=evil)
    (case,) = await sheet.cases()
    await _open(page, f"{studio.url}/w/evil/cases/{case.id}#f-invoice-number")
    await page.keyboard.press("h")
    await page.wait_for_selector("#history li")
    await page.keyboard.press("e")
    await page.wait_for_selector(".leaf-words tspan")
    await page.evaluate(  # the error of a picture comes after those of the pictures before it
        "() => new Promise((done) => {"
        " const one = new Image(); one.onerror = done; one.src = 'data:,'; })"
    )
    assert alerts == []
    assert await page.locator("img[src=x], svg[onload], main script").count() == 0
    assert evil in await page.inner_text("[data-title]")
    assert await page.evaluate(
        "[...document.querySelectorAll('.leaf-words tspan')]"
        ".some((one) => one.textContent.includes('alert(2)'))"
    )


async def test_a_written_result_leads_from_each_sentence_to_what_it_rests_on(
    studio: RunningStudio,
    page: Page,
    tmp_path: Path,
    own_configuration: Path,
    server: ScriptedServer,
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [WRITES, NET, VAT]})
    (tmp_path / "check.md").write_text(LETTERS, "utf-8")
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    async with await Workspace.open(studio.workspace.folder) as other:
        sheet = await other.new_worksheet("check", tmp_path / "check.md")
        await sheet.add(tmp_path / "a.txt")
        await sheet.run()
    sheet = await studio.workspace.worksheet("check")
    await _open(page, await _address(studio, sheet, "a", "memo"))
    memo = page.locator("[data-field=memo]")
    assert "forgery” stands in nothing" in await memo.inner_text()
    await memo.locator(".sentences [data-goto=vat]").click()
    assert await page.get_attribute(ON, "data-field") == "vat"
    assert await page.inner_text(f"{ON} [data-place-quote]") == "VAT 19 %: EUR 19.00"
    await page.keyboard.press("h")
    await page.click("#history details summary")
    told = await page.locator("#history").text_content()
    assert told is not None
    assert "scripted-2026-01-01" in told
    assert "Net amount: EUR 100.00" in told
    href = await page.locator("#history a", has_text="as JSON").get_attribute("href")
    answer = await page.request.get(f"{studio.url}{href}")
    assert json.loads(await answer.text())["work"][0]["calls"] == 1


async def test_the_rows_of_a_table_open_like_any_other_value(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "order.md").write_text(ORDERS, "utf-8")
    (tmp_path / "acme.csv").write_text(ACME, "utf-8")
    sheet = await studio.workspace.new_worksheet("orders", tmp_path / "order.md")
    await sheet.add(tmp_path / "acme.csv")
    await sheet.run()
    await _open(page, await _address(studio, sheet, "acme"))
    await page.locator(".rows [data-goto$='.amount']").nth(1).click()
    assert "200.00" in await page.inner_text(f"{ON} .value")
    assert (await _box(page))["x"] > 0
    await page.locator(".rows [data-goto$='.agreed']").first.click()
    await page.keyboard.press("1")
    await page.wait_for_selector(f"{ON}[data-verdict=corrected]")
    assert (await sheet.cell("acme/Lines/1", "Agreed")).cell.shown == "yes"


async def test_a_long_document_is_loaded_only_where_it_is_looked_at(
    studio: RunningStudio, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "long.md").write_text("## Reference number\n", "utf-8")
    lines = [f"Nothing is said in line {number} of it." for number in range(3000)]
    lines[2500] = "Reference number: QX-2500-77"
    (tmp_path / "long.txt").write_text("\n".join(lines), "utf-8")
    sheet = await studio.workspace.new_worksheet("long", tmp_path / "long.md")
    await sheet.add(tmp_path / "long.txt")
    await sheet.run()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if ".png" in one.url else None)
    await _open(page, await _address(studio, sheet, "long", "reference-number"))
    await _box(page)
    assert await page.locator(".leaf").count() > 40
    assert await page.locator(".leaf img[src]").count() < 8
    await page.keyboard.press("f")
    await page.fill("#seek-text", "line 2990 of")
    await page.wait_for_selector(".box.hit.now", state="attached")
    assert await page.inner_text("[data-hits]") == "1 of 1"
    assert await page.locator(".leaf img[src]").count() < 8
    assert len(asked) < 20


async def test_the_page_fits_every_screen_in_light_and_dark(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _open(page, await _address(studio, invoices, "A-3", "total-due"))
    await page.keyboard.press("h")
    await page.wait_for_selector("#history li")
    grounds = set()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        grounds.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
        for width in (320, 720, 3840):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            box = await page.locator(f"{ON} .value").bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    assert len(grounds) == 2


async def test_a_case_without_documents_and_one_that_cannot_be_read_say_what_to_do(
    studio: RunningStudio, page: Page, procedure: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    sheet = await studio.workspace.new_worksheet("odd", procedure)
    await sheet.add(tmp_path / "broken.pdf")
    await sheet.run()
    (case,) = await sheet.cases()
    await page.goto(f"{studio.url}/w/odd/cases/{case.id}")
    note = page.locator(".doc-note:not([hidden])")
    assert "broken.pdf is broken" in await note.inner_text()
    (tmp_path / "other.txt").write_text(invoice("A-9"), "utf-8")
    await sheet.add(tmp_path / "other.txt")
    await sheet.move("other.txt", case="other", to=case.name)
    bare = next(one for one in await sheet.cases() if not one.documents)
    await page.goto(f"{studio.url}/w/odd/cases/{bare.id}")
    assert "This case has no document" in await page.inner_text("#desk")


async def _with_a_draft(sheet: Worksheet) -> None:
    """A pending change by which all sums agree."""
    assert sheet.procedure_path is not None
    text = sheet.procedure_path.read_text("utf-8")
    assert "{Net} + {VAT} == {Total due}" in text
    text = text.replace("{Net} + {VAT} == {Total due}", "{Net} + {VAT} > 0")
    sheet.procedure_path.write_text(text, "utf-8")
    await sheet.changes.run()


async def test_a_draft_stands_after_the_value_in_force_and_is_adopted_or_left_in_its_cell(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    await _with_a_draft(invoices)
    await _open(page, await _address(studio, invoices, "A-3", "sums-agree"))
    assert " ".join((await page.inner_text(f"{ON} [data-show]")).split()) == "no → a draft says yes"
    await page.click(f"{ON} [data-do=adopt]")
    await page.wait_for_selector("[data-field=sums-agree] [data-show]:not(:has(.draft))")
    assert (await invoices.cell("A-3", "Sums agree")).cell.shown == "yes"


async def test_who_may_not_run_sees_a_draft_and_cannot_adopt_it(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    await _with_a_draft(invoices)
    case = next(one for one in await invoices.cases() if one.name == "A-3")
    address = f"/w/invoices/cases/{case.id}"
    said = {"step": "sums-agree", "decided": "adopted"}
    async with studio.client(await studio.person("Rita", "reviewer")) as http:
        told = await (await http.get(f"{address}/form")).text()
        assert "a draft says" in told
        assert 'data-do="adopt"' not in told
        assert (await http.post(f"{address}/proposal", json=said)).status == 403
    async with studio.client(await studio.person("Ed", "editor")) as http:
        answer = await http.post(f"{address}/proposal", json={**said, "decided": "kept"})
        assert "stays as it is" in (await answer.json())["said"]
    assert (await invoices.cell("A-3", "Sums agree")).cell.shown == "no"

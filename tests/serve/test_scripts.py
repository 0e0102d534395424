"""What others wrote stays text: names of files, cases, people, steps and views, values, notes, tags
and documents that carry scripts are shown on every page, and nothing of them runs."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from casework.sdk.told_places import ToldPlace
from casework.sdk.worksheet import Worksheet
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

MARK = "window.__ran = 1"
HOSTILE = f"<img src=x onerror='{MARK}'><script>{MARK}</script>"
QUOTED = f"\" onmouseover='{MARK}' autofocus onfocus=\"{MARK}\" x='"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{MARK}"><script>{MARK}</script></svg>'
HTML = (
    f"<!doctype html><title>x</title><body onload='{MARK}'><p>{{told}}</p><script>{MARK}</script>"
)
PAGES = (
    "/", "/w/invoices", "/w/invoices?q=%3Cscript%3E", "/w/invoices/review", "/w/invoices/procedure",
    "/w/invoices/runs", "/w/invoices/calls", "/w/invoices/costs", "/review", "/runs", "/api",
    "/settings/people", "/settings/keys", "/settings/locks", "/settings/webhooks",
    "/settings/retention", "/settings/deeds", "/settings/all", "/settings/account",
)  # fmt: skip
MADE = """() => ({
    ran: window.__ran ?? null,
    // Nothing that listens by an attribute, and no script in the page itself.
    handlers: [...document.querySelectorAll("*")]
        .flatMap((one) => one.getAttributeNames()).filter((name) => /^on/.test(name)),
    scripts: document.querySelectorAll("script:not([src]):not([type='application/json'])").length,
    strange: document.querySelectorAll("img[src='x']").length,
})"""
NOTHING: dict[str, object] = {"ran": None, "handlers": [], "scripts": 0, "strange": 0}


async def hostile(studio: RunningStudio, sheet: Worksheet, folder: Path) -> str:
    """A case whose every word is written against its readers; its id."""
    inbox = folder / "hostile"
    inbox.mkdir()
    name = HOSTILE.replace("/", "∕")
    (inbox / f"{name}.txt").write_text(
        invoice(HOSTILE) + f"\nSupplier: {HOSTILE}\n{QUOTED}\n", "utf-8"
    )
    (inbox / f"{QUOTED}.html").write_text(HTML.format(told=invoice("B-1")), "utf-8")
    (inbox / "drawn.svg").write_text(SVG, "utf-8")
    await sheet.add(inbox, case=HOSTILE)
    await sheet.run()
    case = (await sheet.cases())[-1]
    paper = next(one for one in case.documents if one.name.endswith(".txt"))
    at = [ToldPlace(paper.sha256, 1, HOSTILE), ToldPlace(paper.sha256, 1, QUOTED + HOSTILE)]
    await sheet.correct(case.id, "Invoice number", HOSTILE, note=QUOTED + HOSTILE, at=at)
    workspace = studio.workspace
    await workspace.people.add("eve", name=HOSTILE[:100], role="reviewer")
    await workspace.keys.make(HOSTILE[:90], may=["read"])
    await workspace.webhooks.add(f"https://example.com/{QUOTED}", note=HOSTILE)
    return case.id


async def test_nothing_that_others_wrote_runs_on_any_page(
    studio: RunningStudio, invoices: Worksheet, page: Page, tmp_path: Path
) -> None:
    case = await hostile(studio, invoices, tmp_path)
    run = (await invoices.runs())[0].id
    seen = []
    for path in (*PAGES, f"/w/invoices/cases/{case}", f"/w/invoices/runs/{run}"):
        answer = await page.goto(studio.url + path)
        assert answer is not None
        assert answer.status == 200, path
        await page.wait_for_load_state("load")
        await page.wait_for_timeout(250)
        assert await page.evaluate(MADE) == NOTHING, path
        if "<img src=x" in await page.evaluate("document.body.innerText"):
            seen.append(path)
    assert f"/w/invoices/cases/{case}" in seen  # it is shown, as the text that it is
    assert "/settings/people" in seen


async def test_a_document_with_scripts_comes_as_a_file_and_never_as_a_page(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    name = 'a"; filename=evil.html; x=".html'
    (inbox / name).write_text(HTML.format(told=invoice("B-1")), "utf-8")
    await invoices.add(inbox, case="B-1")
    document = (await invoices.cases())[-1].documents[0]
    async with studio.client() as http:
        for path in (
            f"/w/invoices/documents/{document.sha256}/file",
            f"/api/v1/worksheets/invoices/documents/{document.sha256}/file",
        ):
            answer = await http.get(path)
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"].startswith("sandbox")
            told = answer.headers["Content-Disposition"]
            assert told.startswith("attachment")
            assert ";" not in told.removeprefix("attachment;")  # one parameter, and no second name

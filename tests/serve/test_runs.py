"""Runs, calls and costs as a person looks at them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casework.sdk.observing.views import CallFilter
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from casework.types.values import Json
from tests.sdk.conftest import use_model
from tests.serve.conftest import RunningStudio

PROCEDURE = """# Letters

## Sender
- type: text
Who wrote the letter.

## Tone
- by: model
- type: choice: kind, curt
Say how {Sender} sounds.
"""
SENDER: Json = {
    "status": "found",
    "value": "ann",
    "quotes": [{"document": "d1", "quote": "yours, ann"}],
    "note": "",
}


@pytest.fixture
def model(own_configuration: Path, server: ScriptedServer) -> ScriptedServer:
    """A model before the workspace opens: it answers for the sender and says nothing of tone."""
    use_model(own_configuration, server)
    server.play(
        rules=[
            {"match": "# Sender", "answer": SENDER},
            {"match": "<script>", "answer": "no JSON"},
            {"match": "", "answer": "no JSON at all"},
        ]
    )
    return server


@pytest.fixture
async def letters(model: ScriptedServer, studio: RunningStudio, tmp_path: Path) -> Worksheet:
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in ("ann", "bob"):
        (folder / f"{name}.txt").write_text(f"Dear <b>all</b>,\n\nyours, {name}\n", "utf-8")
    (tmp_path / "letters.md").write_text(PROCEDURE, "utf-8")
    sheet = await studio.workspace.new_worksheet("letters", tmp_path / "letters.md")
    await sheet.add(folder)
    await sheet.run()
    return sheet


async def test_a_run_shows_its_steps_over_time_and_its_failures_by_reason(
    letters: Worksheet, studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/letters/runs")
    await page.click("text=Run 1")
    await expect(page.locator("svg.timeline")).to_be_visible()
    await expect(page.locator(".failures")).to_contain_text("in Tone")
    await expect(page.locator("#slowest")).to_have_text("Slowest cells")
    await page.click("section[aria-labelledby=slowest] a >> nth=0")
    await page.wait_for_url("**/cases/*#f-*")
    step = page.url.rpartition("#f-")[2]
    await expect(page.locator(f"[data-field='{step}']")).to_have_class(re.compile(r"\bon\b"))


async def test_a_run_that_asked_no_model_tells_how_long_its_cells_were_worked_on(
    invoices: Worksheet, studio: RunningStudio, page: Page
) -> None:
    run = (await invoices.observing.all())[-1].run
    await page.goto(f"{studio.url}/w/invoices/runs/{run.id}")
    await expect(page.locator("svg.timeline text").last).to_contain_text("s")
    slowest = page.locator("section[aria-labelledby=slowest] tbody tr")
    await expect(slowest).not_to_have_count(0)
    await expect(slowest.first).not_to_contain_text(re.compile(r"\b0\.0 ms"))
    report = await invoices.observing.one(run.id)
    assert all(step.busy_s > 0 for step in report.steps)
    assert all(step.first <= step.last for step in report.steps)
    assert all(pulse.at < pulse.until <= 1 for pulse in report.pulses)
    assert sum(pulse.cells for pulse in report.pulses) == sum(step.cells for step in report.steps)


async def test_a_call_is_found_read_marked_tagged_and_found_again(
    letters: Worksheet, studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/letters/calls")
    await expect(page.locator("tr[data-call]")).not_to_have_count(0)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator("#call .message").first).to_be_visible()
    await page.check("#call input[value='wrong value']")
    await page.fill("#call textarea", "<img src=x onerror=alert(1)>")
    await page.check("#call input[name=mark][value='-1']")
    await page.click("#call button:has-text('Keep')")
    await expect(page.locator("#call textarea")).to_have_value("<img src=x onerror=alert(1)>")
    await page.goto(f"{studio.url}/w/letters/calls?mark=-1")
    await expect(page.locator("tr[data-call]")).to_have_count(1)
    await expect(page.locator("tr[data-call]")).to_contain_text("wrong value")
    await expect(page.locator(".chips")).to_contain_text("wrong value 1")
    found = await letters.calls.page(CallFilter(text="onerror"))
    assert len(found.calls) == 1


async def test_costs_tell_models_steps_and_that_no_cap_is_set(
    letters: Worksheet, studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/letters/costs")
    await expect(page.locator("#models")).to_have_text("By model")
    await expect(page.locator("main")).to_contain_text("No cap is set")
    costs = await letters.costing.costs()
    assert costs.all.calls == sum(step.used.calls for step in costs.steps)
    assert costs.all.calls > 0
    await page.goto(f"{studio.url}/runs")
    await expect(page.locator("table.runs")).to_contain_text("letters")


async def test_a_case_is_found_from_every_page_by_keyboard(
    letters: Worksheet, studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/letters/runs")
    await page.keyboard.press("/")
    await page.keyboard.type("bob")
    await expect(page.locator("[role=option]").first).to_contain_text("bob")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/cases/*")


async def test_calls_of_documents_that_may_not_be_read_are_absent(
    letters: Worksheet, workspace: Workspace
) -> None:
    document = (await letters.cases())[0].documents[0]
    await letters.documents.set_readers(document.sha256, ["legal"])
    everybody = await letters.calls.page()
    outsider = Person("p1", "Olga", "reviewer", frozenset({"sales"}))
    theirs = await (await workspace.acting_as(outsider).worksheet("letters")).calls.page()
    assert 0 < len(theirs.calls) < len(everybody.calls)
    assert all(call.case_name != document.name for call in theirs.calls)

"""Writing a step in the side panel: tried while one types, its impact told, applied, decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model
from tests.serve.conftest import RunningStudio

PROCEDURE = """# Invoice check

## Net
- type: money
- model: embedded

## Total due
- type: money
- model: embedded
The amount payable, including tax.

## Decision
- type: choice: pay, query
Pay when {Total due} is there.

## Note
`"paid" if {Decision} == "pay" else "asked"`
"""


def said(value: str) -> Json:
    claims: Json = [{"text": f"The total says {value}", "cells": ["total-due"]}]
    return {"status": "answered", "value": value, "claims": claims, "note": ""}


@pytest.fixture
async def workspace(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Workspace]:
    """A workspace with a model that says query to whom the word careful is said, else pay."""
    use_model(own_configuration, server)
    rules: Json = [
        {"match": "careful", "answer": said("query")},
        {"match": "", "answer": said("pay")},
    ]
    server.play(rules=rules)
    async with await Workspace.create(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
async def sheet(studio: RunningStudio, tmp_path: Path) -> Worksheet:
    return await made(studio.workspace, tmp_path, PROCEDURE)


async def made(workspace: Workspace, folder: Path, text: str) -> Worksheet:
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in range(7):
        (inbox / f"A-{number}.txt").write_text(
            invoice(f"A-{number}", total=f"{119 + number}.00"), "utf-8"
        )
    path = folder / "checks.md"
    path.write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("checks", path)
    await sheet.add(inbox)
    await sheet.run()
    return sheet


async def open_panel(page: Page, studio: RunningStudio, step: str) -> None:
    await page.goto(f"{studio.url}/w/checks?step={step}")
    await page.wait_for_selector("#step-told [data-look]")


async def test_a_step_is_edited_tried_previewed_applied_compared_and_adopted_by_cell(
    studio: RunningStudio, sheet: Worksheet, page: Page, server: ScriptedServer
) -> None:
    await sheet.accept("A-0", "Decision")
    text = sheet.procedure_path.read_text("utf-8")
    await open_panel(page, studio, "decision")
    area = page.locator("#step-instruction")
    await area.press("End")
    await area.press_sequentially(" Be careful with {ne")
    await expect(page.locator("#step-names [role=option]")).to_have_count(1)
    await area.press("Enter")
    assert (await area.input_value()).endswith("Be careful with {Net}")
    await expect(page.locator(".mirror .ref")).to_have_text(["{Total due}", "{Net}"])
    # the draft beside what is in force, on five pinned cases
    await page.wait_for_selector("[data-draft][data-done=yes]")
    rows = page.locator("#step-sample tbody tr")
    await expect(rows).to_have_count(5)
    await expect(rows.nth(1)).to_contain_text("The total says query")
    await expect(rows.nth(0)).to_contain_text("pay stays; shown as a conflict")
    await expect(page.locator("#step-sample header")).to_contain_text("5 change")
    assert sheet.procedure_path.read_text("utf-8") == text
    assert (await sheet.plan()).empty
    # the impact, by scope; the button repeats the number
    figures = page.locator("#step-impact .figures")
    await expect(figures).to_contain_text("of 28 cells13")
    await expect(page.locator("#step-impact")).to_contain_text("because its instruction changed")
    await expect(page.locator("#step-impact")).to_contain_text("5 are taken from memory")
    await page.check("#step-impact [value=unverified]")
    button = page.locator("[data-act=apply]")
    await expect(button).to_contain_text("old beside new")
    await page.check("#step-impact [value=all]")
    calls = server.stats().calls
    await expect(button).to_have_text("Run 13 cells, old beside new")
    await button.click()
    # old beside new; nothing that was paid is paid again
    await page.wait_for_selector("[data-change][data-open=yes]")
    assert server.stats().calls - calls == 2
    change = page.locator("#change")
    await expect(change).to_contain_text("Agrees with 0 of 1 verified value; before 1.")
    await change.get_by_role("button", name="Adopt A-1, Decision").click()
    await expect(change.locator(".decided")).to_contain_text(
        "1 cell adopted; version 2 is in force"
    )
    table = await sheet.table()
    told = {
        c.case_name: c.shown for row in table.rows for c in row.cells if c.step_id == "decision"
    }
    assert told["A-1"] == "query"
    assert told["A-2"] == "pay"
    await change.get_by_role("button", name="Keep all old").click()
    await expect(change.locator(".decided")).to_contain_text("kept")
    assert await sheet.changes.open() is None


async def test_mistakes_stand_by_their_line_while_one_types_and_nothing_is_tried(
    studio: RunningStudio, sheet: Worksheet, page: Page, server: ScriptedServer
) -> None:
    await open_panel(page, studio, "decision")
    calls = server.stats().calls
    area = page.locator("#step-instruction")
    await area.fill("Pay.\nSee {Totl due}.")
    mistake = page.locator("#step-told .mistakes li")
    await expect(mistake).to_contain_text("Did you mean {Total due}?")
    await expect(mistake.locator(".at")).to_have_text("line 2")
    await mistake.locator(".at").click()
    assert (
        await area.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
        == "See {Totl due}."
    )
    await page.wait_for_timeout(800)
    assert server.stats().calls == calls
    assert await page.locator("[data-draft]").count() == 0


async def test_a_new_step_is_written_by_keyboard_alone(
    studio: RunningStudio, sheet: Worksheet, page: Page
) -> None:
    await page.goto(f"{studio.url}/w/checks")
    await page.wait_for_selector("[data-new-step]")
    await page.focus("[data-new-step]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".step-name:focus")
    await page.keyboard.type("Twice")
    await page.focus("#step-instruction")
    await page.keyboard.type("`{Net")
    await page.wait_for_selector("#step-names [role=option]")
    await page.keyboard.press("Tab")
    await page.keyboard.type(" * 2`")
    await expect(page.locator("#step-told")).to_contain_text("Gives money (what the rule gives)")
    await page.wait_for_selector("[data-draft][data-done=yes]")
    await expect(page.locator("#step-sample tbody tr").first).to_contain_text("200.00")
    await page.locator("[data-act=save]").press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Saved in the procedure")
    assert sheet.procedure_path.read_text("utf-8") == f"{PROCEDURE}\n## Twice\n`{{Net}} * 2`\n"


async def test_drafts_of_two_panels_do_not_disturb_each_other(
    studio: RunningStudio, sheet: Worksheet
) -> None:
    async with studio.client() as http:
        form = await sheet.drafting.form("note")

        async def draft(panel: str, instruction: str) -> str:
            told = {"name": "Note", "step": "note", "instruction": instruction, "panel": panel}
            answer = await http.post("/w/checks/steps/sample", data={**told, "over": form.sha256})
            assert answer.status == 200
            text = await answer.text()
            while 'data-done="no"' in text:
                id = text.split('data-draft="')[1].split('"')[0]
                answer = await http.get(f"/w/checks/steps/sample/{id}", params={"panel": panel})
                text = await answer.text()
            return text

        one, two = await asyncio.gather(
            draft("a", '`"first" if {Decision} == "pay" else "x"`'),
            draft("b", '`"second" if {Decision} == "pay" else "x"`'),
        )
    assert "first" in one
    assert "second" not in one
    assert "second" in two
    assert (await sheet.plan()).empty


async def test_a_newer_draft_of_the_same_panel_takes_the_place_of_the_one_before(
    studio: RunningStudio, sheet: Worksheet, server: ScriptedServer
) -> None:
    rules: Json = [{"match": "", "answer": said("pay")}]
    server.play(rules=rules, latency_ms=2000)
    async with studio.client() as http:
        told = {
            "name": "Decision",
            "step": "decision",
            "panel": "a",
            "key_type": "choice: pay, query",
        }
        slow = await http.post("/w/checks/steps/sample", data={**told, "instruction": "A {Net}."})
        text = await slow.text()
        assert "at work" in text
        server.play(rules=rules)
        await http.post("/w/checks/steps/sample", data={**told, "instruction": "B {Net}."})
        id = text.split('data-draft="')[1].split('"')[0]
        gone = await http.get(f"/w/checks/steps/sample/{id}", params={"panel": "a"})
        assert gone.status == 204


async def test_the_budget_and_a_missing_model_are_told_in_words(
    studio: RunningStudio, sheet: Worksheet, own_configuration: Path, page: Page
) -> None:
    await sheet._house.store.drafts.use(sheet.id, sheet._house.today(), 1, 0.25)
    async with studio.client() as http:
        told = {
            "name": "Decision",
            "step": "decision",
            "panel": "a",
            "key_type": "choice: pay, query",
        }
        answer = await http.post("/w/checks/steps/sample", data={**told, "instruction": "C {Net}."})
        text = await answer.text()
        while 'data-done="no"' in text:
            id = text.split('data-draft="')[1].split('"')[0]
            answer = await http.get(f"/w/checks/steps/sample/{id}", params={"panel": "a"})
            text = await answer.text()
    assert "$0.25 of the $0.25 that draft.budget allows" in text
    assert "draft.budget" in text


async def test_whoever_only_reads_sees_the_step_and_cannot_write(
    studio: RunningStudio, sheet: Worksheet
) -> None:
    reader = await studio.person("Rea", role="reader")
    async with studio.client(reader) as http:
        panel = await (await http.get("/w/checks/steps/decision")).text()
        assert "editors and owners write steps" in panel
        assert "<textarea" not in panel
        answer = await http.post("/w/checks/steps/save", data={"name": "X", "step": "note"})
        assert answer.status == 403


async def test_a_name_or_value_with_markup_stays_text(
    studio: RunningStudio, sheet: Worksheet
) -> None:
    async with studio.client() as http:
        told = {
            "name": "<img src=x onerror=alert(1)>",
            "instruction": "See {<b>no</b>}.",
            "step": "",
        }
        text = await (await http.post("/w/checks/steps/look", data=told)).text()
    assert "<img" not in text
    assert "<b>no</b>" not in text


async def test_a_scope_takes_the_cases_that_have_a_value_and_never_all_for_none(
    studio: RunningStudio, sheet: Worksheet
) -> None:
    told = {"name": "Note", "step": "note", "panel": "a", "scope": "where"}
    told |= {"instruction": '`"ok" if {Decision} == "pay" else "x"`', "where_step": "total-due"}
    async with studio.client() as http:
        one = {**told, "where_value": "EUR 120.00"}
        text = await (await http.post("/w/checks/steps/impact", data=one)).text()
        assert "Run <data" in text
        assert ">1</data> cell, old beside new" in text
        none = {**told, "where_value": "EUR 999.00"}
        text = await (await http.post("/w/checks/steps/impact", data=none)).text()
        assert "No case fits this scope" in text
        assert "data-act" not in text
        await http.post("/w/checks/steps/apply", data=none)
    assert await sheet.changes.open() is None
    assert sheet.procedure_path.read_text("utf-8") == PROCEDURE

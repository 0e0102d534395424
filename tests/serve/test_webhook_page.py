"""Webhooks in the settings, in a real browser: what one is told of is changed by keyboard, a test
says what came of it, and nothing that a filter names is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from casework.sdk.testing import ScriptedReceiver
from casework.sdk.worksheet import Worksheet
from casework.types.webhook import Filter
from tests.serve.axe import violations
from tests.serve.conftest import RunningStudio

LONG_MS = 30_000


@pytest.fixture
async def receiver(studio: RunningStudio) -> AsyncIterator[ScriptedReceiver]:
    with ScriptedReceiver() as running:
        await studio.workspace.configuration.put("outside.private", running.host)
        yield running


async def test_steps_and_states_are_changed_by_keyboard(
    studio: RunningStudio, invoices: Worksheet, receiver: ScriptedReceiver, page: Page
) -> None:
    old = Filter(("cell.settled",), ("invoices",), ("gone-step",), ("failed",))
    made = await studio.workspace.webhooks.add(
        receiver.url, filter=old, readers=["north"], note="books"
    )
    await page.goto(f"{studio.url}/settings/webhooks")
    row = page.locator("tbody tr")
    await expect(row).to_contain_text("of gone-step")
    await expect(row).to_contain_text("that came to failed")
    await row.get_by_role("link", name="Change").press("Enter")
    await page.wait_for_selector("h1:text('Change a webhook')")
    assert await violations(page) == []
    await page.locator("summary", has_text="invoices").press("Enter")
    net = page.get_by_label("Net", exact=True)
    await net.press("Space")
    await page.get_by_label("no value").press("Space")
    await page.get_by_label("failed").press("Space")
    await page.get_by_label("Note").fill("ledger")
    await page.keyboard.press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text("is changed")
    await page.wait_for_function("() => document.activeElement.matches('h1')")
    await expect(row).to_contain_text("of Net, gone-step")
    await expect(row).to_contain_text("that came to no value")
    found = await studio.workspace.webhooks.get(made.webhook.id)
    assert found.filter == Filter(
        ("cell.settled",), ("invoices",), ("net", "gone-step"), ("absent",)
    )
    assert (found.note, found.readers, found.version) == ("ledger", frozenset({"north"}), 2)
    assert await violations(page) == []


async def test_a_webhook_is_added_with_steps_and_states_and_told_of_these_alone(
    studio: RunningStudio, invoices: Worksheet, receiver: ScriptedReceiver, page: Page
) -> None:
    await page.goto(f"{studio.url}/settings/webhooks")
    await page.locator("#hook-url").fill(receiver.url)
    await page.get_by_label("cell.settled").check()
    await page.locator("summary", has_text="invoices").click()
    await page.get_by_label("VAT", exact=True).check()
    await page.get_by_label("a value").check()
    await page.get_by_role("button", name="Add it").click()
    await page.wait_for_selector(".settings-secret code")
    await invoices.run(cases=["A-1"], force=True)
    told = await asyncio.to_thread(receiver.wait, 1, seconds=LONG_MS / 1000)
    assert {(one.type, str(one.data["step"])) for one in told} == {("cell.settled", "vat")}
    await page.goto(f"{studio.url}/settings/webhooks")
    await expect(page.locator("tbody tr")).to_contain_text("taken, it answered 204")


async def test_a_test_says_what_came_of_it_without_looking_again(
    studio: RunningStudio, receiver: ScriptedReceiver, page: Page
) -> None:
    await studio.workspace.webhooks.add(receiver.url)
    await page.goto(f"{studio.url}/settings/webhooks")
    await page.get_by_role("button", name="Test").press("Enter")
    result = page.locator("#hook-tested")
    await expect(result).to_have_text("The test was taken: it answered 204.", timeout=LONG_MS)
    await expect(page.locator("tbody tr").first).to_contain_text("204")
    assert await violations(page) == []
    receiver.answers(500)
    await page.get_by_role("button", name="Test").press("Enter")
    await expect(result).to_contain_text(
        "The test was not taken. The address answered 500.", timeout=LONG_MS
    )
    await expect(page.locator("tbody tr").first).to_contain_text("The address answered 500.")
    await page.wait_for_function("() => document.activeElement.id === 'hook-test'")


async def test_two_who_change_one_webhook_do_not_undo_each_other(
    studio: RunningStudio, receiver: ScriptedReceiver, browser: Browser
) -> None:
    made = await studio.workspace.webhooks.add(receiver.url)
    page = await (await browser.new_context(locale="en-GB")).new_page()
    await studio.enter(page)
    await page.goto(f"{studio.url}/settings/webhooks/{made.webhook.id}/change")
    await studio.workspace.webhooks.change(made.webhook.id, note="of another")
    await page.get_by_label("Note").fill("mine")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.locator("body")).to_contain_text("was changed meanwhile")
    assert await page.get_by_label("Note").input_value() == "mine"
    assert (await studio.workspace.webhooks.get(made.webhook.id)).note == "of another"


async def test_the_form_works_without_scripts_and_refuses_what_is_no_state(
    studio: RunningStudio, invoices: Worksheet, receiver: ScriptedReceiver
) -> None:
    made = await studio.workspace.webhooks.add(receiver.url)
    at = f"/settings/webhooks/{made.webhook.id}/change"
    async with studio.client() as http:
        assert "Change a webhook" in await (await http.get(at)).text()
        told = [("url", receiver.url), ("version", "1"), ("steps", "net"), ("steps", "net")]
        answer = await http.post(at, data=[*told, ("states", "value")])
        assert "<!doctype html>" in await answer.text()
        refused = await http.post(at, data=[*told[:1], ("version", "2"), ("states", "idle")])
        assert refused.status == 400
        assert "No cell is told of as" in await refused.text()
    found = await studio.workspace.webhooks.get(made.webhook.id)
    assert found.filter == Filter(steps=("net",), states=("value",))

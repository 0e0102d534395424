"""A model set up in the settings, from its address to the first worksheet that it works for, in a
real browser; and what is said where it does not work."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.types.values import Json
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

LONG_MS = 60_000
RIGHT, WRONG = "sk-right-4711", "sk-wrong-0815"
HTMX = {"HX-Request": "true"}
PROCEDURE = """# Tones

## Number
- type: text
- model: embedded
The invoice number.

## Tone
- type: choice: kind, curt
- by: model
- model: best
Say how {Number} sounds.
"""
KIND: Json = [
    {
        "match": "",
        "answer": {
            "status": "answered",
            "value": "kind",
            "claims": [{"text": "It has a number.", "cells": ["number"]}],
            "note": "",
        },
    }
]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a host that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


async def add(page: Page, studio: RunningStudio, name: str, address: str, key: str = "") -> None:
    """Add a provider with a default model by the form, by keyboard."""
    await page.goto(f"{studio.url}/settings/models")
    for field, value in (("provider", name), ("address", address), ("key", key), ("model", "m")):
        await page.fill(f"#add-{field}", value)
    await page.keyboard.press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text(f"{name} is set up.")


async def tried(page: Page, role: str, act: str) -> Locator:
    """What is said when the model of a role is tested or timed."""
    row = page.locator(".settings-row", has=page.locator(f"#role-{role}"))
    said = page.locator(f"#tested-{role} .settings-tested")
    if await said.count():
        await said.evaluate("one => one.remove()")
    await row.get_by_role("button", name=act).press("Enter")
    await expect(said).to_be_visible(timeout=LONG_MS)
    return said


async def test_a_model_is_set_up_and_works_for_a_worksheet(
    studio: RunningStudio, server: ScriptedServer, page: Page, tmp_path: Path
) -> None:
    server.play(rules=KIND, key=RIGHT, dialect="openai")
    (tmp_path / "tones.md").write_text(PROCEDURE, "utf-8")
    (tmp_path / "a.txt").write_text(invoice("A-1"), "utf-8")
    sheet = await studio.workspace.new_worksheet("tones", tmp_path / "tones.md")
    await sheet.add(tmp_path / "a.txt")
    # with a wrong key it is said that it is the key
    await add(page, studio, "openai", server.base_url, WRONG)
    said = await tried(page, "default", "Test")
    await expect(said).to_contain_text("refuse")
    await expect(said).to_contain_text("key")
    assert WRONG not in await page.content()
    # the right one is kept in its place
    row = page.locator("tbody tr", has_text="openai")
    await row.locator("summary").press("Enter")
    await row.get_by_label("Key of openai").fill(RIGHT)
    await page.keyboard.press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text("is kept in your key file")
    await expect(await tried(page, "default", "Test")).to_contain_text("answered")
    timed = await tried(page, "default", "Time")
    await expect(timed).to_contain_text("5 of 5 answered: median")
    # a role of its own, for the step that asks for it
    await page.fill("#role-best", "openai:thorough")
    await page.keyboard.press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text(
        "The model of the role best is openai:thorough"
    )
    await page.goto(f"{studio.url}/w/tones")
    await page.wait_for_selector("html[data-ready=sheet]")
    await page.locator("[data-plan]").click()
    await page.locator("[data-go=run]").click()
    await expect(page.locator('[data-row="0"] [data-column="2"]')).to_contain_text(
        "kind", timeout=LONG_MS
    )
    assert (await sheet.cell("a", "Tone")).cell.shown == "kind"
    body = server.requests()[-1]["body"]
    assert '"thorough"' in (body if isinstance(body, str) else json.dumps(body))
    assert RIGHT not in await page.content()


async def _invoices(studio: RunningStudio, folder: Path, cases: int) -> Worksheet:
    """A worksheet that was read without a model: one cell a case."""
    (folder / "papers.md").write_text("# Papers\n\n## Invoice number\n", "utf-8")
    sheet = await studio.workspace.new_worksheet("papers", folder / "papers.md")
    for number in range(1, cases + 1):
        (folder / f"A-{number}.txt").write_text(invoice(f"A-{number}"), "utf-8")
        await sheet.add(folder / f"A-{number}.txt")
    await sheet.run()
    return sheet


async def test_what_goes_out_of_date_is_said_before_a_model_is_added_and_may_stay(
    studio: RunningStudio, server: ScriptedServer, page: Page, tmp_path: Path
) -> None:
    sheet = await _invoices(studio, tmp_path, 2)
    await page.goto(f"{studio.url}/settings/models")
    told = page.locator("#outdated-add [data-outdated]")
    await expect(told).to_contain_text("Steps that read documents will ask the model too")
    await expect(told).to_contain_text("2 cells go out of date in 1 worksheet until a run")
    for field, value in (("provider", "office"), ("address", server.base_url), ("model", "m")):
        await page.fill(f"#add-{field}", value)
    await told.get_by_label("Keep reading documents without a model").check()
    await page.get_by_role("button", name="Add it").press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text("office is set up.")
    settings = studio.workspace.settings
    assert (settings.text("extract.with"), settings.text("model.default")) == (
        "embedded", "office:m",
    )  # fmt: skip
    assert (await sheet.plan()).count() == 0
    # nothing is left that another one would put out of date
    said = page.locator("#outdated-default [data-outdated]")
    async with asyncio.timeout(60):  # the page has just been renewed, and may not listen yet
        while not await said.count():
            await page.fill("#role-default", "")
            await page.fill("#role-default", "office:other")
            await page.wait_for_timeout(1_000)
    await expect(said).to_contain_text("No cell goes")


async def test_a_role_says_before_it_is_kept_what_goes_out_of_date(
    studio: RunningStudio, server: ScriptedServer, page: Page, tmp_path: Path
) -> None:
    sheet = await _invoices(studio, tmp_path, 1)
    await studio.workspace.configuration.put("provider.office.base_url", server.base_url)
    await page.goto(f"{studio.url}/settings/models")
    told = page.locator("#outdated-default [data-outdated]")
    await page.fill("#role-default", "office:")
    await page.fill("#role-default", "office:m")
    await expect(told).to_contain_text("1 cell goes out of date in 1 worksheet")
    await page.focus("#role-default")
    await page.keyboard.press("Enter")
    await expect(page.locator(".settings-done")).to_contain_text("is office:m")
    assert (await sheet.plan()).count() == 1


async def test_whoever_may_not_manage_is_not_told_what_a_model_would_change(
    studio: RunningStudio,
) -> None:
    person = await studio.person("Edda", role="editor")
    async with studio.client(person) as http:
        answer = await http.get("/settings/models/outdated", params={"model": "a:b"})
        assert answer.status == 403


async def test_a_host_that_is_not_there_is_told_in_words(studio: RunningStudio, page: Page) -> None:
    with socket.socket() as taken:  # bound and not listening: nothing can answer there
        taken.bind(("127.0.0.1", 0))
        await studio.workspace.configuration.put("model.tries", "1")
        await add(page, studio, "office", f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        for act in ("Test", "Time"):
            said = await tried(page, "default", act)
            await expect(said).to_contain_text("Nothing answers at")
            await expect(said).to_contain_text("is base_url right?")
            await expect(said.get_by_role("img", name="It does not answer")).to_be_visible()
    await add(page, studio, "lab", "https://models.invalid/v1")
    said = await tried(page, "default", "Test")
    await expect(said).to_contain_text("is not known here")


async def test_a_host_that_is_slow_is_told_in_words(
    studio: RunningStudio, page: Page, silent: str
) -> None:
    await studio.workspace.configuration.put("model.tries", "1")
    await studio.workspace.configuration.put("model.timeout", "1")
    await add(page, studio, "office", silent)
    said = await tried(page, "default", "Test")
    await expect(said).to_contain_text("gave no answer within 1 s.")
    await expect(said).to_contain_text("Set model.timeout higher if the model needs longer.")


async def test_an_address_that_is_none_is_refused_and_an_open_one_warned_of(
    studio: RunningStudio,
) -> None:
    async with studio.client() as http:
        for address, status, words in (
            ("models.example.com", 400, "does not say how it is spoken to"),
            ("http://models.example.com/v1", 200, "unencrypted"),
        ):
            told = {"provider": "office", "address": address, "model": "m"}
            answer = await http.post("/settings/models/add", data=told, headers=HTMX)
            text = await answer.text()
            assert answer.status == status
            assert words in text

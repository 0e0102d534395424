"""The settings in a browser and over HTTP: changed in place, by keyboard, in force at once."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

from casework.base.keys import key_file
from casework.models.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from tests.serve.conftest import RunningStudio

SECTIONS = ("models", "people", "locks", "keys", "retention", "webhooks", "all", "deeds", "about",
            "account")  # fmt: skip
HTMX = {"HX-Request": "true"}


async def test_every_section_opens_and_fits_a_narrow_screen(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    for width in (1440, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        for name in SECTIONS:
            answer = await page.goto(f"{studio.url}/settings/{name}")
            assert answer is not None
            assert answer.status == 200, name
            await page.wait_for_selector("#section h1")
            wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{name} at {width}"


async def test_a_setting_is_found_and_changed_by_keyboard_and_counts_at_once(
    studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/settings/all")
    await page.keyboard.press("/")
    await page.keyboard.type("run.cases")
    row = page.locator("#set-run-cases")
    assert await page.locator(".setting:visible").count() == 1
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("7")
    await page.keyboard.press("Enter")
    await row.locator(".setting-said").wait_for()
    assert await row.locator("input[name=value]").input_value() == "7"
    assert "workspace file" in await row.inner_text()
    assert studio.workspace.settings.integer("run.cases") == 7
    await row.locator("button[name=default]").press("Enter")
    await row.locator("button[name=default]").wait_for(state="detached")
    assert studio.workspace.settings.integer("run.cases") != 7


async def test_a_value_that_does_not_fit_is_said_and_nothing_changes(
    studio: RunningStudio,
) -> None:
    async with studio.client() as http:
        for name, value in (("run.cases", "many"), ("model.replay.x", "1"), ("oidc.role", "boss")):
            answer = await http.post(f"/settings/all/{name}", data={"value": value}, headers=HTMX)
            assert answer.status == 400, name
            assert 'role="alert"' in await answer.text()


async def test_a_model_is_added_tested_and_its_key_never_shown(
    studio: RunningStudio, server: ScriptedServer, page: Page
) -> None:
    secret = "sk-of-a-test-4711"
    await page.goto(f"{studio.url}/settings/models")
    await page.fill("#add-provider", "office")
    await page.fill("#add-address", server.base_url)
    await page.fill("#add-key", secret)
    await page.fill("#add-model", "scripted")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=office is set up.")
    assert await page.input_value("#role-default") == "office:scripted"
    await page.locator(".settings-row", has_text="default").locator("text=Test").click()
    await page.wait_for_selector("#tested-default svg")
    assert secret not in await page.content()
    assert secret in key_file().read_text("utf-8")
    assert key_file().stat().st_mode & 0o077 == 0
    kept = b"".join(p.read_bytes() for p in studio.workspace.folder.rglob("*") if p.is_file())
    assert secret.encode() not in kept


async def test_people_are_added_and_given_roles_without_leaving_the_page(
    studio: RunningStudio, page: Page
) -> None:
    await page.goto(f"{studio.url}/settings/people")
    await page.fill("#new-login", "ada")
    await page.fill("#new-name", "Ada <b>Lovelace</b>")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=/enter/")
    [ada] = await studio.workspace.people.all()
    assert (ada.name, ada.role) == ("Ada <b>Lovelace</b>", "owner")
    assert await page.locator("td b, th b").count() == 0
    await studio.workspace.people.add("olga", role="owner")
    await page.select_option(f"#role-{ada.id}", "reviewer")
    await page.wait_for_selector("text=is reviewer now.")
    assert (await studio.workspace.people.all())[0].role == "reviewer"


async def test_the_last_owner_is_not_taken_away(studio: RunningStudio) -> None:
    made = await studio.workspace.people.add("ada", role="owner")
    async with studio.client() as http:
        answer = await http.post(
            f"/settings/people/{made.id}/role", data={"role": "reader"}, headers=HTMX
        )
        assert answer.status == 409
        assert "only owner" in await answer.text()


async def test_a_step_is_locked_and_let_go(studio: RunningStudio, invoices: Worksheet) -> None:
    ada = await studio.person("Ada")
    async with studio.client() as http:
        told = [("step", "net"), ("what", "decide"), ("whom", "owner"), ("whom", ada.id)]
        answer = await http.post("/settings/locks/invoices", data=told, headers=HTMX)
        assert "owner, Ada" in " ".join((await answer.text()).split()) or answer.status == 200
        [lock] = await invoices.locks.all()
        assert set(lock.whom) == {"owner", ada.id}
        await http.post("/settings/locks/invoices", data=told[:2], headers=HTMX)
    assert await invoices.locks.all() == []


async def test_a_key_is_shown_once(studio: RunningStudio, invoices: Worksheet) -> None:
    async with studio.client() as http:
        told = [("name", "nightly"), ("may", "decide"), ("worksheets", "invoices"), ("days", "9")]
        made = await (await http.post("/settings/keys/make", data=told, headers=HTMX)).text()
        secret = made.partition("<code>")[2].partition("</code>")[0]
        for part in made.split("<code>")[1:]:
            if part.startswith("ck_") and len(part.partition("</code>")[0]) > 20:
                secret = part.partition("</code>")[0]
        person = await studio.workspace.keys.person_of(secret)
        assert person is not None
        assert person.worksheets == frozenset({"invoices"})
        assert secret not in await (await http.get("/settings/keys")).text()
        [key] = await studio.workspace.keys.all()
        await http.post(f"/settings/keys/{key.id}/revoke", headers=HTMX)
    assert await studio.workspace.keys.person_of(secret) is None


async def test_what_is_due_is_looked_at_before_it_is_forgotten(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    cases = await invoices.cases()
    times = studio.workspace._house.store.cases.set_times
    await times(cases[0].id, "2020-01-01T00:00:00.000Z", "2020-01-02T00:00:00.000Z")
    async with studio.client() as http:
        kept = await (await http.get("/settings/retention")).text()
        assert "kept for good" in kept
        due = await http.post("/settings/retention/days", data={"days": "30"}, headers=HTMX)
        assert "A-1.txt" in await due.text()
        looked = await http.post("/settings/retention/look", headers=HTMX)
        assert "1 documents and" in await looked.text()
        wrong = await http.post("/settings/retention/forget", data={"expected": "99"}, headers=HTMX)
        assert wrong.status == 400
        gone = await http.post("/settings/retention/forget", data={"expected": "1"}, headers=HTMX)
        assert "1 documents were forgotten" in await gone.text()
    assert [one.note for one in await studio.workspace.forgotten()] == [
        "kept for 30 days after their cases were decided"
    ]


async def test_what_was_done_is_listed_and_exported_without_formulas(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    await studio.workspace.people.add("ada", name="=HYPERLINK(1)", role="owner")
    account = await studio.workspace._house.store.people.by_login("ada")
    assert account is not None
    await studio.workspace.acting_as(account.person()).keys.make("k")
    async with studio.client() as http:
        shown = await (await http.get("/settings/deeds?what=keys")).text()
        assert "ApiKeys.make" in shown
        await studio.workspace.people.change(account.id, name="Ada L")
        changed = await (await http.get("/settings/deeds?what=People.change")).text()
        assert "Ada L" in changed.partition("<tbody>")[2]
        assert account.id not in changed.partition("<tbody>")[2]
        assert "Worksheet.run" not in shown
        answer = await http.get("/settings/deeds/export.csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="deeds.csv"'
        table = await answer.text()
    assert "'=HYPERLINK(1)" in table
    assert ",=HYPERLINK" not in table


async def test_settings_that_came_with_a_workspace_wait_for_trust(
    studio: RunningStudio, page: Page
) -> None:
    file: Path = studio.workspace.folder / "settings.toml"
    file.write_text('[model]\ndefault = "evil:model"\n', "utf-8")
    await page.goto(f"{studio.url}/settings/models")
    await page.wait_for_selector("text=This workspace brought settings of its own")
    assert await page.input_value("#role-default") == ""
    await page.click("text=Trust these")
    await page.wait_for_selector("text=are trusted now")
    assert await page.input_value("#role-default") == "evil:model"


async def test_a_webhook_is_made_with_all_that_it_may_be_told_and_its_deliveries_are_sent_again(
    studio: RunningStudio, invoices: Worksheet, page: Page
) -> None:
    hooks = studio.workspace.webhooks
    await page.goto(f"{studio.url}/settings/webhooks")
    await page.fill("#hook-url", "https://hooks.example.com/casework")
    await page.check("input[value='case.decided']")
    await page.check("input[name=worksheets][value=invoices]")
    await page.check("input[name=include][value=values]")
    await page.fill("#hook-readers", "north, south")
    await page.keyboard.press("Enter")
    first = await page.inner_text(".settings-once code")
    [hook] = await hooks.all()
    assert (hook.filter.events, hook.filter.worksheets) == (("case.decided",), ("invoices",))
    assert (hook.include, hook.readers) == ("values", frozenset({"north", "south"}))
    page.on("dialog", lambda asked: asked.accept())
    await page.click("text=New secret")
    await page.wait_for_selector("text=For a day")
    assert await page.inner_text(".settings-once code") != first
    await page.click("text=Pause")
    await page.wait_for_selector(".tag:has-text('paused')")
    told = await hooks.test(hook.id)
    store = studio.workspace._house.store.deliveries
    await store.ended(told.id, "dead", status=503, problem="It said no.")
    await page.click("text=Deliveries")
    await page.wait_for_selector("td:has-text('It said no.')")
    await page.click("a:has-text('never taken')")
    await page.click("button:text-is('Send again')")
    await page.wait_for_selector("text=1 is told once more.")
    assert [one.state for one in await hooks.deliveries(hook.id)] == ["waiting"]

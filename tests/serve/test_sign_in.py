"""Coming in over HTTP and in a browser: links, passwords, cookies, out again."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, DummyCookieJar
from playwright.async_api import Browser, Page

from casework.base.errors import ConflictError, UsageError
from casework.sdk.workspace import Workspace
from casework.serve.app import create_app
from casework.serve.options import Options
from casework.serve.run import free_port
from casework.serve.starting import Wanted, check_people, listening, options_of
from tests.serve.conftest import RunningStudio

GOOD = "four words in a row"


async def test_a_link_sets_a_strict_cookie_and_works_once(studio: RunningStudio) -> None:
    link = await studio.workspace.entering.link()
    async with ClientSession(studio.url, cookie_jar=DummyCookieJar()) as http:
        first = await http.get(f"/enter/{link.token}", allow_redirects=False)
        cookie = first.headers["Set-Cookie"]
        assert cookie.startswith(f"{studio.cookie}=")
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "Path=/" in cookie
        assert "Secure" not in cookie
        second = await http.get(f"/enter/{link.token}")
        assert second.status == 401
        assert "used already" in await second.text()
        assert "Set-Cookie" not in second.headers


async def test_over_tls_the_cookie_is_bound_to_its_host() -> None:
    from starlette.responses import Response

    from casework.serve.auth.cookies import cookie_name, keep_token

    options = Options(port=443, secure=True, public=True, name="studio.example.com")
    answer = Response()
    keep_token(answer, "token", options, seconds=60)
    told = answer.headers["set-cookie"]
    assert cookie_name(options) == "__Host-casework"
    assert "Secure" in told
    assert "Domain" not in told
    assert options.url == "https://studio.example.com"


async def test_somebody_signs_in_with_a_password_and_out_again(studio: RunningStudio) -> None:
    await studio.workspace.people.add("ada", name="Ada", role="owner", password=GOOD)
    jar = CookieJar(unsafe=True)
    async with ClientSession(studio.url, cookie_jar=jar) as http:
        told = {"login": "ada", "password": GOOD, "next": "/settings/about"}
        inside = await http.post("/sign-in", data=told)
        assert "/settings/about" in await inside.text()
        page = await http.get("/settings/account")
        text = await page.text()
        assert "Ada (ada), owner" in text
        found = re.search('name="csrf-token" content="([0-9a-f]+)"', text)
        assert found is not None
        gone = await http.post("/sign-out", data={"csrf": found[1]}, allow_redirects=False)
        assert (gone.status, gone.headers["Location"]) == (303, "/sign-in")
        again = await http.get("/settings", headers={"Accept": "text/html"}, allow_redirects=False)
        assert again.status == 303


async def test_guessing_is_slowed_down_and_says_how_long(studio: RunningStudio) -> None:
    await studio.workspace.people.add("ada", role="owner", password=GOOD)
    async with ClientSession(studio.url, cookie_jar=DummyCookieJar()) as http:
        for _ in range(5):
            wrong = await http.post("/sign-in", data={"login": "ada", "password": "wrong one"})
            assert wrong.status == 401
        right = await http.post("/sign-in", data={"login": "ada", "password": GOOD})
        assert right.status == 429
        assert 1 <= int(right.headers["Retry-After"]) <= 10
        assert "Set-Cookie" not in right.headers


async def test_what_was_typed_comes_back_inert(studio: RunningStudio) -> None:
    await studio.workspace.people.add("ada", role="owner", password=GOOD)
    async with ClientSession(studio.url, cookie_jar=DummyCookieJar()) as http:
        told = {"login": '"><script>alert(1)</script>', "password": "x", "next": '"><b>'}
        answer = await (await http.post("/sign-in", data=told)).text()
    assert "<script>alert" not in answer
    assert '"><b>' not in answer


async def test_two_people_come_in_by_a_browser(studio: RunningStudio, browser: Browser) -> None:
    """A link at the machine, an invitation with a password, and a role that is lost meanwhile."""
    await studio.workspace.people.add("olga", name="Olga", role="owner")
    invited = await studio.workspace.people.invite("olga")
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{studio.url}/enter/{invited.token}")
    await page.fill("#password", GOOD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{studio.url}/")
    assert await page.get_attribute(".me", "aria-label") == "Signed in as Olga: your account"
    await page.goto(f"{studio.url}/settings/people")
    await page.wait_for_selector("text=People and roles")
    machine = await (await browser.new_context()).new_page()
    link = await studio.workspace.entering.link()
    await machine.goto(f"{studio.url}/enter/{link.token}")
    await machine.wait_for_url(f"{studio.url}/")
    await studio.workspace.people.add("ada", name="Ada", role="owner")
    await studio.workspace.people.remove("olga")
    await page.goto(f"{studio.url}/settings/people")
    assert "/sign-in" in page.url


async def test_the_sign_in_page_works_without_a_mouse(studio: RunningStudio, page: Page) -> None:
    await studio.workspace.people.add("ada", name="Ada", role="owner", password=GOOD)
    await page.context.clear_cookies()
    await page.goto(f"{studio.url}/settings/about")
    await page.keyboard.type("ada")
    await page.keyboard.press("Tab")
    await page.keyboard.type(GOOD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{studio.url}/settings/about")


# starting


async def test_beyond_this_machine_nothing_starts_unencrypted(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="not encrypted") as caught:
        options_of(workspace.settings, Wanted(host="0.0.0.0"))
    assert "--certificate" in caught.value.fix
    with pytest.raises(UsageError, match="what it is called"):
        options_of(workspace.settings, Wanted(behind_proxy="10.0.0.1"))
    with pytest.raises(UsageError, match="no address of a proxy"):
        options_of(workspace.settings, Wanted(behind_proxy="0.0.0.0/0"))


async def test_beyond_this_machine_nothing_starts_without_an_owner(workspace: Workspace) -> None:
    wanted = Wanted(behind_proxy="10.0.0.1", public_name="studio.example.com")
    options = options_of(workspace.settings, wanted)
    assert options.public
    assert options.hosts == ("studio.example.com",)
    with pytest.raises(UsageError, match="nobody has an account"):
        await check_people(workspace, options)
    await workspace.people.add("ada", role="editor", password=GOOD)
    with pytest.raises(UsageError):
        await check_people(workspace, options)
    await workspace.people.add("olga", role="owner", password=GOOD)
    await check_people(workspace, options)


async def test_this_machine_alone_needs_neither(workspace: Workspace) -> None:
    options = options_of(workspace.settings, Wanted())
    await check_people(workspace, options)
    assert not options.public
    assert create_app(workspace, options).state.house.options is options


def test_a_port_that_is_taken_gives_way_unless_it_was_asked_for() -> None:
    port = free_port()
    held, options = listening(Options(port=port), exactly=True)
    held.listen()
    try:
        with pytest.raises(ConflictError, match="is taken"):
            listening(Options(port=port), exactly=True)
        other, moved = listening(Options(port=port), exactly=False)
        other.close()
        assert moved.port > options.port
    finally:
        held.close()


async def test_the_command_starts_a_studio_and_makes_another_link(
    workspace: Workspace, tmp_path: Path
) -> None:
    import os
    import sys

    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    casework = [sys.executable, "-m", "casework.cli.main", "-w", str(workspace.folder), "studio"]
    told = [*casework, "--port", "0", "--no-open", "--json"]
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(*told, stdout=pipe, env=environment)
    try:
        assert running.stdout is not None
        line = await asyncio.wait_for(running.stdout.readline(), 60)
        import json

        first = json.loads(line)["link"]
        more = await asyncio.create_subprocess_exec(
            *casework, "--link", stdout=pipe, env=environment
        )
        second = (await more.communicate())[0].decode().strip()
        assert first.partition("/enter/")[0] == second.partition("/enter/")[0]
        async with ClientSession() as http:
            for link in (first, second):
                assert (await http.get(link)).status == 200
    finally:
        running.terminate()
        await running.wait()

"""A running studio over a workspace of one's own, and a real browser that looks at it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, DummyCookieJar
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.house import Options
from casework.serve.run import free_port, server_of
from casework.types.person import LOCAL, Person, Role
from tests.sdk.conftest import invoice
from tests.sdk.conftest import one_server as one_server
from tests.sdk.conftest import own_configuration as own_configuration
from tests.sdk.conftest import procedure as procedure
from tests.sdk.conftest import server as server
from tests.sdk.conftest import workspace as workspace
from tests.serve.chromium import NONE, REQUIRED, chromium_path, running_chromium

expect.set_options(timeout=30_000)  # a busy machine is slow, and that is no failure

REFUSED = "Failed to load resource: the server responded with a status of 40"


@dataclass
class RunningStudio:
    """A studio that answers at `url`, over an open workspace."""

    url: str
    workspace: Workspace

    async def person(
        self, name: str, role: Role = "reviewer", groups: Sequence[str] | None = None
    ) -> Person:
        """Somebody with an account here; the same again for the same name."""
        login = name.casefold().replace(" ", ".")
        known = {one.login for one in await self.workspace.people.all()}
        if login not in known:
            await self.workspace.people.add(login, name=name, role=role, groups=groups)
        store = self.workspace._house.store
        account = await store.people.by_login(login)
        assert account is not None
        return account.person()

    async def token(self, person: Person | None = None) -> str:
        """A sign-in of somebody; None for whoever sits at the machine."""
        signed = SessionMaker(self.workspace)
        return await signed.make(person.id if person else LOCAL)

    @property
    def cookie(self) -> str:
        """What the cookie of a sign-in is called."""
        return f"casework-{urlsplit(self.url).port}"

    async def enter(self, context: BrowserContext | Page, person: Person | None = None) -> None:
        """Sign somebody in, in a browser's context or in that of a page."""
        at = context.context if isinstance(context, Page) else context
        told = {"name": self.cookie, "value": await self.token(person), "url": self.url}
        await at.add_cookies([told])  # type: ignore[list-item]

    @asynccontextmanager
    async def client(self, person: Person | None = None) -> AsyncIterator[ClientSession]:
        """Somebody who is signed in, without a browser: cookie and word go along by themselves."""
        token = await self.token(person)
        visit = await self.workspace.entering.visit(token)
        assert visit is not None
        headers = {"X-CSRF-Token": visit.csrf, "Cookie": f"{self.cookie}={token}"}
        async with ClientSession(self.url, headers=headers, cookie_jar=DummyCookieJar()) as session:
            yield session


class SessionMaker:
    """Makes sign-ins without a password, as the door of the workspace does after one."""

    def __init__(self, workspace: Workspace) -> None:
        self._entering = workspace.entering

    async def make(self, person: str) -> str:
        """The token of a new sign-in."""
        account = await self._entering._account(person) if person else None
        return (await self._entering._begin(account, "by test")).token


@pytest.fixture
async def studio(workspace: Workspace) -> AsyncIterator[RunningStudio]:
    """The studio over an empty workspace, in this process and this loop."""
    port = free_port()
    options = Options(port=port)
    running = server_of(workspace, options)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield RunningStudio(f"http://127.0.0.1:{port}", workspace)
    running.should_exit = True
    await task


@pytest.fixture
async def invoices(studio: RunningStudio, tmp_path: Path, procedure: Path) -> Worksheet:
    """A worksheet of four invoices, run: one of them does not add up, one has no total."""
    sheet = await studio.workspace.new_worksheet("invoices", procedure)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number, told in (
        ("A-1", invoice("A-1")),
        ("A-2", invoice("A-2", net="250.00", vat="47.50", total="297.50")),
        ("A-3", invoice("A-3", total="120.00")),
        ("A-4", "INVOICE\n\nInvoice number: A-4\nNet amount: EUR 10.00\n"),
    ):
        (inbox / f"{number}.txt").write_text(told, "utf-8")
    await sheet.add(inbox)
    await sheet.run()
    return sheet


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the one Chromium of all tests; they are left out, loudly, where there is
    none."""
    path = chromium_path()
    if not path and os.environ.get(REQUIRED):
        pytest.fail(NONE)
    if not path:
        pytest.skip(NONE)
    with running_chromium(path, tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A real browser without a window; the contexts that a test makes in it end with the test."""
    async with async_playwright() as driver:
        opened = await driver.chromium.connect_over_cdp(chromium)
        yield opened
        for context in opened.contexts[1:]:
            await context.close()
        await opened.close()


@pytest.fixture
async def viewing(
    browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[BrowserContext]:
    """A viewer of 1440 × 900, signed in as whoever sits at the machine where there is a studio;
    what the console complains of fails the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    if "studio" in request.fixturenames:
        await request.getfixturevalue("studio").enter(context)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    yield context
    await context.close()
    if "refused" in request.fixturenames:
        complaints = [said for said in complaints if not said.startswith(REFUSED)]
    assert complaints == []


@pytest.fixture
def refused() -> None:
    """For a test that opens what is not there: the console may say that it was refused."""


@pytest.fixture
async def page(viewing: BrowserContext) -> Page:
    """A page of that viewer."""
    return await viewing.new_page()

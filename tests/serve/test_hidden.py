"""What somebody may not read is absent from whatever the server gives them: every page, part,
stream and table that links of its pages lead to, and the REST interface."""

from __future__ import annotations

import html
import re
from collections import deque
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar

from casework.sdk.worksheet import Worksheet
from casework.serve.rest.api import api_router, specification_of
from casework.serve.rest.asking import PREFIX
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

SECRET = "Zebrafinch"
AMOUNT = "7731.19"
_LINK = re.compile(r'(?:href|src|hx-get|action|data-url)="(/[^"#]*)"')
_LEFT_OUT = ("/static/", "/sign-", "/enter/", "/settings/deeds", "/live", "/api/v1/openapi")
_MOST = 250


async def crawl(http: ClientSession, starts: list[str]) -> dict[str, str]:
    """The text of every page that can be reached from these."""
    waiting, found = deque(starts), dict[str, str]()
    while waiting and len(found) < _MOST:
        path = waiting.popleft()
        if path in found or any(part in path for part in _LEFT_OUT):
            continue
        answer = await http.get(path)
        body = await answer.read()
        text = found[path] = body.decode("utf-8", "replace")
        if "html" in answer.headers.get("Content-Type", ""):
            waiting.extend(html.unescape(link) for link in _LINK.findall(text))
    return found


async def hide(sheet: Worksheet, folder: Path) -> tuple[str, str, list[str]]:
    """A case with one document that south alone may read: its id, its sha256, and its words."""
    file = folder / f"{SECRET}.txt"
    told = invoice(f"{SECRET}-1", net=AMOUNT, vat="1468.93", total="9200.12")
    file.write_text(f"{told}\nSupplier: {SECRET} Ltd\n", "utf-8")
    await sheet.add(file, readers=["south"])
    await sheet.run()
    case = (await sheet.cases())[-1]
    await sheet.correct(case.id, "net", f"EUR {AMOUNT}", note=f"as {SECRET} said")
    return case.id, case.documents[0].sha256, [SECRET, AMOUNT, AMOUNT.replace("7", "7,", 1)]


def addresses(case: str, sha256: str) -> list[str]:
    """What somebody would try who knows the ids."""
    sheet = "/w/invoices"
    return [
        "/",
        "/runs",
        sheet,
        f"{sheet}/window?first=0&count=50",
        f"{sheet}/window?first=0&count=50&q={SECRET}",
        f"{sheet}/find?q={SECRET}",
        f"{sheet}/cases/{case}",
        f"{sheet}/review",
        f"{sheet}/procedure",
        f"{sheet}/runs",
        f"{sheet}/calls",
        f"{sheet}/calls?q={SECRET}",
        f"{sheet}/costs",
        f"{sheet}/documents/{sha256}/pages/1/words",
        f"{sheet}/documents/{sha256}/leaves",
        f"{sheet}/documents/{sha256}/file",
        f"{sheet}/documents/{sha256}/pages/1.png?w=400",
        "/api/v1/worksheets",
        "/api/v1/worksheets/invoices",
        "/api/v1/worksheets/invoices/cases",
        f"/api/v1/worksheets/invoices/cases/{case}",
        f"/api/v1/worksheets/invoices/cases/{case}/cells",
        f"/api/v1/worksheets/invoices/cases/{case}/cells/net",
        "/api/v1/worksheets/invoices/documents",
        f"/api/v1/worksheets/invoices/documents/{sha256}",
        "/api/v1/worksheets/invoices/runs",
        "/api/v1/worksheets/invoices/calls",
        "/api/v1/worksheets/invoices/rows",
        f"/api/v1/worksheets/invoices/rows?q={SECRET}",
        "/api/v1/worksheets/invoices/export?format=csv",
    ]


async def test_nothing_of_a_hidden_document_reaches_somebody_who_may_not_read_it(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    case, sha256, words = await hide(invoices, tmp_path)
    north = await studio.person("Nora", role="reviewer", groups=["north"])
    async with studio.client(north) as http:
        found = await crawl(http, addresses(case, sha256))
    assert len(found) > 30
    leaks = {
        path: word
        for path, text in found.items()
        for word in words
        if word in re.sub(r'(?:value|data-q)="[^"]*"', "", text) and f"q={word}" not in path
    }
    assert leaks == {}


async def test_who_may_read_it_sees_it_in_the_same_places(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    """So that the test above looks where something stands."""
    case, _, _ = await hide(invoices, tmp_path)
    south = await studio.person("Saul", role="reviewer", groups=["south"])
    async with studio.client(south) as http:
        for path in (f"/w/invoices/cases/{case}", "/w/invoices/window?first=0&count=50"):
            assert SECRET in await (await http.get(path)).text(), path


def reads(**named: str) -> list[str]:
    """The address of everything that the API shows, of these things."""
    paths = specification_of(api_router())["paths"]
    assert isinstance(paths, dict)
    told = [path for path, ways in paths.items() if "get" in ways and not path.endswith("/events")]
    found = [re.sub(r"{(\w+)}", lambda it: named.get(it[1], "1"), path) for path in told]
    assert len(found) > 60
    assert all(path.startswith(PREFIX) for path in found)
    return [f"{path}?text={SECRET}" if path.endswith("/find") else path for path in found]


async def leaks(http: ClientSession, paths: list[str], words: list[str]) -> dict[str, str]:
    """Where one of these words stands, refusals among them."""
    found: dict[str, str] = {}
    for path in paths:
        text = await (await http.get(path)).text(errors="replace")
        for word in words:
            if word in text and f"={word}" not in path:
                found[path] = word
    return found


async def test_nothing_that_the_api_shows_or_refuses_tells_of_a_hidden_document(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    case, sha256, words = await hide(invoices, tmp_path)
    run = (await invoices.runs())[0].id
    named = {"case": case, "document": sha256, "run": run, "step": "net", "path": "net"}
    paths = reads(worksheet="invoices", table="net", **named)
    north = await studio.person("Nora", role="owner", groups=["north"])
    async with studio.client(north) as http:
        assert await leaks(http, paths, words) == {}
    south = await studio.person("Saul", role="reviewer", groups=["south"])
    async with studio.client(south) as http:
        assert len(await leaks(http, paths, words)) > 10


async def test_a_key_for_one_worksheet_tells_of_no_other(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path, procedure: Path
) -> None:
    other = await studio.workspace.new_worksheet("Zorkmid", procedure)
    file = tmp_path / "Quagmire.txt"
    file.write_text(invoice("A-1"), "utf-8")  # the same as one of the others holds, nearly
    await other.add(file)
    await other.run()
    case, run = (await other.cases())[0], (await other.runs())[0].id
    known = (await invoices.cases())[0]
    words = ["Zorkmid", "zorkmid", "Quagmire"]
    shared = {"document": known.documents[0].sha256, "step": "net", "path": "net"}
    paths = [
        *reads(worksheet="invoices", case=known.id, run=run, **shared),
        *reads(worksheet="invoices", case=case.id, run=run, **shared),
        "/", "/runs", "/review", "/settings/account", "/w/invoices",
        f"/w/invoices/cases/{known.id}", f"/w/invoices/runs/{run}",
        f"/w/invoices/documents/{known.documents[0].sha256}/uses?page=1",
    ]  # fmt: skip
    key = await studio.workspace.keys.make("one", may=["read"], worksheets=["invoices"])
    headers = {"Authorization": f"Bearer {key.secret}"}
    jar = DummyCookieJar()
    async with ClientSession(studio.url, headers=headers, cookie_jar=jar) as http:
        assert await leaks(http, paths, words) == {}
        assert (await http.get("/")).status == 200
        assert (await http.get("/w/zorkmid")).status == 404

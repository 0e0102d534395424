"""What a request must pass: host, site, session, word, key; and what every answer carries."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession, DummyCookieJar

from casework.sdk.worksheet import Worksheet
from casework.serve.auth.headers import CSP
from casework.serve.auth.origin import is_proxy, origin_of
from casework.serve.auth.paths import own_path
from casework.serve.options import Options
from tests.serve.conftest import RunningStudio

HTML = {"Accept": "text/html"}


def bare(studio: RunningStudio) -> ClientSession:
    """Somebody who is not signed in."""
    return ClientSession(studio.url, cookie_jar=DummyCookieJar())


async def test_without_a_sign_in_pages_lead_to_the_door_and_programs_nowhere(
    studio: RunningStudio,
) -> None:
    async with bare(studio) as http:
        page = await http.get("/settings?x=1", headers=HTML, allow_redirects=False)
        assert page.status == 303
        assert page.headers["Location"] == "/sign-in?next=/settings%3Fx%3D1"
        part = await http.get("/settings", headers={"HX-Request": "true"})
        assert (part.status, part.headers["HX-Redirect"]) == (401, "/sign-in")
        rest = await http.get("/api/v1/worksheets")
        assert rest.status == 401
        assert "header Authorization" in (await rest.json())["fix"]
        assert "json" in rest.headers["Content-Type"]
        door = await http.get("/sign-in")
        assert door.status == 200


async def test_every_answer_carries_the_headers_that_keep_scripts_of_others_out(
    studio: RunningStudio,
) -> None:
    async with studio.client() as http:
        for path in ("/", "/settings/models", "/nowhere", "/sign-in"):
            answer = await http.get(path)
            assert answer.headers["Content-Security-Policy"] == CSP
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in CSP
    assert "frame-ancestors 'none'" in CSP


async def test_a_name_that_was_made_to_lead_here_is_refused(studio: RunningStudio) -> None:
    async with studio.client() as http:
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""):
            answer = await http.get("/", headers={"Host": host})
            assert answer.status == 421, host
            assert "casework" not in (await answer.text()).lower()
        assert (await http.get("/", headers={"Host": "localhost:1"})).status == 200


async def test_a_change_without_the_word_of_the_page_is_refused(studio: RunningStudio) -> None:
    async with studio.client() as http:
        word = str(http.headers["X-CSRF-Token"])
        made = {"login": "eve", "role": "owner"}
        for headers in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": word[:-1] + "x"}):
            answer = await http.post("/settings/people/add", data=made, headers=headers)
            assert answer.status == 403
        del http.headers["X-CSRF-Token"]
        assert (await http.post("/settings/people/add", data=made)).status == 403
        form = await http.post("/settings/people/add", data={**made, "csrf": word})
        assert form.status == 200
    assert [one.login for one in await studio.workspace.people.all()] == ["eve"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_change_that_another_site_sends_is_refused_even_with_the_word(
    studio: RunningStudio, headers: dict[str, str]
) -> None:
    async with studio.client() as http:
        answer = await http.post("/settings/people/add", data={"login": "eve"}, headers=headers)
        assert answer.status == 403
    async with bare(studio) as http:
        answer = await http.post("/sign-in", data={"login": "a", "password": "b"}, headers=headers)
        assert answer.status == 403
    assert await studio.workspace.people.all() == []


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../../../etc/passwd",
        "/static/x/..%2f..%2f..%2fetc/passwd",
        "/static/x/%2e%2e/%2e%2e/security.py",
        "/static/x//etc/passwd",
        "/w/..%2f..%2fetc",
    ],
)
async def test_no_path_leads_out_of_the_assets(studio: RunningStudio, path: str) -> None:
    from yarl import URL

    async with studio.client() as http:
        answer = await http.get(URL(studio.url + path, encoded=True))
        assert answer.status == 404
        assert "root:x:" not in await answer.text()


async def test_a_key_comes_in_without_cookie_or_word_and_only_to_what_it_is_for(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    made = await studio.workspace.keys.make("reader", may=["read"])
    told = {"Authorization": f"Bearer {made.secret}"}
    async with bare(studio) as http:
        assert (await http.get("/w/invoices", headers=told)).status == 200
        refused = await http.post("/settings/people/add", data={"login": "eve"}, headers=told)
        assert refused.status == 403
        for wrong in ("Bearer ck_nonsense", "Basic YTpi", f"Bearer x{made.secret}"):
            answer = await http.get("/w/invoices", headers={"Authorization": wrong})
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_reader_is_refused_below_the_page_with_words(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    ada = await studio.person("Ada", role="reader")
    async with studio.client(ada) as http:
        assert (await http.get("/w/invoices")).status == 200
        hidden = ("models", "people", "locks", "keys", "retention", "webhooks", "all", "deeds")
        for name in hidden:
            refused = await http.get(f"/settings/{name}", headers=HTML)
            assert refused.status == 403, name
            assert "owner" in await refused.text()
        refused = await http.post("/settings/people/add", data={"login": "eve"})
        assert refused.status == 403
        page = await http.get("/settings", headers=HTML)
        assert str(page.url).endswith("/settings/account")


async def test_a_reader_is_told_names_of_people_and_nothing_else_of_them(
    studio: RunningStudio,
) -> None:
    await studio.workspace.people.add("ada@example.com", name="Ada", role="owner")
    eve = await studio.person("Eve", role="reader")
    async with studio.client(eve) as http:
        names = await http.get("/api/v1/people/names")
        assert await names.json() == ["Ada", "Eve"]
        refused = await http.get("/api/v1/people")
        assert refused.status == 403
        assert "ada@example.com" not in await refused.text()
    async with studio.client() as http:
        everybody = await (await http.get("/api/v1/people")).json()
        assert [one["login"] for one in everybody] == ["ada@example.com", "eve"]


def scope(peer: str, **headers: str) -> dict[str, object]:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (peer, 1), "scheme": "http", "headers": told}


def test_what_is_forwarded_counts_only_from_a_named_proxy() -> None:
    forwarded = {
        "host": "inner:8765",
        "x_forwarded_for": "6.6.6.6, 10.0.0.9, 10.0.0.2",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "studio.example.com",
    }
    options = Options(proxies=("10.0.0.0/29",))
    believed = origin_of(scope("10.0.0.1", **forwarded), options)
    assert (believed.address, believed.host) == ("10.0.0.9", "studio.example.com")
    assert believed.secure
    other = origin_of(scope("192.0.2.1", **forwarded), options)
    assert (other.address, other.host, other.secure) == ("192.0.2.1", "inner:8765", False)
    assert not is_proxy("nonsense", options.proxies)


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("/w/x?a=1", "/w/x?a=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/sign-in", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_whoever_signs_in_goes_on_within_these_pages(told: str, path: str) -> None:
    assert own_path(told) == path

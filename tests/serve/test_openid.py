"""Sign-in with an OpenID provider over real HTTP: who comes in, as what, and who does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar

from casework.base.errors import BorderError, SettingsError
from casework.sdk.people.mapping import role_pairs
from casework.sdk.people.scripted_keys import new_key
from casework.sdk.testing import ScriptedProvider
from casework.serve.auth.oidc import ALGORITHMS
from casework.types.values import Json
from tests.serve.conftest import RunningStudio

FAR = 4_000_000_000
"""A moment far ahead, in seconds since 1970."""


@pytest.fixture
async def provider(
    studio: RunningStudio, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ScriptedProvider]:
    monkeypatch.setenv("CASEWORK_OIDC_SECRET", "scripted")
    async with ScriptedProvider() as made:
        put = studio.workspace.configuration.put
        await put("oidc.issuer", made.issuer)
        await put("oidc.client_id", made.client_id)
        await put("oidc.roles", "editor=clerks, owner=admins")
        await put("outside.private", "127.0.0.1")
        yield made


async def come_in(studio: RunningStudio, http: ClientSession) -> ClientResponse:
    """What a browser does: off to the provider, and back."""
    off = await http.get("/sign-in/provider?next=/settings/about", allow_redirects=False)
    assert off.status == 303, await off.text()
    at = await http.get(off.headers["Location"], allow_redirects=False)
    assert at.status == 302
    back = urlsplit(at.headers["Location"])
    return await http.get(f"{back.path}?{back.query}")


def browser(studio: RunningStudio) -> ClientSession:
    return ClientSession(studio.url, cookie_jar=CookieJar(unsafe=True))


async def test_a_member_of_a_group_comes_in_with_its_role(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "7", "name": "Ada", "preferred_username": "ada", "groups": ["clerks"]}
    async with browser(studio) as http:
        assert "Sign in with your company account" in await (await http.get("/sign-in")).text()
        inside = await come_in(studio, http)
        assert "/settings/about" in await inside.text()
        assert "Ada (ada), editor" in await (await http.get("/settings/account")).text()
    [ada] = await studio.workspace.people.all()
    assert (ada.login, ada.role, ada.sign_in) == ("ada", "editor", provider.issuer)


async def test_groups_are_looked_at_with_each_sign_in(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    await studio.workspace.configuration.put("oidc.reader_groups", "north")
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins", "North", "south"]}
    async with browser(studio) as http:
        await come_in(studio, http)
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["clerks"]}
    async with browser(studio) as http:
        await come_in(studio, http)
    [ada] = await studio.workspace.people.all()
    assert (ada.role, ada.groups) == ("editor", frozenset())


async def test_whoever_has_no_role_stays_out(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "8", "name": "Eve", "groups": ["others"]}
    async with browser(studio) as http:
        answer = await come_in(studio, http)
        assert answer.status == 401
        assert "may not come in" in await answer.text()
    assert await studio.workspace.people.all() == []


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize(
    "spoil",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody else"},
        {"aud": ["casework", "other"], "azp": "other"},
        {"exp": 1},
        {"exp": None},
        {"iat": FAR},
        {"nonce": "of another sign-in"},
        {"nonce": None},
    ],
    ids=["issuer", "audience", "party", "expired", "forever", "future", "nonce", "no nonce"],
)
async def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    studio: RunningStudio, provider: ScriptedProvider, algorithm: str, spoil: dict[str, Json]
) -> None:
    provider.algorithm = algorithm
    provider.rotate(keep=0)
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    provider.spoil = spoil
    async with browser(studio) as http:
        assert (await come_in(studio, http)).status == 401
    assert await studio.workspace.people.all() == []


@pytest.mark.parametrize("states", [True, False], ids=["stated", "unstated"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_each_algorithm_that_is_taken_lets_its_people_in(
    studio: RunningStudio, provider: ScriptedProvider, algorithm: str, states: bool
) -> None:
    provider.algorithm, provider.states_algorithm = algorithm, states
    provider.rotate(keep=0)
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["clerks"]}
    async with browser(studio) as http:
        assert (await come_in(studio, http)).status == 200
        assert "Ada (7), editor" in await (await http.get("/settings/account")).text()


@pytest.mark.parametrize(
    "how", ["none", "None", "HS256", "HS512", "another key", "key of its own", "no key"]
)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    studio: RunningStudio, provider: ScriptedProvider, algorithm: str, how: str
) -> None:
    provider.algorithm = algorithm
    provider.rotate(keep=0)
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    match how:
        case "another key":
            provider.sign_with_another_key = True
        case "key of its own":  # a head that brings the key that signed it
            provider.sign_with_another_key = True
            provider.head = {"jwk": new_key("key-2", algorithm).published()}
        case "no key":
            provider.head = {"kid": "of nobody"}
        case _:  # signed by nothing, or by the published key as a secret
            provider.told_algorithm = how
    async with browser(studio) as http:
        answer = await come_in(studio, http)
        assert answer.status == 401
        assert "token does not hold" in await answer.text()
    assert await studio.workspace.people.all() == []


async def test_a_key_signs_by_no_algorithm_but_its_own(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    for algorithm in ("PS256", "ES256"):
        provider.told_algorithm = algorithm  # its key is one for RS256
        async with browser(studio) as http:
            assert (await come_in(studio, http)).status == 401


async def test_a_provider_that_changes_its_keys_is_followed_at_once_and_not_asked_on_and_on(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    statuses = []
    for change in ("first", "rotated", "unknown", "unknown"):
        if change == "rotated":
            provider.algorithm = "ES256"
            provider.rotate()
        if change == "unknown":
            provider.head = {"kid": "of nobody"}
        async with browser(studio) as http:
            statuses.append((await come_in(studio, http)).status)
    assert statuses == [200, 200, 401, 401]
    assert provider.asked.count("GET /keys") == 2


async def test_a_sign_in_ends_where_it_began_and_once(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    async with browser(studio) as http, browser(studio) as other:
        off = await http.get("/sign-in/provider", allow_redirects=False)
        asked = parse_qs(urlsplit(off.headers["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        at = await http.get(off.headers["Location"], allow_redirects=False)
        back = urlsplit(at.headers["Location"])
        stolen = await other.get(f"{back.path}?{back.query}")
        assert stolen.status == 401
        assert (await http.get(f"{back.path}?{back.query}")).status == 200
        assert (await http.get(f"{back.path}?{back.query}")).status == 401


async def test_a_provider_in_here_is_reached_only_when_it_was_configured(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    await studio.workspace.configuration.put("outside.private", "")
    async with browser(studio) as http:
        answer = await http.get("/sign-in/provider")
        assert answer.status == BorderError.http_status
        assert "private network" in await answer.text()
    assert provider.asked == []


async def test_what_left_for_the_provider_is_recorded(
    studio: RunningStudio, provider: ScriptedProvider
) -> None:
    provider.claims = {"sub": "7", "name": "Ada", "groups": ["admins"]}
    async with browser(studio) as http:
        await come_in(studio, http)
    purposes = [one.purpose for one in await studio.workspace.outgoing()]
    assert purposes.count("sign-in") == 3


async def test_roles_that_are_none_are_said(studio: RunningStudio) -> None:
    await studio.workspace.configuration.put("oidc.roles", "boss=admins")
    with pytest.raises(SettingsError, match="gives no role"):
        role_pairs(studio.workspace.settings)

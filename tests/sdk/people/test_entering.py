"""Coming in: by a link, by a password; what ends, and what is said to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import SignInError, TooManyTriesError, UsageError
from casework.governance.tokens import token_digest
from casework.sdk.workspace import Workspace

GOOD = "four words in a row"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
async def workspace(
    tmp_path: Path, own_configuration: object, clock: FrozenClock
) -> AsyncIterator[Workspace]:
    made = await Workspace.create(tmp_path / "workspace", clock=clock)
    yield made
    await made.close()


async def test_a_link_works_once(workspace: Workspace) -> None:
    link = await workspace.entering.link()
    signed = await workspace.entering.by_link(link.token)
    visit = await workspace.entering.visit(signed.token)
    assert visit is not None
    assert visit.person is None
    with pytest.raises(SignInError, match="used already"):
        await workspace.entering.by_link(link.token)


async def test_a_link_is_over_after_some_minutes(workspace: Workspace, clock: FrozenClock) -> None:
    link = await workspace.entering.link()
    clock.advance(dt.timedelta(minutes=16).total_seconds())
    assert await workspace.entering.for_whom(link.token) is None
    with pytest.raises(SignInError):
        await workspace.entering.by_link(link.token)


async def test_a_link_of_the_machine_opens_no_studio_beyond_it(workspace: Workspace) -> None:
    link = await workspace.entering.link()
    with pytest.raises(SignInError):
        await workspace.entering.by_link(link.token, machine=False)


async def test_a_link_that_is_used_up_names_what_whoever_holds_it_can_do(
    workspace: Workspace,
) -> None:
    for machine, told in ((True, "At the machine"), (False, "Ask an owner for another.")):
        with pytest.raises(SignInError) as refused:
            await workspace.entering.by_link("used up", machine=machine)
        assert told in refused.value.fix
        assert ("casework" in refused.value.fix) is machine


async def test_a_sign_in_ends_when_it_is_not_used(workspace: Workspace, clock: FrozenClock) -> None:
    signed = await workspace.entering.by_link((await workspace.entering.link()).token)
    clock.advance(dt.timedelta(hours=11).total_seconds())
    assert await workspace.entering.visit(signed.token) is not None
    clock.advance(dt.timedelta(hours=11).total_seconds())
    assert await workspace.entering.visit(signed.token) is not None
    clock.advance(dt.timedelta(hours=13).total_seconds())
    assert await workspace.entering.visit(signed.token) is None


async def test_a_sign_in_ends_however_much_it_is_used(
    workspace: Workspace, clock: FrozenClock
) -> None:
    signed = await workspace.entering.by_link((await workspace.entering.link()).token)
    for _ in range(31):
        clock.advance(dt.timedelta(hours=11).total_seconds())
        visit = await workspace.entering.visit(signed.token)
    assert visit is None


async def test_tokens_stand_nowhere_in_the_workspace(workspace: Workspace) -> None:
    link = await workspace.entering.link()
    signed = await workspace.entering.by_link(link.token)
    key = await workspace.keys.make("nightly")
    await workspace.people.add("ada", role="owner", password=GOOD)
    await workspace.close()
    kept = b"".join(p.read_bytes() for p in workspace.folder.rglob("*") if p.is_file())
    for secret in (link.token, signed.token, key.secret, GOOD):
        assert secret.encode() not in kept
    assert token_digest(signed.token).encode() in kept


async def test_somebody_comes_in_with_a_password(workspace: Workspace) -> None:
    await workspace.people.add("Ada", name="Ada Lovelace", role="editor", password=GOOD)
    signed = await workspace.entering.by_password("ADA", GOOD)
    visit = await workspace.entering.visit(signed.token)
    assert visit is not None
    assert visit.person is not None
    assert (visit.person.name, visit.person.role) == ("Ada Lovelace", "editor")


async def test_a_wrong_password_and_a_wrong_login_are_told_alike(workspace: Workspace) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    told = []
    for login in ("ada", "nobody"):
        with pytest.raises(SignInError) as caught:
            await workspace.entering.by_password(login, "something else here", address="10.0.0.7")
        told.append(str(caught.value))
    assert told[0] == told[1]


async def test_who_guesses_waits_and_the_right_password_waits_too(
    workspace: Workspace, clock: FrozenClock
) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    for _ in range(5):
        with pytest.raises(SignInError):
            await workspace.entering.by_password("ada", "something else", address="10.0.0.7")
    with pytest.raises(TooManyTriesError, match="Try again in 5 seconds"):
        await workspace.entering.by_password("ada", GOOD, address="10.0.0.7")
    clock.advance(dt.timedelta(seconds=6).total_seconds())
    assert (await workspace.entering.by_password("ada", GOOD, address="10.0.0.7")).token


async def test_an_invited_person_chooses_a_password(workspace: Workspace) -> None:
    await workspace.people.add("bob", role="reviewer")
    link = await workspace.people.invite("bob")
    assert await workspace.entering.for_whom(link.token) == "bob"
    with pytest.raises(UsageError, match="12 to 256"):
        await workspace.entering.by_link(link.token, password="short")
    await workspace.entering.by_link(link.token, password=GOOD, machine=False)
    assert (await workspace.entering.by_password("bob", GOOD)).person is not None


async def test_whoever_is_removed_is_out_at_once(workspace: Workspace) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    await workspace.people.add("bob", role="owner", password=GOOD)
    signed = await workspace.entering.by_password("bob", GOOD)
    bob = signed.person
    assert bob is not None
    key = await workspace.acting_as(bob).keys.make("of bob")
    assert await workspace.keys.person_of(key.secret) is not None
    await workspace.people.remove("bob")
    assert await workspace.entering.visit(signed.token) is None
    assert await workspace.keys.person_of(key.secret) is None
    with pytest.raises(SignInError):
        await workspace.entering.by_password("bob", GOOD)


async def test_signing_out_everywhere_ends_every_sign_in(workspace: Workspace) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    one = await workspace.entering.by_password("ada", GOOD)
    other = await workspace.entering.by_password("ada", GOOD)
    await workspace.entering.leave(one.token, everywhere=True)
    assert await workspace.entering.visit(other.token) is None


async def test_a_changed_password_ends_the_other_sign_ins(workspace: Workspace) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    here = await workspace.entering.by_password("ada", GOOD)
    there = await workspace.entering.by_password("ada", GOOD)
    assert here.person is not None
    own = workspace.acting_as(here.person).entering
    with pytest.raises(SignInError, match="old password"):
        await own.change_password("wrong old password", "another four word row", token=here.token)
    await own.change_password(GOOD, "another four word row", token=here.token)
    assert await workspace.entering.visit(here.token) is not None
    assert await workspace.entering.visit(there.token) is None


async def test_who_came_in_stands_in_the_log_and_what_they_typed_does_not(
    workspace: Workspace,
) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    await workspace.entering.by_password("ada", GOOD)
    with pytest.raises(SignInError):
        await workspace.entering.by_password("my secret typed as login", "x")
    told = [(one.who, one.what, one.ended) for one in await workspace.deeds()]
    assert told[0] == ("unknown login", "Entering.by_password", "refused")
    assert told[1][1:] == ("Entering.by_password", "done")

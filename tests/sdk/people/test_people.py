"""Accounts, and that somebody is always left who may manage."""

from __future__ import annotations

import pytest

from casework.base.errors import ConflictError, NotFoundError, RightsError, UsageError
from casework.sdk.workspace import Workspace
from casework.types.person import Person, Role

GOOD = "four words in a row"


async def test_an_account_is_made_changed_and_listed(workspace: Workspace) -> None:
    await workspace.people.add("ada", name="Ada", role="owner", password=GOOD)
    await workspace.people.add("bob", name="Bob", groups=["North", "auditors"])
    await workspace.people.change("bob", role="reviewer", name="Bob B.")
    ada, bob = await workspace.people.all()
    assert (ada.role, ada.groups, ada.sign_in) == ("owner", None, "password")
    assert (bob.name, bob.role, bob.sign_in) == ("Bob B.", "reviewer", "")
    assert bob.groups == frozenset({"north", "auditors"})
    assert (await workspace.people.change("bob", every_document=True)).groups is None


async def test_two_people_have_neither_one_login_nor_one_name(workspace: Workspace) -> None:
    await workspace.people.add("ada", name="Ada")
    with pytest.raises(ConflictError, match="already"):
        await workspace.people.add("ADA", name="Other")
    with pytest.raises(ConflictError, match="decisions bear names"):
        await workspace.people.add("ada2", name="ada")


@pytest.mark.parametrize("login", ["", "a b", "<b>", "../x", "x" * 101])
async def test_what_is_no_login_is_refused(workspace: Workspace, login: str) -> None:
    with pytest.raises(UsageError, match="no login"):
        await workspace.people.add(login)


async def test_the_only_owner_stays(workspace: Workspace) -> None:
    await workspace.people.add("ada", role="owner", password=GOOD)
    with pytest.raises(ConflictError, match="only owner"):
        await workspace.people.change("ada", role="editor")
    with pytest.raises(ConflictError, match="only owner"):
        await workspace.people.remove("ada")
    await workspace.people.add("bob", role="owner")
    await workspace.people.remove("ada")
    with pytest.raises(NotFoundError, match="bob"):
        await workspace.people.change("ada", role="reader")


@pytest.mark.parametrize("role", ["editor", "reviewer", "reader"])
async def test_of_others_everybody_but_an_owner_learns_the_names_alone(
    workspace: Workspace, role: Role
) -> None:
    await workspace.people.add("zoe@example.com", name="Zoe", role="owner", password=GOOD)
    await workspace.people.add("bob@example.com", name="bob")
    gone = await workspace.people.add("gone@example.com", name="Gone")
    await workspace.people.remove(gone.login)
    somebody = workspace.acting_as(Person("eve", "Eve", role))
    assert await somebody.people.names() == ["bob", "Zoe"]
    with pytest.raises(RightsError):
        await somebody.people.all()
    owner = workspace.acting_as(Person("ann", "Ann", "owner"))
    assert {one.login for one in await owner.people.all()} == {"zoe@example.com", "bob@example.com"}

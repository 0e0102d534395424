"""Keys of programs: what they are for, how long, and never more than whoever made them may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.base.errors import RightsError, UsageError
from casework.sdk.workspace import Workspace
from casework.types.person import Person

PROCEDURE = "# Notes\n\n## Author\nWho wrote it.\n"


@pytest.fixture
async def workspace(tmp_path: Path, own_configuration: object) -> AsyncIterator[Workspace]:
    clock = FrozenClock()
    made = await Workspace.create(tmp_path / "workspace", clock=clock)
    (tmp_path / "notes.md").write_text(PROCEDURE, "utf-8")
    await made.new_worksheet("notes", tmp_path / "notes.md")
    await made.new_worksheet("other", tmp_path / "notes.md")
    made.clock = clock  # type: ignore[attr-defined]
    yield made
    await made.close()


async def who(workspace: Workspace, secret: str) -> Person:
    found = await workspace.keys.person_of(secret)
    assert found is not None
    return found


async def test_a_key_may_what_it_was_made_for(workspace: Workspace) -> None:
    made = await workspace.keys.make("nightly", may=["decide"])
    assert made.secret.startswith("ck_")
    assert made.key.prefix == made.secret[:11]
    person = await who(workspace, made.secret)
    acting = workspace.acting_as(person)
    sheet = await acting.worksheet("notes")
    await sheet.view()
    with pytest.raises(RightsError, match="key was not made for that"):
        await sheet.run()
    with pytest.raises(RightsError):
        await acting.people.add("eve", role="owner")


async def test_a_key_is_for_the_worksheets_that_it_names(workspace: Workspace) -> None:
    made = await workspace.keys.make("notes alone", may=["edit"], worksheets=["notes"])
    acting = workspace.acting_as(await who(workspace, made.secret))
    assert [sheet.name for sheet in await acting.worksheets()] == ["notes"]
    await (await acting.worksheet("notes")).run()
    with pytest.raises(Exception, match="no worksheet"):
        await acting.worksheet("other")
    with pytest.raises(RightsError, match="notes alone"):
        await acting.new_worksheet("third", workspace.folder / "x.md")


async def test_a_key_is_over_when_it_is_revoked_or_its_days_are(workspace: Workspace) -> None:
    made = await workspace.keys.make("short", days=1)
    assert await workspace.keys.person_of(made.secret) is not None
    workspace.clock.advance(dt.timedelta(days=2).total_seconds())  # type: ignore[attr-defined]
    assert await workspace.keys.person_of(made.secret) is None
    other = await workspace.keys.make("long", days=0)
    await workspace.keys.revoke(other.key.id)
    assert await workspace.keys.person_of(other.secret) is None
    assert await workspace.keys.person_of("ck_nonsense") is None


async def test_a_key_falls_with_the_role_of_its_maker(workspace: Workspace) -> None:
    await workspace.people.add("eve", role="owner")
    await workspace.people.add("ada", role="owner", groups=None)
    account = await workspace._house.store.people.by_login("ada")
    assert account is not None
    made = await workspace.acting_as(account.person()).keys.make("mine", may=["edit"])
    await workspace.people.change("ada", role="reader", groups=["north"])
    person = await who(workspace, made.secret)
    assert (person.role, person.within) == ("reader", frozenset({"read"}))
    assert person.groups == frozenset({"north"})


@pytest.mark.parametrize("may", [[], ["fly"]])
async def test_a_key_for_nothing_is_not_made(workspace: Workspace, may: list[str]) -> None:
    with pytest.raises(UsageError):
        await workspace.keys.make("x", may=may)  # type: ignore[arg-type]

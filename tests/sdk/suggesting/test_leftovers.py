"""Uploads and drafts that nobody goes on with are cleared away, others are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casework.base.errors import RightsError
from casework.sdk.suggesting.leftovers import Cleared, clear, held_bytes
from casework.sdk.workspace import Workspace
from casework.types.person import Person

DAY_S = 86_400


def _aged(folder: Path, days: float) -> Path:
    """The folder with all that is in it, as if it had been left alone for so many days."""
    for path in (*folder.rglob("*"), folder):
        when = path.stat().st_mtime - days * DAY_S
        os.utime(path, (when, when))
    return folder


def _upload(workspace: Path, batch: str, size: int = 1000) -> Path:
    folder = workspace / "uploads" / "person" / batch
    folder.mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"x" * size)
    return folder


async def test_what_was_left_long_ago_goes_and_the_rest_stays(workspace: Workspace) -> None:
    old, new = await workspace.drafts.begin(), await workspace.drafts.begin()
    for draft in (old, new):
        (draft.folder / "a.txt").write_bytes(b"x" * 500)
    left = _upload(workspace.folder, "left-over")
    coming = _upload(workspace.folder, "coming-in")
    _aged(old.folder.parent, 31)
    _aged(left, 31)
    assert held_bytes(workspace.folder) >= 3000
    found = await workspace.drafts.tidy()
    assert (found.uploads, found.drafts) == (1, 1)
    assert found.bytes >= 1500
    assert not old.folder.parent.exists()
    assert not left.exists()
    assert coming.exists()
    assert [one.id for one in await workspace.drafts.all()] == [new.id]
    assert await workspace.drafts.tidy() == Cleared()


async def test_one_file_that_is_new_keeps_a_draft(workspace: Workspace) -> None:
    draft = await workspace.drafts.begin()
    (draft.folder / "a.txt").write_bytes(b"x")
    _aged(draft.folder.parent, 99)
    (draft.folder / "b.txt").write_bytes(b"x")
    assert await workspace.drafts.tidy() == Cleared()


async def test_the_setting_says_after_how_many_days(workspace: Workspace) -> None:
    draft = await workspace.drafts.begin()
    (draft.folder / "a.txt").write_bytes(b"x")
    _aged(draft.folder.parent, 3)
    await workspace.configuration.put("studio.upload_days", "0")
    assert await workspace.drafts.tidy() == Cleared()
    await workspace.configuration.put("studio.upload_days", "2")
    assert (await workspace.drafts.tidy()).drafts == 1


async def test_who_may_not_manage_clears_nothing(workspace: Workspace) -> None:
    with pytest.raises(RightsError):
        await workspace.acting_as(Person("p-1", "Ada", "editor")).drafts.tidy()


def test_a_workspace_without_uploads_has_nothing_to_clear(tmp_path: Path) -> None:
    assert held_bytes(tmp_path) == 0
    assert clear(tmp_path, 1e12) == Cleared()

"""Other users of the machine: what they can read of a workspace."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.store.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """As on a machine where others may read what one makes."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_workspace_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "workspace"
    store = Store.create(folder)
    blob = store.blobs.path_of(store.blobs.put(b"invoice"))
    found = {mode(path) for path in (folder, folder / "blobs", blob.parent)}
    files = {mode(path) for path in (blob, *folder.glob("casework.db*"))}
    await store.close()
    assert found == {0o700}
    assert files == {0o600}


async def test_a_folder_that_was_there_keeps_its_rights_and_gives_them(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    store = Store.create(folder)
    blob = store.blobs.path_of(store.blobs.put(b"invoice"))
    await store.close()
    assert mode(folder) == 0o755
    assert mode(blob) == mode(folder / "casework.db") == 0o644

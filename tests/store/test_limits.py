"""A disk that takes no more, a folder that may not be written, a clock that jumps back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.store.store import Store
from casework.types.case import CellWrite
from tests.store.build import add_case, outcome, recorded, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits and users are of POSIX")
_NOBODY = 65_534

FILLS_UP = """
import asyncio, resource, signal, sys
from pathlib import Path
from casework.base.errors import DiskError
from casework.store.store import Store

async def main():
    store = Store.open(Path(sys.argv[1]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
    saved = 0
    try:
        while True:
            await store.worksheets.add(f"Sheet {saved} " + "x" * 5_000, "sheet.md")
            saved += 1
    except DiskError as error:
        assert error.fix
    try:
        store.blobs.put(b"x" * 600_000)
    except DiskError as error:
        assert "full" in error.message
        print(saved)

asyncio.run(main())
"""

MAY_NOT_WRITE = """
import os, sys, tempfile
from pathlib import Path
from casework.base.errors import DiskError
from casework.store.store import Store
with tempfile.TemporaryDirectory() as other:
    made = Store.create(Path(other) / "workspace")  # all modules, which nobody may perhaps not read
if os.geteuid() == 0:
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    Store.open(Path(sys.argv[1]))
except DiskError as error:
    print(error)
"""


def child(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return done.stdout.strip()


async def test_a_disk_that_takes_no_more_is_told_and_what_was_saved_is_kept(
    tmp_path: Path,
) -> None:
    await Store.create(tmp_path / "workspace").close()
    saved = int(child(FILLS_UP, str(tmp_path / "workspace")))
    again = Store.open(tmp_path / "workspace")
    assert len(await again.worksheets.all()) == saved > 0
    assert await again.database.damage() == []
    assert list(again.blobs.all()) == []
    assert (await again.worksheets.add("There is room again", "sheet.md")).id
    await again.close()


async def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    around = Path(tempfile.mkdtemp())  # others may not enter tmp_path
    around.chmod(0o755)
    folder = around / "workspace"
    await Store.create(folder).close()
    try:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        told = child(MAY_NOT_WRITE, str(folder), str(_NOBODY))
        assert "cannot be written" in told
        assert "Make the folder writable" in told
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        shutil.rmtree(around)


async def test_a_clock_that_jumps_back_disorders_no_history(
    store: Store, clock: FrozenClock
) -> None:
    case = await add_case(store)
    first = recorded(outcome("1"), seed="first", at="2026-01-09T00:00:00.000Z")
    second = recorded(outcome("2"), seed="second", at="2026-01-05T00:00:00.000Z")
    await store.cells.commit(write(case, "total", first))
    await store.cells.commit(write(case, "total", second))
    back = CellWrite(
        case.worksheet_id, case.id, "total", "value", "", "2026-01-01T00:00:00.000Z",
        reuse=first.id,
    )  # fmt: skip
    await store.cells.commit(back)
    told = [entry.outcome.value for entry in await store.cells.history(case.id, "total")]
    assert told == ["1", "2", "1"]
    later = replace(recorded(outcome("3"), seed="third"), at="2025-12-01T00:00:00.000Z")
    await store.cells.commit(write(case, "total", later))
    told = [entry.outcome.value for entry in await store.cells.history(case.id, "total")]
    assert told == ["1", "2", "1", "3"]

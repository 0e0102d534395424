"""A watch that is killed again and again: every file is in exactly one case in the end."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice

KILLS = 6
FILES = 24
WATCH = """
import asyncio, sys
from casework.sdk.workspace import Workspace

async def main():
    flags = {"parse.workers": 1}
    async with await Workspace.open(sys.argv[1], flags=flags) as workspace:
        print("open", flush=True)
        await workspace.watching.run()

asyncio.run(main())
"""


def watch_and_be_killed(folder: Path, moment_s: float) -> None:
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", WATCH, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    time.sleep(moment_s)
    child.send_signal(signal.SIGKILL)
    child.communicate()


async def test_kills_at_random_moments_lose_no_file_and_take_none_twice(
    tmp_path: Path, procedure: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    flags = {"watch.settle": 0.1, "watch.every": 0.1}
    async with await Workspace.create(tmp_path / "workspace", flags=flags) as workspace:
        await workspace.new_worksheet("invoices", procedure)
        await workspace.watching.add(inbox)
    chance, sent = random.Random(11), 0
    for _ in range(KILLS):
        for _ in range(FILES // KILLS + 1):
            sent += 1
            (inbox / f"INV-{sent:03}.txt").write_text(invoice(f"INV-{sent:03}"), "utf-8")
        watch_and_be_killed(tmp_path / "workspace", chance.uniform(0.2, 0.9))

    async with await Workspace.open(tmp_path / "workspace", flags=flags) as workspace:
        await workspace.watching.run(once=True)
        sheet = await workspace.worksheet()
        cases = await sheet.cases()
        held = Counter(document.name for case in cases for document in case.documents)
        assert held == Counter({f"INV-{number:03}.txt": 1 for number in range(1, sent + 1)})
        assert {len(case.documents) for case in cases} == {1}
        taken = await workspace.watching.arrivals(inbox, state="taken")
        assert len(taken) == sent
        assert {row.case_id for row in taken} == {case.id for case in cases}
        assert all(case.answered_at for case in cases)

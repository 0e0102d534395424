"""A worksheet of file notes whose handler stands beside a label that nobody knows."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.learn.notes import NAMES, OTHERS

STEP = "Handler"
PROCEDURE = f"# Notes\n\n## {STEP}\nWho handles it on our side.\n"


async def notes(
    workspace: Workspace, folder: Path, *, label: str = "Vrb", offices: bool = False
) -> Worksheet:
    """Twelve notes, read; with `offices` the first six look alike, and the others do."""
    inbox = folder / "notes"
    inbox.mkdir()
    for at, (name, other) in enumerate(zip(NAMES, OTHERS, strict=True)):
        text = f"FILE NOTE\n\nZqx: {other}\n{label}: {name}\nWpl: Hamburg\n"
        text += f"\n{_OFFICES[at >= 6]}\n" if offices else ""
        (inbox / f"{at:02}.txt").write_text(text, "utf-8")
    (folder / "notes.md").write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("notes", folder / "notes.md")
    await sheet.add(inbox)
    await sheet.run()
    return sheet


_OFFICES = (
    "copied by the northern office for the file of the same matter as it was before " * 12,
    "a southern branch sends what follows to whoever asked about this affair last year " * 12,
)


def noted(folder: Path, *, label: str = "Vrb", offices: bool = False) -> Path:
    """The folder of a workspace of one's own with these notes, read. They are read once for all
    tests: a copy of a workspace opens anywhere."""
    copy = folder / "workspace"
    shutil.copytree(_made(label, offices), copy)
    return copy


@cache
def _made(label: str, offices: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="casework-notes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    async def make() -> None:
        async with await Workspace.create(folder / "workspace") as workspace:
            await notes(workspace, folder, label=label, offices=offices)

    with ThreadPoolExecutor(1) as pool:  # a loop of its own beside that of the test
        pool.submit(asyncio.run, make()).result()
    return folder / "workspace"


async def correct(sheet: Worksheet, *numbers: int) -> None:
    """Say who handles these notes."""
    for at in numbers:
        await sheet.correct(f"{at:02}", STEP, NAMES[at])


async def handlers(sheet: Worksheet) -> list[str]:
    """Who handles each note, as the machine says."""
    table = await sheet.table()
    return [row.cells[0].shown for row in table.rows]

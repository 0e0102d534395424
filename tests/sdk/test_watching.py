"""A watched folder: files are taken once and complete, and cases go on by themselves."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import pytest

from casework.base.errors import LeaseHeldError, NotFoundError, UsageError
from casework.sdk.news import News
from casework.sdk.watching import WatchDone
from casework.sdk.workspace import Workspace
from casework.store.database import Transaction
from casework.types.run import RunRecord
from tests.documents.samples import pdf
from tests.sdk.conftest import invoice

SAMPLES = files("casework.samples")
QUICK = {"watch.settle": 0.1, "watch.every": 0.1}
SOON_S = 60.0


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


class Desk:
    """A workspace whose folder is watched, and what was told of it."""

    def __init__(self, workspace: Workspace, inbox: Path) -> None:
        self.workspace = workspace
        self.inbox = inbox
        self.news: list[News] = []

    async def once(self) -> WatchDone:
        return await self.workspace.watching.run(once=True, on_news=self.news.append)

    def told(self, kind: str) -> list[str]:
        return [f"{one.subject}: {one.words}" for one in self.news if one.kind == kind]

    async def cases(self) -> dict[str, list[str]]:
        sheet = await self.workspace.worksheet()
        return {case.name: [d.name for d in case.documents] for case in await sheet.cases()}

    async def states(self) -> dict[str, str]:
        rows = await self.workspace.watching.arrivals(self.inbox)
        return {row.path: row.state for row in rows}

    async def until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        """Watch until it is so."""
        watching = asyncio.create_task(self.workspace.watching.run(on_news=self.news.append))
        try:
            async with asyncio.timeout(SOON_S):
                while not await ready():
                    if watching.done():
                        watching.result()
                    await asyncio.sleep(0.05)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def desk_of(
    folder: Path, inbox: Path, procedure: Path, *, cases: str = "", run: bool = True
) -> Desk:
    workspace = await Workspace.create(folder, flags=QUICK)
    await workspace.new_worksheet("papers", procedure)
    await workspace.watching.add(inbox, cases=cases, run=run)
    return Desk(workspace, inbox)


@pytest.fixture
async def desk(tmp_path: Path, inbox: Path, procedure: Path) -> AsyncIterator[Desk]:
    made = await desk_of(tmp_path / "watched", inbox, procedure)
    yield made
    await made.workspace.close()


async def test_what_is_there_is_taken_and_answered_at_once(desk: Desk) -> None:
    (desk.inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")
    (desk.inbox / "A-2.txt").write_text(invoice("A-2"), "utf-8")
    done = await desk.once()
    assert (done.taken, done.refused, done.open, done.answered) == (2, 0, 0, 2)
    assert await desk.cases() == {"A-1": ["A-1.txt"], "A-2": ["A-2.txt"]}
    assert [one.subject for one in desk.news if one.kind == "answered"] == ["A-1", "A-2"]
    (case, _) = await (await desk.workspace.worksheet()).cases()
    assert case.arrived_at <= case.answered_at
    again = await desk.once()
    assert (again.taken, again.answered) == (0, 0)


async def test_the_same_file_touched_is_not_taken_again_and_other_bytes_join_its_case(
    desk: Desk,
) -> None:
    path = desk.inbox / "A-1.txt"
    path.write_text(invoice("A-1"), "utf-8")
    await desk.once()
    os.utime(path, (1_800_000_000, 1_800_000_000))
    assert (await desk.once()).answered == 0
    assert await desk.cases() == {"A-1": ["A-1.txt"]}
    path.write_text(invoice("A-1") + "Paid.\n", "utf-8")
    assert (await desk.once()).taken == 1
    assert await desk.cases() == {"A-1": ["A-1.txt", "A-1.txt"]}
    rows = await desk.workspace.watching.arrivals(desk.inbox, state="taken")
    assert len({row.sha256 for row in rows}) == len(rows) == 2
    assert len({row.case_id for row in rows}) == 1


async def test_the_same_bytes_under_another_name_make_no_second_case(desk: Desk) -> None:
    (desk.inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")
    await desk.once()
    (desk.inbox / "copy.txt").write_text(invoice("A-1"), "utf-8")
    await desk.once()
    assert await desk.cases() == {"A-1": ["A-1.txt"]}
    rows = {row.path: row for row in await desk.workspace.watching.arrivals(desk.inbox)}
    assert "in the case A-1 already" in rows["copy.txt"].reason


async def test_without_running_files_are_only_added(
    tmp_path: Path, inbox: Path, procedure: Path
) -> None:
    desk = await desk_of(tmp_path / "watched", inbox, procedure, run=False)
    async with desk.workspace:
        (inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")
        await desk.once()
        assert await desk.cases() == {"A-1": ["A-1.txt"]}
        assert await (await desk.workspace.worksheet()).runs() == []


async def test_a_case_waits_for_a_document_and_goes_on_when_it_comes(
    tmp_path: Path, inbox: Path
) -> None:
    claims = Path(str(SAMPLES / "claims"))
    desk = await desk_of(tmp_path / "watched", inbox, claims / "procedure.md")
    case = "MB-2024-03218"

    async def waits() -> bool:
        return any(told.startswith(case) for told in desk.told("waits"))

    async def answered() -> bool:
        return any(told.startswith(case) for told in desk.told("answered"))

    async with desk.workspace:
        shutil.copytree(claims / "documents" / case, inbox / case)
        await desk.until(waits)
        assert "for a receipt: none among claim-form.pdf" in desk.told("waits")[0]
        (waiting,) = await (await desk.workspace.worksheet()).cases()
        assert waiting.answered_at == ""
        shutil.copy(claims / "late" / f"{case}-receipt.pdf", inbox)
        await desk.until(answered)
        (found,) = await (await desk.workspace.worksheet()).cases()
        assert found.name == case
        assert f"{case}-receipt.pdf" in [d.name for d in found.documents]
        assert found.answered_at > found.arrived_at
        table = await (await desk.workspace.worksheet()).table()
        states = {cell.step_id: cell.state for cell in table.rows[0].cells}
        assert set(states.values()) == {"value"}


async def test_a_protected_file_waits_for_its_password_and_is_read_with_it(desk: Desk) -> None:
    path = desk.inbox / "locked.pdf"
    path.write_bytes(pdf([[(72, 72, "Total due: EUR 5.00")]], password="walnut"))
    await desk.once()
    assert desk.told("waits") == ["locked: for the password of locked.pdf"]
    sheet = await desk.workspace.worksheet()
    await sheet.add(path, password="walnut")
    await desk.once()
    (case,) = await sheet.cases()
    assert [document.state for document in case.documents] == ["read"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read_is_refused_once_with_its_reason(desk: Desk) -> None:
    (desk.inbox / "secret.txt").write_text("x", "utf-8")
    (desk.inbox / "secret.txt").chmod(0)
    await desk.once()
    await desk.once()
    assert len(desk.told("refused")) == 1


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
async def test_a_link_out_of_the_folder_is_refused_once_also_after_a_restart(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.txt").write_text("secret", "utf-8")
    (desk.inbox / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    await desk.once()
    await desk.once()
    assert len(desk.told("refused")) == 1
    assert await desk.states() == {"link.txt": "refused"}
    assert await desk.cases() == {}


async def test_a_folder_that_vanishes_is_told_once_and_gone_on_with(
    desk: Desk, tmp_path: Path
) -> None:
    (desk.inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")

    async def came_and_went() -> bool:
        if desk.told("answered") and desk.inbox.exists() and not desk.told("problem"):
            desk.inbox.rename(tmp_path / "away")
        if desk.told("problem") and not desk.inbox.exists():
            (tmp_path / "away" / "A-2.txt").write_text(invoice("A-2"), "utf-8")
            (tmp_path / "away").rename(desk.inbox)
        return len(desk.told("answered")) == 2

    await desk.until(came_and_went)
    assert [told.partition(": ")[2][-7:] for told in desk.told("problem")][-1] == "is back"
    assert "is not there" in desk.told("problem")[0]
    assert await desk.cases() == {"A-1": ["A-1.txt"], "A-2": ["A-2.txt"]}


async def test_while_somebody_else_runs_files_are_added_and_the_run_follows(desk: Desk) -> None:
    store = desk.workspace._house.store
    sheet = await store.worksheets.get("papers")
    other = RunRecord("other", sheet.id, "running", "2026-01-02T03:04:05.000Z")
    await store.runs.start(other)
    (desk.inbox / "A-1.txt").write_text(invoice("A-1"), "utf-8")

    async def added() -> bool:
        if "A-1" in await desk.cases() and desk.told("problem"):
            await store.runs.end(other)
        return bool(desk.told("answered"))

    await desk.until(added)
    assert "the run follows" in desk.told("problem")[0]


async def test_a_stopped_folder_is_left_alone_and_can_be_taken_up_again(desk: Desk) -> None:
    async def stopped() -> bool:
        (view,) = await desk.workspace.watching.all()
        if desk.told("watching") and view.watch.state == "watching":
            await desk.workspace.watching.stop(desk.inbox)
        return bool(desk.told("stopped"))

    await desk.until(stopped)
    (view,) = await desk.workspace.watching.all()
    assert view.watch.state == "stopped"
    with pytest.raises(NotFoundError, match="No folder is watched"):
        await desk.once()
    await desk.workspace.watching.add(desk.inbox)
    assert (await desk.once()).taken == 0


async def test_one_process_watches_a_folder_at_a_time(desk: Desk) -> None:
    house = desk.workspace._house
    async with await Workspace.open(house.folder) as other:

        async def elsewhere(tx: Transaction) -> None:
            now = house.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            sql = "UPDATE watches SET host = 'other', pid = 1, holder = 'x', beat_at = ?"
            await tx.execute(sql, (now,))

        await house.store.database.write(elsewhere)
        with pytest.raises(LeaseHeldError, match="process 1 on other"):
            await other.watching.run(once=True)


async def test_a_folder_must_be_there_and_outside_of_the_workspace(desk: Desk) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        await desk.workspace.watching.add(desk.inbox / "nothing")
    with pytest.raises(UsageError, match="lies in the workspace"):
        await desk.workspace.watching.add(desk.workspace.folder)
    with pytest.raises(NotFoundError, match="is not watched"):
        await desk.workspace.watching.stop(desk.inbox.parent)

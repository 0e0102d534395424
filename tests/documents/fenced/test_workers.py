"""Reading behind a fence: a hostile file costs itself alone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.base.aio import run
from casework.base.errors import DocumentError, NotFoundError
from casework.documents.drawing.marks import Mark
from casework.documents.drawing.render import page_picture
from casework.documents.fenced.process import Reply
from casework.documents.fenced.workers import Workers, parsed_of
from casework.documents.open import open_document
from casework.documents.reading import Limits, Parsed
from tests.documents.samples import mail, pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.pdf"
    path.write_bytes(pdf([[(72, 100, "good words")]]))
    return path


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes seconds to read and hundreds of megabytes."""
    path = tmp_path_factory.mktemp("heavy") / "heavy.csv"
    path.write_bytes(b"some,words,of,a,row,that,goes,on\n" * 700_000)
    return path


_READING_MB = 150
"""What a worker has in use only once it is reading the heavy file."""


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_worker_gives_what_the_reader_gives(good: Path, tmp_path: Path) -> None:
    letter = tmp_path / "mail.eml"
    letter.write_bytes(mail().as_bytes())
    async with Workers(count=1) as workers:
        for path in (good, letter):
            found, here = (
                await workers.parse(path, path.name),
                open_document(path, path.name, Limits()),
            )
            assert (found.document, found.members) == (here.document, here.members)
        assert workers.started == 1


async def test_many_calls_share_few_workers(good: Path) -> None:
    async with Workers(count=2) as workers:
        parsed = await asyncio.gather(*(workers.parse(good, f"{n}.pdf") for n in range(40)))
        assert {each.document.pages[0].text for each in parsed} == {"good words"}
        assert workers.started <= 2


async def test_a_file_that_takes_too_long_costs_itself_alone(good: Path, heavy: Path) -> None:
    async with Workers(Limits(seconds=0.3), count=1) as workers:
        slow, fine = await asyncio.gather(
            workers.parse(heavy, "heavy.csv"), workers.parse(good, "good.pdf")
        )
    assert slow.document.state == "too_slow"
    assert "0.3 seconds" in slow.document.reason
    assert fine.document.state == "read"


async def test_a_file_that_needs_too_much_memory_costs_itself_alone(
    good: Path, heavy: Path
) -> None:
    async with Workers(Limits(memory_mb=250), count=1) as workers:
        large = await workers.parse(heavy, "heavy.csv")
        fine = await workers.parse(good, "good.pdf")
    assert (large.document.state, large.document.pages) == ("too_large", ())
    assert "250 MB" in large.document.reason
    assert fine.document.state == "read"


@pytest.mark.parametrize(
    ("number", "state"), [(signal.SIGSEGV, "broken"), (signal.SIGKILL, "too_large")]
)
async def test_a_worker_that_dies_costs_its_document_alone(
    good: Path, heavy: Path, number: signal.Signals, state: str
) -> None:
    async with Workers(count=1) as workers:
        task = asyncio.create_task(workers.parse(heavy, "heavy.csv"))
        await _until(lambda: workers.pids and _resident_mb(workers.pids[0]) > _READING_MB)
        os.kill(workers.pids[0], number)
        died: Parsed = await task
        assert died.document.state == state
        assert died.document.reason
        assert (await workers.parse(good, "good.pdf")).document.state == "read"


async def test_a_worker_that_died_between_jobs_blames_no_document(good: Path) -> None:
    async with Workers(count=1) as workers:
        await workers.parse(good, "good.pdf")
        os.kill(workers.pids[0], signal.SIGKILL)
        assert (await workers.parse(good, "good.pdf")).document.state == "read"
        assert workers.started == 2


async def test_a_cancelled_call_ends_its_job_and_frees_its_place(good: Path, heavy: Path) -> None:
    async with Workers(count=1) as workers:
        task = asyncio.create_task(workers.parse(heavy, "heavy.csv"))
        await _until(lambda: workers.started)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers.pids == ()
        assert (await workers.parse(good, "good.pdf")).document.state == "read"


async def test_no_process_is_left_behind(good: Path) -> None:
    async with Workers(count=2) as workers:
        await asyncio.gather(*(workers.parse(good, "good.pdf") for _ in range(4)))
        pids = workers.pids
        assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_file_that_is_gone_is_not_found(tmp_path: Path) -> None:
    async with Workers(count=1) as workers:
        with pytest.raises(NotFoundError, match=r"gone\.pdf"):
            await workers.parse(tmp_path / "gone.pdf", "gone.pdf")
        with pytest.raises(NotFoundError, match="not a file"):
            await workers.parse(tmp_path, "folder")


async def test_a_picture_is_the_same_behind_the_fence(good: Path) -> None:
    document = open_document(good, "good.pdf", Limits()).document
    marks = [Mark(document.pages[0].words[1].box, "conflict")]
    async with Workers(count=1) as workers:
        picture = await workers.picture(good, document, 1, marks, 1.5, crop_margin_pt=30)
        with pytest.raises(NotFoundError):
            await workers.picture(good, document, 7)
    assert picture == page_picture(good, document, 1, marks, 1.5, crop_margin_pt=30)


def test_workers_work_in_the_fast_loop_too(good: Path) -> None:
    async def read() -> Parsed:
        async with Workers(count=1) as workers:
            return await workers.parse(good, "good.pdf")

    assert run(read()).document.state == "read"


@pytest.mark.parametrize(
    "reply",
    [
        ({}, []),
        ({"names": [], "pictures": [], "assessed": {}}, [b"[]"]),
        ({"names": ["a"], "pictures": ["x"], "assessed": {}}, [b"[]"]),
        ({"names": 7, "pictures": [], "assessed": {}}, [b"no JSON"]),
    ],
)
def test_what_a_worker_says_is_not_believed_when_it_is_no_document(reply: Reply) -> None:
    with pytest.raises(DocumentError, match="no document"):
        parsed_of(reply)

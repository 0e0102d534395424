"""A workspace on a server: worked in, joined from elsewhere, moved there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.base.keys import write_key
from casework.sdk.moving import FOLDER, move, where
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import PROCEDURE, invoice
from tests.store.bucket import KEY_ID, Bucket


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    write_key("s3", f"{KEY_ID}:secret")
    made = Bucket()
    yield made
    made.close()


def unheard(done: int, total: int, what: str) -> None:
    """Nobody listens."""


async def fill(workspace: Workspace, files: Path) -> None:
    """A worksheet with two invoices, run."""
    files.mkdir()
    for number in ("INV-1", "INV-2"):
        (files / f"{number}.txt").write_text(invoice(number))
    (files / "check.md").write_text(PROCEDURE)
    sheet = await workspace.new_worksheet("invoices", files / "check.md")
    await sheet.add(*sorted(files.glob("*.txt")), cases="file")
    await sheet.run()


async def told(workspace: Workspace) -> list[tuple[str, str, str]]:
    """All cells as people see them."""
    table = await (await workspace.worksheet("invoices")).table()
    return [(row.case.name, cell.step_id, cell.shown) for row in table.rows for cell in row.cells]


async def test_a_workspace_on_a_server_gives_what_one_in_a_folder_gives(
    tmp_path: Path, schema: str, bucket: Bucket
) -> None:
    async with await Workspace.create(tmp_path / "here") as here:
        await fill(here, tmp_path / "one")
        expected = await told(here)
    async with await Workspace.create(tmp_path / "there", store=schema, blobs=bucket.url) as there:
        await fill(there, tmp_path / "two")
        assert await told(there) == expected
    assert not (tmp_path / "there" / "casework.db").exists()
    assert bucket.objects
    async with await Workspace.open(tmp_path / "there") as again:
        assert await told(again) == expected


async def test_somebody_else_joins_a_workspace_on_a_server(
    tmp_path: Path, schema: str, bucket: Bucket
) -> None:
    async with await Workspace.create(tmp_path / "one", store=schema, blobs=bucket.url) as one:
        await fill(one, tmp_path / "files")
        async with await Workspace.join(tmp_path / "two", store=schema, blobs=bucket.url) as two:
            assert await told(two) == await told(one)
            sheet = await two.worksheet("invoices")
            assert sheet.procedure_path.read_text() == PROCEDURE
            report = await sheet.cell("INV-1", "net")
            assert report.citations
    with pytest.raises(ConflictError, match="already"):
        await Workspace.create(tmp_path / "three", store=schema)
    with pytest.raises(NotFoundError):
        await Workspace.join(tmp_path / "four", store=f"{schema}_nothing")


async def test_a_workspace_moves_to_a_server_and_back_and_nothing_is_run_again(
    tmp_path: Path, schema: str, bucket: Bucket
) -> None:
    folder = tmp_path / "workspace"
    async with await Workspace.create(folder) as made:
        await fill(made, tmp_path / "files")
        expected = await told(made)
    moved = await move(folder, to=schema, blobs=bucket.url, on_moved=unheard)
    assert all(table.same for table in moved.tables)
    assert moved.files == len(bucket.objects) > 0
    assert where(folder).rows == schema
    assert (folder / "casework.db").exists()
    async with await Workspace.open(folder) as there:
        assert await told(there) == expected
        assert not (await (await there.worksheet("invoices")).run()).counts
    back = await move(folder, to=FOLDER, blobs=FOLDER, on_moved=unheard)
    assert all(table.same for table in back.tables)
    assert where(folder).rows == where(folder).files == FOLDER
    assert list((folder / "backups").glob("casework-before-*.db"))
    async with await Workspace.open(folder) as here:
        assert await told(here) == expected


async def test_a_move_to_where_it_is_is_refused(tmp_path: Path) -> None:
    async with await Workspace.create(tmp_path / "workspace"):
        pass
    with pytest.raises(UsageError, match="already"):
        await move(tmp_path / "workspace", to=FOLDER, on_moved=unheard)

"""Archives that unpack to far more than they weigh cost neither memory nor disk, by `add` and in
drafts: what they hold is named and left out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.sdk.workspace import Workspace
from tests.bombs import GIGABYTE, gzip_of_zeros, nested, zip_of, zip_of_zeros

MOST_MB = 900
"""What a worker may have in use at most; its own limit is 2,048, the bombs unpack to more."""
MOST_ENTRIES = 100_000


def _many() -> bytes:
    return zip_of((f"{number}.txt", b"") for number in range(MOST_ENTRIES))


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zeros.zip": (lambda: zip_of_zeros(10 * GIGABYTE), "larger than 200 MB"),
    "zeros.gz": (lambda: gzip_of_zeros(10 * GIGABYTE), "larger than 200 MB"),
    "liar.zip": (lambda: zip_of_zeros(10 * GIGABYTE, 1_000), "damaged"),
    "many.zip": (_many, "more than 10,000 files"),
    "nested.zip": (lambda: nested(5, 2, zip_of_zeros(4 * GIGABYTE)), ""),
}


@pytest.fixture(params=list(BOMBS))
def bomb(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A bomb, and what is said of it."""
    make, why = BOMBS[request.param]
    path = tmp_path / str(request.param)
    path.write_bytes(make())
    return path, why


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def test_a_bomb_that_is_added_costs_what_it_weighs_and_says_why(
    workspace: Workspace, bomb: tuple[Path, str], tmp_path: Path
) -> None:
    path, why = bomb
    (tmp_path / "check.md").write_text("# Check\n\n## Supplier\nWho sent it.\n", "utf-8")
    sheet = await workspace.new_worksheet("Sheet", tmp_path / "check.md")
    added = await sheet.add(path)
    files = [file for case in added.cases for file in case.files]
    notes = " ".join(note for file in files for note in file.notes)
    assert why in notes
    if path.name == "nested.zip":
        assert "files deep" in notes  # four levels are followed, and not the zeros at the bottom
    assert all(file.name != "zeros.txt" for file in files)
    assert workspace._house.workers.peak_mb < MOST_MB
    assert _bytes_below(workspace.folder) < path.stat().st_size + (24 << 20)


async def test_a_bomb_in_a_draft_is_named_and_goes_with_it(
    workspace: Workspace,
    bomb: tuple[Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, why = bomb
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    draft = await workspace.drafts.begin()
    shutil.copy(path, draft.folder)
    draft = await workspace.drafts.look(draft.id)
    assert draft.suggested is not None
    assert why in " ".join(draft.suggested.notes)
    assert workspace._house.workers.peak_mb < MOST_MB
    assert _bytes_below(draft.folder.parent) < path.stat().st_size + (24 << 20)
    await workspace.drafts.drop(draft.id)
    assert not draft.folder.parent.exists()
    assert _bytes_below(temporary) == 0  # a worker that lives on has an empty folder there

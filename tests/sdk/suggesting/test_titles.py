"""A worksheet made of files is called after what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.suggesting.titles import common_name, folder_name
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["/a/office_leases/1.pdf", "/a/office_leases/2.pdf"], "Office leases"),
        (["/a/Pachtverträge 2025/nord/1.pdf", "/a/Pachtverträge 2025/süd/2.pdf"],
         "Pachtverträge 2025"),
        (["/drafts/x/files/1.pdf", "/drafts/x/files/2.pdf"], ""),
        (["/home/ada/Downloads/1.pdf"], ""),
        (["/a/2025/1.pdf"], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_folder_around_all_files_names_them(paths: list[str], told: str) -> None:
    assert folder_name([Path(path) for path in paths]) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["lease-01.pdf", "lease-02.pdf", "notes.txt"], "Lease"),
        (["Supplier contract Nord 3.pdf"], "Supplier contract Nord"),
        (["IMG_0001.jpg", "IMG_0002.jpg"], ""),
        (["a.pdf", "b.pdf"], ""),
        (["offer 1.pdf", "letter.pdf", "map.pdf"], ""),
    ],
)
def test_names_of_files_tell_what_most_of_them_are(names: list[str], told: str) -> None:
    assert common_name([Path("/x", name) for name in names]) == told


async def test_files_of_a_kind_are_called_by_it_and_others_by_their_folder(
    workspace: Workspace, tmp_path: Path
) -> None:
    for folder, words in (
        ("march", [invoice("A-1"), invoice("A-2")]),
        ("yacht_charters", ["Boat: Anna\nBerth: 7\n", "Boat: Berta\nBerth: 9\n"]),
    ):
        (tmp_path / folder).mkdir()
        for number, text in enumerate(words):
            (tmp_path / folder / f"{number}.txt").write_text(text, "utf-8")
    titles = []
    for folder in ("march", "yacht_charters"):
        draft = await workspace.drafts.begin()
        await workspace.drafts.take(draft.id, str(tmp_path / folder))
        found = (await workspace.drafts.look(draft.id)).suggested
        assert found is not None
        titles.append(found.title)
    assert titles == ["Invoices", "Yacht charters"]

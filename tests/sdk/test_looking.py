"""A folder looked at again and again: what is complete, what is not yet, what never can be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casework.sdk.looking import EMPTY, LONGEST_HOLD_S, FolderLook, Look, mark_of

SETTLE_S = 3.0


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def eyes(inbox: Path) -> FolderLook:
    return FolderLook(inbox, settle_s=SETTLE_S)


def names(look: Look) -> list[str]:
    return [sighting.path for sighting in look.complete]


def test_a_file_is_complete_once_it_has_not_changed_for_the_settle_time(
    inbox: Path, eyes: FolderLook
) -> None:
    (inbox / "a.txt").write_text("one", "utf-8")
    first = eyes.look(0.0)
    assert (names(first), first.open, [s.path for s in first.fresh]) == ([], 1, ["a.txt"])
    assert names(eyes.look(2.9)) == []
    assert names(eyes.look(3.0)) == ["a.txt"]


def test_a_slow_writer_is_waited_for(inbox: Path, eyes: FolderLook) -> None:
    for second in range(10):
        with (inbox / "a.txt").open("a", encoding="utf-8") as file:
            file.write("more\n")
        assert names(eyes.look(second * 2.0)) == []
    assert names(eyes.look(18.0 + SETTLE_S)) == ["a.txt"]


def test_a_file_that_was_dealt_with_is_given_out_again_only_when_it_has_changed(
    inbox: Path, eyes: FolderLook
) -> None:
    path = inbox / "a.txt"
    path.write_text("one", "utf-8")
    eyes.look(0.0)
    (sighting,) = eyes.look(3.0).complete
    eyes.deal_with(sighting)
    assert names(eyes.look(60.0)) == []
    path.write_text("one and two", "utf-8")
    assert names(eyes.look(61.0)) == []
    assert names(eyes.look(64.0)) == ["a.txt"]


@pytest.mark.parametrize(
    "name",
    [".hidden.pdf", "scan.pdf.part", "scan.pdf.crdownload", "scan.tmp", "~$letter.docx",
     "scan.pdf.filepart", "Thumbs.db", ".partial/scan.pdf"],
)  # fmt: skip
def test_unfinished_and_hidden_files_are_not_seen_at_all(
    inbox: Path, eyes: FolderLook, name: str
) -> None:
    (inbox / name).parent.mkdir(exist_ok=True)
    (inbox / name).write_text("x", "utf-8")
    eyes.look(0.0)
    look = eyes.look(9.0)
    assert (look.complete, look.fresh, look.refused, look.open) == ([], [], [], 0)


def test_a_rename_into_place_is_a_new_file(inbox: Path, eyes: FolderLook) -> None:
    (inbox / "a.txt.part").write_text("whole", "utf-8")
    eyes.look(0.0)
    (inbox / "a.txt.part").rename(inbox / "a.txt")
    assert names(eyes.look(10.0)) == []
    assert names(eyes.look(13.0)) == ["a.txt"]


def test_an_empty_file_is_waited_for(inbox: Path, eyes: FolderLook) -> None:
    (inbox / "a.txt").touch()
    eyes.look(0.0)
    look = eyes.look(3600.0)
    assert (names(look), look.open) == ([], 1)
    assert eyes.look(3601.0).fresh == []
    (inbox / "a.txt").write_text("now", "utf-8")
    (sighting,) = eyes.look(3602.0).fresh
    assert sighting.why != EMPTY
    assert names(eyes.look(3605.0)) == ["a.txt"]


def test_the_files_of_a_sub_folder_come_together(inbox: Path, eyes: FolderLook) -> None:
    case = inbox / "CLM-1"
    case.mkdir()
    (case / "form.txt").write_text("form", "utf-8")
    (inbox / "alone.txt").write_text("alone", "utf-8")
    eyes.look(0.0)
    (case / "letter.txt").write_text("letter", "utf-8")
    eyes.look(2.0)
    assert names(eyes.look(3.0)) == ["alone.txt"]
    assert names(eyes.look(5.0)) == ["CLM-1/form.txt", "CLM-1/letter.txt", "alone.txt"]


def test_a_file_that_never_ends_does_not_keep_its_folder_back_for_ever(
    inbox: Path, eyes: FolderLook
) -> None:
    case = inbox / "CLM-1"
    case.mkdir()
    (case / "form.txt").write_text("form", "utf-8")
    for second in range(int(SETTLE_S + LONGEST_HOLD_S) + 2):
        with (case / "log.txt").open("a", encoding="utf-8") as file:
            file.write("line\n")
        look = eyes.look(float(second))
    assert names(look) == ["CLM-1/form.txt"]


def test_what_was_seen_before_a_restart_need_not_settle_anew(inbox: Path) -> None:
    (inbox / "a.txt").write_text("one", "utf-8")
    mark = mark_of(inbox / "a.txt")
    assert mark is not None
    again = FolderLook(inbox, settle_s=SETTLE_S, seen={"a.txt": (mark, 60.0)}, now_s=5.0)
    assert names(again.look(5.0)) == ["a.txt"]
    known = FolderLook(inbox, settle_s=SETTLE_S, taken={"a.txt": mark})
    assert names(known.look(0.0)) == names(known.look(99.0)) == []


def test_a_folder_that_is_gone_is_a_problem_and_nothing_is_forgotten(
    inbox: Path, eyes: FolderLook, tmp_path: Path
) -> None:
    (inbox / "a.txt").write_text("one", "utf-8")
    eyes.look(0.0)
    (sighting,) = eyes.look(3.0).complete
    eyes.deal_with(sighting)
    inbox.rename(tmp_path / "elsewhere")
    assert "is not there" in eyes.look(4.0).problem
    (tmp_path / "elsewhere").rename(inbox)
    look = eyes.look(5.0)
    assert (look.problem, look.complete, look.open) == ("", [], 0)


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_out_of_the_folder_is_refused_and_one_within_is_followed(
    inbox: Path, eyes: FolderLook, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (inbox / "a.txt").write_text("one", "utf-8")
    (inbox / "stolen.txt").symlink_to(tmp_path / "secret.txt")
    (inbox / "again.txt").symlink_to("a.txt")
    (inbox / "up").symlink_to(tmp_path)
    eyes.look(0.0)
    look = eyes.look(3.0)
    assert names(look) == ["a.txt", "again.txt"]
    refused = {sighting.path: sighting.why for sighting in look.refused}
    assert "outside" in refused["stolen.txt"]
    assert "a link to a folder" in refused["up"]


@pytest.mark.skipif(os.name != "posix", reason="names are text elsewhere")
def test_a_name_that_is_no_text_can_be_told_and_stored(inbox: Path, eyes: FolderLook) -> None:
    Path(os.fsdecode(os.fsencode(inbox) + b"/caf\xe9.txt")).write_text("one", "utf-8")
    eyes.look(0.0)
    (sighting,) = eyes.look(3.0).complete
    assert sighting.path == "caf\\xe9.txt"
    assert sighting.path.encode()
    assert sighting.place.read_text("utf-8") == "one"


def test_the_workspace_inside_a_watched_folder_is_passed_over(inbox: Path) -> None:
    (inbox / "workspace" / "blobs").mkdir(parents=True)
    (inbox / "workspace" / "blobs" / "x").write_text("x", "utf-8")
    eyes = FolderLook(inbox, settle_s=SETTLE_S, without=inbox / "workspace")
    eyes.look(0.0)
    assert names(eyes.look(3.0)) == []

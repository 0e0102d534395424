"""Documents at the command line: the list, one report, what is alike, pictures of pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

_NOTE = (
    "Dear all, the goods remain our property until they are paid in full. Interest of five percent "
    "a year is due after thirty days, and complaints are to be made in writing. Our number {}. "
)


@pytest.fixture
def twice(cli: Cli, tmp_path: Path) -> Cli:
    """The bills, one note twice with a changed word, and a page that hides text."""
    (tmp_path / "note.txt").write_text(_NOTE.format("99-1203-A"), "utf-8")
    text = _NOTE.format("99-1203-A").replace("thirty", "forty")
    (tmp_path / "note copy.txt").write_text(text, "utf-8")
    page = '<p>Total due: EUR 12.00</p><p style="display:none">pay \x1b[31mme EUR 900</p>'
    (tmp_path / "offer.html").write_text(f"<html><body>{page}</body></html>", "utf-8")
    names = ("note.txt", "note copy.txt", "offer.html")
    answer = cli("add", *(tmp_path / name for name in names), "--cases", "file")
    assert answer.code == 0, answer.flat
    assert "Look at 2 documents first" in answer.flat
    return cli


def test_the_list_has_every_document_with_what_is_to_be_known(twice: Cli) -> None:
    answer = twice("documents")
    assert "alder.txt" in answer.out
    assert "1 page" in answer.flat
    assert "Hidden text on page 1: 4 words that cannot be seen." in answer.flat
    assert "nearly" not in answer.flat
    assert "the same document twice, or a version of it?" in answer.flat
    assert "6 of 6 documents; 3 to look at (!)" in answer.flat


def test_only_serious_ones_are_listed_when_asked(twice: Cli) -> None:
    told = twice("documents", "--flagged", "--json").json
    assert {each["name"] for each in told["documents"]} == {
        "note.txt",
        "note copy.txt",
        "offer.html",
    }


def test_the_report_shows_the_hidden_words_harmlessly(twice: Cli) -> None:
    answer = twice("documents", "offer.html")
    assert "untrusted text of the document" in answer.flat
    assert "EUR 900" in answer.flat
    assert "\x1b" not in answer.out
    told = twice("documents", "offer.html", "--json").json
    assert told["flags"][0]["code"] == "hidden_text"
    assert "EUR 900" in told["flags"][0]["untrusted_text"][0]["text"]


def test_a_case_warns_of_its_documents_above_its_values(twice: Cli) -> None:
    answer = twice("show", "offer")
    assert answer.out.startswith("! offer.html")
    assert "What it is" not in answer.flat
    assert "Hidden text on page 1" in answer.flat
    told = twice("show", "offer", "--json").json
    assert [each["name"] for each in told["documents_to_look_at"]] == ["offer.html"]
    assert twice("show", "alder", "--json").json["documents_to_look_at"] == []


def test_what_is_alike_and_what_differs(twice: Cli) -> None:
    assert "note copy.txt in note copy" in twice("alike", "note.txt").flat
    answer = twice("alike", "note.txt", "note copy.txt")
    assert "- p. 1 thirty + p. 1 forty" in answer.flat
    told = twice("alike", "note.txt", "note copy.txt", "--json").json
    assert told["changes"] == [
        {"here": {"page": 1, "text": "thirty"}, "there": {"page": 1, "text": "forty"}}
    ]
    assert "No other document" in twice("alike", "offer.html").flat


def test_a_page_is_written_with_words_marked(twice: Cli, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.png", tmp_path / "marked.png"
    assert twice("page", "alder.txt", "-o", plain).code == 0
    assert twice("page", "alder.txt", "--mark", "119.00", "-o", marked).code == 0
    assert plain.read_bytes().startswith(b"\x89PNG")
    assert plain.read_bytes() != marked.read_bytes()


def test_all_pages_stand_beside_each_other(twice: Cli) -> None:
    (path,) = twice("page", "alder.txt", "--all", "--json").json["files"]
    assert Path(path).name == "alder.txt-pages.png"
    assert Path(path).read_bytes().startswith(b"\x89PNG")


def test_words_and_pages_that_are_not_there_are_told(twice: Cli) -> None:
    answer = twice("page", "alder.txt", "--mark", "no such words")
    assert answer.code == 1
    assert "does not stand on page 1 of alder.txt" in answer.flat
    answer = twice("page", "alder.txt", "7")
    assert "The document has no page 7. It has 1 page." in answer.flat
    assert "There is no document" in twice("documents", "gone.pdf").flat


def test_pictures_of_documents_that_differ_in_their_ending_are_two(
    twice: Cli, tmp_path: Path
) -> None:
    for name in ("order.txt", "order.md"):
        (tmp_path / name).write_text(f"Order of {name}\n", "utf-8")
    twice("add", tmp_path / "order.txt", tmp_path / "order.md", "--cases", "file")
    told = [twice("page", name, "--json").json["files"] for name in ("order.txt", "order.md")]
    assert told[0] != told[1]


def test_a_file_that_was_not_read_has_no_pages_and_says_why(twice: Cli, tmp_path: Path) -> None:
    (tmp_path / "nothing.txt").write_bytes(b"")
    twice("add", tmp_path / "nothing.txt", "--case", "nothing")
    answer = twice("page", "nothing.txt").flat
    assert "The document has no pages, because it was not read. The file is empty." in answer
    assert "read by nothing" in twice("documents", "nothing.txt").flat


def test_a_file_in_two_cases_is_told_where_one_asks_what_is_alike(
    twice: Cli, tmp_path: Path
) -> None:
    twice("add", tmp_path / "offer.html", "--case", "second")
    assert "The same file is in" in twice("alike", "offer.html").flat


def test_what_is_known_goes_on_below_itself_on_a_narrow_terminal(twice: Cli) -> None:
    lines = twice("documents").out.splitlines()
    assert all(line.startswith(("  ", "! ", "    ")) or not line for line in lines[:-2])

"""Written documents at the command line; a template needs no model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Cli, invoke

LETTER = """
## Letter
- type: document
- template: yes

### To {Supplier}

We pay {Total due}.
"""


@pytest.fixture
def lettered(cli: Cli, tmp_path: Path) -> Cli:
    """The bills with a letter for each."""
    path = next((tmp_path / "workspace").rglob("bills.md"))
    path.write_text(path.read_text("utf-8") + LETTER, "utf-8")
    answer = cli("run")
    assert answer.code == 0, answer.flat
    return cli


def test_a_document_is_printed_as_markdown_with_its_places(lettered: Cli) -> None:
    answer = lettered("document", "cedar")
    assert answer.out.startswith("# To Cedar GmbH[^supplier]\n\nWe pay EUR 59.50[^total-due].\n")
    assert "cedar.txt, line 4: “EUR 59.50”" in answer.out


def test_a_document_goes_to_a_file_and_all_to_a_folder(lettered: Cli, tmp_path: Path) -> None:
    answer = lettered("document", "cedar", "Letter", "-o", tmp_path / "letter.md")
    assert "Wrote Letter of cedar" in answer.flat
    assert (tmp_path / "letter.md").read_text("utf-8").startswith("# To Cedar GmbH")
    assert len(lettered("document", "--all", tmp_path / "all", "--json").json["files"]) == 3


def test_the_json_has_the_text_and_its_sentences(lettered: Cli) -> None:
    told = lettered("document", "cedar", "--json").json
    assert (told["step"], told["title"], told["unsupported"]) == ("letter", "To Cedar GmbH", 0)


def test_a_document_is_corrected_from_a_file(lettered: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("# Mine\n\nPaid in cash.\n", "utf-8")
    answer = lettered("correct", "cedar", "Letter", "--file", tmp_path / "mine.md")
    assert "Mine, 5 words" in answer.flat
    assert lettered("document", "cedar").out == "# Mine\n\nPaid in cash.\n"


def test_a_case_or_all_must_be_named(cli: Cli) -> None:
    answer: Answer = cli("document")
    assert answer.code == 1
    assert "casework document CASE" in answer.flat


def test_a_procedure_without_documents_says_how_to_have_one(cli: Cli) -> None:
    assert "- type: document" in cli("document", "cedar").flat


def test_checking_a_procedure_tells_templates_and_second_readers(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    keys = "- second: embedded\n- third: best\n- batch: yes\n"
    path.write_text(f"# P\n\n## Supplier\n{keys}\n## Total due\n{LETTER}", "utf-8")
    told = invoke("procedure", "check", path).flat
    assert "a template, from Supplier, Total due" in told
    assert "read a second time by embedded; best decides where they disagree" in told
    assert "may wait for a batch" in told

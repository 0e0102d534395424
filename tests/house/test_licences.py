"""What we build on is listed, and comes under licences that we take. And the check fails."""

from __future__ import annotations

import pytest

from tests.house.source import ROOT
from tools.licences import Row, canonical, problems, read_lock, read_table, rewritten

ROW = Row("pluggy", "1.7.0", "MIT", "casework", "hooks")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_locked_runtime_library_is_listed_with_a_licence_we_take() -> None:
    locked = read_lock(_text("requirements.lock"))
    assert "pydantic" in locked
    assert problems(locked, read_table(_text("docs/dependencies.md"))) == []


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"]
)
def test_a_lock_names_no_host_and_hashes_everything(name: str) -> None:
    text = _text(name)
    assert "://" not in text
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith("#")]
    assert pinned
    assert all(line.endswith("\\") for line in pinned)


def test_the_locks_agree_with_each_other() -> None:
    develop = read_lock(_text("requirements-dev.lock"))
    for name in ("requirements.lock", "requirements-build.lock"):
        locked = read_lock(_text(name))
        assert locked == {library: develop.get(library) for library in locked}


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "LGPL-2.1", "AGPL-3.0", "GNU Affero"])
def test_a_copyleft_licence_is_refused(licence: str) -> None:
    row = Row("not-installed-here", "1.0", licence, "casework", "nothing")
    found = problems({"not-installed-here": "1.0"}, {"not-installed-here": row})
    assert len(found) == 1
    assert "do not take" in found[0]


def test_a_library_that_is_missing_stale_or_of_another_version_is_found() -> None:
    assert "missing" in problems({"pluggy": "1.7.0"}, {})[0]
    assert "not locked" in problems({}, {"pluggy": ROW})[0]
    assert "locked is 9.9" in problems({"pluggy": "9.9"}, {"pluggy": ROW})[0]


def test_a_wrong_licence_and_an_unsaid_purpose_are_found() -> None:
    wrong = Row("pluggy", "1.7.0", "BSD-3-Clause", "casework", "?")
    found = problems({"pluggy": "1.7.0"}, {"pluggy": wrong})
    assert ["it states MIT" in found[0], "what it is for" in found[1]] == [True, True]


def test_rewriting_keeps_what_a_person_wrote_and_adds_what_is_new() -> None:
    head = "# Libraries\n\n| library | version | licence | needed by | what for |\n"
    text = f"{head}|---|---|---|---|---|\n| pluggy | 0 | ? | ? | hooks |\n\nAfter.\n"
    again = rewritten(text, {"pluggy": "1.7.0", "rich": "15"}, {"pluggy", "rich"})
    rows = read_table(again)
    assert rows["pluggy"] == ROW
    assert rows["rich"].purpose == "?"
    assert again.endswith("\nAfter.\n")


def test_names_are_compared_as_the_package_index_does() -> None:
    assert canonical("Typing_Extensions") == "typing-extensions"
    assert read_lock("pdf_oxide==1 \\\nnumpy==1 ; a\nnumpy==2 ; b\n") == {
        "pdf-oxide": "1",
        "numpy": "1, 2",
    }

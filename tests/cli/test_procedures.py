"""procedure check, show, rename and trust."""

from __future__ import annotations

from pathlib import Path

import casework
from tests.cli.conftest import Cli, invoke


def test_mistakes_are_listed_with_line_reason_and_fix(tmp_path: Path) -> None:
    file = tmp_path / "bad.md"
    file.write_text("# Bad\n\n## Net\n- type: mony\n\n## Twice\n`{Nett} * 2`\n")
    answer = invoke("procedure", "check", file)
    assert answer.code == 1
    assert "bad.md has 2 mistakes" in answer.flat
    assert "line 4 There is no type 'mony'. Did you mean money?" in answer.flat
    error = invoke("procedure", "check", file, "--json").json["error"]
    assert [mistake["line"] for mistake in error["mistakes"]] == [4, 7]
    assert error["status"] == 400


def test_a_good_procedure_is_shown_with_who_fills_each_step(documents: Path) -> None:
    text = invoke("procedure", "check", documents / "bills.md").flat
    assert "bills.md is fine." in text
    assert "Supplier text from the documents" in text
    assert "Sums agree yes/no rule: {Net} + {VAT} == {Total due}" in text
    assert "Remark text a model, from Supplier" in text


def test_the_procedure_of_a_worksheet_says_where_to_edit_it(cli: Cli, tmp_path: Path) -> None:
    told = cli("procedure", "show", "--json").json
    assert told["file"] == str(tmp_path / "workspace" / "procedures" / "bills.md")
    assert told["version"] == 1
    assert not told["edited"]
    assert "Edit it here:" in cli("procedure", "show").flat


def test_a_renamed_step_keeps_its_cells_and_nothing_runs(cli: Cli) -> None:
    assert cli("procedure", "rename", "Total due", "Amount due").code == 0
    assert "`{Net} + {VAT} == {Amount due}`" in Path(
        cli("procedure", "show", "--json").json["file"]
    ).read_text("utf-8")
    plan = cli("plan", "--json").json
    assert plan["groups"] == []
    assert "Amount due" in cli("show").flat


def test_only_code_needs_to_be_trusted(documents: Path, tmp_path: Path) -> None:
    assert invoke("procedure", "trust", documents / "bills.md").code == 1
    assert invoke("procedure", "trust", tmp_path / "none.py").code == 1
    file = tmp_path / "steps.py"
    file.write_text('def net() -> str:\n    """The net sum."""\n    ...\n')
    assert "not trusted" in invoke("procedure", "check", file).flat
    assert len(invoke("procedure", "trust", file, "--json").json["sha256"]) == 64
    assert invoke("procedure", "check", file).code == 0


def test_an_order_of_readers_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    path.write_text("# P\n\n## Supplier\n- readers: embedded, default\n", "utf-8")
    told = invoke("procedure", "check", path).flat
    assert "read by embedded, then default, then a person" in told
    steps = invoke("procedure", "check", path, "--json").json["steps"]
    assert steps[0]["readers"] == ["embedded", "default"]


def test_a_procedure_that_was_made_in_python_is_shown_without_its_program(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    with casework.create(folder) as workspace:
        workspace.new_worksheet("orders", casework.procedure("Orders", [large]))
    shown = invoke("procedure", "show", "-w", folder)
    assert shown.code == 0, shown.flat
    assert "made in Python" in shown.flat
    assert invoke("procedure", "show", "-w", folder, "--json").json["file"] is None
    (tmp_path / "a.txt").write_text("Total: EUR 3.00\n", "utf-8")
    assert invoke("add", tmp_path / "a.txt", "-w", folder).code == 0
    assert "workspace.worksheet(NAME, procedure)" in invoke("plan", "-w", folder).flat
    assert "made in Python" in invoke("procedure", "rename", "Large", "Big", "-w", folder).flat


def large() -> bool:
    """Whether somebody has to sign."""
    return True

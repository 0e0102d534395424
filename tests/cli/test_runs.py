"""plan, run and retry, for people and for scripts."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import BILLS, Cli, invoke


def test_a_run_ends_with_what_stands_and_what_wants_a_person(
    documents: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    invoke("init", folder)
    invoke("add", documents / "bills", "-s", "bills", "-p", documents / "bills.md", "-w", folder)
    answer = invoke("run", "-w", folder)
    assert answer.code == 0
    assert "Done: 15 cells in" in answer.flat
    assert "15 with a value, 3 waiting" in answer.flat
    assert "the rule says no" in answer.flat
    assert "casework cell birch sums-agree" in answer.flat
    assert "3 cells wait for a model: needs a model" in answer.flat
    assert "Remark ×3" in answer.flat
    assert "model.default" in answer.flat


def test_a_second_run_has_nothing_to_do(cli: Cli) -> None:
    assert "Nothing has changed since the last run" in cli("run").flat
    again = cli("run", "--json").json
    assert again["cells_run"] == 0
    assert again["run"]["state"] == "finished"
    assert again["states"] == {"value": 15, "waiting": 3}


def test_strict_exits_with_3_while_something_wants_a_person(cli: Cli) -> None:
    assert cli("run").code == 0
    assert cli("run", "--strict").code == 3
    assert cli("accept", "birch", "sums-agree").code == 0
    assert cli("run", "--strict").code == 0


def test_the_json_of_a_run_names_the_cells_that_want_a_person(cli: Cli) -> None:
    told = cli("run", "--json").json
    assert [reason["reason"] for reason in told["needs_person"]] == ["the rule says no"]
    assert told["needs_person"][0]["cells"][0]["case"] == "birch"
    assert told["waits"][0]["count"] == 3


def test_a_plan_begins_with_a_plain_sentence(cli: Cli) -> None:
    assert cli("plan").out.startswith("Nothing to do: 15 cells stand; 3 cells wait.")


def test_the_plan_after_an_edit_tells_the_change_and_the_cells(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, "`{Net} + {VAT} == {Total due}`", "`{Net} + {VAT} <= {Total due}`")
    told = cli("plan")
    assert told.out.startswith("A run would compute 3 cells, without asking a model.")
    assert "The procedure was edited:" in told.flat
    assert "the step changed: rule" in told.flat
    plan = cli("plan", "--json").json
    assert plan["certain"] == 3
    assert plan["sentence"] == "A run would compute 3 cells, without asking a model."
    assert plan["groups"][0]["step_id"] == "sums-agree"


def test_a_plan_says_how_many_cells_a_person_has_verified(cli: Cli, tmp_path: Path) -> None:
    cli("accept", "alder", "sums-agree")
    edit(tmp_path, "`{Net} + {VAT} == {Total due}`", "`{Net} + {VAT} <= {Total due}`")
    told = cli("plan")
    assert "1 cell among them was verified by a person" in told.flat
    assert "verified" in told.out


def test_a_forced_run_of_one_step_of_one_case_runs_one_cell(cli: Cli) -> None:
    told = cli("run", "--case", "alder", "--step", "Net", "--force", "--json").json
    assert told["cells_run"] == 1


def test_retry_brings_nothing_back_when_nothing_is_set_aside(cli: Cli) -> None:
    assert "Nothing is set aside." in cli("retry").flat
    assert cli("retry", "--all", "--json").json == {"brought_back": 0, "groups": []}


def test_an_unknown_case_is_an_error_with_the_known_ones(cli: Cli) -> None:
    answer = cli("run", "--case", "zebra")
    assert answer.code == 1
    assert "There is no case 'zebra'." in answer.flat
    assert all(repr(name.removesuffix(".txt")) in answer.flat for name in BILLS)


def edit(tmp_path: Path, old: str, new: str) -> None:
    """Edit the procedure of the workspace as a person would."""
    file = tmp_path / "workspace" / "procedures" / "bills.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_run_that_only_makes_cells_wait_says_so(cli: Cli, tmp_path: Path) -> None:
    told = "The company that issued the bill."
    edit(tmp_path, told, f"{told}\n\n## Place\n- by: person")
    assert "Nothing could be computed; 3 cells wait now" in cli("run").flat
    assert "Nothing has changed since the last run" in cli("run").flat


def test_a_procedure_whose_file_is_gone_is_told_and_still_followed(
    cli: Cli, tmp_path: Path
) -> None:
    for file in tmp_path.rglob("procedures/*.md"):
        file.unlink()
    told = cli("plan").flat
    assert ".md is gone. Version 1 is followed as it was kept; put the file back" in told
    assert cli("run").code == 0


def test_a_sample_is_of_one_case_at_least(cli: Cli) -> None:
    answer = cli("plan", "--sample", "0")
    assert answer.code == 2
    assert "--sample" in answer.err

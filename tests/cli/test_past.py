"""Looking back, putting back, bringing back, and taking many cells at once."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


def edit(tmp_path: Path, old: str, new: str) -> None:
    """Edit the procedure of the workspace as a person would."""
    file = tmp_path / "workspace" / "procedures" / "bills.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def other_sum(cli: Cli, tmp_path: Path) -> None:
    """A second run, in which sums agree when they do not."""
    edit(tmp_path, "== {Total due}`", "!= {Total due}`")
    assert cli("run").code == 0


def test_runs_are_listed_with_their_numbers_newest_first(cli: Cli, tmp_path: Path) -> None:
    other_sum(cli, tmp_path)
    told = cli("runs", "--json").json["runs"]
    assert [item["number"] for item in told] == [2, 1]
    lines = [line for line in cli("runs").out.splitlines() if line.strip()]
    assert lines[0].split()[0] == "2"
    assert "version 2" in lines[0]


def test_a_history_is_told_in_order_with_runs_and_people(cli: Cli, tmp_path: Path) -> None:
    other_sum(cli, tmp_path)
    cli("reject", "alder", "sums-agree", "--who", "ann", "--note", "not so")
    text = cli("history", "alder", "sums-agree").flat
    assert "value: yes, by casework, run 1" in text
    assert text.index("value: no, by casework, run 2") > text.index("run 1")
    assert "rejected, by ann, shown because: the rule says no: not so" in text
    told = cli("history", "alder", "sums-agree", "--json").json["history"]
    assert [item["what"] for item in told] == ["value", "value", "rejected"]


def test_the_worksheet_is_shown_and_written_as_it_was(cli: Cli, tmp_path: Path) -> None:
    other_sum(cli, tmp_path)
    then = cli("show", "--at", "1", "--json").json
    assert then["as_of"].startswith("after run 1, ")
    assert then["cases"][0]["cells"]["sums-agree"]["value"] is True
    assert cli("show", "--json").json["cases"][0]["cells"]["sums-agree"]["value"] is False
    assert "As it was after run 1" in cli("show", "alder", "--at", "1").flat
    answer = cli("export", tmp_path / "then.csv", "--at", "1")
    assert answer.code == 0
    assert "yes" in (tmp_path / "then.csv").read_text("utf-8-sig")


def test_a_moment_that_never_was_is_refused(cli: Cli) -> None:
    answer = cli("show", "--at", "7")
    assert answer.code == 1
    assert "There is no run '7'." in answer.flat


def test_a_run_is_shown_before_it_is_put_back(cli: Cli, tmp_path: Path) -> None:
    other_sum(cli, tmp_path)
    dry = cli("revert", "last")
    assert "3 cells go back to what stood before run 2" in dry.flat
    assert "alder · Sums agree: no → yes" in dry.flat
    assert "do it with --yes" in dry.flat
    done = cli("revert", "2", "--yes", "--procedure", "--json").json
    assert (done["done"], len(done["cells"]), done["procedure_written"]) == (True, 3, True)
    assert cli("show", "--json").json["cases"][0]["cells"]["sums-agree"]["value"] is True
    again = cli("revert", "2")
    assert "Nothing that run 2" in again.flat
    assert "is still in force" in again.flat


def test_long_worksheets_are_shown_in_pages(cli: Cli) -> None:
    first = cli("show", "--limit", "2")
    assert "2 of 3 cases; more with: casework show --page 2, or --all" in first.flat
    second = cli("show", "--limit", "2", "--page", "2")
    assert "cedar" in second.flat
    assert "alder" not in second.flat
    assert "--page 3" not in second.flat
    assert len(cli("show", "--limit", "1", "--json").json["cases"]) == 1
    assert len(cli("show", "--json").json["cases"]) == 3
    looked = cli("show", "--look", "--limit", "1", "--json").json["cases"]
    assert len(looked) == 1


def test_what_was_set_aside_is_listed_and_brought_back_by_its_reason(
    cli: Cli, tmp_path: Path
) -> None:
    edit(tmp_path, "`{Net} + {VAT} == {Total due}`", "`{Net} / ({VAT} - {VAT}) == 1`")
    cli("run")
    listed = cli("retry")
    assert "3 division by zero: Sums agree" in listed.flat
    assert "in alder, birch, cedar" in listed.flat
    assert cli("retry", "--reason", "division", "--dry", "--json").json["brought_back"] == 0
    answer = cli("retry", "--case", "alder", "--case", "birch")
    assert "2 cells brought back: Sums agree ×2." in answer.flat
    nothing = cli("retry", "--reason", "refused")
    assert nothing.code == 1
    assert "There is: division by zero." in nothing.flat


def test_a_decision_holds_again(cli: Cli) -> None:
    cli("correct", "alder", "net", "EUR 7.00")
    cli("undo", "alder", "net")
    assert "EUR 7.00" in cli("redo", "alder", "net").flat
    assert cli("redo", "alder", "net").code == 1


def test_many_cells_are_adopted_after_they_were_shown(cli: Cli) -> None:
    dry = cli("accept-all", "--step", "sums-agree")
    assert "Would adopt 1 cell:" in dry.flat
    assert "1 the rule says no Sums agree" in dry.flat
    done = cli("accept-all", "--step", "sums-agree", "--yes", "--who", "ann", "--json").json
    assert (done["done"], done["cells"]) == (True, 1)
    cell = cli("cell", "birch", "sums-agree", "--json").json
    assert (cell["verdict"]["kind"], cell["verdict"]["who"]) == ("adopted", "ann")
    assert cli("accept-all").flat == "Nothing here can be accepted as it stands."

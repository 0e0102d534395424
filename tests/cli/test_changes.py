"""try, compare, adopt, keep, drop and same, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.cli.conftest import Cli
from tests.cli.test_runs import edit
from tests.sdk.taught import teach

OLD, NEW = "`{Net} + {VAT} == {Total due}`", "`{Net} + {VAT} <= {Total due}`"


def test_a_change_is_tried_and_compared_in_one_go(cli: Cli, tmp_path: Path) -> None:
    cli("accept", "alder", "sums-agree")
    cli("correct", "birch", "sums-agree", "yes")
    edit(tmp_path, OLD, NEW)
    told = cli("try").flat
    assert "Tried beside what is in force: 3 cells in" in told
    assert "It agrees with 2 of your 2 verified values; before 1." in told
    assert "Sums agree: another value (1 cell, --kind value)" in told
    assert "birch no → yes [verified: yes; agrees]" in told
    assert "3 cells tried, 2 came out the same." in told
    assert "proposed: yes" in cli("show", "birch").flat


def test_the_json_of_a_comparison_has_both_sides(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    tried = cli("try", "--json").json
    assert tried["cells_run"] == 3
    told = cli("compare", "--json").json
    assert {key: told[key] for key in ("differ", "undecided", "tried", "equal", "not_tried")} == {
        "differ": 1,
        "undecided": 1,
        "tried": 3,
        "equal": 2,
        "not_tried": 0,
    }
    (group,) = told["groups"]
    assert (group["step"], group["kind"]) == ("sums-agree", "value")
    (cell,) = group["cells"]
    assert (cell["case"], cell["old"]["shown"], cell["new"]["shown"]) == ("birch", "no", "yes")
    shown = cli("show", "--json").json
    flags = {c["case"]: c["cells"]["sums-agree"]["flags"] for c in shown["cases"]}
    assert flags["birch"] == ["proposed"]


def test_adopting_asks_what_is_meant_and_then_takes_it_up(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    cli("try")
    assert "Say what to adopt: --all" in cli("adopt").flat
    told = cli("adopt", "--step", "Sums agree").flat
    assert "Version 2 of the procedure is in force." in told
    assert "Nothing to do: 15 cells stand; 3 cells wait." in told
    assert cli("run", "--json").json["cells_run"] == 0


def test_a_cell_is_kept_and_the_rest_adopted(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    cli("try")
    told = cli("keep", "--cell", "birch/sums-agree").flat
    assert "Kept: 1 cell stands as it is." in told
    done = cli("adopt", "--all", "--json").json
    assert (done["version"], done["undecided"], done["state"]) == (2, 0, "adopted")
    assert cli("cell", "birch", "sums-agree", "--json").json["shown"] == "no"
    assert cli("run", "--json").json["cells_run"] == 0


def test_what_was_tried_is_dropped_with_the_edit(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    cli("try")
    assert "The procedure file is as it was." in cli("drop", "--restore").flat
    assert cli("plan").out.startswith("Nothing to do: 15 cells stand; 3 cells wait.")
    missing = cli("compare")
    assert missing.code == 1
    assert "No change is being tried." in missing.flat


def test_a_run_says_that_it_left_the_change_alone(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    cli("try")
    assert "The change that is being tried was left alone" in cli("run").flat
    assert cli("run", "--json").json["trying"] is True


def test_an_edit_is_called_the_same_and_that_is_taken_back(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    told = cli("same", "Sums agree", "--who", "ann").flat
    assert "Sums agree: called the same by ann on" in told
    assert "No cell runs because of the edit: 15 cells stand; 3 cells wait." in told
    assert cli("run", "--json").json["cells_run"] == 0
    assert "called the same by ann" in cli("same", "--list").flat
    back = cli("same", "--undo", "--json").json
    assert back["next"] == "A run would compute 3 cells, without asking a model."
    assert back["same_meaning"][0]["who"] == "ann"


def test_a_plan_answers_for_what_one_only_thinks_of(cli: Cli) -> None:
    told = cli("plan", "--correct", "birch/Total due=EUR 238.00", "--cells")
    assert told.out.startswith("A run would compute 1 cell, without asking a model.")
    assert "Asked for: - birch, Total due: EUR 238.00 is tried." in told.flat
    assert "birch Sums agree: an input changed: Total due" in told.flat
    plan = cli("plan", "--correct", "birch/Total due=EUR 238.00", "--cells", "--json").json
    assert [(one["case_name"], one["step_id"]) for one in plan["planned"]] == [
        ("birch", "sums-agree")
    ]


def test_what_is_left_out_is_shown_as_out_of_date(cli: Cli, tmp_path: Path) -> None:
    edit(tmp_path, OLD, NEW)
    told = cli("plan", "--none-yet").out
    assert told.startswith("Nothing would run now; 3 cells stay as they are, shown as out of date.")
    taken = cli("run", "--none-yet").flat
    assert "Version 2 of the procedure is in force." in taken
    assert "3 cells are left for later: casework run" in taken
    shown = cli("show", "alder").flat
    assert "out of date: the step changed and this cell has not run since" in shown
    assert cli("plan", "--sample", "1", "--json").json["left_out"] == 2


def test_words_that_do_not_fit_are_refused_with_how_to_write_them(cli: Cli) -> None:
    for words, hint in (
        (("plan", "--correct", "birch"), "Write CASE/STEP=VALUE"),
        (("plan", "--set", "x"), "Write NAME=VALUE"),
        (("plan", "--unverified", "--none-yet"), "Leave one of them out"),
        (("adopt", "--cell", "birch"), "Write CASE/STEP"),
        (("keep", "--kind", "odd"), "Use one of value, lost"),
    ):
        answer = cli(*words)
        assert answer.code == 1
        assert hint in answer.flat


async def _taught(folder: Path) -> None:
    """Offer a version of `Total due` that takes the net amount for it."""
    async with await Workspace.open(folder) as workspace:
        nets = {"alder": "100.00", "birch": "200.00", "cedar": "50.00"}
        right: dict[str, Json] = {
            name: {"amount": net, "currency": "EUR"} for name, net in nets.items()
        }
        await teach(await workspace.worksheet("bills"), "total-due", right)


def test_a_learned_version_is_planned_tried_and_adopted_in_words(cli: Cli, tmp_path: Path) -> None:
    asyncio.run(_taught(tmp_path / "workspace"))
    assert "Nothing to do" in cli("plan").flat
    told = cli("plan", "--version", "Total due").flat
    assert "Version 1 of Total due is tried." in told
    assert "what was learned: version 1 now, none before" in told
    told = cli("try", "--version", "total-due:1").flat
    assert "Version 1 of Total due is tried." in told
    assert "alder EUR 119.00 → EUR 100.00" in told
    told = cli("adopt", "--all").flat
    assert "Version 1 of Total due is at work." in told
    assert "of the procedure" not in told
    told = cli("cell", "alder", "Total due").flat
    assert "likely to be right" in told
    assert "learned version 1" in told
    refused = cli("plan", "--version", "Total due 7")
    assert refused.code != 0
    assert "There is no learned version 'Total due 7'" in refused.flat


def test_what_was_not_measured_is_said_and_given_as_null(cli: Cli, tmp_path: Path) -> None:
    assert "confidence not measured yet" in cli("cell", "alder", "Total due").flat
    assert "confidence" not in cli("cell", "alder", "Sums agree").flat
    told = cli("show", "--json").json["cases"][0]["cells"]
    assert (told["total-due"]["confidence"], told["total-due"]["sureness"]) == (
        None,
        "not measured yet",
    )
    assert told["sums-agree"]["sureness"] is None
    out = tmp_path / "bills.json"
    cli("export", out)
    case = json.loads(out.read_text("utf-8"))["cases"][0]
    assert case["cells"]["total-due"]["confidence"] is None
    assert case["cells"]["total-due"]["sureness"] == "not measured yet"

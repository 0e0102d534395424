"""Rows of tables on the command line: below their case, by themselves, decided on one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, invoke

PROCEDURE = """# Order check

## Lines
- type: table: Description, Amount (money)

### Agreed
- type: yes/no
- by: person
Is this what we ordered?

## Net
- type: money
`sum({Lines.Amount})`

## All agreed
`all({Lines.Agreed})`
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return _orders(tmp_path, PROCEDURE)


def _orders(tmp_path: Path, procedure: str) -> Path:
    (tmp_path / "order.md").write_text(procedure, "utf-8")
    (tmp_path / "acme.csv").write_text(
        "Description,Amount\nPump,120.00\nValve,200.00\n", encoding="utf-8"
    )
    folder = tmp_path / "workspace"
    made = [
        invoke("init", folder),
        invoke(
            "add", tmp_path / "acme.csv", "-s", "orders", "-p", tmp_path / "order.md", "-w", folder
        ),
        invoke("run", "-w", folder),
    ]
    assert [answer.code for answer in made] == [0, 0, 0], [a.flat for a in made]
    return folder


def test_rows_are_shown_decided_and_read_as_one_column(orders: Path) -> None:
    def cli(*words: object) -> Answer:
        return invoke(*words, "-w", orders)

    shown = cli("show", "acme").out
    assert "Lines  2 rows" in shown
    assert "Row" in shown.partition("Lines  2 rows")[2]
    rows = cli("show", "acme", "--rows", "Lines").flat
    assert "acme/Lines/2" in rows
    assert "Valve" in rows
    assert "All agreed" not in rows
    assert "acme/Lines/2 · Amount" in cli("cell", "acme/Lines/2", "Amount").flat
    assert cli("correct", "acme/Lines/1", "Agreed", "yes").code == 0
    assert "Lines.Agreed" in cli("plan").flat
    assert cli("run").code == 0
    assert "provisional: 1 of 2 rows" in cli("show", "acme").flat
    (case,) = json.loads(cli("show", "acme", "--json").out)["cases"]
    assert case["cells"]["all-agreed"]["provisional"] == "1 of 2 rows"
    assert [row["row"] for row in case["rows"]["lines"]] == ["acme/Lines/1", "acme/Lines/2"]
    assert "from Amount, Lines.Amount" not in shown


def test_a_check_lists_the_steps_of_rows(tmp_path: Path) -> None:
    file = tmp_path / "order.md"
    text = PROCEDURE.replace("## Net", "## Amount\n## Net")
    file.write_text(text.replace("Is this what", "Is {Amount} what"), "utf-8")
    told = invoke("procedure", "check", file).flat
    assert "Lines › Agreed" in told
    assert "from the row" in told
    assert "Note: Lines › Agreed reads {Amount} of its row, not that of the case." in told


def test_a_row_that_is_not_there_is_called_a_row(orders: Path) -> None:
    answer = invoke("cell", "acme/Lines/9", "Amount", "-w", orders)
    assert answer.code == 1
    assert "This case has no row '9' in Lines." in answer.flat


def test_cells_of_rows_are_accepted_all_at_once(tmp_path: Path) -> None:
    doubled = "### Twice\n- type: money\n- review: always\n`{Amount} + {Amount}`\n\n"
    folder = _orders(tmp_path, PROCEDURE.replace("## Net", doubled + "## Net"))

    def cli(*words: object) -> Answer:
        return invoke("accept-all", *words, "-w", folder)

    assert cli("--step", "Net", "--json").json["cells"] == 0
    shown = cli("--step", "Lines.Twice", "--json").json
    assert (shown["done"], shown["cells"]) == (False, 2)
    assert cli("--step", "Lines.Twice", "--yes", "--json").json["cells"] == 2
    assert "adopted" in invoke("cell", "acme/Lines/2", "Twice", "-w", folder).flat
    assert cli("--step", "Lines.Twice").flat.startswith("Nothing here can be accepted")

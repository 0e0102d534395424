"""Caps, from a setting to the words that a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import SettingsError
from casework.sdk.caps import caps_of_models
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.types.spending import Cap
from casework.types.values import Json
from tests.sdk.conftest import use_model

PROCEDURE = """# Letters

## Sender
- type: text
Who wrote the letter.

## Length
- by: rule
- type: number

`len({Sender})`
"""

SENDER: Json = {
    "status": "found",
    "value": "yours",
    "quotes": [{"document": "d1", "quote": "yours"}],
    "note": "",
}


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in ("ann", "bob", "cem"):
        (folder / f"{name}.txt").write_text(f"Dear all,\n\nyours, {name}\n", "utf-8")
    (tmp_path / "letters.md").write_text(PROCEDURE, "utf-8")
    return folder


async def test_a_cap_on_the_day_pauses_and_says_which_setting_raises_it(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer, letters: Path
) -> None:
    use_model(own_configuration, server)
    server.play(rules=[{"match": "# Sender", "answer": SENDER}])
    folder = tmp_path / "workspace"
    async with await Workspace.create(folder, flags={"budget.day_calls": 2}) as workspace:
        sheet = await workspace.new_worksheet("letters", tmp_path / "letters.md")
        await sheet.add(letters)
        run = await sheet.run()
        assert run.state == "finished"
        cells = [cell async for row in sheet.rows() for cell in row.cells]
        paused = [cell for cell in cells if cell.waiting_for == "budget"]
        assert len(paused) == 1
        assert "that budget.day_calls allows" in paused[0].reason
        summary = await sheet.summary()
        assert [reason.count for reason in summary.waits] == [1]
    async with await Workspace.open(folder, flags={"budget.day_calls": 5}) as workspace:
        sheet = await workspace.worksheet()
        await sheet.run()
        cells = [cell async for row in sheet.rows() for cell in row.cells]
        assert {cell.state for cell in cells} == {"value"}


async def test_what_an_answer_of_no_use_cost_is_kept_and_counted(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer, letters: Path
) -> None:
    use_model(own_configuration, server)
    server.play(rules=[{"match": "", "answer": "no JSON at all"}])
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        sheet = await workspace.new_worksheet("letters", tmp_path / "letters.md")
        await sheet.add(letters / "ann.txt")
        run = await sheet.run()
        assert run.usage.calls == 2
        told = await sheet.past.history("ann", "sender")
        assert [item.what for item in told] == ["failed"]
        store = workspace._house.store
        (case,) = await sheet.cases()
        assert (await store.spending.of_cell(case.id, "sender")).calls == 2


def test_caps_of_single_models_are_read_as_people_write_them() -> None:
    told = caps_of_models("openai:gpt-5 = 20 USD; ollama:x = 500 calls; ollama:x=2,000,000 tokens")
    assert told == {
        "openai:gpt-5": Cap(20.0, 0, 0, "budget.models"),
        "ollama:x": Cap(0.0, 2_000_000, 500, "budget.models"),
    }
    assert caps_of_models("a:b = 1.50") == {"a:b": Cap(1.5, 0, 0, "budget.models")}
    assert caps_of_models("") == {}


@pytest.mark.parametrize("text", ["gpt-5", "= 20", "a:b = plenty", "a:b = 20 EUR"])
def test_a_cap_that_cannot_be_read_is_an_error_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="which is no cap"):
        caps_of_models(text)

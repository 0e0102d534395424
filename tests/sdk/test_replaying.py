"""A run done again from its record: without a network, with nothing written, compared by digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import NotFoundError
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.store.database import Transaction
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model

MODEL_PROCEDURE = """# Remarks

## Total due
- type: money

## Remark
- by: model

Say in one word whether {Total due} is much.
"""


async def _filled(workspace: Workspace, procedure: Path, tmp_path: Path) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    for number in ("A-1", "A-2"):
        (tmp_path / f"{number}.txt").write_text(invoice(number), "utf-8")
    await sheet.add(tmp_path / "A-1.txt", tmp_path / "A-2.txt")
    await sheet.run()


async def test_a_run_without_models_is_equal_to_itself(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    await _filled(workspace, procedure, tmp_path)
    sheet = await workspace.worksheet()
    seen: list[tuple[int, int]] = []
    report = await sheet.replaying.replay(
        on_cell=lambda done, total, now: seen.append((done, total))
    )
    assert (report.outcomes, report.equal) == (12, 12)
    assert report.differing == report.not_replayable == ()
    assert report.recorded_digest == report.replayed_digest
    assert report.proved
    assert seen[-1] == (12, 12)


async def test_an_older_run_is_done_again_under_its_own_procedure(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    await _filled(workspace, procedure, tmp_path)
    sheet = await workspace.worksheet()
    (first,) = await sheet.runs()
    text = sheet.procedure_path.read_text("utf-8")
    changed = text.replace("`{Net} + {VAT} == {Total due}`", "`{Net} == {Total due}`")
    sheet.procedure_path.write_text(changed, "utf-8")
    await sheet.run()
    old = await sheet.replaying.replay(first.id[:-2])
    assert (old.equal, old.run.procedure_version, old.proved) == (12, 1, True)
    new = await sheet.replaying.replay()
    assert (new.equal, new.run.procedure_version, new.proved) == (4, 2, True)
    assert new.recorded_digest != old.recorded_digest


async def test_models_answer_from_the_record_and_nobody_is_asked(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play()
    procedure = tmp_path / "remarks.md"
    procedure.write_text(MODEL_PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        await _filled(workspace, procedure, tmp_path)
        sheet = await workspace.worksheet()
        (run,) = await sheet.runs()
        assert run.usage.calls >= 2
        sent = len(await workspace.outgoing())
    (own_configuration / "settings.toml").unlink()
    async with await Workspace.open(tmp_path / "workspace") as workspace:
        sheet = await workspace.worksheet()
        report = await sheet.replaying.replay()
        assert [(line.step, line.reason) for line in report.not_replayable] == []
        assert report.equal == report.outcomes
        assert report.proved
        assert len(await workspace.outgoing()) == sent
        assert len(await sheet.runs()) == 1


async def test_a_prompt_that_is_not_what_it_was_is_told_and_not_asked(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play()
    procedure = tmp_path / "remarks.md"
    procedure.write_text(MODEL_PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        await _filled(workspace, procedure, tmp_path)

        async def spoil(tx: Transaction) -> None:
            await tx.execute("DELETE FROM spans")

        await workspace._house.store.database.write(spoil)
        report = await (await workspace.worksheet()).replaying.replay()
        assert not report.proved
        assert report.differing == ()
        assert all("the run did not ask this" in line.reason for line in report.not_replayable)


async def test_a_result_that_was_tampered_with_differs_and_is_shown_with_both_values(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    await _filled(workspace, procedure, tmp_path)
    sheet = await workspace.worksheet()

    async def tamper(tx: Transaction) -> None:
        await tx.execute(
            "UPDATE outcomes SET value = '\"query\"', value_digest = 'x' WHERE step_id = 'decision'"
        )

    await workspace._house.store.database.write(tamper)
    report = await sheet.replaying.replay()
    assert not report.proved
    assert {(line.step, line.before, line.after) for line in report.differing} == {
        ("Decision", "query", "pay")
    }
    assert report.recorded_digest != report.replayed_digest


async def test_a_run_that_is_not_there_is_told_with_those_that_are(
    workspace: Workspace, procedure: Path, tmp_path: Path
) -> None:
    sheet = await workspace.new_worksheet("invoices", procedure)
    with pytest.raises(NotFoundError, match="was not run yet"):
        await sheet.replaying.replay()
    await sheet.run()
    (run,) = await sheet.runs()
    with pytest.raises(NotFoundError, match="There is no run 'nothing'") as told:
        await sheet.replaying.replay("nothing")
    assert "casework runs" in told.value.fix
    assert (await sheet.replaying.replay("1")).run.id == run.id


ROWS = """# Orders

## Lines
- type: table: Item, Amount (money)

### Dear
- type: yes/no

`{Amount} > 100`

## Sum
- type: money

`sum({Lines.Amount})`
"""


async def test_rows_of_tables_and_columns_of_all_rows_are_worked_out_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "orders.md").write_text(ROWS, "utf-8")
    (tmp_path / "order.txt").write_text(
        "ORDER 77\n\nItem      Amount\nDesk      EUR 250.00\nLamp      EUR 40.00\n", "utf-8"
    )
    sheet = await workspace.new_worksheet("orders", tmp_path / "orders.md")
    await sheet.add(tmp_path / "order.txt")
    await sheet.run()
    report = await sheet.replaying.replay()
    assert report.differing == report.not_replayable == ()
    assert report.outcomes == report.equal == 8


TWICE = """# Invoice check

## Net
- type: money
- second: yes

## Memo
- type: document

### Amounts
State {Net}.
"""


def _found(amount: str) -> Json:
    quotes: list[Json] = [{"document": "d1", "quote": "Net amount: EUR 100.00"}]
    value: Json = {"amount": amount, "currency": "EUR"}
    return {"status": "found", "value": value, "quotes": quotes, "note": ""}


async def test_second_readers_and_written_documents_are_worked_out_again(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    memo: Json = {
        "sentences": [
            {"text": "The net amount is EUR 100.00.", "form": "sentence", "cells": ["net"]}
        ]
    }
    rules: list[Json] = [
        {"match": "# Net$", "answer": _found("100.00")},
        {"match": "## Amounts", "answer": memo},
    ]
    server.play({"rules": rules})
    procedure = tmp_path / "twice.md"
    procedure.write_text(TWICE, "utf-8")
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        await _filled(workspace, procedure, tmp_path)
        (run,) = await (await workspace.worksheet()).runs()
        assert run.usage.calls == 5  # the second memo is remembered
    (own_configuration / "settings.toml").unlink()
    async with await Workspace.open(tmp_path / "workspace") as workspace:
        report = await (await workspace.worksheet()).replaying.replay()
        assert [(line.step, line.reason) for line in report.not_replayable] == []
        assert report.differing == ()
        assert report.equal == report.outcomes

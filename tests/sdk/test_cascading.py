"""A worksheet with an order of readers: who answers, what the plan expects of each, what is kept,
and that nothing runs again because a threshold moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from casework.base.errors import SettingsError
from casework.base.ids import uuid7
from casework.base.settings import Value
from casework.extraction.learned import nothing_learned
from casework.extraction.stored import to_stored
from casework.judges.confidence import Calibration
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.change import Trial
from casework.types.confidence import PROVED, READER_AGREES
from casework.types.run import Plan
from casework.types.values import Json
from casework.types.verdict import Verdict, VerdictKind
from tests.sdk.conftest import invoice, use_model
from tests.sdk.taught import offer

PROCEDURE = """# Invoices

## Total due
- type: money
- readers: embedded, default
The amount payable.
"""
SURE: dict[str, Value] = {"extract.sure": 0.9, "learn.auto": False}
MODEL: Json = {
    "status": "found",
    "value": {"amount": "7.00", "currency": "EUR"},
    "quotes": [{"document": "d1", "quote": "seven euros"}],
    "note": "",
}
RIGHT: Json = {
    "status": "found",
    "value": {"amount": "119.00", "currency": "EUR"},
    "quotes": [{"document": "d1", "quote": "Total due: EUR 119.00"}],
    "note": "",
}


def write(folder: Path, clear: int, unclear: int) -> Path:
    """Invoices whose total the extractor finds, and some of which it finds nothing."""
    inbox = folder / f"inbox-{clear}-{unclear}"
    inbox.mkdir()
    for number in range(clear):
        (inbox / f"clear-{clear}-{number}.txt").write_text(invoice(f"A-{clear}-{number}"), "utf-8")
    for number in range(unclear):
        (inbox / f"unclear-{unclear}-{number}.txt").write_text(
            f"Letter {number}\n\nPlease send seven euros.\n", "utf-8"
        )
    return inbox


async def learned(workspace: Workspace, sheet: Worksheet) -> None:
    """A version at work that changes no value and is sure of what is proved: 95 %, else 27 %."""
    calibration = Calibration({PROVED: 4.0}, -1.0, 20)
    stored = to_stored(nothing_learned(), {"calibration": calibration.as_json()})
    version = await offer(sheet, "total-due", stored)
    await workspace._house.store.learned.pin(version.worksheet_id, [version.id], "ann")


@pytest.fixture
async def sheet(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Worksheet]:
    """Four clear and two unclear invoices, not run yet."""
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": MODEL}]})
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "w", flags=SURE) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 4, 2), cases="file")
        await learned(workspace, made)
        yield made


def shares(plan: Plan) -> list[tuple[str, float | None, int | None]]:
    (cascade,) = plan.cascades
    return [(stage.who, stage.share, stage.cells) for stage in cascade.stages]


async def test_a_model_is_asked_only_what_the_extractor_is_not_sure_of(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    run = await sheet.run()
    assert (run.usage.calls, server.stats().calls) == (2, 2)
    clear = (await sheet.cell("clear-4-0", "Total due")).cell
    assert (clear.shown, clear.proof.readings[0].who) == ("EUR 119.00", "embedded")
    unclear = (await sheet.cell("unclear-2-0", "Total due")).cell
    assert unclear.shown == "EUR 7.00"
    told = [(r.who, r.absence, r.agrees) for r in unclear.proof.readings]
    assert told == [("embedded", "not_found", False), ("test:scripted", "", True)]
    assert unclear.proof.readings[0].confidence == pytest.approx(0.2689, abs=1e-3)
    assert "26.9% sure" in unclear.proof.readings[0].note


async def test_a_threshold_that_moves_runs_nothing_again(sheet: Worksheet, tmp_path: Path) -> None:
    await sheet.run()
    async with await Workspace.open(tmp_path / "w", flags={"learn.auto": False}) as again:
        assert (await (await again.worksheet()).plan()).empty


async def test_the_plan_says_who_is_expected_to_read_how_many_as_soon_as_it_is_known(
    sheet: Worksheet, tmp_path: Path
) -> None:
    before = await sheet.plan()
    assert shares(before) == [
        ("embedded", 1.0, 6),
        ("test:scripted", 0.5, 3),
        ("a person", None, None),
    ]
    assert before.calls == 3
    assert before.cascades[0].basis.startswith("by how sure it was, when it learned, of cells")
    await sheet.run()
    await sheet.add(write(tmp_path, 9, 0), cases="file")
    after = await sheet.plan()
    assert shares(after) == [
        ("embedded", 1.0, 9),
        ("test:scripted", pytest.approx(1 / 3), 3),
        ("a person", pytest.approx(1 / 3), 3),
    ]
    assert after.calls == 3
    assert after.groups[0].expected is not None
    assert after.groups[0].expected.calls == 3
    assert after.cascades[0].basis == (
        "by how sure they were of 6 cells that are there"
        " (from extract.sure on, which is a choice and no promise)"
    )


async def test_the_plan_counts_all_calls_where_nothing_tells_how_sure_a_reader_is(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "w", flags=SURE) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 2, 0), cases="file")
        plan = await made.plan()
    assert shares(plan)[1] == ("test:scripted", None, None)
    assert plan.calls == 2
    assert plan.cascades[0].basis.startswith("not known yet how often embedded is sure enough")


async def test_without_a_threshold_the_plan_says_that_all_is_passed_on(
    sheet: Worksheet,
) -> None:
    plan = await sheet.plan(trial=Trial(settings={"extract.sure": "0"}))
    assert shares(plan)[:2] == [("embedded", 1.0, 6), ("test:scripted", 1.0, 6)]
    assert plan.cascades[0].basis == (
        "no threshold holds yet for embedded, so it passes all of them on"
    )


async def test_a_setting_names_the_order_for_all_steps(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": MODEL}]})
    flags = {**SURE, "extract.readers": "embedded, small, default"}
    text = PROCEDURE.replace("- readers: embedded, default\n", "")
    (tmp_path / "procedure.md").write_text(text, "utf-8")
    async with await Workspace.create(tmp_path / "w", flags=flags) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 1, 1), cases="file")
        await learned(workspace, made)
        await made.run()
        assert server.stats().calls == 1
        cell = (await made.cell("unclear-1-0", "Total due")).cell
        assert [r.who for r in cell.proof.readings] == ["embedded", "test:scripted"]


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("extract.readers", "embedded", "alone is no order"),
        ("extract.readers", "small, embedded", "Put it first"),
        ("extract.readers", "embedded, tiny", "names no reader"),
        ("extract.sure", 95.0, "between 0 and 1"),
    ],
)
async def test_settings_that_cannot_be_meant_are_told(
    workspace: Workspace, tmp_path: Path, setting: str, value: Value, told: str
) -> None:
    async with await Workspace.open(workspace.folder, flags={setting: value}) as again:
        (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
        with pytest.raises(SettingsError, match=told):
            await (await again.new_worksheet("s", tmp_path / "procedure.md")).plan()


async def test_a_run_with_readers_is_done_again_from_its_record_with_the_same_routing(
    sheet: Worksheet, server: ScriptedServer, tmp_path: Path
) -> None:
    await sheet.run()
    calls = server.stats().calls
    flags: dict[str, Value] = {"extract.sure": 0.1, "learn.auto": False}
    async with await Workspace.open(tmp_path / "w", flags=flags) as again:
        report = await (await again.worksheet()).replaying.replay()
    assert (report.equal, report.differing) == (6, ())
    assert server.stats().calls == calls


async def test_the_plan_says_who_read_and_who_reads_when_the_order_changed(
    sheet: Worksheet,
) -> None:
    await sheet.run()
    text = PROCEDURE.replace("embedded, default", "embedded, test:large, default")
    sheet.procedure_path.write_text(text, "utf-8")
    await sheet.run()
    text = PROCEDURE.replace("embedded, default", "test:large, default")
    sheet.procedure_path.write_text(text, "utf-8")
    (group,) = (await sheet.plan()).groups
    assert (group.why, group.detail) == (
        "model_changed",
        "embedded, then test:large, then test:scripted before, test:large, then test:scripted now",
    )


async def test_a_reader_that_a_few_cells_may_reach_is_not_planned_as_never_asked(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "w", flags=SURE) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 1, 0), cases="file")
        await learned(workspace, made)
        plan = await made.plan()
    assert shares(plan)[1] == ("test:scripted", 0.5, 1)
    assert plan.calls == 1


async def test_the_plan_foresees_the_cap_of_a_single_model_in_an_order(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": MODEL}]})
    text = PROCEDURE.replace("embedded, default", "embedded, test:small, default")
    (tmp_path / "procedure.md").write_text(text, "utf-8")
    flags = {**SURE, "budget.models": "test:small = 5 calls"}
    async with await Workspace.create(tmp_path / "w", flags=flags) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 0, 3), cases="file")
        assert (await made.run()).usage.calls == 6
        await made.add(write(tmp_path, 0, 6), cases="file")
        (told,) = (await made.plan()).budget
    assert "test:small" in told


async def test_agreement_with_the_extractor_is_kept_as_a_signal(
    sheet: Worksheet, server: ScriptedServer, tmp_path: Path
) -> None:
    server.play({"rules": [{"answer": RIGHT}]})
    async with await Workspace.open(tmp_path / "w", flags={"learn.auto": False}) as again:
        found = await again.worksheet()
        await found.run()
        (case, *_) = [one for one in await found.cases() if one.name.startswith("clear")]
        cell = (await again._house.store.cells.of_case(case.id))["total-due"]
    assert cell.machine is not None
    assert cell.machine.outcome.signals[READER_AGREES] == 1.0


async def read_blind(sheet: Worksheet, *, wrong: bool = False) -> None:
    """Every drawn case, read by a person who did not see what the machine found."""
    store = sheet._house.store
    for case_id in await store.audits.of_worksheet(sheet._record.id):
        machine = (await store.cells.of_case(case_id))["total-due"].machine
        assert machine is not None
        said: Json = {"amount": "1.00", "currency": "EUR"} if wrong else machine.outcome.value
        kind: VerdictKind = "corrected" if wrong else "accepted"
        await store.verdicts.add(
            Verdict(
                uuid7(),
                case_id,
                "total-due",
                kind,
                said,
                "",
                machine.id,
                "ann",
                "2026-01-02T00:00:00.000Z",
                stream="audit",
                blind=True,
            )
        )


@pytest.mark.parametrize(("documents", "wrong"), [(50, False), (10, True)])
async def test_what_was_passed_on_certifies_the_threshold_that_ends_it(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer, *, documents: int, wrong: bool
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": RIGHT}]})
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    flags: dict[str, Value] = {"learn.auto": False, "trust.twice": 0.0, "model.cache": False}
    async with await Workspace.create(tmp_path / "w", flags=flags) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, documents, 0), cases="file")
        await learned(workspace, made)
        assert (await made.run()).usage.calls == documents, (
            "nothing is certified: the model reads all"
        )
        await made.trust.promise(0.05, 0.1)
        await read_blind(made, wrong=wrong)
        (promised,) = (await made.trust.view()).promises
        assert promised.passing == (0.0 if wrong else 1.0)
        await made.add(write(tmp_path, 3, 0), cases="file")
        assert (await made.run()).usage.calls == (3 if wrong else 0)
        cell = (await made.cell("clear-3-0", "Total due")).cell
        assert next(r.who for r in cell.proof.readings) == "embedded"
        assert len(cell.proof.readings) == (2 if wrong else 1)
        assert (await made.plan()).empty


async def test_the_plan_sends_to_a_person_what_nobody_is_sure_of_beside_a_certificate(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    proved: Json = {
        **cast(dict[str, Json], RIGHT),
        "quotes": [{"document": "d1", "quote": "EUR 119.00"}],
    }
    server.play({"rules": [{"answer": proved}]})
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    flags: dict[str, Value] = {"learn.auto": False, "trust.twice": 0.0}
    async with await Workspace.create(tmp_path / "w", flags=flags) as workspace:
        made = await workspace.new_worksheet("invoices", tmp_path / "procedure.md")
        await made.add(write(tmp_path, 48, 0), cases="file")
        await learned(workspace, made)
        await made.run()
        await made.trust.promise(0.05, 0.1)
        await read_blind(made)
        inbox = tmp_path / "plain"
        inbox.mkdir()
        for number in range(12):
            (inbox / f"plain-{number}.txt").write_text(
                f"Letter {number}\n\nPaid on Monday with EUR 119.00 in cash\n", "utf-8"
            )
        await made.add(inbox, cases="file")
        await made.run()
        assert (await made.cell("plain-0", "Total due")).cell.proof.solid
        await made.add(write(tmp_path, 1, 0), cases="file")
        who, share, _ = shares(await made.plan())[-1]
        assert who == "a person"
        assert share == pytest.approx(12 / 60)

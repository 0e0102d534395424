"""What a language model read is measured once verdicts tell how, without asking it again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.judges.confidence import Calibration, confidence
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.case import Recorded
from casework.types.change import Trial
from casework.types.learned import Stored
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model
from tests.sdk.taught import offer

PROCEDURE = "# Orders\n\n## Total due\n- type: money\n\n## Large\n`{Total due} > 110`\n"
SURE = Calibration({"proved": 2.0}, 0.5, 40)
TRIAL = Trial(versions=("Total due",))


TOTAL: Json = {"status": "found", "value": "EUR 119.00", "quotes": ["Total due: EUR 119.00"]}


@pytest.fixture
async def sheet(
    own_configuration: Path, server: ScriptedServer, tmp_path: Path
) -> AsyncIterator[Worksheet]:
    """Two invoices that a model read; a person has decided on the second."""
    use_model(own_configuration, server)
    server.play({"rules": [{"answer": TOTAL}]})
    (tmp_path / "procedure.md").write_text(PROCEDURE, "utf-8")
    async with await Workspace.create(tmp_path / "work") as workspace:
        made = await workspace.new_worksheet("orders", tmp_path / "procedure.md")
        for name in "ab":
            (tmp_path / f"{name}.txt").write_text(invoice(name), "utf-8")
            await made.add(tmp_path / f"{name}.txt")
        await made.run()
        await made.accept("b", "Total due")
        yield made


async def recorded(sheet: Worksheet, case: str, step: str = "total-due") -> Recorded:
    id = await sheet._house.store.finding.exact(sheet._record.id, case)
    found = (await sheet._house.store.cells.of_case(id))[step].machine
    assert found is not None
    return found


async def adopt(sheet: Worksheet, calibration: Calibration) -> str:
    version = await offer(sheet, "total-due", Stored(b"", {"calibration": calibration.as_json()}))
    await sheet.changes.run(TRIAL)
    await sheet.changes.adopt(who="ann")
    return version.id


async def test_a_model_says_its_signals_and_no_confidence_before_it_was_measured(
    sheet: Worksheet,
) -> None:
    outcome = (await recorded(sheet, "a")).outcome
    assert outcome.model
    assert outcome.signals == {"absent": 0.0, "proved": 1.0}
    assert outcome.confidence is None
    assert (await sheet.cell("a", "Total due")).cell.sureness == "not measured yet"


async def test_answers_that_stand_are_measured_and_nobody_is_asked(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    before, asked = await recorded(sheet, "a"), server.stats().calls
    id = await adopt(sheet, SURE)
    after = await recorded(sheet, "a")
    assert server.stats().calls == asked
    assert after.outcome.confidence == confidence(before.outcome.signals, SURE)
    assert f"learned:{id}" in after.outcome.label.sources
    assert (after.fingerprint, after.outcome.value) == (before.fingerprint, before.outcome.value)
    assert after.id != before.id  # no decision was given on it
    assert after.outcome.usage.calls == 0
    assert (await sheet.plan()).empty
    told = (await sheet.cell("a", "Total due")).history
    assert told[-1].why == "learned version 1"


async def test_cells_that_were_decided_stay_as_they_are(sheet: Worksheet) -> None:
    before = await recorded(sheet, "b")
    await adopt(sheet, SURE)
    assert await recorded(sheet, "b") == before


async def test_a_later_measure_takes_the_place_of_the_one_before(sheet: Worksheet) -> None:
    first = await adopt(sheet, SURE)
    other = Calibration({"proved": 1.0}, 0.0, 60)
    second = await adopt(sheet, other)
    outcome = (await recorded(sheet, "a")).outcome
    assert outcome.confidence == confidence(outcome.signals, other)
    learned = {one for one in outcome.label.sources if one.startswith("learned:")}
    assert learned == {f"learned:{second}"} != {f"learned:{first}"}


async def test_where_a_measure_is_deleted_the_one_before_measures_again(
    sheet: Worksheet,
) -> None:
    first = await adopt(sheet, SURE)
    second = await adopt(sheet, Calibration({"proved": 1.0}, 0.0, 60))
    follows = await sheet.learning.delete(second)
    assert follows is not None
    assert follows.id == first
    outcome = (await recorded(sheet, "a")).outcome
    assert outcome.confidence == confidence(outcome.signals, SURE)
    learned = {one for one in outcome.label.sources if one.startswith("learned:")}
    assert learned == {f"learned:{first}"}


async def test_where_the_only_measure_is_deleted_nothing_is_measured_any_more(
    sheet: Worksheet,
) -> None:
    await sheet.learning.delete(await adopt(sheet, SURE))
    assert (await recorded(sheet, "a")).outcome.confidence is None


async def test_what_is_read_afterwards_is_measured_at_once(
    sheet: Worksheet, tmp_path: Path
) -> None:
    await adopt(sheet, SURE)
    (tmp_path / "c.txt").write_text(invoice("C"), "utf-8")
    await sheet.add(tmp_path / "c.txt")
    await sheet.run()
    outcome = (await recorded(sheet, "c")).outcome
    assert outcome.confidence == confidence(outcome.signals, SURE)

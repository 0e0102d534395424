"""Which decisions of people are examples, with what they came from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.ids import uuid7
from casework.sdk.learned.examples import examples_of
from casework.sdk.told_places import ToldPlace
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.learned import Taught
from casework.types.past_decision import PastDecision
from tests.learn.notes import NAMES
from tests.sdk.notes import STEP, correct, noted

PATH = "handler"


@pytest.fixture
async def sheet(tmp_path: Path) -> AsyncIterator[Worksheet]:
    flags = {"learn.auto": False}
    folder = noted(tmp_path, label=STEP)
    async with await Workspace.open(folder, flags=flags) as workspace:
        yield await workspace.worksheet()


async def _examples(sheet: Worksheet, audience: str | None = None) -> list[Taught]:
    house, id = sheet._house, sheet._record.id
    return (await examples_of(house, id, await sheet.procedure(), audience=audience))[PATH]


async def test_accepted_and_corrected_cells_are_examples_oldest_first(sheet: Worksheet) -> None:
    await sheet.correct("03", STEP, "Somebody Else", note="ask her")
    await sheet.accept("00", STEP)
    await sheet.correct("01", STEP, absent="not_found")
    corrected, accepted, absent = await _examples(sheet)
    cases = {case.name: case for case in await sheet.cases()}
    assert (corrected.value, corrected.note, corrected.source) == (
        "Somebody Else", "ask her", "verdict",
    )  # fmt: skip
    assert (accepted.value, accepted.case_id) == (NAMES[0], cases["00"].id)
    assert (absent.value, absent.absence) == (None, "not_found")
    document = cases["00"].documents[0].sha256
    assert accepted.documents == (document,)
    assert accepted.label.sources == {document, f"person:{accepted.who}"}
    assert accepted.label.readers is None


async def test_what_was_accepted_has_the_place_that_was_cited(sheet: Worksheet) -> None:
    await sheet.accept("00", STEP)
    (accepted,) = await _examples(sheet)
    ((document, page, start, end),) = accepted.places
    text = (await sheet._house.parsing.read(document)).pages[page - 1].text
    assert text[start:end] == NAMES[0]


async def test_what_was_taken_from_a_page_has_the_place_that_it_was_taken_from(
    sheet: Worksheet,
) -> None:
    cases = {case.name: case.documents[0].sha256 for case in await sheet.cases()}
    at = [ToldPlace(cases["02"], 1, NAMES[2])]
    await sheet.correct("02", STEP, NAMES[2], at=at)
    await sheet.correct("03", STEP, "Somebody", at=[ToldPlace(cases["03"], 1, "by hand, §§")])
    taken, unconfirmed = await _examples(sheet)
    ((document, page, start, end),) = taken.places
    text = (await sheet._house.parsing.read(document)).pages[page - 1].text
    assert text[start:end] == NAMES[2]
    assert unconfirmed.places == ()


async def test_rejections_bulk_acceptance_and_what_was_undone_teach_nothing(
    sheet: Worksheet,
) -> None:
    await sheet.reject("00", STEP)
    await correct(sheet, 1)
    await sheet.undo("01", STEP)
    await sheet.correct("02", STEP, absent="unreadable")
    await sheet.bulk.accept()
    assert await _examples(sheet) == []


async def test_what_was_decided_before_counts_until_somebody_decides(sheet: Worksheet) -> None:
    cases = {case.name: case for case in await sheet.cases()}
    decisions = [
        PastDecision(
            uuid7(), cases[name].id, PATH, NAMES[int(name)], "", NAMES[int(name)],
            ((cases[name].documents[0].sha256, 1, 0, 4),), "old.xlsx · row 2", 0.5, "Ada", "2020",
        )
        for name in ("00", "01")
    ]  # fmt: skip
    await sheet._house.store.past_decisions.add(sheet._record.id, decisions)
    await correct(sheet, 1)
    imported, verdict = await _examples(sheet)
    assert (imported.source, imported.weight, imported.value) == ("imported", 0.5, NAMES[0])
    assert imported.documents == (cases["00"].documents[0].sha256,)
    assert verdict.source == "verdict"


async def test_an_audience_learns_only_from_what_all_of_it_may_read(sheet: Worksheet) -> None:
    await sheet.documents.set_readers("00.txt", ["claims"])
    await sheet.documents.set_readers("01.txt", ["claims", "legal"])
    await correct(sheet, 0, 1, 2)
    assert len(await _examples(sheet)) == 3
    assert [one.value for one in await _examples(sheet, "")] == [NAMES[2]]
    assert [one.value for one in await _examples(sheet, "claims")] == [*NAMES[:3]]
    assert [one.value for one in await _examples(sheet, "legal")] == [*NAMES[1:3]]

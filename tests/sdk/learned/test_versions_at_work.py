"""Which learned version reads a document: none fitted from what its readers may not all read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from casework.extraction.learned import nothing_learned
from casework.extraction.stored import to_stored
from casework.sdk.learned.at_work import VersionsAtWork, learned_at_work
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.steps.learned import NothingLearned
from casework.types.label import Label, audience_of
from casework.types.learned import Stored, Version
from casework.types.procedure import Step
from casework.types.values import Json
from tests.sdk.taught import offer

PROCEDURE = """# Orders

## Total

## Lines
- type: table: Item, Amount (money)

### Total
- by: document

## Parties
- type: record: Name, Town
"""
A, B, BOTH = frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})
ARRAYS = to_stored(nothing_learned(), {})


@pytest.fixture
async def sheet(workspace: Workspace, tmp_path: Path) -> Worksheet:
    path = tmp_path / "procedure.md"
    path.write_text(PROCEDURE, "utf-8")
    return await workspace.new_worksheet("orders", path)


async def made(
    sheet: Worksheet, *audiences: frozenset[str] | None, path: str = "total"
) -> list[Version]:
    return [await offer(sheet, path, ARRAYS, Label(readers=one)) for one in audiences]


async def at_work(sheet: Worksheet, versions: Sequence[Version]) -> VersionsAtWork:
    return VersionsAtWork(await sheet.procedure(), versions, sheet._house.loaded)


async def total(sheet: Worksheet) -> Step:
    return (await sheet.procedure()).step("total")


async def used(
    sheet: Worksheet, versions: Sequence[Version], readers: frozenset[str] | None
) -> int | None:
    """Which of these versions reads a document with these readers."""
    found = await (await at_work(sheet, versions)).of(await total(sheet), readers)
    ids = [one.id for one in versions]
    return None if found is None else ids.index(found.version_id)


async def test_the_version_of_just_this_audience_reads_else_that_of_everybody(
    sheet: Worksheet,
) -> None:
    versions = await made(sheet, None, A, BOTH)
    assert await used(sheet, versions, None) == 0
    assert await used(sheet, versions, A) == 1
    assert await used(sheet, versions, BOTH) == 2
    assert await used(sheet, versions, B) == 0


async def test_what_only_some_may_read_teaches_nothing_to_others(sheet: Worksheet) -> None:
    versions = await made(sheet, A)
    assert await used(sheet, versions, A) == 0
    for readers in (None, B, BOTH, frozenset[str]()):
        assert (readers, await used(sheet, versions, readers)) == (readers, None)


async def test_a_version_whose_documents_were_closed_since_is_not_used(sheet: Worksheet) -> None:
    (version,) = await made(sheet, None)
    closed = replace(version, label=Label(readers=A))
    assert await used(sheet, [closed], None) is None
    assert await used(sheet, [closed], B) is None
    assert await used(sheet, [closed], A) == 0


async def test_an_answer_bears_the_readers_of_the_version(sheet: Worksheet) -> None:
    versions = await made(sheet, A)
    found = await (await at_work(sheet, versions)).of(await total(sheet), A)
    assert found is not None
    assert found.label == Label(frozenset({f"learned:{versions[0].id}"}), A)


async def test_the_mark_covers_all_audiences(sheet: Worksheet) -> None:
    versions = await made(sheet, None, A)
    step = await total(sheet)
    both = (await at_work(sheet, versions)).mark(step)
    assert both == (await at_work(sheet, versions[::-1])).mark(step)
    assert len({both, *[(await at_work(sheet, [one])).mark(step) for one in versions]}) == 3
    assert both.split(",") == [one.mark for one in versions]
    assert audience_of(A) not in (one.mark.partition("@")[2] for one in versions)


async def test_a_step_of_rows_learns_nothing_though_it_has_the_same_id(sheet: Worksheet) -> None:
    procedure = await sheet.procedure()
    (row,) = [step for step in procedure.step("lines").nested if step.id == "total"]
    found = await at_work(sheet, await made(sheet, None))
    assert found.mark(await total(sheet))
    assert found.mark(row) == ""
    assert await found.of(row, None) is None


async def test_tables_and_records_learn_nothing(sheet: Worksheet) -> None:
    procedure = await sheet.procedure()
    for path in ("lines", "parties"):
        found = await at_work(sheet, await made(sheet, None, path=path))
        assert found.mark(procedure.step(path)) == ""
        assert await found.of(procedure.step(path), None) is None


async def test_other_readers_of_a_step_are_given_the_same(sheet: Worksheet) -> None:
    found = await at_work(sheet, await made(sheet, None))
    step = await total(sheet)
    again = replace(step, model="embedded", second="", readers=())
    assert found.mark(again) == found.mark(step)
    assert await found.of(again, None) is not None


async def test_only_what_scores_is_part_of_the_meaning(sheet: Worksheet) -> None:
    told: dict[str, Json] = {
        "calibration": {"weights": {"proved": 1.0}, "bias": 0.0, "examples": 30}
    }
    version = await offer(sheet, "total", Stored(b"", told))
    found = await at_work(sheet, [version])
    step = await total(sheet)
    assert found.mark(step) == ""
    read = await found.of(step, None)
    assert read is not None
    assert read.calibration_for("") is None
    assert read.calibration_for("openai:gpt") is not None


async def test_where_nothing_is_live_nothing_is_asked(sheet: Worksheet) -> None:
    procedure, house, id = await sheet.procedure(), sheet._house, sheet._record.id
    (version,) = await made(sheet, None)
    assert isinstance(await learned_at_work(house, id, procedure), NothingLearned)
    assert isinstance(await learned_at_work(house, id, procedure, ["gone"]), NothingLearned)
    tried = await learned_at_work(house, id, procedure, [version.id])
    assert tried.mark(await total(sheet))


async def test_a_version_of_another_worksheet_is_not_taken(
    sheet: Worksheet, workspace: Workspace, tmp_path: Path
) -> None:
    other = await workspace.new_worksheet("others", tmp_path / "procedure.md")
    (theirs,) = await made(other, None)
    found = await learned_at_work(
        sheet._house, sheet._record.id, await sheet.procedure(), [theirs.id]
    )
    assert isinstance(found, NothingLearned)

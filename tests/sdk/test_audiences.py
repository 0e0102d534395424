"""What was learned stays with those who may read what it was learned of: two groups of readers.

Every value of north's documents bears a word that stands in none of the others.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import InputError
from casework.sdk.forgetting import Forgetter
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.label import LEARNED
from casework.types.learned import Version
from tests.sdk.conftest import invoice

PROCEDURE = """# Orders

## Net
- type: money

## Invoice number

## Buyer
The company that is billed.
"""
EVERYBODY, NORTH, SOUTH = "", "north", "south"
_EACH = 6


def _order(group: str, number: int) -> str:
    """An order whose buyer stands behind a word that nobody would look for."""
    name = group or "common"
    return invoice(f"{name}-{number}") + f"\nZumutung: {name.title()} Works {number % 2} Ltd\n"


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with six verified orders of each group and six for everybody, learned of."""
    place = tmp_path_factory.mktemp("audiences")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASEWORK_CONFIG", str(place))
        asyncio.run(_teach(place))
    return place / "workspace"


async def _teach(place: Path) -> None:
    (place / "orders.md").write_text(PROCEDURE, "utf-8")
    flags = {"learn.auto": False, "learn.offer": False}
    async with await Workspace.create(place / "workspace", flags=flags) as workspace:
        sheet = await workspace.new_worksheet("Orders", place / "orders.md")
        for group in (EVERYBODY, NORTH, SOUTH):
            folder = place / (group or "common")
            folder.mkdir()
            for number in range(_EACH):
                path = folder / f"{group or 'common'}-{number}.txt"
                path.write_text(_order(group, number), "utf-8")
            await sheet.add(folder, cases="file", readers=[group] if group else [])
        await sheet.run(steps=["Buyer"])
        for group in (EVERYBODY, NORTH, SOUTH):
            name = group or "common"
            for number in range(_EACH):
                buyer = f"{name.title()} Works {number % 2} Ltd"
                await sheet.correct(f"{name}-{number}", "Buyer", buyer, note=f"seen in {name}")
        await sheet.learning.fit(["Buyer"])


@pytest.fixture
async def sheet(taught: Path, tmp_path: Path) -> AsyncIterator[Worksheet]:
    """A copy of it."""
    shutil.copytree(taught, tmp_path / "workspace")
    flags = {"learn.auto": False, "learn.offer": False}
    async with await Workspace.open(tmp_path / "workspace", flags=flags) as workspace:
        yield await workspace.worksheet()


async def _made(sheet: Worksheet) -> dict[str, Version]:
    """The version of each audience."""
    return {one.audience: one for one in await sheet.learning.versions()}


async def _content(sheet: Worksheet, version: Version) -> str:
    """All that a version holds, as text."""
    stored = await sheet._house.store.learned.load(version.id)
    return json.dumps(dict(stored.facts)) + stored.arrays.decode("latin-1") + version.reason


async def _adopt(sheet: Worksheet, versions: list[Version]) -> None:
    await sheet._house.store.learned.pin(
        sheet._record.id, [one.id for one in versions if one.gate.passed], "Ada"
    )


async def _documents(sheet: Worksheet) -> dict[str, set[str]]:
    """The sha256 of each group's documents."""
    found: dict[str, set[str]] = {}
    for case in await sheet.cases():
        for document in case.documents:
            for group in document.readers or ("",):
                found.setdefault(group, set()).add(document.sha256)
    return found


async def test_each_audience_learns_from_what_all_of_it_may_read_and_from_nothing_else(
    sheet: Worksheet,
) -> None:
    made = await _made(sheet)
    documents = await _documents(sheet)
    assert set(made) == {EVERYBODY, NORTH, SOUTH}
    for audience, version in made.items():
        allowed = documents[EVERYBODY] | documents.get(audience, set())
        taught = {source for source in version.label.sources if not source.startswith("person:")}
        assert taught <= allowed
        assert taught & documents[audience]
        assert version.label.readers == (frozenset({audience}) if audience else None)
        assert version.gate.passed, version.gate.reason


async def test_no_value_of_one_group_is_in_what_another_learned(sheet: Worksheet) -> None:
    for version in await sheet.learning.versions():
        told = (await _content(sheet, version)).casefold()
        for group in (NORTH, SOUTH):
            if version.audience != group:
                assert f"{group} works" not in told


async def test_what_everybody_may_read_teaches_both_groups_and_no_group_the_other(
    sheet: Worksheet,
) -> None:
    made = await _made(sheet)
    await _adopt(sheet, list(made.values()))
    await sheet.run(force=True, steps=["Buyer"])
    table = await sheet.table()
    for row in table.rows:
        group = row.case.name.partition("-")[0]
        label = await _label(sheet, row.case.id)
        used = {source.removeprefix(LEARNED) for source in label if source.startswith(LEARNED)}
        own = made["" if group == "common" else group]
        assert used == {own.id}


async def _label(sheet: Worksheet, case_id: str) -> frozenset[str]:
    cell = (await sheet._house.store.cells.of_case(case_id))["buyer"]
    assert cell.machine is not None
    return cell.machine.outcome.label.sources


async def test_a_closed_document_is_served_by_what_everybodys_taught(
    sheet: Worksheet, tmp_path: Path
) -> None:
    """A group that taught nothing itself still gains from what is open to all."""
    made = await _made(sheet)
    await _adopt(sheet, [made[EVERYBODY]])
    west = tmp_path / "west-1.txt"
    west.write_text(_order("west", 1), "utf-8")
    await sheet.add(west, cases="file", readers=["west"])
    await sheet.run()
    cell = next(row for row in (await sheet.table()).rows if row.case.name == "west-1").cells[-1]
    assert cell.shown == "West Works 1 Ltd"
    assert cell.readers == frozenset({"west"})


async def test_closing_a_document_takes_what_it_taught_out_of_work_for_others(
    sheet: Worksheet,
) -> None:
    made = await _made(sheet)
    await _adopt(sheet, list(made.values()))
    await sheet.documents.set_readers("common-0.txt", [NORTH])
    after = {one.id: one for one in await sheet.learning.versions()}
    assert after[made[EVERYBODY].id].state == "retired"
    assert after[made[SOUTH].id].state == "retired"
    assert after[made[NORTH].id].state == "live"


async def test_forgetting_deletes_what_was_learned_of_a_document_and_learns_anew(
    sheet: Worksheet,
) -> None:
    made = await _made(sheet)
    gone = next(
        document
        for case in await sheet.cases()
        for document in case.documents
        if document.name == "north-0.txt"
    )
    view = await Forgetter(sheet._house).forget(["north-0.txt"])
    assert view.learned == ("buyer",)
    versions = await sheet.learning.versions()
    assert made[NORTH].id not in {one.id for one in versions}
    assert {made[EVERYBODY].id, made[SOUTH].id} <= {one.id for one in versions}
    anew = [one for one in versions if one.audience == NORTH]
    assert anew
    assert not any(gone.sha256 in one.label.sources for one in anew)


async def test_a_version_is_shared_on_purpose_and_its_label_goes_with_it(
    sheet: Worksheet, tmp_path: Path
) -> None:
    made = await _made(sheet)
    path = await sheet.learning.export(made[NORTH].id, tmp_path / "north.zip")
    async with await Workspace.create(tmp_path / "elsewhere") as elsewhere:
        (tmp_path / "orders.md").write_text(PROCEDURE, "utf-8")
        other = await elsewhere.new_worksheet("Others", tmp_path / "orders.md")
        taken = await other.learning.take_in(path)
        assert (taken.path, taken.audience, taken.state) == ("buyer", NORTH, "offered")
        assert taken.label == made[NORTH].label
        assert await _content(other, taken) != ""
        await _adopt(other, [taken])
        for name, readers in (("north-9", [NORTH]), ("south-9", [SOUTH])):
            file = tmp_path / f"{name}.txt"
            file.write_text(_order(name.partition("-")[0], 1), "utf-8")
            await other.add(file, cases="file", readers=readers)
        await other.run(steps=["Buyer"])
        found = {}
        for case in await other.cases():
            sources = await _label(other, case.id)
            found[case.name] = {one for one in sources if one.startswith(LEARNED)}
        assert found == {"north-9": {f"{LEARNED}{taken.id}"}, "south-9": set()}


async def test_a_file_that_holds_no_version_or_was_changed_is_refused(
    sheet: Worksheet, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    with pytest.raises(InputError):
        await sheet.learning.take_in(broken)
    made = await _made(sheet)
    path = await sheet.learning.export(made[EVERYBODY].id, tmp_path / "open.zip")
    with pytest.raises(InputError, match="another type"):
        await sheet.learning.take_in(path, step="Net")
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(broken, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data.replace(b'"examples"', b'"exampels"'))
    with pytest.raises(InputError, match="not as it was written"):
        await sheet.learning.take_in(broken)

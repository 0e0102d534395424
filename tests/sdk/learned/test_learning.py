"""Verdicts teach: a version is fitted, tried, offered or refused, handed out and deleted."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError
from casework.base.settings import Value
from casework.sdk.learned.learner import refit
from casework.sdk.learned.trials import was_tried
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.change import Trial
from casework.types.learned import Version
from tests.learn.notes import NAMES, OTHERS
from tests.sdk.notes import PROCEDURE, STEP, correct, handlers, noted

BY_HAND = {"learn.auto": False}
NOT_TRIED = {**BY_HAND, "learn.offer": False}


@pytest.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[Workspace]:
    """A workspace that learns only when it is told to, and tries nothing."""
    async with await Workspace.open(noted(tmp_path), flags=NOT_TRIED) as made:
        yield made


@pytest.fixture
async def sheet(quiet: Workspace) -> Worksheet:
    return await quiet.worksheet()


async def _only(sheet: Worksheet) -> Version:
    (version,) = await sheet.learning.versions()
    return version


async def test_after_five_verdicts_a_version_is_offered(sheet: Worksheet) -> None:
    await correct(sheet, 0, 1, 2, 3)
    assert await sheet.learning.catch_up() == []
    await correct(sheet, 4)
    (version,) = await sheet.learning.catch_up()
    assert (version.path, version.number, version.state) == ("handler", 1, "offered")
    assert version.examples == {"verdict": 5}
    assert version.gate.reason == (
        "On 5 verified cells it was right 5 times, without learning 0 times"
        " (5 more right, 0 more wrong)."
    )
    documents = {one.sha256 for case in (await sheet.cases())[:5] for one in case.documents}
    assert documents <= version.label.sources
    assert await sheet.learning.versions() == [version]


async def test_it_learns_again_when_the_examples_grew_and_not_before(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    await sheet.learning.catch_up()
    (standing,) = (await sheet.learning.state()).steps
    assert (standing.count, standing.next_at, standing.due) == (5, 10, False)
    await correct(sheet, 5, 6, 7, 8)
    assert await sheet.learning.catch_up() == []
    await correct(sheet, 9)
    (second,) = await sheet.learning.catch_up()
    assert second.number == 2
    states = [(one.number, one.state) for one in await sheet.learning.versions()]
    assert states == [(1, "retired"), (2, "offered")]


async def test_a_worse_version_is_refused_and_stays_out_of_the_way(tmp_path: Path) -> None:
    folder = noted(tmp_path, label=STEP, offices=True)
    async with await Workspace.open(folder, flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        assert await handlers(sheet) == list(NAMES)
        await _contradict(sheet)
        (version,) = await sheet.learning.fit()
        assert version.gate.groups == 2  # the notes of an office stay together
        assert (version.state, version.decided_by) == ("refused", "the gate")
        assert version.reason == (
            "On 12 verified cells it was right 0 times, without learning 6 times"
            " (0 more right, 6 more wrong)."
        )
        (standing,) = (await sheet.learning.state()).steps
        assert standing.refused == version
        assert standing.offered is None
        assert await sheet.changes.open() is None


async def _contradict(sheet: Worksheet) -> None:
    """One office means who handles it, the other who asked."""
    for at in range(12):
        await sheet.correct(f"{at:02}", STEP, NAMES[at] if at < 6 else OTHERS[at])


async def test_a_refused_version_says_also_that_the_chosen_estimator_could_not_make_it(
    tmp_path: Path,
) -> None:
    folder = noted(tmp_path, label=STEP, offices=True)
    flags: dict[str, Value] = {**NOT_TRIED, "learn.estimator": "of-nobody"}
    async with await Workspace.open(folder, flags=flags) as workspace:
        sheet = await workspace.worksheet()
        await _contradict(sheet)
        (version,) = await sheet.learning.fit()
        assert version.state == "refused"
        assert version.reason.startswith(version.gate.reason)
        assert "of-nobody" in version.reason


async def test_a_cell_that_a_learned_version_put_out_of_date_says_so(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    (version,) = await sheet.learning.fit()
    await sheet._house.store.learned.pin(sheet._record.id, [version.id], "ann")
    stale = (await sheet.cell("11", STEP)).cell
    assert stale.outdated == "learned version 1 went to work and this cell has not run since"
    await sheet.run()
    assert (await sheet.cell("11", STEP)).cell.outdated == ""
    await sheet.learning.delete(version.id)
    stale = (await sheet.cell("11", STEP)).cell
    assert stale.outdated == "the step changed and this cell has not run since"


async def test_a_verdict_and_what_is_learned_from_it_make_nothing_stale(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    await sheet.learning.fit()
    plan = await sheet.plan()
    assert plan.count() == 0


async def test_what_is_offered_is_tried_beside_what_is_in_force(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        before = await handlers(sheet)
        await correct(sheet, *range(6))
        (version,) = await sheet.learning.catch_up()
        change = await sheet.changes.open()
        assert change is not None
        assert change.versions == (version.id,)
        assert (await sheet.learning.state()).trying == (version.id,)
        compared = await sheet.changes.compare()
        assert compared.cells == 12
        assert (compared.regression.before, compared.regression.agrees) == (0, 6)
        assert (await handlers(sheet))[6:] == before[6:]
        await sheet.changes.adopt()
        assert (await handlers(sheet))[6:] == list(NAMES[6:])
        assert (await _only(sheet)).state == "live"


async def test_what_a_person_dropped_is_not_tried_again(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        await sheet.learning.catch_up()
        await sheet.changes.drop()
        await sheet.learning.catch_up()
        assert await sheet.changes.open() is None
        assert (await _only(sheet)).state == "offered"


async def test_an_edit_goes_before_what_is_tried_by_itself(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        await sheet.learning.catch_up()
        sheet.procedure_path.write_text(f"{PROCEDURE}\n## Place\nWhere it lies.\n", "utf-8")
        await sheet.run()
        assert (await sheet.view()).procedure_version == 2
        assert await sheet.changes.open() is None
        await sheet.learning.catch_up()
        again = await sheet.changes.open()
        assert again is not None
        assert again.versions == ((await _only(sheet)).id,)


async def test_nothing_is_tried_while_somebody_tries_something_else(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        sheet.procedure_path.write_text(PROCEDURE.replace("our", "their"), "utf-8")
        await sheet.changes.run()
        change = await sheet.changes.open()
        await correct(sheet, *range(5))
        (version,) = await sheet.learning.catch_up()
        assert version.state == "offered"
        assert await sheet.changes.open() == change


async def test_learning_goes_on_in_the_background_and_keeps_nobody_waiting(
    tmp_path: Path,
) -> None:
    flags = {"learn.wait": 1, "learn.offer": False}
    async with await Workspace.open(noted(tmp_path), flags=flags) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        assert await sheet.learning.versions() == []  # the verdict is given before it is learned
        shown = 0
        while not await sheet.learning.versions():
            await sheet.cell("11", STEP)
            shown += 1
            await asyncio.sleep(0.001)
        assert shown > 1
        assert (await sheet.learning.state()).problem == ""


async def test_what_is_tried_by_itself_gives_way_to_a_run(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        learning = asyncio.create_task(sheet.learning.catch_up())
        while not sheet._house.trials:
            await asyncio.sleep(0)
        ended = await sheet.run(force=True)
        assert ended.state == "finished"
        (version,) = await learning
        assert version.state == "offered"


async def test_what_gave_way_is_tried_when_the_run_is_over(tmp_path: Path) -> None:
    flags: dict[str, Value] = {"learn.wait": 0.01}
    async with await Workspace.open(noted(tmp_path), flags=flags) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        while not sheet._house.trials:
            await asyncio.sleep(0)
        await sheet.run(force=True)
        while not await _was_tried(sheet):
            await asyncio.sleep(0.01)
        assert (await sheet.changes.compare()).cells == 12
        assert (await sheet.learning.state()).problem == ""


async def _was_tried(sheet: Worksheet) -> bool:
    change = await sheet.changes.open()
    return change is not None and await was_tried(sheet._house, change)


async def test_what_is_tried_by_itself_keeps_nobody_from_deciding_on_it(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        await correct(sheet, *range(5))
        await sheet.learning.catch_up()
        await correct(sheet, *range(5, 10))
        learning = asyncio.create_task(sheet.learning.catch_up())
        while not sheet._house.trials:
            await asyncio.sleep(0)
        await sheet.changes.adopt()
        await learning
        assert [one.state for one in await sheet.learning.versions()].count("live") == 1


async def test_a_workspace_that_closes_stops_learning_and_learns_later(
    tmp_path: Path,
) -> None:
    flags = {"learn.wait": 0}
    async with await Workspace.open(noted(tmp_path), flags=flags) as workspace:
        await correct(await workspace.worksheet(), *range(5))
    async with await Workspace.open(tmp_path / "workspace", flags=BY_HAND) as workspace:
        sheet = await workspace.worksheet()
        await sheet.learning.catch_up()
        assert (await _only(sheet)).number == 1


async def test_two_processes_do_not_learn_the_same_twice(tmp_path: Path) -> None:
    async with await Workspace.open(noted(tmp_path), flags=NOT_TRIED) as one:
        first = await one.worksheet()
        await correct(first, *range(6))
        async with await Workspace.open(tmp_path / "workspace", flags=NOT_TRIED) as other:
            second = await other.worksheet()
            due = await asyncio.gather(first.learning.catch_up(), second.learning.catch_up())
            assert sum(map(len, due)) == 1
            await correct(first, 6)
            asked = await asyncio.gather(first.learning.fit(), second.learning.fit())
            assert sum(map(len, asked)) == 1
            assert [one.number for one in await first.learning.versions()] == [1, 2]


async def test_a_version_is_named_by_its_step_and_number(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    (version,) = await sheet.learning.fit([STEP])
    assert await sheet.learning.version("Handler 1") == version
    with pytest.raises(NotFoundError):
        await sheet.learning.version("Handler 2")


async def test_a_version_is_handed_out_without_pickles(sheet: Worksheet, tmp_path: Path) -> None:
    await correct(sheet, *range(5))
    (version,) = await sheet.learning.fit()
    path = await sheet.learning.export("Handler 1", tmp_path / "out" / "handler.zip")
    with zipfile.ZipFile(path) as file:
        assert sorted(file.namelist()) == ["arrays.npz", "version.json"]
        told = json.loads(file.read("version.json"))
        with zipfile.ZipFile(file.open("arrays.npz")) as arrays:
            assert all(name.endswith(".npy") for name in arrays.namelist())
    assert told["sha256"] == version.sha256
    assert told["facts"]["type"]["name"] == "text"
    again = await sheet.learning.export(version.id, tmp_path / "again.zip")
    assert again.read_bytes() == path.read_bytes()


async def test_a_version_that_is_refused_is_never_at_work(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    await sheet.learning.fit()
    refused = await sheet.learning.refuse("Handler 1", reason="too early", who="Ada")
    assert (refused.state, refused.decided_by, refused.reason) == ("refused", "Ada", "too early")
    with pytest.raises(ConflictError):
        await sheet.changes.run(Trial(versions=(refused.id,)))


async def test_where_the_version_at_work_is_deleted_the_one_before_goes_on(
    sheet: Worksheet,
) -> None:
    await correct(sheet, *range(5))
    (first,) = await sheet.learning.fit()
    await _adopt(sheet, first)
    await correct(sheet, *range(5, 11))
    (second,) = await sheet.learning.fit()
    assert second.gate.reason.startswith("On 11 verified cells it was right 11 times, the one at")
    await _adopt(sheet, second)
    with pytest.raises(ConflictError):
        await sheet.learning.refuse(second.id)
    follows = await sheet.learning.delete(second.id)
    assert follows is not None
    assert (follows.id, follows.state) == (first.id, "live")
    assert await sheet.learning.delete(first.id) is None
    assert await sheet.learning.versions() == []
    await sheet.run()
    assert (await handlers(sheet))[11] == ""


async def _adopt(sheet: Worksheet, version: Version) -> None:
    await sheet.changes.run(Trial(versions=(version.id,)))
    await sheet.changes.adopt()


async def test_what_a_group_alone_may_read_is_learned_for_it_alone(sheet: Worksheet) -> None:
    for at in range(6):
        await sheet.documents.set_readers(f"{at:02}.txt", ["claims"])
    await correct(sheet, *range(6), 6, 7)
    (version,) = await sheet.learning.catch_up()
    assert (version.audience, version.examples) == ("claims", {"verdict": 8})
    assert version.label.readers == frozenset({"claims"})
    counts = {one.audience: one.count for one in (await sheet.learning.state()).steps}
    assert counts == {"": 2, "claims": 8}
    await correct(sheet, 8, 9, 10)
    (for_all,) = await sheet.learning.catch_up()
    hidden = {one.sha256 for case in (await sheet.cases())[:6] for one in case.documents}
    assert for_all.audience == ""
    assert not hidden & for_all.label.sources


async def test_where_a_step_becomes_of_another_type_what_was_learned_is_said_to_be_of_no_use(
    sheet: Worksheet,
) -> None:
    await correct(sheet, *range(5))
    (version,) = await sheet.learning.fit()
    await _adopt(sheet, version)
    as_list = PROCEDURE.replace(f"## {STEP}\n", f"## {STEP}\n- many: yes\n")
    sheet.procedure_path.write_text(as_list, "utf-8")
    await sheet.run()
    (standing,) = (await sheet.learning.state()).steps
    assert (standing.outgrown, standing.live) == (await _only(sheet), None)
    assert (standing.count, standing.next_at, standing.due) == (5, 5, True)
    (second,) = await sheet.learning.catch_up()
    assert "the one at work" not in second.gate.reason
    assert not (await sheet.learning.state()).steps[0].due


async def test_verdicts_on_several_values_teach_nothing_of_a_step_that_asks_for_one(
    sheet: Worksheet,
) -> None:
    as_list = PROCEDURE.replace(f"## {STEP}\n", f"## {STEP}\n- many: yes\n")
    sheet.procedure_path.write_text(as_list, "utf-8")
    await sheet.run()
    for at in range(5):
        await sheet.correct(f"{at:02}", STEP, f"{NAMES[at]}; {OTHERS[at]}")
    assert (await sheet.learning.state()).steps[0].count == 5
    sheet.procedure_path.write_text(PROCEDURE, "utf-8")
    await sheet.run()
    assert (await sheet.learning.state()).steps[0].count == 0
    assert await sheet.learning.fit() == []


async def test_a_step_is_learned_anew_when_asked_for(sheet: Worksheet) -> None:
    await correct(sheet, *range(5))
    await sheet.learning.fit()
    await refit(sheet._house, sheet._record.id, ["handler"])
    assert [one.number for one in await sheet.learning.versions()] == [1, 2]


async def test_a_step_that_no_model_could_fill_is_refused_once_and_not_tried_again(
    quiet: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "clauses.md").write_text("# Leases\n\n## Notice\nThe notice clause.\n", "utf-8")
    sheet = await quiet.new_worksheet("leases", tmp_path / "clauses.md")
    for at in range(5):
        text = f"Lease {at}\n\nEither party may end it on {at + 2} months' notice.\n"
        (tmp_path / f"{at}.txt").write_text(text, "utf-8")
    await sheet.add(*(tmp_path / f"{at}.txt" for at in range(5)))
    await sheet.run()
    for at in range(5):
        await sheet.accept(str(at), "Notice")
    (version,) = await sheet.learning.catch_up()
    assert (version.state, version.has_model) == ("refused", False)
    assert "None of its 5 examples has a candidate" in version.reason
    assert await sheet.learning.catch_up() == []

"""Drafts of worksheets: nothing is lost, nothing is left behind, nobody else sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError, RightsError, UsageError
from casework.sdk.suggesting.drafts import DraftView
from casework.sdk.workspace import Workspace
from casework.types.person import Person
from tests.sdk.conftest import invoice


async def _drafted(workspace: Workspace, count: int = 3) -> DraftView:
    draft = await workspace.drafts.begin()
    for number in range(1, count + 1):
        told = invoice(f"A-{number}", net=f"{number}00.00", vat=f"{19 * number}.00",
                       total=f"{119 * number}.00")  # fmt: skip
        (draft.folder / f"A-{number}.txt").write_text(told, "utf-8")
    return await workspace.drafts.look(draft.id)


async def test_a_draft_outlives_the_server(tmp_path: Path) -> None:
    async with await Workspace.create(tmp_path / "w") as workspace:
        before = await _drafted(workspace)
    async with await Workspace.open(tmp_path / "w") as workspace:
        [after] = await workspace.drafts.all()
        assert after == before
        assert after.suggested is not None
        assert after.suggested.kept


async def test_a_draft_becomes_a_worksheet_and_is_gone(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    first = await workspace.drafts.first_run(draft.id)
    assert first is not None
    assert first.calls == 0
    sheet = await workspace.drafts.make(draft.id, "March")
    assert (await sheet.view()).cases == 3
    plan = await sheet.plan()
    assert plan.count() == first.cells
    assert await workspace.drafts.all() == []
    assert not draft.folder.exists()


async def test_what_a_person_did_stays_when_more_files_come(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    assert draft.suggested is not None
    first, second, *_ = draft.suggested.steps
    await workspace.drafts.change(draft.id, first.id, name="My own name")
    await workspace.drafts.change(draft.id, second.id, keep=False, to=0)
    await workspace.drafts.add(draft.id, "Decision", instruction="Pay or not, by {My own name}?")
    (draft.folder / "A-9.txt").write_text(invoice("A-9"), "utf-8")
    assert (await workspace.drafts.get(draft.id)).new_files == 1
    after = (await workspace.drafts.look(draft.id)).suggested
    assert after is not None
    assert after.cases == 4
    assert [one.id for one in after.steps[:2]] == [second.id, first.id]
    assert (after.steps[0].keep, after.steps[1].name) == (False, "My own name")
    assert any(one.name == "Decision" and one.needs_model for one in after.kept)
    assert after.steps[1].of == 4


async def test_another_type_is_tried_at_once(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    draft = await workspace.drafts.add(draft.id, "Issued", instruction='Labelled "Invoice date".')
    assert draft.suggested is not None
    step = draft.suggested.steps[-1]
    draft = await workspace.drafts.change(draft.id, step.id, type="date")
    assert draft.suggested is not None
    example = draft.suggested.steps[-1].example
    assert example is not None
    assert example.value == "2026-03-04"


async def test_one_name_is_for_one_step(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    assert draft.suggested is not None
    first, second, *_ = draft.suggested.kept
    with pytest.raises(ConflictError):
        await workspace.drafts.change(draft.id, first.id, name=second.name)
    with pytest.raises(ConflictError):
        await workspace.drafts.add(draft.id, second.name)


async def test_making_that_was_broken_off_goes_on(workspace: Workspace) -> None:
    draft = await _drafted(workspace)

    def break_off(done: int, total: int, name: str) -> None:
        raise ZeroDivisionError

    with pytest.raises((ZeroDivisionError, ExceptionGroup)):
        await workspace.drafts.make(draft.id, "March", on_file=break_off)
    [left] = await workspace.drafts.all()
    assert left.made == "march"
    sheet = await workspace.drafts.make(draft.id)
    assert (await sheet.view()).cases == 3
    assert len(await workspace.worksheets()) == 1


async def test_a_taken_name_loses_nothing(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    other = await _drafted(workspace)
    await workspace.drafts.make(draft.id, "March")
    with pytest.raises(ConflictError):
        await workspace.drafts.make(other.id, "March")
    assert (await workspace.drafts.get(other.id)).files == 3
    await workspace.drafts.make(other.id, "April")


async def test_an_empty_page_becomes_a_worksheet_without_cases(workspace: Workspace) -> None:
    draft = await workspace.drafts.begin()
    with pytest.raises(UsageError):
        await workspace.drafts.make(draft.id, "Nothing")
    await workspace.drafts.add(draft.id, "Supplier", instruction="Who issued the invoice?")
    sheet = await workspace.drafts.make(draft.id, "Empty page")
    assert [step.name for step in (await sheet.procedure()).steps] == ["Supplier"]


async def test_nobody_sees_the_draft_of_somebody_else(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    ada = workspace.acting_as(Person("p-1", "Ada", "editor"))
    assert await ada.drafts.all() == []
    with pytest.raises(NotFoundError):
        await ada.drafts.get(draft.id)
    with pytest.raises(NotFoundError):
        await workspace.drafts.get("../../etc")
    with pytest.raises(RightsError):
        await workspace.acting_as(Person("p-2", "Bo", "reader")).drafts.begin()


async def test_a_draft_that_is_thrown_away_leaves_nothing(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    await workspace.drafts.drop(draft.id)
    assert list((workspace.folder / "drafts").iterdir()) == []
    assert not any((workspace.folder / "blobs").rglob("*.*"))


async def test_a_folder_of_the_machine_is_copied_for_owners_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "inbox" / "A").mkdir(parents=True)
    (tmp_path / "inbox" / "A" / "a.txt").write_text(invoice("A"), "utf-8")
    draft = await workspace.drafts.begin()
    assert (await workspace.drafts.take(draft.id, str(tmp_path / "inbox"))).files == 1
    with pytest.raises(UsageError):
        await workspace.drafts.take(draft.id, "")
    ada = workspace.acting_as(Person("p-1", "Ada", "editor"))
    with pytest.raises(RightsError):
        await ada.drafts.take((await ada.drafts.begin()).id, str(tmp_path))


async def test_a_first_run_costs_what_its_calls_cost_where_the_price_is_known(
    workspace: Workspace,
) -> None:
    draft = await _drafted(workspace)
    assert draft.suggested is not None
    words = f"Pay or not, by {{{draft.suggested.kept[0].name}}}?"
    await workspace.drafts.add(draft.id, "Decision", instruction=words)
    for model, known in (("openai:gpt-4o-mini", True), ("openai:unheard-of", False)):
        await workspace.configuration.put("model.default", model)
        first = await workspace.drafts.first_run(draft.id)
        assert first is not None
        assert first.calls > 0
        assert (first.cost_usd is not None) == known
        if first.cost_usd is not None:
            assert 0 < first.cost_usd < 0.01


async def test_what_was_read_for_suggesting_is_not_read_again(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    read = draft.folder.parent / "read"
    for path in read.glob("*.doc"):  # as if the reader had said so: nothing else would
        path.write_bytes(path.read_bytes().replace(b"INVOICE", b"INVOKED"))
    for path in read.glob("*.json"):
        told = path.read_text("utf-8")
        assert '"alone": {' in told
    sheet = await workspace.drafts.make(draft.id, "March")
    first = (await sheet.table()).rows[0].case.documents[0]
    document = await workspace._house.parsing.read(first.sha256)
    assert "INVOKED" in document.pages[0].text


async def test_what_another_version_read_is_read_again(workspace: Workspace) -> None:
    draft = await _drafted(workspace)
    read = draft.folder.parent / "read"
    for path in read.glob("*.doc"):
        path.write_bytes(path.read_bytes().replace(b"INVOICE", b"INVOKED"))
    for path in read.glob("*.json"):
        told = path.read_text("utf-8").replace('"by": "', '"by": "0.0.0-')
        path.write_text(told, "utf-8")
    sheet = await workspace.drafts.make(draft.id, "March")
    first = (await sheet.table()).rows[0].case.documents[0]
    assert "INVOICE" in (await workspace._house.parsing.read(first.sha256)).pages[0].text


async def test_a_step_without_a_type_has_the_one_that_its_rule_or_its_name_tells(
    workspace: Workspace,
) -> None:
    draft = await workspace.drafts.begin()
    for name, rule in (
        ("Net amount", ""), ("Due date", ""), ("Rating", ""), ("Notice period", ""),
        ("Twice", "{Net amount} + {Net amount}"), ("Large", "{Net amount} > {Twice}"),
        ("What to do", '"pay" if {Large} else "query"'), ("Broken", "{Nothing} +"),
    ):  # fmt: skip
        draft = await workspace.drafts.add(draft.id, name, rule=rule)
    draft = await workspace.drafts.add(draft.id, "Tax amount", type="text")
    assert draft.suggested is not None
    assert [step.type for step in draft.suggested.steps] == [
        "money", "date", "text", "quantity", "money", "yes/no", "choice: pay, query", "yes/no",
        "text",
    ]  # fmt: skip

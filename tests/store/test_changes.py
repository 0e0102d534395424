"""Pending changes in the store: one open at a time, proposals beside what is in force, choices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.errors import NotFoundError
from casework.store.store import Store
from casework.types.case import CaseRecord, CellWrite, value_digest
from casework.types.change import ChangeRecord, Correction
from tests.store.build import AT, add_case, outcome, recorded, stored, verdict, write


async def ask(
    store: Store, case: CaseRecord, text: str = "text", *said: Correction
) -> ChangeRecord:
    return await store.changes.put(
        case.worksheet_id, text, settings={"model.default": "x:y"}, corrections=said, who="Ada"
    )


async def test_a_change_is_kept_with_all_that_it_asks_for(store: Store) -> None:
    case = await add_case(store)
    said = Correction(case.id, "total", {"amount": "12.00", "currency": "EUR"})
    change = await ask(store, case, "# P", said, Correction(case.id, "net", None, "not_found"))
    assert change == await store.changes.open(case.worksheet_id)
    assert (change.state, change.who, change.settings) == ("open", "Ada", {"model.default": "x:y"})
    assert change.corrections[0] == said
    assert change.corrections[1].absence == "not_found"


async def test_learned_versions_that_a_change_tries_are_kept_and_replaced(store: Store) -> None:
    sheet = (await add_case(store)).worksheet_id

    async def put(*versions: str) -> ChangeRecord:
        return await store.changes.put(
            sheet, "# P", settings={}, corrections=(), who="Ada", versions=versions
        )

    assert (await put("one", "two")).versions == ("one", "two")
    assert (await put("three")).versions == ("three",)
    assert (await put()).versions == ()


async def test_asking_again_goes_on_with_the_open_change_until_it_is_closed(store: Store) -> None:
    case = await add_case(store)
    first = await ask(store, case, "one")
    again = await ask(store, case, "two")
    assert (again.id, again.text) == (first.id, "two")
    await store.changes.close(first.id, "dropped", "Ben")
    assert await store.changes.open(case.worksheet_id) is None
    other = await ask(store, case, "three")
    assert other.id != first.id
    told = [(one.id, one.state, one.ended_by) for one in await store.changes.all(case.worksheet_id)]
    assert told == [(other.id, "open", ""), (first.id, "dropped", "Ben")]
    with pytest.raises(NotFoundError):
        await store.changes.close("nothing", "dropped", "Ben")


async def test_a_proposal_stands_beside_the_value_in_force(store: Store) -> None:
    case = await add_case(store)
    now, then = recorded(outcome("1"), seed="now"), recorded(outcome("2"), seed="then")
    await store.cells.commit(write(case, "total", now))
    change = await ask(store, case)
    beside = store.proposals(change)
    await beside.commit(write(case, "total", then))
    cell = (await store.cells.of_case(case.id))["total"]
    assert (cell.machine, cell.proposed) == (stored(now), stored(then))
    assert (await beside.of_case(case.id))["total"].machine == stored(then)
    lines = [line async for batch in beside.scan(case.worksheet_id) for line in batch]
    assert [(line.fingerprint, line.effective) for line in lines] == [
        (then.fingerprint, then.outcome.value_digest)
    ]
    live = [line async for batch in store.cells.scan(case.worksheet_id) for line in batch]
    assert [line.fingerprint for line in live] == [now.fingerprint]
    assert await store.cells.recorded(then.fingerprint) == stored(then)  # memory is one
    await store.changes.close(change.id, "dropped", "Ada")
    assert (await store.cells.of_case(case.id))["total"].proposed is None


async def test_a_proposal_that_is_what_stands_proposes_nothing(store: Store) -> None:
    case = await add_case(store)
    now = recorded(outcome("1"))
    await store.cells.commit(write(case, "total", now))
    beside = store.proposals(await ask(store, case))
    again = CellWrite(case.worksheet_id, case.id, "total", "value", "", AT, reuse=now.id)
    await beside.commit(again)
    assert (await store.cells.of_case(case.id))["total"].proposed is None


async def test_a_failure_beside_leaves_the_value_to_be_read_by_nobody(store: Store) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded(outcome("1"))))
    beside = store.proposals(await ask(store, case))
    failed = CellWrite(case.worksheet_id, case.id, "total", "failed", "it broke", AT, tries=1)
    await beside.commit(failed)
    cell = (await beside.of_case(case.id))["total"]
    assert (cell.state, cell.reason, cell.effective()) == ("failed", "it broke", None)
    (line,) = [line async for batch in beside.scan(case.worksheet_id) for line in batch]
    assert (line.state, line.effective, line.tries) == ("failed", "", 1)
    assert (await store.cells.of_case(case.id))["total"].state == "value"


async def test_a_value_to_try_stands_above_the_machine_beside_alone(store: Store) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded(outcome("1"))))
    said = (Correction(case.id, "total", "9"), Correction(case.id, "fresh", "8"))
    beside = store.proposals(await ask(store, case, "text", *said))
    cells = await beside.of_case(case.id)
    effective = cells["total"].effective()
    assert effective is not None
    assert effective.value == "9"
    lines = {line.step_id: line async for batch in beside.scan(case.worksheet_id) for line in batch}
    assert {id: (line.effective, line.verified) for id, line in lines.items()} == {
        "total": (value_digest("9", ""), True),
        "fresh": (value_digest("8", ""), True),
    }
    assert (await store.cells.of_case(case.id))["total"].human is None


async def test_an_adopted_proposal_comes_in_force_and_is_in_the_history(store: Store) -> None:
    case = await add_case(store)
    now, then = recorded(outcome("1"), seed="now"), recorded(outcome("2"), seed="then")
    await store.cells.commit(write(case, "total", now))
    await store.verdicts.add(verdict(case, "total", "accepted", "1"))
    change = await ask(store, case)
    await store.proposals(change).commit(write(case, "total", then))
    assert await store.choices.places(change.id) == {(case.id, "total"): ""}
    assert await store.choices.adopt(change.id, [(case.id, "total")], "Ben") == 1
    cell = (await store.cells.of_case(case.id))["total"]
    assert cell.machine == stored(then)
    assert cell.human is not None  # a verdict is never touched
    assert cell.proposed is None
    assert await store.choices.places(change.id) == {(case.id, "total"): "adopted"}
    (choice,) = await store.choices.of_cell(case.id, "total")
    assert (choice.decision, choice.who) == ("adopted", "Ben")
    assert await store.choices.adopt(change.id, [(case.id, "total")], "Ben") == 0


async def test_what_is_kept_stands_and_says_for_what(store: Store) -> None:
    case = await add_case(store)
    now, then = recorded(outcome("1"), seed="now"), recorded(outcome("2"), seed="then")
    await store.cells.commit(write(case, "total", now))
    change = await ask(store, case)
    await store.proposals(change).commit(write(case, "total", then))
    assert await store.choices.keep(change.id, [(case.id, "total")], "Ben") == 1
    await store.choices.anchor([(case.id, "total", then.fingerprint)])
    cell = (await store.cells.of_case(case.id))["total"]
    assert (cell.machine, cell.kept, cell.proposed) == (stored(now), then.fingerprint, None)
    (line,) = [line async for batch in store.cells.scan(case.worksheet_id) for line in batch]
    assert line.kept == then.fingerprint
    newer = replace(then, id="another", fingerprint="f" * 64)
    await store.proposals(change).commit(write(case, "total", newer))
    assert await store.choices.places(change.id) == {(case.id, "total"): ""}  # to be decided anew


async def test_what_people_verified_is_told_before_and_after(store: Store) -> None:
    case, other = await add_case(store, "one"), await add_case(store, "two")
    for one in (case, other):
        await store.cells.commit(write(one, "total", recorded(outcome("1"), seed=one.id)))
        await store.verdicts.add(verdict(one, "total", "accepted", "1"))
    await store.verdicts.add(verdict(other, "net", "rejected"))
    change = await ask(store, case)
    await store.proposals(change).commit(write(case, "total", recorded(outcome("2"), seed="b")))
    told = await store.choices.verified(change.id, [case.worksheet_id])
    assert [(one.case_id, one.step_id, one.before, one.after) for one in told] == [
        (case.id, "total", True, False),
        (other.id, "total", True, True),
    ]

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from casework.base.errors import ConflictError, NotFoundError
from casework.store.store import Store
from casework.types.case import CaseRecord, CellLine, CellWrite, Outcome, value_digest
from casework.types.label import Label
from casework.types.proof import Claim, Proof, Searched
from casework.types.usage import Usage
from tests.store.build import (
    AT,
    MEANING,
    SHA,
    add_case,
    add_document,
    citation,
    outcome,
    recorded,
    stored,
    verdict,
    write,
)


async def lines(store: Store, case: CaseRecord) -> dict[tuple[str, str], CellLine]:
    found = {}
    async for batch in store.cells.scan(case.worksheet_id):
        found.update({(line.case_id, line.step_id): line for line in batch})
    return found


async def test_a_committed_cell_is_read_back_with_its_whole_proof(store: Store) -> None:
    case = await add_case(store)
    claim = Claim("It is so.", ("net",), (citation("Net 10.00", 2),))
    proof = Proof("reasoned", (citation(),), (claim, Claim("Or not.", holds=False)), note="hm")
    written = recorded(replace(outcome(), proof=proof))
    await store.cells.commit(write(case, "total", written))
    cells = await store.cells.of_case(case.id)
    assert list(cells) == ["total"]
    assert cells["total"].machine == stored(written)
    assert cells["total"].state == "value"
    assert cells["total"].since == AT


async def test_an_absence_keeps_its_reason_and_the_pages_searched(store: Store) -> None:
    case = await add_case(store)
    proof = Proof("unproved", searched=(Searched(SHA, "invoice.pdf", (1, 2, 3)),))
    told = Outcome("absent", absence="not_found", reason="no total on 3 pages", proof=proof)
    await store.cells.commit(write(case, "total", recorded(told)))
    cell = (await store.cells.of_case(case.id))["total"]
    assert (cell.state, cell.reason) == ("absent", "no total on 3 pages")
    assert cell.machine is not None
    assert cell.machine.outcome == told


async def test_a_failure_is_kept_but_the_value_in_force_stays(store: Store) -> None:
    case = await add_case(store)
    good = recorded()
    await store.cells.commit(write(case, "total", good))
    bad = recorded(Outcome("failed", reason="no answer", code="model.timeout"), at=AT[:-2] + "9Z")
    failed = replace(write(case, "total", bad), tries=1, tried=bad.fingerprint)
    await store.cells.commit(failed)
    cell = (await store.cells.of_case(case.id))["total"]
    assert cell.machine == stored(good)
    assert (cell.state, cell.reason, cell.tries) == ("failed", "no answer", 1)
    assert cell.tried == bad.fingerprint
    assert await store.cells.history(case.id, "total") == [stored(good), stored(bad)]


async def test_a_change_of_state_alone_keeps_the_outcome_and_clears_what_it_waited_for(
    store: Store,
) -> None:
    case = await add_case(store)
    good = recorded()
    await store.cells.commit(write(case, "total", good))
    waiting = CellWrite(case.worksheet_id, case.id, "total", "waiting", "no model", AT, "model")
    await store.cells.commit(waiting)
    cell = (await store.cells.of_case(case.id))["total"]
    assert (cell.state, cell.waiting_for, cell.machine) == ("waiting", "model", stored(good))
    await store.cells.commit(replace(waiting, state="queued", waiting_for=None))
    assert (await store.cells.of_case(case.id))["total"].waiting_for is None


async def test_an_outcome_of_another_case_can_be_used_again(store: Store) -> None:
    first, second = await add_case(store, "one"), await add_case(store, "two")
    written = recorded()
    await store.cells.commit(write(first, "total", written))
    again = CellWrite(second.worksheet_id, second.id, "total", "value", "", AT, reuse=written.id)
    await store.cells.commit(again)
    cell = (await store.cells.of_case(second.id))["total"]
    assert cell.machine == stored(written)
    assert await store.cells.history(second.id, "total") == [stored(written)]


async def test_history_tells_an_outcome_that_came_back_into_force(store: Store) -> None:
    case = await add_case(store)
    old = recorded(outcome("1"), seed="old", at="2026-01-01T00:00:00.000Z")
    new = recorded(outcome("2"), seed="new", at="2026-01-02T00:00:00.000Z")
    await store.cells.commit(write(case, "total", old))
    await store.cells.commit(write(case, "total", new))
    back = CellWrite(
        case.worksheet_id, case.id, "total", "value", "", "2026-01-03T00:00:00.000Z", reuse=old.id
    )
    await store.cells.commit(back)
    told = [entry.outcome.value for entry in await store.cells.history(case.id, "total")]
    assert told == ["1", "2", "1"]


async def test_a_write_to_a_case_that_is_not_there_is_refused_and_leaves_nothing(
    store: Store,
) -> None:
    case = await add_case(store)
    written = recorded()
    with pytest.raises(NotFoundError, match="case"):
        await store.cells.commit(write(replace(case, id="nobody"), "total", written))
    assert await store.cells.recorded(written.fingerprint) is None


async def test_an_outcome_that_is_not_there_cannot_be_used_again(store: Store) -> None:
    case = await add_case(store)
    with pytest.raises(NotFoundError, match="outcome"):
        await store.cells.commit(
            CellWrite(case.worksheet_id, case.id, "total", "value", "", AT, reuse="nothing")
        )
    assert await store.cells.of_case(case.id) == {}


async def test_the_newest_result_of_a_fingerprint_is_found(store: Store) -> None:
    case = await add_case(store)
    first, second = recorded(outcome("1")), recorded(outcome("2"))
    await store.cells.commit(write(case, "total", first))
    await store.cells.commit(write(case, "total", second))
    assert await store.cells.recorded(first.fingerprint) == stored(second)


async def test_an_outcome_is_found_by_its_id_though_another_is_in_force(store: Store) -> None:
    case = await add_case(store)
    first, second = recorded(outcome("1")), recorded(outcome("2"), seed="b")
    await store.cells.commit(write(case, "total", first))
    await store.cells.commit(write(case, "total", second))
    assert await store.cells.outcome(first.id) == stored(first)
    with pytest.raises(NotFoundError, match="nothing"):
        await store.cells.outcome("nothing")


async def test_failures_and_waits_are_no_results(store: Store) -> None:
    case = await add_case(store)
    failed = recorded(Outcome("failed", reason="broken"), seed="f")
    waits = recorded(Outcome("waiting", waiting_for="person", reason="asks Ada"), seed="w")
    skipped = recorded(Outcome("skipped", reason="not needed"), seed="s")
    for step, written in (("a", failed), ("b", waits), ("c", skipped)):
        await store.cells.commit(write(case, step, written))
    marks = [failed.fingerprint, waits.fingerprint, skipped.fingerprint, "unheard of"]
    assert await store.cells.known(marks) == {skipped.fingerprint}
    assert await store.cells.recorded(failed.fingerprint) is None
    cells = await store.cells.of_case(case.id)
    assert cells["a"].machine is None
    assert cells["b"].machine is None
    assert cells["c"].machine == stored(skipped)


async def test_a_second_attempt_does_not_answer_for_the_first(store: Store) -> None:
    case = await add_case(store)
    again = recorded(attempt=1)
    await store.cells.commit(write(case, "total", again))
    assert await store.cells.recorded(again.fingerprint) is None
    assert await store.cells.recorded(again.fingerprint, 1) == stored(again)
    assert await store.cells.known([again.fingerprint]) == set()


async def test_fingerprints_that_begin_alike_are_told_apart(store: Store) -> None:
    case = await add_case(store)
    written = recorded()
    await store.cells.commit(write(case, "total", written))
    twin = written.fingerprint[:16] + "0" * 48
    assert await store.cells.recorded(twin) is None
    assert await store.cells.known([twin]) == set()


async def test_a_scan_tells_what_a_plan_needs(store: Store) -> None:
    case = await add_case(store)
    written = recorded()
    await store.cells.commit(write(case, "total", written))
    line = (await lines(store, case))[case.id, "total"]
    assert line == CellLine(
        case.id, "total", "value", None, written.fingerprint, written.meaning,
        written.outcome.value_digest, f'{{"documents":"{written.inputs["documents"]}"}}',
        False, 0, "", "",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["accepted", "corrected", "adopted", "rejected"])
async def test_a_scan_and_a_cell_agree_on_the_value_in_force(store: Store, kind: str) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded()))
    value = None if kind == "rejected" else "99"
    await store.verdicts.add(verdict(case, "total", kind, value))  # type: ignore[arg-type]
    line = (await lines(store, case))[case.id, "total"]
    effective = (await store.cells.of_case(case.id))["total"].effective()
    assert line.effective == (effective.digest if effective else "")
    assert line.effective == ("" if kind == "rejected" else value_digest("99", ""))
    assert line.verified


async def test_a_value_that_is_not_in_a_readable_state_is_not_in_force_in_a_scan(
    store: Store,
) -> None:
    case = await add_case(store)
    await store.cells.commit(write(case, "total", recorded()))
    aside = CellWrite(case.worksheet_id, case.id, "total", "set_aside", "failed twice", AT)
    await store.cells.commit(aside)
    line = (await lines(store, case))[case.id, "total"]
    assert (line.state, line.effective, line.reason) == ("set_aside", "", "failed twice")


async def test_a_scan_keeps_to_its_worksheet_and_to_the_order_of_the_cases(store: Store) -> None:
    case = await add_case(store, "first")
    other = await store.worksheets.add("Other", "other.md")
    stranger = await add_case(store, "stranger", other.id)
    sheet = case.worksheet_id
    added = await asyncio.gather(*(add_case(store, f"case {n}", sheet) for n in range(300)))
    cases = [case, *added]
    await asyncio.gather(
        *(
            store.cells.commit(write(one, step, recorded(Outcome("value", 1), seed=one.id)))
            for one in (stranger, *reversed(cases))
            for step in "ab"
        )
    )
    seen: list[str] = []
    async for batch in store.cells.scan(case.worksheet_id):
        ids = [line.case_id for line in batch]
        assert not set(seen) & set(ids)
        seen += ids
    assert seen == [one.id for one in cases for _ in "ab"]
    chosen = [cases[280].id, cases[3].id, stranger.id]
    of_b = [
        (line.case_id, line.step_id)
        async for batch in store.cells.scan(case.worksheet_id, chosen, ["b"])
        for line in batch
    ]
    assert of_b == [(cases[3].id, "b"), (cases[280].id, "b")]


async def test_a_scan_of_a_worksheet_that_is_not_there_is_empty(store: Store) -> None:
    assert [batch async for batch in store.cells.scan("nothing")] == []


async def test_new_labels_and_proofs_replace_the_old_and_the_value_stays(store: Store) -> None:
    case = await add_case(store)
    written = recorded()
    await store.cells.commit(write(case, "total", written))
    moved = replace(
        written.outcome,
        proof=Proof("quoted", (citation("Sum 12.30", 4), citation("12.30", 5))),
        label=Label(frozenset({"other"}), frozenset({"Ada"})),
    )
    await store.cells.relabel(written.id, moved)
    cell = (await store.cells.of_case(case.id))["total"]
    assert cell.machine == stored(replace(written, outcome=moved))


async def test_a_new_value_cannot_be_slipped_in_as_a_label(store: Store) -> None:
    case = await add_case(store)
    written = recorded()
    await store.cells.commit(write(case, "total", written))
    with pytest.raises(ConflictError):
        await store.cells.relabel(written.id, outcome("13.00"))
    with pytest.raises(NotFoundError):
        await store.cells.relabel("nothing", written.outcome)
    assert (await store.cells.of_case(case.id))["total"].machine == stored(written)


async def test_the_cells_that_cite_a_page_are_found(store: Store) -> None:
    document = await add_document(store, "invoice")
    one, two, three = [await add_case(store, key) for key in ("one", "two", "three")]
    cited = recorded(replace(outcome(), proof=Proof("quoted", (citation(page=2),))))
    await store.cells.commit(write(one, "total", cited))
    reused = CellWrite(two.worksheet_id, two.id, "total", "value", "", AT, reuse=cited.id)
    await store.cells.commit(reused)
    await store.cells.commit(write(three, "total", cited_once := recorded(seed="c")))
    assert cited_once.outcome.proof.citations[0].document == document.sha256
    both = [(one.id, "total"), (two.id, "total")]
    assert await store.cells.citing(document.sha256, 2) == both
    assert await store.cells.citing(document.sha256) == [*both, (three.id, "total")]
    replaced = recorded(Outcome("value", "0"), seed="new")
    await store.cells.commit(write(one, "total", replaced))
    assert await store.cells.citing(document.sha256, 2) == both[1:]


async def test_what_was_set_aside_can_be_brought_back(store: Store) -> None:
    case, other = await add_case(store, "one"), await add_case(store, "two")
    for one in (case, other):
        await store.cells.commit(
            CellWrite(one.worksheet_id, one.id, "a", "set_aside", "twice", AT, tries=2, tried="x")
        )
        await store.cases.set_aside(one.id, "two of its cells failed")
    await store.cells.commit(write(case, "b", recorded()))
    assert await store.cells.bring_back([case.id]) == 1
    assert (await store.cases.get(case.id)).set_aside == ""
    assert (await store.cases.get(other.id)).set_aside != ""
    cells = await store.cells.of_case(case.id)
    assert (cells["a"].state, cells["a"].tries, cells["a"].tried) == ("idle", 0, "")
    assert cells["a"].reason != ""
    assert cells["b"].state == "value"


async def test_what_a_step_typically_uses_is_the_average_of_those_that_called_a_model(
    store: Store,
) -> None:
    cases = [await add_case(store, key) for key in ("one", "two", "three")]
    costs: list[float | None] = [0.25, 0.75, None]
    for case, tokens, cost in zip(cases, (100, 300, 0), costs, strict=True):
        calls = 1 if tokens else 0
        told = replace(outcome(), usage=Usage(calls, tokens, 10, 0, cost, 1.0))
        await store.cells.commit(write(case, "ask", recorded(told, seed=case.id)))
        await store.cells.commit(write(case, "rule", recorded(Outcome("value", 1), seed=case.id)))
    typical = await store.cells.typical(cases[0].worksheet_id)
    assert typical == {("ask", MEANING): Usage(1, 200, 10, 0, 0.5, 1.0)}


async def test_the_cells_of_several_cases_are_read_at_once(store: Store) -> None:
    one, two, three = [await add_case(store, key) for key in ("one", "two", "three")]
    for case in (one, three):
        await store.cells.commit(write(case, "total", recorded(seed=case.key)))
    await store.verdicts.add(human := verdict(three, "total", "corrected", "99"))
    found = await store.cells.of_cases([one.id, two.id, three.id])
    assert set(found) == {one.id, three.id}
    assert found[one.id] == await store.cells.of_case(one.id)
    assert found[three.id]["total"].human == human

"""Who may read a value: its documents' readers, joined with those of all that it was made from."""

from __future__ import annotations

from dataclasses import replace

from casework.types.case import Outcome
from casework.types.label import LEARNED, Label
from casework.types.needs import StepTask
from tests.engine.desk import Desk, value

NORTH, AUDIT = frozenset({"north"}), frozenset({"audit"})


async def _readers(desk: Desk, step: str, case: str = "a") -> frozenset[str] | None:
    effective = (await desk.cell(case, step)).effective()
    assert effective is not None
    return effective.label.readers


async def _close(desk: Desk, case: str, *readers: frozenset[str]) -> None:
    """Let these groups read the documents of a case, one after the other."""
    found = await desk.store.cases.by_key(desk.worksheet_id, case)
    assert found is not None
    for document, groups in zip(found.documents, readers, strict=True):
        await desk.store.readers.set([document.sha256], groups, who="Ada")


async def test_a_value_and_what_reads_it_are_for_the_readers_of_the_document(desk: Desk) -> None:
    await desk.cases("a", "b")
    await _close(desk, "a", NORTH)
    await desk.run()
    assert await _readers(desk, "net") == NORTH
    assert await _readers(desk, "total") == NORTH
    assert await _readers(desk, "total", "b") is None


async def test_a_value_of_two_documents_is_for_those_who_may_read_both(desk: Desk) -> None:
    (case,) = await desk.cases("a")
    await desk.document(case.id, "second.txt")
    await _close(desk, "a", NORTH | AUDIT, AUDIT)
    await desk.run()
    assert await _readers(desk, "net") == AUDIT


async def test_other_readers_change_labels_and_run_nothing(desk: Desk) -> None:
    await desk.cases("a")
    await desk.run()
    before = desk.steps.count
    await _close(desk, "a", NORTH)
    assert (await _readers(desk, "net"), await _readers(desk, "total")) == (NORTH, NORTH)
    await desk.run()
    assert desk.steps.count == before
    assert await _readers(desk, "total") == NORTH


async def test_an_equal_value_from_open_documents_is_not_closed_by_one_from_closed_ones(
    desk: Desk,
) -> None:
    async def same(task: StepTask) -> Outcome:
        return value("12")

    await desk.cases("a", "b")
    await _close(desk, "a", NORTH)
    desk.steps.work = {"net": same, "vat": same}
    await desk.run()
    assert desk.steps.calls["a", "total"] + desk.steps.calls["b", "total"] == 1
    assert await _readers(desk, "total", "a") == NORTH
    assert await _readers(desk, "total", "b") is None


async def test_what_a_person_wrote_without_a_machine_has_the_readers_of_the_documents(
    desk: Desk,
) -> None:
    await desk.cases("a")
    await _close(desk, "a", NORTH)
    for step in ("net", "vat"):
        await desk.decide("a", step, "corrected", "12")
    await desk.run()
    assert await _readers(desk, "total") == NORTH


async def test_a_step_that_used_something_learned_says_so_and_keeps_its_readers(
    desk: Desk,
) -> None:
    label = Label(frozenset({f"{LEARNED}v1", "elsewhere"}), NORTH)

    async def learned(task: StepTask) -> Outcome:
        return replace(value("12"), label=label)

    async def unlearned(task: StepTask) -> Outcome:
        return replace(value("7"), label=Label(frozenset({"elsewhere"}), NORTH))

    (case,) = await desk.cases("a")
    desk.steps.work = {"net": learned, "vat": unlearned}
    await desk.run()
    net, vat = await desk.cell("a", "net"), await desk.cell("a", "vat")
    assert net.machine is not None
    assert vat.machine is not None
    sha256 = case.documents[0].sha256
    assert net.machine.outcome.label == Label(frozenset({sha256, f"{LEARNED}v1"}), NORTH)
    assert vat.machine.outcome.label == Label(frozenset({sha256}))

"""Calls of models found as rows, with what people said of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from casework.base.errors import NotFoundError
from casework.store.calls import CallNote, CallPlace, CallsWanted
from casework.store.store import Store
from casework.types.case import CaseRecord
from casework.types.usage import NO_USAGE
from casework.types.values import Json
from tests.store.build import add_case, outcome, recorded, span, write


async def _call(store: Store, case: CaseRecord, model: str, *, status: str = "ok") -> str:
    told: dict[str, Json] = {"gen_ai.request.model": model, "casework.cost_usd": 0.01}
    made = replace(span(f"chat {model}"), attributes=told, status="error" if status else "ok")
    made = replace(made, status="ok" if status == "ok" else "error")
    written = recorded(
        replace(outcome(), spans=(span("cell"), made), model=model), seed=model, run_id="r1"
    )
    await store.cells.commit(write(case, f"step-{model}", written))
    return written.id


async def test_calls_come_newest_first_a_page_at_a_time(store: Store) -> None:
    case = await add_case(store)
    for number in range(5):
        await _call(store, case, f"m{number}")
    first = await store.calls.page(CallsWanted(case.worksheet_id), limit=2)
    assert [row.name for row in first] == ["chat m4", "chat m3"]
    rest = await store.calls.page(CallsWanted(case.worksheet_id), before=first[-1].place)
    assert [row.name for row in rest] == ["chat m2", "chat m1", "chat m0"]
    assert first[0].case_name == case.name
    assert first[0].run_id == "r1"


async def test_calls_are_found_by_model_step_status_and_case(store: Store) -> None:
    case, other = await add_case(store), await add_case(store, "other")
    await _call(store, case, "gpt_5")
    await _call(store, case, "gptx5", status="error")
    await _call(store, other, "third")
    sheet = case.worksheet_id

    async def names(wanted: CallsWanted) -> list[str]:
        return [row.name for row in await store.calls.page(wanted)]

    assert await names(CallsWanted(sheet, model="gpt_5")) == ["chat gpt_5"]
    assert await names(CallsWanted(sheet, status="error")) == ["chat gptx5"]
    assert await names(CallsWanted(sheet, step_id="step-third")) == ["chat third"]
    assert await names(CallsWanted(sheet, case_id=other.id)) == ["chat third"]
    assert await names(CallsWanted("elsewhere")) == []
    assert len(await names(CallsWanted())) == 3
    assert await store.calls.models(sheet) == ["gpt_5", "gptx5", "third"]


async def test_what_people_say_of_a_call_is_kept_counted_and_found(store: Store) -> None:
    case = await add_case(store)
    for model in ("a", "b", "c"):
        await _call(store, case, model)
    newest, middle, _ = await store.calls.page(CallsWanted(case.worksheet_id))
    await store.calls.say(newest.place, CallNote("Ann", -1, "made it up", ("made up", "50% off")))
    await store.calls.say(newest.place, CallNote("Bo", 1, "", ()))
    await store.calls.say(middle.place, CallNote("Ann", 0, "", ("made up",)))
    await store.calls.say(newest.place, CallNote("Ann", -1, "invented", ("made up",)))
    found = await store.calls.page(CallsWanted(case.worksheet_id, noted=True))
    assert [row.place for row in found] == [newest.place, middle.place]
    assert {(n.who, n.mark, n.note) for n in found[0].notes} == {
        ("Ann", -1, "invented"),
        ("Bo", 1, ""),
    }
    assert await store.calls.tags(case.worksheet_id) == {"made up": 2}
    assert await store.calls.tags("") == {"made up": 2}
    bad = await store.calls.page(CallsWanted(case.worksheet_id, mark=-1))
    assert [row.place for row in bad] == [newest.place]
    tagged = await store.calls.page(CallsWanted(case.worksheet_id, tag="made up", mark=1))
    assert tagged == []


async def test_a_call_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"no call 7\.1"):
        await store.calls.one(CallPlace(7, 1))


async def test_a_run_is_told_by_step_by_time_and_by_its_extremes(store: Store) -> None:
    case = await add_case(store)
    for model in ("a", "b"):
        await _call(store, case, model)
    failed = recorded(
        replace(outcome(), kind="failed", code="rule.failed", reason="no", usage=outcome().usage),
        seed="f",
        run_id="r1",
    )
    await store.cells.commit(write(case, "step-a", failed))
    steps = {step.step_id: step for step in await store.run_figures.steps("r1")}
    assert steps["step-a"].cells == 2
    assert steps["step-a"].failed == 1
    assert steps["step-a"].settled == 1
    assert steps["step-b"].cost_usd == pytest.approx(0.001)
    assert sum(n for _, n, _ in await store.run_figures.settled_by("r1", 19)) == 3
    assert [cell.reason for cell in await store.run_figures.failures("r1")] == ["no"]
    assert len(await store.run_figures.dearest("r1", 2)) == 2
    assert (await store.run_figures.slowest("r1"))[0].case_name == case.name
    assert await store.run_figures.steps("r2") == []


async def test_how_long_cells_were_worked_on_is_told_without_a_call_of_a_model(
    store: Store,
) -> None:
    case = await add_case(store)
    began_ns = int(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC).timestamp() * 1e9)
    for number, took_ns in (("1", 1_500_000_000), ("2", 250_000_000)):
        inner = replace(span("read"), started_ns=began_ns + 1, duration_ns=took_ns // 2)
        whole = replace(span("cell"), started_ns=began_ns, duration_ns=took_ns)
        silent = replace(outcome(), spans=(inner, whole), usage=NO_USAGE)
        written = recorded(silent, seed=number, run_id="r3")
        await store.cells.commit(write(case, f"step-{number}", written))
    [first, second] = await store.run_figures.steps("r3")
    assert (first.busy_s, second.busy_s) == (1.5, 0.25)
    assert first.began_at == "2026-01-02T03:04:05.000Z"
    slowest = await store.run_figures.slowest("r3")
    assert [cell.duration_s for cell in slowest] == [1.5, 0.25]

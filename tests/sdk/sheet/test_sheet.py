"""The grid: windows, filters and orders that agree with the views of the rows, whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from casework.base.clock import stamp
from casework.base.errors import NotFoundError, UsageError
from casework.base.ids import uuid7
from casework.sdk.sheet.kept_rows import packed, unpacked
from casework.sdk.sheet.looks import case_look, types_of
from casework.sdk.sheet.marks import TONES, mark_of, tone_of
from casework.sdk.sheet.views import Condition, Field, Relation, SheetQuery
from casework.sdk.sheet.wanted import AtWorkNow, fits, wanted_of
from casework.sdk.views import CellView, RowView
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.proof import Proof
from casework.types.run import RunRecord
from tests.sdk.conftest import invoice


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path, tmp_path: Path) -> Worksheet:
    """Eight invoices: some do not add up, one is not whole, people decided on some cells."""
    made = await workspace.new_worksheet("Invoices", procedure)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(7):
        net, total = f"{(number % 4) * 60 + 40}.00", "119.00" if number % 3 else "7.00"
        told = invoice(f"A-{number}", net=net, total=total)
        (inbox / f"A-{number}.txt").write_text(told, "utf-8")
    (inbox / "b-9.txt").write_text(
        "INVOICE\n\nInvoice number: B-9\nNet amount: EUR 9.50\n", "utf-8"
    )
    await made.add(inbox)
    await made.run()
    await made.accept("A-0", "net", who="Ada")
    await made.correct("A-1", "vat", "12.00", who="Grace")
    await made.reject("A-2", "net", who="Ada")
    return made


async def _rows(sheet: Worksheet) -> list[RowView]:
    return [row async for row in sheet.rows()]


def _alike(cell: CellView) -> CellView:
    """A view without what a grid does not show."""
    verdict = replace(cell.verdict, seconds=None) if cell.verdict else None
    return replace(cell, proof=Proof(cell.proof.kind), signals={}, age_s=None, verdict=verdict)


def _is(step: str, field: Field, value: str, relation: Relation = "is") -> SheetQuery:
    return SheetQuery((Condition(step, field, relation, value),))


async def test_windows_are_the_rows_as_they_came(sheet: Worksheet) -> None:
    rows = await _rows(sheet)
    assert await sheet.sheet.told() or await sheet.sheet.heads()
    window = await sheet.sheet.window(first=2, count=3)
    assert (window.total, window.first) == (8, 2)
    assert [row.case.id for row in window.rows] == [row.case.id for row in rows[2:5]]
    assert await sheet.sheet.ids() == [row.case.id for row in rows]


async def test_kept_rows_are_what_the_views_say(sheet: Worksheet) -> None:
    await sheet.sheet.heads()  # takes everything up
    assert await sheet.sheet.told()
    window = await sheet.sheet.window(count=20)
    for kept, row in zip(window.rows, await _rows(sheet), strict=True):
        assert kept.case == row.case
        assert list(map(_alike, kept.cells)) == list(map(_alike, row.cells))


async def test_what_is_packed_is_unpacked(sheet: Worksheet) -> None:
    steps = (await sheet.procedure()).steps
    now = sheet._house.clock.now()
    for row in await _rows(sheet):
        again = unpacked(packed(row), row.case, steps, now)
        assert again is not None
        assert list(map(_alike, again.cells)) == list(map(_alike, row.cells))
        assert unpacked(packed(row), row.case, steps[1:], now) is None


async def test_every_filter_finds_what_the_views_say(sheet: Worksheet) -> None:
    procedure, rows = await sheet.procedure(), await _rows(sheet)
    looks = [
        (case_look(row, at, types_of(procedure.steps)), row.case.id)
        for at, row in enumerate(rows, 1)
    ]
    asked: list[tuple[Field, tuple[Relation, ...], tuple[str, ...]]] = [
        ("state", ("is", "is not"), ("quoted", "derived", "not_found", "look", "proved", "needs")),
        ("value", ("is", "is not", "contains"), ("a-1", "EUR 100.00", "no", "eur")),
        ("reason", ("contains",), ("not found", "the rule says")),
        ("reviewer", ("is", "contains"), ("Ada", "gra")),
    ]  # fmt: skip
    for field, relations, values in asked:
        for relation, value, step in product(relations, values, ("", "net", "vat", "sums-agree")):
            if step == "sums-agree" and field == "value" and relation == "contains":
                continue
            query = _is(step, field, value, relation)
            wanted = wanted_of(query, procedure, AtWorkNow())
            expected = [id for look, id in looks if fits(look, wanted)]
            assert await sheet.sheet.ids(query) == expected, query


async def test_values_are_compared_by_size_not_by_letters(sheet: Worksheet) -> None:
    names = {row.case.id: row.case.name for row in await _rows(sheet)}
    found = await sheet.sheet.ids(_is("net", "value", "100", "at least"))
    assert [names[id] for id in found] == ["A-1", "A-3", "A-5", "A-6"]
    both = SheetQuery(
        (Condition("net", "value", "at least", "40"), Condition("net", "value", "at most", "99.99"))
    )
    assert [names[id] for id in await sheet.sheet.ids(both)] == ["A-0", "A-4"]
    sort = await sheet.sheet.window(SheetQuery(sort="net"), count=20)
    assert [row.case.name for row in sort.rows][:3] == ["b-9", "A-0", "A-4"]
    down = await sheet.sheet.window(SheetQuery(sort="net", descending=True), count=20)
    assert [row.case.name for row in down.rows][:2] == ["A-3", "A-6"]
    assert down.rows[-1].case.name == sort.rows[-1].case.name == "A-2"  # rejected: no value


async def test_money_goes_by_its_currency_and_then_by_its_amount(sheet: Worksheet) -> None:
    amounts = {"A-0": "GBP 300.00", "A-1": "CHF 5.00", "A-3": "GBP 20.00"}
    for name, told in amounts.items():
        await sheet.correct(name, "net", told, who="Ada")

    async def shown(query: SheetQuery) -> list[str]:
        window = await sheet.sheet.window(query, count=20)
        return [row.cells[1].shown for row in window.rows]

    up = ["CHF 5.00", "EUR 9.50", "EUR 100.00", "EUR 160.00"]
    ordered = await shown(SheetQuery(sort="net"))
    assert [told for told in ordered if told in up] == up
    assert ordered[-3:] == ["GBP 20.00", "GBP 300.00", ""]
    down = await shown(SheetQuery(sort="net", descending=True))
    assert (down[0], down[-3:]) == ("CHF 5.00", ["GBP 300.00", "GBP 20.00", ""])

    await sheet.correct("A-1", "net", "GBP 40.00", who="Ada")  # an order that is kept is patched
    patched = await shown(SheetQuery(sort="net"))
    assert patched[-4:] == ["GBP 20.00", "GBP 40.00", "GBP 300.00", ""]

    at_least = await shown(_is("net", "value", "GBP 30", "at least"))
    assert sorted(at_least) == ["GBP 300.00", "GBP 40.00"], "euros are no pounds"
    assert "GBP 20.00" in await shown(_is("net", "value", "20", "is"))
    assert await shown(_is("net", "value", "EUR 20", "is")) == []
    others = await shown(_is("net", "value", "GBP 20", "is not"))
    assert "GBP 20.00" not in others
    assert {"GBP 300.00", "EUR 9.50"} <= set(others)


async def test_search_finds_names_and_values_in_any_case_of_letters(sheet: Worksheet) -> None:
    assert len(await sheet.sheet.ids(SheetQuery(search="B-9"))) == 1
    assert len(await sheet.sheet.ids(SheetQuery(search="eur 9.50"))) == 1
    assert await sheet.sheet.ids(SheetQuery(search="100%")) == []


async def test_a_decision_moves_a_case_between_filters_at_once(sheet: Worksheet) -> None:
    query = _is("total-due", "state", "not_found")
    (id,) = await sheet.sheet.ids(query)
    seq = await sheet.sheet.seq()
    await sheet.accept(id, "total-due", who="Ada")
    assert await sheet.sheet.ids(_is("total-due", "reviewer", "ada")) == [id]
    changes = await sheet.sheet.changes(seq)
    assert (changes.case_ids, changes.reload) == (frozenset({id}), False)
    assert (await sheet.sheet.changes(changes.seq)).case_ids == frozenset()
    (row,) = (await sheet.sheet.rows([id])).rows
    assert [cell.verdict.who for cell in row.cells if cell.verdict] == ["Ada"]


async def test_heads_add_up_to_the_views(sheet: Worksheet) -> None:
    rows = await _rows(sheet)
    for at, head in enumerate(await sheet.sheet.heads()):
        cells = [row.cells[at] for row in rows]
        assert head.tones == {tone: sum(tone_of(c) == tone for c in cells) for tone in TONES}
        assert head.settled == sum(c.state in ("value", "absent", "skipped") for c in cells)
        assert head.exact
    summary = await sheet.sheet.summary()
    assert summary.needs == sum(row.needs for row in rows) == await sheet.sheet.waiting_count()
    assert sum(summary.tones.values()) == 8 * 6
    assert await sheet.sheet.waiting_ids() == [row.case.id for row in rows if row.needs]


async def test_an_edit_makes_its_cells_stale_in_filters_too(sheet: Worksheet) -> None:
    before = await sheet.sheet.ids(_is("", "state", "stale"))
    path = sheet.procedure_path
    path.write_text(path.read_text("utf-8").replace("including tax", "with tax"), "utf-8")
    await sheet.run(cases=["A-0"])
    rows = await _rows(sheet)
    stale = [row.case.id for row in rows if any(mark_of(c) == "stale" for c in row.cells)]
    assert len(stale) > len(before)
    assert await sheet.sheet.ids(_is("", "state", "stale")) == stale
    window = await sheet.sheet.window(count=20)
    told = [row.case.id for row in window.rows if any(c.outdated for c in row.cells)]
    assert told == stale


async def test_new_cases_come_into_the_window_and_the_filters(
    sheet: Worksheet, tmp_path: Path
) -> None:
    assert (await sheet.sheet.window()).total == 8
    assert len(await sheet.sheet.ids(_is("net", "state", "idle"))) == 0
    seq = await sheet.sheet.seq()
    (tmp_path / "C-1.txt").write_text(invoice("C-1"), "utf-8")
    await sheet.add(tmp_path / "C-1.txt")
    assert (await sheet.sheet.changes(seq)).reload
    assert (await sheet.sheet.window()).total == 9
    assert len(await sheet.sheet.ids(_is("net", "state", "idle"))) == 1
    assert (await sheet.view()).cases == 9


async def test_neighbours_stand_before_and_after_in_the_order_asked_for(sheet: Worksheet) -> None:
    ids = await sheet.sheet.ids()
    here = await sheet.sheet.neighbours(ids[0])
    assert (here.place, here.total, here.before, here.after) == (1, 8, "", ids[1])
    query = SheetQuery(sort="net", descending=True)
    order = await sheet.sheet.ids(query)
    there = await sheet.sheet.neighbours(order[3], query)
    assert (there.place, there.before, there.after) == (4, order[2], order[4])
    found = _is("net", "value", "100", "at least")
    fitting = await sheet.sheet.ids(found)
    outside = next(id for id in ids if id not in fitting)
    assert (await sheet.sheet.neighbours(outside, found)).place == 0


async def test_another_opening_goes_on_with_what_was_kept(
    sheet: Worksheet, workspace: Workspace
) -> None:
    await sheet.sheet.heads()
    async with await Workspace.open(workspace.folder) as other:
        again = await other.worksheet("Invoices")
        assert await again.sheet.told()
        assert await again.sheet.ids(_is("net", "reviewer", "ada")) == await sheet.sheet.ids(
            _is("net", "reviewer", "ada")
        )
        await again.accept("A-5", "net", who="Zoe")
    assert len(await sheet.sheet.ids(_is("net", "reviewer", "zoe"))) == 1


async def test_mistakes_in_a_query_are_told_in_words(sheet: Worksheet) -> None:
    for query in (
        _is("nett", "value", "1"),
        _is("net", "state", "splendid"),
        _is("net", "value", "much", "at least"),
        _is("net", "confidence", "sure", "at least"),
        SheetQuery(sort="nett"),
    ):
        with pytest.raises(UsageError):
            await sheet.sheet.window(query)


async def test_a_view_with_a_name_is_what_it_was(sheet: Worksheet) -> None:
    query = SheetQuery((Condition("net", "value", "at least", "3"),), "acme", "net", True)
    saved = await sheet.sheet.save_view("  Large   ones ", query, ["vat"])
    assert [(one.name, one.query, one.hidden) for one in await sheet.sheet.views()] == [
        ("Large ones", query, ("vat",))
    ]
    (counted,) = await sheet.sheet.views(counted=True)
    assert counted.cases == len(await sheet.sheet.ids(counted.query))
    await sheet.sheet.drop_view(saved.id)
    assert await sheet.sheet.views() == []
    with pytest.raises(NotFoundError):
        await sheet.sheet.drop_view(saved.id)


async def test_many_ask_at_once_while_the_index_is_made(sheet: Worksheet) -> None:
    queries = [_is("net", "state", "look"), SheetQuery(sort="net"), SheetQuery(search="a-")]
    found = await asyncio.gather(*(sheet.sheet.ids(query) for query in queries * 3))
    assert found[:3] == found[3:6] == found[6:]
    assert len(found[2]) == 7


async def test_what_a_run_works_on_now_is_found_though_nobody_wrote_it_down(
    sheet: Worksheet, tmp_path: Path
) -> None:
    (tmp_path / "C-1.txt").write_text(invoice("C-1"), "utf-8")
    added = (await sheet.add(tmp_path / "C-1.txt")).cases[0].id
    store, at = sheet._house.store, stamp(sheet._house.clock.now())
    run = RunRecord(uuid7(), sheet.id, "running", at)
    await store.runs.start(run)
    await store.runs.beat(run.id, {(added, "net"): at})
    assert await sheet.sheet.ids(_is("net", "state", "running")) == [added]
    assert await sheet.sheet.ids(_is("", "state", "running")) == [added]
    assert await sheet.sheet.ids(_is("vat", "state", "running")) == []
    assert await sheet.sheet.ids(_is("vat", "state", "queued")) == [added]
    assert await sheet.sheet.ids(_is("vat", "state", "idle")) == []
    row = (await sheet.sheet.window(_is("net", "state", "running"))).rows[0]
    assert [cell.state for cell in row.cells][:3] == ["queued", "running", "queued"]

"""The whole way: documents, a learned version, a promise, blind readings, then work by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.review.queue import AUDIT
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.change import Trial
from casework.types.values import Json
from tests.sdk.conftest import invoice
from tests.sdk.taught import teach

PROCEDURE = """# Invoices

## Net
- type: money

## Large
`{Net} > 1000`
"""
NETS = {f"{at:02}": f"{100 + at}.00" for at in range(12)}


@pytest.fixture
async def sheet(tmp_path: Path) -> AsyncIterator[Worksheet]:
    """Twelve invoices whose net amount is read by a learned version."""
    (tmp_path / "invoices.md").write_text(PROCEDURE, "utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, net in NETS.items():
        (inbox / f"{name}.txt").write_text(invoice(f"A-{name}", net=net), "utf-8")
    flags = {"trust.twice": 0.0, "learn.offer": False}
    async with await Workspace.create(tmp_path / "own", flags=flags) as made:
        sheet = await made.new_worksheet("invoices", tmp_path / "invoices.md")
        await sheet.add(inbox)
        await sheet.run()
        right: dict[str, Json] = {
            name: {"amount": net, "currency": "EUR"} for name, net in list(NETS.items())[:4]
        }
        version = await teach(sheet, "net", right)
        await sheet.changes.run(Trial(versions=(version.id,)))
        await sheet.changes.adopt()
        yield sheet


async def test_blind_readings_of_a_learned_step_let_the_rest_pass(
    sheet: Worksheet, tmp_path: Path
) -> None:
    made = await sheet.trust.promise(0.4, 0.4, step="Net")
    assert made.measured == len(NETS)
    assert made.open > 0
    table = await sheet.table()
    waiting = {cell.case_name for row in table.rows for cell in row.cells if cell.needs == AUDIT}
    assert len(waiting) == made.open
    await sheet.reviewing.begin(only="audit", who="Ada")
    while (item := await sheet.reviewing.next()) is not None:
        assert item.blind
        await sheet.reviewing.answer(item, "corrected", f"EUR {NETS[item.case]}")
    await sheet.reviewing.end()
    (view,) = (await sheet.trust.view()).promises
    assert (view.documents, view.wrong) == (made.open, 0)
    assert view.threshold is not None
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "99.txt").write_text(invoice("A-99", net="140.00"), "utf-8")
    await sheet.add(tmp_path / "late")
    await sheet.run()
    row = next(row for row in (await sheet.table()).rows if row.case.name == "99")
    net, large = row.cells
    assert net.shown == "EUR 140.00"
    assert net.confidence is not None
    passes = net.confidence >= view.threshold
    assert ("accepted" in net.flags) == passes
    assert bool(net.needs) == (not passes)
    assert large.shown == "no"

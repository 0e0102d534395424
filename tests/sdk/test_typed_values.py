"""What a person types is understood as it is written in the documents of the case."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import ValueReadError
from casework.sdk.deciding import Said
from casework.sdk.told_places import ToldPlace
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace

PROCEDURE = "# Orders\n\n## Delivered\n- type: date\n"


async def _orders(workspace: Workspace, folder: Path, other: str) -> Worksheet:
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "order.txt").write_text(f"Order of {other}\n\nDelivered: 05/10/20\n", "utf-8")
    procedure = folder / "orders.md"
    procedure.write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("orders", procedure)
    await sheet.add(inbox)
    await sheet.run()
    return sheet


@pytest.mark.parametrize(
    ("other", "says"), [("04/28/20", "2020-05-10"), ("28/04/20", "2020-10-05")]
)
async def test_a_date_in_figures_is_read_in_the_order_of_its_document(
    tmp_path: Path, other: str, says: str
) -> None:
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        sheet = await _orders(workspace, tmp_path, other)
        assert (await sheet.correct("order", "Delivered", "05/10/20")).shown == says


async def test_where_the_documents_do_not_show_it_the_person_is_asked(tmp_path: Path) -> None:
    async with await Workspace.create(tmp_path / "workspace") as workspace:
        sheet = await _orders(workspace, tmp_path, "04/04/20")
        with pytest.raises(ValueReadError, match="can be read as"):
            await sheet.correct("order", "Delivered", "05/10/20")


NET = "# Nets\n\n## Net\n- type: money\n"


async def _nets(workspace: Workspace, folder: Path, beside: str) -> tuple[Worksheet, ToldPlace]:
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "bill.txt").write_text(f"Bill\n\nGoods 624.90\n{beside}\n", "utf-8")
    (folder / "nets.md").write_text(NET, "utf-8")
    sheet = await workspace.new_worksheet("nets", folder / "nets.md")
    await sheet.add(inbox)
    (case,) = await sheet.cases()
    return sheet, ToldPlace(case.documents[0].sha256, 1, "624.90")


@pytest.mark.parametrize(
    ("beside", "currency"), [("VAT EUR 10.00, total EUR 634.90", "EUR"), ("Thank you", None)]
)
async def test_an_amount_has_the_currency_of_the_document_that_it_was_taken_from(
    workspace: Workspace, tmp_path: Path, beside: str, currency: str | None
) -> None:
    sheet, place = await _nets(workspace, tmp_path, beside)
    told = await sheet.case_files.typed("bill", "Net", "624.90", at=[place])
    assert told.shown == (f"{currency} 624.90" if currency else "624.90")
    view = await sheet.case_files.decide("bill", "Net", Said("corrected", "624.90", at=(place,)))
    assert view.value == {"amount": "624.90", "currency": currency}


async def test_a_document_of_several_currencies_does_not_tell_which(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheet, place = await _nets(workspace, tmp_path, "Total EUR 1.00, that is GBP 0.90")
    assert "EUR and GBP" in (await sheet.case_files.typed("bill", "Net", "5", at=[place])).problem
    with pytest.raises(ValueReadError, match="EUR and GBP"):
        await sheet.case_files.decide("bill", "Net", Said("corrected", "624.90", at=(place,)))
    said = Said("corrected", "GBP 624.90", at=(place,))
    assert (await sheet.case_files.decide("bill", "Net", said)).shown == "GBP 624.90"

"""What a person types is understood as it is written in the documents of the case."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.errors import ValueReadError
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

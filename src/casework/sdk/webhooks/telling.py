"""What a webhook is told: ids and states; names and values only where they were asked for, and only
of documents that it may be told of. Made when it is sent, so that nothing waits with text in it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from casework.base.errors import NotFoundError, RightsError
from casework.sdk.export import cell_json, row_json
from casework.sdk.rights import Rights
from casework.sdk.wire import House
from casework.sdk.worksheet import Worksheet
from casework.types.case import Cell
from casework.types.person import Person
from casework.types.values import Json
from casework.types.webhook import PING, Delivery, Webhook

Sheets = Callable[[Person, str], Awaitable[Worksheet]]
"""Gives the worksheet of a name as somebody sees it."""


async def telling(house: House, sheets: Sheets, webhook: Webhook, one: Delivery) -> bytes | None:
    """The body that is sent; None for what this webhook may not be told of."""
    told: dict[str, Json] = json.loads(one.told)
    data: dict[str, Json] = {name: value for name, value in told.items() if value}
    case = str(told.get("case") or "")
    if case and not await _may_tell(house, webhook, case, str(told.get("ref") or ""), one.kind):
        return None
    if webhook.include == "values" and one.kind != PING:
        try:
            data |= await _values(sheets, webhook, one.kind, told)
        except RightsError:
            return None
        except NotFoundError:  # it is gone since; that it happened is told nevertheless
            pass
    if one.kind == PING:
        data = {"webhook": webhook.id}
    body = {"type": one.kind, "timestamp": one.at, "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def seen_by(webhook: Webhook) -> Person:
    """Who a webhook is when it is asked what may be told."""
    return Person(f"webhook:{webhook.id}", "a webhook", "reader", webhook.readers)


async def _may_tell(house: House, webhook: Webhook, case_id: str, ref: str, kind: str) -> bool:
    rights = Rights(webhook.readers)
    if rights.all or not await house.store.readers.used():
        return True
    case = await house.store.cases.get(case_id)
    if kind.startswith("case."):
        return not case.documents or any(rights.may_see(d.readers) for d in case.documents)
    if kind == "verdict.given":
        return rights.may_read_all(case.documents)
    cells = await house.store.cells.of_case(case_id)
    return rights.may_read_cell(case, cells.get(ref) or Cell(case_id, ref))


async def _values(
    sheets: Sheets, webhook: Webhook, kind: str, told: dict[str, Json]
) -> dict[str, Json]:
    sheet = await sheets(seen_by(webhook), str(told["worksheet"]))
    case, step = str(told.get("case") or ""), str(told.get("step") or "")
    if step:
        own = step.rpartition(".")[2]
        cell = (await sheet.cell(case, own)).cell
        if cell.hidden:
            raise RightsError("This webhook may not be told of the cell.")
        return {"case_name": cell.case_name, "cell": cell_json(cell)}
    if case:
        row = (await sheet.row_tables.row(case)).rows[0]
        return {"case_name": row.case.name, **row_json(row)}
    return {}

"""What happened is found in the rows, queued once for each webhook, and taken by one process."""

from __future__ import annotations

import asyncio

from casework.base.clock import FrozenClock, stamp
from casework.store.store import Store
from casework.types.case import CellWrite
from casework.types.webhook import Filter, Happening, Webhook

HOOK = Webhook(
    "hook", "https://x.example/y", Filter(("case.added",)), at="2026-01-02T03:04:05.000Z"
)
LATER = "2026-01-02T03:14:05.000Z"


def told(happening: Happening) -> list[str]:
    return ["hook"]


async def test_a_webhook_is_kept_as_it_was_told(store: Store) -> None:
    closed = Webhook("b", "https://x.example", readers=None, include="values", note="n\u00e9")
    for one in (HOOK, closed):
        await store.webhooks.add(one)
    assert await store.webhooks.all() == [HOOK, closed]
    await store.webhooks.remove("hook")
    assert await store.webhooks.all() == [closed]


async def test_what_was_there_before_is_told_to_nobody(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    await store.cases.add(sheet.id, "a", "a")
    await store.webhooks.add(HOOK)
    assert not await store.happenings.changed()
    assert (await store.happenings.look(told)).seen == 0


async def test_cases_and_cells_are_told_once(store: Store) -> None:
    sheet = await store.worksheets.add("Invoices", "invoices.md")
    await store.webhooks.add(HOOK)
    case = await store.cases.add(sheet.id, "a", "a")
    await store.cells.commit(
        CellWrite(sheet.id, case.id, "net", "waiting", "a model", LATER, "model")
    )
    await store.cases.set_aside(case.id, "two failures")
    assert await store.happenings.changed()
    seen: list[Happening] = []

    def watched(one: Happening) -> list[str]:
        seen.append(one)
        return ["hook"]

    await store.happenings.look(watched)
    assert [(one.kind, one.worksheet, one.step, one.state) for one in seen] == [
        ("case.added", "invoices", "", ""),
        ("cell.settled", "invoices", "net", "waiting"),
        ("case.set_aside", "invoices", "", ""),
    ]
    assert (await store.happenings.look(told)).queued == 0
    assert await store.deliveries.counts() == {"waiting": 3}


async def test_of_two_who_deliver_one_takes_each(store: Store, clock: FrozenClock) -> None:
    await store.webhooks.add(HOOK)
    for _ in range(6):
        await store.deliveries.ping("hook")
    taken = await asyncio.gather(*(store.deliveries.take(4, until=LATER) for _ in range(3)))
    ids = [one.id for some in taken for one in some]
    assert len(ids) == len(set(ids)) == 6
    clock.advance(3_600)
    assert len(await store.deliveries.take(10, until=LATER)) == 6  # whoever had them died


async def test_one_that_is_due_later_waits(store: Store, clock: FrozenClock) -> None:
    await store.webhooks.add(HOOK)
    id = await store.deliveries.ping("hook")
    await store.deliveries.ended(id, "waiting", status=500, problem="no", due_at=LATER)
    assert await store.deliveries.take(1, until=LATER) == []
    clock.advance(3_600)
    (due,) = await store.deliveries.take(1, until=stamp(clock.now()))
    assert (due.tries, due.status, due.problem) == (1, 500, "no")
    await store.deliveries.ended(id, "dead", status=500, problem="no")
    assert await store.deliveries.again("hook") == 1
    assert (await store.deliveries.page("hook"))[0].state == "waiting"

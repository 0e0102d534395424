"""Slots of several resources at once: a cell with two readers holds one of each."""

from __future__ import annotations

import asyncio

from casework.engine.slots import Slots
from casework.types.procedure import JOINT


async def test_a_joint_resource_holds_a_slot_of_each() -> None:
    slots = Slots(lambda resource: 1)
    order: list[str] = []

    async def work(resource: str, name: str) -> None:
        async with slots.hold(resource):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    both = JOINT.join(("model:a", "model:b"))
    await asyncio.gather(work(both, "two"), work("model:b", "one"), work("", "free"))
    assert order.index("two ends") < order.index("one begins")
    assert order.index("free begins") < order.index("two ends")


async def test_resources_joined_in_another_order_do_not_wait_for_each_other() -> None:
    slots = Slots(lambda resource: 1)

    async def work(*names: str) -> None:
        async with slots.hold(JOINT.join(names)):
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(work("a", "b") for _ in range(20)), *(work("b", "a") for _ in "x" * 20)
        )

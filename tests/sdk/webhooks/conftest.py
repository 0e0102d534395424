"""A worksheet of invoices, and a receiver on this machine that may be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedReceiver
from casework.sdk.webhooks.delivering import Deliverer
from casework.sdk.webhooks.sending import Pace
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.sdk.conftest import invoice
from tests.sdk.conftest import own_configuration as own_configuration
from tests.sdk.conftest import procedure as procedure

DEAD = "127.0.0.1:9"
"""Where nothing answers."""
QUICK = Pace(waits_s=(0.01, 0.01), every_s=0.02, timeout_s=2.0)


@pytest.fixture
def receiver() -> Iterator[ScriptedReceiver]:
    with ScriptedReceiver() as running:
        yield running


@pytest.fixture
async def workspace(tmp_path: Path, receiver: ScriptedReceiver) -> AsyncIterator[Workspace]:
    """One whose webhooks may be told at the receiver, though it is on this machine."""
    flags = {"outside.private": f"{receiver.host}, {DEAD}"}
    async with await Workspace.create(tmp_path / "workspace", flags=flags) as made:
        yield made


@pytest.fixture
async def sheet(workspace: Workspace, procedure: Path) -> Worksheet:
    return await workspace.new_worksheet("invoices", procedure)


async def add_one(sheet: Worksheet, folder: Path, number: str = "A-1") -> None:
    """An invoice as a case, run."""
    path = folder / f"{number}.txt"
    path.write_text(invoice(number), "utf-8")
    await sheet.add(path)
    await sheet.run()


async def deliver(workspace: Workspace, pace: Pace = QUICK, turns: int = 12) -> None:
    """Look and send until nothing more comes of it."""
    deliverer: Deliverer = workspace.webhooks.deliverer(pace)
    for _ in range(turns):
        await deliverer.turn()
        await deliverer.idle()
        await asyncio.sleep(0.015)
    await deliverer.close()

"""What is tried by itself ends before whoever tried it goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from casework.sdk.learned.trials import try_beside
from casework.sdk.workspace import Workspace
from tests.sdk.notes import noted


async def test_a_trial_that_is_broken_off_has_ended_by_then(tmp_path: Path) -> None:
    told: list[str] = []
    begun = asyncio.Event()

    async def trial() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.05)  # as a run writes that it was cancelled
            told.append("ended")

    async with await Workspace.open(noted(tmp_path)) as workspace:
        sheet = await workspace.worksheet()
        id = (await sheet.view()).id
        trying = asyncio.create_task(try_beside(workspace._house, id, trial()))
        await asyncio.wait_for(begun.wait(), 30)
        trying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trying
        assert told == ["ended"]
        assert not workspace._house.trials

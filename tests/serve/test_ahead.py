"""Pages are drawn before anybody asks for them: that of an item, and that of the one behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from casework.sdk.worksheet import Worksheet
from casework.serve.ahead import Ahead
from tests.serve.conftest import RunningStudio
from tests.serve.test_review import DESK, _post


def _drawn(folder: Path) -> int:
    return sum(one.is_file() for one in (folder / "cache" / "pages").rglob("*"))


async def test_the_page_of_an_item_and_of_the_next_one_are_drawn_ahead(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    cells = [(one.case_id, one.path) for one in (await invoices.desk.queue()).entries]
    assert len({case for case, _ in cells}) > 1
    async with studio.client() as http:
        told = await _post(http, f"{DESK}/next", cells=[])
        assert told["card"]
        first = await invoices.desk.first_pages()
        assert len(first) == 1
        async with asyncio.timeout(60):
            while not _drawn(studio.workspace.folder):
                await asyncio.sleep(0.05)
        asked = [{"case": case, "path": path} for case, path in cells[:-1]]
        await _post(http, f"{DESK}/next", cells=asked)
        async with asyncio.timeout(60):
            while _drawn(studio.workspace.folder) < 2:
                await asyncio.sleep(0.05)


async def test_a_page_that_cannot_be_drawn_stops_nothing(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    ahead = Ahead()
    ahead.page(invoices, "0" * 64, 1)
    ahead.following(invoices, "teaches", "", ())
    async with asyncio.timeout(60):
        while not _drawn(studio.workspace.folder):
            await asyncio.sleep(0.05)
    await ahead.close()

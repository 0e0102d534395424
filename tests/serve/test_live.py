"""News of a worksheet go to whoever watches it: ids and counts, from one watcher, and again where a
viewer was away."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.live import Live
from tests.sdk.conftest import invoice
from tests.serve.conftest import RunningStudio

_PATIENCE_S = 30


@dataclass
class Heard:
    id: str
    kind: str
    data: dict[str, object]


async def next_event(answer: aiohttp.ClientResponse, kind: str) -> Heard:
    """The next event of a kind; others are passed over."""
    async with asyncio.timeout(_PATIENCE_S):
        told: dict[str, str] = {}
        async for line in answer.content:
            text = line.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                told[name] = value
            elif told.get("event") == kind:
                return Heard(told.get("id", ""), kind, json.loads(told["data"]))
            else:
                told = {}
    raise AssertionError(f"the stream ended before a {kind}")


async def case_id(sheet: Worksheet, name: str) -> str:
    return next(case.id for case in await sheet.cases() if case.name == name)


async def test_a_verdict_is_told_by_the_id_of_its_case_and_nothing_else(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http, http.get("/w/invoices/live") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        await next_event(answer, "progress")
        await invoices.correct("A-2", "Net", "EUR 251.00")
        wanted = await case_id(invoices, "A-2")
        while True:
            heard = await next_event(answer, "change")
            assert "251" not in json.dumps(heard.data)
            if heard.data["reload"] or wanted in heard.data["cases"]:  # type: ignore[operator]
                break


async def test_who_may_not_read_everything_hears_of_no_case(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    somebody = await studio.person("Ada", role="reviewer", groups=["north"])
    async with studio.client(somebody) as http, http.get("/w/invoices/live") as answer:
        await next_event(answer, "progress")
        await invoices.correct("A-2", "Net", "EUR 251.00")
        heard = await next_event(answer, "change")
        assert heard.data == {"cases": [], "reload": True}


async def test_what_another_process_did_is_told_too(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with (
        studio.client() as http,
        http.get("/w/invoices/live") as answer,
        await Workspace.open(studio.workspace.folder) as elsewhere,
    ):
        await next_event(answer, "progress")
        sheet = await elsewhere.worksheet("invoices")
        await sheet.accept("A-1", "Net")
        wanted = await case_id(invoices, "A-1")
        heard = await next_event(answer, "change")
        assert wanted in heard.data["cases"]  # type: ignore[operator]


async def test_a_viewer_who_was_away_hears_what_was_missed(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        async with http.get("/w/invoices/window?count=1") as window:
            seq = (await window.json())["seq"]
        await invoices.correct("A-2", "Net", "EUR 251.00")
        async with http.get("/w/invoices/live", headers={"Last-Event-ID": str(seq)}) as answer:
            heard = await next_event(answer, "change")
        assert await case_id(invoices, "A-2") in heard.data["cases"]  # type: ignore[operator]
        assert int(heard.id) > seq
        async with http.get("/w/invoices/live", headers={"Last-Event-ID": heard.id}) as answer:
            await next_event(answer, "progress")


async def test_fifty_viewers_share_one_watcher_and_all_hear(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(studio.client())
        answers = [await stack.enter_async_context(http.get("/w/invoices/live")) for _ in range(50)]
        await asyncio.gather(*(next_event(one, "progress") for one in answers))
        await invoices.correct("A-2", "Net", "EUR 251.00")
        heard = await asyncio.gather(*(next_event(one, "change") for one in answers))
        assert len(heard) == 50
        tasks = [task for task in asyncio.all_tasks() if task.get_name() == "live"]
        assert len(tasks) == 1


async def test_a_run_tells_how_far_it_is_and_when_it_is_over(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    path = tmp_path / "A-9.txt"
    path.write_text(invoice("A-9"), "utf-8")
    await invoices.add(path)
    async with studio.client() as http, http.get("/w/invoices/live") as answer:
        before = await next_event(answer, "progress")
        async with http.post(
            "/w/invoices/run", json={"cases": [await case_id(invoices, "A-9")], "steps": []}
        ) as begun:
            assert begun.status == 200
        at = before
        while at.data["run"] == before.data["run"] or at.data["state"] == "running":
            at = await next_event(answer, "progress")
        assert at.data["state"] == "finished"
        assert (await invoices.cell("A-9", "Net")).cell.shown == "EUR 100.00"


async def test_a_worksheet_that_is_not_there_has_no_news(studio: RunningStudio) -> None:
    async with studio.client() as http, http.get("/w/nothing/live") as answer:
        assert answer.status == 404


async def test_streams_end_when_the_server_stops(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    live = Live(_house_of(studio))
    stream = live.stream("invoices", None, person=studio.workspace.here)
    assert (await anext(stream)).startswith(b"retry: ")
    await live.close()
    async with asyncio.timeout(_PATIENCE_S):
        left = [part async for part in stream]
    assert all(part.startswith(b"id: ") for part in left)
    assert live.viewers == 0


def _house_of(studio: RunningStudio):  # type: ignore[no-untyped-def]
    from casework.serve.house import Options, ServeHouse

    return ServeHouse(studio.workspace, Options())

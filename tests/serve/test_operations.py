"""Alive, ready, figures and logs: what whoever keeps the server running gets to see."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.serve.logs import REQUESTS, AsJson, Plain
from casework.serve.run import free_port
from tests.serve.conftest import RunningStudio


class Kept(logging.Handler):
    """Keeps lines instead of writing them."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[Kept]:
    """What would be logged as JSON."""
    kept, logger = Kept(AsJson()), logging.getLogger(REQUESTS)
    before = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(kept)
    logger.setLevel(before)


async def test_whether_it_is_alive_and_ready_is_told_to_anybody(studio: RunningStudio) -> None:
    async with ClientSession(studio.url) as http:
        async with http.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ok": True})
        async with http.get("/readyz") as answer:
            told = await answer.json()
    assert answer.status == 200
    assert {one["name"]: one["ok"] for one in told["checks"]} == {
        "database": True,
        "schema": True,
        "disk": True,
    }


async def test_it_is_not_ready_when_the_database_goes_away(
    studio: RunningStudio, workspace: Workspace
) -> None:
    await workspace._house.store.database.close()
    async with ClientSession(studio.url) as http:
        async with http.get("/readyz") as answer:
            told = await answer.json()
            assert answer.status == 503
        async with http.get("/healthz") as answer:
            assert answer.status == 200
        async with http.get("/metrics") as answer:
            assert answer.status == 200
    assert [one["name"] for one in told["checks"] if not one["ok"]] == ["database", "schema"]


async def test_figures_name_routes_and_states_and_no_case(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        async with http.get("/w/invoices/cases/A-1"):
            pass
        async with http.get("/api/v1/worksheets/invoices/cases/none"):
            pass
        async with http.get("/metrics") as answer:
            told = await answer.text()
    assert 'casework_cells_settled_total{state="value"}' in told
    assert 'route="/api/v1/worksheets/{worksheet}/cases/{case}",status="404"' in told
    assert 'casework_errors_total{code="not_found"} 1.0' in told
    assert 'casework_runs_ended_total{state="finished"} 1.0' in told
    for name in (
        "casework_viewers", "casework_loop_lag_seconds_count", "casework_deliveries",
        "casework_model_calls_total", "casework_cost_today_usd", "process_resident_memory_bytes",
    ):  # fmt: skip
        assert f"\n{name}" in told
    assert "A-1" not in told
    assert "invoices" not in told


async def test_a_line_is_logged_for_each_request_without_names_or_text(
    studio: RunningStudio, invoices: Worksheet, logged: Kept
) -> None:
    said = {"kind": "corrected", "value": "777.00 EUR", "note": "a secret note"}
    async with studio.client() as http:
        async with http.post(
            "/api/v1/worksheets/invoices/cases/A-1/cells/net/verdict",
            json=said,
            headers={"X-Request-Id": "mine"},
        ) as answer:
            assert answer.headers["X-Request-Id"] == "mine"
        async with http.get("/w/invoices/window?q=A-2"):
            pass
        async with http.get("/api/v1/nothing-secret"):
            pass
    lines = [json.loads(line) for line in logged.lines]
    assert lines[0]["request_id"] == "mine"
    assert lines[0]["route"] == "/api/v1/worksheets/{worksheet}/cases/{case}/cells/{step}/verdict"
    assert lines[0]["status"] == 200
    assert lines[0]["ms"] > 0
    assert lines[2]["route"] == "none"
    whole = "\n".join(logged.lines)
    for word in ("777", "secret", "A-1", "A-2", "invoices"):
        assert word not in whole


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("formatter", [AsJson, Plain])
def test_a_fault_is_logged_by_its_places_and_by_its_words_only_when_asked(
    formatter: type[AsJson] | type[Plain], text: bool
) -> None:
    try:
        raise ValueError("words of a document")
    except ValueError as error:
        record = logging.LogRecord(
            "casework.requests", logging.ERROR, "", 0, "GET /x 500", None,
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    line = formatter(text=text).format(record)
    assert ("words of a document" in line) is text
    assert "ValueError" in line
    assert "test_operations.py" in line


async def test_it_stops_while_somebody_watches_and_leaves_nothing_half_done(
    tmp_path: Path, workspace: Workspace, procedure: Path
) -> None:
    """A real process: told to stop, it lets streams go at once and ends well."""
    await workspace.new_worksheet("invoices", procedure)
    key = await workspace.keys.make("watch", may=["read"])
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "casework.serve", "--workspace", str(workspace.folder),
        "--port", str(port), "--no-open",
        env={**os.environ}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {key.secret}"}
    async with (
        asyncio.timeout(120),
        ClientSession(f"http://127.0.0.1:{port}", headers=headers) as http,
    ):
        while True:
            try:
                stream = await http.get("/api/v1/worksheets/invoices/events")
                break
            except OSError:
                await asyncio.sleep(0.05)
        assert b"retry:" in await stream.content.readline()
        process.send_signal(signal.SIGTERM)
        await stream.content.read()  # to its end: the stream was let go
        assert await process.wait() in (0, -signal.SIGTERM)

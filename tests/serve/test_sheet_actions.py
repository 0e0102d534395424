"""What is done with selected cells, over plain HTTP: planned, accepted, assigned, taken out."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path

import pytest
from aiohttp import ClientSession

from casework.base.errors import ConflictError, UsageError
from casework.sdk.worksheet import Worksheet
from casework.serve.jobs import Job, Jobs, Report
from tests.sdk.conftest import PROCEDURE
from tests.serve.conftest import RunningStudio

EVERYTHING = {"cases": [], "steps": [], "all": True, "query": ""}
_PATIENCE_S = 60


async def post(http: ClientSession, path: str, told: object) -> tuple[int, str]:
    async with http.post(path, json=told) as answer:
        return answer.status, await answer.text()


async def ids(sheet: Worksheet, *names: str) -> list[str]:
    return [case.id for case in await sheet.cases() if case.name in names]


async def test_a_plan_says_how_many_cells_and_runs_nothing(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    before = len(await invoices.runs())
    async with studio.client() as http:
        told = {"cases": await ids(invoices, "A-1"), "steps": ["net"], "force": True}
        status, html = await post(http, "/w/invoices/plan", told)
    assert status == 200
    assert "nothing runs before you say so" in html
    assert 'Run <data class="n" value="1">1</data> cell<' in html
    assert len(await invoices.runs()) == before


async def test_a_plan_of_what_stands_says_that_there_is_nothing_to_do(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        _, html = await post(http, "/w/invoices/plan", EVERYTHING)
    assert "Nothing to run" in html


async def test_nothing_selected_is_refused_and_so_is_a_filter_that_fits_nothing(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        empty: dict[str, object] = {"cases": [], "steps": []}
        for told in (empty, {**EVERYTHING, "query": "q=nowhere"}):
            for path in ("plan", "run", "accept", "retry", "assign", "export"):
                status, _ = await post(http, f"/w/invoices/{path}", told)
                assert status == 400, path
    assert len(await invoices.runs()) == 1


async def test_accepting_many_says_first_what_it_takes_in_and_teaches_nothing(
    studio: RunningStudio, tmp_path: Path
) -> None:
    path = tmp_path / "asks.md"
    path.write_text(PROCEDURE.replace("## Net\n", "## Net\n- review: always\n"), "utf-8")
    sheet = await studio.workspace.new_worksheet("asks", path)
    paper = tmp_path / "A-1.txt"
    paper.write_text("Invoice number: A-1\nNet amount: EUR 10.00\n", "utf-8")
    await sheet.add(paper)
    await sheet.run()
    async with studio.client() as http:
        told = {**EVERYTHING, "steps": ["net"]}
        _, html = await post(http, "/w/asks/accept?dry=true", told)
        assert "teaches nothing" in html
        assert (await sheet.cell("A-1", "Net")).cell.verdict is None
        _, html = await post(http, "/w/asks/accept?dry=false", told)
        assert "was accepted" in html
    verdict = (await sheet.cell("A-1", "Net")).cell.verdict
    assert verdict is not None
    assert verdict.kind == "adopted"


async def test_what_waits_is_assigned_and_taken_back(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        _, html = await post(http, "/w/invoices/assign?dry=true", EVERYTHING)
        assert "for a person" in html
        _, html = await post(http, "/w/invoices/assign?dry=false", {**EVERYTHING, "to": "Ada"})
        assert "assigned to Ada" in html
        async with http.get("/w/invoices/window") as answer:
            assert "for Ada: " in await answer.text()
        _, html = await post(http, "/w/invoices/assign?dry=false", EVERYTHING)
        assert "no longer assigned" in html


async def test_where_nothing_waits_for_a_person_it_is_said_so(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    table = await invoices.table()
    calm = next(cell for row in table.rows for cell in row.cells if cell.shown and not cell.needs)
    chosen = {"cases": [calm.case_id], "steps": [calm.step_id]}
    async with studio.client() as http:
        for action in ("accept", "assign"):
            status, html = await post(http, f"/w/invoices/{action}?dry=true", chosen)
            assert status == 200
            assert "None of these cells waits for a person" in html
            assert "data-go" not in html


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "parquet"])
async def test_a_selection_is_taken_out_in_every_format(
    studio: RunningStudio, invoices: Worksheet, format: str
) -> None:
    told = {"cases": await ids(invoices, "A-1", "A-3"), "steps": ["net", "vat"]}
    async with (
        studio.client() as http,
        http.post(f"/w/invoices/export?format={format}", json=told) as answer,
    ):
        assert answer.status == 200
        assert f"invoices.{format}" in answer.headers["Content-Disposition"]
        body = await answer.read()
    if format == "csv":
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        assert [line[0] for line in lines[1:]] == ["A-1", "A-3"]
        assert lines[0][1:3] == ["Net (EUR)", "VAT (EUR)"]


async def test_a_format_that_is_none_is_refused(studio: RunningStudio, invoices: Worksheet) -> None:
    async with studio.client() as http:
        for format in ("exe", "../../x", "csv/../x"):
            status, _ = await post(http, f"/w/invoices/export?format={format}", EVERYTHING)
            assert status == 400


async def test_windows_tell_their_time_and_rows_come_by_their_ids(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http:
        async with http.get("/w/invoices/window?first=1&count=2") as answer:
            assert answer.headers["Server-Timing"].startswith("window;dur=")
            window = await answer.json()
        assert [row[1] for row in window["rows"]] == ["A-2", "A-3"]
        assert window["total"] == 4
        _, text = await post(http, "/w/invoices/rows", {"cases": [window["rows"][1][0], "none"]})
        assert "A-3" in text
        assert "A-2" not in text


async def test_a_condition_that_cannot_be_read_says_how_it_is_written(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http, http.get("/w/invoices?if=nonsense") as answer:
        assert answer.status == 400
        assert "STEP:FIELD:RELATION:VALUE" in await answer.text()


async def test_a_job_remembers_how_it_ended_and_two_of_a_kind_do_not_go_on() -> None:
    jobs, begun = Jobs(), asyncio.Event()

    async def waits(report: Report) -> object:
        await begun.wait()
        return "done"

    async def fails(report: Report) -> object:
        raise UsageError("That is nothing.", fix="Say more.")

    job = jobs.start("run:1", "A run", waits, who="Ada")
    with pytest.raises(ConflictError, match="started by Ada"):
        jobs.start("run:1", "Another", waits)
    assert jobs.running == [job]
    begun.set()
    await _over(job)
    assert (job.state, job.result, jobs.current("run:1")) == ("finished", "done", None)
    failed = jobs.start("run:1", "A run", fails)
    await _over(failed)
    assert failed.state == "failed"
    assert isinstance(failed.problem, UsageError)
    begun.clear()
    stopped = jobs.start("run:1", "A run", waits)
    assert await jobs.stop("run:1")
    assert stopped.state == "stopped"
    assert not await jobs.stop("run:1")
    assert jobs.get(job.id, "run:1", "learn:1") is job
    assert jobs.get(job.id, "run:2") is None, "a job is shown where it belongs, and nowhere else"


async def _over(job: Job) -> None:
    assert job.task is not None
    await asyncio.wait({job.task}, timeout=_PATIENCE_S)


async def test_a_reader_sees_no_button_that_would_be_refused_and_is_refused(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    reader = await studio.person("Rita", role="reader")
    async with studio.client(reader) as http:
        async with http.get("/w/invoices") as answer:
            html = await answer.text()
        assert answer.status == 200
        for button in ("data-plan", "data-add-files", "data-new-step", 'data-does="accept"'):
            assert button not in html
        for path in (
            "run",
            "stop",
            "change/stop",
            "retry",
            "accept?dry=false",
            "assign?dry=false",
        ):
            status, _ = await post(http, f"/w/invoices/{path}", EVERYTHING)
            assert status == 403, path
    assert len(await invoices.runs()) == 1


async def test_the_foot_says_what_leaves_this_machine(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with studio.client() as http, http.get("/w/invoices/foot") as answer:
        assert "Nothing leaves this machine: no model is configured" in await answer.text()

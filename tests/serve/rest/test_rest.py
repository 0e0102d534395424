"""What every part of the API promises: keys, pages, conflicts, problems, limits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, FormData

from casework.sdk.worksheet import Worksheet
from casework.types.person import Permission
from tests.sdk.conftest import PROCEDURE, invoice
from tests.serve.conftest import RunningStudio

V1 = "/api/v1"
INVOICES = f"{V1}/worksheets/invoices"
EVERYTHING: tuple[Permission, ...] = ("read", "decide", "edit", "manage")


async def with_key(
    studio: RunningStudio, *may: Permission, worksheets: list[str] | None = None
) -> ClientSession:
    """A program with a key of its own."""
    made = await studio.workspace.keys.make("test", may=may or EVERYTHING, worksheets=worksheets)
    return ClientSession(studio.url, headers={"Authorization": f"Bearer {made.secret}"})


def files(*numbers: str) -> FormData:
    """Invoices as an upload."""
    form = FormData(quote_fields=False)
    for number in numbers:
        form.add_field("files", invoice(number).encode(), filename=f"inbox/{number}.txt")
    return form


async def test_a_program_goes_from_a_procedure_to_an_export(studio: RunningStudio) -> None:
    async with await with_key(studio) as http:
        asked = {"name": "Invoices", "procedure": PROCEDURE}
        async with http.post(f"{V1}/worksheets", json=asked) as made:
            assert made.status == 201
            where = made.headers["Location"]
        async with http.post(f"{where}/documents", data=files("A-1", "A-2")) as added:
            assert added.status == 201
            assert [one["name"] for one in (await added.json())["cases"]] == ["A-1", "A-2"]
        async with http.post(f"{where}/plan") as plan:
            assert sum(one["cells"] for one in (await plan.json())["groups"]) == 12
        async with http.post(f"{where}/runs") as started:
            assert started.status == 202
            job = started.headers["Location"]
        for _ in range(1200):
            async with http.get(job) as going:
                state = (await going.json())["state"]
            if state != "running":
                break
            await asyncio.sleep(0.05)
        assert state == "finished"
        async with http.get(f"{where}/cases/A-1/cells/net") as cell:
            told = await cell.json()
        assert told["cell"]["value"] == {"amount": "100.00", "currency": "EUR"}
        assert told["citations"][0]["quote"]
        said = {"kind": "corrected", "value": "101.00 EUR", "note": "as the letter says"}
        async with http.post(f"{where}/cases/A-1/cells/net/verdict", json=said) as decided:
            assert (await decided.json())["value"]["amount"] == "101.00"
        async with http.post(f"{where}/cases/A-1/cells/net/undo") as undone:
            assert (await undone.json())["value"]["amount"] == "100.00"
        async with http.get(f"{where}/export?format=csv") as file:
            assert b"A-1" in await file.read()
            assert "invoices.csv" in file.headers["Content-Disposition"]


async def test_a_key_opens_only_what_it_is_for(
    studio: RunningStudio, invoices: Worksheet, procedure: Path
) -> None:
    await studio.workspace.new_worksheet("other", procedure)
    async with await with_key(studio, "read") as http:
        async with http.get(INVOICES) as answer:
            assert answer.status == 200
        async with http.post(f"{INVOICES}/runs") as answer:
            assert answer.status == 403
            assert (await answer.json())["code"] == "rights.not_allowed"
    async with await with_key(studio, worksheets=["other"]) as http:
        async with http.get(f"{V1}/worksheets") as answer:
            assert [one["slug"] for one in (await answer.json())["items"]] == ["other"]
        async with http.get(INVOICES) as answer:
            assert answer.status in (403, 404)
    async with ClientSession(studio.url) as http, http.get(f"{V1}/worksheets") as answer:
        assert answer.status == 401
        assert answer.content_type == "application/problem+json"


async def test_a_request_with_a_key_is_done_once_however_often_it_comes(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        asked, key = {"name": "Other", "procedure": PROCEDURE}, {"Idempotency-Key": "k-1"}
        answers = []
        for _ in range(2):
            async with http.post(f"{V1}/worksheets", json=asked, headers=key) as made:
                answers.append((made.status, await made.json(), made.headers["Location"]))
        assert answers[0] == answers[1]
        assert answers[0][0] == 201
        asked["name"] = "Another"
        async with http.post(f"{V1}/worksheets", json=asked, headers=key) as other:
            assert other.status == 422
            assert (await other.json())["code"] == "request.key_reused"


async def test_of_many_at_once_with_one_key_one_is_done(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        asked, key = {"name": "Once", "procedure": PROCEDURE}, {"Idempotency-Key": "k-2"}

        async def post() -> tuple[int, str]:
            async with http.post(f"{V1}/worksheets", json=asked, headers=key) as made:
                return made.status, made.headers.get("Idempotency-Replayed", "")

        answers = await asyncio.gather(*(post() for _ in range(8)))
        assert [one for one in answers if one == (201, "")] == [(201, "")]
        assert {status for status, _ in answers} <= {201, 409}
        names = [one.name for one in await studio.workspace.worksheets()]
        assert names.count("Once") == 1


async def test_an_upload_with_a_key_is_taken_once_whatever_its_boundary(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        told = []
        for _ in range(2):
            async with http.post(
                f"{INVOICES}/documents", data=files("B-1"), headers={"Idempotency-Key": "up"}
            ) as added:
                told.append((added.status, await added.text()))
        assert told[0] == told[1]
        assert '"new":true' in told[1][1]


async def test_what_was_refused_may_be_sent_again_with_its_key(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        key = {"Idempotency-Key": "k-3"}
        for _ in range(2):
            async with http.post(
                f"{V1}/worksheets", json={"name": "X", "procedure": "no heading"}, headers=key
            ) as refused:
                assert refused.status == 400
                assert (await refused.json())["mistakes"]


async def test_a_list_goes_on_behind_what_was_seen_while_cases_come(
    studio: RunningStudio, invoices: Worksheet, tmp_path: Path
) -> None:
    async with await with_key(studio) as http:
        seen: list[str] = []
        cursor = ""
        for number in range(20):
            async with http.get(
                f"{INVOICES}/cases", params={"limit": "3", "cursor": cursor}
            ) as page:
                told = await page.json()
            seen += [one["name"] for one in told["items"]]
            cursor = told["next"]
            for late in range(3 if not number else 0):
                path = tmp_path / f"late-{late}.txt"
                path.write_text(invoice(f"late-{late}"), "utf-8")
                await invoices.add(path)
            if not cursor:
                break
        assert seen == ["A-1", "A-2", "A-3", "A-4", "late-0", "late-1", "late-2"]


@pytest.mark.parametrize("cursor", ["x", "bm8", "W10", "WzEsMl0", "%F0%9F"])
async def test_a_cursor_that_nobody_gave_out_is_refused(
    studio: RunningStudio, invoices: Worksheet, cursor: str
) -> None:
    async with (
        await with_key(studio) as http,
        http.get(f"{INVOICES}/cases?cursor={cursor}") as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["code"] == "request.cursor"


async def test_a_window_has_the_query_of_the_sheet(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        query = {"if": "total-due:value:at least:200", "count": "10"}
        async with http.get(f"{INVOICES}/window", params=query) as answer:
            assert answer.status == 200
            assert (await answer.json())["first"] == 0
        async with http.get(f"{INVOICES}/window", params={"if": "nonsense"}) as answer:
            assert answer.status == 400


async def test_a_procedure_is_written_only_over_what_was_read(
    studio: RunningStudio, invoices: Worksheet
) -> None:
    async with await with_key(studio) as http:
        where = f"{INVOICES}/procedure"
        async with http.get(where) as answer:
            text, etag = (await answer.json())["text"], answer.headers["ETag"]
        new = {"text": text.replace("The amount payable", "The whole amount payable")}
        async with http.put(where, json=new) as answer:
            assert answer.status == 428
        async with http.put(where, json=new, headers={"If-Match": etag}) as answer:
            assert answer.status == 200
            assert answer.headers["ETag"] != etag
        async with http.put(where, json=new, headers={"If-Match": etag}) as answer:
            assert answer.status == 412
            assert (await answer.json())["code"] == "request.changed"


async def test_a_webhook_is_changed_only_as_it_was_read(studio: RunningStudio) -> None:
    async with await with_key(studio) as http:
        asked = {"url": "https://hooks.example.com/x", "filter": {"events": ["run.ended"]}}
        async with http.post(f"{V1}/webhooks", json=asked) as made:
            told, where, etag = await made.json(), made.headers["Location"], made.headers["ETag"]
            assert told["secret"].startswith("whsec_")
        for status in (200, 412):
            async with http.patch(
                where, json={"note": "books"}, headers={"If-Match": etag}
            ) as answer:
                assert answer.status == status
        async with http.get(f"{V1}/webhooks") as listed:
            assert "secret" not in (await listed.json())[0]
        async with http.delete(where) as gone:
            assert gone.status == 204
        async with http.post(f"{V1}/webhooks", json={"url": "https://127.0.0.1/x"}) as refused:
            assert (refused.status, (await refused.json())["code"]) == (403, "border.refused")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing", None, 404, "not_found"),
        ("GET", "/worksheets/none", None, 404, "not_found"),
        ("GET", "/worksheets/invoices/cases/none", None, 404, "not_found"),
        ("DELETE", "/worksheets", None, 405, "request.method"),
        ("POST", "/worksheets", "<x>", 415, "request.content_type"),
        ("POST", "/worksheets", {"name": ""}, 422, "request.invalid"),
        ("POST", "/worksheets", {"name": "a\0b", "procedure": "# x"}, 422, "request.invalid"),
        ("POST", "/worksheets", {"name": "invoices", "procedure": PROCEDURE}, 409, "conflict"),
        ("POST", "/worksheets/invoices/change/adopt", {}, 404, "not_found"),
        ("GET", "/worksheets/invoices/cases?limit=0", None, 422, "request.invalid"),
        ("POST", "/worksheets/invoices/documents", "x", 415, "request.content_type"),
        ("POST", "/forget", {"documents": ["../../x.txt"]}, 400, "request.invalid"),
    ],
)
async def test_a_problem_says_what_happened_and_which_code_it_has(
    studio: RunningStudio,
    invoices: Worksheet,
    method: str,
    path: str,
    body: object,
    status: int,
    code: str,
) -> None:
    kind = {"data": body} if isinstance(body, str) else {"json": body} if body is not None else {}
    async with (
        await with_key(studio) as http,
        http.request(method, V1 + path, headers={"X-Request-Id": "r-1"}, **kind) as answer,
    ):
        told = await answer.json(content_type="application/problem+json")
        assert (answer.status, told["status"], told["code"]) == (status, status, code)
        assert told["detail"]
        assert told["title"]
        assert told["request_id"] == answer.headers["X-Request-Id"] == "r-1"
        assert (status != 405) or answer.headers["Allow"]


async def test_what_is_too_large_is_refused(studio: RunningStudio, invoices: Worksheet) -> None:
    async with await with_key(studio) as http:
        asked = {"name": "X", "procedure": "x" * (5 << 20)}
        async with http.post(f"{V1}/worksheets", json=asked) as answer:
            assert (answer.status, (await answer.json())["code"]) == (413, "request.too_large")


async def test_events_are_told_as_they_happen(studio: RunningStudio, invoices: Worksheet) -> None:
    async with await with_key(studio) as http, http.get(f"{INVOICES}/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert (await stream.content.readline()).startswith(b"retry:"), "it listens from then on"
        await invoices.accept("A-1", "Net")
        async with asyncio.timeout(30):
            async for line in stream.content:
                if line.startswith(b"event: change"):
                    break


async def test_the_reference_names_every_action(studio: RunningStudio, invoices: Worksheet) -> None:
    async with await with_key(studio) as http:
        async with http.get(f"{V1}/openapi.json") as answer:
            told = await answer.json()
        async with http.get("/api") as answer:
            page = await answer.text()
    for path, methods in told["paths"].items():
        for method in methods:
            assert f'id="{methods[method]["operationId"]}"' in page, path
            assert methods[method]["responses"]["default"]
            assert methods[method]["description"]

"""What one request and one connection may cost: bodies, files, time, and who may bring files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar, FormData

from casework.base.errors import RequestError
from casework.sdk.workspace import Workspace
from casework.serve.auth.bodies import MOST, MOST_OF_STRANGERS, within
from casework.serve.house import Options
from casework.serve.patience import PatientProtocol
from casework.serve.run import free_port, server_of
from tests.serve.conftest import RunningStudio

BATCH = "0123456789abcdef"


def bare(studio: RunningStudio) -> ClientSession:
    """Somebody who is not signed in."""
    return ClientSession(studio.url, cookie_jar=DummyCookieJar())


def form(size: int) -> FormData:
    """One file of so many bytes."""
    made = FormData()
    made.add_field("file", b"x" * size, filename="a.txt", content_type="text/plain")
    return made


def kept(studio: RunningStudio) -> list[Path]:
    """What lies in the folder of uploads."""
    return [one for one in (studio.workspace.folder / "uploads").rglob("*") if one.is_file()]


async def test_a_stranger_has_room_for_a_login_and_no_more(studio: RunningStudio) -> None:
    async with bare(studio) as http:
        for path in ("/sign-in", "/enter/nothing"):
            told = await http.post(path, data=form(MOST_OF_STRANGERS + 1))
            assert told.status == 413
            assert (await http.post(path, data={"login": "a", "password": "b"})).status < 500


async def test_a_body_that_hides_its_size_is_cut_off(studio: RunningStudio) -> None:
    async def endless() -> object:
        for _ in range(64):
            yield b"x" * 4096

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with bare(studio) as http:
        answer = await http.post("/sign-in", data=endless(), headers=headers)
        assert answer.status in (400, 413)


async def test_a_page_takes_a_few_megabytes_of_words(studio: RunningStudio) -> None:
    async with studio.client() as http:
        answer = await http.post("/new/from/procedure", data=form(MOST + 1))
        assert answer.status == 413


async def test_an_upload_brings_no_more_than_the_setting_says(
    studio: RunningStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await studio.workspace.configuration.put("studio.upload_mb", "1")
    async with studio.client() as http:
        fine = await http.post(f"/uploads/{BATCH}", data=form(900 << 10))
        assert fine.status == 200
        before = kept(studio)
        for size in ((1 << 20) + 1, 2 << 20):
            answer = await http.post(f"/uploads/{BATCH}", data=form(size))
            assert answer.status in (400, 413)
            assert "upload_mb" in await answer.text()
        assert kept(studio) == before


async def test_who_may_not_add_files_brings_none(studio: RunningStudio) -> None:
    for role in ("reader", "reviewer"):
        person = await studio.person(role.title(), role=role)
        async with studio.client(person) as http:
            for path in (f"/uploads/{BATCH}", "/api/v1/worksheets/suggest"):
                assert (await http.post(path, data=form(10))).status == 403, (role, path)
    assert kept(studio) == []
    key = await studio.workspace.keys.make("reads", may=["read"])
    async with bare(studio) as http:
        headers = {"Authorization": f"Bearer {key.secret}"}
        answer = await http.post(f"/uploads/{BATCH}", data=form(10), headers=headers)
        assert answer.status == 403
    assert kept(studio) == []


async def test_nobody_stops_the_draft_of_others_without_a_right_to_it(
    studio: RunningStudio,
) -> None:
    draft = await studio.workspace.drafts.begin()
    reader = await studio.person("Rita", role="reader")
    async with studio.client(reader) as http:
        for path in ("stop", "drop"):
            assert (await http.post(f"/new/{draft.id}/{path}")).status == 403
    assert (await studio.workspace.drafts.get(draft.id)).id == draft.id


async def test_a_body_that_stands_still_is_given_up() -> None:
    async def silent() -> dict[str, object]:
        await asyncio.sleep(3600)
        return {}

    with pytest.raises(RequestError) as told:
        await within(silent, None, silent_s=0.05)()
    assert told.value.status == 408


async def test_a_connection_that_sends_no_whole_request_is_closed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_s", 0.3)
    port = free_port()
    running = server_of(workspace, Options(port=port))
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    whole = f"GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    for pieces in ((b"",), (b"GET / HTTP/1.1\r\nHost: ",), (whole, b"GET / HT")):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for sent in pieces:
            writer.write(sent)
            await asyncio.sleep(0.1)
        got = await asyncio.wait_for(reader.read(), 30)
        assert got.startswith(b"HTTP/1.1 200") == (pieces[0] == whole)
        writer.close()
    running.should_exit = True
    await task

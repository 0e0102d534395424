"""Tables handed out as files, to somebody who may go away meanwhile."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import Message

from casework.serve.exported import exported


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made in this test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def asked(*messages: Message) -> Request:
    """A request of which these messages come; after them nothing does."""
    coming = list(messages)

    async def receive() -> Message:
        if coming:
            return coming.pop(0)
        return await asyncio.Future[Message]()

    return Request({"type": "http", "method": "GET", "headers": []}, receive)


async def test_what_nobody_waits_for_is_stopped_and_leaves_nothing(room: Path) -> None:
    ended: list[str] = []

    async def write(path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_text("the beginning", "utf-8")
        try:
            await asyncio.Future[None]()
        finally:
            ended.append("stopped")

    answer = await exported(asked({"type": "http.disconnect"}), "all.csv", write)
    assert (answer.status_code, ended) == (499, ["stopped"])
    assert list(room.iterdir()) == []


async def test_a_file_goes_once_it_was_sent(room: Path) -> None:
    async def write(path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_text("all of it", "utf-8")

    answer = await exported(asked(), "all.csv", write)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    assert isinstance(answer, FileResponse)
    assert len(list(room.iterdir())) == 1
    await answer({"type": "http", "method": "GET", "headers": []}, asked().receive, send)
    assert b"".join(one.get("body", b"") for one in sent) == b"all of it"
    assert list(room.iterdir()) == []


async def test_what_breaks_is_told_and_leaves_nothing(room: Path) -> None:
    async def write(path: Path) -> None:
        path.parent.mkdir(parents=True)
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        await exported(asked(), "all.csv", write)
    assert list(room.iterdir()) == []

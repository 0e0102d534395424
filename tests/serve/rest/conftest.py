"""A studio in a process of its own over a workspace with data, and a key that opens it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casework.sdk.workspace import Workspace
from casework.serve.run import free_port
from tests.sdk.conftest import PROCEDURE, invoice

_START_S = 120.0


@dataclass(frozen=True)
class Served:
    """A studio at `url`; `known` are names of things that are there, by path parameter."""

    url: str
    key: str
    known: dict[str, str] = field(default_factory=dict)
    log: Path = Path()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


async def fill(folder: Path) -> tuple[str, dict[str, str]]:
    """A worksheet of invoices that were run, with a verdict, a promise and a webhook."""
    async with await Workspace.create(folder / "workspace") as workspace:
        procedure = folder / "invoice.md"
        procedure.write_text(PROCEDURE, "utf-8")
        sheet = await workspace.new_worksheet("invoices", procedure)
        inbox = folder / "inbox"
        inbox.mkdir()
        for number in ("A-1", "A-2", "A-3"):
            (inbox / f"{number}.txt").write_text(invoice(number), "utf-8")
        (inbox / "A-4.txt").write_text("INVOICE\n\nInvoice number: A-4\n", "utf-8")
        added = await sheet.add(inbox)
        run = await sheet.run()
        await sheet.accept("A-1", "Net")
        await sheet.trust.promise(step="Net")
        webhook = await workspace.webhooks.add("https://hooks.example.com/x")
        key = await workspace.keys.make("fuzz", may=["read", "decide", "edit", "manage"])
        await workspace.people.add("ada", name="Ada", role="reviewer")
        known = {
            "worksheet": "invoices",
            "case": added.cases[0].id,
            "step": "net",
            "path": "net",
            "table": "net",
            "document": added.files[0].sha256,
            "other": added.files[1].sha256,
            "page": "1",
            "run": run.id,
            "version": "1",
            "webhook": webhook.webhook.id,
            "login": "ada",
            "name": "run.cases",
            "what": "decide",
            "seq": "0",
        }
        return key.secret, known


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """It runs for all tests of a session, which may leave in it whatever they like."""
    folder = tmp_path_factory.mktemp("served")
    os.environ["CASEWORK_CONFIG"], before = str(folder), os.environ.get("CASEWORK_CONFIG")
    try:
        key, known = asyncio.run(fill(folder))
    finally:
        if before is None:
            del os.environ["CASEWORK_CONFIG"]
        else:
            os.environ["CASEWORK_CONFIG"] = before
    port, log = free_port(), folder / "log.jsonl"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "casework.serve", "--workspace", str(folder / "workspace"),
                "--port", str(port), "--no-open", "--json-logs",
            ],
            env={**os.environ, "CASEWORK_CONFIG": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=sink,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        yield Served(url, key, known, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, -signal.SIGTERM)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                assert json.load(answer) == {"ok": True}
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the studio did not start: {log.read_text('utf-8')}")

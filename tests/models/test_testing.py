from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from casework.base.errors import ModelError, WorkerError
from casework.models.testing import ScriptedServer, main
from tests.models.conftest import DOCUMENT, OpenDoor, ask_for


async def test_a_rule_looks_at_the_last_user_message_the_model_and_the_schema(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(
        {
            "rules": [
                {"match": "by text", "text": "1"},
                {"model": "^big$", "text": "2"},
                {"schema": "^price$", "text": "3"},
                {"text": "4"},
            ]
        }
    )
    small, big = open_door().gateway, open_door(model="big").gateway
    texts = [
        (await small.ask(ask_for("found by text"))).text,
        (await big.ask(ask_for("x"))).text,
        (await small.ask(ask_for("x"))).text,
        (await small.ask(ask_for("x", schema=None))).text,
    ]
    assert texts == ["1", "2", "3", "4"]


async def test_a_sequence_by_call_goes_on_with_every_call_and_its_last_stays(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play({"rules": [{"by": "call", "sequence": [{"text": "a"}, {"text": "b"}]}]})
    gateway = open_door().gateway
    texts = [(await gateway.ask(ask_for(f"{n}"))).text for n in range(4)]
    assert texts == ["a", "b", "b", "b"]


async def test_calls_are_counted_by_content(server: ScriptedServer, open_door: OpenDoor) -> None:
    server.play()
    gateway = open_door().gateway
    for text in ("a", "b", "a", "a"):
        await gateway.ask(ask_for(text))
    stats = server.stats()
    assert (stats.calls, stats.distinct, stats.repeated, stats.repeated_max) == (4, 2, 2, 3)
    assert sorted(server.counts().values()) == [1, 3]
    server.play()
    assert server.stats().calls == 0


async def test_a_share_is_drawn_by_content_and_seed(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    gateway = open_door(tries=1).gateway

    async def failed(seed: int) -> list[int]:
        server.play({"rules": [{"share": 0.3, "error": "server"}]}, seed=seed)
        results = await asyncio.gather(
            *(gateway.ask(ask_for(f"{n}")) for n in range(100)), return_exceptions=True
        )
        return [n for n, result in enumerate(results) if isinstance(result, ModelError)]

    first, again, other = await failed(1), await failed(1), await failed(2)
    assert first == again != other
    assert 15 < len(first) < 45


async def test_latency_of_many_calls_passes_at_the_same_time(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play(latency_ms=1000)  # long enough for a slow machine to send them all
    gateway = open_door(concurrency=50).gateway
    began = time.monotonic()
    await asyncio.gather(*(gateway.ask(ask_for(f"{DOCUMENT}{n}")) for n in range(50)))
    assert time.monotonic() - began < 25
    assert server.stats().in_flight_max == 50


def test_what_the_server_does_not_take_is_told(server: ScriptedServer) -> None:
    with pytest.raises(WorkerError, match="error is 'explosion'"):
        server.play({"rules": [{"error": "explosion"}]})


def test_the_command_serves_a_script_and_keeps_its_counts(tmp_path: Path) -> None:
    script, counts = tmp_path / "s.toml", tmp_path / "counts.json"
    script.write_text('[[rules]]\ntext = "scripted"\n')
    command = [sys.executable, "-m", "casework.models.testing", "--script", str(script)]
    command += ["--dialect", "ollama", "--counts", str(counts), "--latency-ms", "1"]
    for calls in (1, 2):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert "scripted" in _post(told["base_url"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        process.stdout.close()
        assert list(json.loads(counts.read_text()).values()) == [calls]


def test_the_command_says_what_is_wrong_with_a_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "s.json"
    script.write_text('{"rules": [{"error": "explosion"}]}')
    assert main(["--script", str(script)]) == 2
    assert "Rule 1: error is 'explosion'" in capsys.readouterr().err


def test_the_server_ends_when_its_owner_is_killed() -> None:
    code = (
        "import time\n"
        "from casework.models.testing import ScriptedServer\n"
        "server = ScriptedServer().start()\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    assert _runs(pid)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 30
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(pid)


async def test_the_server_does_not_get_keys_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-ours")
    async with ScriptedServer() as other:
        environment = Path(f"/proc/{other.pid}/environ")
        if not environment.exists():
            pytest.skip("this system does not show environments of processes")
        assert b"sk-of-ours" not in environment.read_bytes()


def _runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())


def _post(base_url: str) -> str:
    from urllib.request import Request, urlopen

    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}]}).encode()
    with urlopen(Request(f"{base_url}/chat/completions", body)) as reply:
        text: str = reply.read().decode()
    return text

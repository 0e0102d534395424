"""The scripted model server as a tool: in a process of its own, with a handle for tests.

    python -m casework.models.testing --port 0 --script FILE --dialect mistral --latency-ms 50

prints one line of JSON with `port` and `base_url`, then serves until it is stopped. In Python:

    with ScriptedServer({"rules": [...]}, dialect="ollama") as server:
        ...  # server.base_url, server.stats()
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from casework.base.errors import CaseworkError, WorkerError

if TYPE_CHECKING:
    from casework.models.scripted.play import Play
    from casework.models.scripted.server import Scripted
    from casework.types.values import Json

_START_S = 20.0
_STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class ServerStats:
    """What the server counted. Calls are the same when their bodies are; `repeated` are calls
    beyond the first of their content, `aborted` those whose client went away; `streamed` and
    `batched` are some of the calls, `images` the pictures in them.
    """

    calls: int
    distinct: int
    repeated: int
    repeated_max: int
    in_flight: int
    in_flight_max: int
    aborted: int
    connections: int
    statuses: Mapping[str, int] = field(default_factory=dict)
    streamed: int = 0
    batched: int = 0
    images: int = 0


class ScriptedServer:
    """Starts the server in a process of its own and stops it: `with` or `async with`.

    Behaves as `play` says (`rules`, and the fields of `casework.models.scripted.play.Play`);
    keyword arguments add to it. `port` 0 takes any free one, and the same one again when it is
    stopped and started. The process ends with its owner, however that one ends.
    """

    def __init__(
        self, play: Mapping[str, Json] | None = None, *, port: int = 0, **more: Json
    ) -> None:
        self._play: dict[str, Json] = {**(play or {}), **more}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def base_url(self) -> str:
        """The address to configure as `base_url`."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._process.pid if self._process else 0

    def start(self) -> ScriptedServer:
        """Start the process and wait until it serves."""
        command = [sys.executable, "-m", "casework.models.testing", "--owned"]
        command += ["--port", str(self.port)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        )
        try:
            line = self._process.stdout.readline() if self._process.stdout else b""
            if not line:
                raise WorkerError("The scripted model server did not start.")
            self.port = int(json.loads(line)["port"])
            if self._play:
                self.play(self._play)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the process; it ends by itself when its input is closed."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def play(self, play: Mapping[str, Json] | None = None, **more: Json) -> None:
        """Behave like this from now on, and count anew."""
        data = json.dumps({**(play or {}), **more}).encode()
        answer = self._fetch("POST", "/_play", data)
        if isinstance(answer, dict) and "error" in answer:
            raise WorkerError(f"The scripted server does not take this: {answer['error']}")

    def stats(self) -> ServerStats:
        """What has been counted since the start or the last `play`."""
        return ServerStats(**self._fetch("GET", "/_stats"))  # type: ignore[arg-type]

    def counts(self) -> dict[str, int]:
        """How often each content was asked, by the sha256 of the body."""
        return dict(self._fetch("GET", "/_counts"))  # type: ignore[arg-type]

    def requests(self) -> list[dict[str, Json]]:
        """The last requests to models (`path`, `headers`, `body`, and what it `saw`: pictures,
        tools, results of tools), oldest first."""
        return list(self._fetch("GET", "/_requests"))  # type: ignore[arg-type]

    def _fetch(self, method: str, path: str, data: bytes | None = None) -> Json:
        from http.client import HTTPConnection

        connection = HTTPConnection("127.0.0.1", self.port, timeout=_START_S)
        try:
            connection.request(method, path, data, {"Connection": "close"})
            found: Json = json.loads(connection.getresponse().read())
            return found
        finally:
            connection.close()

    def __enter__(self) -> ScriptedServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aenter__(self) -> ScriptedServer:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)


async def serve(mind: Scripted, *, host: str, port: int, owned: bool, counts: Path | None) -> None:
    """Serve until told to stop (SIGTERM, SIGINT, or closed input when `owned`)."""
    from casework.models.scripted.http import Connection

    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if owned:
        loop.add_reader(sys.stdin.fileno(), _on_input, stopped)
    server = await loop.create_server(lambda: Connection(mind.handle, mind.watch), host, port)
    real_port = server.sockets[0].getsockname()[1]
    line = json.dumps({"port": real_port, "base_url": f"http://{host}:{real_port}/v1"})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    await stopped.wait()
    server.close()
    if counts is not None:
        counts.write_text(json.dumps(mind.counts), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: reads its options, serves, and says what is wrong with a script."""
    from casework.base.aio import run
    from casework.models.scripted.server import Scripted

    options = _options(arguments)
    try:
        mind = Scripted(_play_from(options))
    except CaseworkError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.counts and options.counts.exists():
        mind.counts.update(json.loads(options.counts.read_text("utf-8")))
    run(
        serve(
            mind,
            host=options.host,
            port=options.port,
            owned=options.owned,
            counts=options.counts,
        )
    )
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m casework.models.testing", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--script", type=Path, help="rules, as JSON or TOML")
    parser.add_argument("--dialect", default="openai")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--rate-per-s", type=float, default=0.0, help="above it: 429")
    parser.add_argument("--burst", type=float, default=0.0, help="calls at once above the rate")
    parser.add_argument("--retry-after", default="1", help="what a 429 says; '' for nothing")
    parser.add_argument("--models", default="", help="those that exist, by commas; empty: all")
    parser.add_argument("--key", default="", help="the key to ask for; empty: none")
    parser.add_argument("--context-tokens", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--piece-ms", type=float, default=0.0, help="between pieces of a stream")
    parser.add_argument("--batch-s", type=float, default=0.0, help="how long a batch takes")
    parser.add_argument("--counts", type=Path, help="keep the counts of calls by content here")
    parser.add_argument("--owned", action="store_true", help="stop when the input is closed")
    return parser.parse_args(arguments)


def _play_from(options: argparse.Namespace) -> Play:
    from casework.models.scripted.play import play_of
    from casework.models.scripted.script import Script, read_script

    play = play_of(
        {
            "dialect": options.dialect,
            "latency_ms": options.latency_ms,
            "rate_per_s": options.rate_per_s,
            "burst": options.burst,
            "piece_ms": options.piece_ms,
            "batch_s": options.batch_s,
            "retry_after": options.retry_after,
            "models": [name for name in options.models.split(",") if name],
            "key": options.key,
            "context_tokens": options.context_tokens,
            "seed": options.seed,
        }
    )
    return replace(play, script=read_script(options.script) if options.script else Script())


def _on_input(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        stopped.set()


def _environment() -> dict[str, str]:
    """The child finds the same casework as we do, and no key of ours."""
    found = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    root = str(Path(__file__).resolve().parents[2])
    found["PYTHONPATH"] = os.pathsep.join(filter(None, (root, found.get("PYTHONPATH"))))
    return found


if __name__ == "__main__":
    sys.exit(main())

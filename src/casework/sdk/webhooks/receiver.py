"""A receiver of webhooks that ships for tests: keeps what it is told, answers as it is scripted.

with ScriptedReceiver() as receiver:
    made = workspace.webhooks.add(receiver.url)
    receiver.answers(500, 200)
    ...
    receiver.told[0].check(made.secret)
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from casework.sdk.webhooks.signing import verify
from casework.types.values import Json

_LOOK_S = 0.01


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came; `status` is what was answered."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int

    @property
    def type(self) -> str:
        """The kind of happening."""
        return str(json.loads(self.body)["type"])

    @property
    def data(self) -> dict[str, Json]:
        """What was told of it."""
        told: dict[str, Json] = json.loads(self.body)["data"]
        return told

    @property
    def id(self) -> str:
        """The same for each try of one telling."""
        return self.headers.get("webhook-id", "")

    def check(self, secret: str) -> None:
        """Raise `ValueError` when it is not signed with this secret."""
        verify(secret, self.headers, self.body)


class ScriptedReceiver:
    """Listens on this machine, in a thread of its own: `with`."""

    def __init__(self) -> None:
        self.told: list[Received] = []
        self._answers: deque[tuple[int, Mapping[str, str]]] = deque()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._take(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def host(self) -> str:
        """Its host and port, for the setting `outside.private`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}/told"

    def answers(self, *statuses: int, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next requests so; after these 204."""
        self._answers.extend((status, headers or {}) for status in statuses)

    def wait(self, count: int, *, seconds: float = 10.0) -> list[Received]:
        """What was told, once so many came; raises `TimeoutError`. Not for an event loop."""
        until = time.monotonic() + seconds
        while len(self.told) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self.told)} of {count} came")
            time.sleep(_LOOK_S)
        return list(self.told)

    def __enter__(self) -> ScriptedReceiver:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        status, headers = self._answers.popleft() if self._answers else (204, {})
        lower = {name.lower(): value for name, value in request.headers.items()}
        self.told.append(Received(request.path, lower, body, status))
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("content-length", "0")
        request.end_headers()

"""What the scripted server does with a request: check, count, and hand it to whoever answers it."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, deque
from urllib.parse import parse_qs, urlsplit

from casework.base.errors import CaseworkError
from casework.models.scripted import bodies, messages
from casework.models.scripted.acting import CHARACTERS_A_TOKEN, Actor
from casework.models.scripted.asking import Asking
from casework.models.scripted.batches import Batches
from casework.models.scripted.bodies import Wrong
from casework.models.scripted.errors import wrong_of
from casework.models.scripted.http import Reply, Request, Watch
from casework.models.scripted.play import Play, play_of
from casework.models.scripted.script import ErrorKind
from casework.types.values import Json

_REMEMBERED = 64
_encode = json.JSONEncoder(ensure_ascii=False).encode
_NOT_FOUND = b"<html><body>404 page not found</body></html>"
_ODD = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError)


class Scripted:
    """The server's mind. `handle` is called once a request and returns at once."""

    def __init__(self, play: Play) -> None:
        self.watch = Watch()
        self.counts: Counter[str] = Counter()
        self._start(play)

    def _start(self, play: Play) -> None:
        self._play = play
        self.counts.clear()
        self._statuses: Counter[int] = Counter()
        self._told: Counter[str] = Counter()
        self._last: deque[tuple[Request, Asking | None]] = deque(maxlen=_REMEMBERED)
        self._actor = Actor(play, self.counts)
        self._batches = Batches(self._batched, play.batch_s)
        self._deep = play.burst or max(1.0, play.rate_per_s / 10)
        self._tokens, self._tokens_at = self._deep, time.monotonic()
        self.watch.reset()

    def handle(self, request: Request) -> Reply:
        """The reply to any request."""
        path = request.path.partition("?")[0]
        if path.startswith("/_"):
            return self._own(path, request)
        reply = self._served(request, path)
        self._statuses[reply.status] += 1
        return reply

    def stats(self) -> dict[str, Json]:
        """Calls by content: how many, how many different, how often the most repeated one."""
        calls, distinct = sum(self.counts.values()), len(self.counts)
        watch = self.watch
        return {
            "calls": calls,
            "distinct": distinct,
            "repeated": calls - distinct,
            "repeated_max": max(self.counts.values(), default=0),
            "in_flight": watch.in_flight,
            "in_flight_max": watch.in_flight_max,
            "aborted": watch.aborted,
            "connections": watch.connections,
            "statuses": {str(status): count for status, count in self._statuses.items()},
            "streamed": self._told["streamed"],
            "batched": self._told["batched"],
            "images": self._told["images"],
        }

    def _served(self, request: Request, path: str) -> Reply:
        native = path.endswith(("/messages", "/messages/batches")) or "/messages/" in path
        if request.method == "POST" and path.endswith(("/chat/completions", "/messages")):
            return self._asked(request, native)
        if request.method == "GET" and path.endswith("/models"):
            return self._barred(request, "x-api-key" in request.headers) or self._models(request)
        barred = self._barred(request, native)
        found = self._batches.handle(request, path)
        if found is None:
            return Reply(404, _NOT_FOUND, media_type="text/html")
        return barred or found

    def _own(self, path: str, request: Request) -> Reply:
        """What the server's owner asks, none of which is counted."""
        if path == "/_stats":
            return _json(self.stats())
        if path == "/_counts":
            return _json(dict(self.counts))
        if path == "/_requests":
            return _json([_shown(request, asked) for request, asked in self._last])
        if path == "/_play" and request.method == "POST":
            try:
                self._start(play_of(json.loads(request.body)))
            except (CaseworkError, ValueError) as error:
                return _json({"error": str(error)}, 400)
            return _json({})
        return _json({"error": "no such page"}, 404)

    def _models(self, request: Request) -> Reply:
        names = self._play.models or ("scripted-large", "scripted-small")
        if self._play.dialect != "anthropic":
            return Reply(body=bodies.models_body(self._play.dialect, names))
        query = parse_qs(urlsplit(request.path).query)
        limit = int(query.get("limit", ["20"])[0])
        return Reply(body=messages.models_body(names, query.get("after_id", [""])[0], limit))

    def _asked(self, request: Request, native: bool) -> Reply:
        play = self._play
        mark = hashlib.sha256(request.body).hexdigest()
        self.counts[mark] += 1
        asked = _asking(request.body, native)
        self._last.append((request, asked))
        barred = self._barred(request, native)
        if barred is not None:
            return barred
        if play.rate_per_s and not self._within_rate():
            return self._wrong("rate_limit", native, retry_after=play.retry_after)
        if "/deployments/" in request.path and "api-version=" not in request.path:
            return self._actor.wrong(Wrong(404, "Resource not found", "404"), native=native)
        return self._answered(request, asked, mark, play.latency_ms / 1000, native)

    def _answered(
        self, request: Request, asked: Asking | None, mark: str, delay_s: float, native: bool
    ) -> Reply:
        if asked is None:
            wrong = Wrong(400, "We could not parse the JSON body.", "invalid_request_error")
            return self._actor.wrong(wrong, native=native)
        self._told["streamed"] += asked.stream
        self._told["images"] += len(asked.images)
        refused = self._refused(request, asked)
        if refused is not None:
            return self._actor.wrong(refused, native=native, delay_s=delay_s)
        return self._actor.reply(asked, mark, delay_s)

    def _batched(self, path: str, body: bytes) -> Reply:
        """One line of a batch."""
        native = path.endswith("/messages")
        mark = hashlib.sha256(body).hexdigest()
        self.counts[mark] += 1
        self._told["batched"] += 1
        headers = {"anthropic-version": "2023-06-01"}
        request = Request("POST", path, headers, body)
        asked = _asking(body, native)
        self._last.append((request, asked))
        return self._answered(request, asked, mark, 0.0, native)

    def _refused(self, request: Request, asked: Asking) -> Wrong | None:
        """What the imitated endpoint itself refuses."""
        play, dialect = self._play, self._actor.dialect(asked.native)
        if play.models and asked.model not in play.models:
            return wrong_of(dialect, "unknown_model", model=asked.model)
        tokens = len(request.body) // CHARACTERS_A_TOKEN
        if play.context_tokens and tokens > play.context_tokens:
            return wrong_of(dialect, "context", tokens=tokens, limit=play.context_tokens)
        if asked.native:
            return messages.not_taken(asked.body, request.headers)
        return bodies.not_taken(dialect, asked.body)

    def _barred(self, request: Request, native: bool) -> Reply | None:
        """The reply for a key that is missing, refused or used up; None when it is good."""
        play, key = self._play, _key(request)
        if key in play.refused_keys or (play.key and key != play.key):
            return self._wrong("unauthorised", native)
        if key in play.spent_keys:
            return self._wrong("no_credit", native)
        return None

    def _wrong(self, kind: ErrorKind, native: bool, *, retry_after: str = "") -> Reply:
        wrong = wrong_of(self._actor.dialect(native), kind)
        return self._actor.wrong(wrong, native=native, retry_after=retry_after)

    def _within_rate(self) -> bool:
        """A token bucket."""
        rate, now = self._play.rate_per_s, time.monotonic()
        self._tokens = min(self._deep, self._tokens + (now - self._tokens_at) * rate)
        self._tokens_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _asking(body: bytes, native: bool) -> Asking | None:
    try:
        return Asking(json.loads(body), messages=native)
    except _ODD:
        return None


def _key(request: Request) -> str:
    headers = request.headers
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("x-api-key") or headers.get("api-key") or bearer


def _json(data: object, status: int = 200) -> Reply:
    return Reply(status, _encode(data).encode(), counted=False)


def _shown(request: Request, asked: Asking | None) -> Json:
    try:
        body: Json = json.loads(request.body)
    except ValueError:
        body = request.body.decode("utf-8", "replace")
    shown: dict[str, Json] = {
        "path": request.path,
        "headers": dict(request.headers),
        "body": body,
    }
    if asked is not None:
        shown["saw"] = asked.saw
    return shown

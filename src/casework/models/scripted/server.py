"""What the scripted server does with a request: check, count, find the rule, word the reply."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.base.errors import CaseworkError, SettingsError
from casework.models.scripted import bodies
from casework.models.scripted.asking import Asking
from casework.models.scripted.bodies import Said, Wrong
from casework.models.scripted.errors import wrong_of
from casework.models.scripted.filler import fill, source_of
from casework.models.scripted.http import Reply, Request, Watch
from casework.models.scripted.script import Action, Rule, Script, script_of
from casework.types.values import Json

_REMEMBERED = 64
_CHARACTERS_A_TOKEN = 4
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Play:
    """How the server behaves. `models` empty: every model is there; `key` '': none is asked for."""

    script: Script = field(default_factory=Script)
    dialect: str = "openai"
    latency_ms: float = 0.0
    rate_per_s: float = 0.0
    retry_after: str = "1"
    key: str = ""
    models: tuple[str, ...] = ()
    context_tokens: int = 0
    seed: int = 0


def play_of(data: Mapping[str, Json]) -> Play:
    """How to behave, from plain data: `rules` and the fields of `Play`."""
    known = set(Play.__dataclass_fields__) - {"script"} | {"rules", "version"}
    unknown = sorted(set(data) - known)
    if unknown:
        raise SettingsError(f"The scripted server does not know {', '.join(unknown)}.")
    dialect = str(data.get("dialect") or "openai")
    if dialect not in bodies.DIALECT_NAMES:
        raise SettingsError(
            f"There is no dialect {dialect!r}.", fix=f"Known: {', '.join(bodies.DIALECT_NAMES)}."
        )
    models = data.get("models")
    return Play(
        script_of({"rules": data.get("rules") or []}),
        dialect,
        _number(data, "latency_ms"),
        _number(data, "rate_per_s"),
        str(data.get("retry_after", "1")),
        str(data.get("key") or ""),
        tuple(str(name) for name in models) if isinstance(models, list) else (),
        int(_number(data, "context_tokens")),
        int(_number(data, "seed")),
    )


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
        self._used: Counter[int] = Counter()
        self._last: deque[Request] = deque(maxlen=_REMEMBERED)
        self._number = 0
        self._tokens, self._tokens_at = max(1.0, play.rate_per_s / 10), time.monotonic()
        self.watch.reset()

    def handle(self, request: Request) -> Reply:
        """The reply to any request."""
        path = request.path.partition("?")[0]
        if path.startswith("/_"):
            return self._own(path, request)
        if path.endswith("/chat/completions") and request.method == "POST":
            reply = self._chat(request)
        elif path.endswith("/models") and request.method == "GET":
            reply = self._models(request)
        else:
            reply = Reply(
                404, b"<html><body>404 page not found</body></html>", media_type="text/html"
            )
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
        }

    def _own(self, path: str, request: Request) -> Reply:
        """What the server's owner asks, none of which is counted."""
        if path == "/_stats":
            return _json(self.stats())
        if path == "/_counts":
            return _json(dict(self.counts))
        if path == "/_requests":
            return _json([_shown(each) for each in self._last])
        if path == "/_play" and request.method == "POST":
            try:
                self._start(play_of(json.loads(request.body)))
            except (CaseworkError, ValueError) as error:
                return _json({"error": str(error)}, 400)
            return _json({})
        return _json({"error": "no such page"}, 404)

    def _models(self, request: Request) -> Reply:
        if not self._admitted(request):
            return self._wrong(wrong_of(self._play.dialect, "unauthorised"))
        names = self._play.models or ("scripted-large", "scripted-small")
        return Reply(body=bodies.models_body(self._play.dialect, names))

    def _chat(self, request: Request) -> Reply:
        play = self._play
        mark = hashlib.sha256(request.body).hexdigest()
        self.counts[mark] += 1
        self._last.append(request)
        self._number += 1
        delay_s = play.latency_ms / 1000
        if not self._admitted(request):
            return self._wrong(wrong_of(play.dialect, "unauthorised"))
        if play.rate_per_s and not self._within_rate():
            return self._wrong(wrong_of(play.dialect, "rate_limit"), retry_after=play.retry_after)
        try:
            body = json.loads(request.body)
            asked = Asking(body)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return self._wrong(Wrong(400, "We could not parse the JSON body.", "invalid_request"))
        refused = self._refused(request, asked)
        if refused is not None:
            return self._wrong(refused, delay_s=delay_s)
        action = self._action(asked, mark)
        return self._act(action, asked, delay_s + action.latency_ms / 1000)

    def _refused(self, request: Request, asked: Asking) -> Wrong | None:
        """What the imitated endpoint itself refuses."""
        play = self._play
        if play.models and asked.model not in play.models:
            return wrong_of(play.dialect, "unknown_model", model=asked.model)
        tokens = len(request.body) // _CHARACTERS_A_TOKEN
        if play.context_tokens and tokens > play.context_tokens:
            return wrong_of(play.dialect, "context", tokens=tokens, limit=play.context_tokens)
        return bodies.not_taken(play.dialect, asked.body)

    def _action(self, asked: Asking, mark: str) -> Action:
        for number, rule in enumerate(self._play.script.rules):
            if self._fits(rule, number, asked, mark):
                position = self._position(rule, number, asked, mark)
                return rule.actions[min(position, len(rule.actions) - 1)]
        return _FILL

    def _fits(self, rule: Rule, number: int, asked: Asking, mark: str) -> bool:
        if rule.model is not None and not rule.model.search(asked.model):
            return False
        if rule.schema is not None and not rule.schema.search(asked.schema_name):
            return False
        if rule.match is not None and not rule.match.search(asked.last_user):
            return False
        if rule.share >= 1:
            return True
        draw = f"{self._play.seed}/{number}/{mark}/{self.counts[mark]}"
        drawn = int.from_bytes(hashlib.sha256(draw.encode()).digest()[:6], "big")
        return drawn < rule.share * (1 << 48)

    def _position(self, rule: Rule, number: int, asked: Asking, mark: str) -> int:
        if rule.by == "turn":
            return asked.turns
        if rule.by == "repeat":
            return self.counts[mark] - 1
        self._used[number] += 1
        return self._used[number] - 1

    def _act(self, action: Action, asked: Asking, delay_s: float) -> Reply:
        if action.hang:
            return Reply(hang=True)
        if action.error is not None:
            return self._error(action, asked, delay_s)
        if action.broken in _BROKEN_REPLIES:
            return _broken_reply(action.broken, self._said(action, asked), delay_s)
        return self._said_reply(self._worded(action, asked), asked, delay_s)

    def _worded(self, action: Action, asked: Asking) -> Said:
        """The answer that an action means, before any dialect."""
        tokens = asked.characters // _CHARACTERS_A_TOKEN
        if action.refusal:
            return Said(None, refusal=action.refusal, input_tokens=tokens)
        content, finish = self._content(action, asked), "stop"
        match action.broken:
            case "json":
                content = content[: len(content) * 2 // 3]
            case "cut":
                content, finish = content[: len(content) // 2], "length"
            case "shape":
                content = '{"unexpected": true}'
            case "fenced":
                content = f"```json\n{content}\n```"
            case "talk":
                content = f"<think>Let me see {{}}.</think>Here it is:\n{content}\nAnything else?"
            case "null":
                return Said(None, input_tokens=tokens)
        return Said(content, finish, "", tokens, len(content) // _CHARACTERS_A_TOKEN + 1)

    def _said(self, action: Action, asked: Asking) -> bytes:
        said = Said(self._content(action, asked))
        return bodies.answer_body(self._play.dialect, asked.model, said, self._number)

    def _said_reply(self, said: Said, asked: Asking, delay_s: float) -> Reply:
        body = bodies.answer_body(self._play.dialect, asked.model, said, self._number)
        return Reply(body=body, delay_s=delay_s)

    def _content(self, action: Action, asked: Asking) -> str:
        if action.text:
            return action.text
        if not action.fill and action.broken is None:
            return _encode(action.answer)
        source = source_of(asked.text)
        schema = asked.schema
        return source.quote if schema is None else _encode(fill(schema, source))

    def _error(self, action: Action, asked: Asking, delay_s: float) -> Reply:
        kind = action.error
        assert kind is not None
        if kind == "bad_gateway":
            return Reply(502, _PAGE, media_type="text/html", delay_s=delay_s)
        if kind == "no_such_path":
            return Reply(404, _PAGE, media_type="text/html", delay_s=delay_s)
        if kind == "elsewhere":
            place = {"Location": "https://elsewhere.example/v1/chat/completions"}
            return Reply(302, b"", place, media_type="text/html", delay_s=delay_s)
        wrong = wrong_of(self._play.dialect, kind, model=asked.model, tokens=99_999, limit=8_192)
        if action.message:
            wrong = Wrong(wrong.status, action.message, wrong.kind, wrong.code, wrong.parameter)
        if kind == "inside":
            return Reply(
                body=_encode({"error": bodies.inner_error(wrong)}).encode(), delay_s=delay_s
            )
        if kind == "inside_choice":
            choice = {"error": bodies.inner_error(wrong), "finish_reason": "error", "index": 0}
            return Reply(body=_encode({"choices": [choice]}).encode(), delay_s=delay_s)
        return self._wrong(wrong, retry_after=action.retry_after, delay_s=delay_s)

    def _wrong(self, wrong: Wrong, *, retry_after: str = "", delay_s: float = 0.0) -> Reply:
        headers = {"Retry-After": retry_after} if retry_after else {}
        body = bodies.error_body(self._play.dialect, wrong)
        return Reply(wrong.status, body, headers, delay_s=delay_s)

    def _admitted(self, request: Request) -> bool:
        key = self._play.key
        return not key or request.headers.get("authorization") == f"Bearer {key}"

    def _within_rate(self) -> bool:
        """A token bucket with a tenth of a second of burst."""
        rate, now = self._play.rate_per_s, time.monotonic()
        most = max(1.0, rate / 10)
        self._tokens = min(most, self._tokens + (now - self._tokens_at) * rate)
        self._tokens_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


_FILL = Action(fill=True)
_BROKEN_REPLIES = ("empty", "body", "html", "partial", "drop")


def _broken_reply(kind: str | None, body: bytes, delay_s: float) -> Reply:
    if kind == "empty":
        return Reply(body=b'{"id":"x","object":"chat.completion","choices":[]}', delay_s=delay_s)
    if kind == "body":
        return Reply(body=body[: len(body) // 2], delay_s=delay_s)
    if kind == "html":
        page = b"<!doctype html><title>Welcome</title><p>Sign in to the guest network."
        return Reply(body=page, media_type="text/html; charset=utf-8", delay_s=delay_s)
    return Reply(body=body, delay_s=delay_s, cut=kind == "partial", drop=kind == "drop")


def _json(data: object, status: int = 200) -> Reply:
    return Reply(status, _encode(data).encode(), counted=False)


def _shown(request: Request) -> Json:
    try:
        body: Json = json.loads(request.body)
    except ValueError:
        body = request.body.decode("utf-8", "replace")
    return {"path": request.path, "headers": dict(request.headers), "body": body}


def _number(data: Mapping[str, Json], name: str) -> float:
    value = data.get(name) or 0
    if not isinstance(value, int | float):
        raise SettingsError(f"{name} is {value!r}; expected a number.")
    return float(value)

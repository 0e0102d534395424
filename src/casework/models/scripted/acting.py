"""What the scripted server answers to one request: find the rule, do it, word the reply."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from casework.models.scripted import bodies, messages, streams
from casework.models.scripted.asking import Asking
from casework.models.scripted.bodies import Said, Wrong
from casework.models.scripted.errors import wrong_of
from casework.models.scripted.filler import fill, source_of
from casework.models.scripted.http import Reply
from casework.models.scripted.play import Play
from casework.models.scripted.script import Action, Rule
from casework.types.values import Json

CHARACTERS_A_TOKEN = 4
_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_encode = json.JSONEncoder(ensure_ascii=False).encode  # as a model writes it
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FILL = Action(fill=True)
_BROKEN_REPLIES = ("empty", "body", "html", "partial", "drop")


class Actor:
    """Acts on requests as a play says. `counts` is how often each content has been asked."""

    def __init__(self, play: Play, counts: Counter[str]) -> None:
        self._play = play
        self._counts = counts
        self._used: Counter[int] = Counter()
        self._number = 0

    def reply(self, asked: Asking, mark: str, delay_s: float) -> Reply:
        """The reply to a request whose content has this mark."""
        self._number += 1
        action = self._action(asked, mark)
        delay_s += action.latency_ms / 1000
        if action.hang:
            return Reply(hang=True)
        if action.error is not None:
            return self._error(action, asked, delay_s)
        if action.broken in _BROKEN_REPLIES and not self._breaks_stream(action, asked):
            return self._broken(action, asked, delay_s)
        return self._worded(self._said(action, asked), asked, delay_s, action)

    def wrong(
        self, wrong: Wrong, *, native: bool, retry_after: str = "", delay_s: float = 0.0
    ) -> Reply:
        """An error in the words of the wire."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        body = bodies.error_body(self.dialect(native), wrong)
        return Reply(wrong.status, body, headers, delay_s=delay_s)

    def dialect(self, native: bool) -> str:
        """The dialect of errors: what comes over Anthropic's wire is worded as there."""
        if native:
            return "anthropic"
        return "openai" if self._play.dialect == "anthropic" else self._play.dialect

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
        draw = f"{self._play.seed}/{number}/{mark}/{self._counts[mark]}"
        drawn = int.from_bytes(hashlib.sha256(draw.encode()).digest()[:6], "big")
        return drawn < rule.share * (1 << 48)

    def _position(self, rule: Rule, number: int, asked: Asking, mark: str) -> int:
        if rule.by == "turn":
            return asked.turns
        if rule.by == "repeat":
            return self._counts[mark] - 1
        self._used[number] += 1
        return self._used[number] - 1

    def _breaks_stream(self, action: Action, asked: Asking) -> bool:
        return asked.stream and action.broken == "partial"

    def _said(self, action: Action, asked: Asking) -> Said:
        """The answer that an action means, before any wire."""
        tokens = asked.characters // CHARACTERS_A_TOKEN
        if self._play.cuts_at:
            tokens = min(tokens, self._play.cuts_at)
        if action.refusal:
            return Said(None, refusal=action.refusal, input_tokens=tokens)
        calls = self._calls(action, asked)
        if calls:
            text = action.text or None
            return Said(text, "stop", "", tokens, 8, 0, calls, action.thought)
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
        written = (len(content) + len(action.thought)) // CHARACTERS_A_TOKEN + 1
        return Said(content, finish, "", tokens, written, 0, (), action.thought)

    def _calls(self, action: Action, asked: Asking) -> tuple[tuple[str, str, Json], ...]:
        """Calls that the action tells; else one of the tool that must be called, filled in."""
        if action.calls:
            told: list[tuple[str, Json]] = [
                (str(call["name"]), call.get("arguments") or {}) for call in action.calls
            ]
        elif asked.forced and action.broken is None:
            told = [(asked.forced, self._arguments(action, asked))]
        else:
            return ()
        return tuple(
            (f"call_{self._number}_{place}", name, arguments)
            for place, (name, arguments) in enumerate(told)
        )

    def _arguments(self, action: Action, asked: Asking) -> Json:
        if not action.fill:
            return json.loads(action.text) if action.text else action.answer
        return fill(asked.tools[asked.forced], source_of(asked.text))

    def _content(self, action: Action, asked: Asking) -> str:
        if action.text:
            return action.text
        if not action.fill and action.broken is None:
            return _encode(action.answer)
        source = source_of(asked.text)
        schema = asked.tools.get(asked.forced, asked.schema)
        if schema is not None:
            return _encode(fill(schema, source))
        return _described(asked) or source.quote

    def _body(self, said: Said, asked: Asking) -> bytes:
        if asked.native:
            return _compact(messages.message_of(asked.model, said, self._number)).encode()
        dialect = self.dialect(native=False)
        return bodies.answer_body(dialect, asked.model, said, self._number)

    def _worded(self, said: Said, asked: Asking, delay_s: float, action: Action) -> Reply:
        body = self._body(said, asked)
        if not asked.stream or action.broken == "whole":
            return Reply(body=body, delay_s=delay_s)
        pieces = self._pieces(json.loads(body), asked)
        if action.broken == "late":
            wrong = wrong_of(self.dialect(asked.native), "overloaded")
            error = (
                streams.message_error(wrong.kind, wrong.message)
                if asked.native
                else streams.chat_error(bodies.inner_error(wrong))
            )
            pieces = (*pieces[: len(pieces) // 2], error)
        return Reply(
            media_type="text/event-stream",
            delay_s=delay_s,
            pieces=pieces,
            piece_s=self._play.piece_ms / 1000,
            cut=action.broken == "partial",
            stall=action.broken == "stall",
        )

    def _pieces(self, body: dict[str, Json], asked: Asking) -> tuple[bytes, ...]:
        if asked.native:
            return streams.message_pieces(body)
        options = asked.body.get("stream_options")
        usage = isinstance(options, dict) and options.get("include_usage") is True
        return streams.chat_pieces(self.dialect(native=False), body, usage=usage)

    def _broken(self, action: Action, asked: Asking, delay_s: float) -> Reply:
        if action.broken == "empty":
            empty = b'{"id":"x","object":"chat.completion","choices":[]}'
            native = b'{"id":"x","type":"message","model":"m"}'
            return Reply(body=native if asked.native else empty, delay_s=delay_s)
        if action.broken == "html":
            page = b"<!doctype html><title>Welcome</title><p>Sign in to the guest network."
            return Reply(body=page, media_type="text/html; charset=utf-8", delay_s=delay_s)
        body = self._body(Said(self._content(action, asked)), asked)
        if action.broken == "body":
            return Reply(body=body[: len(body) // 2], delay_s=delay_s)
        cut, drop = action.broken == "partial", action.broken == "drop"
        return Reply(body=body, delay_s=delay_s, cut=cut, drop=drop)

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
        dialect = self.dialect(asked.native)
        wrong = wrong_of(dialect, kind, model=asked.model, tokens=99_999, limit=8_192)
        if action.message:
            wrong = Wrong(wrong.status, action.message, wrong.kind, wrong.code, wrong.parameter)
        if kind in ("inside", "inside_choice"):
            return Reply(body=_inside(kind, wrong, dialect, asked), delay_s=delay_s)
        retry_after = action.retry_after
        return self.wrong(wrong, native=asked.native, retry_after=retry_after, delay_s=delay_s)


def _inside(kind: str, wrong: Wrong, dialect: str, asked: Asking) -> bytes:
    """An error in a reply of status 200."""
    if asked.native:
        return bodies.error_body(dialect, wrong)
    if kind == "inside":
        return _encode({"error": bodies.inner_error(wrong)}).encode()
    choice = {"error": bodies.inner_error(wrong), "finish_reason": "error", "index": 0}
    return _encode({"choices": [choice]}).encode()


def _described(asked: Asking) -> str:
    """What was seen besides texts, as a text; '' when there was nothing else."""
    seen = [
        f"picture {each['media_type']}, {each['bytes']} bytes, sha256 {each['sha256']}"
        for each in asked.images
    ]
    seen += [f"result of {each['id']}: {each['text']}" for each in asked.results]
    return "\n".join(seen)

"""Replies that are no answer, as the error they mean: whose fault, does waiting help, what to do.

Endpoints word errors in many ways; here they become one tree. Messages quote the endpoint, short
and without keys.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from casework.base.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelRequestError,
    ModelTimeoutError,
    ModelUnavailableError,
    RateLimitedError,
)
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.types.values import Json

_TOO_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|exceed_context|prompt is too long"
    r"|too large for model|prompt contains \d+ tokens|input length of|too many tokens"
    r"|max_tokens must be at least 1",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model_not_found|unknown_model|invalid_model|invalid model|not a valid model"
    r"|no endpoints found|model\b.{0,120}?(?:not found|does not exist|doesn't exist|not available)",
    re.IGNORECASE | re.DOTALL,
)
_NO_CREDIT = re.compile(r"insufficient_quota|insufficient credits|billing|payment", re.IGNORECASE)
_MODERATED = re.compile(r"content_filter|content_policy|moderation|flagged", re.IGNORECASE)
_OPTIONAL = (
    "response_format",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "usage",
)
_NOT_TAKEN = re.compile(
    r"unsupported|not supported|does not support|not permitted|unrecognized|unknown|unexpected"
    r"|extra_forbidden|not allowed|extra fields|unavailable",
    re.IGNORECASE,
)
_FIRST_SERVER_ERROR = 500
_LEAST_STATUS, _MOST_STATUS = 400, 599


@dataclass(frozen=True, slots=True)
class _Told:
    """What a reply says: its status, the endpoint's words, and its own names for the error."""

    status: int
    words: str
    marks: str
    parameter: str
    wait_s: float | None
    html: bool = False


def failure_of(reply: HttpReply, asked: Asked) -> ModelError:
    """The error that a reply with a status other than 200 means."""
    try:
        data = json.loads(reply.body)
    except ValueError:
        data = None
    return _error(_told(data, reply.status, reply, html=data is None), asked, reply)


def failure_told(data: dict[str, Json], reply: HttpReply, asked: Asked) -> ModelError:
    """The error that stands inside a reply with status 200 (OpenRouter, older llama.cpp)."""
    inner = data.get("error")
    code = inner.get("code") if isinstance(inner, dict) else None
    status = 502
    if isinstance(code, int | str) and str(code).isdigit():
        status = int(code) if _LEAST_STATUS <= int(code) <= _MOST_STATUS else status
    return _error(_told(data, status, reply), asked, reply)


def not_an_endpoint(reply: HttpReply, asked: Asked) -> ModelError:
    """The error for an address where something else than a model answers."""
    kind = reply.headers.get("content-type", "").partition(";")[0] or "nothing we can read"
    return ModelMissingError(
        f"The endpoint at {asked.url} is not a chat-completions endpoint "
        f"(status {reply.status}, {kind}).",
        fix=f"Check provider.{asked.target.provider.name}.base_url; it usually ends in /v1.",
        code="model.not_an_endpoint",
    )


def retry_after_s(headers: Mapping[str, str], now: dt.datetime | None = None) -> float | None:
    """Seconds that the endpoint asks to wait (RFC 9110 §10.2.3: seconds or a date), or None."""
    text = headers.get("retry-after-ms")
    scale = 0.001
    if text is None:
        text, scale = headers.get("retry-after"), 1.0
    if text is None:
        return None
    try:
        seconds = float(text) * scale
    except ValueError:
        return _seconds_until(text, now or dt.datetime.now(dt.UTC))
    return max(0.0, seconds) if seconds < float("inf") else None


def _seconds_until(date: str, now: dt.datetime) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(0.0, (then - now).total_seconds())


def _error(told: _Told, asked: Asked, reply: HttpReply) -> ModelError:
    """Whose fault it is, by status first and by words where a status means several things."""
    status = told.status
    if _TOO_LONG.search(f"{told.marks} {told.words}") and status not in (401, 403, 429):
        return _too_long(told, asked)
    if status == 402 or (status in (403, 429) and _NO_CREDIT.search(f"{told.marks} {told.words}")):
        return _no_credit(told, asked)
    if status in (401, 403):
        return _refused_at_the_door(told, asked)
    if status == 429:
        return RateLimitedError(
            f"{asked.who} asks to slow down{_saying(told, asked)}.", retry_after_s=told.wait_s
        )
    if status == 408:
        return ModelTimeoutError(f"{asked.who} ran out of time (408){_saying(told, asked)}.")
    if status == 413:
        return _too_long(told, asked)
    if status in (409, 425) or status >= _FIRST_SERVER_ERROR:
        return _unavailable(told, asked)
    if status in (404, 405) or status < _LEAST_STATUS:
        return _nothing_there(told, asked, reply)
    return _bad_request(told, asked)


def _too_long(told: _Told, asked: Asked) -> ModelError:
    return ContextTooLongError(
        f"The request is larger than {asked.who} can read{_saying(told, asked)}.",
        fix="Use a model with a larger window, or fewer documents for this step (`from`).",
    )


def _no_credit(told: _Told, asked: Asked) -> ModelError:
    return ModelAuthError(
        f"The account at {asked.target.provider.name} has no credit left{_saying(told, asked)}.",
        fix="Add credit there, or set another model.",
        code="model.no_credit",
    )


def _refused_at_the_door(told: _Told, asked: Asked) -> ModelError:
    provider = asked.target.provider
    if told.status == 403 and _MODERATED.search(f"{told.marks} {told.words}"):
        return ModelRefusedError(f"{asked.who} refused the text{_saying(told, asked)}.")
    if told.html:
        return ModelAuthError(
            f"Something before {provider.name} refused the call ({told.status}, a page, no JSON).",
            fix="Is a proxy or firewall in the way? Check base_url and the network.",
        )
    if not asked.target.key:
        setting = f"provider.{provider.name}.key_env to the name of the variable that holds it"
        wanted = f"the environment variable {provider.key_env}" if provider.key_env else setting
        return ModelAuthError(
            f"{provider.name} asks for a key{_saying(told, asked)}.", fix=f"Set {wanted}."
        )
    return ModelAuthError(
        f"{provider.name} refused the key ({told.status}){_saying(told, asked)}.",
        fix=f"Check {provider.key_env or 'the key file'}, and what the key may do.",
    )


def _unavailable(told: _Told, asked: Asked) -> ModelError:
    error = ModelUnavailableError(
        f"{asked.who} is not available ({told.status}){_saying(told, asked)}."
    )
    error.retry_after_s = told.wait_s
    return error


def _nothing_there(told: _Told, asked: Asked, reply: HttpReply) -> ModelError:
    if told.status >= _LEAST_STATUS and _NO_MODEL.search(f"{told.marks} {told.words}"):
        return _no_such_model(told, asked)
    if told.status < _LEAST_STATUS and reply.headers.get("location"):
        return ModelMissingError(
            f"{asked.url} sends elsewhere ({told.status}), and we do not follow.",
            fix=f"Set provider.{asked.target.provider.name}.base_url to where it leads.",
            code="model.not_an_endpoint",
        )
    return not_an_endpoint(reply, asked)


def _no_such_model(told: _Told, asked: Asked) -> ModelError:
    provider = asked.target.provider
    hint = provider.dialect.list_hint
    return ModelMissingError(
        f"{provider.name} has no model {asked.target.model!r}{_saying(told, asked)}.",
        fix=f"`casework models list {provider.name}` shows those it has. {hint}".rstrip(),
        code="model.unknown",
    )


def _bad_request(told: _Told, asked: Asked) -> ModelError:
    everything = f"{told.marks} {told.words}"
    if _NO_MODEL.search(everything):
        return _no_such_model(told, asked)
    if _MODERATED.search(everything):
        return ModelRefusedError(f"{asked.who} refused the text{_saying(told, asked)}.")
    parameter = ""
    if _NOT_TAKEN.search(everything):
        parameter = _first_named(told.parameter) or _first_named(everything)
    return ModelRequestError(
        f"{asked.who} does not accept the request ({told.status}){_saying(told, asked)}.",
        fix="Another dialect may fit this endpoint "
        f"(provider.{asked.target.provider.name}.dialect).",
        parameter=parameter,
    )


def _first_named(words: str) -> str:
    """The optional field that is named first, or ''."""
    places = {name: words.find(name) for name in _OPTIONAL if name in words}
    return min(places, key=places.__getitem__, default="")


def _saying(told: _Told, asked: Asked) -> str:
    words = asked.quoted(told.words).rstrip(".")
    return f": {words}" if words else ""


def _told(data: Json, status: int, reply: HttpReply, *, html: bool = False) -> _Told:
    """What a body says in any of the shapes that endpoints use for errors."""
    error = data.get("error", data) if isinstance(data, dict) else data
    fields = error if isinstance(error, dict) else {}
    words = error if isinstance(error, str) else _words(fields)
    marks = " ".join(str(fields.get(name) or "") for name in ("type", "code"))
    metadata = fields.get("metadata")
    if isinstance(metadata, dict):
        marks += " " + " ".join(str(key) for key in metadata)
        raw = metadata.get("raw")
        words = f"{words} ({raw})" if isinstance(raw, str) and raw else words
    parameter = str(fields.get("param") or "") or _located(fields)
    return _Told(status, words, marks, parameter, retry_after_s(reply.headers), html)


def _words(fields: Mapping[str, Json]) -> str:
    for name in ("message", "detail", "error", "msg"):
        found = fields.get(name)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, dict):
            return _words(found)
        if isinstance(found, list):
            return "; ".join(_words(item) for item in found if isinstance(item, dict))
    return ""


def _located(fields: Mapping[str, Json]) -> str:
    """The field named by a validation error in the style of pydantic (`loc`)."""
    detail: Json = fields.get("detail")
    message = fields.get("message")
    if detail is None and isinstance(message, dict):
        detail = message.get("detail")
    for item in detail if isinstance(detail, list) else ():
        if isinstance(item, dict) and isinstance(item.get("loc"), list):
            return " ".join(str(part) for part in item["loc"] or ())  # type: ignore[union-attr]
    return ""

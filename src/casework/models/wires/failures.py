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
from casework.models.wires.replies import not_an_endpoint
from casework.types.values import Json

_TOO_LONG = re.compile(
    r"context[ _](?:length|window|size)|maximum context|exceed_context|prompt is too long"
    r"|too large for model|prompt contains \d+ tokens|input length of|too many tokens"
    r"|max_tokens must be at least 1|input is too long"
    r"|exceeds? the (?:model|maximum) .{0,20}length",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(
    r"model_not_found|unknown_model|invalid_model|invalid model|not a valid model"
    r"|no endpoints found|model\b.{0,120}?(?:not found|does not exist|doesn't exist|not available)",
    re.IGNORECASE | re.DOTALL,
)
_NO_CREDIT = re.compile(
    r"insufficient_quota|insufficient credits|billing|payment|credit balance|spend(?:ing)? limit"
    r"|enforced_spend_limit",
    re.IGNORECASE,
)
_BROKE = re.compile(r"credit balance is too low|specified API usage limits", re.IGNORECASE)
_MODERATED = re.compile(r"content[_ ]filter|content_policy|moderation|flagged", re.IGNORECASE)
_OPTIONAL = (
    "response_format",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "stream_options",
    "parallel_tool_calls",
    "disable_parallel_tool_use",
    "tool_choice",
    "prompt_cache_key",
    "prompt_cache_retention",
    "random_seed",
    "seed",
    "output_config",
    "cache_control",
    "usage",
)
_NOT_TAKEN = re.compile(
    r"unsupported|not supported|does not support|not permitted|unrecognized|unknown|unexpected"
    r"|extra_forbidden|not allowed|extra fields|unavailable|deprecated|may not be enabled"
    r"|cannot be used|only supports|not available",
    re.IGNORECASE,
)
_DELAY = re.compile(r"\d{1,6}(?:\.\d{1,9})?s", re.ASCII)
_TOO_COMPLEX = re.compile(r"schema is too complex|grammar is too large", re.IGNORECASE)
_STATUSES: Mapping[str, int] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""What an error in the middle of a stream would have been as a status (Anthropic, "Errors")."""
_FIRST_SERVER_ERROR = 500
_MOST_WORDS = 4000  # of what an error says; what it means stands at its beginning
_MOST_NESTED = 4
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
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, list) and data and isinstance(data[0], dict):
        data = data[0]  # Gemini wraps its errors in a list
    return _error(_told(data, reply.status, reply, html=data is None), asked, reply)


def failure_told(data: dict[str, Json], reply: HttpReply, asked: Asked) -> ModelError:
    """The error that stands inside a reply with status 200 (OpenRouter, older llama.cpp), or that
    a stream ends with."""
    inner = data.get("error")
    code = inner.get("code") if isinstance(inner, dict) else None
    kind = inner.get("type") if isinstance(inner, dict) else None
    status = _STATUSES.get(str(kind), 502)
    if isinstance(code, str) and re.fullmatch(r"[1-9]\d\d", code, re.ASCII):
        code = int(code)
    if isinstance(code, int) and _LEAST_STATUS <= code <= _MOST_STATUS:
        status = code
    return _error(_told(data, status, reply), asked, reply)


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
    everything = f"{told.marks} {told.words}"
    if status == 402 or (status in (403, 429) and _NO_CREDIT.search(everything)):
        return _no_credit(told, asked)
    if status == 400 and _BROKE.search(everything):
        return _no_credit(told, asked)
    if status in (401, 403):
        return _refused_at_the_door(told, asked)
    if status == 429:
        return RateLimitedError(
            f"{asked.who} asks to slow down{_saying(told, asked)}.", retry_after_s=told.wait_s
        )
    if status in (408, 504):
        return ModelTimeoutError(f"{asked.who} ran out of time ({status}){_saying(told, asked)}.")
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
    parameter = "output_config" if _TOO_COMPLEX.search(everything) else ""
    if not parameter and _NOT_TAKEN.search(everything):
        parameter = _named(told.parameter) or _first_named(everything)
    return ModelRequestError(
        f"{asked.who} does not accept the request ({told.status}){_saying(told, asked)}.",
        fix="Another dialect may fit this endpoint "
        f"(provider.{asked.target.provider.name}.dialect).",
        parameter=parameter,
    )


def _named(place: str) -> str:
    """The optional field at a place such as `tools[0].function.strict`, or ''."""
    return "strict" if re.split(r"[. ]", place)[-1] == "strict" else _first_named(place)


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
    marks = " ".join(str(fields.get(name) or "")[:_MOST_WORDS] for name in ("type", "code"))
    metadata = fields.get("metadata")
    if isinstance(metadata, dict):
        marks += " " + " ".join(metadata)[:_MOST_WORDS]
        raw = metadata.get("raw")
        words = f"{words} ({raw})" if isinstance(raw, str) and raw else words
    parameter = str(fields.get("param") or "") or _located(fields)
    wait_s = retry_after_s(reply.headers)
    wait_s = _told_to_wait_s(fields) if wait_s is None else wait_s
    return _Told(status, words[:_MOST_WORDS], marks, parameter, wait_s, html)


def _told_to_wait_s(fields: Mapping[str, Json]) -> float | None:
    """Seconds to wait as Google tells them, in the body (google.rpc.RetryInfo)."""
    details = fields.get("details")
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str) and _DELAY.fullmatch(delay):
            return float(delay[:-1])
    return None


def _words(fields: Mapping[str, Json], nested: int = 0) -> str:
    for name in ("message", "detail", "error", "msg"):
        found = fields.get(name)
        if isinstance(found, str) and found:
            return found
        if nested == _MOST_NESTED:
            continue
        if isinstance(found, dict):
            return _words(found, nested + 1)
        if isinstance(found, list):
            return "; ".join(_words(item, nested + 1) for item in found if isinstance(item, dict))
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

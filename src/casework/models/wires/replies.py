"""Replies that are not even an error of a model: pages, half answers, bytes that are no text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from casework.base.errors import ModelError, ModelMissingError, ModelUnavailableError
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.types.values import Json

_TITLE = re.compile(rb"<title[^>]*>([^<]*)</title", re.IGNORECASE)
_MOST_HEAD, _MOST_TITLE = 8192, 80
_MOST_TOKENS = 1 << 40  # more is no count of tokens


def not_an_endpoint(reply: HttpReply, asked: Asked) -> ModelError:
    """The error for an address where something else than a model answers."""
    kind = reply.headers.get("content-type", "").partition(";")[0] or "nothing we can read"
    return ModelMissingError(
        f"The endpoint at {asked.url} is not a {_KINDS[asked.target.provider.dialect.wire]} "
        f"endpoint (status {reply.status}, {kind}){_looks(reply)}.",
        fix=f"Check provider.{asked.target.provider.name}.base_url; it usually ends in /v1.",
        code="model.not_an_endpoint",
    )


_KINDS: Mapping[str, str] = {
    "chat": "chat-completions",
    "messages": "messages",
    "library": "model",
}


def _looks(reply: HttpReply) -> str:
    """The title of a page, which says more than its status: a sign-in, a welcome."""
    found = _TITLE.search(reply.body[:_MOST_HEAD])
    if found is None:
        return ""
    words = " ".join(found.group(1).decode("utf-8", "replace").split())
    title = "".join(filter(str.isprintable, words))[:_MOST_TITLE]
    return f": a page titled “{title}”" if title else ""


def cut_off(asked: Asked, where: str) -> ModelUnavailableError:
    """The error for a streamed answer that is not whole."""
    return ModelUnavailableError(
        f"The streamed answer of {asked.who} was cut off ({where}); nothing of it is used.",
        fix="Try again; else look at what stands between here and the endpoint.",
    )


def interrupted(asked: Asked, reason: str) -> ModelUnavailableError:
    """The error for an answer that the endpoint itself says it did not finish."""
    return ModelUnavailableError(
        f"{asked.who} broke off its answer ({asked.quoted(reason)}); nothing of it is used.",
        fix="Try again; else try another model.",
    )


def count(value: Json) -> int:
    """A number of tokens; 0 for what is none."""
    if type(value) is not int:  # seldom; a call counts six times
        if not isinstance(value, float):
            return 0
        value = int(value) if 0 < value < _MOST_TOKENS else 0
    return value if 0 < value < _MOST_TOKENS else 0


def object_in(reply: HttpReply, asked: Asked) -> dict[str, Json]:
    """The JSON object of a reply; raises the error that anything else means."""
    try:
        data = json.loads(reply.body)
    except UnicodeDecodeError as error:
        raise ModelUnavailableError(
            f"{asked.who} answered in bytes that are no UTF-8 text.",
            fix="Look at what stands between here and the endpoint.",
        ) from error
    except (ValueError, RecursionError) as error:
        if reply.body.lstrip()[:1] == b"{":
            raise ModelUnavailableError(
                f"{asked.who} answered with JSON that breaks off after {len(reply.body)} bytes.",
                fix="Try again; else look at what stands between here and the endpoint.",
            ) from error
        raise not_an_endpoint(reply, asked) from error
    if not isinstance(data, dict):
        raise not_an_endpoint(reply, asked)
    return data

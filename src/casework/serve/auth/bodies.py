"""How much a request may bring, and how long it may take over it, before a page looks at it: a
stranger gets room for a login alone, and nobody holds a connection open without sending."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.types import Message, Receive

from casework.base.errors import RequestError

MOST = 8 << 20
MOST_OF_STRANGERS = 64 << 10
"""Bytes of a body; uploads have a limit of their own (`studio.upload_mb`)."""
_SILENT_S = 60.0
"""How long nothing may come of a body that is not whole."""
_OWN_LIMIT = re.compile(r"/uploads/[^/]+|/new/[^/]+/files|/api/v1/.*")
"""Routes that count for themselves: files are streamed, bodies of the API are JSON."""


def most_of(request: Request) -> int | None:
    """The most bytes that a request may bring; None where its route counts for itself."""
    if getattr(request.state, "person", None) is None:
        return MOST_OF_STRANGERS
    return None if _OWN_LIMIT.fullmatch(request.url.path) else MOST


def too_large(most: int) -> RequestError:
    """What is said of more."""
    room = f"{most >> 20} MB" if most >> 20 else f"{most >> 10} KB"
    return RequestError(
        f"The request brings more than {room}.",
        status=413,
        fix="Send less at once; documents are sent as files.",
        code="request.too_large",
    )


def announces_more(request: Request, most: int | None) -> bool:
    """Whether a request says itself that it brings more."""
    told = request.headers.get("content-length", "")
    return most is not None and told.isdecimal() and int(told) > most


def within(receive: Receive, most: int | None, *, silent_s: float = _SILENT_S) -> Receive:
    """The same body, which may neither be larger nor stand still."""
    size, whole = 0, False

    async def count() -> Message:
        nonlocal size, whole
        if whole:  # what comes now only tells that the other side went away
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), silent_s)
        except TimeoutError:
            raise RequestError(
                f"Nothing of the request came for {silent_s:.0f} seconds.",
                status=408,
                fix="Send it again.",
                code="request.too_slow",
            ) from None
        size += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if most is not None and size > most:
            raise too_large(most)
        return message

    return count

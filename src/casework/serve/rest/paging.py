"""Lists in pieces. A cursor names the last item that was seen, so that a list goes on right behind
it whatever came or went meanwhile. Knows no noun.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from casework.base.errors import RequestError

Item = TypeVar("Item")
MOST = 200
_ABOUT = 50
_STEP = 500
Cursor = Annotated[
    str, Query(description="Where the page before ended; without it from the beginning.")
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many items at most.")]


class Page(BaseModel, Generic[Item]):
    """Some items of a list."""

    items: list[Item]
    next: Annotated[str, Field(description="The cursor of the next page; '' at the end.")] = ""


def cursor_of(*parts: str | int) -> str:
    """An opaque cursor that holds these."""
    told = json.dumps(parts, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def parts_of(cursor: str, *kinds: type) -> list[str | int]:
    """What a cursor holds; raises `RequestError` for one that nobody gave out."""
    try:
        told = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        told = None
    fits = isinstance(told, list) and len(told) == len(kinds)
    if not fits or not all(type(one) is kind for one, kind in zip(told, kinds, strict=True)):
        raise RequestError(
            "This is no cursor of this list.",
            fix="Take `next` of the page before, or leave the cursor out.",
            code="request.cursor",
        )
    parts: list[str | int] = told
    return parts


async def paged(
    cursor: str,
    limit: int,
    fetch: Callable[[int, int], Awaitable[Sequence[Item]]],
    key: Callable[[Item], str],
) -> tuple[list[Item], str]:
    """The items of a page and the cursor of the next. `fetch` gives so many (second) from a place
    on (first); `key` tells an item from the others."""
    start = 0
    if cursor:
        last, at = parts_of(cursor, str, int)
        start = await _after(str(last), max(0, min(int(at), 1 << 40)), fetch, key)
    found = list(await fetch(start, limit + 1))
    page = found[:limit]
    more = len(found) > limit
    return page, cursor_of(key(page[-1]), start + len(page) - 1) if more else ""


async def _after(
    last: str,
    at: int,
    fetch: Callable[[int, int], Awaitable[Sequence[Item]]],
    key: Callable[[Item], str],
) -> int:
    """The place behind an item that was at `at`: looked for there, then near it, then everywhere;
    of one that is gone the place itself."""
    if any(key(item) == last for item in await fetch(at, 1)):
        return at + 1
    begin = max(0, at - _ABOUT)
    for place, item in enumerate(await fetch(begin, 2 * _ABOUT), begin):
        if key(item) == last:
            return place + 1
    begin = 0
    while items := await fetch(begin, _STEP):
        for place, item in enumerate(items, begin):
            if key(item) == last:
                return place + 1
        begin += len(items)
    return at

"""The JSON that a page's module sends along. Knows no field of it."""

from __future__ import annotations

from fastapi import Request

from casework.base.errors import UsageError


async def json_body(request: Request) -> dict[str, object]:
    """The object that a request brings; raises `UsageError` for anything else."""
    try:
        told = await request.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise UsageError("The request brings no JSON object.", fix="Load the page again.")
    return told


def texts(told: object) -> tuple[str, ...]:
    """The texts of a list; nothing for what is no list."""
    return tuple(one for one in told if isinstance(one, str)) if isinstance(told, list) else ()

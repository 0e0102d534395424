"""The cookie of a sign-in: out of reach of scripts, of other sites and, over TLS, other names."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from casework.serve.options import Options


def cookie_name(options: Options) -> str:
    """What the cookie is called. Cookies of one machine are shared by all its ports, so that
    without TLS the port is part of the name."""
    return "__Host-casework" if options.secure else f"casework-{options.port}"


def token_in(request: HTTPConnection, options: Options) -> str:
    """The token of a request, or ''."""
    return request.cookies.get(cookie_name(options), "")


def keep_token(answer: Response, token: str, options: Options, *, seconds: int) -> None:
    """Let a browser keep the token."""
    answer.set_cookie(
        cookie_name(options),
        token,
        max_age=seconds,
        path="/",
        secure=options.secure,
        httponly=True,
        samesite="strict",
    )


def drop_token(answer: Response, options: Options) -> None:
    """Let a browser forget it."""
    answer.delete_cookie(
        cookie_name(options), path="/", secure=options.secure, httponly=True, samesite="strict"
    )

"""What every request must pass before a page sees it: the right host, no other site behind it, a
key or a sign-in, and with a change the word that proves that our page sent it."""

from __future__ import annotations

import hmac
import time
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casework.serve.auth.bodies import announces_more, most_of, too_large, within
from casework.serve.auth.cookies import token_in
from casework.serve.auth.headers import HEADERS, SECURE_HEADERS
from casework.serve.auth.origin import UNSAFE, Origin, is_from_elsewhere, is_host, origin_of
from casework.serve.auth.paths import own_path
from casework.serve.house import ServeHouse
from casework.serve.pages import render
from casework.serve.problems import problem

_OPEN = ("/static/", "/sign-in", "/enter/", "/healthz", "/readyz", "/metrics")
"""What anybody may ask for: it tells nothing of the workspace."""
_FORM = "application/x-www-form-urlencoded"
_MOST_FORM = 1 << 20
_WITH_A_KEY = "Send a key in the header Authorization (Bearer ck_…); Settings, Keys makes one."
_LOOKED_EVERY_S = 30.0
"""How often it is looked at whether whoever follows a stream of events is still signed in."""


class Guard:
    """Stands around the app."""

    def __init__(self, app: ASGIApp, house: ServeHouse) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        origin = origin_of(scope, self._house.options)
        state = scope.setdefault("state", {})
        state |= {"csrf": "", "address": origin.address, "token": "", "key": ""}
        telling = _Telling(send, self._house, state)
        request = Request(scope, receive)
        refused = await self._look(request, origin)
        if refused is not None:
            await refused(scope, receive, telling)
            return
        most = most_of(request)
        if announces_more(request, most):
            error = too_large(most or 0)
            refused = problem(request, error.status, error.message, fix=error.fix, code=error.code)
            await refused(scope, receive, telling)
            return
        receive = within(receive, most)
        checked: Receive | None = receive
        if _carries_form(request):
            checked = await self._checked_form(Request(scope, receive), receive, telling)
        if checked is not None:
            await self._app(scope, checked, telling)

    async def _look(self, request: Request, origin: Origin) -> Response | None:
        """The answer to a request that may not pass."""
        options, headers = self._house.options, request.headers
        if not is_host(origin, options.hosts):
            return PlainTextResponse(
                "This studio is not called so. Open it by the address that it told when it"
                " started, or start it with --public-name.\n",
                421,
            )
        unsafe = request.method in UNSAFE
        key = headers.get("authorization", "")
        if key:
            return await self._with_key(request, key)
        if unsafe and is_from_elsewhere(headers, origin):
            return problem(
                request, 403, "Another site sent this request.", code="sign_in.other_site"
            )
        token = token_in(request, options)
        visit = (
            await self._house.workspace.entering.visit(token, machine=not options.public)
            if token
            else None
        )
        if visit is None:
            return None if _is_open(request) else _to_sign_in(request)
        request.state.person = visit.person or self._house.local
        request.state.csrf, request.state.token = visit.csrf, token
        if not unsafe or request.url.path == "/sign-in" or _carries_form(request):
            return None
        if not _same(headers.get("x-csrf-token", ""), visit.csrf):
            return _stale(request)
        return None

    async def _with_key(self, request: Request, told: str) -> Response | None:
        kind, _, secret = told.partition(" ")
        person = None
        if kind.lower() == "bearer":
            person = await self._house.workspace.keys.person_of(secret.strip())
        if person is None:
            answer = problem(
                request,
                401,
                "This key does not hold.",
                fix="Make one in the settings, under API keys.",
                code="sign_in.bad_key",
            )
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        request.state.person, request.state.key = person, secret.strip()
        return None

    async def _checked_form(self, request: Request, receive: Receive, send: Send) -> Receive | None:
        """What hands the body of a plain form to the app once its word was found right. None when
        it was not, and the request was answered."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _MOST_FORM:
                break
        told = parse_qs(body.decode("utf-8", "replace"), max_num_fields=1000).get("csrf", [""])
        if len(body) > _MOST_FORM or not _same(told[0], request.state.csrf):
            await _stale(request)(request.scope, receive, send)
            return None
        handed = False

        async def again() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again


class _Telling:
    """Sends an answer with the headers that each carries; a stream of events ends with the sign-in
    or the key of whoever follows it, and when they may do other things than at its beginning."""

    def __init__(self, send: Send, house: ServeHouse, state: dict[str, object]) -> None:
        self._send = send
        self._house = house
        self._state = state
        self._streams = False
        self._looked = time.monotonic()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            secure = self._house.options.secure
            for name, value in (SECURE_HEADERS if secure else HEADERS).items():
                headers.setdefault(name, value)
            self._streams = headers.get("content-type", "").startswith("text/event-stream")
        elif self._streams and not await self._still_here():
            message = {**message, "body": b"", "more_body": False}
        await self._send(message)

    async def _still_here(self) -> bool:
        if time.monotonic() - self._looked < _LOOKED_EVERY_S:
            return True
        self._looked = time.monotonic()
        token, key = str(self._state.get("token") or ""), str(self._state.get("key") or "")
        if key:
            now = await self._house.workspace.keys.person_of(key)
            return now is not None and now == self._state.get("person")
        public = self._house.options.public
        visit = await self._house.workspace.entering.visit(token, machine=not public)
        return visit is not None and (visit.person or self._house.local) == self._state.get(
            "person"
        )


def _is_open(request: Request) -> bool:
    path = request.url.path
    return any(path == one.rstrip("/") or path.startswith(one) for one in _OPEN)


def _carries_form(request: Request) -> bool:
    """Whether the word of a change stands in the body, where scripts are switched off."""
    headers: Headers = request.headers
    return (
        request.method == "POST"
        and bool(getattr(request.state, "token", ""))
        and request.url.path != "/sign-in"
        and "x-csrf-token" not in headers
        and headers.get("content-type", "").startswith(_FORM)
    )


def _to_sign_in(request: Request) -> Response:
    """Where somebody goes who is not signed in: people to the page, programs nowhere."""
    path = request.url.path
    whole = request.method == "GET" and "html" in request.headers.get("accept", "html")
    if whole and not request.headers.get("hx-request") and not path.startswith("/api/"):
        query = f"?{request.url.query}" if request.url.query else ""
        if request.headers.get("sec-fetch-site") == "cross-site":
            # Whoever follows a link from elsewhere comes without the strict cookie, signed in or
            # not: a page of ours asks once more.
            return render(request, "sign_in/in.html", next=own_path(path + query))
        return RedirectResponse(f"/sign-in?next={quote(path + query)}", 303)
    answer = problem(
        request,
        401,
        "Nobody is signed in, or the sign-in is over.",
        fix=_WITH_A_KEY if path.startswith("/api/") else "Sign in, then do it again.",
        code="sign_in.needed",
    )
    if request.headers.get("hx-request"):
        answer.headers["HX-Redirect"] = "/sign-in"
    return answer


def _stale(request: Request) -> Response:
    return problem(
        request,
        403,
        "This page is from another sign-in.",
        fix="Load it again, then do it once more.",
        code="sign_in.stale_page",
    )


def _same(one: str, other: str) -> bool:
    return bool(other) and hmac.compare_digest(one.encode(), other.encode())

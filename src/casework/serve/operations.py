"""For whoever keeps the server running: is it alive, is it ready, how does it do. Tells no name of
a case, file or person."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request, Response
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casework.base.errors import RightsError
from casework.base.ids import span_id
from casework.serve.auth.origin import is_proxy
from casework.serve.house import ServeHouse
from casework.serve.logs import note_request
from casework.serve.metrics import CONTENT_TYPE, Metrics
from casework.serve.rest.asking import PREFIX

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADER = b"x-request-id"
_LOOK_S = 0.5
_NO_ROUTE = "none"


class Watched:
    """Stands outside of everything: names each request, counts it and logs it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        id = state["request_id"] = _id_of(scope) or span_id()
        began, status = time.perf_counter(), 0

        async def telling(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_HEADER, id.encode())]
            await send(message)

        fault: Exception | None = None
        self._metrics.under_way.inc()
        try:
            await self._app(scope, receive, telling)
        except Exception as error:
            fault, status = error, status or 500
            raise
        finally:
            self._metrics.under_way.dec()
            seconds = time.perf_counter() - began
            route = route_of(scope)
            code = str(state.get("problem", "casework.fault" if fault else ""))
            self._metrics.request(scope["method"], route, status, seconds, code)
            person = getattr(state.get("person"), "id", "")
            told: dict[str, object] = {
                "method": scope["method"], "route": route, "status": status,
                "ms": round(seconds * 1000, 1), "person": person, "request_id": id,
            }  # fmt: skip
            note_request({**told, "code": code} if code else told, fault)


def register_operations(app: FastAPI, house: ServeHouse) -> None:
    """Hang in what is asked of the server itself, and stand around all requests."""
    metrics = Metrics(house)
    app.state.metrics = metrics
    app.add_middleware(Watched, metrics=metrics)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> Response:
        return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})

    @app.get("/readyz", include_in_schema=False)
    async def ready() -> Response:
        checks = await house.workspace.ready()
        fine = all(one.ok for one in checks)
        told = {
            "ok": fine,
            "checks": [{"name": one.name, "ok": one.ok, "words": one.words} for one in checks],
        }
        return JSONResponse(told, 200 if fine else 503, headers={"Cache-Control": "no-store"})

    @app.get("/metrics", include_in_schema=False)
    async def told_metrics(request: Request) -> Response:
        _check_reader(request, house)
        return Response(await metrics.text(), media_type=CONTENT_TYPE)


@contextlib.asynccontextmanager
async def at_work(app: FastAPI, house: ServeHouse) -> AsyncIterator[None]:
    """While it is held: the loop is watched, and webhooks are told."""
    metrics: Metrics = app.state.metrics
    deliverer = house.workspace.webhooks.deliverer()
    deaf = metrics.listen()
    tasks = [asyncio.create_task(_lag(metrics)), asyncio.create_task(deliverer.run())]
    try:
        yield
    finally:
        deaf()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def route_of(scope: Scope) -> str:
    """The template of the address that was asked for; it names nothing of the workspace."""
    path, template = str(scope["path"]), str(getattr(scope.get("route"), "path", "") or _NO_ROUTE)
    inside = path.startswith(PREFIX) and template.startswith("/")
    return f"{PREFIX}{template}" if inside and not template.startswith(PREFIX) else template


async def _lag(metrics: Metrics) -> None:
    """Note again and again by how much a short sleep was too long."""
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(_LOOK_S)
        metrics.lagged(loop.time() - before - _LOOK_S)


def _check_reader(request: Request, house: ServeHouse) -> None:
    """Whoever is signed in or has a key, and this machine itself."""
    if getattr(request.state, "person", None) is not None:
        return
    address = str(getattr(request.state, "address", ""))
    try:
        here = ipaddress.ip_address(address).is_loopback
    except ValueError:
        here = False
    # A proxy on this machine that forwards no address would make everybody this machine.
    if not here or is_proxy(address, house.options.proxies):
        raise RightsError(
            "The figures of the server are told to this machine, and to whoever has a key.",
            fix="Send Authorization: Bearer with a key that may read.",
            code="rights.not_allowed",
        )


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        told = str(value, "latin-1")
        if name == _HEADER and _ID.fullmatch(told):
            return told
    return ""

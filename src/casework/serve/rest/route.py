"""What every route of the API does before and after its own work: the body is not too large and of
the right kind, and a request that is named is not done twice. Knows no noun.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from casework.base.errors import RequestError
from casework.base.hashing import sha256_bytes
from casework.sdk.workspace import Workspace

MOST_BYTES = 4 << 20
"""The most that a body of JSON may have; files come as uploads."""
UPLOAD = "multipart/form-data"
_JSON = "application/json"
_KEY = "idempotency-key"
_LONGEST_KEY = 200
_MOST_KEPT = 1 << 20
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEPT = ("content-type", "location", "etag")
Handler = Callable[[Request], Coroutine[object, object, Response]]
Answering = Callable[[], Awaitable[Response]]


class Route(APIRoute):
    """A route of the API. One whose `openapi_extra` says that it takes files reads them itself."""

    def get_route_handler(self) -> Handler:
        """What answers a request."""
        own: Handler = super().get_route_handler()
        takes_json = self.body_field is not None
        takes_files = UPLOAD in str((self.openapi_extra or {}).get("requestBody", ""))

        async def handle(request: Request) -> Response:
            if request.method in _SAFE:
                return await own(request)
            if takes_files:
                check_kind(request, UPLOAD)
                return await own(request)
            request = Request(request.scope, limited(request.receive, MOST_BYTES))
            body = await request.body()
            if takes_json and body:
                check_kind(request, _JSON)
            told = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
            return await once(request, sha256_bytes(told + body), lambda: own(request))

        return handle


async def once(request: Request, digest: str, answer: Answering) -> Response:
    """Answer a request; one that bears an `Idempotency-Key` only the first time that it comes. Only
    what succeeded is kept, so that what was refused or went wrong may be tried again."""
    name = request.headers.get(_KEY, "")
    if not name:
        return await answer()
    if len(name) > _LONGEST_KEY or not name.isprintable():
        raise RequestError(
            "The Idempotency-Key is too long.", fix=f"Use up to {_LONGEST_KEY} letters, a UUID say."
        )
    workspace: Workspace = request.app.state.house.acting_as(request.state.person)
    before = await workspace.named_requests.begin(name, digest)
    if before is not None:
        headers = {**before.headers, "Idempotency-Replayed": "true"}
        return Response(before.answer, before.status, headers=headers)
    try:
        found = await answer()
    except Exception:
        await workspace.named_requests.drop(name)
        raise
    body = bytes(found.body) if hasattr(found, "body") else None
    if found.status_code >= 400 or body is None or len(body) > _MOST_KEPT:
        await workspace.named_requests.drop(name)
        return found
    kept = {one: found.headers[one] for one in _KEPT if one in found.headers}
    await workspace.named_requests.end(name, found.status_code, kept, body.decode())
    return found


def check_kind(request: Request, wanted: str) -> None:
    """Raise `RequestError` for a body of another kind."""
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != wanted and not (wanted == _JSON and told.endswith("+json")):
        raise RequestError(
            f"The body is {told or 'of no kind'}, not {wanted}.",
            status=415,
            fix=f"Send it with Content-Type: {wanted}.",
            code="request.content_type",
        )


def limited(receive: Receive, most: int) -> Receive:
    """The same body, which may not be larger."""
    size = 0

    async def count() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise RequestError(
                f"The body is larger than {most >> 20} MB.",
                status=413,
                fix="Send less at once; documents are sent as files.",
                code="request.too_large",
            )
        return message

    return count

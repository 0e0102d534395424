"""The API as one: its routes, its OpenAPI, and a page that tells of it."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse

from casework.serve.pages import render
from casework.serve.rest import (
    calls,
    cases,
    cells,
    changes,
    documents,
    events,
    exports,
    jobs,
    learning,
    people,
    procedure,
    review,
    runs,
    settings,
    steps,
    trust,
    webhooks,
    worksheets,
    workspace,
)
from casework.serve.rest.asking import PREFIX
from casework.serve.rest.problem import Problem
from casework.serve.rest.reference import pieces, sections_of

NOUNS = (
    workspace, worksheets, cases, cells, documents, procedure, steps, runs, changes, review, jobs,
    learning, trust, exports, calls, events, webhooks, people, settings,
)  # fmt: skip
_ABOUT = """Everything that the pages do. Sign in with a key: `Authorization: Bearer ck_…`.

Lists come in pages: `next` is the `cursor` of the next one. Unsafe requests may bear an
`Idempotency-Key`: the same one is then done once, however often it is sent within a day. Errors are
`application/problem+json` with a `code`, what happened (`detail`) and what to do next (`fix`)."""
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names the request: sent again with the same key, it is not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_UNSAFE = ("post", "put", "patch", "delete")
Spec = dict[str, object]


def register_rest(app: FastAPI) -> None:
    """Hang the API into the app."""
    api = api_router()
    app.router.routes.extend(api.routes)
    made: list[asyncio.Task[Spec]] = []

    async def specification() -> Spec:
        """Made once, beside all else, for however many ask at a time."""
        if not made or _failed(made[0]):
            made[:] = [asyncio.create_task(asyncio.to_thread(specification_of, api))]
        return await asyncio.shield(made[0])

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        return JSONResponse(await specification())

    @app.get("/api", include_in_schema=False)
    async def reference(request: Request) -> Response:
        sections = sections_of(await specification())
        return render(request, "api/page.html", sections=sections, about=_ABOUT, pieces=pieces)


def _failed(task: asyncio.Task[Spec]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


@cache
def api_router() -> APIRouter:
    """All routes of the API. Made once: they hold nothing of an app, and what is worked out for
    them with the first request serves all apps of a process."""
    api = APIRouter(prefix=PREFIX)
    for noun in NOUNS:
        api.include_router(noun.router)
    return api


def specification_of(api: APIRouter) -> Spec:
    """The OpenAPI of these routes."""
    told: Spec = get_openapi(
        title="casework",
        version=version("casework"),
        summary="A worksheet for document work.",
        description=_ABOUT,
        routes=api.routes,
        tags=[{"name": str(noun.router.tags[0]), "description": noun.__doc__} for noun in NOUNS],
    )
    components = told.setdefault("components", {})
    assert isinstance(components, dict)
    shown = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = components.setdefault("schemas", {})
    schemas.update({**shown.pop("$defs", {}), "Problem": shown})
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    told["security"] = [{"key": []}]
    paths = told["paths"]
    assert isinstance(paths, dict)
    for path in paths.values():
        for method in _UNSAFE:
            if method in path:
                path[method].setdefault("parameters", []).append(_KEY)
    return told

"""Makes the app of one open workspace: every route, and what is wrapped around each request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI

from casework.sdk.waking import waking
from casework.sdk.workspace import Workspace
from casework.serve import uploads
from casework.serve.house import Options, ServeHouse
from casework.serve.operations import at_work, register_operations
from casework.serve.problems import register_problems
from casework.serve.rest.api import register_rest
from casework.serve.security import register_security
from casework.serve.static import register_static
from casework.serve.studio import (
    calls,
    case,
    change,
    documents,
    find,
    home,
    new,
    procedure,
    review,
    runs,
    settings,
    sheet,
    steps,
)
from casework.serve.tidying import tidying

PAGES = (
    home, new, uploads, sheet, case, documents, review, procedure, runs, calls, find, settings,
    steps, change,
)  # fmt: skip


def create_app(workspace: Workspace, options: Options | None = None) -> FastAPI:
    """The app over an open workspace; whoever opened the workspace closes it afterwards."""
    house = ServeHouse(workspace, options or Options())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with at_work(app, house), tidying(house), waking(workspace):
            yield
            await house.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.house = house
    register_problems(app)
    register_security(app, house)
    register_operations(app, house)
    register_static(app, house.assets)
    register_rest(app)
    app.router.routes.extend(page_router().routes)
    return app


@cache
def page_router() -> APIRouter:
    """All routes of the pages, made once as those of the API are."""
    pages = APIRouter()
    for page in PAGES:
        pages.include_router(page.router, include_in_schema=False)
    return pages

"""The pages by which people come in: a link that works once, a password, and out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from casework.base.clock import moment
from casework.base.errors import CaseworkError, SignInError, TooManyTriesError
from casework.sdk.people.views import SignedIn
from casework.serve.auth.cookies import drop_token, keep_token, token_in
from casework.serve.auth.paths import own_path
from casework.serve.context import Here
from casework.serve.house import ServeHouse
from casework.serve.pages import render

router = APIRouter()


@router.get("/sign-in")
async def show(request: Request, next: str = "/") -> Response:
    """The page."""
    return await show_sign_in(request, next)


@router.post("/sign-in")
async def enter(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Come in with a password."""
    house: ServeHouse = request.app.state.house
    try:
        signed = await house.workspace.entering.by_password(
            login, password, address=request.state.address
        )
    except SignInError as error:
        answer = await show_sign_in(request, next, login=login, error=error)
        if isinstance(error, TooManyTriesError):
            answer.headers["Retry-After"] = str(int(error.retry_after_s or 0) + 1)
        return answer
    return signed_in(request, signed, next)


@router.get("/enter/{token}")
async def by_link(request: Request, token: str) -> Response:
    """Come in by a link. Whoever sits at the machine is in; somebody with an account is asked for
    a password first. What looks at links before people do (mail programs) uses none up: the page
    of an account only shows, and links of the machine are printed at a terminal."""
    house: ServeHouse = request.app.state.house
    entering, machine = house.workspace.entering, not house.options.public
    whom = await entering.for_whom(token)
    if whom:
        return render(request, "sign_in/password.html", token=token, login=whom, error=None)
    try:
        return signed_in(request, await entering.by_link(token, machine=machine), "/")
    except SignInError as error:
        return await show_sign_in(request, "/", error=error)


@router.post("/enter/{token}")
async def choose_password(
    request: Request, token: str, password: Annotated[str, Form()] = ""
) -> Response:
    """Choose a password, and come in."""
    house: ServeHouse = request.app.state.house
    entering = house.workspace.entering
    whom = await entering.for_whom(token) or ""
    try:
        signed = await entering.by_link(token, password=password, machine=not house.options.public)
    except CaseworkError as error:
        told = {"token": token, "login": whom, "error": error}
        return render(request, "sign_in/password.html", status=error.http_status, **told)
    return signed_in(request, signed, "/")


@router.post("/sign-out")
async def leave(here: Here, everywhere: Annotated[bool, Form()] = False) -> Response:
    """Sign out, here or everywhere."""
    options = here.house.options
    token = token_in(here.request, options)
    await here.house.workspace.entering.leave(token, everywhere=everywhere)
    answer = RedirectResponse("/sign-in", 303)
    drop_token(answer, options)
    return answer


def signed_in(request: Request, signed: SignedIn, next: str) -> Response:
    """The answer to somebody who came in: on to where they wanted to go, within these pages."""
    house: ServeHouse = request.app.state.house
    # A redirect after a link from elsewhere would go without the strict cookie: the page does it.
    answer = render(request, "sign_in/in.html", next=own_path(next))
    left = moment(signed.until) - house.workspace.now()
    keep_token(answer, signed.token, house.options, seconds=int(left.total_seconds()))
    return answer


async def show_sign_in(
    request: Request, next: str, *, login: str = "", error: CaseworkError | None = None
) -> Response:
    """The sign-in page, with what went wrong."""
    house: ServeHouse = request.app.state.house
    settings = house.workspace.settings
    return render(
        request,
        "sign_in/page.html",
        status=error.http_status if error else 200,
        next=own_path(next),
        login=login,
        error=error,
        accounts=bool(await house.workspace.people.names()),
        provider=settings.text("oidc.name") if settings.text("oidc.issuer") else "",
        machine=not house.options.public,
    )

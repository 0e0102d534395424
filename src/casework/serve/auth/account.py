"""One's own account: the password, the sign-ins, signing out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from casework.base.errors import CaseworkError
from casework.serve.auth.cookies import token_in
from casework.serve.context import Here
from casework.serve.pages import render

router = APIRouter()


@router.get("/settings/account")
async def show(here: Here) -> Response:
    """The page."""
    return await _page(here)


@router.post("/settings/account/password")
async def change_password(
    here: Here,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """Choose another password; all other sign-ins end."""
    token = token_in(here.request, here.house.options)
    try:
        await here.workspace.entering.change_password(
            old, new, token=token, address=here.request.state.address
        )
    except CaseworkError as error:
        return await _page(here, error=error)
    return await _page(here, done="Your password was changed. Other sign-ins of yours ended.")


async def _page(here: Here, *, error: CaseworkError | None = None, done: str = "") -> Response:
    token = token_in(here.request, here.house.options)
    sessions = await here.workspace.entering.sessions(token)
    return render(
        here.request,
        "settings/account.html",
        status=error.http_status if error else 200,
        sheet=None,
        sessions=sessions,
        error=error,
        done=done,
    )

"""The two pages of a sign-in with an OpenID provider: off to it, and back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from casework.base.errors import CaseworkError, NotFoundError
from casework.serve.auth.oidc import Client
from casework.serve.auth.paths import own_path
from casework.serve.auth.sign_in import show_sign_in, signed_in
from casework.serve.house import ServeHouse

router = APIRouter()
_STATE = "casework-sign-in"
_LASTS_S = 600


@router.get("/sign-in/provider")
async def begin(request: Request, next: str = "/") -> Response:
    """Off to the provider. A link leads here and no form: browsers hold our `form-action` against
    where a form is sent on to."""
    house: ServeHouse = request.app.state.house
    try:
        begun = await house.provider.begin(_client(house), own_path(next))
    except CaseworkError as error:
        return await show_sign_in(request, next, error=error)
    answer = RedirectResponse(begun.url, 303)
    # Lax, since the browser comes back from another site; it holds nothing but the state.
    answer.set_cookie(
        _STATE,
        begun.state,
        max_age=_LASTS_S,
        path="/sign-in/provider",
        secure=house.options.secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/sign-in/provider/back")
async def finish(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Back from the provider."""
    house: ServeHouse = request.app.state.house
    kept = request.cookies.get(_STATE, "")
    try:
        claimed, next = await house.provider.finish(
            _client(house), state=state, kept=kept, code=code, error=error
        )
        answer = signed_in(request, await house.workspace.entering.by_provider(claimed), next)
    except CaseworkError as problem:
        answer = await show_sign_in(request, "/", error=problem)
    answer.delete_cookie(_STATE, path="/sign-in/provider")
    return answer


def _client(house: ServeHouse) -> Client:
    settings = house.workspace.settings
    if not settings.text("oidc.issuer") or not settings.text("oidc.client_id"):
        raise NotFoundError("No OpenID provider is set.", fix="Set oidc.issuer and oidc.client_id.")
    return Client(
        settings.text("oidc.issuer"),
        settings.text("oidc.client_id"),
        house.workspace.entering.provider_secret(),
        settings.text("oidc.scopes"),
        settings.text("oidc.groups_claim"),
        f"{house.options.url}/sign-in/provider/back",
    )

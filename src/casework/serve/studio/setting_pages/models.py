"""Models: who they are, which roles they have, whether they answer, how fast."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response

from casework.base.errors import CaseworkError, SettingsError, UsageError
from casework.sdk.outdating import Outdated
from casework.serve.context import Asked, Here
from casework.serve.pages import render
from casework.serve.studio.setting_pages.section import section

router = APIRouter(prefix="/settings/models")
Reads = Literal["", "model", "embedded"]
"""Who reads documents from now on: as it is set, the default model too, or never a model."""
_READS = "extract.with"
_DEFAULT = "model.default"
_ANY = "openai:any"
"""What stands for the first default model while nobody named it: whichever it is, the same cells go
out of date."""


@router.get("")
async def show(here: Here) -> Response:
    """The section."""
    return await _shown(here)


@router.post("/roles")
async def roles(
    here: Here,
    role: Annotated[str, Form()],
    model: Annotated[str, Form()] = "",
    reads: Annotated[Reads, Form()] = "",
) -> Response:
    """Give a role to a model, or take it away."""
    await _keep_reading(here, reads)
    changed = await here.workspace.configuration.put(f"model.{role}", model)
    told = f"The model of the role {role} is {model}." if model else f"{role} has none of its own."
    return await _shown(here, done=f"{told} {changed.lacks}".strip())


@router.post("/add")
async def add(
    here: Here,
    provider: Annotated[str, Form()],
    address: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    model: Annotated[str, Form()] = "",
    reads: Annotated[Reads, Form()] = "",
) -> Response:
    """Set a provider up: its address where it has none, its key, and the default model."""
    configuration, name = here.workspace.configuration, provider.strip().lower()
    if not name:
        raise UsageError("No provider was named.", fix="Choose one, or write a name for yours.")
    if address.strip():
        await configuration.put(f"provider.{name}.base_url", address)
    if key.strip():
        await configuration.keep_key(name, key)
    if model.strip():
        await _keep_reading(here, reads)
        await configuration.put(_DEFAULT, _full(name, model))
    return await _shown(here, done=f"{name} is set up.")


@router.post("/key")
async def key(
    here: Here, provider: Annotated[str, Form()], key: Annotated[str, Form()] = ""
) -> Response:
    """Keep the key of a provider, or remove it."""
    await here.workspace.configuration.keep_key(provider, key)
    told = "is kept in your key file" if key.strip() else "was removed from your key file"
    return await _shown(here, done=f"The key of {provider} {told}.")


@router.post("/trust")
async def trust(here: Here) -> Response:
    """Trust what the workspace's own file says."""
    found = await here.workspace.configuration.trust()
    return await _shown(here, done=f"{len(found)} settings of this workspace are trusted now.")


@router.post("/test")
async def test(here: Here, model: Annotated[str, Form()]) -> Response:
    """Ask a model for one word."""
    found = await here.workspace.configuration.check(model)
    return render(here.request, "settings/_tested.html", tested=found, timed=None)


@router.post("/time")
async def time(here: Here, model: Annotated[str, Form()]) -> Response:
    """Ask a model five times for a short text."""
    found = await here.workspace.configuration.time(model)
    return render(here.request, "settings/_tested.html", tested=None, timed=found)


@router.get("/outdated")
async def outdated(
    here: Here, role: str = "default", model: str = "", provider: str = "", address: str = ""
) -> Response:
    """What goes out of date once a model is kept, counted beside the page that asks for it. In the
    form that adds a provider the first default model is counted before it is named."""
    configuration = here.workspace.configuration
    name, adds = provider.strip().lower(), "provider" in here.request.query_params
    asked = {f"model.{role}": _full(name, model)}
    if adds and not model.strip():
        known = (await configuration.roles())["default"]
        asked = {} if known else {_DEFAULT: _ANY}
    if adds and name and address.strip():
        asked[f"provider.{name}.base_url"] = address.strip()
    try:
        found = await configuration.outdated(asked) if asked else Outdated()
    except SettingsError:  # half a name or half an address: there will be a whole one
        found = Outdated()
    return render(here.request, "settings/_outdated.html", found=found, silent=not asked)


@router.get("/of")
async def of(here: Here, provider: str = "") -> Response:
    """The models that a provider says it has, for completion."""
    names: tuple[str, ...] = ()
    if here.may("manage") and provider:
        try:
            names = await here.workspace.configuration.models(provider)
        except CaseworkError:
            names = ()
    return render(here.request, "settings/_names.html", names=names)


def _full(provider: str, model: str) -> str:
    """A model with its provider before it."""
    told = model.strip()
    return told if ":" in told or not provider or not told else f"{provider}:{told}"


async def _keep_reading(here: Asked, reads: Reads) -> None:
    """Say who reads documents before a model is set, so that no cell is out of date between."""
    if reads == "embedded":
        await here.workspace.configuration.put(_READS, reads)


async def _shown(here: Asked, *, done: str = "") -> Response:
    configuration = here.workspace.configuration
    found = await configuration.providers()
    used = [one for one in found if one.used_by or one.models or one.key == "set"]
    return section(
        here,
        "models",
        used=used,
        others=[one for one in found if one not in used],
        roles=await configuration.roles(),
        known=sorted({use.model for one in found for use in one.models}),
        untrusted=await configuration.untrusted(),
        done=done,
    )

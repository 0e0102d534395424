"""Settings, keys and models of a user or a workspace, without opening the workspace's store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import NotFoundError, SettingsError, UsageError
from casework.base.keys import write_key
from casework.base.settings import (
    FILE,
    Found,
    is_trusted,
    load,
    read_value,
    specification,
    trust,
    user_folder,
    write,
)
from casework.sdk.models import check_model, list_providers
from casework.sdk.views import ModelTest, ModelView
from casework.store.database import FILE as DATABASE

if TYPE_CHECKING:
    from casework.models.gateway import Gateway

HOW_TO_TRUST = "Look at them with casework settings; if they are right: casework settings trust"
"""What to do about models and providers that only the file of a workspace names."""


def settings_in_force(workspace: Path | None) -> list[Found]:
    """Every setting with its value and where it came from."""
    return list(load(workspace).all())


def setting_in_force(workspace: Path | None, name: str) -> Found:
    """One setting with its value and where it came from."""
    known = load(workspace).found.get(name)
    spec = specification(name)
    return known or Found(spec, name, spec.default, "default")


def untrusted_settings(workspace: Path | None) -> list[Found]:
    """Models and providers that the workspace's file names and that do not count: nobody trusted
    them on this machine."""
    return sorted(load(workspace).untrusted.values(), key=lambda item: item.name)


def trust_settings(workspace: Path | None) -> list[Found]:
    """Trust the models and providers that the workspace's file names now; returns them."""
    return list(trust(_file(workspace, user=False).parent))


def set_setting(workspace: Path | None, name: str, raw: str, *, user: bool = False) -> Path:
    """Keep a setting for the workspace, or for this user; returns the file it was written to.

    What is written here is trusted here, unless the file named models or providers before that
    nobody trusted.
    """
    if not raw.strip():
        raise UsageError(
            f"{name} was given no value.", fix=f"To go back: casework settings unset {name}"
        )
    read_value(name, raw)
    return _write(workspace, name, raw, user)


def unset_setting(workspace: Path | None, name: str, *, user: bool = False) -> Path:
    """Take a setting out of the file of the workspace or of this user."""
    specification(name)
    return _write(workspace, name, "", user)


def keep_key(workspace: Path | None, provider: str, key: str) -> Path:
    """Keep the key of a provider in this user's key file (mode 0600); '' removes it."""
    from casework.sdk.wire import endpoints_of

    known = endpoints_of(load(workspace)).providers
    if provider not in known:
        raise SettingsError(
            f"There is no provider {provider!r}.",
            fix=f"Use one of {', '.join(sorted(known))}, "
            f"or add it: casework settings set provider.{provider}.base_url ADDRESS",
        )
    text = key.strip()
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise UsageError(f"The key for {provider} has blanks in it.", fix="Copy it once more.")
    return write_key(provider, text)


def models_in_force(workspace: Path | None) -> list[ModelView]:
    """Every provider that is configured or known, configured ones first."""
    from casework.sdk.wire import endpoints_of

    return list_providers(endpoints_of(load(workspace)))


async def models_of(workspace: Path | None, provider: str) -> tuple[str, ...]:
    """The models that a provider says it has, as `provider:model`. Asked is only a provider that a
    setting names, or one on this machine."""
    async with _gateway(workspace) as gateway:
        return await gateway.list_models(provider)


async def try_model(workspace: Path | None, model: str) -> ModelTest:
    """One tiny call to a model, recorded in the workspace if there is one. It goes out only to a
    provider that a setting names, or to this machine."""
    async with _gateway(workspace) as gateway:
        return await check_model(gateway, model)


@asynccontextmanager
async def _gateway(workspace: Path | None) -> AsyncIterator[Gateway]:
    """The way out to models: that of the workspace, which records each call, or a bare one."""
    from casework.models.border import Border
    from casework.models.gateway import Gateway
    from casework.sdk.wire import build, endpoints_of, transport_of
    from casework.store.store import Store

    if workspace is not None:
        house = await build(workspace, Store.open)
        try:
            yield house.gateway
        finally:
            await house.close()
        return
    endpoints = endpoints_of(load())
    gateway = Gateway(endpoints, Border(transport_of(endpoints), endpoints.hosts))
    try:
        yield gateway
    finally:
        await gateway.close()


def _write(workspace: Path | None, name: str, raw: str, user: bool) -> Path:
    """Write to the file; a workspace that was trusted stays so."""
    file = _file(workspace, user)
    if not raw and not file.is_file():
        return file
    keep = not user and is_trusted(file.parent)
    write(file, name, raw)
    if keep:
        trust(file.parent)
    return file


def _file(workspace: Path | None, user: bool) -> Path:
    if user:
        return user_folder() / FILE
    if workspace is None:
        raise NotFoundError(
            "There is no workspace here to keep the setting for.",
            fix="Name one with --workspace FOLDER, or keep it for yourself with --user.",
        )
    if not (workspace / DATABASE).is_file():
        raise NotFoundError(
            f"{workspace} is no casework workspace.", fix="Make one with: casework init FOLDER"
        )
    return workspace / FILE

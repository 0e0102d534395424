"""Settings, keys and models of a user or a workspace, without opening the workspace's store."""

from __future__ import annotations

from pathlib import Path

from casework.base.errors import NotFoundError, SettingsError, UsageError
from casework.base.keys import write_key
from casework.base.settings import Found, load, read_value, specification, user_folder, write
from casework.sdk.models import check_model, list_providers
from casework.sdk.views import ModelTest, ModelView
from casework.store.database import FILE as DATABASE

FILE = "settings.toml"


def settings_in_force(workspace: Path | None) -> list[Found]:
    """Every setting with its value and where it came from."""
    return list(load(workspace).all())


def setting_in_force(workspace: Path | None, name: str) -> Found:
    """One setting with its value and where it came from."""
    known = load(workspace).found.get(name)
    spec = specification(name)
    return known or Found(spec, name, spec.default, "default")


def set_setting(workspace: Path | None, name: str, raw: str, *, user: bool = False) -> Path:
    """Keep a setting for the workspace, or for this user; returns the file it was written to."""
    if not raw.strip():
        raise UsageError(
            f"{name} was given no value.", fix=f"To go back: casework settings unset {name}"
        )
    read_value(name, raw)
    file = _file(workspace, user)
    write(file, name, raw)
    return file


def unset_setting(workspace: Path | None, name: str, *, user: bool = False) -> Path:
    """Take a setting out of the file of the workspace or of this user."""
    specification(name)
    file = _file(workspace, user)
    if file.is_file():
        write(file, name, "")
    return file


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


async def try_model(workspace: Path | None, model: str) -> ModelTest:
    """One tiny call to a model, recorded in the workspace if there is one. It goes out only to a
    provider that a setting names, or to this machine."""
    if workspace is not None:
        from casework.sdk.wire import build
        from casework.store.store import Store

        house = await build(workspace, Store.open)
        try:
            return await check_model(house.gateway, model)
        finally:
            await house.close()
    return await _try_outside(model)


async def _try_outside(model: str) -> ModelTest:
    from casework.models.border import Border
    from casework.models.gateway import Gateway
    from casework.models.transport import AiohttpTransport
    from casework.sdk.wire import endpoints_of

    endpoints = endpoints_of(load())
    gateway = Gateway(endpoints, Border(AiohttpTransport(), endpoints.hosts))
    try:
        return await check_model(gateway, model)
    finally:
        await gateway.close()


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

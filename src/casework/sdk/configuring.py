"""Settings and keys of a user or a workspace, without opening the workspace's store."""

from __future__ import annotations

from pathlib import Path

from casework.base.errors import CaseworkError, NotFoundError, SettingsError, UsageError
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
from casework.models.names import ROLES
from casework.sdk.home import KEYS, check_workspace

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
    if name.endswith(".base_url") and not raw.strip().startswith(("http://", "https://")):
        raise UsageError(
            f"{name} is an address, and {raw.strip()!r} does not say how it is spoken to.",
            fix=f"Write it with its beginning, such as http://{raw.strip()}",
        )
    return _write(workspace, name, raw, user)


def what_a_model_lacks(workspace: Path | None, name: str) -> str:
    """Why the model of a setting `model.ROLE` cannot be asked yet, in words; '' when it can, or
    when the setting is of something else."""
    from casework.sdk.wired.model_calls import endpoints_of

    prefix, _, role = name.partition(".")
    settings = load(workspace)
    if prefix != "model" or role not in ROLES or not settings.text(name):
        return ""
    try:
        endpoints_of(settings).target(role)
    except CaseworkError as error:
        return str(error)
    return ""


def unset_setting(workspace: Path | None, name: str, *, user: bool = False) -> Path:
    """Take a setting out of the file of the workspace or of this user."""
    specification(name)
    return _write(workspace, name, "", user)


def keep_key(workspace: Path | None, provider: str, key: str) -> Path:
    """Keep the key of a provider or a store in this user's key file (mode 0600); '' removes it."""
    from casework.sdk.wired.model_calls import endpoints_of

    known = endpoints_of(load(workspace)).providers
    if provider not in known and provider not in KEYS:
        raise SettingsError(
            f"There is no provider {provider!r}.",
            fix=f"Use one of {', '.join(sorted((*known, *KEYS)))}, "
            f"or add it: casework settings set provider.{provider}.base_url ADDRESS",
        )
    text = key.strip()
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise UsageError(f"The key for {provider} has blanks in it.", fix="Copy it once more.")
    return write_key(provider, text)


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
    check_workspace(workspace)
    return workspace / FILE

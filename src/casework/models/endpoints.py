"""What is configured: which model a role means, and whether calls to it are allowed.

Built from plain settings; reads no file and no environment itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from casework.base.errors import ModelMissingError, SettingsError
from casework.models.names import (
    ROLES,
    ModelName,
    Provider,
    Target,
    built_in_providers,
    is_loopback,
    parse_model_name,
)
from casework.models.wires.dialects import dialect_named

DEFAULT_ROLE = "default"
Setting = str | int | float | bool
FindKey = Callable[[str, str], str | None]
"""From a provider's name and its environment variable to its key, or None."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What is configured: roles, and providers by name. Build it with `build_endpoints`.

    A provider is configured when a setting names it or a role uses it. Built-in providers on this
    machine (such as ollama) need no configuration to be named in a procedure.
    """

    providers: Mapping[str, Provider]
    roles: Mapping[str, str]
    configured: frozenset[str]
    find_key: FindKey = field(repr=False)

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts that calls may go to."""
        return frozenset(self.providers[name].host for name in self.configured)

    def name_of(self, wanted: str) -> ModelName:
        """The model that a role or a name means. Raises `ModelMissingError` when it is none yet."""
        word = wanted.strip() or DEFAULT_ROLE
        if ":" in word:
            return parse_model_name(word)
        model = self.roles.get(word) or (self.roles.get(DEFAULT_ROLE) if word in ROLES else None)
        if model:
            return parse_model_name(model)
        if word not in ROLES and word not in self.roles:
            raise SettingsError(
                f"{word!r} is neither a role nor provider:model.",
                fix=f"Roles: {', '.join(ROLES)}. A model is written like openai:gpt-5-mini.",
            )
        raise ModelMissingError(_no_model(word), fix=_how_to_set(word))

    def target(self, wanted: str) -> Target:
        """Where a request for this role or model goes.

        Raises `ModelMissingError` naming the setting or variable that is missing.
        """
        name = self.name_of(wanted)
        provider = self.provider(name.provider)
        key = self.find_key(provider.name, provider.key_env) or ""
        if provider.key_env and not key:
            raise ModelMissingError(
                f"The model {name} needs a key, and there is none for {provider.name}.",
                fix=f"Set the environment variable {provider.key_env}, or keep the key in your "
                "key file (see `casework models`).",
                code="model.key_missing",
            )
        return Target(provider, name.model, key)

    def provider(self, name: str) -> Provider:
        """The provider of this name if calls to it are allowed; else `ModelMissingError`."""
        provider = self.providers.get(name)
        if provider is None:
            near = difflib.get_close_matches(name, self.providers, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise ModelMissingError(
                f"There is no provider {name!r}.",
                fix=f"{hint}Set provider.{name}.base_url to add it, or use one of: "
                f"{', '.join(sorted(self.providers))}.",
            )
        if name not in self.configured and not is_loopback(provider.base_url):
            raise ModelMissingError(
                f"The provider {name} is not configured, so nothing is sent to {provider.host}.",
                fix=f"To allow it, set model.default to one of its models, or set "
                f"provider.{name}.base_url to {provider.base_url}.",
            )
        return provider


def build_endpoints(
    *,
    roles: Mapping[str, str],
    providers: Mapping[str, Mapping[str, Setting]],
    find_key: FindKey,
    concurrency: int = 16,
    timeout_s: float = 120.0,
) -> Endpoints:
    """What is configured, from plain settings over the built-in table.

    `roles` maps role to `provider:model` ('' means unset); `providers` holds `base_url`, `key_env`,
    `dialect`, `concurrency`, `timeout_s`, `requests_per_minute` by provider. Raises `SettingsError`
    for what cannot be.
    """
    known = {
        name: replace(provider, concurrency=concurrency, timeout_s=timeout_s)
        for name, provider in built_in_providers().items()
    }
    for name, told in providers.items():
        known[name] = _changed(name, known.get(name), told, concurrency, timeout_s)
    set_roles = {role: model for role, model in roles.items() if model}
    used = {parse_model_name(model).provider for model in set_roles.values()}
    configured = frozenset((used | providers.keys()) & known.keys())
    return Endpoints(known, set_roles, configured, find_key)


def _changed(
    name: str,
    before: Provider | None,
    told: Mapping[str, Setting],
    concurrency: int,
    timeout_s: float,
) -> Provider:
    base_url = str(told.get("base_url") or (before.base_url if before else ""))
    if not base_url:
        raise SettingsError(
            f"The provider {name!r} has no address.", fix=f"Set provider.{name}.base_url."
        )
    _check_url(name, base_url)
    dialect = str(told.get("dialect") or "")
    rate = float(told.get("requests_per_minute") or 0)
    return Provider(
        name,
        base_url.rstrip("/"),
        dialect_named(dialect or (before.dialect.name if before else "compatible")),
        key_env=str(told.get("key_env") or (before.key_env if before else "")),
        timeout_s=float(told.get("timeout_s") or timeout_s),
        concurrency=int(told.get("concurrency") or concurrency),
        requests_per_minute=rate or None,
    )


def _check_url(provider: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
        parts = urlsplit("")
    if not fine:
        raise SettingsError(
            f"provider.{provider}.base_url is not an address of the web.",
            fix="Write it like http://localhost:8000/v1.",
        )
    if parts.username or parts.password:
        raise SettingsError(
            f"provider.{provider}.base_url holds a name or password.",
            fix="Keys belong in the environment or the key file; take it out of the address.",
        )
    if parts.query or parts.fragment:
        raise SettingsError(
            f"provider.{provider}.base_url has a `?` or `#` part.",
            fix="Write only the address up to and with /v1.",
        )


def _no_model(role: str) -> str:
    if role == DEFAULT_ROLE:
        return "No language model is configured."
    return f"No language model is configured for the role {role}."


def _how_to_set(role: str) -> str:
    extra = "" if role == DEFAULT_ROLE else f" or model.{role}"
    return (
        f"Set model.default{extra} (or the environment variable "
        f"CASEWORK_MODEL_{role.upper()}) to provider:model, such as ollama:llama3.2 or "
        "openai:gpt-5-mini."
    )

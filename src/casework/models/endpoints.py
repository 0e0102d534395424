"""What is configured: which model a role means, and whether calls to it are allowed.

Built from plain settings; reads no file and no environment itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from casework.base.errors import ModelAuthError, ModelError, ModelMissingError, SettingsError
from casework.models.hosts import is_loopback
from casework.models.key_turns import KeyTurns, is_the_keys_fault
from casework.models.names import (
    ROLES,
    ModelName,
    Provider,
    Target,
    built_in_providers,
    parse_model_name,
)
from casework.models.network import DIRECT, Network, with_scheme
from casework.models.wires.dialects import dialect_named

DEFAULT_ROLE = "default"
Setting = str | int | float | bool
FindKey = Callable[[str, str], str | tuple[str, ...] | None]
"""From a provider's name and its environment variable to its key or keys, or None."""


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
    turns: KeyTurns = field(default_factory=KeyTurns, repr=False, compare=False)

    @property
    def hosts(self) -> frozenset[str]:
        """Hosts that calls may go to."""
        named = (self.providers[name] for name in self.configured)
        return frozenset(provider.host for provider in named if provider.base_url)

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
        keys = self.keys_of(provider)
        if provider.key_env and not keys:
            raise ModelMissingError(
                f"The model {name} needs a key, and there is none for {provider.name}.",
                fix=f"Set the environment variable {provider.key_env}, or keep the key in your "
                "key file (see `casework models`).",
                code="model.key_missing",
            )
        return Target(provider, name.model, self.turns.take(provider.name, keys))

    def target_of(self, provider: str) -> Target:
        """Where a request goes that names no model, such as a listing of them."""
        found = self.provider(provider)
        return Target(found, "", self.turns.take(found.name, self.keys_of(found)))

    def with_another_key(self, target: Target, error: ModelError) -> Target | None:
        """The same place with another key, after an error that is the fault of this one, which
        rests; None when there is no other."""
        keys = self.keys_of(target.provider)
        if len(keys) < 2 or not is_the_keys_fault(error):
            return None
        self.turns.rest(target.key, error)
        awake = self.turns.awake(keys)
        if not awake or target.key in awake:
            return None
        return replace(target, key=self.turns.take(target.provider.name, awake))

    def keys_of(self, provider: Provider) -> tuple[str, ...]:
        """The keys that are there for a provider now; raises `ModelAuthError` for what can be none,
        before anything leaves."""
        found = self.find_key(provider.name, provider.key_env)
        told = found if isinstance(found, tuple) else (found or "",)
        keys = tuple(key for each in told if (key := each.strip()))
        if not all(key.isascii() and key.isprintable() for key in keys):
            raise ModelAuthError(
                f"A key of {provider.name} holds signs that no key has.",
                fix="Copy it again, without quotation marks or line breaks inside.",
            )
        return keys

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
        if not provider.base_url:
            raise ModelMissingError(
                f"The provider {name} has no address yet: everybody has their own.",
                fix=f"Set provider.{name}.base_url, for Azure to "
                "https://RESOURCE.openai.azure.com/openai/v1.",
                code="model.address_missing",
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
    idle_s: float = 60.0,
    also: Iterable[str] = (),
) -> Endpoints:
    """What is configured, from plain settings over the built-in table.

    `roles` maps role to `provider:model` ('' means unset); `providers` holds by provider what
    stands in `PROVIDER_SETTINGS`, and `timeout_s`; `also` are roles or models that may be asked as
    well. Raises `SettingsError` for what cannot be.
    """
    usual = Provider(
        "",
        "",
        dialect_named("compatible"),
        concurrency=concurrency,
        timeout_s=timeout_s,
        idle_s=idle_s,
    )
    known = {
        name: replace(provider, concurrency=concurrency, timeout_s=timeout_s, idle_s=idle_s)
        for name, provider in built_in_providers().items()
    }
    for name, told in providers.items():
        known[name] = _changed(replace(known.get(name, usual), name=name), told)
    set_roles = {role: model for role, model in roles.items() if model}
    named = {*set_roles.values(), *(model for model in also if ":" in model)}
    used = {parse_model_name(model).provider for model in named}
    configured = frozenset((used | providers.keys()) & known.keys())
    return Endpoints(known, set_roles, configured, find_key)


def _changed(before: Provider, told: Mapping[str, Setting]) -> Provider:
    name = before.name
    base_url = str(told.get("base_url") or before.base_url)
    if not base_url:
        raise SettingsError(
            f"The provider {name!r} has no address.", fix=f"Set provider.{name}.base_url."
        )
    _check_url(name, base_url)
    dialect = str(told.get("dialect") or "")
    return replace(
        before,
        base_url=base_url.rstrip("/"),
        dialect=dialect_named(dialect) if dialect else before.dialect,
        key_env=str(told.get("key_env") or before.key_env),
        timeout_s=float(told.get("timeout_s") or before.timeout_s),
        concurrency=int(told.get("concurrency") or before.concurrency),
        requests_per_minute=float(told.get("requests_per_minute") or 0) or None,
        tokens_per_minute=float(told.get("tokens_per_minute") or 0) or None,
        network=_network(name, told),
        api_version=str(told.get("api_version") or before.api_version),
    )


def _network(provider: str, told: Mapping[str, Setting]) -> Network | None:
    """The way to this provider where a setting of its own says something; else None."""
    proxy = with_scheme(str(told.get("proxy") or ""))
    if proxy not in ("", DIRECT):
        _check_proxy(provider, proxy)
    network = Network(
        proxy,
        proxy,
        (),
        str(told.get("ca") or ""),
        str(told.get("client_cert") or ""),
        str(told.get("client_key") or ""),
    )
    if network.client_key and not network.client_certificate:
        raise SettingsError(
            f"provider.{provider}.client_key is set without a certificate.",
            fix=f"Set provider.{provider}.client_cert to the file of the certificate.",
        )
    return None if network == Network() else network


def _check_proxy(provider: str, proxy: str) -> None:
    try:
        parts = urlsplit(proxy)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine, parts = False, urlsplit("")
    if not fine:
        raise SettingsError(
            f"provider.{provider}.proxy is not an address of a proxy.",
            fix="Write it like http://proxy.example:3128, or direct for none.",
        )
    if parts.username or parts.password:
        raise SettingsError(
            f"provider.{provider}.proxy holds a name or password.",
            fix="A proxy that asks for them is named in the environment (HTTPS_PROXY).",
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

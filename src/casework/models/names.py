"""Names of models, and the providers that serve them. Knows no setting and no environment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from urllib.parse import urlsplit

from casework.base.errors import SettingsError
from casework.models.hosts import host_of, is_loopback
from casework.models.network import Network
from casework.models.wires.dialects import Dialect, dialect_named

ROLES = ("default", "small", "best", "vision")


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model of a provider, written `provider:model`. The model may hold colons itself."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"


def parse_model_name(text: str) -> ModelName:
    """Read `provider:model`; raises `SettingsError` saying how it is written."""
    provider, colon, model = text.strip().partition(":")
    if not colon or not provider or not model:
        raise SettingsError(
            f"{text!r} is not the name of a model.",
            fix=f"Write provider:model, such as openai:gpt-5-mini, or a role ({', '.join(ROLES)}).",
        )
    return ModelName(provider, model)


@dataclass(frozen=True, slots=True)
class Provider:
    """An endpoint that serves models. `base_url` goes up to and with `/v1`; `key_env` names the
    environment variable of its key ('' when it takes none). `network` is how one gets to it, where
    that differs from the rest; `api_version` goes into the address where an endpoint wants one.
    """

    name: str
    base_url: str
    dialect: Dialect
    key_env: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 120.0
    concurrency: int = 16
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    idle_s: float = 60.0
    network: Network | None = None
    api_version: str = ""

    @property
    def host(self) -> str:
        """Host and port, as the border compares them."""
        return host_of(self.base_url)

    @property
    def unencrypted(self) -> bool:
        """Whether texts and keys can be read on the way: plain http to another machine."""
        return urlsplit(self.base_url).scheme == "http" and not is_loopback(self.base_url)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: a provider, one of its models, and the key (never shown)."""

    provider: Provider
    model: str
    key: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.provider.name}:{self.model}"


@lru_cache(maxsize=1)
def built_in_providers() -> Mapping[str, Provider]:
    """The providers that casework knows by name."""
    text = resources.files("casework.models").joinpath("providers.toml").read_text("utf-8")
    return {
        name: Provider(name, row["base_url"], dialect_named(row["dialect"]), key_env=row["key_env"])
        for name, row in tomllib.loads(text).items()
        if isinstance(row, dict)
    }

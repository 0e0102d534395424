"""A scripted model server, and what asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from casework.models.border import Border
from casework.models.endpoints import Endpoints, build_endpoints
from casework.models.gateway import Gateway
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.steps.choice import ModelChoice


@dataclass(frozen=True)
class Model:
    """A gateway to the scripted server and the choice of it as the default model."""

    gateway: Gateway
    choice: ModelChoice


@pytest.fixture(scope="session")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def endpoints(base_url: str = "", model: str = "") -> Endpoints:
    """Endpoints with the scripted server as the provider `house`, or with no model set."""
    providers = {"house": {"base_url": base_url, "key_env": ""}} if base_url else {}
    roles = {"default": model}
    return build_endpoints(roles=roles, providers=providers, find_key=lambda *_: None)


@pytest.fixture
async def model(server: ScriptedServer) -> AsyncIterator[Model]:
    configured = endpoints(server.base_url, "house:scripted")
    gateway = Gateway(configured, Border(AiohttpTransport(), configured.hosts))
    yield Model(gateway, ModelChoice(configured))
    await gateway.close()

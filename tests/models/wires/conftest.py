"""A speaker to the scripted server, as a provider named `house`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from casework.models.border import Border, Departure
from casework.models.endpoints import build_endpoints
from casework.models.names import Target
from casework.models.speaker import Speaker
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.types.message import ModelAnswer, ModelRequest


@dataclass
class Voice:
    """Speaks to one endpoint; what left is noted."""

    speaker: Speaker
    target: Target
    departures: list[Departure]

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        return await self.speaker.ask(self.target, request)


Speak = Callable[..., Voice]


@pytest.fixture
async def speak(server: ScriptedServer) -> AsyncIterator[Speak]:
    """Makes voices and closes them."""
    opened: list[Border] = []

    def make(
        dialect: str = "openai",
        *,
        model: str = "scripted-small",
        keys: tuple[str, ...] = ("sk-of-the-house",),
        provider: str = "house",
        **told: str | float,
    ) -> Voice:
        endpoints = build_endpoints(
            roles={"default": f"{provider}:{model}"},
            providers={
                provider: {"base_url": server.base_url, "dialect": dialect, "timeout_s": 10, **told}
            },
            find_key=lambda name, variable: keys,
            idle_s=0.5,
        )
        departures: list[Departure] = []
        border = Border(AiohttpTransport(), endpoints.hosts, sink=departures.append)
        opened.append(border)
        return Voice(Speaker(endpoints, border), endpoints.target("default"), departures)

    yield make
    for border in opened:
        await border.close()

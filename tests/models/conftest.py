"""One scripted server for all tests of this room, and a gateway that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from casework.base.clock import SystemClock
from casework.base.retry import RetryPolicy
from casework.models.border import Border, Departure
from casework.models.endpoints import build_endpoints
from casework.models.gateway import Gateway, Outfit
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport
from casework.types.message import Message, ModelRequest
from casework.types.values import Json

KEY = "sk-proj-0123456789abcdefSECRET"
SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {"value": {"type": "string"}, "quote": {"type": "string"}},
    "required": ["value", "quote"],
    "additionalProperties": False,
}
_LINE = "The total due is EUR 12.30, net of all taxes."
DOCUMENT = f'<document name="bill.txt">\n[page 2]\n{_LINE}\n</document>'


def ask_for(
    text: str = DOCUMENT,
    *,
    model: str = "default",
    schema: dict[str, Json] | None = SCHEMA,
    system: str = "Read the value.",
    most: int | None = None,
) -> ModelRequest:
    """A small request with a document in it."""
    turns = (Message("system", system), Message("user", text))
    return ModelRequest(model, turns, schema, schema_name="price", max_output_tokens=most)


class SkippingClock(SystemClock):
    """The machine's clock, but sleeping takes no time: it is skipped and noted."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def monotonic_s(self) -> float:
        return super().monotonic_s() + sum(self.waits)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@dataclass
class Door:
    """A gateway with everything that can be looked at. Waits between tries take no time."""

    gateway: Gateway
    departures: list[Departure]
    waits: list[float]


OpenDoor = Callable[..., Door]


@pytest.fixture(scope="session")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
async def open_door(server: ScriptedServer) -> AsyncIterator[OpenDoor]:
    """Opens gateways to the scripted server as a provider named `house`, and closes them."""
    opened: list[Gateway] = []

    def open_one(
        dialect: str = "openai",
        *,
        model: str = "scripted-small",
        key: str = KEY,
        tries: int = 3,
        total_s: float = 120.0,
        timeout_s: float = 10.0,
        concurrency: int = 16,
        outfit: Outfit | None = None,
        base_url: str = "",
        requests_per_minute: float = 0,
    ) -> Door:
        endpoints = build_endpoints(
            roles={"default": f"house:{model}"},
            providers={
                "house": {
                    "base_url": base_url or server.base_url,
                    "dialect": dialect,
                    "key_env": "HOUSE_KEY" if key else "",
                    "timeout_s": timeout_s,
                    "concurrency": concurrency,
                    "requests_per_minute": requests_per_minute,
                }
            },
            find_key=lambda provider, variable: key or None,
        )
        departures: list[Departure] = []
        clock = SkippingClock()
        border = Border(AiohttpTransport(), endpoints.hosts, sink=departures.append)
        worn = replace(outfit or Outfit(), policy=RetryPolicy(tries=tries, total_s=total_s))
        gateway = Gateway(endpoints, border, worn, clock=clock, seed=1, sleep=clock.sleep)
        opened.append(gateway)
        return Door(gateway, departures, clock.waits)

    yield open_one
    for gateway in opened:
        await gateway.close()

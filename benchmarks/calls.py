"""CPU of one model call through the gateway, beside a bare aiohttp loop in the same run.

    .venv/bin/python benchmarks/calls.py --calls 4000 --concurrency 64 --latency-ms 50 --json

Every call carries a text of 1.2 kB and a schema, and gets JSON with a quote. Ours passes names,
slots, border (with a record of what left), retry loop, span, wire and prices; the bare loop posts
the same bytes and reads JSON. CPU is of this process alone; the scripted server is another.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp

from casework.base import aio
from casework.models.border import Border, Departure
from casework.models.endpoints import Endpoints, build_endpoints
from casework.models.gateway import Gateway, Outfit
from casework.models.testing import ScriptedServer
from casework.models.transport import AiohttpTransport, HttpCall, HttpReply, HttpStream
from casework.models.wires.openai import PATH, ChatWire
from casework.observe.collect import collecting
from casework.store.store import Store
from casework.types.message import Message, ModelRequest
from casework.types.span import Whose
from casework.types.values import Json

_TEXT = "\n".join(f"Item {n}: delivery of part {n * 7}, EUR {n}.50 net" for n in range(1, 26))
_SCHEMA = {
    "type": "object",
    "properties": {
        "value": {"type": ["string", "null"]},
        "absence": {"type": ["string", "null"], "enum": ["stated_absent", "not_found", None]},
        "quote": {"type": "string"},
        "document": {"type": "string"},
    },
    "required": ["value", "absence", "quote", "document"],
    "additionalProperties": False,
}


def request(number: int) -> ModelRequest:
    """The `number`-th request; no two are the same."""
    document = f"<document name='{number}.txt'>\nOrder {number}\n{_TEXT}\n</document>"
    return ModelRequest(
        "default",
        (
            Message("system", "You read values from documents and quote where they stand."),
            Message("user", f"The price of the third item.\n{document}"),
        ),
        _SCHEMA,  # type: ignore[arg-type]
        schema_name="price",
    )


async def in_flight(
    one: Callable[[int], Awaitable[None]], numbers: range, concurrency: int
) -> float:
    """CPU ms a call with so many under way."""
    waiting = iter(numbers)

    async def worker() -> None:
        for number in waiting:
            await one(number)

    began = time.process_time()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return (time.process_time() - began) * 1000 / len(numbers)


def endpoints_of(server: ScriptedServer, concurrency: int = 16) -> Endpoints:
    """The server as OpenAI."""
    return build_endpoints(
        roles={"default": "openai:scripted-small"},
        providers={"openai": {"base_url": server.base_url, "concurrency": concurrency}},
        find_key=lambda provider, variable: "sk-scripted",
    )


async def ours(server: ScriptedServer, numbers: range, concurrency: int) -> float:
    """CPU ms a call through the gateway."""
    departures: list[Departure] = []
    endpoints = endpoints_of(server, concurrency)
    border = Border(AiohttpTransport(), endpoints.hosts, sink=departures.append)
    gateway = Gateway(endpoints, border)

    async def one(number: int) -> None:
        with collecting() as collected:
            answer = await gateway.ask(request(number))
        assert json.loads(answer.text)["quote"]
        assert len(collected.spans) == 1

    await in_flight(one, range(-concurrency, 0), concurrency)
    cpu_ms = await in_flight(one, numbers, concurrency)
    assert len(departures) == len(numbers) + concurrency
    await gateway.close()
    return cpu_ms


async def worn(server: ScriptedServer, numbers: range, concurrency: int, parts: str) -> float:
    """CPU ms a call in a workspace: what left is recorded in its store; with `ledger` other
    processes hear of rates, with `cache` every answer is looked up before and kept after."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "workspace")
        endpoints = endpoints_of(server, concurrency)
        border = Border(AiohttpTransport(), endpoints.hosts, sink=store.outgoing.note)
        outfit = Outfit(
            cache=store.answers if "cache" in parts else None,
            ledger=store.rates if "ledger" in parts else None,
        )
        gateway = Gateway(endpoints, border, outfit)
        whose = Whose("run", "case", "step", "a-worksheet-of-some-length-0001")

        async def one(number: int) -> None:
            with collecting(whose=whose):
                await gateway.ask(request(number))

        await in_flight(one, range(-concurrency, 0), concurrency)
        cpu_ms = await in_flight(one, numbers, concurrency)
        await gateway.close()
        await store.close()
    return cpu_ms


class InMemory:
    """A transport that has the reply already: what is left is our own work."""

    def __init__(self, reply: HttpReply) -> None:
        self._reply = reply

    async def send(self, call: HttpCall) -> HttpReply:
        return self._reply

    def stream(self, call: HttpCall) -> AbstractAsyncContextManager[HttpStream]:
        raise NotImplementedError

    async def close(self) -> None:
        return None


async def without_network(server: ScriptedServer, numbers: range) -> float:
    """CPU ms a call of everything but the network."""
    carrier = AiohttpTransport()
    endpoints = endpoints_of(server)
    body = ChatWire().body(request(0), endpoints.target("default"))
    reply = await carrier.send(HttpCall(server.base_url + PATH, body))
    await carrier.close()
    departures: list[Departure] = []
    memory = InMemory(HttpReply(reply.status, dict(reply.headers), reply.body))
    gateway = Gateway(endpoints, Border(memory, endpoints.hosts, sink=departures.append))

    async def one(number: int) -> None:
        with collecting():
            await gateway.ask(request(number))

    return await in_flight(one, numbers, 1)


async def bare(server: ScriptedServer, numbers: range, concurrency: int) -> float:
    """CPU ms a call of the smallest loop that posts the same bytes and reads the JSON."""
    wire, target = ChatWire(), endpoints_of(server).target("default")
    url, headers = server.base_url + PATH, {"Authorization": "Bearer x"}
    headers["Content-Type"] = "application/json"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128)) as session:

        async def one(number: int) -> None:
            body = wire.body(request(number), target)
            async with session.post(url, data=body, headers=headers) as response:
                data = json.loads(await response.read())
            assert json.loads(data["choices"][0]["message"]["content"])["quote"]

        await in_flight(one, range(-concurrency, 0), concurrency)
        return await in_flight(one, numbers, concurrency)


async def measure(options: argparse.Namespace) -> dict[str, float]:
    """Both, in turns; the least disturbed round of each counts."""
    rules: list[Json] = [{"answer": {"value": "21.50", "quote": "EUR 21.50 net"}}]
    async with ScriptedServer(rules=rules, latency_ms=options.latency_ms) as server:
        mine, theirs, own, walls = [], [], [], []
        stored: dict[str, list[float]] = {"": [], "ledger": [], "ledger, cache": []}
        for turn in range(options.rounds):
            numbers = range(turn * options.calls, (turn + 1) * options.calls)
            theirs.append(await bare(server, numbers, options.concurrency))
            began = time.perf_counter()
            mine.append(await ours(server, numbers, options.concurrency))
            walls.append(options.calls / (time.perf_counter() - began))
            own.append(await without_network(server, numbers))
            for parts, found in stored.items():
                found.append(await worn(server, numbers, options.concurrency, parts))
    ours_ms, bare_ms = min(mine), min(theirs)
    return {
        "calls": options.calls,
        "rounds": options.rounds,
        "concurrency": options.concurrency,
        "cpu_ms_per_call": round(ours_ms, 4),
        "bare_cpu_ms_per_call": round(bare_ms, 4),
        "ratio": round(ours_ms / bare_ms, 3),
        "without_network_cpu_ms": round(min(own), 4),
        "in_a_workspace_cpu_ms": round(min(stored[""]), 4),
        "with_ledger_cpu_ms": round(min(stored["ledger"]), 4),
        "with_ledger_and_cache_cpu_ms": round(min(stored["ledger, cache"]), 4),
        "calls_per_s": round(max(walls)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--json", action="store_true", help="only the JSON line")
    options = parser.parse_args()
    profile = cProfile.Profile() if options.profile else None
    if profile is not None:
        profile.enable()
    result = aio.run(measure(options))
    if profile is not None:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)
    if not options.json:
        print(f"{result['cpu_ms_per_call']} ms CPU a call, {result['ratio']} of a bare loop")
    print(json.dumps(result))


if __name__ == "__main__":
    main()

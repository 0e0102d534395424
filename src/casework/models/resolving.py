"""Leads names to addresses, leaving out those that may not be called. Decides nothing itself."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver


async def addresses_of(host: str, port: int) -> list[str]:
    """The addresses that a name leads to from here, each once; none for one that is not known."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # of a name that is longer than names may be, too
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def admitting_resolver(admit: Callable[[str], bool]) -> AbstractResolver:
    """The usual resolver without the addresses that `admit` refuses: what a name led to when it was
    looked at and what it leads to now may be two things, so it is looked at here."""
    from aiohttp.abc import AbstractResolver, ResolveResult
    from aiohttp.resolver import ThreadedResolver

    class Admitting(AbstractResolver):
        def __init__(self) -> None:
            self._usual = ThreadedResolver()

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            found = await self._usual.resolve(host, port, family)
            kept = [one for one in found if admit(one["host"])]
            if found and not kept:
                raise OSError(f"{host} leads to an address of a private network")
            return kept

        async def close(self) -> None:
            await self._usual.close()

    return Admitting()

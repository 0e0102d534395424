"""Whether a workspace can be worked with now: its database answers and is of this version's schema,
and the disk has room. Tells no name of anything in it."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass

from casework.sdk.wire import House
from casework.store.readiness import newest_version, schema_version

_LONGEST_S = 3.0
_LEAST_BYTES = 100 << 20


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    words: str


async def readiness(house: House) -> tuple[Check, ...]:
    """What was looked at, and what is wrong with it."""
    return (*await _database(house), await asyncio.to_thread(_disk, house))


async def _database(house: House) -> tuple[Check, ...]:
    try:
        async with asyncio.timeout(_LONGEST_S):
            version = await schema_version(house.store.database)
    except TimeoutError:
        words = f"It does not answer within {_LONGEST_S:g} s."
        return (Check("database", False, words), Check("schema", False, "It is not known."))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready, and told as such
        words = f"It cannot be read ({type(error).__name__})."
        return (Check("database", False, words), Check("schema", False, "It is not known."))
    wanted = newest_version()
    current = version == wanted
    told = f"version {version}" if current else f"version {version}, this casework needs {wanted}"
    return (Check("database", True, "It answers."), Check("schema", current, told))


def _disk(house: House) -> Check:
    try:
        free = shutil.disk_usage(house.folder).free
    except OSError as error:
        return Check("disk", False, f"The workspace cannot be seen ({error.strerror}).")
    return Check("disk", free >= _LEAST_BYTES, f"{free >> 20:,} MB are free.")

"""A store on a fresh folder, and on a fresh schema of a Postgres server: tests of behaviour ask for
`store` alone and run on both kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.store.home import Home
from casework.store.store import Store


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest) -> Home:
    """Where a store keeps its rows."""
    if request.param == "sqlite":
        return Home()
    return Home(request.getfixturevalue("schema"))


Reopen = Callable[[], Awaitable[Store]]


@pytest.fixture
async def reopen(tmp_path: Path, home: Home, clock: FrozenClock) -> AsyncIterator[Reopen]:
    """Opens the workspace of `store` once more, as another program would."""
    opened: list[Store] = []

    async def again() -> Store:
        opened.append(await Store.open_at(tmp_path / "workspace", home, clock))
        return opened[-1]

    yield again
    for one in opened:
        await one.close()


@pytest.fixture
async def store(tmp_path: Path, home: Home, clock: FrozenClock) -> AsyncIterator[Store]:
    made = await Store.create_at(tmp_path / "workspace", home, clock)
    yield made
    await made.close()

"""A store on a fresh folder. Tests of behaviour ask for `store` alone, whichever kind it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.clock import FrozenClock
from casework.store.store import Store


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[Store]:
    made = Store.create(tmp_path / "workspace", clock)
    yield made
    await made.close()

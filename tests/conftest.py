"""What holds for the tests of every room: a Postgres server and a schema of it for those that keep
something there, and properties whose examples may take their time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from tests.store.servers import NONE, REQUIRED, postgres_url

# A busy machine is slow, and that is no failure: speed is measured in benchmarks.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

_SLOW = Path(__file__).parent / "serve"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that at the end no worker waits long for another's last file."""
    items.sort(key=lambda item: not item.path.is_relative_to(_SLOW))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a Postgres database; the test is left out, loudly, where there is none."""
    url = postgres_url()
    if not url and os.environ.get(REQUIRED):
        pytest.fail(NONE)
    if not url:
        pytest.skip(NONE)
    return url


@pytest.fixture
async def schema(postgres_server: str) -> AsyncIterator[str]:
    """The address of a schema that is not there yet; what is made there is dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    yield f"{postgres_server}?schema={name}"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
    await connection.close()

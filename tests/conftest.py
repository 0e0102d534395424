"""A Postgres server, and a schema of it, for the tests of every room that keeps something there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from tests.store.servers import NONE, REQUIRED, postgres_url


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

"""One engine for the tests of a file: sessions are reused, as in a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework.base.aio import Bridge
from casework.sandbox.rules import RuleEngine
from tests.sandbox.asking import Ask


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    bridge = Bridge()
    engine = RuleEngine(seconds=1.0, memory_mb=64)
    yield Ask(engine, bridge)
    bridge.call(engine.close())
    bridge.close()

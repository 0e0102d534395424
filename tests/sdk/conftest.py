"""A workspace of one's own, and a configuration that nobody else has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace

PROCEDURE = """# Invoice check
"We" are Norton Ltd.

## Invoice number

## Net
- type: money

## VAT
- type: money

## Total due
- type: money
The amount payable, including tax.

## Sums agree
`{Net} + {VAT} == {Total due}`

## Decision
- type: choice: pay, query

`"pay" if {Sums agree} else "query"`
"""


def invoice(number: str, *, net: str = "100.00", vat: str = "19.00", total: str = "119.00") -> str:
    """A small invoice as text."""
    return (
        f"INVOICE\n\nInvoice number: {number}\nInvoice date: 2026-03-04\n\n"
        f"Net amount: EUR {net}\nVAT 19 %: EUR {vat}\nTotal due: EUR {total}\n"
    )


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and keys of this test alone."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("CASEWORK_CONFIG", str(folder))
    monkeypatch.setenv("CASEWORK_PARSE_WORKERS", "1")  # each has to start, for a handful of files
    for name in ("OPENAI_API_KEY", "MISTRAL_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    async with await Workspace.create(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def procedure(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.md"
    path.write_text(PROCEDURE, "utf-8")
    return path


@pytest.fixture(scope="session")
def one_server() -> Iterator[ScriptedServer]:
    """The scripted model server of all tests."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def server(one_server: ScriptedServer) -> ScriptedServer:
    """It plays nothing of what the test before told it to."""
    one_server.play()
    return one_server


def use_model(folder: Path, server: ScriptedServer, dialect: str = "openai") -> None:
    """Configure the scripted server as the default model."""
    (folder / "settings.toml").write_text(
        f'[model]\ndefault = "test:scripted"\ntries = 2\n'
        f'[provider.test]\nbase_url = "{server.base_url}"\ndialect = "{dialect}"\n',
        "utf-8",
    )

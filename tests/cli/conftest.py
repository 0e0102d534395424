"""A small worksheet, run once for real and copied for each test, and the command line to use it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from casework.cli.app import make_app

PROCEDURE = """# Bills

## Supplier
The company that issued the bill.

## Net
- type: money

## VAT
- type: money

## Total due
- type: money

## Sums agree
- type: yes/no

`{Net} + {VAT} == {Total due}`

## Remark
Say in one sentence what {Supplier} sells, as far as its name tells.
"""
BILLS = {
    "alder.txt": ("Alder Ltd", "100.00", "19.00", "119.00"),
    "birch.txt": ("Birch & Sons", "200.00", "38.00", "250.00"),
    "cedar.txt": ("Cedar GmbH", "50.00", "9.50", "59.50"),
}


class Answer:
    """What a command line printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def flat(self) -> str:
        """Output and errors as one line, however they were folded."""
        return " ".join(f"{self.out} {self.err}".replace("\u00a0", " ").split())

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Cli = Callable[..., Answer]


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own settings, keys or tracebacks are touched."""
    monkeypatch.setenv("CASEWORK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("CASEWORK_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("CASEWORK_WORKSPACE", "CASEWORK_MODEL_DEFAULT", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def invoke(*words: object, input: str = "") -> Answer:
    """Run a command line in this process."""
    result = CliRunner().invoke(make_app(), [str(word) for word in words], input=input)
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three bills and the procedure beside it."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "bills").mkdir()
    (folder / "bills.md").write_text(PROCEDURE, "utf-8")
    for name, (supplier, net, vat, total) in BILLS.items():
        text = f"Supplier: {supplier}\nNet: EUR {net}\nVAT: EUR {vat}\nTotal due: EUR {total}\n"
        (folder / "bills" / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, documents: Path) -> Path:
    """A workspace in which the bills were run."""
    folder = tmp_path_factory.mktemp("finished") / "workspace"
    made = [
        invoke("init", folder),
        invoke(
            "add", documents / "bills", "-s", "bills", "-p", documents / "bills.md", "-w", folder
        ),
        invoke("run", "-w", folder),
    ]
    assert [answer.code for answer in made] == [0, 0, 0], [a.flat for a in made]
    return folder


@pytest.fixture
def cli(finished: Path, tmp_path: Path) -> Cli:
    """Command lines on a copy of the finished workspace."""
    folder = tmp_path / "workspace"
    shutil.copytree(finished, folder)

    def run(*words: object, input: str = "") -> Answer:
        return invoke(*words, "-w", folder, input=input)

    return run

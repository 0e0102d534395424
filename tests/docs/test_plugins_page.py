"""The plug-in of the page is built from the page, installed, and reads a file."""

from __future__ import annotations

import ast
import io
import os
import re
import sys
import tomllib
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from casework.cli.app import make_app
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from tests.docs.pages import page
from tests.plugins.package import install

_FILE = re.compile(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENGINE = """
import io
import wave

def segments(data):
    with wave.open(io.BytesIO(data)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    yield 0.0, "The total due is 119.00 EUR."
    yield seconds, "Goodbye."
"""


def _package(name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What the page says of the plug-in of this name: its project, and its modules by path."""
    found = _FILE.findall(page("plugins.md"))
    projects = [tomllib.loads(text)["project"] for path, text in found if path == "pyproject.toml"]
    (project,) = [one for one in projects if name in one["entry-points"]["casework"]]
    module = project["entry-points"]["casework"][name]
    return project, {path: text for path, text in found if path.startswith(f"{module}/")}


def _recording(seconds: int) -> bytes:
    """Silence of so many seconds."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(100)
        sound.writeframes(bytes(100 * seconds))
    return target.getvalue()


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package of the page, installed, with an engine that needs no model."""
    project, files = _package("recordings")
    ast.parse(files.pop("casework_recordings/engine.py"))
    files["casework_recordings/engine.py"] = _ENGINE
    site = tmp_path / "site"
    ((name, entry),) = project["entry-points"]["casework"].items()
    assert name == "recordings"
    install(site, name, files, entry=entry, version=project["version"])
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("CASEWORK_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    _forget()
    (tmp_path / "call.wav").write_bytes(_recording(75))
    return tmp_path


def _forget() -> None:
    """As a new process begins: nothing of the plug-in is imported."""
    for name in [name for name in sys.modules if name.startswith("casework_recordings")]:
        del sys.modules[name]


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(make_app(), list(arguments))
    return done.exit_code, " ".join(done.output.split())


async def test_a_recording_becomes_a_document_with_times(plugin: Path) -> None:
    (plugin / "steps.md").write_text("# Calls\n\n## Total due\n- type: money\n")
    async with await Workspace.create(plugin / "work") as workspace:
        worksheet = await workspace.new_worksheet("calls", plugin / "steps.md")
        added = await worksheet.add(plugin / "call.wav")
        assert added.cases[0].files[0].state == "read"
        await worksheet.run()
        cell = await worksheet.cell("call", "total-due")
        assert cell.cell.value == {"amount": "119.00", "currency": "EUR"}
        (case,) = await worksheet.cases()
        (document,) = case.documents
        assert (document.reader, document.reader_version) == ("recordings", "1")


async def test_a_newer_version_of_a_reader_makes_what_reads_its_documents_stale(
    plugin: Path,
) -> None:
    (plugin / "steps.md").write_text("# Calls\n\n## Total due\n- type: money\n")
    async with await Workspace.create(plugin / "work") as workspace:
        worksheet = await workspace.new_worksheet("calls", plugin / "steps.md")
        await worksheet.add(plugin / "call.wav")
        await worksheet.run()
        assert (await worksheet.plan()).count() == 0
    hook = plugin / "site" / "casework_recordings" / "__init__.py"
    hook.write_text(hook.read_text().replace('version="1"', 'version="2"'))
    later = hook.stat().st_mtime + 2  # compiled code goes by whole seconds
    os.utime(hook, (later, later))
    _forget()
    async with await Workspace.open(plugin / "work") as workspace:
        worksheet = await workspace.worksheet("calls")
        assert (await worksheet.plan()).count() == 0
        await worksheet.add(plugin / "call.wav")
        assert (await worksheet.plan()).count() == 1
        (document,) = (await worksheet.cases())[0].documents
        assert document.reader_version == "2"


def test_the_commands_of_the_page_do_what_it_says(plugin: Path) -> None:
    assert _run("plugins") == (
        0,
        "✓ loaded recordings recordings 1.0 reads a sound recording",
    )
    assert _run("init", "work")[0] == 0
    (plugin / "steps.md").write_text("# Calls\n\n## Total due\n- type: money\n")
    code, told = _run(
        *("add", "call.wav", "--worksheet", "calls", "--procedure", "steps.md", "-w", "work")
    )
    assert code == 0, told
    assert _run("settings", "set", "plugins.off", "recordings", "-w", "work")[0] == 0
    assert "off recordings" in _run("plugins", "-w", "work")[1]


def test_doctor_names_a_plugin_that_is_broken(plugin: Path) -> None:
    reader = plugin / "site" / "casework_recordings" / "reader.py"
    reader.write_text("import nowhere_to_be_found\n")
    code, told = _run("doctor")
    assert code == 1
    assert "recordings (recordings): The plug-in 'recordings' has a reader" in told
    assert "casework settings set plugins.off recordings" in told


@pytest.fixture
def by_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package of the page that brings an estimator, installed and chosen."""
    project, files = _package("by-place")
    site = tmp_path / "site"
    install(site, "by-place", files, entry="casework_by_place", version=project["version"])
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("CASEWORK_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("CASEWORK_LEARN_ESTIMATOR", "by_place")
    monkeypatch.setenv("CASEWORK_LEARN_AUTO", "no")
    for name in [name for name in sys.modules if name.startswith("casework_by_place")]:
        del sys.modules[name]
    return tmp_path


NOTE = "FILE NOTE\n\nZqx: {first}\n\nVrb: {second}\n\nWpl: Hamburg, 3 May 2026\n"
NAMES = ("Anna Berg", "Boris Klein", "Clara Stein", "David Wolff", "Emma Lang", "Felix Rau")
OTHERS = ("Karl Maier", "Lena Huber", "Max Vogel", "Nora Frank", "Otto Seidel", "Paula Ernst")


@asynccontextmanager
async def _taught(folder: Path) -> AsyncIterator[Worksheet]:
    """A worksheet of notes in which a person corrected the second name into each."""
    (folder / "steps.md").write_text("# Notes\n\n## Handler\nWho handles it on our side\n")
    inbox = folder / "inbox"
    inbox.mkdir()
    for at, (first, second) in enumerate(zip(OTHERS, NAMES, strict=True)):
        (inbox / f"{at}.txt").write_text(NOTE.format(first=first, second=second))
    async with await Workspace.create(folder / "work") as workspace:
        sheet = await workspace.new_worksheet("notes", folder / "steps.md")
        await sheet.add(inbox)
        await sheet.run()
        for at, name in enumerate(NAMES):
            await sheet.correct(str(at), "handler", name)
        yield sheet


async def test_the_estimator_of_the_page_learns_from_corrections(by_place: Path) -> None:
    async with _taught(by_place) as sheet:
        (version,) = await sheet.learning.fit()
    assert (version.estimator, version.state) == ("by_place", "offered")
    assert version.gate.after > version.gate.before


def test_an_estimator_is_listed_among_what_a_plugin_offers(by_place: Path) -> None:
    assert "loaded by-place by-place 1.0 learns by by_place" in _run("plugins")[1]
    file = by_place / "site" / "casework_by_place" / "estimator.py"
    file.write_text("import nowhere_to_be_found\n")
    for name in [name for name in sys.modules if name.startswith("casework_by_place")]:
        del sys.modules[name]
    code, told = _run("plugins")
    assert code == 1
    assert "has an estimator 'by_place' that does not load (ModuleNotFoundError" in told


async def test_where_the_estimator_of_a_plugin_fails_ours_learns_and_says_why(
    by_place: Path,
) -> None:
    file = by_place / "site" / "casework_by_place" / "estimator.py"
    file.write_text(file.read_text().replace("PULL * (", "PULL * np.nan * ("))
    async with _taught(by_place) as sheet:
        (version,) = await sheet.learning.fit()
    assert (version.estimator, version.state) == ("conditional_logit", "offered")
    assert "plug-in 'by-place' has an estimator 'by_place'" in version.reason
    assert "scores that are no numbers" in version.reason

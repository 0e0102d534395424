"""The plug-in of the page is built from the page, installed, and reads a file."""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner

from casework.cli.app import make_app
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
    files = dict(_FILE.findall(page("plugins.md")))
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
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

"""The program as scripts and people meet it: a process of its own, its exit codes, its help."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from casework import __version__
from casework.cli.app import make_app
from casework.cli.command import CaseworkGroup, command
from casework.cli.door import Door
from casework.cli.failure import tell_fault
from tests.cli.conftest import Answer, invoke

SRC = Path(__file__).parents[2] / "src"
DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def started(*words: object) -> subprocess.Popen[str]:
    """The program, started."""
    environment = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "casework.cli.main", *(str(word) for word in words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        encoding="utf-8",
    )


def program(*words: object) -> Answer:
    """The program, run to its end."""
    process = started(*words)
    out, err = process.communicate(timeout=60)
    return Answer(process.returncode, out, err)


def commands() -> Iterator[tuple[str, object]]:
    """Every command that is no group, by the words that call it."""

    def below(group: TyperGroup, path: str) -> Iterator[tuple[str, object]]:
        for name, inner in group.commands.items():
            if isinstance(inner, TyperGroup):
                yield from below(inner, f"{path}{name} ")
            else:
                yield f"{path}{name}", inner

    group = typer.main.get_command(make_app())
    assert isinstance(group, TyperGroup)
    return below(group, "")


COMMANDS = dict(commands())


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_stands_in_the_docs(words: str) -> None:
    answer = invoke(*words.split(), "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: casework {words}")
    head = answer.out.partition("Example")[2].splitlines()[1]
    assert head.strip().startswith("casework") or "| casework" in head
    assert f"**`casework {words}" in DOCS.read_text("utf-8")
    for option in ("--json", "--workspace", "--debug"):
        assert option in answer.out


def test_every_documented_command_exists() -> None:
    headings = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("**`")]
    told = [line.partition("`")[2].partition("`")[0].removeprefix("casework ") for line in headings]
    for words in told:
        assert words == "--version" or any(words.startswith(name) for name in COMMANDS), words


def test_the_help_lists_the_commands_and_the_exit_codes() -> None:
    answer = program("--help")
    assert answer.code == 0
    assert all(name.split()[0] in answer.out for name in COMMANDS)
    for code in ("0 done", "1 an error", "2 the command line", "3 with run --strict", "130"):
        assert code in answer.flat
    assert program().out == answer.out


def test_the_version_is_said_and_loads_nothing_heavy() -> None:
    assert program("--version").out == f"casework {__version__}\n"
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    code = (
        "import sys; sys.argv=['casework','--version'];"
        "from casework.cli.main import main; main();"
        "sys.exit(any(name in sys.modules for name in ('typer', 'rich', 'aiohttp', 'numpy')))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )


@pytest.mark.parametrize("library", ["aiohttp", "numpy", "pydantic", "pypdfium2", "sqlite3"])
def test_help_does_not_load(library: str) -> None:
    code = (
        "import sys; sys.argv=['casework','--help']\n"
        "from casework.cli.main import main\n"
        "try: main()\n"
        f"except SystemExit: sys.exit({library!r} in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=False, capture_output=True
    )
    assert told.returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["shwo"], 2, "Did you mean 'show'?"),
        (["procedure", "chek"], 2, "Did you mean 'check'?"),
        (["show", "--jsno"], 2, "--json"),
        (["move", "a.pdf"], 2, "--case"),
        (["show", "-w", "/no/such/folder"], 1, "is no casework workspace"),
    ],
)
def test_mistakes_end_with_their_code_and_a_hint(words: list[str], code: int, message: str) -> None:
    answer = program(*words)
    assert answer.code == code
    assert message in answer.flat
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_errors_are_one_json_document_on_stdout() -> None:
    answer = program("show", "-w", "/no/such/folder", "--json")
    assert answer.code == 1
    assert answer.err == ""
    error = answer.json["error"]
    assert error["code"] == "not_found"
    assert error["status"] == 404
    misuse = program("shwo", "--json")
    assert misuse.code == 2
    assert misuse.json["error"]["code"] == "usage.invalid"


def test_options_for_all_may_stand_before_the_command(finished: Path) -> None:
    answer = program("-w", finished, "--json", "cases")
    assert answer.code == 0
    assert len(answer.json["cases"]) == 3


def test_a_reader_that_goes_away_is_no_traceback(finished: Path) -> None:
    process = started("show", "-w", finished)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=60)
    assert "Traceback" not in err
    process.stderr.close()


def _values(folder: Path) -> int:
    """How many cells of a workspace hold a value by now."""
    found: int = invoke("show", "-w", folder, "--json").json["states"].get("value", 0)
    return found


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_an_interrupt_keeps_what_is_finished_and_a_run_goes_on(
    documents: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "stopped"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        for words in (
            ["init", folder],
            ["settings", "set", "provider.silent.base_url", address, "-w", folder],
            ["settings", "set", "extract.with", "embedded", "-w", folder],
            ["settings", "set", "model.default", "silent:model", "-w", folder],
            ["add", documents / "bills", "-p", documents / "bills.md", "-w", folder],
        ):
            assert invoke(*words).code == 0
        process = started("run", "-w", folder)
        silent.settimeout(60)
        call, _ = silent.accept()
        until = time.monotonic() + 60
        while _values(folder) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        call.close()
    assert process.returncode == 130
    assert "Everything finished so far is kept; run again to go on." in " ".join(err.split())
    states = invoke("show", "-w", folder, "--json").json["states"]
    assert states["value"] >= 3
    invoke("settings", "unset", "model.default", "-w", folder)
    assert invoke("run", "-w", folder, "--json").json["states"] == {"value": 15, "waiting": 3}


def test_a_fault_of_ours_is_one_line_and_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        raise ZeroDivisionError("no such luck")
    except ZeroDivisionError as error:
        code = tell_fault(error, ["run", "--password", "walnut"], json=False, debug=False)
    told = capsys.readouterr()
    assert code == 1
    assert "ZeroDivisionError: no such luck" in told.err
    assert "Traceback" not in told.err
    (written,) = (tmp_path / "state" / "tracebacks").glob("*.txt")
    assert str(written) in told.err.replace("\n       ", "")
    text = written.read_text("utf-8")
    assert "Traceback" in text
    assert "casework run" in text
    assert "walnut" not in text


def test_a_command_that_bursts_ends_with_code_1_and_no_traceback(tmp_path: Path) -> None:
    app = typer.Typer(cls=CaseworkGroup)
    app.callback()(lambda: None)

    async def burst(door: Door) -> None:
        """Go wrong."""
        raise ZeroDivisionError("no such luck")

    async def wait(door: Door) -> None:
        """Be stopped."""
        raise KeyboardInterrupt

    command(app, "burst", examples=["casework burst"])(burst)
    command(app, "wait", examples=["casework wait"])(wait)
    result = CliRunner().invoke(app, ["burst", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "internal.error"
    assert len(list((tmp_path / "state" / "tracebacks").glob("*.txt"))) == 1
    assert CliRunner().invoke(app, ["wait"]).exit_code == 130


def test_a_fault_with_debug_shows_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ZeroDivisionError("no such luck")
    except ZeroDivisionError as error:
        tell_fault(error, ["run"], json=True, debug=True)
    told = capsys.readouterr()
    assert "Traceback" in told.err
    assert json.loads(told.out)["error"]["code"] == "internal.error"

"""Law 10: without a model nothing needs a network, and nothing reaches for one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_GUARD = """
import runpy, socket, sys

def refuse(*asked, **more):
    raise SystemExit(f"something reached for the network: {asked}")

socket.getaddrinfo = refuse
socket.create_connection = refuse
sys.argv = ["casework", *sys.argv[1:]]
runpy.run_module("casework.cli.main", run_name="__main__")
"""


def _fence() -> list[str]:
    """A network namespace with nothing in it, where the system lets us have one."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    fence = [unshare, "-rn"]
    done = subprocess.run([*fence, "true"], capture_output=True, check=False, timeout=20)
    return fence if done.returncode == 0 else []


def test_the_whole_demo_runs_with_the_network_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_CONFIG", str(tmp_path / "config"))
    command = [*_fence(), sys.executable, "-c", _GUARD, "demo", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    assert "A second run of all three took" in done.stdout

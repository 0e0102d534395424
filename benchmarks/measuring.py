"""What the benchmarks share: CPU and memory of a process, and a configuration of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

MODEL = "bench:scripted"
ENVIRONMENTS = Path.home() / ".cache" / "casework-peers"
"""Where other tools are installed, each apart from the others and from us."""


def cpu_s() -> float:
    """CPU seconds (user + system) of this process and of its children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


async def timed(work: Awaitable[object]) -> tuple[float, float]:
    """CPU seconds and wall seconds of a piece of work."""
    began, clock = cpu_s(), time.perf_counter()
    await work
    return round(cpu_s() - began, 4), time.perf_counter() - clock


def peak_mb() -> float:
    """The most memory that this process has had so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def configure(folder: Path, base_url: str, concurrency: int) -> None:
    """A configuration of its own, so that nobody's settings change the figures."""
    config = folder / "config"
    config.mkdir()
    os.environ["CASEWORK_CONFIG"] = str(config)
    (config / "settings.toml").write_text(
        f'[model]\ndefault = "{MODEL}"\nconcurrency = {concurrency}\n'
        f'[provider.bench]\nbase_url = "{base_url}"\ndialect = "openai"\n',
        "utf-8",
    )


def environment(name: str, requirements: Sequence[str], folder: Path) -> str:
    """The interpreter of an environment with these requirements, made and filled if it is not
    there; the one of this process when there are none. Raises `CalledProcessError`."""
    if not requirements:
        return sys.executable
    python = folder / name / "bin" / "python"
    ready = folder / name / "ready.json"
    wanted = json.dumps(tuple(requirements))
    if not ready.is_file() or ready.read_text("utf-8") != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        print(f"installing {name} …", file=sys.stderr, flush=True)
        _call([sys.executable, "-m", "venv", "--clear", str(folder / name)])
        _call([str(python), "-m", "pip", "install", "--quiet", *requirements])
        ready.write_text(wanted, "utf-8")
    return str(python)


def _call(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

"""One Chromium process without a window for all tests of a session; each makes its own contexts."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "CASEWORK_TEST_REQUIRES_BROWSER"
NONE = (
    "no Chromium was found, so pages are not tested in a browser;"
    " install one (Debian: apt-get install chromium)"
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--no-first-run", "--no-default-browser-check",
    "--remote-debugging-port=0", "--disable-dev-shm-usage", "--disable-gpu", "--mute-audio",
    "--hide-scrollbars", "--force-color-profile=srgb", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding", "--disable-ipc-flooding-protection",
    "--metrics-recording-only", "--disable-hang-monitor",
    "--password-store=basic", "--disable-breakpad",
    "--disable-features=Translate,MediaRouter,OptimizationHints,PaintHolding",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,"
    "primaryPointerType=4,availablePointerTypes=4",
)  # fmt: skip
"""What it does by itself is off; a page in the background is as quick as one in front."""
_STARTS_WITHIN_S = 60.0
_ENDS_WITHIN_S = 10.0


def chromium_path() -> str:
    """Where a Chromium stands; "" where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")


@contextmanager
def running_chromium(path: str, folder: Path) -> Iterator[str]:
    """The address by which a Chromium is driven that keeps its things in `folder`."""
    told = [path, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    log = folder / "chromium.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(told, stdout=sink, stderr=sink)
    try:
        yield f"http://127.0.0.1:{_port(process, folder, log)}"
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], folder: Path, log: Path) -> str:
    """The port it chose; it writes it down when it listens."""
    written = folder / "DevToolsActivePort"
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        if written.exists() and (lines := written.read_text("utf-8").splitlines()):
            return lines[0]
        time.sleep(0.05)
    raise RuntimeError(f"Chromium did not start: {log.read_text('utf-8', 'replace')[-2000:]}")

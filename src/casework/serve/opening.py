"""Opens a browser where there is a desktop. Says nothing when there is none."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser


def open_browser(url: str, *, sure: bool = False) -> None:
    """Open the page; without `sure` only at a desktop, never over ssh or in a container."""
    if not sure and not _at_a_desktop():
        return
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _at_a_desktop() -> bool:
    if os.environ.get("SSH_CONNECTION") or os.environ.get("CI") or not sys.stdout.isatty():
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

"""Models, providers and stores that only the workspace's own file names and nobody trusted here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK
from casework.cli.terminal import said

if TYPE_CHECKING:
    from rich.console import Console

    from casework.base.settings import Found

_MOST_LINES = 12


def draw_untrusted(console: Console, ignored: list[Found]) -> None:
    """Say that what the workspace's own file sets does not count, and what to do."""
    from casework.sdk.configuring import HOW_TO_TRUST

    if not ignored:
        return
    names = ", ".join(item.name for item in ignored)
    told = f"! Not trusted here, so not in force: {names} ({ignored[0].where}). {HOW_TO_TRUST}"
    for line in fold(told, console.width, _MOST_LINES):
        console.print(said(line, LOOK))

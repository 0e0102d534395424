"""The command plugins: what others added to casework, and whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from casework.cli.command import command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.types.plugin import PluginState

PANEL = "Set up"


def register(app: typer.Typer) -> None:
    """Put the command into the app."""
    command(app, "plugins", panel=PANEL, examples=["casework plugins"])(plugins)


async def plugins(door: Door) -> int:
    """List the plug-ins that are installed, what each offers, and what is wrong with it.

    A plug-in is a package that is installed beside casework and trusted like it. One is switched
    off by its name: casework settings set plugins.off NAME
    """
    from casework.base.settings import load
    from casework.sdk.plugins import installed

    states = await installed(load(door.find()))

    def draw(console: Console) -> None:
        if not states:
            console.print("No plug-ins are installed. docs/plugins.md tells how one is written.")
        for state in states:
            _draw(console, state)

    door.answer({"plugins": states}, draw)
    return 1 if any(state.problem for state in states) else 0


def _draw(console: Console, state: PluginState) -> None:
    from casework.cli.fold import fold
    from casework.cli.signs import PROVED, QUIET, WRONG
    from casework.cli.terminal import join, said
    from casework.sdk.plugins import SWITCH_OFF

    word, style = ("✓ loaded  ", PROVED)
    if state.off or state.problem:
        word, style = ("  off     ", QUIET) if state.off else ("✗ problem ", WRONG)
    console.print(join(said(word, style), said(state.name)), soft_wrap=True)
    about = f"{state.package} {state.version}".strip()
    fix = [SWITCH_OFF.format(state.name)] if state.problem else []
    for text in (about, *state.offers, state.problem, *fix):
        for line in fold(text, max(20, console.width - 10), 4) if text else ():
            console.print(said(" " * 10 + line, QUIET if text in (about, *fix) else ""))

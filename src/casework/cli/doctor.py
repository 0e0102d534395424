"""The command doctor: everything that casework rests on, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from casework.cli.command import command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import Finding

PANEL = "Set up"


def register(app: typer.Typer) -> None:
    """Put the command into the app."""
    command(app, "doctor", panel=PANEL, examples=["casework doctor", "casework doctor -w claims"])(
        doctor
    )


async def doctor(door: Door) -> int:
    """Look at everything that casework rests on, and say how to mend what is broken.

    Python, SQLite, the sandbox, the readers, settings, models, keys, disk; and the workspace.
    """
    from casework.sdk.doctor import examine

    workspace = door.find()
    findings = await examine(workspace)
    problems = sum(not finding.ok for finding in findings)
    told = {"workspace": workspace, "problems": problems, "findings": findings}

    def draw(console: Console) -> None:
        for finding in findings:
            _draw(console, finding)
        if workspace is None:
            console.print("There is no workspace here, so none was looked at.")
        good = "Everything is in order."
        count = f"{problems} to mend." if problems > 1 else "One thing to mend."
        console.print(good if not problems else count)

    door.answer(told, draw)
    return 1 if problems else 0


def _draw(console: Console, finding: Finding) -> None:
    from casework.cli.fold import fold
    from casework.cli.signs import PROVED, QUIET, WRONG
    from casework.cli.terminal import join, said

    mark = said("✓ ok      ", PROVED) if finding.ok else said("✗ problem ", WRONG)
    room = max(20, console.width - 23)
    lines = fold(finding.message, room, 6)
    lines += fold(finding.fix, room, 4) if finding.fix else []
    for number, line in enumerate(lines):
        head = join(mark, f"{finding.name:<11}  ") if number == 0 else said(" " * 23)
        style = QUIET if number >= len(lines) - bool(finding.fix) and finding.fix else ""
        console.print(join(head, said(line, style)))

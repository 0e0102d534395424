"""What was set aside, drawn in groups: how many cells of which step, why, and in which cases."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import QUIET, WRONG
from casework.cli.terminal import join, said
from casework.cli.words import age, listed, many

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.retrying import AsideGroup

_LINES = 3
_CASES = 4


def draw_groups(console: Console, groups: Sequence[AsideGroup], *, named: bool) -> None:
    """The groups, and how to bring them back."""
    if not groups:
        console.print("Nothing is set aside.")
        return
    now = dt.datetime.now(dt.UTC)
    total = sum(len(group.cells) for group in groups)
    console.print(said(f"{many(total, 'cell')} set aside:", "bold"))
    for group in groups:
        since = f", first {age(group.since, now)}"
        head = f"{len(group.cells):>6} "
        words = f"{group.words}: {group.step_name}"
        console.print(join(said(head, WRONG), said(words), said(since, QUIET)))
        for line in fold(group.reason, max(20, console.width - 9), _LINES):
            console.print(said(f"       {line}", QUIET))
        for line in fold(_cases(group), max(20, console.width - 9), 2):
            console.print(said(f"       {line}", QUIET))
    if named:
        console.print(said("Bring them back without --dry.", QUIET))
        return
    reason = shlex.quote(groups[0].words)
    console.print(said(f"Bring some back: casework retry --reason {reason}", QUIET))
    console.print(said("Bring all back: casework retry --all", QUIET))


def draw_brought_back(console: Console, groups: Sequence[AsideGroup], count: int) -> None:
    """What was brought back, and what to do next."""
    if not count:
        console.print("Nothing is set aside.")
        return
    steps = listed([f"{group.step_name} ×{len(group.cells)}" for group in groups], _CASES)
    console.print(said(f"{many(count, 'cell')} brought back: {steps}."))
    console.print(said("Try again with: casework run", QUIET))


def _cases(group: AsideGroup) -> str:
    told = f"in {listed(list(group.cases), _CASES)}"
    if not group.whole:
        return told
    whole = "its case is" if group.whole == 1 else f"{group.whole} of their cases are"
    return f"{told}; {whole} set aside as a whole"

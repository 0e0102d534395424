"""What is said at the end of a run: what stands, what wants a person, what waits and for what."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET, state_counts
from casework.cli.terminal import join, said
from casework.cli.words import awaited, duration, listed, look_line, many, money
from casework.types.run import CAME_TO_WAIT

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.summary import Reason, Summary
    from casework.sdk.views import CellView
    from casework.types.run import RunRecord

_SHOWN = 3
_STEPS = 8
_LINES = 3


def draw_run(
    console: Console, run: RunRecord, ran: int, seconds: float, *, reused: int = 0
) -> None:
    """One line: what was done, in which time, for how much."""
    waiting = run.counts.get(CAME_TO_WAIT, 0)
    if not ran and waiting:
        verb = "waits" if waiting == 1 else "wait"
        told = f"Nothing could be computed; {many(waiting, 'cell')} {verb} now, and below is why"
        console.print(said(f"{told} ({duration(seconds)}).", "bold"))
        return
    if not ran:
        console.print(f"Nothing has changed since the last run ({duration(seconds)}).")
        return
    parts = [f"{many(ran, 'cell')} in {duration(seconds)}"]
    if reused:
        parts.append(f"{reused:,} from memory")
    if run.usage.calls:
        parts.append(many(run.usage.calls, "model call"))
        parts.append(money(run.usage.cost_usd))
    console.print(said("Done: " + ", ".join(parts) + ".", "bold"))


def draw_rest(console: Console, run: RunRecord, *, left: int, trying: bool) -> None:
    """What a smaller scope left for later, and that a change is being tried, which a run leaves
    alone."""
    if left:
        told = f"Version {run.procedure_version} of the procedure is in force. "
        verb = "is" if left == 1 else "are"
        console.print(said(f"{told}{many(left, 'cell')} {verb} left for later: casework run", LOOK))
    if trying:
        told = "The change that is being tried was left alone: casework compare, adopt or drop."
        console.print(said(told, LOOK))


def draw_summary(console: Console, summary: Summary, *, sheet: str = "", more: bool = True) -> None:
    """Cells by state, then what wants a person, then what waits."""
    counts = [f"{count:,} {word}" for word, count in state_counts(summary.states)]
    console.print(join("Cells: ", said(", ".join(counts) or "none yet"), "."))
    if summary.needs:
        _draw_needs(console, summary, sheet, more)
    elif not summary.looked:
        console.print(said("What wants a person: casework show --look", QUIET))
    elif summary.cells:
        console.print("Nobody needs to look at anything.")
    for reason in summary.waits:
        _draw_wait(console, reason)


def draw_reason(console: Console, reason: Reason) -> None:
    """How many cells there are for a reason, and of which steps."""
    head = f"{reason.count:>6} {reason.words}  "
    room = max(16, console.width - len(head))
    for number, line in enumerate(fold(listed(_steps(reason), 4), room, 3)):
        start = said(head, LOOK) if number == 0 else said(" " * len(head))
        console.print(join(start, said(line, QUIET)))


def look_command(cell: CellView, sheet: str = "") -> str:
    """The command that shows a cell."""
    named = f" -s {shlex.quote(sheet)}" if sheet else ""
    return f"casework cell {shlex.quote(cell.case_name)} {shlex.quote(cell.step_id)}{named}"


def _draw_needs(console: Console, summary: Summary, sheet: str, more: bool) -> None:
    console.print()
    count = f"{many(summary.needing, 'cell')} for a person to look at:"
    console.print(said(count, f"bold {LOOK}"))
    for reason in summary.needs:
        draw_reason(console, reason)
    if not more:
        return
    named = f" -s {shlex.quote(sheet)}" if sheet else ""
    console.print(said(f"One after another: casework review{named}", QUIET))
    console.print(said("Or begin with:", QUIET))
    for cell in _first_few(summary):
        console.print(join("  ", said(look_command(cell, sheet))), soft_wrap=True)
        for line in fold(look_line(cell), max(20, console.width - 6), 1):
            console.print(said(f"      {line}", QUIET))


def _first_few(summary: Summary) -> list[CellView]:
    """One cell of each reason, then more of the most frequent, without repeats."""
    firsts = [reason.cells[0] for reason in summary.needs]
    rest = [cell for reason in summary.needs for cell in reason.cells[1:]]
    return [*firsts, *rest][:_SHOWN]


def _draw_wait(console: Console, reason: Reason) -> None:
    console.print()
    kind = reason.cells[0].waiting_for
    head = f"{many(reason.count, 'cell')} {_verb(reason.count)} for {awaited(kind)}:"
    console.print(said(head, "bold"))
    for line in fold(reason.words, max(20, console.width - 4), _LINES):
        console.print(said(f"  {line}"))
    for line in fold(listed(_steps(reason), _STEPS), max(20, console.width - 4), _LINES):
        console.print(said(f"  {line}", QUIET))


def _steps(reason: Reason) -> list[str]:
    """The steps of a reason, each with how many of its cells."""
    return [f"{name} ×{n}" if n > 1 else name for name, n in reason.steps.items()]


def _verb(count: int) -> str:
    return "waits" if count == 1 else "wait"

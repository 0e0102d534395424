"""What is said at the end of a run: what stands, what wants a person, what waits and for what."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET, state_counts
from casework.cli.terminal import join, said
from casework.cli.words import duration, listed, look_line, many, money

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.summary import Reason, Summary
    from casework.sdk.views import CellView
    from casework.types.run import RunRecord

_SHOWN = 3
_LINES = 3


def draw_run(
    console: Console, run: RunRecord, ran: int, seconds: float, *, reused: int = 0
) -> None:
    """One line: what was done, in which time, for how much."""
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


def draw_summary(console: Console, summary: Summary, *, sheet: str = "", more: bool = True) -> None:
    """Cells by state, then what wants a person, then what waits."""
    counts = [f"{count:,} {word}" for word, count in state_counts(summary.states)]
    console.print(join("Cells: ", said(", ".join(counts) or "none yet"), "."))
    if summary.needs:
        _draw_needs(console, summary, sheet, more)
    elif summary.cells:
        console.print("Nobody needs to look at anything.")
    for reason in summary.waits:
        _draw_wait(console, reason)


def look_command(cell: CellView, sheet: str = "") -> str:
    """The command that shows a cell."""
    named = f" -s {shlex.quote(sheet)}" if sheet else ""
    return f"casework cell {shlex.quote(cell.case_name)} {shlex.quote(cell.step_id)}{named}"


def _draw_needs(console: Console, summary: Summary, sheet: str, more: bool) -> None:
    console.print()
    count = f"{many(summary.needing, 'cell')} for a person to look at:"
    console.print(said(count, f"bold {LOOK}"))
    for reason in summary.needs:
        by_step: dict[str, int] = {}
        for cell in reason.cells:
            by_step[cell.step_name] = by_step.get(cell.step_name, 0) + 1
        steps = [f"{name} ×{n}" if n > 1 else name for name, n in by_step.items()]
        head = f"{len(reason.cells):>6} {reason.words}  "
        room = max(16, console.width - len(head))
        for number, line in enumerate(fold(listed(steps, 4), room, 3)):
            start = said(head, LOOK) if number == 0 else said(" " * len(head))
            console.print(join(start, said(line, QUIET)))
    if not more:
        return
    console.print(said("Begin with:", QUIET))
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
    head = f"{many(len(reason.cells), 'cell')} {_verb(len(reason.cells))} for a {kind}:"
    console.print(said(head, "bold"))
    for line in fold(reason.words, max(20, console.width - 4), _LINES):
        console.print(said(f"  {line}"))


def _verb(count: int) -> str:
    return "waits" if count == 1 else "wait"

"""Progress: a live bar on a terminal, a quiet line now and then elsewhere, nothing with --json."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from casework.cli.terminal import harmless
from casework.cli.words import duration, many, money
from casework.types.event import Event, StoodStill

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from casework.cli.door import Door
    from casework.types.run import Progress

_LINE_EVERY_S = 5.0
_REFRESH_PER_S = 8.0
_NOW_WIDEST = 40


class Meter(Protocol):
    """Told how far something has come."""

    def show(self, done: int, total: int, now: str, cost: str = "") -> None: ...

    def note(self, text: str) -> None: ...


class Watch:
    """A meter as the listener of a run and of an intake; remembers the last of it."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.done = 0
        self.reused = 0

    def on_progress(self, progress: Progress) -> None:
        """A cell of a run was settled."""
        self.done = progress.done
        self.reused += progress.reused
        used = progress.usage
        calls = f"{many(used.calls, 'call')}, {money(used.cost_usd)}" if used.calls else ""
        now = f"{progress.case_name} · {progress.step_name}" if progress.case_name else ""
        self._meter.show(progress.done, progress.total, now, calls)

    def on_event(self, event: Event) -> None:
        """Something stands in the way of a run."""
        if isinstance(event, StoodStill):
            self._meter.note(
                f"The run stands still: {event.where} has let nothing else go on for "
                f"{duration(event.seconds)}. Work that computes or waits without `await` belongs "
                "in a plain function, not in an async one."
            )

    def on_file(self, done: int, total: int, name: str) -> None:
        """A file was read."""
        self.done = done
        self._meter.show(done, total, name)


@contextmanager
def watching(door: Door, noun: str) -> Iterator[Watch]:
    """A watch over work on things called `noun`, drawn as the terminal allows."""
    if door.json:
        yield Watch(_Silent())
    elif not door.err.is_terminal or door.err.is_dumb_terminal:
        yield Watch(_Lines(door, noun))
    else:
        with _bar(door) as bar:
            yield Watch(_Live(bar, noun))


class _Silent:
    def show(self, done: int, total: int, now: str, cost: str = "") -> None:
        """Nothing is shown."""

    def note(self, text: str) -> None:
        """Nothing is said."""


class _Lines:
    """Plain lines, at most one every few seconds."""

    def __init__(self, door: Door, noun: str) -> None:
        self._door = door
        self._noun = noun
        self._began = self._told = time.monotonic()

    def show(self, done: int, total: int, now: str, cost: str = "") -> None:
        """Write a line if the last one is a while ago."""
        at = time.monotonic()
        if at - self._told < _LINE_EVERY_S:
            return
        self._told = at
        rest = f", {cost}" if cost else ""
        passed = duration(at - self._began)
        self._door.err.print(f"{done:,} of {many(total, self._noun)} in {passed}{rest}")

    def note(self, text: str) -> None:
        """Say something besides."""
        self._door.err.print(harmless(text))


class _Live:
    """A bar with counts, rate, time left, what is at hand, and what it costs."""

    def __init__(self, bar: Bar, noun: str) -> None:
        self._bar = bar
        self._noun = noun
        self._task: TaskID = bar.add_task("", total=None, now="", cost="", noun=f"{noun}s")

    def show(self, done: int, total: int, now: str, cost: str = "") -> None:
        """Move the bar."""
        self._bar.update(
            self._task,
            completed=done,
            total=total,
            now=harmless(now)[:_NOW_WIDEST],
            cost=f"  {cost}" if cost else "",
        )

    def note(self, text: str) -> None:
        """Say something above the bar."""
        self._bar.console.print(harmless(text))


def _bar(door: Door) -> Bar:
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Count(ProgressColumn):
        """Things done of things known."""

        def render(self, task: Task) -> Text:
            done = f"{int(task.completed):,}"
            known = f" of {int(task.total):,}" if task.total else ""
            return Text(f"{done}{known} {task.fields['noun']}")

    class Pace(ProgressColumn):
        """Things a second and the time left."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            if not speed:
                return Text("")
            rate = f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s"
            left = task.time_remaining
            return Text(f"{rate}  {duration(left)} left" if left else rate, style="dim")

    return Bar(
        BarColumn(24, complete_style="blue", finished_style="green", pulse_style="blue"),
        Count(),
        Pace(),
        TextColumn("{task.fields[now]}{task.fields[cost]}", style="dim", markup=False),
        console=door.err,
        transient=True,
        refresh_per_second=_REFRESH_PER_S,
        expand=False,
    )

"""How far work may be relied on, drawn in the terminal: the sentence, then what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from casework.cli.signs import LOOK, PROVED, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import listed, many
from casework.sdk.promised.words import percent, percent_at_most

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.promised.views import CoveragePoint, PromiseView, ReliabilityBin, TrustView

_BAR = 22
"""Columns of a bar: with them a line fits eighty."""


def draw_trust(
    console: Console, view: TrustView, files: Sequence[Path], offered: Sequence[str] = ()
) -> None:
    """All promises of a view, and the files that were written. `offered` are the steps of which
    what was learned waits to be adopted."""
    if not view.promises:
        console.print(
            said(
                "Nothing is promised: people look at whatever is not proved. To let values pass "
                "whose errors are bounded: casework trust --error 5% --confidence 90%"
            )
        )
    for place, promise in enumerate(view.promises):
        if place:
            console.print()
        _draw_promise(console, promise)
    if view.promises:
        told = f"{many(view.drawn, 'case')} of {view.cases:,} drawn at random so far."
        console.print()
        console.print(said(told, QUIET))
    if view.drawn and any(one.points and not one.documents for one in view.promises):
        told = "What is at work is new: checks of the version before it do not count for it."
        console.print(said(told, QUIET))
    if view.promises and offered:
        told = (
            f"What was learned of {listed(list(offered))} waits to be adopted, and its confidence "
        )
        console.print(said(f"{told}with it: casework learn says how", LOOK))
    for file in files:
        console.print(said(f"Wrote {file}"), soft_wrap=True)


def _draw_promise(console: Console, view: PromiseView) -> None:
    console.print(said(view.name, "bold"))
    voice = LOOK if view.suspended else PROVED if view.threshold is not None else ""
    console.print(said(view.sentence, voice))
    promised = (
        f"Promised by {view.who} on {view.at[:10]}: at most {percent(view.epsilon)} wrong, with "
        f"{percent(1 - view.delta)} confidence."
    )
    console.print(said(promised, QUIET))
    if view.open:
        verb = "waits" if view.open == 1 else "wait"
        told = f"{many(view.open, 'drawn case')} {verb} to be read: casework review"
        console.print(said(told, LOOK))
    if view.second:
        verb = "waits" if view.second == 1 else "wait"
        console.print(said(f"{many(view.second, 'case')} {verb} for a second person.", LOOK))
    if view.twice.cells:
        console.print(said(_two_people(view), QUIET))
    if view.points and view.documents:
        _draw_points(console, view)
    if view.bins:
        _draw_bins(console, view.bins)


def _two_people(view: PromiseView) -> str:
    twice = view.twice
    return (
        f"Two people read {many(twice.cells, 'cell')} and agreed on {twice.agreed} "
        f"({percent(twice.low)} to {percent(twice.high)})."
    )


def _draw_points(console: Console, view: PromiseView) -> None:
    """What each threshold would mean, one line each."""
    console.print()
    console.print(
        said("Accepted from   would pass   wrong of checked   at most   │ promised", QUIET)
    )
    for one in view.points:
        sign = "●" if one.certified else "○"
        wrong = f"{one.wrong:,} of {one.cells:,}"
        line = f"{sign} {one.threshold:<12.3f}  {percent(one.passing):>10}   {wrong:>16}"
        line += f"   {percent_at_most(one.at_most):>7}  "
        bar = _bar(one, view.epsilon)
        told = join(said(line, PROVED if one.certified else ""), said(bar, QUIET))
        console.print(told, no_wrap=True, overflow="crop")


def _bar(one: CoveragePoint, epsilon: float) -> str:
    """From no error to twice what is promised: the share seen, and what it is at most; `│` is what
    is promised."""
    return _marked(one.error or 0.0, one.error or 0.0, one.at_most, (0.0, 2 * epsilon), epsilon)


def _draw_bins(console: Console, bins: Sequence[ReliabilityBin]) -> None:
    """Whether cells are as often right as the machine was sure."""
    low = min(0.9, *(min(one.mean, one.right_low) for one in bins))
    console.print()
    console.print(
        said("How sure it was   were right                 of   │ as sure as right", QUIET)
    )
    for one in bins:
        sure = f"{one.low:.3f} to {one.high:.3f}"
        right = f"{percent(one.right)} ({percent(one.right_low)} to {percent(one.right_high)})"
        bar = _marked(one.right, one.right_low, one.right_high, (low, 1.0), one.mean)
        told = join(f"{sure:<16}  {right:<24} {one.cells:>4}   ", said(bar, QUIET))
        console.print(told, no_wrap=True, overflow="crop")


def _marked(value: float, low: float, high: float, ends: tuple[float, float], mark: float) -> str:
    """A bar with an interval, a value in it and a mark to compare it with."""

    def column(share: float) -> int:
        part = (share - ends[0]) / (ends[1] - ends[0])
        return max(0, min(_BAR - 1, round(part * (_BAR - 1))))

    signs = [" "] * _BAR
    signs[column(low) : column(high) + 1] = "─" * (column(high) - column(low) + 1)
    signs[column(mark)] = "│"
    signs[column(value)] = "●"
    return "".join(signs)

"""A plan drawn: a plain sentence first, then which cells, why, and what it would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import duration, listed, many, money

if TYPE_CHECKING:
    from rich.console import Console

    from casework.types.run import Plan, PlanGroup, Why

_WHY: dict[Why, str] = {
    "new": "new",
    "instruction_changed": "the step changed",
    "input_changed": "an input changed",
    "documents_changed": "its documents changed",
    "model_changed": "another model",
    "method_changed": "a newer method",
    "failed_before": "failed before",
    "interrupted": "was interrupted",
    "woken": "what it waited for is there",
    "forced": "asked for",
}
_COUNTS = ("cells", "perhaps", "verified", "remembered", "calls")
_COUNT_WIDTH = 10
_NAMED = 3


def plan_sentence(plan: Plan) -> str:
    """The plan in one sentence."""
    if not plan.groups:
        waits = sum(plan.waiting.values())
        waiting = f"; {many(waits, 'cell')} {'waits' if waits == 1 else 'wait'}" if waits else ""
        verb = "stands" if plan.settled == 1 else "stand"
        return f"Nothing to do: {many(plan.settled, 'cell')} {verb}{waiting}."
    certain, possible = plan.count(certain=True), plan.count(certain=False)
    told = f"A run would compute {many(certain, 'cell')}"
    if possible:
        told += f" and perhaps {possible:,} more" if certain else ""
        told = told if certain else f"A run would compute perhaps {many(possible, 'cell')}"
    parts = [told]
    if plan.remembered:
        parts.append(f"{plan.remembered:,} from memory")
    parts.append(many(plan.calls, "model call"))
    if plan.calls:
        parts.append(money(plan.cost_usd) if plan.cost_usd is not None else "cost not known yet")
    if plan.seconds:
        parts.append(f"about {duration(plan.seconds)} of calls")
    return "; ".join(parts) + "."


def draw_plan(console: Console, plan: Plan) -> None:
    """The sentence, the changes of the procedure, the cells by step and reason, what waits."""
    for line in fold(plan_sentence(plan), console.width, 4):
        console.print(said(line, "bold"))
    if plan.verified:
        verb = "was" if plan.verified == 1 else "were"
        told = f"{many(plan.verified, 'cell')} among them {verb} verified by a person; "
        console.print(said(told + "what the person said stays above the new value.", LOOK))
    _draw_changes(console, plan)
    if plan.groups:
        console.print()
        _draw_groups(console, plan)
    if plan.groups and plan.settled:
        console.print()
        console.print(said(f"{many(plan.settled, 'cell')} stand as they are.", QUIET))
    _draw_waiting(console, plan)


def _draw_changes(console: Console, plan: Plan) -> None:
    if not plan.changes:
        return
    console.print()
    console.print(said("The procedure was edited:", "bold"))
    for change in plan.changes:
        for number, line in enumerate(fold(change, max(20, console.width - 4), 12)):
            console.print(said(("  - " if number == 0 else "    ") + line))


def _draw_groups(console: Console, plan: Plan) -> None:
    shown = [name for name in _COUNTS if any(_counts(group)[name] for group in plan.groups)]
    width = min(28, max(len("Step"), *(len(group.step_name) for group in plan.groups)))
    room = max(12, console.width - width - 2 - (_COUNT_WIDTH + 1) * len(shown) - 2)
    names = {"remembered": "from mem.", "calls": "calls"}
    titles = "".join(f" {names.get(name, name):>{_COUNT_WIDTH}}" for name in shown)
    console.print(said(f"{'Step':<{width}}  {'Why':<{room}}{titles}".rstrip(), "bold"))
    console.print(said("─" * (width + 2 + room + len(titles)), QUIET))
    for group in plan.groups:
        heads, whys = fold(group.step_name, width, 3), fold(_why(group), room, 3)
        counts = "".join(f" {_counts(group)[name] or '':>{_COUNT_WIDTH}}" for name in shown)
        for number in range(max(len(heads), len(whys))):
            head = heads[number] if number < len(heads) else ""
            why = whys[number] if number < len(whys) else ""
            tail = counts if number == 0 else ""
            console.print(said(f"{head:<{width}}  {why:<{room}}{tail}".rstrip()))


def _why(group: PlanGroup) -> str:
    detail = f": {group.detail}" if group.detail else ""
    few = f" ({listed(group.cases, _NAMED)})" if group.cells <= _NAMED else ""
    return f"{_WHY[group.why]}{detail}{few}"


def _counts(group: PlanGroup) -> dict[str, int]:
    return {
        "cells": group.cells if group.certain else 0,
        "perhaps": 0 if group.certain else group.cells,
        "verified": group.verified,
        "remembered": group.remembered,
        "calls": group.calls,
    }


def _draw_waiting(console: Console, plan: Plan) -> None:
    if not plan.waiting:
        return
    console.print()
    kinds = ", ".join(
        f"{count:,} for {_awaited(kind)}" for kind, count in sorted(plan.waiting.items())
    )
    total = sum(plan.waiting.values())
    verb = "waits" if total == 1 else "wait"
    console.print(join(said(f"{many(total, 'cell')} {verb}", "bold"), said(f": {kinds}.")))
    for reason in plan.blocked:
        for number, line in enumerate(fold(reason, max(20, console.width - 4), 6)):
            console.print(said(("  - " if number == 0 else "    ") + line))


def _awaited(kind: str) -> str:
    words = {
        "input": "another step",
        "person": "a person",
        "document": "a document",
        "model": "a model",
        "set_aside": "a person (set aside)",
    }
    return words.get(kind, kind.replace("_", " "))

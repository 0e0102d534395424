"""A plan drawn: a plain sentence first, then which cells, why, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import duration, listed, many, money, rough

if TYPE_CHECKING:
    from rich.console import Console

    from casework.types.run import Plan, PlanGroup, PlannedCell, PlannedStage, Why

_WHY: dict[Why, str] = {
    "new": "new",
    "instruction_changed": "the step changed",
    "input_changed": "an input changed",
    "documents_changed": "its documents changed",
    "model_changed": "another model",
    "method_changed": "a newer method",
    "learned_changed": "what was learned",
    "failed_before": "failed before",
    "interrupted": "was interrupted",
    "woken": "what it waited for is there",
    "forced": "asked for",
}
_COUNTS = ("cells", "perhaps", "verified", "remembered", "calls")
_COUNT_WIDTH = 10
_WHY_WIDTH = 24
_NAMED = 3


def plan_sentence(plan: Plan) -> str:
    """The plan in one sentence."""
    if not plan.groups:
        return _nothing(plan)
    certain, possible = plan.count(certain=True), plan.count(certain=False)
    told = f"A run would compute {many(certain, 'cell')}"
    if possible:
        told += f" and perhaps {possible:,} more" if certain else ""
        told = told if certain else f"A run would compute perhaps {many(possible, 'cell')}"
    if plan.remembered:
        everything = plan.remembered == plan.count()
        told += ", all from memory" if everything else f", {plan.remembered:,} of them from memory"
    if not plan.calls:
        told += ", without asking a model"
    else:
        expected = _expected(plan)
        told += f", with {many(plan.calls, 'model call')}"
        told += f": {expected}" if expected else "; what they use is not known yet"
    if plan.left_out:
        told += f". {many(plan.left_out, 'more cell')} would be left for later"
    return told + "."


def _nothing(plan: Plan) -> str:
    """What is said when no cell would run."""
    if plan.left_out:
        stays = "stays as it is, shown as" if plan.left_out == 1 else "stay as they are, shown as"
        return f"Nothing would run now; {many(plan.left_out, 'cell')} {stays} out of date."
    if plan.unmade:
        return f"A run would make the rows of {listed(plan.unmade)} anew, and run what reads them."
    waits = sum(plan.waiting.values())
    waiting = f"; {many(waits, 'cell')} {'waits' if waits == 1 else 'wait'}" if waits else ""
    verb = "stands" if plan.settled == 1 else "stand"
    edited = plan.new_version and plan.changes
    head = "No cell runs because of the edit" if edited else "Nothing to do"
    return f"{head}: {many(plan.settled, 'cell')} {verb}{waiting}."


def _expected(plan: Plan) -> str:
    """What the calls would use, as far as it was ever measured."""
    parts = []
    if plan.cost_usd is not None:
        parts.append(f"about {money(plan.cost_usd)}")
    tokens = (plan.input_tokens or 0) + (plan.output_tokens or 0)
    if plan.input_tokens is not None and tokens:
        parts.append(f"{rough(tokens)} tokens")
    if plan.seconds:
        parts.append(duration(plan.seconds))
    return ", ".join(parts)


def draw_plan(console: Console, plan: Plan) -> None:
    """The sentence, the changes of the procedure, the cells by step and reason, what waits."""
    for line in fold(plan_sentence(plan), console.width, 4):
        console.print(said(line, "bold"))
    for title in plan.unmade:
        told = f"{title}: which rows it has shows when it has run; steps of new rows come on top."
        _item(console, told, QUIET)
    for reason in plan.unknown if plan.calls else ():
        _item(console, f"Not known: {reason}.", QUIET)
    for told in (*plan.budget, *plan.notes):
        _item(console, told, LOOK)
    if plan.trying:
        told = "A change is being tried beside what is in force; a run leaves it alone until it is"
        for line in fold(f"{told} adopted: casework compare, casework adopt.", console.width, 3):
            console.print(said(line, LOOK))
    if plan.verified:
        verb = "was" if plan.verified == 1 else "were"
        told = f"{many(plan.verified, 'cell')} among them {verb} verified by a person; "
        told += "what the person said stays above the new value."
        for line in fold(told, console.width, 3):
            console.print(said(line, LOOK))
    _draw_changes(console, plan)
    if plan.groups:
        console.print()
        _draw_groups(console, plan)
    _draw_cascades(console, plan)
    if plan.groups and plan.settled:
        console.print()
        verb = "stands as it is" if plan.settled == 1 else "stand as they are"
        console.print(said(f"{many(plan.settled, 'cell')} {verb}.", QUIET))
    _draw_waiting(console, plan)


def plan_json(plan: Plan) -> dict[str, object]:
    """The plan as JSON, with its sentence and its sums."""
    told: dict[str, object] = {
        "sentence": plan_sentence(plan),
        "certain": plan.count(certain=True),
        "possible": plan.count(certain=False),
        "verified": plan.verified,
        "remembered": plan.remembered,
        "calls": plan.calls,
        "empty": plan.empty,
    }
    return {**told, **{field.name: getattr(plan, field.name) for field in fields(plan)}}


def draw_cells(console: Console, cells: Sequence[PlannedCell]) -> None:
    """The planned cells one by one, in the order of the cases."""
    if not cells:
        return
    widest = max(len(one.case_name) for one in cells)
    width = min(28, max(widest, len("Case")), console.width // 3)
    console.print()
    console.print(said(f"{'Case':<{width}}  Step and why", "bold"))
    for one in cells:
        told = f"{one.step_name or one.step_id}: {_WHY[one.why]}"
        told += f": {one.detail}" if one.detail else ""
        marks = [
            word
            for word, holds in (
                ("perhaps", not one.certain),
                ("from memory", one.remembered),
                ("verified by a person", one.verified),
            )
            if holds
        ]
        told += f" ({', '.join(marks)})" if marks else ""
        heads = fold(one.case_name, width, 2)
        for number, line in enumerate(fold(told, max(12, console.width - width - 2), 3)):
            head = heads[number] if number < len(heads) else ""
            console.print(said(f"{head:<{width}}  {line}"))


def _item(console: Console, text: str, style: str = "") -> None:
    for number, line in enumerate(fold(text, max(20, console.width - 4), 6)):
        console.print(said(("  - " if number == 0 else "    ") + line, style))


def _draw_changes(console: Console, plan: Plan) -> None:
    if not plan.changes:
        return
    console.print()
    title = "The procedure was edited:" if plan.new_version else "Asked for:"
    console.print(said(title, "bold"))
    for change in plan.changes:
        _item(console, change)


def _draw_groups(console: Console, plan: Plan) -> None:
    shown = [name for name in _COUNTS if any(_counts(group)[name] for group in plan.groups)]
    names = {name: "from mem." if name == "remembered" else name for name in shown}
    width = min(28, max(len("Step"), *(len(group.step_name) for group in plan.groups)))
    wide = console.width - width - 4 - (_COUNT_WIDTH + 1) * len(shown) >= _WHY_WIDTH
    widths = {name: _COUNT_WIDTH if wide else max(6, len(names[name])) for name in shown}
    room = max(12, console.width - width - 4 - sum(widths.values()) - len(shown))
    titles = "".join(f" {names[name]:>{widths[name]}}" for name in shown)
    console.print(said(f"{'Step':<{width}}  {'Why':<{room}}{titles}".rstrip(), "bold"))
    console.print(said("─" * (width + 2 + room + len(titles)), QUIET))
    for group in plan.groups:
        heads, whys = fold(group.step_name, width, 3), fold(_why(group), room, 3)
        counts = "".join(f" {_counts(group)[name] or '':>{widths[name]}}" for name in shown)
        for number in range(max(len(heads), len(whys))):
            head = heads[number] if number < len(heads) else ""
            why = whys[number] if number < len(whys) else ""
            tail = counts if number == 0 else ""
            console.print(said(f"{head:<{width}}  {why:<{room}}{tail}".rstrip()))


def _draw_cascades(console: Console, plan: Plan) -> None:
    """Of steps with an order of readers, how many cells each is expected to get."""
    for cascade in plan.cascades:
        console.print()
        told = f"{cascade.step_name}: who is expected to read {many(cascade.cells, 'cell')}"
        console.print(said(told, "bold"))
        width = max(len(stage.who) for stage in cascade.stages)
        for stage in cascade.stages:
            console.print(said(f"  {stage.who:<{width}}  {_expected_of(stage)}".rstrip()))
        _item(console, f"{cascade.basis[:1].upper()}{cascade.basis[1:]}.", QUIET)


def _expected_of(stage: PlannedStage) -> str:
    """The share and number of cells that reach a reader, and what that costs."""
    if stage.share is None or stage.cells is None:
        return "not known yet"
    told = f"{stage.share:>4.0%}  {stage.cells:,}"
    return f"{told}  about {money(stage.cost_usd)}" if stage.cost_usd else told


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
        _item(console, reason)


def _awaited(kind: str) -> str:
    words = {
        "input": "another step",
        "person": "a person",
        "document": "a document",
        "model": "a model",
        "budget": "the budget",
        "batch": "a batch",
        "set_aside": "a person (set aside)",
        "idle": "nothing (a run was put back)",
    }
    return words.get(kind, kind.replace("_", " "))

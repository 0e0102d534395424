"""What applying a draft would do: its plan for one scope, and in words why these cells."""

from __future__ import annotations

from collections.abc import Sequence

from casework.sdk.drafting.views import Impact, ScopeChoice, ScopeName
from casework.sdk.following import Followed
from casework.sdk.planning import Planning
from casework.sdk.ready import Which
from casework.sdk.wire import House
from casework.types.nesting import ARROW, DOT, placed_steps, resolve
from casework.types.procedure import GIVEN, Procedure
from casework.types.run import Plan

AT_ONCE = 100_000
"""Cells of a worksheet of which plans are made without being asked for: each looks at every cell,
which takes about 10 s of one core for a million. Of a larger one only the chosen scope is planned.
"""
_NAMED = 4
_WHY = {
    "new": "has not run yet",
    "instruction_changed": "changed",
    "input_changed": "reads what changed",
    "documents_changed": "has other documents",
    "model_changed": "gets another model",
    "method_changed": "is done in a newer way",
    "learned_changed": "learned",
    "failed_before": "failed before",
    "interrupted": "was broken off",
    "woken": "need wait no longer",
    "forced": "was asked for",
}


async def impact_of(
    house: House,
    worksheet_id: str,
    planning: Planning,
    followed: Followed,
    path: str,
    scope: ScopeName,
    pins: Sequence[str],
    cases: Sequence[str] | None,
    steps: Sequence[str] = (),
) -> Impact:
    """The impact of what `planning` follows, for a scope; `cases` are those that are shown, `steps`
    (paths) those that the draft touches, all where there are none."""
    total, _ = await house.store.finding.counts(worksheet_id)
    cells = total * len(followed.procedure.steps)
    asked: dict[ScopeName, Which] = {
        "all": Which(steps=steps),
        "unverified": Which(steps=steps, only="unverified"),
    }
    if cases is not None:
        asked["shown"] = Which(cases, steps)
    asked["sample"] = Which(pins, steps)
    scope = scope if scope in asked else "all"
    plans: dict[ScopeName, Plan] = {}
    for name, which in asked.items():
        if name == scope or cells <= AT_ONCE:
            plans[name] = await planning.plan(which)
    words = {
        "all": "All cases",
        "unverified": "Unverified only",
        "shown": "The cases that the filter shows",
        "sample": "The pinned cases",
    }
    choices = tuple(_choice(name, words[name], plans.get(name), path) for name in asked)
    first = followed.version == 1
    return Impact(plans[scope], scope, cells, because_of(plans[scope]), choices, first)


def touched(procedure: Procedure, path: str) -> tuple[str, ...]:
    """The paths of a step and of all that reads it, however far: what a draft of it touches. With a
    table come the steps of its rows."""
    placed = tuple(placed_steps(procedure.steps))
    known = {one.path for one in placed}
    found = {path}
    grown = True
    while grown:
        grown = False
        for one in placed:
            if one.path in found or one.step.by == GIVEN:
                continue
            reads = {resolve(name, one.around, known) for name in one.step.references}
            inside = any(DOT.join(one.around[: at + 1]) in found for at in range(len(one.around)))
            around = {DOT.join(name.split(DOT)[:-1]) for name in reads if DOT in name}
            if inside or found & (reads | around):
                found.add(one.path)
                grown = True
    return tuple(one.path for one in placed if one.path in found)


def because_of(plan: Plan) -> str:
    """Why the cells of a plan run: `Covered 104, because its instruction changed; Payable 104,
    because it reads Covered.`"""
    told: dict[str, list[str]] = {}
    order: dict[str, int] = {}
    for group in plan.groups:
        detail = f"{_why(group.why, group.detail)}"
        perhaps = "" if group.certain else "perhaps "
        told.setdefault(group.step_name, []).append(f"{perhaps}{group.cells:,}, {detail}")
        order.setdefault(group.step_name, len(order))
    parts = [f"{name} {' and '.join(whys)}" for name, whys in told.items()]
    if len(parts) > _NAMED:
        left = len(parts) - _NAMED
        parts = [*parts[:_NAMED], f"and {left} more {'step' if left == 1 else 'steps'}"]
    words = f"{'; '.join(parts)}." if parts else "No cell runs."
    if plan.verified:
        whose = "value stays" if plan.verified == 1 else "values stay"
        words += f" The {plan.verified:,} human {whose} in force."
    if plan.remembered:
        words += f" {plan.remembered:,} are taken from memory and cost nothing."
    if any(not group.certain for group in plan.groups):
        words += " Fewer run where a result comes out equal."
    return words


def named(title: str) -> str:
    """What stands in braces for a step of this title: `Lines.Amount` for one of rows."""
    return title.replace(ARROW, DOT)


def _why(why: str, detail: str) -> str:
    if why == "instruction_changed":
        return f"because its {detail} changed" if detail else "because it changed"
    if why == "input_changed":
        return f"because it reads {detail}" if detail else "because what it reads changed"
    return f"because it {_WHY.get(why, 'is to run')}"


def _choice(name: ScopeName, words: str, plan: Plan | None, path: str) -> ScopeChoice:
    if plan is None:
        return ScopeChoice(name, words)
    own = sum(group.cells for group in plan.groups if group.step_id in (path, path.split(DOT)[-1]))
    return ScopeChoice(name, words, plan.count(), own, plan.cost_usd)

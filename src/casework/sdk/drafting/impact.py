"""What applying a draft would do: its plan for one scope, and in words why these cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.sdk.drafting.views import Impact, ScopeChoice, ScopeName
from casework.sdk.following import Followed
from casework.sdk.planning import Planning
from casework.sdk.ready import Which
from casework.sdk.wire import House
from casework.types.nesting import DOT, placed_steps, resolve
from casework.types.procedure import GIVEN, Procedure
from casework.types.run import Plan

AT_ONCE = 100_000
"""Cells of a worksheet of which plans are made without being asked for: each looks at every case,
which takes about 3 s of one core for 100,000 cases and one step. Of a larger one only the chosen
scope is planned."""
_NAMED = 4
_WORDS: Mapping[ScopeName, str] = {
    "all": "All cases",
    "unverified": "Unverified only",
    "shown": "The cases that the filter shows",
    "sample": "The pinned cases",
}
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


@dataclass(frozen=True, slots=True)
class Reach:
    """What a draft touches, and of which cases that is asked. `path` is that of its step, `steps`
    those of all that it touches (all steps where there are none), `pins` the cases that it is
    tried on, `shown` those that a page shows (None where that is not asked)."""

    path: str
    scope: ScopeName
    pins: Sequence[str]
    shown: Sequence[str] | None = None
    steps: Sequence[str] = ()

    @property
    def asked(self) -> dict[ScopeName, Which]:
        """The scopes that there are to choose from."""
        asked: dict[ScopeName, Which] = {
            "all": Which(steps=self.steps),
            "unverified": Which(steps=self.steps, only="unverified"),
        }
        if self.shown is not None:
            asked["shown"] = Which(self.shown, self.steps)
        asked["sample"] = Which(self.pins, self.steps)
        return asked


async def impact_of(
    house: House, worksheet_id: str, planning: Planning, followed: Followed, reach: Reach
) -> Impact:
    """The impact of what `planning` follows."""
    cells = await cells_of(house, worksheet_id, followed.procedure)
    asked = reach.asked
    scope: ScopeName = reach.scope if reach.scope in asked else "all"
    plans: dict[ScopeName, Plan] = {}
    for name, which in asked.items():
        if name == scope or cells <= AT_ONCE:
            plans[name] = await planning.plan(which)
    choices = tuple(_choice(name, _WORDS[name], plans.get(name), reach.path) for name in asked)
    first = followed.version == 1
    return Impact(plans[scope], scope, cells, because_of(plans[scope]), choices, first)


async def cells_of(house: House, worksheet_id: str, procedure: Procedure) -> int:
    """How many cells a worksheet has, those of the rows of its tables among them, as plans count
    them: the columns of a table are no work."""
    counts = house.store.finding.counts
    cells = (await counts(worksheet_id))[0] * len(procedure.steps)
    inside: dict[str, int] = {}
    for one in placed_steps(procedure.steps):
        if one.tables and one.step.by != GIVEN:
            around = DOT.join(one.around)
            inside[around] = inside.get(around, 0) + 1
    sheets = await house.store.rows.sheets(worksheet_id) if inside else {}
    for path, steps in inside.items():
        if path in sheets:
            cells += steps * (await counts(sheets[path]))[0]
    return cells


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

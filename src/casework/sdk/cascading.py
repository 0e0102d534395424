"""What a plan says of steps with an order of readers: how many cells each reader is expected to
get, and what that costs, by how sure the readers were of the cells that are there."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from casework.base.hashing import sha256_text
from casework.engine.budget import expected_by_model
from casework.engine.engine import Engine
from casework.engine.expected import total
from casework.engine.program import Column, Program
from casework.review.acceptance import NOTHING_PROMISED, Acceptance
from casework.review.queue import review_reason
from casework.sdk.sureness import Certified, sureness_of
from casework.sdk.wire import House
from casework.steps.cascade import METHOD, Sureness, stage_reading
from casework.steps.choice import EMBEDDED
from casework.types.case import Cell, Outcome
from casework.types.learned import Version
from casework.types.nesting import DOT
from casework.types.run import Plan, PlanGroup, PlannedCascade, PlannedStage
from casework.types.spending import NOTHING_SPENT, Spent, spent
from casework.types.usage import Usage
from casework.types.values import Json

_SAMPLE = 200
"""So many cases are looked at, always the same ones."""
_ENOUGH = 5
"""From so many measured confidences on a share is told."""
PERSON = "a person"
_CHOSEN = " (from extract.sure on, which is a choice and no promise)"


async def with_cascades(
    house: House, worksheet_id: str, plan: Plan, ready: tuple[Engine, Program]
) -> Plan:
    """The plan with its cascades; calls and cost of their steps are those that are expected."""
    engine, program = ready
    columns = {
        group.step_id: program.at(group.step_id)
        for group in plan.groups
        if program.at(group.step_id).method.name == METHOD
    }
    if not columns:
        return plan
    sureness = await sureness_of(house, worksheet_id, program)
    cells = await _sampled(house, worksheet_id, [path for path in columns if DOT not in path])
    live = await house.store.learned.live(worksheet_id)
    least = house.settings.number("extract.sure")
    promised = sureness.acceptances if isinstance(sureness, Certified) else NOTHING_PROMISED
    outlooks = {
        path: _outlook(
            column,
            _Known(
                cells.get(path, ()), sureness, _thresholds(live, path), least, promised.get(path)
            ),
        )
        for path, column in columns.items()
    }
    groups = tuple(
        _scaled(group, outlooks[group.step_id]) if group.step_id in outlooks else group
        for group in plan.groups
    )
    changed = replace(plan, groups=groups)
    told = total(groups, program, engine.lanes)
    return replace(
        changed,
        cost_usd=told.cost_usd,
        seconds=told.seconds,
        input_tokens=told.input_tokens,
        output_tokens=told.output_tokens,
        budget=await house.purse.outlook(worksheet_id, _by_model(changed, program, outlooks)),
        cascades=tuple(_planned(column, changed, outlooks[p]) for p, column in columns.items()),
    )


def _by_model(
    plan: Plan, program: Program, outlooks: Mapping[str, _Outlook]
) -> dict[str, tuple[Spent, bool]]:
    """What the plan expects each model to use, those of an order one by one, and whether all of it
    is priced."""
    alone = tuple(group for group in plan.groups if group.step_id not in outlooks)
    found = expected_by_model(replace(plan, groups=alone), program)
    for group in plan.groups:
        if group.step_id not in outlooks or group.expected is None:
            continue
        for model, part in outlooks[group.step_id].parts(spent(group.expected)).items():
            before, priced = found.get(model, (NOTHING_SPENT, True))
            found[model] = before + part, priced and group.expected.cost_usd is not None
    return found


def readers_of(column: Column) -> tuple[str, ...]:
    """The names of the readers of a cascade, as its method tells them."""
    order = cast(list[Json], column.method.settings["readers"])
    return tuple(str(one["who"] if isinstance(one, dict) else one) for one in order)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A reader: the share of cells that reaches it, and what one cell of it costs."""

    who: str
    reach: float | None
    each_usd: float | None


@dataclass(frozen=True, slots=True)
class _Outlook:
    stages: tuple[_Stage, ...]
    person: float | None
    basis: str

    @property
    def asked(self) -> float | None:
        """How many models one cell is expected to ask, of all that it might."""
        reached = [stage.reach for stage in self.stages if stage.who != EMBEDDED]
        known = [reach for reach in reached if reach is not None]
        return sum(known) / len(reached) if reached and len(known) == len(reached) else None

    def parts(self, whole: Spent) -> dict[str, Spent]:
        """What is used of each model, of what all of them are expected to use."""
        models = [stage for stage in self.stages if stage.who != EMBEDDED]
        asked = [1.0 if stage.reach is None else stage.reach for stage in models]
        prices = [stage.each_usd for stage in models if stage.each_usd is not None]
        known = len(prices) == len(models) and sum(prices) > 0
        costs = (
            [share * price for share, price in zip(asked, prices, strict=True)] if known else asked
        )
        calls, cost = (sum(shares) or 1.0 for shares in (asked, costs))
        return {
            stage.who: Spent(
                _about(whole.calls, one / calls),
                round(whole.tokens * one / calls),
                whole.cost_usd * dear / cost,
                _about(whole.unpriced, one / calls),
            )
            for stage, one, dear in zip(models, asked, costs, strict=True)
        }

    @property
    def first(self) -> float | None:
        """The share of cells that asks a model at all."""
        return next((stage.reach for stage in self.stages if stage.who != EMBEDDED), None)


async def _sampled(house: House, worksheet_id: str, steps: Sequence[str]) -> dict[str, list[Cell]]:
    """Cells with a result of some cases, by step."""
    ids = [case.id async for case in house.store.cases.stream(worksheet_id)]
    found: dict[str, list[Cell]] = {}
    for case_id in heapq.nsmallest(_SAMPLE, ids, key=sha256_text):
        cells = await house.store.cells.of_case(case_id)
        for step_id in steps:
            cell = cells.get(step_id)
            if cell is not None and cell.machine is not None and cell.state in ("value", "absent"):
                found.setdefault(step_id, []).append(cell)
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a step: cells that are there, from when on readers are sure enough, and the
    confidences that the live version reached out of fold, as the thresholds of `COVERAGES`.
    `chosen` is the threshold that a person chose, 0 for none; `promised` what passes by a promise.
    """

    cells: Sequence[Cell]
    sureness: Sureness
    thresholds: Sequence[float] = ()
    chosen: float = 0.0
    promised: Acceptance | None = None

    def passed_on(self, who: str, threshold: float) -> float | None:
        """The share of cells of which a reader was not as sure; None where nothing tells."""
        spoke = [cell for cell in self.cells if _spoke(cell, who)]
        told = [sure for cell in spoke if (sure := _confidence(cell, who)) is not None]
        if len(told) >= _ENOUGH:
            return sum(sure < threshold for sure in told) / len(told)
        if who == EMBEDDED and self.thresholds:
            return 1.0 - _coverage(self.thresholds, threshold)
        return 1.0 if len(spoke) >= _ENOUGH and not told else None


def _thresholds(live: Sequence[Version], path: str) -> Sequence[float]:
    """Those of the version that is at work for everybody, or else for anybody."""
    own = sorted((one for one in live if one.path == path), key=lambda one: one.audience)
    return own[0].thresholds if own else ()


def _coverage(thresholds: Sequence[float], threshold: float) -> float:
    """The share of cells that reached a threshold out of fold, at least: the thresholds are those
    of `COVERAGES`, and less where equal ones among them were put together."""
    from casework.learn.calibrate import COVERAGES

    reached = [
        share for share, each in zip(COVERAGES, thresholds, strict=False) if each >= threshold
    ]
    return max(reached, default=0.0)


def _outlook(column: Column, known: _Known) -> _Outlook:
    """What is to be expected of the readers of one step."""
    names = readers_of(column)
    costs = _costs(names, known.cells)
    stages: list[_Stage] = []
    reach: float | None = 1.0
    doubts: list[str] = []
    chosen = False
    for who in names:
        stages.append(_Stage(who, reach, costs.get(who)))
        if who == names[-1]:
            break
        threshold = known.sureness.threshold(column.step, who, column.mark)
        chosen = chosen or (threshold is not None and threshold == known.chosen)
        if threshold is None:
            doubts.append(f"no threshold holds yet for {who}, so it passes all of them on")
            continue
        passed = known.passed_on(who, threshold)
        if passed is None:
            doubts.insert(0, f"not known yet how often {who} is sure enough: counted as never")
        reach = None if reach is None or passed is None else reach * passed
    measured = sum(_confidence(cell, names[0]) is not None for cell in known.cells)
    basis = f"by how sure they were of {len(known.cells)} cells that are there"
    if measured < _ENOUGH:
        basis = "by how sure it was, when it learned, of cells that people had answered"
    basis = doubts[0] if doubts else basis
    basis += _CHOSEN if chosen else ""
    return _Outlook(tuple(stages), _person(column, known), basis)


def _spoke(cell: Cell, who: str) -> bool:
    """Whether a reader read a cell, in a cascade or as the only reader of the step."""
    if cell.machine is None:
        return False
    outcome = cell.machine.outcome
    if outcome.proof.readings:
        return stage_reading(outcome, who) is not None
    return (outcome.model or EMBEDDED) == who


def _confidence(cell: Cell, who: str) -> float | None:
    """How sure a reader was of a cell, in a cascade or as the only reader of the step."""
    if cell.machine is None:
        return None
    outcome = cell.machine.outcome
    reading = stage_reading(outcome, who)
    if reading is not None:
        return reading.confidence
    alone = not outcome.proof.readings and (outcome.model or EMBEDDED) == who
    return outcome.confidence if alone else None


def _costs(names: tuple[str, ...], cells: Sequence[Cell]) -> Mapping[str, float]:
    """What a cell costs at each reader: what cells that ended there cost, less those before it."""
    found: dict[str, float] = {EMBEDDED: 0.0}
    before = 0.0
    for number, who in enumerate(names):
        if who == EMBEDDED:
            continue
        ended = (one for one in _outcomes(cells) if _asked(one) == names[: number + 1])
        paid = [one.usage.cost_usd for one in ended if one.usage.calls]
        known = [cost for cost in paid if cost is not None]
        if not known:
            break
        found[who] = max(0.0, sum(known) / len(known) - before)
        before += found[who]
    return found


def _outcomes(cells: Sequence[Cell]) -> list[Outcome]:
    return [cell.machine.outcome for cell in cells if cell.machine is not None]


def _asked(outcome: Outcome) -> tuple[str, ...]:
    return tuple(reading.who for reading in outcome.proof.readings)


def _person(column: Column, known: _Known) -> float | None:
    """The share of cells that somebody has to look at, but for those that were drawn at random."""
    if len(known.cells) < _ENOUGH:
        return None
    promised = replace(known.promised, drawn=frozenset()) if known.promised else None
    asked = [
        review_reason(column.step, replace(cell, human=None), acceptance=promised)
        for cell in known.cells
    ]
    return sum(map(bool, asked)) / len(asked)


def _scaled(group: PlanGroup, outlook: _Outlook) -> PlanGroup:
    """The group with the calls that are expected; with all of them where nothing tells."""
    asked, first, used = outlook.asked, outlook.first, group.expected
    if asked is None or first is None or not group.calls:
        return group
    calls = _about(group.calls, asked)
    if used is None:
        return replace(group, calls=calls)
    cost = None if used.cost_usd is None else used.cost_usd * first
    scaled = Usage(
        calls,
        round(used.input_tokens * first),
        round(used.output_tokens * first),
        round(used.cached_tokens * first),
        cost,
        used.duration_s * first,
    )
    return replace(group, calls=calls, expected=scaled)


def _planned(column: Column, plan: Plan, outlook: _Outlook) -> PlannedCascade:
    """What is told of one step. Cells that are taken from memory reach nobody."""
    own = [group for group in plan.groups if group.step_id == column.path]
    cells = sum(group.cells - group.remembered for group in own)
    stages = [_stage(stage, cells) for stage in outlook.stages]
    person = None if outlook.person is None else round(cells * outlook.person)
    stages.append(PlannedStage(PERSON, outlook.person, person))
    return PlannedCascade(column.path, column.title, cells, tuple(stages), outlook.basis)


def _stage(stage: _Stage, cells: int) -> PlannedStage:
    reached = None if stage.reach is None else _about(cells, stage.reach)
    calls = 0 if stage.who == EMBEDDED else reached
    known = reached is not None and stage.each_usd is not None
    cost = (reached or 0) * (stage.each_usd or 0.0) if known else None
    return PlannedStage(stage.who, stage.reach, reached, calls, cost)


def _about(cells: int, share: float) -> int:
    """A share of cells as a whole number; of a few, none only where it is certain that none is."""
    return max(round(cells * share), int(cells > 0 and share > 0))

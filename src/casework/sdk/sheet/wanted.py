"""Queries in the words of people made into conditions on looks; and whether a single look fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casework.base.errors import UsageError, ValueReadError
from casework.sdk.sheet.looks import folded, size_of
from casework.sdk.sheet.marks import MARKS, TONES
from casework.sdk.sheet.views import FIELDS, RELATIONS, Condition, SheetQuery
from casework.store.codec import json_text
from casework.store.looked_for import BY_NAME, Asked, Column, Compared, LookedFor
from casework.store.looks import CaseLook, CellLook
from casework.types.procedure import Procedure
from casework.types.values import Json, ValueType
from casework.values.read import read_value
from casework.values.show import show

NEEDS = "needs"
"""The word for a state that any cell has which a person should look at."""
_ORDERED = frozenset({"number", "percent", "money", "quantity", "date", "period", "yes/no"})
_COLUMNS: Mapping[str, Column] = {
    "state": "mark", "reason": "why", "reviewer": "who", "confidence": "confidence",
}  # fmt: skip
_PERCENT = re.compile(r"([\d.,]+)\s*%")
_HUNDRED = 100.0
_MEASURED = ("size", "confidence")


@dataclass(frozen=True, slots=True)
class AtWorkNow:
    """The cells that a run works on now: numbers of cases by step id; whether there is a run."""

    running: bool = False
    cases: Mapping[str, Sequence[int]] = field(default_factory=dict)


def wanted_of(query: SheetQuery, procedure: Procedure, at_work: AtWorkNow) -> LookedFor:
    """What a query looks for. Raises `UsageError` for steps, fields and values that it cannot."""
    conditions = tuple(
        asked for one in query.conditions for asked in _asked(one, procedure, at_work)
    )
    sort = query.sort
    if sort not in procedure.by_id:  # a step may be called Name or Arrived: it goes first
        sort = {"arrived": "", "name": BY_NAME}.get(sort, sort)
        if sort not in ("", BY_NAME):
            _check_step(sort, procedure)
    step = procedure.by_id.get(sort)
    money = step is not None and step.type.name == "money" and not step.type.many
    return LookedFor(conditions, folded(query.search), sort, query.descending, money)


def fits(look: CaseLook, wanted: LookedFor) -> bool:
    """Whether a case that looks so fits: the same as the database would say."""
    if wanted.search and wanted.search not in look.words:
        return False
    return all(_meets(look, one) for one in wanted.conditions)


def place_of(look: CaseLook, wanted: LookedFor) -> tuple[str, float | None]:
    """Value and size by which a case is ordered, where a step orders it."""
    cell = next((one for one in look.cells if one.step_id == wanted.sort), None)
    return (cell.shown, cell.size) if cell else ("", None)


def _asked(condition: Condition, procedure: Procedure, at_work: AtWorkNow) -> Iterator[Asked]:
    step, relation = condition.step, condition.relation
    if condition.field not in FIELDS or relation not in RELATIONS:
        raise UsageError(
            f"Nothing is filtered by {condition.field!r} {relation!r}.",
            fix=f"Fields are {', '.join(FIELDS)}; relations {', '.join(RELATIONS)}.",
        )
    if step:
        _check_step(step, procedure)
    steps = tuple(one.id for one in procedure.steps)
    told = condition.value.strip()
    if condition.field == "state":
        yield _by_state(condition, steps, at_work)
    elif condition.field == "value":
        for column, compared, value in _by_value(condition, procedure):
            yield Asked(step, column, compared, value, steps)
    elif condition.field == "confidence":
        yield Asked(step, "confidence", relation, _chance(told), steps)
    else:
        yield Asked(step, _COLUMNS[condition.field], relation, folded(told), steps)


def _by_state(condition: Condition, steps: tuple[str, ...], at_work: AtWorkNow) -> Asked:
    told = condition.value.strip().casefold().replace(" ", "_")
    if told not in (*MARKS, *TONES, NEEDS):
        raise UsageError(
            f"No cell has the state {condition.value!r}.",
            fix=f"States are {', '.join((*TONES, NEEDS, *MARKS))}.",
        )
    if told == "running":  # nobody writes down what a run does just now
        mine = [condition.step] if condition.step else list(at_work.cases)
        numbers = sorted({n for step in mine for n in at_work.cases.get(step, ())})
        return Asked(condition.step, "cases", condition.relation, json_text(numbers), steps)
    if told in ("queued", "idle") and at_work.running:
        told = "idle" if told == "queued" else "queued"
    relation: Compared = "is not" if condition.relation == "is not" else "is"
    return Asked(condition.step, "mark", relation, told, steps)


def _by_value(
    condition: Condition, procedure: Procedure
) -> Iterator[tuple[Column, Compared, str | float]]:
    """By size where the step has one and the words can be read as its type, else by letters. Money
    that names a currency is compared with that currency alone: amounts of two have no order."""
    told, relation = condition.value.strip(), condition.relation
    type = procedure.by_id[condition.step].type if condition.step else ValueType("text")
    if type.name not in _ORDERED or type.many or relation == "contains":
        yield "shown", relation, folded(told)
        return
    value = _read(told, type)
    size = size_of(value, type)
    currency = value.get("currency") if isinstance(value, dict) and type.name == "money" else None
    if size is None:
        if relation in ("at least", "at most"):
            raise UsageError(
                f"{told!r} is no {type.name}.", fix=f"Write it as a {type.name} is written."
            )
        yield "shown", relation, folded(told)
    elif currency and relation == "is not":  # another amount, or another currency
        yield "shown", relation, folded(show(value, type))
    else:
        yield "size", relation, size
        if currency:
            yield "shown", "contains", folded(str(currency))


def _read(told: str, type: ValueType) -> Json:
    try:
        return read_value(told, type)
    except ValueReadError:
        return None


def _chance(told: str) -> float:
    percent = _PERCENT.fullmatch(told)
    try:
        return float(percent[1]) / _HUNDRED if percent else float(told)
    except ValueError as error:
        raise UsageError(f"{told!r} is no confidence.", fix="Write 0.8 or 80 %.") from error


def _check_step(id: str, procedure: Procedure) -> None:
    if id not in procedure.by_id:
        raise UsageError(
            f"There is no step {id!r}.",
            fix=f"Steps are {', '.join(step.id for step in procedure.steps)}.",
        )


def _meets(look: CaseLook, asked: Asked) -> bool:
    if asked.column == "cases":
        within = f",{look.number}," in f",{str(asked.told)[1:-1]},"
        return within != (asked.compared == "is not")
    if not asked.step and asked.column == "mark" and asked.told == NEEDS:
        return (look.needs > 0) != (asked.compared == "is not")
    cells = [one for one in look.cells if not asked.step or one.step_id == asked.step]
    return any(_holds(one, asked) for one in cells)


def _holds(cell: CellLook, asked: Asked) -> bool:
    told: str | float = asked.told
    if asked.column == "mark":
        hit = cell.needs if told == NEEDS else told in (cell.mark, cell.tone)
        return hit != (asked.compared == "is not")
    has = getattr(cell, asked.column)
    if asked.compared == "is not":
        return bool(has != told)
    if asked.compared == "contains":
        return str(told) in str(has or "")
    if has is None or (has == "" and asked.compared != "is"):
        return False
    if asked.compared == "is":
        return bool(has == told)
    return bool(has >= told) if asked.compared == "at least" else bool(has <= told)

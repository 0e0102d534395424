"""What a person typed as a value, understood as it is written in the documents of the case: an
amount in the currency that was found, 03/04/2026 in their order of day and month."""

from __future__ import annotations

from dataclasses import replace

from casework.base.errors import CaseworkError, ValueReadError
from casework.sdk.nested import CaseTree
from casework.sdk.wire import House
from casework.types.case import Cell
from casework.types.procedure import Step
from casework.types.values import Json
from casework.values.habits import Habits, habits_of
from casework.values.read import read_value

_DATED = ("date", "period")


async def typed_value(house: House, tree: CaseTree, step: Step, seen: Cell, text: str) -> Json:
    """The text as a value of the step's type; raises `ValueReadError`."""
    habits = as_before(seen)
    try:
        return read_value(text, step.type, habits=habits)
    except ValueReadError:
        if step.type.name not in _DATED:
            raise
        day_first = await _day_first(house, tree)
        if day_first is None:
            raise
        return read_value(text, step.type, habits=replace(habits, day_first=day_first))


def as_before(cell: Cell) -> Habits:
    """An amount without its currency is in the one that the cell has."""
    effective = cell.effective()
    value = effective.value if effective else None
    currency = value.get("currency") if isinstance(value, dict) else None
    return Habits(currency=currency if isinstance(currency, str) else None)


async def _day_first(house: House, tree: CaseTree) -> bool | None:
    """The order in which the documents of a case write dates in figures; None where it does not
    show, they differ, or one cannot be read."""
    found: set[bool] = set()
    for one in tree.top.case.documents:
        if one.state != "read":
            continue
        try:
            document = await house.parsing.read(one.sha256)
        except CaseworkError:
            return None
        said = habits_of("\n".join(page.text for page in document.pages)).day_first
        found |= {said} if said is not None else set()
    return found.pop() if len(found) == 1 else None

"""What a person typed as a value, understood as it is written in the documents of the case: an
amount in the currency that was found, or in that of the document that it was taken from,
03/04/2026 in their order of day and month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from casework.base.errors import CaseworkError, ValueReadError
from casework.sdk.nested import CaseTree
from casework.sdk.wire import House
from casework.types.case import Cell
from casework.types.procedure import Step
from casework.types.values import Json
from casework.values.habits import Habits, currencies_named, habits_of
from casework.values.read import read_value

_DATED = ("date", "period")


async def typed_value(
    house: House,
    tree: CaseTree,
    step: Step,
    seen: Cell,
    text: str,
    taken_from: Collection[str] = (),
) -> Json:
    """The text as a value of the step's type; `taken_from` are the sha256s of documents that a
    person took it from. Raises `ValueReadError`, also for an amount of which neither its words nor
    these documents tell which of several currencies it is in."""
    habits = as_before(seen)
    try:
        value = read_value(text, step.type, habits=habits)
        if taken_from and _lacks_currency(value, step):
            named = await _currencies(house, tree, taken_from)
            if len(named) > 1:
                raise _which_currency(step, text, named)
            currency = next(iter(named), None)
            value = read_value(text, step.type, habits=replace(habits, currency=currency))
        return value
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


def _lacks_currency(value: Json, step: Step) -> bool:
    if step.type.name != "money" or not isinstance(value, dict):
        return False
    return value.get("currency") is None


def _which_currency(step: Step, text: str, named: Collection[str]) -> ValueReadError:
    several = sorted(named)
    return ValueReadError(
        f"{text!r} of {step.name} states no currency, and its document writes"
        f" {', '.join(several[:-1])} and {several[-1]}.",
        fix=f"Type it with its currency: {several[0]} {text}.",
    )


async def _currencies(house: House, tree: CaseTree, sha256s: Collection[str]) -> frozenset[str]:
    """The currencies that documents of a case name, of those that the person may read."""
    found: set[str] = set()
    for one in tree.top.case.documents:
        wanted = one.sha256 in sha256s and one.state == "read"
        if not wanted or not house.rights.may_see(one.readers):
            continue
        document = await house.parsing.read(one.sha256)
        last = one.last_page or len(document.pages)
        own = (page for page in document.pages if max(1, one.first_page) <= page.number <= last)
        found |= currencies_named("\n".join(page.text for page in own))
    return frozenset(found)


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

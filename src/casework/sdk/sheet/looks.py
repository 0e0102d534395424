"""How the cells of a row look, made of the very views that a page shows: what the index keeps."""

from __future__ import annotations

import datetime as dt
import math

from casework.sdk.sheet.kept_rows import packed
from casework.sdk.sheet.marks import mark_of, tone_of
from casework.sdk.views import CellView, RowView
from casework.store.looks import ENDS_VALUES, CaseLook, CellLook
from casework.store.waits import Wait
from casework.types.procedure import Step
from casework.types.values import Json, ValueType

_SETTLED = frozenset({"value", "absent", "skipped"})
_BILLION = 1_000_000_000
_CODE = 3
"""Letters of the code of a currency (ISO 4217)."""


def case_look(
    row: RowView, number: int, types: dict[str, ValueType], waits: tuple[Wait, ...] = ()
) -> CaseLook:
    """How a case looks; `types` are those of its steps, by id, `waits` its cells that need a
    person."""
    case, waiting = row.case, [view for view in row.every if view.needs]
    values = [folded(view.shown) for view in row.cells if view.shown]
    names = "\n".join(folded(name) for name in dict.fromkeys((case.name, case.key)))
    guarded = any(one.readers is not None for one in case.documents) or any(
        view.readers is not None for view in row.every
    )
    return CaseLook(
        number,
        len(waiting),
        min((view.since for view in waiting if view.since), default=""),
        "\n".join(("", *values, f"{ENDS_VALUES}{names}")),
        guarded,
        tuple(_cell_look(view, types[view.step_id]) for view in row.cells),
        packed(row),
        waits,
    )


def folded(text: str) -> str:
    """A text as it is compared: in small letters, on one line."""
    return " ".join(text.replace(ENDS_VALUES, " ").split()).casefold()


def types_of(steps: tuple[Step, ...]) -> dict[str, ValueType]:
    """The types of steps, by id."""
    return {step.id: step.type for step in steps}


def size_of(value: Json, type: ValueType) -> float | None:
    """A value as a number that orders it among others of its type; None for what letters order.
    Money goes by its amount; orders put its currency first (`unit_of`). Dates and periods go by
    their first day."""
    if value is None or type.many:
        return None
    if isinstance(value, bool):
        return float(value)
    match type.name:
        case "number" | "percent":
            return _number(value)
        case "money" | "quantity":
            return _number(value.get("amount")) if isinstance(value, dict) else None
        case "date":
            return _day(value)
        case "period":
            if not isinstance(value, dict):
                return None
            first, last = _day(value.get("from")), _day(value.get("to"))
            return first if first is not None else last
        case "table":
            return float(len(value)) if isinstance(value, list) else None
        case _:
            return None


def unit_of(shown: str) -> str:
    """The currency of money as it is compared (`eur 1,234.50`); what states none comes last."""
    return shown[:_CODE] if shown[:1].isalpha() else "~"


def _cell_look(view: CellView, type: ValueType) -> CellLook:
    cost = view.usage.cost_usd
    there = bool(view.shown)
    return CellLook(
        view.step_id,
        mark_of(view),
        tone_of(view),
        view.state in _SETTLED,
        bool(view.needs),
        folded(view.shown),
        size_of(view.value, type) if there else None,
        _why(view),
        folded(view.verdict.who) if view.verdict else "",
        view.confidence,
        None if cost is None else round(cost * _BILLION),
    )


def _why(view: CellView) -> str:
    told = dict.fromkeys(filter(None, (view.needs, view.reason, view.outdated)))
    return folded("; ".join(told))


def _number(value: Json) -> float | None:
    try:
        told = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return told if math.isfinite(told) else None


def _day(value: Json) -> float | None:
    try:
        return float(dt.date.fromisoformat(value).toordinal()) if isinstance(value, str) else None
    except ValueError:
        return None

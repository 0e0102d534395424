"""Records and tables as the models that a function asks for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel

from casework.steps.parameters import annotations_of, as_models
from casework.types.values import Json


class Line(BaseModel):
    what: str
    amount: Annotated[Decimal, "money: EUR"]
    at: dt.date | None = None
    pieces: int = 1


class Order(BaseModel):
    lines: list[Line]
    first: Line | None = None


RECORD: Json = {
    "what": "pens",
    "amount": {"amount": "12.30", "currency": "EUR"},
    "at": "2026-03-04",
    "pieces": None,
}
LINE = Line(what="pens", amount=Decimal("12.30"), at=dt.date(2026, 3, 4), pieces=1)


@pytest.mark.parametrize(
    ("value", "asked", "given"),
    [
        (RECORD, Line, LINE),
        (RECORD, Line | None, LINE),
        (RECORD, Annotated[Line, "one"], LINE),
        ([RECORD, RECORD], list[Line], [LINE, LINE]),
        ({"lines": [RECORD], "first": None}, Order, Order(lines=[LINE])),
        (RECORD, dict[str, object], RECORD),
        (RECORD, None, RECORD),
        ([RECORD], list, [RECORD]),
    ],
)
def test_a_value_comes_as_it_is_asked_for(value: Json, asked: object, given: object) -> None:
    assert as_models(value, asked) == given


def test_a_record_that_does_not_fit_the_model_is_refused() -> None:
    with pytest.raises(ValueError, match="amount"):
        as_models({"what": "pens", "amount": None}, Line)


def test_annotations_that_cannot_be_read_ask_for_nothing() -> None:
    def odd(lines: "Missing") -> str:  # type: ignore[name-defined]  # noqa: F821, UP037
        return "x"

    assert annotations_of(odd) == {}

"""What a sheet shows stands in its address, and comes back from it."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from casework.base.errors import UsageError
from casework.procedures.compile import compile_procedure
from casework.sdk.sheet.views import Condition, SheetQuery
from casework.serve.studio.sheet_query import Asked, asked_of, in_words, query_of
from tests.sdk.conftest import PROCEDURE

EVERY = Asked(
    SheetQuery(
        (
            Condition("total-due", "value", "at least", "100"),
            Condition("", "state", "is", "conflict"),
            Condition("net", "reason", "contains", "a:b & c?"),
        ),
        "smith & co",
        "net",
        descending=True,
    ),
    ("vat", "sums-agree"),
    "view-1",
)


def test_an_address_tells_all_of_it() -> None:
    assert asked_of(QueryParams(EVERY.parameters)) == EVERY


def test_everything_has_an_address_without_parameters() -> None:
    assert Asked(SheetQuery()).parameters == ""
    assert query_of(QueryParams("")).plain


def test_a_condition_goes_alone() -> None:
    left = EVERY.without(EVERY.query.conditions[1])
    assert [one.step for one in left.query.conditions] == ["total-due", "net"]


@pytest.mark.parametrize("told", ["nothing", "a:b:c:d", "net:value:equals:1", "net:size:is:1"])
def test_a_condition_that_cannot_be_read_is_refused_with_its_form(told: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        query_of(QueryParams([("if", told)]))


def test_conditions_read_as_words() -> None:
    procedure = compile_procedure(PROCEDURE)
    words = [in_words(one, procedure) for one in EVERY.query.conditions]
    assert words == [
        "Total due at least 100",
        "Any step is conflict",
        "Net reason contains a:b & c?",
    ]

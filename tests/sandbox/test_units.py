"""What the check before a run says about units and kinds, and what it lets pass."""

from __future__ import annotations

import pytest

from casework.procedures.rules import MAX_DEPTH
from casework.sandbox.kinds import Kind
from casework.sandbox.pieces import Piece
from casework.sandbox.units import calculate
from casework.sandbox.wrong import Wrong
from casework.types.values import ValueType
from tests.sandbox.asking import (
    DATE,
    DECISION,
    EUROS,
    LINE,
    LINES,
    MONEY,
    MONTHS,
    NUMBER,
    PERCENT,
    PERIOD,
    QUANTITY,
    TEXT,
    YES_NO,
    mistakes,
)

FRANCS = ValueType("money", unit="CHF")
DAYS = ValueType("quantity", unit="day")
YEARS = ValueType("quantity", unit="year")


@pytest.mark.parametrize(
    ("source", "types", "result"),
    [
        ("{A} + {B} == {C}", {"A": MONEY, "B": MONEY, "C": MONEY}, YES_NO),
        ("{A} + 5", {"A": MONEY}, MONEY),
        ("{A} > 1000", {"A": EUROS}, YES_NO),
        ("{A} / {B}", {"A": MONEY, "B": MONEY}, NUMBER),
        ("{A} / {B}", {"A": MONEY, "B": MONEY}, PERCENT),
        ("{A} / {B} * 100 > {P}", {"A": MONEY, "B": MONEY, "P": PERCENT}, YES_NO),
        ("{A} * {P}", {"A": MONEY, "P": PERCENT}, MONEY),
        ("{A} * (1 + {P})", {"A": MONEY, "P": PERCENT}, MONEY),
        ("{A} * 19 / 100", {"A": MONEY}, MONEY),
        ("{Q} * {A}", {"Q": QUANTITY, "A": MONEY}, MONEY),
        ("{D} + {Q}", {"D": DATE, "Q": MONTHS}, DATE),
        ("{D} - {E} > 30", {"D": DATE, "E": DATE}, YES_NO),
        ("{D} - {E}", {"D": DATE, "E": DATE}, QUANTITY),
        ("{D} in {P}", {"D": DATE, "P": PERIOD}, YES_NO),
        ("{Q} > {R}", {"Q": MONTHS, "R": YEARS}, YES_NO),
        ("min({A}, {B}, 0)", {"A": MONEY, "B": MONEY}, MONEY),
        ('sum(row["amount"] for row in {L})', {"L": LINES}, MONEY),
        ('{C} in ["pay", "query"]', {"C": DECISION}, YES_NO),
        ('"pay" if {Y} else "query"', {"Y": YES_NO}, DECISION),
        ('{T} + " " + upper({T})', {"T": TEXT}, TEXT),
        ('{A}["currency"] == "EUR"', {"A": MONEY}, YES_NO),
        ("year({D}) == 2026", {"D": DATE}, YES_NO),
        ("0 if {A} is missing else {A}", {"A": MONEY}, MONEY),
        ('[row for row in {L} if row["Amount"] > 5]', {"L": LINES}, LINES),
    ],
)
def test_a_rule_that_makes_sense_has_no_mistakes(
    source: str, types: dict[str, ValueType], result: ValueType
) -> None:
    assert mistakes(source, result, **types) == ()


@pytest.mark.parametrize(
    ("source", "types", "code", "said"),
    [
        ("{A} + {B}", {"A": EUROS, "B": FRANCS}, "rule.unit", "A is in EUR, B is in CHF"),
        ("{A} < {B}", {"A": EUROS, "B": FRANCS}, "rule.unit", "Cannot compare"),
        ("{A} * {B}", {"A": MONEY, "B": MONEY}, "rule.unit", "Cannot multiply: A is money"),
        ("{A} + {N}", {"A": MONEY, "N": NUMBER}, "rule.unit", "A is money, N is a number"),
        ("{N} / {A}", {"A": MONEY, "N": NUMBER}, "rule.unit", "Cannot divide"),
        ("{A} ** 2", {"A": MONEY}, "rule.unit", "Cannot raise"),
        ("{A} + {P}", {"A": MONEY, "P": PERCENT}, "rule.unit", "P is a percentage"),
        ("{P} + 1", {"P": PERCENT}, "rule.percent", "points or a whole"),
        ("{A} * {P} / 100", {"A": MONEY, "P": PERCENT}, "rule.percent", "twice"),
        ("{N} > {P}", {"N": NUMBER, "P": PERCENT}, "rule.unit", "Cannot compare"),
        ("{Q} > {R}", {"Q": MONTHS, "R": DAYS}, "rule.unit", "months"),
        ("{D} - {E} > months(1)", {"D": DATE, "E": DATE}, "rule.unit", "months"),
        ("{D} + 30", {"D": DATE}, "rule.unit", "D is a date, 30 is a number"),
        ("{D} + {E}", {"D": DATE, "E": DATE}, "rule.kind", "Cannot add"),
        ('{D} == "2026-01-01"', {"D": DATE}, "rule.kind", "a text"),
        ("{Y} + 1", {"Y": YES_NO}, "rule.kind", "yes or no"),
        ("{T} or {Y}", {"T": TEXT, "Y": YES_NO}, "rule.kind", "or needs yes or no"),
        ('{Y} == "yes"', {"Y": YES_NO}, "rule.kind", "Cannot compare"),
        ('{C} == "pya"', {"C": DECISION}, "rule.option", "'pya' is none"),
        ('{C} in ["pay", "Query"]', {"C": DECISION}, "rule.option", "'Query'"),
        ("{C} < {C}", {"C": DECISION}, "rule.kind", "no order"),
        ("{L} == {L}", {"L": LINES}, "rule.kind", "not compared"),
        ('sum(row["Amuont"] for row in {L})', {"L": LINES}, "rule.part", "no 'Amuont'"),
        ('sum({L}["Amount"])', {"L": LINES}, "rule.part", "is a list"),
        ("sum({A})", {"A": MONEY}, "rule.kind", "takes a list"),
        ("min({A}, {D})", {"A": MONEY, "D": DATE}, "rule.kind", "Cannot compare"),
        ("{A} if {Y} else {D}", {"A": MONEY, "Y": YES_NO, "D": DATE}, "rule.kind", "give either"),
        ('{A} in "abc"', {"A": MONEY}, "rule.kind", "`in` looks into"),
        ('date("31.1.2026") > today', {}, "rule.date", "no date"),
        ("round({A}, {N})", {"A": MONEY, "N": NUMBER}, "rule.arguments", "decimals"),
        ("{T} * 2", {"T": TEXT}, "rule.kind", "Cannot multiply"),
        ("len({A})", {"A": MONEY}, "rule.kind", "len counts"),
        ("-{D}", {"D": DATE}, "rule.kind", "no minus"),
    ],
)
def test_a_mistake_names_both_sides_with_line_and_code(
    source: str, types: dict[str, ValueType], code: str, said: str
) -> None:
    found = mistakes(source, None, **types)
    assert [mistake.code for mistake in found] == [code]
    assert said in found[0].reason
    assert found[0].line == LINE


@pytest.mark.parametrize(
    ("source", "types", "result", "fix"),
    [
        ("{A} + {A}", {"A": MONEY}, YES_NO, "Compare"),
        ("{N} + 1", {"N": NUMBER}, MONEY, "money"),
        ("{N} + 1", {"N": NUMBER}, TEXT, "type: number"),
        ("{N} * 2", {"N": NUMBER}, PERCENT, "{Part} / {Whole}"),
        ('"pay" if {Y} else "qery"', {"Y": YES_NO}, DECISION, "query"),
        ("{N} + 1", {"N": NUMBER}, ValueType("file"), "person"),
    ],
)
def test_a_result_that_does_not_fit_the_step_is_a_mistake_with_a_fix(
    source: str, types: dict[str, ValueType], result: ValueType, fix: str
) -> None:
    found = mistakes(source, result, **types)
    assert len(found) == 1
    assert fix in found[0].fix


def test_several_mistakes_are_told_at_once_and_each_once() -> None:
    found = mistakes("({A} + {D}) > 5 and {D} + 30 > today", None, A=MONEY, D=DATE)
    assert [mistake.code for mistake in found] == ["rule.kind", "rule.unit"]


def test_a_step_is_called_by_its_name() -> None:
    found = mistakes("{Amount claimed} - {Deductible}", Amount_claimed=FRANCS, Deductible=EUROS)
    assert "Amount claimed is in CHF, Deductible is in EUR" in found[0].reason
    assert "one currency" in found[0].fix


def test_a_rule_nested_as_deep_as_may_be_is_a_mistake_at_most_and_no_crash() -> None:
    found = mistakes("not " * (MAX_DEPTH - 1) + "{Y}", YES_NO, Y=YES_NO)
    assert [mistake.code for mistake in found] in ([], ["rule.too_deep"])


def test_the_unit_of_a_sum_of_convertible_quantities_is_the_smaller_one() -> None:
    year = Piece(Kind("quantity", "year"), "a", "{A}")
    month = Piece(Kind("quantity", "month"), "b", "{B}")
    assert calculate("+", year, month).kind.unit == "month"
    with pytest.raises(Wrong, match="Cannot add"):
        calculate("+", year, Piece(Kind("quantity", "day"), "c", "{C}"))

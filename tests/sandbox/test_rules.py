"""Rules evaluated: money and percentages, dates, lists, absences, results, and what errors say."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.base.errors import RuleError
from casework.types.values import Json, ValueType
from tests.sandbox.asking import (
    DATE,
    DECISION,
    EUROS,
    LINE,
    LINES,
    MONEY,
    NUMBER,
    PERCENT,
    PERIOD,
    QUANTITY,
    TEXT,
    YES_NO,
    Ask,
    Given,
    day,
    eur,
    money,
    quantity,
    rows,
)

AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2).map(str)
CURRENCIES = st.sampled_from(["EUR", "CHF", "USD", "JPY", "KWD", None])


@settings(max_examples=60, deadline=None)
@given(a=AMOUNTS, b=AMOUNTS, first=CURRENCIES, second=CURRENCIES)
@pytest.mark.parametrize("rule", ["{A} + {B}", "{A} - {B}", "min({A}, {B})", "{A} >= {B}"])
def test_unlike_currencies_never_meet(
    ask: Ask, rule: str, a: str, b: str, first: str | None, second: str | None
) -> None:
    values = {"A": money(a, first), "B": money(b, second)}
    zero_of_any = any(
        not currency and not Decimal(amount) for amount, currency in ((a, first), (b, second))
    )
    if first == second or zero_of_any:
        ask(rule, None, **values)
        return
    error = ask.error(rule, None, **values)
    assert error.code == "rule.unit"
    assert "A" in error.message
    assert "B" in error.message


@settings(max_examples=60, deadline=None)
@given(a=AMOUNTS, b=AMOUNTS, currency=CURRENCIES.filter(bool))
def test_sums_are_exact_and_keep_their_currency(
    ask: Ask, a: str, b: str, currency: str | None
) -> None:
    told = ask("{A} + {B} - {A}", MONEY, A=money(a, currency), B=money(b, currency))
    assert isinstance(told, dict)
    assert told["currency"] == currency
    assert Decimal(str(told["amount"])) == Decimal(b)


@settings(max_examples=60, deadline=None)
@given(a=AMOUNTS, points=st.decimals(0, 100, places=1))
def test_a_part_of_money_is_rounded_half_up_to_cents(ask: Ask, a: str, points: Decimal) -> None:
    told = ask("{A} * {P}", MONEY, A=eur(a), P=(PERCENT, str(points)))
    exact = Decimal(a) * points / 100
    assert isinstance(told, dict)
    assert Decimal(str(told["amount"])) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("amount", "currency", "rule", "wanted"),
    [
        ("0.25", "EUR", "{A} / 10", "0.03"),
        ("0.15", "EUR", "-{A} / 2", "-0.08"),
        ("101", "JPY", "{A} / 2", "51.00"),
        ("1.001", "KWD", "{A} / 2", "0.501"),
        ("0.0125", "EUR", "{A} + {A}", "0.025"),
        ("0.0125", "EUR", "{A} * 1", "0.01"),
        ("10", "EUR", "round({A} / 3, 4)", "3.3333"),
        ("10", None, "{A} / 3", "3.33"),
    ],
)
def test_money_is_rounded_when_it_was_multiplied_or_divided(
    ask: Ask, amount: str, currency: str | None, rule: str, wanted: str
) -> None:
    told = ask(rule, MONEY, A=money(amount, currency))
    assert told == {"amount": wanted, "currency": currency}


def test_worked_out_money_is_compared_as_if_it_were_a_step_of_its_own(ask: Ask) -> None:
    given = {"Net": eur("123.45"), "Rate": (PERCENT, "19")}
    assert ask("{Net} * {Rate}", MONEY, **given) == {"amount": "23.46", "currency": "EUR"}
    assert ask("{Net} * {Rate} == {VAT}", YES_NO, **given, VAT=eur("23.46")) is True
    assert ask("{Net} * (1 + {Rate}) == {Gross}", YES_NO, **given, Gross=eur("146.91")) is True
    assert ask("{Net} * {Rate} == {VAT}", YES_NO, **given, VAT=eur("23.45")) is False


@pytest.mark.parametrize(
    ("rule", "result", "wanted"),
    [
        ("{P} * 100", NUMBER, "19"),
        ("{P}", PERCENT, "19"),
        ("{P} + {P}", PERCENT, "38"),
        ("{P} * {P}", PERCENT, "3.61"),
        ("{P} == 19", YES_NO, True),
        ("1 - {P}", NUMBER, "0.81"),
        ("1 - {P}", PERCENT, "81"),
        ("{A} / {B}", PERCENT, "19"),
        ("{A} / {B}", NUMBER, "0.19"),
        ("{A} / {B} * 100", PERCENT, "19"),
        ("{A} / {B} == {P}", YES_NO, True),
        ("{A} / {B} * 100 == {P}", YES_NO, True),
        ("{A} / {B} > 0.18", YES_NO, True),
        ("{B} * 2 / {P}", MONEY, {"amount": "1052.63", "currency": "EUR"}),
    ],
)
def test_percentages_are_points_alone_and_shares_in_products(
    ask: Ask, rule: str, result: ValueType, wanted: Json
) -> None:
    given = {"P": (PERCENT, "19"), "A": eur("19"), "B": eur("100")}
    used = {name: value for name, value in given.items() if f"{{{name}}}" in rule}
    assert ask(rule, result, **used) == wanted


@pytest.mark.parametrize(
    ("start", "rule", "wanted"),
    [
        ("2024-01-31", "{D} + months(1)", "2024-02-29"),
        ("2023-01-31", "{D} + months(1)", "2023-02-28"),
        ("2024-02-29", "{D} + years(1)", "2025-02-28"),
        ("2024-02-29", "{D} + years(4)", "2028-02-29"),
        ("2000-02-29", "{D} - years(100)", "1900-02-28"),
        ("2024-03-31", "{D} - months(1)", "2024-02-29"),
        ("2024-12-15", "{D} + months(13)", "2026-01-15"),
        ("2024-02-28", "{D} + days(2)", "2024-03-01"),
        ("2024-01-01", "weeks(2) + {D}", "2024-01-15"),
        ("2024-01-01", "today", "2026-03-01"),
        ("2024-01-01", 'date("2026-12-31")', "2026-12-31"),
        ("2024-01-01", "max({D}, today)", "2026-03-01"),
    ],
)
def test_dates_move_by_the_calendar(ask: Ask, start: str, rule: str, wanted: str) -> None:
    used = {"D": day(start)} if "{D}" in rule else {}
    assert ask(rule, DATE, **used) == wanted


def test_days_between_dates_and_periods_of_notice(ask: Ask) -> None:
    given = {"Start": day("2024-02-01"), "End": day("2024-03-01")}
    assert ask("{End} - {Start}", QUANTITY, **given) == {"amount": "29", "unit": "day"}
    assert ask("{End} - {Start} == 29", YES_NO, **given) is True
    notice = quantity("2", "quarter")
    assert ask("{Start} + {N}", DATE, Start=given["Start"], N=notice) == "2024-08-01"
    year, months = quantity("1", "year"), quantity("12", "month")
    assert ask("{Y} == {M}", YES_NO, Y=year, M=months) is True
    assert ask("{Y} in [{M}, {M}]", YES_NO, Y=year, M=months) is True
    assert ask("{Y} + {M}", QUANTITY, Y=year, M=months) == {"amount": "24", "unit": "month"}


def test_a_date_lies_in_a_period_whose_ends_may_be_open(ask: Ask) -> None:
    open_end: Given = (PERIOD, {"from": "2025-01-01", "to": None, "label": ""})
    assert ask("{D} in {P}", YES_NO, D=day("2025-01-01"), P=open_end) is True
    assert ask("{D} not in {P}", YES_NO, D=day("2024-12-31"), P=open_end) is True
    assert ask('{P}["from"]', DATE, P=open_end) == "2025-01-01"
    assert ask.error('{P}["to"]', DATE, P=open_end).code == "rule.part"


@pytest.mark.parametrize(
    ("rule", "given", "code"),
    [
        ("{D} + {Q}", {"D": day("2024-01-01"), "Q": quantity("3", "business day")}, "rule.unit"),
        ("{D} + {Q}", {"D": day("2024-01-01"), "Q": quantity("1.5", "month")}, "rule.date"),
        ("{D} + days(4000000)", {"D": day("2024-01-01")}, "rule.date"),
        ("{D} + years(9000)", {"D": day("2024-01-01")}, "rule.date"),
        ("{D} + years(999999999999)", {"D": day("2024-01-01")}, "rule.date"),
        ("date({T})", {"T": (TEXT, "soon")}, "rule.date"),
        ("{A} / ({A} - {A})", {"A": eur("1")}, "rule.division"),
        ("({A} - {A}) / ({A} - {A})", {"A": eur("1")}, "rule.division"),
        ("9 ** 9 ** 9 > {N}", {"N": (NUMBER, "1")}, "rule.too_large"),
        ("(0 - {N}) ** 0.5", {"N": (NUMBER, "1")}, "rule.too_large"),
        ("{N} + 1", {"N": (NUMBER, "1" * 40)}, "rule.too_large"),
        ("{L}[5]['Item']", {"L": rows()}, "rule.part"),
        ('min(row["Amount"] for row in {L})', {"L": rows()}, "rule.part"),
    ],
)
def test_what_cannot_be_worked_out_is_an_error_with_a_code(
    ask: Ask, rule: str, given: dict[str, tuple[ValueType, Json]], code: str
) -> None:
    error = ask.error(rule, None, **given)
    assert error.code == code
    assert error.fix
    assert f"line {LINE}" in error.message


def test_rows_are_counted_summed_and_filtered(ask: Ask) -> None:
    lines = rows({"amount": "10.00", "currency": "EUR"}, {"amount": "2.50", "currency": "EUR"})
    total = ask('sum(row["Amount"] for row in {L})', MONEY, L=lines)
    assert total == {"amount": "12.50", "currency": "EUR"}
    assert ask('sum(1 for r in {L} if r["amount"] > 5)', NUMBER, L=lines) == "1"
    assert ask('any(r["Amount"] > 9 for r in {L})', YES_NO, L=lines) is True
    assert ask('all(r["Amount"] > 9 for r in {L})', YES_NO, L=lines) is False
    assert ask('{L}[-1]["Item"]', TEXT, L=lines) == "item 1"
    assert ask('max([r["Amount"] for r in {L}])', MONEY, L=lines) == {
        "amount": "10.00",
        "currency": "EUR",
    }
    many = ValueType("money", many=True)
    listed = ask('[r["Amount"] * 2 for r in {L}]', many, L=lines)
    assert listed == [
        {"amount": "20.00", "currency": "EUR"},
        {"amount": "5.00", "currency": "EUR"},
    ]


def test_rows_are_chosen_into_a_table_with_their_units(ask: Ask) -> None:
    lines = rows({"amount": "10.00", "currency": "EUR"}, {"amount": "2.50", "currency": "EUR"})
    chosen = ask('[row for row in {L} if row["Amount"] > 5]', LINES, L=lines)
    assert chosen == [{"Item": "item 0", "Amount": {"amount": "10.00", "currency": "EUR"}}]
    assert ask("{L}[1]", None, L=lines) == {
        "Item": "item 1",
        "Amount": {"amount": "2.50", "currency": "EUR"},
    }
    francs = rows({"amount": "10.00", "currency": "EUR"}, {"amount": "2.50", "currency": "CHF"})
    assert ask.error("[row for row in {L}]", LINES, L=francs).code == "rule.unit"


def test_the_sum_of_no_rows_is_zero(ask: Ask) -> None:
    told = ask('sum(row["Amount"] for row in {L})', EUROS, L=rows())
    assert told == {"amount": "0.00", "currency": "EUR"}


def test_rows_in_two_currencies_are_not_summed_and_both_are_named(ask: Ask) -> None:
    lines = rows({"amount": "1.00", "currency": "EUR"}, {"amount": "2.00", "currency": "CHF"})
    error = ask.error('sum(row["Amount"] for row in {L})', MONEY, L=lines)
    assert error.code == "rule.unit"
    assert "EUR and CHF" in error.message
    assert ask("len({L})", NUMBER, L=lines) == "2"


def test_a_row_that_lacks_what_is_read_is_named(ask: Ask) -> None:
    lines = rows({"amount": "1.00", "currency": "EUR"}, None)
    error = ask.error('sum(row["Amount"] for row in {L})', MONEY, L=lines)
    assert error.code == "rule.part"
    assert "Row 2 has no 'Amount'" in error.message
    assert ask('sum(1 for row in {L} if row["Item"] != "")', NUMBER, L=lines) == "2"


def test_currencies_can_be_asked_for(ask: Ask) -> None:
    assert (
        ask('{A}["currency"] == {B}["currency"]', YES_NO, A=eur("1"), B=money("1", "CHF")) is False
    )
    assert ask('{A}["currency"]', TEXT, A=eur("1")) == "EUR"
    assert ask('{A}["amount"] + {B}["amount"]', NUMBER, A=eur("1"), B=money("1", "CHF")) == "2"


def test_the_error_of_two_currencies_names_steps_values_and_line(ask: Ask) -> None:
    error = ask.error(
        "{Amount claimed} - {Deductible}",
        MONEY,
        Amount_claimed=money("1200.00", "CHF"),
        Deductible=eur("150.00"),
    )
    assert str(error) == (
        "Cannot subtract: Amount claimed is in CHF (CHF 1,200.00), Deductible is in EUR "
        "(EUR 150.00) (line 7: {Amount claimed} - {Deductible}). "
        "Bring both to one currency in a step of its own before."
    )
    assert error.blames_case


def test_an_unstated_currency_is_a_unit_of_its_own(ask: Ask) -> None:
    none = money("5.00", None)
    assert ask("{A} + {A}", MONEY, A=none) == {"amount": "10.00", "currency": None}
    error = ask.error("{A} + {B}", MONEY, A=none, B=eur("1.00"))
    assert "A has no currency (5.00)" in error.message
    assert ask("{A} > 4", YES_NO, A=none) is True


def test_zero_without_a_currency_is_zero_of_any(ask: Ask) -> None:
    assert ask("0 if {D} is missing else {D}", MONEY, D=(MONEY, None)) == {
        "amount": "0.00",
        "currency": None,
    }
    left = ask("{Net} - {D}", MONEY, Net=eur("9.00"), D=money("0.00", None))
    assert left == {"amount": "9.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("rule", "a", "b", "wanted"),
    [
        ("0 if {A} is missing else {A} + {B}", None, "1.00", "0.00"),
        ("{A} if {B} is missing else {A} + {B}", "1.00", None, "1.00"),
        ("{A} if {B} is missing else {A} + {B}", "1.00", "2.00", "3.00"),
        ("{B} if {A} is missing or {A} < 0 else {A}", None, "1.00", "1.00"),
        ("{B} if {A} < 0 or {A} is missing else {A}", None, "1.00", "1.00"),
        ("{A} if {A} is not missing and {A} > 0 else {B}", None, "1.00", "1.00"),
        ("{A} if not ({A} is missing) else {B}", None, "1.00", "1.00"),
        ("sum([0 if {A} is missing else {A}, {B}])", None, "1.00", "1.00"),
    ],
)
def test_a_rule_that_asks_for_missing_goes_on(
    ask: Ask, rule: str, a: str | None, b: str | None, wanted: str
) -> None:
    given = {name: eur(v) if v else (MONEY, None) for name, v in {"A": a, "B": b}.items()}
    told = ask(rule, MONEY, **given)
    assert isinstance(told, dict)
    assert told["amount"] == wanted


@pytest.mark.parametrize(
    ("rule", "absent"),
    [
        ("{A} + {B}", ["a", "b"]),
        ("{A} > 0 or {B} > 0 or {C} > 0", ["a", "b"]),
        ("{A} if {B} is missing else {B}", ["a"]),
        ("{C} if {C} > 0 else {A}", ["a"]),
        ("{A} is missing", []),
    ],
)
def test_a_rule_with_absent_inputs_names_them(ask: Ask, rule: str, absent: list[str]) -> None:
    given = {"A": (MONEY, None), "B": (MONEY, None), "C": eur("1.00")}
    used = {name: value for name, value in given.items() if f"{{{name}}}" in rule}
    assert ask.absent(rule, None, **used) == absent


def test_the_decision_of_a_claim_needs_no_payable_when_it_asks_for_it(ask: Ask) -> None:
    rule = (
        '"reject" if not {In force} else "query" if {Matches} is missing or {Payable} is missing '
        'or not {Matches} else "pay"'
    )
    given = {"In_force": (YES_NO, True), "Matches": (YES_NO, None), "Payable": eur("5.00")}
    assert ask(rule, DECISION, **given) == "query"
    assert ask(rule, DECISION, **{**given, "Matches": (YES_NO, True)}) == "pay"
    assert ask(rule, DECISION, **{**given, "In_force": (YES_NO, False)}) == "reject"
    assert ask.absent(rule, DECISION, **{**given, "In_force": (YES_NO, None)}) == ["in-force"]


def test_a_text_that_is_no_option_is_an_error_with_the_nearest(ask: Ask) -> None:
    error = ask.error('"pay" if {Y} else "qery"', DECISION, Y=(YES_NO, True))
    assert error.code == "rule.option"
    assert '"query"' in error.fix
    error = ask.error("{T}", DECISION, T=(TEXT, "wait"))
    assert error.code == "rule.result"
    assert "wait" in error.message


def test_a_value_that_has_not_the_shape_of_its_type_is_told_by_name(ask: Ask) -> None:
    error = ask.error("{A} + {A}", MONEY, A=(MONEY, "12 EUR"))
    assert error.code == "rule.input"
    assert "A holds '12 EUR'" in error.message


def test_texts_are_joined_searched_and_compared(ask: Ask) -> None:
    name = (TEXT, 'Müller "Söhne" GmbH\n\\')
    assert ask('"GmbH" in {T}', YES_NO, T=name) is True
    assert ask("{T} == {T}", YES_NO, T=name) is True
    assert ask('lower({T}) == "müller"', YES_NO, T=(TEXT, "MÜLLER")) is True
    assert ask('"No. " + {T}', TEXT, T=(TEXT, "7")) == "No. 7"


@settings(max_examples=80, deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_no_text_becomes_code(ask: Ask, text: str) -> None:
    quoted = "".join(f"\\U{ord(letter):08x}" for letter in text)
    clean = text.encode("utf-8", "replace").decode()
    assert ask(f'{{T}} == "{quoted}"', YES_NO, T=(TEXT, text)) is True
    assert ask("len({T})", NUMBER, T=(TEXT, text)) == str(len(clean))


def test_without_a_wanted_type_the_rule_gives_what_it_gives(ask: Ask) -> None:
    assert ask("1 + 1") == "2"
    assert ask("{P} + {P}", None, P=(PERCENT, "5")) == "10"
    assert ask("{A} > 0", None, A=eur("1")) is True


def test_an_error_of_the_check_is_the_same_during_a_run(ask: Ask) -> None:
    with pytest.raises(RuleError) as caught:
        ask("{A} * {A}", MONEY, A=eur("2.00"))
    assert caught.value.code == "rule.unit"
    assert "Money times money" in caught.value.fix

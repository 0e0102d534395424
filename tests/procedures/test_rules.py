"""Reading rules: references, the tree, and mistakes with a way out."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import ProcedureError
from casework.base.ids import slug
from casework.procedures.rules import (
    identifier,
    parse_rule,
    reads_today,
    references_in,
    rule_tree,
    step_id,
)
from casework.procedures.rules import (
    tests_missing as missing_tests,
)

NAMES = {"Net": "net", "VAT": "vat", "Total due": "total-due", "Insurer's share": "insurers-share"}


def mistake(source: str) -> tuple[str, str]:
    with pytest.raises(ProcedureError) as raised:
        parse_rule(source, NAMES, 7)
    (found,) = raised.value.mistakes
    assert found.line == 7
    return found.code, f"{found.reason} {found.fix}"


def test_names_become_ids_whatever_their_case_and_spacing() -> None:
    rule = parse_rule("{net}  +\n{VAT} == {Total   Due}", NAMES, 3)
    assert rule.text == "{net} + {vat} == {total-due}"
    assert rule.source == "{net}  +\n{VAT} == {Total   Due}"
    assert (rule.references, rule.line) == (("net", "vat", "total-due"), 3)


def test_the_tree_is_python_with_names_for_steps() -> None:
    tree = rule_tree(parse_rule("{Net} + {VAT} == {Total due}", NAMES))
    assert ast.unparse(tree) == "step__net + step__vat == step__total_due"


def test_missing_yes_and_no_are_turned_into_python() -> None:
    rule = parse_rule("{Net} is  missing or {VAT} is not missing and yes != no", NAMES)
    assert ast.unparse(rule_tree(rule)) == (
        "missing(step__net) or (not missing(step__vat) and True != False)"
    )
    assert missing_tests(rule) == {"net", "vat"}


def test_not_missing_can_stand_anywhere_in_an_expression() -> None:
    rule = parse_rule("yes == {Net} is not missing", NAMES)
    assert ast.unparse(rule_tree(rule)) == "True == (not missing(step__net))"


def test_a_text_in_quotes_is_left_alone() -> None:
    rule = parse_rule("\"{Net}  is missing\" + 'yes' == {Net}", NAMES)
    assert rule.references == ("net",)
    assert rule.text.startswith('"{Net}  is missing"')
    assert list(references_in('"{Net}" + {Net}')) == [(10, 15, "Net")]


def test_an_apostrophe_in_a_name_opens_no_text() -> None:
    assert parse_rule("{Insurer's share} > 3 and {Net} != '1'", NAMES).references == (
        "insurers-share",
        "net",
    )


def test_the_date_of_the_run_is_noticed() -> None:
    assert reads_today(parse_rule("{Net} < today", NAMES))
    assert not reads_today(parse_rule('{Net} == "today"', NAMES))


def test_each_tree_is_a_fresh_one() -> None:
    rule = parse_rule("{Net}", NAMES)
    assert rule_tree(rule) is not rule_tree(rule)


@given(st.text().map(slug))
def test_the_python_name_of_any_id_can_be_turned_back(id: str) -> None:
    assert step_id(identifier(id)) == id
    assert identifier(id).isidentifier()


def test_other_names_are_those_of_no_step() -> None:
    assert step_id("today") == ""


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_a_named_mistake(source: str) -> None:
    try:
        rule = parse_rule(source, NAMES)
    except ProcedureError as error:
        mistakes = error.mistakes
    else:
        assert ast.unparse(rule_tree(rule))
        return
    assert all(found.code and found.reason and found.fix for found in mistakes)


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("", "rule.empty", "The rule is empty"),
        ("1 + " * 1500 + "1", "rule.too_long", "4000 are the most"),
        ("{Nett} + 1", "procedure.unknown_step", "Did you mean {Net}?"),
        ("{}", "procedure.unknown_step", "no name in { }"),
        ("{Today} > 1", "procedure.unknown_step", "the word today, without braces"),
        ("{Net} = 3", "rule.syntax", "Write == to compare"),
        ("{Net} && {VAT}", "rule.syntax", "Write and, or, not"),
        ("{Net} AND {VAT}", "rule.syntax", "in small letters"),
        ("{Net} == “a”", "rule.syntax", "straight quotes"),
        ("{Net} × 2", "rule.syntax", "keys of a keyboard"),
        ("{Net} * 19%", "rule.syntax", "19 / 100"),
        ("{Net} > 5 EUR", "rule.syntax", "without a currency"),
        ("if {Net} then 1", "rule.syntax", '"pay" if'),
        ("{Net} is empty", "rule.not_allowed", "is missing"),
        ("{Net} is not there", "rule.not_allowed", "is not missing"),
        ("{Net} => 1", "rule.syntax", ">= or <="),
        ("{Net +", "rule.syntax", "Every { needs its }"),
        ("{Net} is 3", "rule.not_allowed", "Write =="),
        ("{Net}.amount", "rule.not_allowed", '{X}["Field"]'),
        ("lambda: 1", "rule.not_allowed", "python step"),
        ("(x := 3)", "rule.not_allowed", "no variables"),
        ("{Net} > 1,200", "rule.not_allowed", "1200"),
        ("{Net} == None", "rule.not_allowed", "is missing"),
        ("{Net} == 3j", "rule.not_allowed", "numbers, texts"),
        ("{Net}[0:2]", "rule.not_allowed", "python step"),
        ('f"{Net}"', "rule.not_allowed", "Join texts with +"),
        ("Net + 1", "rule.unknown_name", "{Net}"),
        ("{Net} > total due + 1", "rule.unknown_name", "names Total due without braces"),
        ("Total due - Net > 1", "rule.unknown_name", "Write {Total due}."),
        ("{Net} == true", "rule.unknown_name", "Did you mean True"),
        ("{Net} == pay", "rule.unknown_name", '"pay"'),
        ("min", "rule.unknown_name", "min(…)"),
        ("rond({Net})", "rule.unknown_function", "Did you mean round"),
        ("open('x')", "rule.unknown_function", "There are abs, min"),
        ("round()", "rule.arguments", "1 to 2 values"),
        ("min()", "rule.arguments", "1 or more values"),
        ("round({Net}, digits=2)", "rule.arguments", "without names"),
        ("missing(3)", "rule.arguments", "{X} is missing"),
        ("({Net})(3)", "rule.not_allowed", "no function"),
        ("sum(today for today in {Net})", "rule.not_allowed", "such as row"),
        ("sum(a for (a, b) in {Net})", "rule.not_allowed", "one plain word"),
    ],
)
def test_a_rule_with_a_mistake_says_what_to_write_instead(
    source: str, code: str, says: str
) -> None:
    found, words = mistake(source)
    assert found == code
    assert says in words


def test_all_unknown_names_are_told_at_once() -> None:
    with pytest.raises(ProcedureError) as raised:
        parse_rule("{A} + {B}", NAMES)
    assert len(raised.value.mistakes) == 2


@pytest.mark.parametrize("times", [200, 1_900])
def test_a_rule_that_is_nested_too_deeply_is_a_mistake(times: int) -> None:
    code, told = mistake("+".join(["1"] * times))
    assert code in ("rule.too_deep", "rule.syntax")
    assert "steps of their own" in told or "too deep" in told


def test_a_long_sum_of_steps_is_a_rule() -> None:
    assert parse_rule("+".join(["{Net}"] * 100), NAMES).references == ("net",)

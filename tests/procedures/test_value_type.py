"""What stands behind `type:`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import Mistake
from casework.procedures.findings import Findings
from casework.procedures.value_type import NOT_HERE, read_type, type_text
from casework.types.values import TYPE_NAMES, Field, TypeName, ValueType


def read(text: str, *items: str) -> ValueType:
    findings = Findings()
    type = read_type(text, findings, items=items)
    assert type is not None, findings.mistakes
    assert findings.mistakes == []
    return type


def refused(text: str, *items: str) -> Mistake:
    findings = Findings(4)
    assert read_type(text, findings, items=items) is None
    (mistake,) = findings.mistakes
    assert mistake.line == 4
    return mistake


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("text", ValueType("text")),
        ("  Number ", ValueType("number")),
        ("percent", ValueType("percent")),
        ("money", ValueType("money")),
        ("money: EUR", ValueType("money", unit="EUR")),
        ("money: chf", ValueType("money", unit="CHF")),
        ("money: €", ValueType("money", unit="EUR")),
        ("quantity: months", ValueType("quantity", unit="month")),
        ("quantity: kWh", ValueType("quantity", unit="kWh")),
        ("date", ValueType("date")),
        ("date: Day first", ValueType("date", hint="day first")),
        ("period", ValueType("period")),
        ("yes/no", ValueType("yes/no")),
        ("file", ValueType("file")),
        (
            "choice: pay, query,  send  back",
            ValueType("choice", options=("pay", "query", "send back")),
        ),
        ('choice: "yes, all", no', ValueType("choice", options=("yes, all", "no"))),
        ("choices: a, b", ValueType("choices", options=("a", "b"))),
    ],
)
def test_each_type_is_read(text: str, type: ValueType) -> None:
    assert read(text) == type


def test_a_table_has_columns_with_types_of_their_own() -> None:
    assert read("table: Description, Quantity (number), Amount (money: EUR)").fields == (
        Field("Description", ValueType("text")),
        Field("Quantity", ValueType("number")),
        Field("Amount", ValueType("money", unit="EUR")),
    )


def test_commas_inside_brackets_do_not_part_fields() -> None:
    type = read("record: Kind (choice: a, b), Party (record: Name, Born (date)), Tags (text, many)")
    assert [field.name for field in type.fields] == ["Kind", "Party", "Tags"]
    assert type.fields[0].type.options == ("a", "b")
    assert [field.name for field in type.fields[1].type.fields] == ["Name", "Born"]
    assert type.fields[2].type == ValueType("text", many=True)


def test_nested_bullets_are_options_or_fields_with_what_they_mean() -> None:
    assert read("choice:", "pay", "ask, then pay").options == ("pay", "ask, then pay")
    assert read("table", "Amount (money): without tax, rounded").fields == (
        Field("Amount", ValueType("money"), "without tax, rounded"),
    )


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("mony", "procedure.unknown_type", "Did you mean money?"),
        ("boolean", "procedure.unknown_type", "Did you mean yes/no?"),
        ("xyz", "procedure.unknown_type", "The types are text, number"),
        ("record: A (document)", "procedure.bad_type", "type of its own"),
        ("reference: customers", "procedure.type_not_here", "Use text"),
        ("money: euro", "procedure.bad_type", "three letters"),
        ("date: american", "procedure.bad_type", "month first"),
        ("text: long", "procedure.bad_type", "Write type: text."),
        ("choice", "procedure.bad_type", "two options or more; none"),
        ("choice: pay", "procedure.bad_type", "only 'pay'"),
        ("choice: pay, , query", "procedure.bad_type", "commas between"),
        ("choice: pay, Pay", "procedure.bad_type", "twice"),
        ("table", "procedure.bad_type", "needs its columns"),
        ("record: (number)", "procedure.bad_type", "is no field"),
        ("record: A, a", "procedure.bad_type", "different names"),
        ("record: A (monny)", "procedure.unknown_type", "money"),
        ("record: A (record: B (record: C (record: D (record: E))))", "procedure.bad_type", "deep"),
    ],
)
def test_a_wrong_type_is_told_with_a_fix(text: str, code: str, says: str) -> None:
    mistake = refused(text)
    assert mistake.code == code
    assert says in f"{mistake.reason} {mistake.fix}"


def test_a_list_under_a_plain_type_is_told() -> None:
    assert "list under it" in refused("money", "EUR").reason


def test_every_mistake_of_a_table_is_told() -> None:
    findings = Findings()
    assert read_type("table: A (monny), B (date: x)", findings) is None
    assert len(findings.mistakes) == 2


_WORDS = st.text(alphabet="abcXYZ", min_size=1, max_size=6)
_PLAIN: list[TypeName] = ["text", "number", "percent", "date", "period", "yes/no"]
_SIMPLE = st.one_of(
    st.sampled_from([ValueType(name) for name in _PLAIN]),
    st.builds(lambda unit: ValueType("money", unit=unit), st.sampled_from(["", "EUR", "USD"])),
    st.builds(
        lambda options: ValueType("choice", options=tuple(options)),
        st.lists(_WORDS, min_size=2, max_size=4, unique_by=str.casefold),
    ),
)
_TYPES = st.recursive(
    _SIMPLE,
    lambda inner: st.builds(
        lambda name, names, types: ValueType(
            name, fields=tuple(Field(n, t) for n, t in zip(names, types, strict=False))
        ),
        st.sampled_from(["table", "record"]),
        st.lists(_WORDS, min_size=3, max_size=3, unique_by=str.casefold),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


@given(_TYPES)
def test_a_type_that_is_written_is_read_again(type: ValueType) -> None:
    assert read(type_text(type)) == type


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=2))
def test_any_text_is_a_type_or_a_named_mistake(text: str, items: list[str]) -> None:
    findings = Findings()
    type = read_type(text, findings, items=tuple(items))
    assert (type is None) == bool(findings.mistakes)
    assert all(mistake.reason and mistake.fix for mistake in findings.mistakes)


def test_what_is_not_here_yet_is_a_type_of_the_contract() -> None:
    assert set(NOT_HERE) <= set(TYPE_NAMES)

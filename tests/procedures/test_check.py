"""Checks that need several steps at once: circles, types of rules, conditions never true."""

from __future__ import annotations

import pytest

from casework.procedures.check import check

BASE = """## Kind
- type: choice: fire, water, theft
## Urgent
- type: yes/no
## Net
- type: money
## Count
- type: number
## Note
## Day
- type: date
## Tags
- type: choices: a, b
## Notes
- many: yes
"""
LINE = len(BASE.splitlines()) + 2


def codes(text: str) -> list[str]:
    return [mistake.code for mistake in check(text)]


def condition(rule: str) -> list[str]:
    return [mistake.code for mistake in check(f"{BASE}## Step\n- when: {rule}\nWhat it says.\n")]


def test_a_circle_is_named_from_its_first_step() -> None:
    text = "## X\nRead {Net}.\n## Net\nRead {VAT}.\n## VAT\nRead {Rate}.\n## Rate\nRead {Net}.\n"
    (mistake,) = check(text)
    assert (mistake.line, mistake.code) == (3, "procedure.cycle")
    assert "Net → VAT → Rate → Net." in mistake.reason


def test_every_circle_is_told() -> None:
    text = "".join(
        f"## {one}\nRead {{{two}}}.\n" for one, two in ("AB", "BA", "CD", "DC", "EA", "FF")
    )
    assert codes(text) == ["procedure.cycle", "procedure.cycle", "procedure.self_reference"]


def test_a_long_chain_is_no_circle() -> None:
    text = "## S0\nx\n" + "".join(f"## S{i}\nRead {{S{i - 1}}}.\n" for i in range(1, 2000))
    assert check(text) == ()


@pytest.mark.parametrize(
    "rule",
    [
        '{Kind} == "fire"',
        '{Kind} in ["fire", "theft"]',
        '{Kind} != "fire" and {Kind} != "water"',
        '{Kind} == "fire" or {Kind} == "water"',
        "{Urgent}",
        "not {Urgent} and {Net} > 10",
        "{Net} > 10 and {Net} < 11",
        "0 < {Net} <= 1",
        "{Net} is missing",
        '{Kind} is not missing and {Kind} == "fire"',
        '{Note} == "x" or {Note} == "y"',
        '{Net} > 10 and lower({Note}) == "x"',
        '"a" in {Tags} and "b" in {Tags}',
        '{Tags} == ["a", "b"]',
        "{Day} > today",
        'date("2026-01-01") < {Day}',
        '{Kind} is missing or {Kind} == "fire"',
        "yes",
        "{Net} > {Count} and {Net} < {Count}",
        "{Net} > 5 and {Count} < 6 and {Net} < {Count}",
        "{Count} == 1 or not {Count} == 1",
    ],
)
def test_a_condition_that_can_be_true_is_left_alone(rule: str) -> None:
    assert condition(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        '{Kind} == "fire" and {Kind} == "water"',
        '{Kind} != "fire" and {Kind} != "water" and {Kind} != "theft" and {Kind} is not missing',
        '{Kind} in ["fire"] and {Kind} in ["water"]',
        '{Kind} not in ["fire", "water", "theft"] and not {Kind} is missing',
        "{Urgent} and not {Urgent}",
        "{Urgent} == yes and {Urgent} == no",
        "{Net} > 10 and {Net} < 5",
        "{Net} > 10 and {Net} <= 10",
        "10 < {Net} < 5",
        "{Net} < -5 and {Net} > 0",
        "{Net} is missing and {Net} is not missing",
        '{Kind} is missing and {Kind} == "fire"',
        '{Note} == "x" and {Note} == "y"',
        'not ({Note} == "x" or {Note} != "x") and {Note} is not missing',
        "no",
        "1 > 2",
        '{Urgent} and ({Kind} == "fire" and {Kind} == "theft")',
    ],
)
def test_a_condition_that_is_never_true_is_told(rule: str) -> None:
    assert condition(rule) == ["procedure.unreachable"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ('{Kind} == "fier"', "rule.option"),
        ('{Kind} == "Fire"', "rule.option"),
        ('"fier" != {Kind}', "rule.option"),
        ('{Kind} in ["fire", "hail"]', "rule.option"),
        ('"c" in {Tags}', "rule.option"),
        ('{Urgent} == "yes"', "rule.types"),
        ('{Net} == "12"', "rule.types"),
        ('{Day} > "2026-01-01"', "rule.types"),
        ("{Kind} > 3", "rule.types"),
        ("{Net} + {Note} == 3", "rule.types"),
        ("{Net} * {Net} > 3", "rule.types"),
        ("{Day} + 30 > today", "rule.types"),
        ("{Net}", "rule.not_yes_no"),
        ("{Notes}", "rule.not_yes_no"),
        ('"yes"', "rule.not_yes_no"),
    ],
)
def test_a_condition_that_goes_wrong_is_told_once(rule: str, code: str) -> None:
    (mistake,) = check(f"{BASE}## Step\n- when: {rule}\nWhat it says.\n")
    assert (mistake.code, mistake.line) == (code, LINE)


def test_a_word_that_is_no_option_is_told_with_the_nearest() -> None:
    (mistake,) = check(f'{BASE}## Step\n- when: {{Kind}} == "Fire"\nx\n')
    assert "'Fire' is no option of Kind." in mistake.reason
    assert 'Did you mean "fire"?' in mistake.fix


def test_conditions_too_wide_to_try_out_are_left_alone() -> None:
    kinds = "".join(f"## K{i}\n- type: choice: {', '.join('abcdefgh')}\n" for i in range(8))
    rule = " and ".join(f'{{K{i}}} == "a"' for i in range(8))
    assert check(f'{kinds}## Step\n- when: {rule} and {{K0}} == "b"\nx\n') == ()


def test_an_input_that_is_skipped_whenever_the_step_runs_is_told() -> None:
    text = (
        '## A\n- when: {Kind} == "fire"\n- type: number\n'
        '## B\n- when: {Kind} == "water"\n`{A} + 1`\n'
        '## C\n- when: {Kind} != "water"\n`{A} + 1`\n'
        '## D\n- when: {Kind} == "water"\n`{A} is missing`\n'
    )
    (mistake,) = check(BASE + text)
    assert mistake.code == "procedure.input_never_there"
    assert mistake.reason.startswith("B reads A, which is skipped whenever B runs")


@pytest.mark.parametrize(
    ("type", "rule"),
    [
        ("money", "{Net} > 3"),
        ("yes/no", "{Net}"),
        ("number", "{Net}"),
        ("text", "{Count} + 1"),
        ("date", "{Count}"),
        ("yes/no", '"yes" if {Urgent} else "no"'),
        ("text", "{Notes}"),
    ],
)
def test_a_rule_that_gives_another_type_is_told(type: str, rule: str) -> None:
    (mistake,) = check(f"{BASE}## Step\n- type: {type}\n`{rule}`\n")
    assert (mistake.code, mistake.line) == ("procedure.type_differs", LINE + 1)


@pytest.mark.parametrize(
    ("type", "rule"),
    [
        ("money: EUR", "{Count} * 85"),
        ("percent", "{Count} / 3"),
        ("text", '"yes" if {Urgent} else "no"'),
        ("text", "{Kind}"),
        ("choice: fire, water, theft", "{Kind}"),
        ("choice: x, y, z", '"x" if {Urgent} else "y"'),
        ("quantity: days", "today - {Day}"),
    ],
)
def test_a_rule_that_fits_its_type_is_left_alone(type: str, rule: str) -> None:
    assert check(f"{BASE}## Step\n- type: {type}\n`{rule}`\n") == ()


def test_a_rule_that_gives_what_is_no_option_is_told() -> None:
    assert codes(
        f'{BASE}## Step\n- type: choice: pay, ask\n`"pay" if {{Urgent}} else "aks"`\n'
    ) == ["rule.option"]


def test_a_mistake_in_a_type_is_told_once_and_not_again_where_it_is_read() -> None:
    assert codes('## A\n- type: mony\n## B\n`{A} + 1`\n## C\n- when: {B} == "x"\nx\n') == [
        "procedure.unknown_type"
    ]


def test_steps_below_a_section_are_told_instead_of_read_as_text() -> None:
    (mistake,) = check("# T\n## Amounts\n### Net\n- type: money\n")
    assert (mistake.line, mistake.code) == (3, "procedure.heading_level")
    assert "Write it as ##" in mistake.fix


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("- type money\n- by person", [2, 3]),
        ("- type: money\n- review = always", [3]),
        ("- by the supplier", []),
        ("- many words", []),
        ("Take care:\n- type text", []),
    ],
)
def test_a_key_without_its_colon_is_told(lines: str, told: list[int]) -> None:
    mistakes = check(f"## A\n{lines}\n")
    assert [mistake.line for mistake in mistakes] == told
    assert {mistake.code for mistake in mistakes} <= {"procedure.no_colon"}


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        ("- by: lookup", "procedure.by_not_here", "python step"),
        ("- by: judge", "procedure.by_not_here", "by: model"),
        ("- by: agent", "procedure.by_not_here", "by: model"),
        ("- by: action", "procedure.by_not_here", "by: person"),
        ("- by: extract", "procedure.bad_value", "Did you mean document?"),
        ("- by: somebody else", "procedure.bad_value", "It can be document, model, rule"),
        ("- type: file", "procedure.type_not_here", "by: person"),
        ("- review: alway", "procedure.bad_value", "Did you mean always?"),
        ("- many: perhaps", "procedure.bad_value", "many: yes"),
        ("- type: yes/no\n- many: yes", "procedure.bad_value", "is one answer"),
        ("- type: table: A\n- many: yes", "procedure.bad_value", "many rows already"),
        ("- type: choices: a, b\n- many: yes", "procedure.bad_value", "many already"),
        ("- model: bigger", "procedure.bad_value", "provider:model"),
        ("- model: smal", "procedure.bad_value", "Did you mean small?"),
        ("- by: document\n- from: ,", "procedure.bad_value", "receipt, mail"),
        ("- owner:\n  - Anna", "procedure.bad_value", "on one line"),
        ("- by: model\n- model: embedded", "procedure.key_not_for", "cannot reason"),
        ("- by: person\n- model: small", "procedure.key_not_for", "by: document or model"),
        ("- id: today", "procedure.id_reserved", "today-step"),
        ("- colour: red\n- type: text", "", ""),
        ("- type: text\n- colour: red", "procedure.unknown_key", "goes below a line of text"),
    ],
)
def test_a_wrong_key_is_told_with_a_fix(keys: str, code: str, says: str) -> None:
    mistakes = check(f"## A\nx\n## B\n{keys}\nRead {{A}}.\n")
    found = {mistake.code: f"{mistake.reason} {mistake.fix}" for mistake in mistakes}
    assert list(found) == ([code] if code else [])
    assert says in found.get(code, "")

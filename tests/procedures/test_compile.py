"""From text to a procedure: defaults, ids, references, order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

import casework
from casework.base.errors import ProcedureError
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.types.values import ValueType
from tests.procedures.texts import ANY_TEXT, INVOICE

SAMPLES = sorted((Path(casework.__file__).parent / "samples").glob("*/procedure.md"))


def test_the_procedure_of_the_design_compiles() -> None:
    procedure = compile_procedure(INVOICE)
    assert procedure.name == "Supplier invoice check"
    assert procedure.order == ("supplier", "net", "vat", "total-due", "sums-agree", "decision")
    assert procedure.text == INVOICE
    decision = procedure.step("decision")
    assert decision.by == "model"
    assert decision.review == "always"
    assert decision.references == ("sums-agree", "supplier")
    assert decision.instruction.startswith("Pay when {sums-agree} is yes and {supplier} is on")
    assert decision.type == ValueType("choice", options=("pay", "query", "reject"))


def test_by_defaults_to_rule_model_or_document() -> None:
    procedure = compile_procedure(INVOICE)
    assert [step.by for step in procedure.steps] == ["document"] * 4 + ["rule", "model"]


def test_a_name_alone_is_text_from_the_documents_reviewed_when_unsure() -> None:
    (step,) = compile_procedure("## Invoice number\n").steps
    assert (step.by, step.type, step.review, step.sources) == (
        "document",
        ValueType("text"),
        "unsure",
        (),
    )


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_procedures_of_the_samples_compile(path: Path) -> None:
    assert compile_procedure(path.read_text(encoding="utf-8")).steps


def test_text_beside_a_lone_rule_is_a_remark_for_people() -> None:
    text = (
        "## Net\n- type: money\n## Big\nMore than {Net} we ask for.\n\n`{Net} > 1000`\nSee 3.2.\n"
    )
    step = compile_procedure(text).step("big")
    assert step.rule is not None
    assert step.rule.line == 6
    assert (step.by, step.instruction) == ("rule", "More than {net} we ask for.\n\nSee 3.2.")


def test_a_rule_may_go_over_several_lines() -> None:
    (_, step) = compile_procedure("## A\n- type: number\n## B\n`{A}\n  + 1`\n").steps
    assert step.rule is not None
    assert step.rule.text == "{a} + 1"


def test_a_rule_that_reads_nothing_must_be_meant() -> None:
    (mistake,) = check("## Number\nSuch as\n`12345`\n")
    assert (mistake.line, mistake.code) == (3, "procedure.constant_rule")
    assert compile_procedure("## Limit\n- by: rule\n`12345`\n").steps[0].by == "rule"
    assert compile_procedure("## Day\n`today`\n").steps[0].type.name == "date"


def test_code_is_text_in_a_step_that_says_by_document() -> None:
    (step,) = compile_procedure("## Number\n- by: document\nLooks like\n`RE-2024-001`\n").steps
    assert (step.by, step.rule) == ("document", None)


def test_braces_in_code_are_a_reference_only_when_a_step_has_the_name() -> None:
    text = '## A\nx\n## B\nCompare `{A}` with `{"a": 1}`.\n```\n{A} {C}\n```\nAnd \\{plain}.\n'
    step = compile_procedure(text).step("b")
    assert step.references == ("a",)
    assert '`{a}` with `{"a": 1}`' in step.instruction
    assert "{A} {C}" in step.instruction


def test_a_reference_may_be_wrapped_by_an_editor() -> None:
    step = compile_procedure("## Sums agree\nx\n## B\nPay when {sums\n  AGREE} says so.\n").step(
        "b"
    )
    assert step.references == ("sums-agree",)
    assert step.instruction == "Pay when {sums-agree} says so."


def test_a_reference_in_a_condition_makes_a_dependency_and_no_model_step() -> None:
    kind = "## Kind\n- type: choice: fire, water\n"
    text = kind + '## Hydrant\n- when: `{Kind} == "fire"`\nThe number.\n'
    step = compile_procedure(text).step("hydrant")
    assert (step.by, step.references) == ("document", ("kind",))
    assert step.when is not None
    assert step.when.line == 4


def test_steps_are_ordered_by_what_they_read_and_else_as_written() -> None:
    text = "## A\nRead {C}.\n## B\nx\n## C\nRead {D}.\n## D\nx\n## E\nx\n"
    assert compile_procedure(text).order == ("b", "d", "c", "a", "e")


def test_an_id_gives_the_first_name() -> None:
    step = compile_procedure("## Amount due\n- id: total-due\nx\n").step("total-due")
    assert (step.name, step.first_name) == ("Amount due", "total due")
    kept = compile_procedure("## Check\n- id: Prüfung & Zahlung\nx\n").steps[0]
    assert (kept.id, kept.first_name) == ("prufung-and-zahlung", "Prüfung & Zahlung")


def test_keys_are_read_into_the_step() -> None:
    text = (
        "## Payees\n- type: text\n- many: yes\n- from: Claim form, mail\n"
        "- model: openai:gpt-5-mini\n- review: never\n- owner: Anna  Berg\nWho is paid.\n"
    )
    step = compile_procedure(text).steps[0]
    assert step.type.many
    assert step.sources == ("claim form", "mail")
    assert (step.model, step.review, step.owner) == ("openai:gpt-5-mini", "never", "Anna Berg")


@pytest.mark.parametrize("model", ["small", "best", "embedded", "ollama:qwen3:8b"])
def test_a_model_is_a_role_or_a_provider_with_its_model(model: str) -> None:
    assert compile_procedure(f"## A\n- model: {model}\nx").steps[0].model == model


@pytest.mark.parametrize(
    ("rule", "type"),
    [
        ("{Net} + {VAT}", ValueType("money", unit="EUR")),
        ("{Net} - {Fee}", ValueType("money")),
        ("{Net} > {VAT}", ValueType("yes/no")),
        ("not {Fine}", ValueType("yes/no")),
        ("{Fine} and {Net} is missing", ValueType("yes/no")),
        ('"pay" if {Fine} else "query"', ValueType("choice", options=("pay", "query"))),
        ('"pay" if {Fine} else {Note}', ValueType("text")),
        ('"No. " + {Note}', ValueType("text")),
        ("{Net} / {VAT}", ValueType("number")),
        ("{Net} / 2", ValueType("money", unit="EUR")),
        ("{Count} * {Net}", ValueType("money", unit="EUR")),
        ("{Pieces} * {Net}", ValueType("money", unit="EUR")),
        ("{Net} * {Pieces}", ValueType("money", unit="EUR")),
        ("{Pieces} / 2", ValueType("quantity", unit="piece")),
        ("{Net} * {Rate}", ValueType("money", unit="EUR")),
        ("{Rate} / {Count}", ValueType("percent")),
        ("{Rate} / 2", ValueType("percent")),
        ("{Rate} * {Rate}", ValueType("percent")),
        ("{Rate} * {Count}", ValueType("number")),
        ("{Net} % {VAT}", ValueType("money", unit="EUR")),
        ("{Net} // {VAT}", ValueType("number")),
        ("{End} - {Start}", ValueType("quantity", unit="day")),
        ("{End} + days(30)", ValueType("date")),
        ("today", ValueType("date")),
        ("year({End})", ValueType("number")),
        ('sum(row["Amount"] for row in {Lines})', ValueType("money")),
        ('[row["What"] for row in {Lines}]', ValueType("text", many=True)),
        ("max({Fees})", ValueType("money")),
        ("len({Lines})", ValueType("number")),
        ('{Party}["Born"]', ValueType("date")),
        ("min({Net}, {Fee})", ValueType("money")),
        ("-{Count}", ValueType("number")),
        ('{Net}["currency"]', ValueType("text")),
        ('{Party}["born"]', ValueType("date")),
        ("0 if {Fine} else {Net}", ValueType("money", unit="EUR")),
        ('any(row["What"] == "tax" for row in {Lines})', ValueType("yes/no")),
    ],
)
def test_the_type_of_a_rule_is_found_when_it_is_left_out(rule: str, type: ValueType) -> None:
    assert compile_procedure(TYPED + f"## Result\n`{rule}`\n").step("result").type == type


TYPED = """## Net
- type: money: EUR
## VAT
- type: money: EUR
## Fee
- type: money
## Fees
- type: money
- many: yes
## Count
- type: number
## Rate
- type: percent
## Pieces
- type: quantity: piece
## Fine
- type: yes/no
## Note
## Start
- type: date
## End
- type: date
## Lines
- type: table: What, Amount (money)
## Party
- type: record: Name, Born (date)
"""


def test_an_inferred_choice_is_known_to_the_steps_behind_it() -> None:
    text = '## A\n- type: yes/no\n## D\n`"pay" if {A} else "ask"`\n'
    text += '## E\n- when: {D} == "query"\nRead {D}.\n'
    (mistake,) = check(text)
    assert (mistake.line, mistake.code) == (6, "rule.option")


def test_every_mistake_is_raised_at_once_in_line_order() -> None:
    text = "## A\n- type: mony\n## A\n## B\n- by: action\n`{Nothing} = 1`\n"
    with pytest.raises(ProcedureError) as raised:
        compile_procedure(text, "p.md")
    lines = [mistake.line for mistake in raised.value.mistakes]
    assert lines == sorted(lines) == [2, 3, 5, 6]
    assert raised.value.mistakes == check(text)
    assert "p.md: line 2: There is no type 'mony'. Did you mean money?" in str(raised.value)


@given(ANY_TEXT)
def test_any_text_is_a_procedure_or_mistakes_with_lines_and_fixes(text: str) -> None:
    mistakes = check(text)
    count = max(len(text.splitlines()), 1)
    assert all(1 <= found.line <= count for found in mistakes)
    assert all(found.code and found.reason and found.fix for found in mistakes)
    if mistakes:
        with pytest.raises(ProcedureError):
            compile_procedure(text)
    else:
        procedure = compile_procedure(text)
        assert sorted(procedure.order) == sorted(procedure.by_id)
        seen: set[str] = set()
        for id in procedure.order:
            assert set(procedure.step(id).references) <= seen
            seen.add(id)

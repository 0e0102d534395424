"""Steps filled by an expression, and conditions, over the sandbox as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from casework.base.errors import RuleError
from casework.sandbox.rules import RuleEngine
from casework.steps.kinds import StepKinds
from casework.steps.rule import RuleStep
from tests.steps.material import given, task

SUM = """# P

## Net
- type: number

## VAT
- type: number

## Total
- type: number

`{Net} + {VAT}`
"""
DUTY = '# P\n\n## Region\n\n## Duty\n- when: `{Region} == "UK"`\n'


@pytest.fixture
async def rules() -> AsyncIterator[RuleEngine]:
    async with RuleEngine() as running:
        yield running


async def test_a_rule_derives_its_value_and_names_what_it_read(rules: RuleEngine) -> None:
    inputs = {"net": given("Net", "100", "number"), "vat": given("VAT", "19", "number")}
    outcome = await RuleStep(rules).run(task(SUM, "total", None, inputs))
    assert outcome.value == "119"
    assert (outcome.proof.kind, outcome.proof.steps) == ("derived", ("net", "vat"))


async def test_an_absent_input_makes_a_rule_not_applicable_and_is_named(rules: RuleEngine) -> None:
    inputs = {
        "net": given("Net", "100", "number"),
        "vat": given("VAT", None, "number", absence="not_found"),
    }
    outcome = await RuleStep(rules).run(task(SUM, "total", None, inputs))
    assert (outcome.kind, outcome.absence) == ("absent", "not_applicable")
    assert outcome.reason == "not applicable: VAT is not found"


async def test_a_condition_that_does_not_hold_skips_with_its_words(rules: RuleEngine) -> None:
    kinds = StepKinds({"rule": RuleStep(rules)}, rules)
    skipped = await kinds.applies(task(DUTY, "duty", None, {"region": given("Region", "EU")}))
    assert skipped is not None
    assert skipped.kind == "skipped"
    assert skipped.reason == 'skipped: {Region} == "UK" is not so'
    held = await kinds.applies(task(DUTY, "duty", None, {"region": given("Region", "UK")}))
    assert held is None


async def test_a_condition_over_an_absent_step_is_not_applicable(rules: RuleEngine) -> None:
    kinds = StepKinds({}, rules)
    gone = {"region": given("Region", None, absence="not_found")}
    outcome = await kinds.applies(task(DUTY, "duty", None, gone))
    assert outcome is not None
    assert (outcome.kind, outcome.absence) == ("absent", "not_applicable")


async def test_a_kind_that_is_not_built_is_refused_by_name(rules: RuleEngine) -> None:
    made = task(SUM, "total")
    with pytest.raises(RuleError, match="Total: steps filled by rule are not built yet"):
        StepKinds({}, rules).method(made.step)

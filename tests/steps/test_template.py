"""Documents filled in without a model: every value with a mark that leads to its cell."""

from __future__ import annotations

from collections.abc import Mapping

from casework.steps.template import TemplateStep
from casework.types.case import Outcome
from casework.types.needs import StepInput
from casework.types.values import Json, ValueType
from tests.steps.bearing.claim import CELLS, LINES, ROWS, cell
from tests.steps.material import task

STEPS = """# Check

## Supplier

## Net
- type: money

## Lines
- type: table: Description, Quantity (number), Unit price (money), Amount (money)

## Tags
- many: yes

## Note

## Memo
- type: document
About {Net}.

## Letter
- type: document
- template: yes

"""
GIVEN = {
    "supplier": CELLS["supplier"],
    "net": CELLS["net"],
    "lines": cell("Lines", LINES, ROWS),
    "tags": cell("Tags", ValueType("text", many=True), ["a", "b"]),
    "note": cell("Note", ValueType("text"), None, "skipped"),
}


async def filled(template: str, inputs: Mapping[str, StepInput] = GIVEN) -> Outcome:
    return await TemplateStep().run(task(STEPS + template, "letter", None, inputs))


async def text(template: str, inputs: Mapping[str, StepInput] = GIVEN) -> str:
    outcome = await filled(template, inputs)
    assert isinstance(outcome.value, dict)
    return str(outcome.value["markdown"])


async def test_values_stand_in_their_places_with_footnotes() -> None:
    assert await text("Dear {Supplier}, you get **{Net}**.") == (
        "Dear Alder Ltd[^supplier], you get **EUR 12,300.00[^net]**.\n\n"
        "[^supplier]: [Supplier](casework:cell/supplier): Alder Ltd\n"
        "[^net]: [Net](casework:cell/net): EUR 12,300.00\n"
    )


async def test_it_is_derived_from_the_steps_that_it_names() -> None:
    proof = (await filled("{Net}")).proof
    assert (proof.kind, proof.solid) == ("derived", True)
    assert "net" in proof.steps


async def test_a_table_alone_on_its_line_is_a_table_and_a_set_a_list() -> None:
    told = await text("The lines:\n\n{Lines}\n\n{Tags}\n")
    assert "| Description[^lines] | Quantity | Unit price | Amount |\n| --- |" in told
    assert "| Pens | 100 | EUR 3.00 | EUR 300.00 |" in told
    assert "- a[^tags]\n- b[^tags]" in told


async def test_an_absent_value_is_said_to_be_absent_and_a_skipped_line_is_left_out() -> None:
    inputs = {**GIVEN, "net": cell("Net", ValueType("money"), None, "not_found")}
    outcome = await filled("Net: {Net}\n\n{Note}\n\nRegards", inputs)
    assert isinstance(outcome.value, dict)
    told = str(outcome.value["markdown"])
    assert "Net: *not found*[^net]\n\nRegards\n" in told
    assert outcome.reason == "without a value: Net"


async def test_headings_are_brought_to_the_top() -> None:
    told = await text("### Dear all\n\n#### Amounts\n{Net}")
    assert told.startswith("# Dear all\n\n## Amounts\nEUR")


async def test_values_cannot_bring_markup_or_links_along() -> None:
    value: Json = "# x [a](https://evil.example/) <b> www.evil.example `c` | d"
    inputs = {**GIVEN, "supplier": cell("Supplier", ValueType("text"), value)}
    told = await text("{Supplier}\n\nA line with {Supplier}.", inputs)
    assert "\\# x \\[a\\]" in told
    assert "://" not in told
    assert "www." not in told
    assert "<b>" not in told.replace("\\<b\\>", "")


async def test_a_plain_brace_stays_and_code_keeps_its_values_plain() -> None:
    told = await text("A \\{brace\\} and `{Net}`.")
    assert "A {brace} and `EUR 12,300.00`." in told


async def test_a_written_document_stands_in_another_one_level_down() -> None:
    memo: Json = {
        "markdown": "# Memo\n\nGood.[^net]\n\n[^net]: [Net](casework:cell/net): EUR 1.00\n"
    }
    inputs = {**GIVEN, "memo": cell("Memo", ValueType("document"), memo)}
    told = await text("### Report\n\n{Memo}\n", inputs)
    assert told == (
        "# Report\n\n## Memo\n\nGood.[^net]\n\n[^net]: [Net](casework:cell/net): EUR 1.00\n"
    )

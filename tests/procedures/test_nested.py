"""Steps of a table's rows: how they are written, what they can name, and what goes wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from casework.base.errors import ConflictError, ProcedureError, UsageError
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.difference import ambiguous_renames, compare
from casework.procedures.edit import set_instruction, set_key
from casework.procedures.markdown import parse, write
from casework.procedures.python import procedure_from_functions, step
from casework.procedures.rename import rename
from casework.procedures.rules import identifier, step_id
from casework.procedures.snapshot import restore, snapshot
from casework.types.nesting import placed_steps, resolve
from casework.types.procedure import Procedure
from tests.procedures.texts import ANY_TEXT

ORDER = """# Order check

## Supplier

## Lines
- type: table: Item, Quantity (number), Amount (money)
All lines of the invoice.

### Price agreed
- type: yes/no
Does {Amount} for {Item} fit what we agreed with {Supplier}?

### Share
- type: percent
`{Amount} / sum({Lines.Amount})`

## Net
- type: money
`sum({Lines.Amount})`

## All agreed
`all({Lines.Price agreed})`
"""


def codes(text: str) -> list[str]:
    return [mistake.code for mistake in check(text)]


def paths(procedure: Procedure) -> list[str]:
    return [placed.path for placed in placed_steps(procedure.steps)]


def test_headings_below_a_table_are_steps_of_its_rows() -> None:
    procedure = compile_procedure(ORDER)
    assert paths(procedure) == [
        "supplier",
        "lines",
        "lines.item",
        "lines.quantity",
        "lines.amount",
        "lines.price-agreed",
        "lines.share",
        "net",
        "all-agreed",
    ]
    lines = procedure.step("lines")
    assert lines.instruction == "All lines of the invoice."
    assert [one.by for one in lines.nested] == ["given", "given", "given", "model", "rule"]


def test_a_name_means_what_is_nearest_and_a_dot_looks_into_all_rows() -> None:
    procedure = compile_procedure(ORDER)
    agreed, share = procedure.step("lines").nested[3:]
    assert agreed.references == ("amount", "item", "supplier")
    assert agreed.instruction == "Does {amount} for {item} fit what we agreed with {supplier}?"
    assert share.references == ("amount", "lines.amount")
    assert procedure.step("net").references == ("lines.amount",)
    assert resolve("amount", ("lines",), paths(procedure)) == "lines.amount"
    assert resolve("supplier", ("lines",), paths(procedure)) == "supplier"


def test_a_column_of_all_rows_has_the_type_of_many() -> None:
    text = ORDER + "## Largest\n`max({Lines.Amount})`\n## Listed\n`[x for x in {Lines.Item}]`\n"
    procedure = compile_procedure(text)
    assert procedure.step("all-agreed").type.name == "yes/no"
    assert procedure.step("largest").type.name == "money"
    assert procedure.step("listed").type.many


def test_steps_below_a_step_that_is_no_table_stay_words_of_its_instruction() -> None:
    procedure = compile_procedure("## Note\nWrite it.\n### Part\nMore.\n")
    assert procedure.step("note").instruction == "Write it.\n### Part\nMore."


def test_a_table_that_nobody_looks_into_is_one_value() -> None:
    procedure = compile_procedure("## Lines\n- type: table: Item, Amount (money)\n")
    assert procedure.step("lines").nested == ()


def test_tables_stand_in_tables_to_any_depth() -> None:
    text = (
        "## Orders\n- type: table: Number\n"
        "### Lines\n- type: table: Item, Amount (money)\nThe lines of {Number}.\n"
        "#### Large\n- type: yes/no\n`{Amount} > 100`\n"
        "### Net\n`sum({Lines.Amount})`\n"
        "## Total\n`sum({Orders.Lines.Amount}) - sum({Orders.Net})`\n"
        "## Any large\n`any({Orders.Lines.Large})`\n"
    )
    procedure = compile_procedure(text)
    assert "orders.lines.large" in paths(procedure)
    assert procedure.step("total").references == ("orders.lines.amount", "orders.net")
    assert procedure.step("orders").nested[2].references == ("lines.amount",)
    assert procedure.step("total").type.name == "money"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("## Gross\n`sum({Lines.Amout})`\n", "procedure.unknown_column", "Lines.Amount"),
        ("## Gross\nAdd {Lines.Amout}.\n", "procedure.unknown_column", "Lines.Amount"),
        ("## Gross\n`sum({Supplier.Amount})`\n", "procedure.not_a_table", "{Supplier}"),
        ("## A\n### B\n- type: money\n", "procedure.heading_level", "type: table"),
        ("## A\n- split: Pages\n", "procedure.key_not_for", "table: Pages"),
        (
            "## A\n- type: table: Pages\n- split: Page\n",
            "procedure.unknown_column",
            "Did you mean Pages?",
        ),
        ("## A\n- type: table: P (number)\n- split: P\n", "procedure.bad_value", "type: table: P"),
        ("## A\n- type: table: B\n### B\nx\n", "procedure.name_taken", "another name"),
        ("## A\n- type: table: Documents\n### B\nx\n", "procedure.id_reserved", "another name"),
    ],
)
def test_mistakes_are_told_with_their_fix(text: str, code: str, says: str) -> None:
    (mistake,) = check(ORDER + text)
    assert mistake.code == code
    assert mistake.line > len(ORDER.splitlines())
    assert says in mistake.fix


def test_a_step_that_reads_itself_through_all_rows_is_told() -> None:
    text = "## Lines\n- type: table: A (number)\n### Rank\n- type: number\n`sum({Lines.Rank})`\n"
    (mistake,) = check(text)
    assert (mistake.line, mistake.code) == (3, "procedure.self_reference")
    assert "Lines › Rank" in mistake.reason


def test_a_circle_through_a_table_is_named() -> None:
    text = (
        "## Lines\n- type: table: A (number)\n- by: model\nWhat {Total} is made of.\n"
        "### Twice\n`{A} * 2`\n## Total\n`sum({Lines.Twice})`\n"
    )
    (mistake,) = check(text)
    assert mistake.code == "procedure.cycle"
    assert "Lines → Total → Lines › Twice → Lines." in mistake.reason


def test_rows_may_read_what_is_made_of_other_columns_of_all_rows() -> None:
    text = (
        "## Lines\n- type: table: A (number)\n### Share\n`{A} / {Total}`\n"
        "## Total\n`sum({Lines.A})`\n## Largest\n`max({Lines.Share})`\n"
    )
    assert check(text) == ()
    assert compile_procedure(text).order == ("lines", "total", "largest")


def test_an_id_that_means_another_step_outside_is_refused() -> None:
    text = "## Total due\n## Lines\n- type: table: A\n### Total, due\nx\n"
    assert codes(text) == ["procedure.id_taken"]


def test_a_chain_of_ten_thousand_steps_is_put_in_order() -> None:
    count = 10_000
    text = "## S0\nx\n" + "".join(f"## S{i}\nRead {{S{i - 1}}}.\n" for i in range(1, count))
    assert len(compile_procedure(text).order) == count


def test_a_circle_of_ten_thousand_steps_is_told() -> None:
    count = 10_000
    text = "".join(f"## S{i}\nRead {{S{(i + 1) % count}}}.\n" for i in range(count))
    assert codes(text) == ["procedure.cycle"]


@given(ANY_TEXT)
def test_every_step_is_given_back_with_its_text(text: str) -> None:
    table = "## Rows\n- type: table: A\n### In row\n" + text
    assert write(parse(table)) == table


def test_an_edit_of_a_row_step_touches_its_lines_only() -> None:
    edited = set_key(ORDER, "Lines.Price agreed", "review", "always")
    assert edited == ORDER.replace(
        "### Price agreed\n- type: yes/no\n", "### Price agreed\n- type: yes/no\n- review: always\n"
    )
    edited = set_instruction(ORDER, "Lines", "Every line.")
    assert edited == ORDER.replace("All lines of the invoice.", "Every line.")
    assert compile_procedure(edited).step("lines").instruction == "Every line."


def test_an_instruction_cannot_make_new_steps_of_rows() -> None:
    with pytest.raises(UsageError):
        set_instruction(ORDER, "Lines", "Every line.\n\n### Another\nx")


def test_a_row_step_is_renamed_with_every_reference() -> None:
    renamed = rename(ORDER, "Lines.Price agreed", "Fits")
    assert "### Fits\n- id: price-agreed\n" in renamed
    assert "`all({Lines.Fits})`" in renamed
    assert paths(compile_procedure(renamed)) == paths(compile_procedure(ORDER))


def test_a_table_is_renamed_with_every_reference_through_it() -> None:
    renamed = rename(ORDER, "Lines", "Items")
    assert "`sum({Items.Amount})`" in renamed
    assert "`{Amount} / sum({Items.Amount})`" in renamed
    assert "{Lines" not in renamed
    assert paths(compile_procedure(renamed)) == paths(compile_procedure(ORDER))


def test_only_the_step_that_is_meant_is_renamed() -> None:
    text = "## Note\n## Lines\n- type: table: A\n### Note on it\nOf {A}.\n### Ask\nSee {Note}.\n"
    text = text.replace("Note on it", "Remark")
    renamed = rename(text, "Lines.Remark", "Note")
    assert "## Note\n## Lines" in renamed
    assert "See {Note}." in renamed


def test_a_column_is_no_step_to_be_renamed() -> None:
    with pytest.raises(UsageError, match="column of the table"):
        rename(ORDER, "Lines.Amount", "Sum")
    with pytest.raises(ConflictError, match="column 'Amount'"):
        rename(ORDER, "Price agreed", "Amount")


def test_a_change_of_a_row_step_is_told_under_its_table() -> None:
    old = compile_procedure(ORDER)
    new = compile_procedure(ORDER.replace("Does {Amount}", "Would {Amount}"))
    assert [(c.step_id, c.words) for c in compare(old, new)] == [
        ("lines.price-agreed", "Lines › Price agreed: the instruction changed.")
    ]
    gone = compile_procedure(re.sub(r"Price agreed", "Price fits", ORDER))
    (told,) = ambiguous_renames(old, gone)
    assert 'rename "Lines.Price agreed" "Price fits"' in told.words


def test_a_procedure_with_rows_is_written_down_and_restored() -> None:
    procedure = compile_procedure(ORDER)
    again = restore(snapshot(procedure))
    assert paths(again) == paths(procedure)
    assert again.step("lines").nested_order == procedure.step("lines").nested_order


def test_the_name_of_a_path_in_a_rule_can_be_read_back() -> None:
    for path in ("lines.amount", "a-b.c-d.e", "a.2e-b", "x"):
        assert step_id(identifier(path)) == path
    assert identifier("lines.amount").isidentifier()


def test_functions_are_steps_of_rows_too() -> None:
    def supplier() -> str:
        return ""

    @step(type="table: Item, Amount (money)")
    def lines() -> str:
        return ""

    @step(rows_of=lines, type="yes/no")
    def price_agreed(item: str, supplier: str) -> bool:
        """Does the price fit?"""
        return bool(item) and bool(supplier)

    @step(type="number")
    def agreed(lines__price_agreed: list[bool]) -> int:
        return sum(lines__price_agreed)

    procedure = procedure_from_functions("T", [supplier, lines, price_agreed, agreed])
    assert paths(procedure) == [
        "supplier", "lines", "lines.item", "lines.amount", "lines.price-agreed", "agreed",
    ]  # fmt: skip
    assert procedure.step("lines").nested[2].references == ("item", "supplier")
    assert procedure.step("agreed").references == ("lines.price-agreed",)


@pytest.mark.parametrize(
    ("rows_of", "code"),
    [("lines", "procedure.unknown_step"), ("note", "procedure.not_a_table")],
)
def test_a_function_of_no_table_is_told(rows_of: str, code: str) -> None:
    def note() -> str:
        return ""

    @step(rows_of=rows_of)
    def inside(note: str) -> str:
        return ""

    with pytest.raises(ProcedureError) as raised:
        procedure_from_functions("T", [note, inside])
    assert [mistake.code for mistake in raised.value.mistakes] == [code]


def test_a_table_in_its_own_rows_is_told() -> None:
    @step(rows_of="rows", type="table: A")
    def rows() -> str:
        return ""

    with pytest.raises(ProcedureError) as raised:
        procedure_from_functions("T", [rows])
    assert [mistake.code for mistake in raised.value.mistakes] == ["procedure.cycle"]

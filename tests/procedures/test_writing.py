"""Documents, templates and second readers as they are written in a procedure."""

from __future__ import annotations

import pytest

from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.difference import compare
from casework.procedures.edit import set_key
from casework.procedures.meaning import meaning_of
from casework.procedures.sections import sections_of
from casework.types.procedure import Method, Step

NET = "# P\n\n## Net\n- type: money\n\n"


def step(text: str, id: str = "memo") -> Step:
    return compile_procedure(NET + text).step(id)


def codes(text: str) -> list[str]:
    return [mistake.code for mistake in check(NET + text)]


def test_a_document_is_written_by_a_model_from_the_steps_that_it_names() -> None:
    memo = step("## Memo\n- type: document\n\n### Findings\nSay {Net}.\n")
    assert (memo.by, memo.references) == ("model", ("net",))
    assert memo.instruction == "### Findings\nSay {net}."


def test_a_document_that_names_no_step_or_a_kind_of_document_reads_documents() -> None:
    assert step("## Memo\n- type: document\nSum it up.\n").by == "document"
    memo = step("## Memo\n- type: document\n- from: lease\nSum up {Net}.\n")
    assert (memo.by, memo.references, memo.sources) == ("document", ("net",), ("lease",))


def test_a_template_is_filled_by_rule_and_keeps_its_lines() -> None:
    memo = step("## Memo\n- type: document\n- template: yes\n\nNet\n\n    {Net}\n`x`\n")
    assert (memo.by, memo.template, memo.rule, memo.references) == ("rule", True, None, ("net",))
    assert memo.instruction == "Net\n\n    {net}\n`x`"


def test_deeper_headings_are_sections_each_with_its_own_instruction() -> None:
    shared, sections = sections_of(
        "For all.\n\n### A\nSay {x}.\n\n#### Detail\nMore.\n\n### B\n{y}\n"
    )
    assert shared == "For all."
    assert [(one.title, one.references) for one in sections] == [("A", ("x",)), ("B", ("y",))]
    assert sections[0].instruction == "Say {x}.\n\n#### Detail\nMore."


def test_a_text_without_headings_is_one_section() -> None:
    shared, (section,) = sections_of("Say {x}.")
    assert (shared, section.title, section.instruction) == ("", "", "Say {x}.")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("## Memo\n- type: document\n### A\nSay {Net}.\n### B\nSay more.\n", "nothing_to_read"),
        ("## Memo\n- type: document\n- template: yes\nAlways this.\n", "nothing_to_read"),
        ("## Memo\n- template: yes\n{Net}\n", "key_not_for"),
        ("## Memo\n- type: document\n- template: yes\n- by: model\n{Net}\n", "key_not_for"),
        ("## Memo\n- type: document\n- by: rule\n`{Net}`\n", "no_template"),
        ("## Memo\n- type: document\n- many: yes\n{Net}\n", "bad_value"),
        ("## Memo\n- type: document\n- second: yes\n{Net}\n", "key_not_for"),
        ("## Memo\n- second: embedded\nIs {Net} much?\n", "key_not_for"),
        ("## Memo\n- second: yes\n`{Net} * 2`\n", "key_not_for"),
        ("## Memo\n- batch: yes\n`{Net} * 2`\n", "key_not_for"),
        ("## Memo\n- model: embedded\n- second: embedded\nWhat?\n", "key_not_for"),
        ("## Memo\n- third: best\nWhat?\n", "key_not_for"),
        ("## Memo\n- second: best\n- third: best\nWhat?\n", "key_not_for"),
        ("## Memo\n- second: perhaps\nWhat?\n", "bad_value"),
        ("## Memo\n- batch: soon\nWhat?\n", "bad_value"),
        ("## Memo\n- template yes\nSay {Net}.\n", "no_colon"),
    ],
)
def test_what_makes_no_sense_is_told(text: str, code: str) -> None:
    assert codes(text) == [f"procedure.{code}"]


@pytest.mark.parametrize(
    ("keys", "second", "third"),
    [
        ("- second: yes\n", "yes", ""),
        ("- second: no\n", "", ""),
        ("- second: embedded\n- third: best\n", "embedded", "best"),
        ("- second: house:big\n- third: house:bigger\n", "house:big", "house:bigger"),
    ],
)
def test_readers_are_named_like_models(keys: str, second: str, third: str) -> None:
    found = step(f"## Memo\n{keys}What?\n")
    assert (found.second, found.third) == (second, third)


def test_an_edit_of_a_reader_touches_its_line_alone() -> None:
    text = NET + "## Memo\n- type: text\nWhat?\n"
    edited = set_key(text, "Memo", "second", "best")
    assert edited == NET + "## Memo\n- type: text\n- second: best\nWhat?\n"
    assert set_key(edited, "Memo", "second", "") == text


def test_the_lines_of_a_document_are_a_part_of_its_meaning_and_batch_is_not() -> None:
    method = Method("m", "1")

    def meaning(text: str) -> object:
        compiled = compile_procedure(NET + text)
        return meaning_of(compiled.step("memo"), compiled, method)

    flat = meaning("## Memo\n- type: document\n- template: yes\nA\n{Net}\n")
    assert flat != meaning("## Memo\n- type: document\n- template: yes\nA {Net}\n")
    assert meaning("## Memo\nWhat?\n") == meaning("## Memo\n- batch: yes\nWhat?\n")


def test_a_change_of_readers_is_told_in_words() -> None:
    old, new = (
        compile_procedure(f"{NET}## Memo\n{keys}What?\n") for keys in ("", "- second: best\n")
    )
    (change,) = compare(old, new)
    assert change.words == "Memo: the second reader is new: best."
    assert change.reruns


def test_a_rule_may_read_a_document_as_text() -> None:
    text = "## Memo\n- type: document\nSay {Net}.\n\n## Long\n`len({Memo}) > 1000`\n"
    assert codes(text) == []

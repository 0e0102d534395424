"""The page that explains the format: every mistake is on it, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import casework
from casework.procedures import grammar
from casework.procedures.check import check
from casework.procedures.compile import compile_procedure
from casework.procedures.keys import NOT_HERE as BY_NOT_HERE
from casework.procedures.markdown import KEYS
from casework.procedures.python import load_python
from casework.procedures.value_type import NOT_HERE as TYPES_NOT_HERE
from casework.types.procedure import BY_NAMES
from casework.types.values import TYPE_NAMES

PAGE = Path(__file__).parents[2] / "docs" / "procedure-format.md"
TEXT = PAGE.read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((Path(casework.__file__).parent / "procedures").glob("*.py"))
)
CODES = sorted(set(re.findall(r'"((?:procedure|rule|step)\.[a-z_]+)"', SOURCES)))
FENCE = re.compile(r"^(`{3,4})(\w+)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
SECTIONS = {
    part.partition("`")[0]: [fence[3] for fence in FENCE.finditer(part)]
    for part in TEXT.partition("\n## The same in Python")[0].split("\n### `")[1:]
}
EXAMPLES = [(code, *examples) for code, examples in SECTIONS.items() if examples]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    assert f"`{code}`" in TEXT


def test_no_code_is_explained_that_does_not_exist() -> None:
    code = re.compile(r'"((?:procedure|rule)\.[a-z_]+)"')
    package = Path(casework.__file__).parent
    known = {
        found
        for path in package.rglob("*.py")
        for found in code.findall(path.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"`((?:procedure|rule)\.[a-z_]+)`", TEXT)) <= known


@pytest.mark.parametrize(("code", "wrong", "right"), EXAMPLES)
def test_the_first_example_has_the_mistake_and_the_second_has_none(
    code: str, wrong: str, right: str
) -> None:
    assert {mistake.code for mistake in check(wrong)} == {code}
    assert check(right) == ()


def test_all_but_the_longest_rule_have_examples() -> None:
    assert [code for code, examples in SECTIONS.items() if len(examples) != 2] == ["rule.too_long"]


def test_the_procedure_at_the_top_compiles() -> None:
    found = FENCE.search(TEXT)
    assert found
    assert len(compile_procedure(found[3]).steps) == 6


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_in_the_table(key: str) -> None:
    assert f"\n| `{key}` |" in TEXT


@pytest.mark.parametrize("name", [name for name in TYPE_NAMES if name not in TYPES_NOT_HERE])
def test_every_type_is_in_the_table(name: str) -> None:
    assert f"\n| {name} | `{name}" in TEXT


@pytest.mark.parametrize("word", [*BY_NAMES, *BY_NOT_HERE, *TYPES_NOT_HERE])
def test_every_fixed_word_is_named(word: str) -> None:
    assert re.search(rf"`[^`]*\b{word}\b[^`]*`", TEXT)


@pytest.mark.parametrize("name", [name for name in grammar.FUNCTIONS if name != "missing"])
def test_every_function_of_rules_is_named(name: str) -> None:
    (row,) = re.findall(r"^\| functions \|(.*)$", TEXT, re.MULTILINE)
    assert re.search(rf"\b{name}\b", row)


def test_the_example_in_python_is_a_procedure(tmp_path: Path) -> None:
    (code,) = [found[3] for found in FENCE.finditer(TEXT) if found[2] == "python"]
    file = tmp_path / "invoice.py"
    file.write_text(code, encoding="utf-8")
    procedure = load_python(file, lambda mark: True)
    assert procedure.name == "Supplier invoice check"
    assert [step.by for step in procedure.steps] == [
        "document",
        "document",
        "document",
        "python",
        "model",
    ]

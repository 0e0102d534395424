# mypy: disable-error-code="empty-body"
"""Procedures written as Python functions."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel
from pydantic import Field as Described

from casework.base.errors import Mistake, ProcedureError, UsageError
from casework.procedures.compile import compile_procedure
from casework.procedures.findings import Findings
from casework.procedures.python import (
    functions_of,
    load_python,
    procedure_from_functions,
    step,
)
from casework.procedures.python_file import trust_mark
from casework.procedures.python_source import source_hash, source_of
from casework.procedures.python_types import type_of_annotation
from casework.types.values import Field, ValueType


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    what: str = Described(description="what was bought")
    amount: Annotated[Decimal, "money: EUR"]
    tags: list[str] = []


class Money(BaseModel):
    amount: Decimal


def supplier() -> str:
    """The company that issued the invoice."""


@step(name="VAT", type="money: EUR", sources="invoice, mail")
def vat() -> str:
    """Value added tax."""


@step
def risk(supplier: str, vat: object) -> Decimal:
    """How long the name is."""
    return Decimal(_length(supplier)) * FACTOR


@step(review="always", owner="Anna", when="{VAT} > 0")
def decision(supplier: str, risk: Decimal) -> Literal["pay", "query"]:
    """Pay when {Risk} is small."""


def large(risk: Decimal):  # type: ignore[no-untyped-def]
    """`{Risk} > 10`"""


FACTOR = 2


def _length(text: str) -> int:
    return len(text)


ALL: list[Callable[..., object]] = [supplier, vat, risk, decision, large]


def mistakes(*functions: Callable[..., object]) -> list[Mistake]:
    with pytest.raises(ProcedureError) as raised:
        procedure_from_functions("Test", functions)
    return list(raised.value.mistakes)


def test_functions_become_steps() -> None:
    procedure = procedure_from_functions("Invoices", ALL, "Amounts are in euro.")
    assert [(s.id, s.name, s.by) for s in procedure.steps] == [
        ("supplier", "Supplier", "document"),
        ("vat", "VAT", "document"),
        ("risk", "Risk", "python"),
        ("decision", "Decision", "model"),
        ("large", "Large", "rule"),
    ]
    assert procedure.step("vat").type == ValueType("money", unit="EUR")
    assert procedure.step("vat").sources == ("invoice", "mail")
    assert procedure.step("decision").references == ("vat", "supplier", "risk")
    assert procedure.step("decision").instruction == "Pay when {risk} is small."
    assert procedure.step("large").type == ValueType("yes/no")
    assert procedure.order.index("risk") < procedure.order.index("decision")


def test_the_same_procedure_in_markdown_is_the_same() -> None:
    text = (
        "# T\n## Supplier\nThe company that issued the invoice.\n## VAT\n- type: money: EUR\n"
        "- from: invoice, mail\nValue added tax.\n"
    )
    markdown = compile_procedure(text)
    python = procedure_from_functions("T", [supplier, vat])
    for one, other in zip(markdown.steps, python.steps, strict=True):
        assert (one.id, one.name, one.type, one.by, one.instruction, one.sources) == (
            other.id,
            other.name,
            other.type,
            other.by,
            other.instruction,
            other.sources,
        )


@pytest.mark.parametrize(
    ("annotation", "type"),
    [
        (str, ValueType("text")),
        (Decimal, ValueType("number")),
        (int, ValueType("number")),
        (float, ValueType("number")),
        (bool, ValueType("yes/no")),
        (dt.date, ValueType("date")),
        (Decimal | None, ValueType("number")),
        (Money, ValueType("money")),
        (Literal["a", "b"], ValueType("choice", options=("a", "b"))),
        (Colour, ValueType("choice", options=("red", "blue"))),
        (list[str], ValueType("text", many=True)),
        (set[Decimal], ValueType("number", many=True)),
        (tuple[dt.date, ...], ValueType("date", many=True)),
        (list[Literal["a", "b"]], ValueType("choices", options=("a", "b"))),
        (Annotated[str, "choice: x, y"], ValueType("choice", options=("x", "y"))),
        (
            list[Line],
            ValueType(
                "table",
                fields=(
                    Field("what", ValueType("text"), "what was bought"),
                    Field("amount", ValueType("money", unit="EUR")),
                    Field("tags", ValueType("text", many=True)),
                ),
            ),
        ),
    ],
)
def test_annotations_are_types(annotation: object, type: ValueType) -> None:
    findings = Findings()
    assert type_of_annotation(annotation, findings) == type
    assert findings.mistakes == []


@pytest.mark.parametrize("annotation", [dict, bytes, int | str, Literal[1, 2], list[bytes], list])
def test_an_annotation_that_is_no_type_is_told(annotation: object) -> None:
    findings = Findings()
    assert type_of_annotation(annotation, findings) is None
    (mistake,) = findings.mistakes
    assert mistake.code == "procedure.bad_type"


def test_a_wrong_function_is_told_with_its_line() -> None:
    def total_due(suplier: str) -> str:
        """Read it."""

    def supplier() -> str: ...

    (mistake,) = mistakes(total_due, supplier)
    assert mistake.code == "procedure.unknown_step"
    assert mistake.fix == "Did you mean supplier?"
    assert mistake.line == total_due.__code__.co_firstlineno


def test_every_kind_of_wrong_function_has_its_code() -> None:
    def many(*everything: str) -> str: ...

    def Upper() -> str: ...

    def today() -> str: ...

    @step(by="python")
    def nothing() -> str: ...

    @step(by="person")
    def somebody() -> str:
        return "x"

    def untyped():  # type: ignore[no-untyped-def]
        return 3

    @step(colour="red")
    def red() -> str: ...

    @step(by="rule")
    def ruled() -> str: ...

    def silent(red: str) -> str: ...

    @step(name="Red")
    def also() -> str: ...

    @step(id="other")
    def another() -> str: ...

    found = mistakes(
        many, Upper, today, nothing, somebody, untyped, red, ruled, silent, also, another
    )
    assert [mistake.code for mistake in found] == [
        "procedure.bad_parameter",
        "procedure.bad_name",
        "procedure.id_reserved",
        "procedure.no_body",
        "procedure.body_ignored",
        "procedure.type_needed",
        "procedure.unknown_key",
        "procedure.no_rule",
        "procedure.no_instruction",
        "procedure.name_taken",
        "procedure.key_not_for",
    ]
    assert [mistake.code for mistake in mistakes()] == ["procedure.no_steps"]


def test_a_function_without_source_is_told() -> None:
    scope: dict[str, Callable[..., object]] = {}
    code = compile("def made() -> str:\n    return 'x'", "<nowhere>", "exec")
    exec(code, scope)  # noqa: S102
    found = mistakes(scope["made"])
    assert [mistake.code for mistake in found] == ["procedure.no_source"]


def test_circles_are_told_as_in_markdown() -> None:
    def one(two: str) -> str:
        """Read it."""

    def two(one: str) -> str:
        """Read it."""

    assert "One → Two → One" in mistakes(one, two)[0].reason


def test_the_source_of_a_step_has_what_it_uses_of_its_module() -> None:
    source = source_of(risk)
    assert source.startswith("FACTOR = 2\n\ndef _length(text: str)")
    assert source.endswith("return Decimal(_length(supplier)) * FACTOR")
    assert "@step" not in source
    assert procedure_from_functions("T", ALL).step("risk").code == source
    assert procedure_from_functions("T", ALL).step("supplier").code == ""


FILE = '''"""Invoices

Amounts are in euro.
"""
from decimal import Decimal

from casework.procedures.python import step

with open({mark!r}, "a") as ran:
    ran.write("x")

FACTOR = {factor}

def _twice(text: str) -> int:
    return FACTOR * len(text)

def supplier() -> str:
    """The company."""
    ...

def score(supplier: str) -> Decimal:
    return Decimal(_twice(supplier))
'''


def written(folder: Path, factor: int = 2) -> Path:
    file = folder / "invoices.py"
    text = FILE.replace("{mark!r}", repr(str(folder / "ran"))).replace("{factor}", str(factor))
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_that_is_not_trusted_is_not_run(tmp_path: Path) -> None:
    file = written(tmp_path)
    with pytest.raises(UsageError) as raised:
        load_python(file, lambda mark: False)
    assert raised.value.code == "procedure.not_trusted"
    assert f"casework procedure trust {file}" in str(raised.value)
    assert not (tmp_path / "ran").exists()


def test_a_trusted_file_is_a_procedure(tmp_path: Path) -> None:
    file = written(tmp_path)
    mark = trust_mark(file.read_bytes())
    procedure = load_python(file, mark.__eq__)
    assert (procedure.name, procedure.preamble) == ("Invoices", "Amounts are in euro.")
    assert [(s.id, s.by, s.line) for s in procedure.steps] == [
        ("supplier", "document", 17),
        ("score", "python", 21),
    ]
    assert procedure.text == file.read_text(encoding="utf-8")
    assert not (tmp_path / "__pycache__").exists()


def test_a_changed_file_must_be_trusted_again(tmp_path: Path) -> None:
    mark = trust_mark(written(tmp_path).read_bytes())
    changed = written(tmp_path, factor=3)
    with pytest.raises(UsageError, match="not trusted"):
        load_python(changed, mark.__eq__)


def test_the_functions_of_a_file_can_be_called(tmp_path: Path) -> None:
    functions = functions_of(load_python(written(tmp_path), lambda mark: True))
    assert list(functions) == ["score"]
    assert functions["score"]("abc") == 6


def test_a_procedure_in_markdown_has_no_functions() -> None:
    assert functions_of(compile_procedure("## A\n")) == {}


def test_a_changed_constant_changes_the_source_hash(tmp_path: Path) -> None:
    hashes = []
    for factor in (2, 2, 3):
        functions = functions_of(load_python(written(tmp_path, factor), lambda mark: True))
        hashes.append(source_hash(functions["score"]))
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_file_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    for text, line in (("x = 1\ny = nothing\n", 2), ("x = 1\n\ndef (\n", 3)):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ProcedureError) as raised:
            load_python(file, lambda mark: True)
        (mistake,) = raised.value.mistakes
        assert (mistake.code, mistake.line) == ("procedure.python_failed", line)

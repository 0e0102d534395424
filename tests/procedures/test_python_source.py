"""The source of functions and classes that were typed into a notebook."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from typing import Any

from casework.procedures.python_source import source_of

CELL = """
import enum
from decimal import Decimal

from pydantic import BaseModel, Field


class Kind(enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Line(BaseModel):
    what: str = Field(description="what was bought")
    amount: Decimal = Decimal(2)
    kind: Kind | None = None

    def twice(self):
        return self.amount * 2


def lines() -> list[Line]:
    return [Line(what="pens").twice()]
"""


def typed(text: str, cell: str) -> Callable[..., object]:
    """The function `lines` of a notebook cell, whose classes have no file."""
    linecache.cache[cell] = (len(text), None, text.splitlines(keepends=True), cell)
    names: dict[str, Any] = {"__name__": "a notebook"}
    exec(compile(text, cell, "exec", dont_inherit=True), names)  # noqa: S102
    made: Callable[..., object] = names["lines"]
    return made


def test_a_class_without_a_file_is_told_by_its_fields_and_functions() -> None:
    told = source_of(typed(CELL, "<cell 1>"))
    ast.parse(told)
    for part in ("class Line(BaseModel):", "what: str", "def twice(self)", "LARGE = 'large'"):
        assert part in told


def test_a_change_of_such_a_class_is_a_change_of_the_step() -> None:
    told = source_of(typed(CELL, "<cell 2>"))
    for number, (old, new) in enumerate(
        [("Decimal(2)", "Decimal(3)"), ("* 2", "* 3"), ('"large"', '"big"'), ("bought", "sold")]
    ):
        changed = typed(CELL.replace(old, new), f"<cell 3.{number}>")
        assert source_of(changed) != told, new
    assert source_of(typed(CELL, "<cell 4>")) == told


def test_a_text_that_a_function_uses_counts_and_is_not_written_down() -> None:
    text = "KEY = 'sk-secret'\nFACTOR = 7\n\ndef lines() -> str:\n    return KEY * FACTOR\n"
    told = source_of(typed(text, "<cell 5>"))
    assert "sk-secret" not in told
    assert "FACTOR = 7" in told
    assert source_of(typed(text.replace("sk-", "pk-"), "<cell 6>")) != told

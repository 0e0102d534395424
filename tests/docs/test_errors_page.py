"""docs/errors.md tells every class of error and every code that the code can give."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import casework
from casework.base.errors import CaseworkError
from tests.docs.pages import page, rows

_SOURCE = Path(casework.__file__).parent
_OTHER_PAGES = ("procedure.", "rule.")
"""Families of codes that procedure-format.md and rules.md list."""


def _tree(root: type[CaseworkError]) -> list[type[CaseworkError]]:
    return [root, *(found for child in root.__subclasses__() for found in _tree(child))]


def error_row(error: type[CaseworkError]) -> tuple[str, ...]:
    """The cells of the page that follow from the class alone."""
    retry = "yes" if error.retryable else "no"
    blames = "yes" if error.blames_case else "no"
    return f"`{error.default_code}`", f"`{error.__name__}`", str(error.http_status), retry, blames


def codes_in_source() -> set[str]:
    """Every code that is written as `code="…"` anywhere in the package."""
    found = set()
    for path in _SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code":
                found |= {
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return {code for code in found if "." in code and not code.endswith(".")}


@pytest.mark.parametrize("error", _tree(CaseworkError), ids=lambda error: error.__name__)
def test_every_class_of_error_is_in_the_page_as_it_is(error: type[CaseworkError]) -> None:
    told = [row for row in rows(page("errors.md")) if row[:5] == error_row(error)]
    assert len(told) == 1
    assert all(told[0])


def test_every_code_that_the_source_gives_is_in_a_page() -> None:
    listed = {row[0].strip("`") for row in rows(page("errors.md"))}
    codes = codes_in_source()
    assert codes
    missing = {code for code in codes if code not in listed and not code.startswith(_OTHER_PAGES)}
    assert missing == set()


@pytest.mark.parametrize("state", [
    "needs_ocr", "password", "broken", "empty", "too_large", "too_slow", "unsupported",
])  # fmt: skip
def test_every_state_of_a_document_has_its_code_in_the_page(state: str) -> None:
    assert f"`document.{state}`" in page("errors.md")

"""What people can read about rules is complete: every function and every code of an error."""

from __future__ import annotations

import re
from pathlib import Path

from casework.procedures.grammar import FUNCTIONS
from casework.sandbox import rules

ROOM = Path(rules.__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_every_error_code_of_the_sandbox_is_explained() -> None:
    source = "".join(file.read_text("utf-8") for file in ROOM.glob("*.py"))
    codes = set(re.findall(r'"(rule\.[a-z_]+)[|"]', source)) - {"rule.py", "rule."}
    page = PAGE.read_text("utf-8")
    assert len(codes) > 10
    assert sorted(code for code in codes if f"| `{code}` |" not in page) == []


def test_every_function_is_explained() -> None:
    table = PAGE.read_text("utf-8").split("## Functions")[1].split("## Units")[0]
    explained = set(re.findall(r"`([a-z]+)`", table))
    assert set(FUNCTIONS) - {"missing"} - explained == set()

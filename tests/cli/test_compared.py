"""How a comparison tells of verified values that it does not find."""

from __future__ import annotations

import io

from rich.console import Console

from casework.cli.compared import _draw_disagreements
from casework.types.change import Disagreement


def _told(*found: Disagreement) -> str:
    console = Console(file=io.StringIO(), width=120)
    _draw_disagreements(console, found)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_is_wrong_as_it_was_before_is_counted_and_what_became_wrong_comes_first() -> None:
    told = _told(
        Disagreement("a", "a", "net", "Net", "EUR 1.00", "not found", "not found", False),
        Disagreement("b", "b", "net", "Net", "EUR 2.00", "EUR 3.00", "EUR 4.00", False),
        Disagreement("c", "c", "net", "Net", "EUR 5.00", "EUR 5.00", "EUR 6.00", True),
    )
    first, second, rest = told.splitlines()
    assert (first.split(",")[0].strip(), second.split(",")[0].strip()) == ("c", "b")
    assert rest.strip() == "1 other than you said, as before (--json names them)."

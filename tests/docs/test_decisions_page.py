"""docs/decisions/README.md lists every decision, in order."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, page

_ROW = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| .+ \|$", re.MULTILINE)


def test_it_lists_every_decision_in_the_order_of_their_numbers() -> None:
    written = sorted(path.name for path in (DOCS / "decisions").glob("0*.md"))
    listed = _ROW.findall(page("decisions/README.md"))
    assert [name for _, name in listed] == written
    assert [number for number, _ in listed] == [name[:4] for name in written]

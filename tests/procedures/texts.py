"""Procedures to test with, and strategies that make them up."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from casework.procedures.markdown import parse

INVOICE = """# Supplier invoice check
Amounts are in the currency of the invoice. "We" are Norton Ltd.

## Supplier
The company that issued the invoice, not the one billed.

## Net
- type: money

## VAT
- type: money

## Total due
- type: money
The amount payable, including tax.

## Sums agree
- type: yes/no
`{Net} + {VAT} == {Total due}`

## Decision
- type: choice: pay, query, reject
- review: always
Pay when {Sums agree} is yes and {Supplier} is on the approved list; otherwise query and say why.
"""

_LINES = st.sampled_from(
    [
        "",
        "   ",
        "# Title",
        "Some text.",
        "- type: money",
        "- type: choice: pay,",
        "  query",
        "  - nested",
        "- by: person",
        "- id: total-due",
        "- when: {Net} > 5",
        '- when: `{Total  due} == "{Net}"`',
        "- a bullet",
        "`{Net} + {VAT}`",
        "Read {Net} and {total\tdue}, not \\{Net}.",
        "{Total",
        "due} runs on",
        "```",
        "~~~",
        "## Net",
        "## VAT ##",
        "##   Total due",
        "## Prüfung & Zahlung",
        "### deeper",
        "##",
    ]
)
_ENDINGS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
_LAST = st.sampled_from(["\n", ""])

_ROWS = st.lists(st.tuples(_LINES, _ENDINGS), max_size=14)
_HEADINGS = st.tuples(
    st.sampled_from(["## Net", "## Total due ##", "## Prüfung & Zahlung"]), _ENDINGS
)


def _text(bom: str, rows: list[tuple[str, str]], last: str) -> str:
    return bom + "".join(line + ending for line, ending in rows).rstrip("\r\n") + last


PROCEDURES = st.builds(
    lambda bom, before, heading, after, last: _text(bom, [*before, heading, *after], last),
    st.sampled_from(["", "", "\ufeff"]),
    _ROWS,
    _HEADINGS,
    _ROWS,
    _LAST,
).filter(lambda text: bool(parse(text).steps))
"""Texts that look like procedures, right and wrong ones, with every kind of line end; each has
a step."""

ANY_TEXT = st.one_of(st.text(), PROCEDURES)


def lines_of(text: str) -> list[str]:
    """The lines with their endings."""
    return [found[0] for found in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r|$)", text) if found[0]]


def keeps(before: str, after: str, first: int, end: int) -> bool:
    """Whether an edit left every line outside of lines `first` to `end` as it was, but for the
    ending of a line that came to be last, or is no longer, and for a lone `\\r` above the edit."""
    old, new = lines_of(before), lines_of(after)
    above = first - 1
    if 0 <= above < len(new) and old[above].endswith("\r") and new[above] == old[above][:-1] + "\n":
        old[above] = new[above]
    head, tail = old[:first], old[end:]
    if not tail:
        head, new = [x.rstrip("\r\n") for x in head], [x.rstrip("\r\n") for x in new]
    return new[: len(head)] == head and (not tail or new[-len(tail) :] == tail)

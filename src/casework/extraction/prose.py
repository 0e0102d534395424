"""Sentences that state a value ("governed by the laws of X"), as data in `lexicon/prose.json`.

A pattern is a regular expression in which a space stands for any white space; the group `value`
holds the value; `near` and `unless` say what the sentence must and must not say, `only` what must
stand on the page. Patterns are tried only for concepts somebody asks for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple

from casework.extraction.parties import party_spans

_NAMED_AS_PARTY = 2.0
"""The sentence that opens an agreement says more of its parties than any label."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence for a concept; `strength` is how sure it is of it: 1 is sure, above 1 it means
    nothing else."""

    concept: str
    strength: float
    expression: re.Pattern[str]
    near: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    only: re.Pattern[str] | None = None

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the sentence around a match says what it must and not what it must not."""
        if self.near is None and self.unless is None:
            return True
        first = max((end.end() for end in _SENTENCE_END.finditer(text, _back(start), start)),
                    default=_back(start))  # fmt: skip
        if self.unless is not None and self.unless.search(text, first, end):
            return False
        if self.near is None:
            return True
        stop = _SENTENCE_END.search(text, end)
        return bool(self.near.search(text, first, stop.start() if stop else end + _SENTENCE))


class Capture(NamedTuple):
    """A value that a sentence states: its span in the text of the page."""

    start: int
    end: int
    strength: float


_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!Inc)(?<!Ltd)(?<!Corp)[.;](?=\s)|\n\s*\n")
_SENTENCE = 300


def _back(start: int) -> int:
    return max(start - _SENTENCE, 0)


@cache
def patterns(concept: str) -> tuple[Pattern, ...]:
    """The sentences of a concept in all languages."""
    path = resources.files("casework.extraction") / "lexicon" / "prose.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    parts: dict[str, str] = table["parts"]
    found: list[Pattern] = []
    for entry in table["patterns"]:
        if entry["concept"] != concept:
            continue
        flags = re.NOFLAG if entry.get("case") else re.IGNORECASE
        found.append(
            Pattern(
                concept,
                float(entry.get("strength", 1.0)),
                _compiled(entry["pattern"], parts, flags),
                _compiled(entry["near"], parts, re.IGNORECASE) if "near" in entry else None,
                _compiled(entry["unless"], parts, re.IGNORECASE) if "unless" in entry else None,
                _compiled(entry["only"], parts, re.IGNORECASE) if "only" in entry else None,
            )
        )
    return tuple(found)


def _compiled(text: str, parts: dict[str, str], flags: re.RegexFlag) -> re.Pattern[str]:
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return re.compile(spaced(text), flags)


def spaced(text: str) -> str:
    """The expression with each space standing for white space, `space ?` for none or more."""
    return text.replace(" ?", r"\s*").replace(" ", r"\s+")


def captures(text: str, concept: str, *, first_page: bool = True) -> list[Capture]:
    """What the sentences of a concept state in a text, in order of the text. Parties are named on
    the first page only."""
    found: list[Capture] = []
    for pattern in patterns(concept):
        if pattern.only is not None and not pattern.only.search(text):
            continue
        for match in pattern.expression.finditer(text):
            if pattern.fits(text, *match.span()):
                start, end = match.span("value")
                found.append(Capture(start, end, pattern.strength))
    if concept == "party" and first_page:
        found += [Capture(start, end, _NAMED_AS_PARTY) for start, end in party_spans(text)]
    return sorted(found)

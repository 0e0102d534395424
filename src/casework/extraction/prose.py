"""Sentences that state a value ("governed by the laws of X"), as data in `lexicon/prose.json`.

A pattern is a regular expression in which a space stands for any white space; the group `value`
holds the value. Patterns are tried only for concepts somebody asks for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence for a concept; `strength` (0 to 1) is how sure it is of it."""

    concept: str
    strength: float
    expression: re.Pattern[str]


class Capture(NamedTuple):
    """A value that a sentence states: its span in the text of the page."""

    start: int
    end: int
    strength: float


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
        text = entry["pattern"]
        for name, part in parts.items():
            text = text.replace("{" + name + "}", part)
        flags = re.NOFLAG if entry.get("case") else re.IGNORECASE
        expression = re.compile(text.replace(" ", r"\s+"), flags)
        found.append(Pattern(concept, float(entry.get("strength", 1.0)), expression))
    return tuple(found)


def captures(text: str, concept: str, *, first_page: bool = True) -> list[Capture]:
    """What the sentences of a concept state in a text, in order of the text. Parties are named on
    the first page only."""
    found: list[Capture] = []
    for pattern in patterns(concept):
        for match in pattern.expression.finditer(text):
            start, end = match.span("value")
            found.append(Capture(start, end, pattern.strength))
    if concept == "party" and first_page:
        found += _parties(text)
    return sorted(found)


@cache
def _regions() -> tuple[re.Pattern[str], ...]:
    path = resources.files("casework.extraction") / "lexicon" / "prose.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        re.compile(entry["pattern"].replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL)
        for entry in table["parties"]
    )


_PARTY = re.compile(
    r"(?:^|\band\b|\bund\b|\bet\b|;|\(\d\)|\n)[\s,:]*(?P<value>[A-ZÀ-Þ0-9][^;()“”\"]{1,80}?)"
    r"(?=,?\s*[(“\"]|,\s+(?:an?|the|having|with|whose|located|residing|organized|individually|"
    r"its|on behalf|mit|vertreten|ein|eine|société|dont|con|una)\b|\s+\(|;|$)"
)
_PARTIES_WITHIN = 6000
_FIRST_REGION = 1


def _parties(text: str) -> list[Capture]:
    """Names in the sentence that opens an agreement: between A, a company, and B."""
    found: list[Capture] = []
    for region in _regions():
        for match in list(region.finditer(text[:_PARTIES_WITHIN]))[:_FIRST_REGION]:
            start, end = match.span("value")
            found += [
                Capture(start + each.start("value"), start + each.end("value"), 1.0)
                for each in _PARTY.finditer(text[start:end])
            ]
    return found

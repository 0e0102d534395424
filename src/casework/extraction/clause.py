"""A field that asks for a clause itself: the section whose heading means what the field means."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from casework.extraction.answers import Candidate
from casework.extraction.candidates.clauses import Section, sections
from casework.extraction.choose import Group
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Prepared
from casework.extraction.prose import spaced
from casework.extraction.tokens import letters_and_digits, tokens

_LEAST = 0.5
_UNTITLED = 0.3
_SHORT_TITLE = 6
"""A heading of few words is about what it names; a long one only touches it."""


def clauses(documents: Sequence[Prepared], intent: Intent) -> list[Group]:
    """The sections whose headings fit, best first; where none does, the numbered paragraphs that
    say what the clause is for. Scores above 0 fit."""
    found: list[Group] = []
    states = _states(intent)
    every = [(each, section) for each in documents for section in sections(each.layout)]
    for prepared, section in every:
        fit = _fit(section, prepared, intent)
        if fit > 0:
            text = prepared.layout.pages[section.page].text
            found.append(_group(_core(section, text, states), prepared, fit))
    if not found and states is not None:
        for prepared, section in every:
            text = prepared.layout.pages[section.page].text
            first = states.search(text, section.start, section.end)
            if first and not section.parts:
                early = 1 - (first.start() - section.start) / (section.end - section.start)
                found.append(_group(section, prepared, _UNTITLED * (1 + early)))
    return sorted(found, key=lambda group: -group.score)


def _states(intent: Intent) -> re.Pattern[str] | None:
    """What paragraphs of the clause say, for a clause whose words we know."""
    known = _stated()
    return next((known[each.name] for each in intent.main if each.name in known), None)


@cache
def _stated() -> dict[str, re.Pattern[str]]:
    path = resources.files("casework.extraction") / "lexicon" / "clauses.json"
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["states"]
    return {name: re.compile(spaced(text), re.IGNORECASE) for name, text in table.items()}


def _core(section: Section, text: str, states: re.Pattern[str] | None) -> Section:
    """The section without the paragraphs before and after those that do what it is for."""
    if states is None:
        return section
    saying = [part for part in section.parts if states.search(text, *part)]
    if not saying:
        return section
    return section._replace(start=saying[0][0], end=saying[-1][1])


def _fit(section: Section, prepared: Prepared, intent: Intent) -> float:
    names = tokens(section.title)
    best = 0.0
    for match in prepared.lexicon.matches(names):
        for index, strength in match.concepts:
            weight = intent.weight.get(index, 0.0) * strength
            covered = (match.last - match.first + 1) / max(len(names), 1)
            best = max(best, weight * (0.6 + 0.4 * covered))
    for phrase, weight in intent.phrases:
        words = [word for word in phrase.split() if word not in ("clause", "section", "the")]
        if words and set(words) <= set(names):
            best = max(best, weight * min(1.0, _SHORT_TITLE / len(names)))
    return best if best >= _LEAST else 0.0


def _group(section: Section, prepared: Prepared, fit: float) -> Group:
    page = prepared.layout.pages[section.page]
    text = page.text[section.start : section.end]
    best = Candidate(
        prepared.document.sha256, prepared.document_name, page.number, section.start, section.end,
        text, text, round(fit, 4),
    )  # fmt: skip
    return Group(letters_and_digits(text), best, fit, True, True)

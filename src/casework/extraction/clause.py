"""A field that asks for a clause itself: the section whose heading means what the field means."""

from __future__ import annotations

from collections.abc import Sequence

from casework.extraction.answers import Candidate
from casework.extraction.candidates.clauses import Section, sections
from casework.extraction.choose import Group
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Prepared
from casework.extraction.tokens import letters_and_digits, tokens

_LEAST = 0.5
_SHORT_TITLE = 6
"""A heading of few words is about what it names; a long one only touches it."""


def clauses(documents: Sequence[Prepared], intent: Intent) -> list[Group]:
    """The sections whose headings fit, best first; scores above 0 fit."""
    found: list[Group] = []
    for prepared in documents:
        for section in sections(prepared.layout):
            fit = _fit(section, prepared, intent)
            if fit > 0:
                found.append(_group(section, prepared, fit))
    return sorted(found, key=lambda group: -group.score)


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

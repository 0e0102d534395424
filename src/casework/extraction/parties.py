"""Who makes an agreement: names in its opening sentence, or behind the labels of two roles.

The words are data in `lexicon/parties.json`. Reads one page; judges no other candidate.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from casework.extraction.candidates.names import forms, legal_form

_WITHIN = 6000
"""Parties are named at the beginning of an agreement."""
_OPENINGS = 5
"""So many sentences are tried: `between` is said of other things too."""
_LEAST_PARTIES = 2
_PERSON_WORDS = (2, 5)
_LONGEST = 90
_ASIDE = re.compile(r"\([^()]*\)|[“\"«„][^”\"»“\n]{0,80}[”\"»“]")
_WORD = r"(?:[^\W_]*[A-ZÀ-Þ][\w'’./+-]*|\d[\w'’-]*|&)"
_LINK = r"(?:of|the|and|de|la|le|du|des|del|di|da|der|den|van|von|und|et|y|e|for|für|in)"
_POSTCODE = re.compile(r"\d{4}")
_SENTENCE_END = re.compile(r"(?<=\w\w\w)\.$")


@dataclass(frozen=True, slots=True)
class _Words:
    """The compiled words of the file."""

    openings: tuple[re.Pattern[str], ...]
    heads: re.Pattern[str]
    labels: re.Pattern[str]
    name: re.Pattern[str]
    splits: re.Pattern[str]
    never: frozenset[str]


def party_spans(text: str) -> list[tuple[int, int]]:
    """Where the parties are named, in order; [] when fewer than two names are sure."""
    words = _words()
    best: list[tuple[int, int]] = []
    for opening in words.openings:
        for at, match in enumerate(opening.finditer(text, 0, _WITHIN)):
            if at >= _OPENINGS or len(best) >= _LEAST_PARTIES:
                break
            found = _in_sentence(text, *match.span("value"))
            best = found if len(found) > len(best) else best
    if len(best) < _LEAST_PARTIES:
        labelled = _labelled(text)
        best = labelled if len(labelled) >= _LEAST_PARTIES else []
    return best


def _in_sentence(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The names at the beginning of a sentence of parties and behind each word that joins them."""
    masked = _masked(text, start, end)
    found: list[tuple[int, int]] = []
    at = 0
    for head in _words().heads.finditer(masked):
        if head.end() < at:
            continue
        for name in _names_at(masked, head.end()):
            if head.group().startswith("\n") and not legal_form().search(masked[slice(*name)]):
                continue
            at = name[1]
            found.append((start + name[0], start + name[1]))
    return found


def _masked(text: str, start: int, end: int) -> str:
    """The text with what stands in brackets or quotation marks blotted out, letter for letter."""
    part = text[start:end]
    while True:
        hidden = _ASIDE.sub(lambda match: "|" * len(match.group()), part)
        if hidden == part:
            return part
        part = hidden


def _names_at(masked: str, at: int) -> list[tuple[int, int]]:
    """The name that begins here; two when a word in it joins two whole names; or none."""
    match = _words().name.match(masked, at)
    if not match:
        return []
    start, end = match.span()
    for split in _words().splits.finditer(masked, start, end):
        left, right = masked[start : split.start()], masked[split.end() : end]
        if _POSTCODE.search(left):
            return _names_at(masked, split.end())
        if _own_words(left) and (
            _ends_in_form(left) or min(_own_words(left), _own_words(right)) >= _PERSON_WORDS[0]
        ):
            parts = ((start, split.start()), (split.end(), end))
            return [part for part in parts if _is_name(masked, *part)]
    start, end = _cut(masked, start, end)
    return [(start, end)] if _is_name(masked, start, end) else []


def _own_words(name: str) -> int:
    """How many words of a name are no legal form."""
    return len(re.findall(r"[^\W\d_][\w'’.-]*", legal_form().sub(" ", name)))


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    if _SENTENCE_END.search(text[start:end]) and not _ends_in_form(text[start:end]):
        end -= 1
    return start, end


def _ends_in_form(name: str) -> bool:
    matches = list(legal_form().finditer(name))
    return bool(matches) and matches[-1].end() >= len(name) - 1


def _is_name(text: str, start: int, end: int) -> bool:
    name = text[start:end]
    words = re.findall(r"[^\W\d_][\w'’-]*", name.casefold())
    if not words or end - start > _LONGEST:
        return False
    known = _words()
    if legal_form().search(name):
        rest = legal_form().sub(" ", name)
        own = [word for word in re.findall(r"[^\W_]+", rest.casefold()) if word not in known.never]
        return bool(own)
    if not _PERSON_WORDS[0] <= len(words) <= _PERSON_WORDS[1] or any(c.isdigit() for c in name):
        return False
    listed = forms()
    unlike = {*known.never, *listed["title_words"], *listed["street_words"], *listed["place_words"]}
    return unlike.isdisjoint(words) and bool(re.match(r"\s*(?:[,|;.]|$)", text[end:]))


def _labelled(text: str) -> list[tuple[int, int]]:
    """Names behind the labels of roles, where at least two different roles are labelled."""
    found: dict[str, tuple[int, int]] = {}
    for label in _words().labels.finditer(text, 0, _WITHIN):
        masked = _masked(text, label.end(), min(label.end() + _LONGEST * 2, len(text)))
        for start, end in _names_at(masked, 0)[:1]:
            plain = not label.group("mark").strip(" ")
            if plain and not legal_form().search(masked[start:end]):
                continue
            role = label.group("role").casefold()
            found.setdefault(role, (label.end() + start, label.end() + end))
    return list(found.values())


@cache
def _words() -> _Words:
    path = resources.files("casework.extraction") / "lexicon" / "parties.json"
    table = json.loads(path.read_text(encoding="utf-8"))
    form = "|".join(
        re.escape(name).replace(r"\ ", r"\s+")
        for name in sorted(forms()["legal_forms"], key=len, reverse=True)
    )
    joins, before = _either(table["joins"]), _either(table["before_names"])
    return _Words(
        openings=tuple(
            re.compile(
                entry["pattern"].replace(" ?", r"\s*").replace(" ", r"\s+"),
                re.IGNORECASE | re.DOTALL,
            )
            for entry in table["openings"]
        ),
        heads=re.compile(
            rf"(?:\A|(?<![\w])(?i:{joins})\b|;|\n|(?<=\s)(?i:de otra parte),?|\|)[\s,:]*"
            rf"(?:\(?\d{{1,2}}[.)]\s*)?(?:(?!The\b)(?i:{before})(?![\w-])[.,]?\s+){{0,3}}"
        ),
        labels=re.compile(
            rf"^[ *_#]*(?P<role>(?i:{_either(table['roles'])}))(?P<mark>[*_ ]*[:\t][*_\s]*| )",
            re.MULTILINE,
        ),
        name=re.compile(
            rf"{_WORD}(?:\s+(?:{_LINK}\s+){{0,2}}{_WORD})*"
            rf"(?:,?\s*(?i:(?<=[\s,])(?:{form}))(?![\w])\.?)*"
            rf"(?:,\s+P\.C\.|,\s+(?:II|III|Jr\.?|Sr\.?))?"
        ),
        splits=re.compile(rf"\s+(?i:{joins})\s+"),
        never=frozenset(table["never"]),
    )


def _either(words: list[str]) -> str:
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)
    )

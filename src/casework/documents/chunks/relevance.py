"""Which stretches of text are most like a question: Okapi BM25 over words, and what they look like.

Words are folded (letter case, accents), common ones of English, German, French and Spanish are left
out, endings are cut off roughly; Chinese, Japanese and Korean are taken in pairs of signs. Knows
neither documents nor steps. (Robertson and Zaragoza 2009, The Probabilistic Relevance Framework.)
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

Shape = Literal["amount", "date", "percent", "duration", "figure"]
"""What a stretch of text may hold, whatever its words."""

_TOKEN = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_SATURATION, _LENGTH = 1.2, 0.75
"""k1 and b of BM25."""
_SHORTEST = 2
_STEM = 6
"""Letters of a word that count: `terminate` and `termination` are one word."""
_FEWEST = 3
"""A stem is no shorter than this."""
_ENDINGS = ("ies", "es", "en", "er", "s", "e", "n")
_PHRASE_WORDS = 4
"""Texts of no more words are looked for as a whole, too."""
_PHRASE = 1.5
"""What a whole phrase is worth, in weights of its words."""
_AMOUNT = r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN)\b)"
_MONTH = (
    r"(?:jan|feb|m[aä]r|a[pv]r|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
    r"|f[eé]v|mars|avr|juin|juil|ao[uû]t|d[eé]c|ene|abr|ago|dic)[a-zäéûô]*"
)
_SHAPES: dict[Shape, re.Pattern[str]] = {
    "amount": re.compile(rf"{_AMOUNT}\s?\d|\d\s?{_AMOUNT}"),
    "date": re.compile(
        rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
        rf"|\b\d{{1,2}}\.?(?:st|nd|rd|th)?\s(?:de\s|day\sof\s)?{_MONTH}\b|\b{_MONTH}\s\d{{1,2}},",
        re.IGNORECASE,
    ),
    "percent": re.compile(r"\d\s?%|\bper\s?cent\b|\bprozent\b|\bpour\s?cent\b", re.IGNORECASE),
    "duration": re.compile(
        r"\b(?:day|week|month|year|tag|woche|monat|jahr|jour|semaine|mois|ann?[eé]e|d[ií]a|semana"
        r"|mes|a[nñ]o)(?:s|e|en|n|es)?\b",
        re.IGNORECASE,
    ),
    "figure": re.compile(r"\d"),
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: stems with their weights, whole phrases (folded) with theirs, and shapes
    of values with theirs."""

    terms: Mapping[str, float]
    phrases: Mapping[str, float] = field(default_factory=dict)
    shapes: Mapping[Shape, float] = field(default_factory=dict)


def query_of(
    told: Iterable[tuple[str, float]], shapes: Mapping[Shape, float] | None = None
) -> Query:
    """A query from texts with their weights. A text of several words counts as a phrase too where
    it is short; a stem that several texts have gets the largest of their weights."""
    terms: dict[str, float] = {}
    phrases: dict[str, float] = {}
    for text, weight in told:
        for stem in terms_of(text):
            terms[stem] = max(terms.get(stem, 0.0), weight)
        words = _TOKEN.findall(folded(text))
        if 1 < len(words) <= _PHRASE_WORDS:
            phrase = " ".join(words)
            phrases[phrase] = max(phrases.get(phrase, 0.0), weight)
    return Query(terms, phrases, dict(shapes or {}))


class Index:
    """Texts to be searched many times."""

    def __init__(self, texts: Sequence[str]) -> None:
        plain = [folded(text) for text in texts]
        self._count = len(texts)
        self._texts = [" ".join(_TOKEN.findall(text)) for text in plain]
        self._shapes: dict[Shape, list[bool]] = {}
        self._raw = texts
        self._postings: dict[str, list[tuple[int, int]]] = {}
        lengths = []
        for at, text in enumerate(self._texts):
            counts = Counter(_stems(text.split()))
            lengths.append(sum(counts.values()))
            for stem, often in counts.items():
                self._postings.setdefault(stem, []).append((at, often))
        usual = max(1.0, sum(lengths) / max(1, len(lengths)))
        self._damping = [
            _SATURATION * (1 - _LENGTH + _LENGTH * length / usual) for length in lengths
        ]

    def scores(self, query: Query) -> list[float]:
        """How much each text is like the query, in their order; 0 for not at all."""
        scores = [0.0] * self._count
        for stem, weight in query.terms.items():
            having = self._postings.get(stem, ())
            worth = weight * self._rarity(len(having))
            for at, often in having:
                scores[at] += worth * often * (_SATURATION + 1) / (often + self._damping[at])
        for phrase, weight in query.phrases.items():
            bounded = f" {phrase} "
            having_it = [at for at, text in enumerate(self._texts) if phrase in text
                         and bounded in f" {text} "]  # fmt: skip
            worth = weight * _PHRASE * self._rarity(len(having_it))
            for at in having_it:
                scores[at] += worth
        for shape, weight in query.shapes.items():
            held = self._holding(shape)
            worth = weight * self._rarity(sum(held))
            for at, holds in enumerate(held):
                scores[at] += worth if holds and scores[at] else 0.0
        return scores

    def _rarity(self, having: int) -> float:
        return rarity(having, self._count)

    def _holding(self, shape: Shape) -> list[bool]:
        found = self._shapes.get(shape)
        if found is None:
            pattern = _SHAPES[shape]
            found = self._shapes[shape] = [pattern.search(text) is not None for text in self._raw]
        return found


def rarity(having: int, of: int) -> float:
    """What it is worth to have something that so many of all have: the idf of BM25."""
    return math.log(1 + (of - having + 0.5) / (having + 0.5))


def terms_of(text: str) -> list[str]:
    """The stems of a text in their order, common words left out."""
    return list(_stems(_TOKEN.findall(folded(text))))


def folded(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _stems(words: Iterable[str]) -> Iterable[str]:
    common = _common_words()
    for word in words:
        if word in common:
            continue
        if not word.isascii() and _WIDE.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) >= _SHORTEST or word.isdigit():
            yield _stem(word)


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """A word without its ending, and of a long one the beginning alone: rough, and the same for
    all languages that are written with an alphabet."""
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _FEWEST:
            word = word.removesuffix(ending) + ("y" if ending == "ies" else "")
            break
    return word[:_STEM]


@cache
def _common_words() -> frozenset[str]:
    text = files("casework.documents").joinpath("data", "common_words.json").read_text("utf-8")
    return frozenset(folded(word) for words in json.loads(text).values() for word in words.split())

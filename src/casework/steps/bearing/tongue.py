"""The small words of six languages: which say nothing by themselves, deny, limit or judge.

Data, and how words of one language are brought to their stems. Knows no sentence and no proof.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_FIRST = "en"
_LEAST_STEM = 3
_DOUBLED = frozenset("bdgmnprt")
_SAME_WORDS_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of one language, casefolded.

    `function` words and `plain` words (amounts to, stated, dated) add nothing to what a sentence
    says; a name keeps its plain words. `negations` deny; `missing` say that something is not
    there, `absences` are words that an absence may be told with. `limits` narrow or widen what is
    said; `conditions` cannot be left out of a sentence, nor `modals` of their clause. A reason
    stands behind `reasons`, what follows from it behind `conclusions`; `judging` words speak of a
    decision; `topics` name what a case is (an invoice, a claim). A clause begins behind `joins`.
    """

    name: str
    function: frozenset[str]
    plain: frozenset[str]
    negations: frozenset[str]
    missing: frozenset[str]
    absences: frozenset[str]
    limits: frozenset[str]
    conditions: frozenset[str]
    modals: frozenset[str]
    reasons: frozenset[str]
    conclusions: frozenset[str]
    judging: frozenset[str]
    topics: frozenset[str]
    joins: frozenset[str]

    def says_nothing(self, word: str) -> bool:
        """Whether a word adds nothing to what a sentence says."""
        return word in self.function or word in self.plain


@cache
def tongues() -> tuple[Tongue, ...]:
    """All languages, English first."""
    table = json.loads(files(__package__).joinpath("tongues.json").read_text("utf-8"))
    kinds = [name for name in Tongue.__slots__ if name != "name"]
    return tuple(
        Tongue(name, *(frozenset(listed[kind].casefold().split()) for kind in kinds))
        for name, listed in table.items()
        if name != "version"
    )


def tongue_of(words: Iterable[str]) -> Tongue:
    """The language that most of the small words belong to; English when none stands out."""
    told = list(words)
    found = tongues()
    counts = [sum(word in tongue.function for word in told) for tongue in found]
    return found[counts.index(max(counts))]


@lru_cache(maxsize=_SAME_WORDS_KEPT)
def stem(word: str, language: str) -> str:
    """A casefolded word without its inflection: `invoices` and `invoiced` are one, `insured` and
    `insurer` are not."""
    if not word.isalpha():
        return word
    return _english(word) if language == _FIRST else _other(word)


def _english(word: str) -> str:
    if word.endswith("ies") and len(word) > _LEAST_STEM + 1:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "zes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _LEAST_STEM:
        word = word[:-1]
    if word.endswith("eed") and len(word) > _LEAST_STEM + 1:
        word = word[:-1]
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= _LEAST_STEM and any(v in bare for v in "aeiouy"):
            word = bare[:-1] if bare[-1] == bare[-2] and bare[-1] in _DOUBLED else bare
            break
    if word.endswith("e") and len(word) > _LEAST_STEM:
        word = word[:-1]
    return word[:-1] + "y" if word.endswith("i") and len(word) > _LEAST_STEM else word


def _other(word: str) -> str:
    for ending in ("es", "en", "er", "em", "e", "n", "s"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > _LEAST_STEM:
            return bare
    return word

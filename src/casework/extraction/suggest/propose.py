"""The door: fields that documents suggest by themselves, without a language model.

Labels that recur are gathered (those of the lexicon in all its languages, and any other words that
stand beside values), each is tried as a field on every case by the same extractor that fills cells,
and what is found often enough is ranked. So an example is what the step would really give.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from math import ceil, inf
from statistics import median
from typing import Literal

from casework.base.ids import slug
from casework.extraction.answers import Answer, Candidate, Wanted
from casework.extraction.concepts import lexicon
from casework.extraction.extract import answer
from casework.extraction.prepared import Prepared
from casework.extraction.suggest.beside import Beside, is_prose, labels_in, rows_of, tidy
from casework.extraction.suggest.columns import key_of, recurring_tables, table_type
from casework.extraction.suggest.kinds import hint_of, type_of_concept, type_of_texts
from casework.extraction.suggest.names import (
    language_of_cases,
    name_in,
    name_of,
    own_name,
    plain,
)
from casework.extraction.suggest.sums import sums_among
from casework.types.values import DateHint, Json, ValueType

Origin = Literal["label", "columns", "place", "sum"]
"""`label`: beside a label; `columns`: a table; `place`: without a label, by where and how it
stands; `sum`: a rule between other fields."""
Cases = Sequence[Sequence[Prepared]]
Tell = Callable[[int, int], None]

_RECURS = 0.3
"""The share of cases in which a label stands, for it to recur."""
_OFTEN = 0.5
_SURE_LABEL = 0.7
_LONGEST_WORD = 24
_MOST_TRIED = 60
_SAME = 0.8
_ANY_LABEL, _WEAK_LABEL = 0.85, 0.6
"""How telling labels are that the lexicon does not know, with a colon and without."""
_TABLE = 1.15
_SUM = 1.2
_VARIES = 0.4
"""The part of a rank that is lost by what is the same in every case."""
WEAK = 1.0
"""The score below which a value is found weakly: on labelled documents 47 of 80 such values were
right, and 740 of 853 others (`benchmarks/suggesting.py`, halves 0)."""
_FIRM, _LEFT_OF_WEAK = 1.5, 0.85
"""From this median score on a field loses nothing of its rank; one that scores nothing keeps so
much of it."""
_FLOOR = 0.1
"""What is less telling than this is not proposed at all."""
_MOST_KEPT, _KEPT_RANK = 12, 0.45
"""So many are kept at first at most, and only what is as telling as this."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A field that the documents suggest. `label` is how they write it ('' without a label);
    `found` of `of` cases have a value, which stand in `values` (None where there is none).
    `example` is one of them with its place, of the case `example_case` (-1: none). `rule` is set
    for a sum. `scores` say how well each value was found (None where there is none)."""

    name: str
    type: ValueType
    origin: Origin
    label: str
    found: int
    of: int
    rank: float
    values: tuple[Json, ...]
    example: Candidate | None = None
    example_case: int = -1
    rule: str = ""
    scores: tuple[float | None, ...] = ()

    @property
    def weak(self) -> int:
        """How many of those found are found by little: nothing that would be their label is near,
        or other values are as good."""
        return sum(one is not None and one < WEAK for one in self.scores)

    @property
    def sure(self) -> bool:
        """Whether most of what was found was found well."""
        return 2 * self.weak < max(self.found, 1)

    def is_kept(self, at: int) -> bool:
        """Whether it is worth a column unless somebody says otherwise; `at` is its place (from 0)
        among all that is proposed."""
        return at < _MOST_KEPT and self.rank >= _KEPT_RANK and self.sure


def propose(
    cases: Cases, *, most: int = 20, tell: Tell | None = None, language: str = ""
) -> list[Proposal]:
    """The fields that these cases suggest, the most telling first. Cases without text count, and
    have nothing. They are named in the language of most documents, in `language` (ISO 639-1) where
    these leave it open. `tell` is told how many of the tries are done."""
    count = len(cases)
    if not any(prepared.layout.pages for documents in cases for prepared in documents):
        return []
    least = min(count, max(2, ceil(_RECURS * count)))
    hint = hint_of([prepared.habits for documents in cases for prepared in documents])
    beside, prose = _looked_at(cases)
    language = language_of_cases(cases, language)
    known = _known_labels(cases, least, hint, prose, language)
    tries = [*known, *_other_labels(beside, count, least)]
    tries = sorted(tries, key=lambda one: -one.rank)[:_MOST_TRIED]
    tries += _tables(cases, least, language)
    found: list[_Tried] = []
    for at, one in enumerate(tries):
        tried = _tried(one, cases)
        often = max(least, ceil(_OFTEN * count)) if not (one.label or prose) else least
        enough = tried.count >= often and tried.rank >= _FLOOR
        if enough and not _gives_labels(tried):
            found.append(tried)
        if tell is not None:
            tell(at + 1, len(tries))
    found.sort(key=lambda one: (one.one.origin == "place", -one.rank))  # a label is surer
    kept = sorted(_distinct(found), key=lambda one: -one.rank)[:most]
    return _with_sums(_shown(kept), most, own_name("sums_agree", language))


@dataclass(frozen=True, slots=True)
class _Try:
    """A field to be tried; `rank` is how telling it is before anything was tried."""

    name: str
    type: ValueType
    origin: Origin
    label: str
    rank: float
    beside: tuple[tuple[int, str], ...] = ()
    """Values that stood beside the label, with the number of their case."""


@dataclass(frozen=True, slots=True)
class _Tried:
    one: _Try
    answers: tuple[Answer, ...]

    @property
    def count(self) -> int:
        return sum(bool(each.picks) for each in self.answers)

    @property
    def rank(self) -> float:
        """How telling it is: by how many cases have it, and whether it tells them apart."""
        texts = {_text(each) for each in self.answers if each.picks}
        varied = len(texts) / max(self.count, 1) if self.count > 1 else 1.0
        share = self.count / len(self.answers)
        firm = min(1.0, _LEFT_OF_WEAK + (1 - _LEFT_OF_WEAK) * self.strength / _FIRM)
        return self.one.rank * share * (1 - _VARIES + _VARIES * varied) * firm

    @property
    def strength(self) -> float:
        """How well its values are found, in the middle: their score."""
        scores = [each.picks[0].score for each in self.answers if each.picks]
        return median(scores) if scores else 0.0


def _looked_at(cases: Cases) -> tuple[list[tuple[int, Beside]], bool]:
    """Every label with what stands beside it, and the number of its case; and whether most of the
    documents are running text."""
    beside: list[tuple[int, Beside]] = []
    prose: list[bool] = []
    for at, documents in enumerate(cases):
        for prepared in documents:
            rows = list(rows_of(prepared.layout))
            beside += [(at, one) for one in labels_in(rows)]
            prose.append(is_prose(rows))
    return beside, sum(prose) > _OFTEN * len(prose)


def _known_labels(
    cases: Cases, least: int, hint: DateHint, prose: bool, language: str
) -> Iterable[_Try]:
    """What the labels of the lexicon mean that recur, and what often stands without one."""
    known = lexicon()
    ranks = _ranks()
    within: defaultdict[int, set[int]] = defaultdict(set)
    written: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for at, documents in enumerate(cases):
        for prepared in documents:
            anchors = prepared.anchors
            for number, meant in enumerate(anchors.concepts):
                if anchors.quality[number] < _SURE_LABEL:
                    continue
                page = prepared.layout.pages[int(anchors.page[number])]
                label = page.text[int(anchors.start[number]) : int(anchors.end[number])]
                for index, _ in meant:
                    within[index].add(at)
                    written[index][tidy(label)] += 1
    for concept in known.concepts:
        weight = ranks.weight.get(concept.name, 1.0)
        if prose:
            weight *= ranks.weaker_in_prose.get(concept.name, 1.0)
        labelled = len(within[concept.index]) >= least
        fitting = (concept.name in ranks.agreements) == prose
        alone = concept.name in ranks.unlabelled and fitting
        if concept.name in ranks.in_rows or not weight or not (labelled or alone):
            continue
        type = type_of_concept(concept, hint)
        if concept.name in ranks.many:
            type = replace(type, many=True)
        if labelled and not (prose and alone):
            name = name_of(concept, type, written[concept.index], language)
        else:
            name = name_in(concept.name, language)
        label = written[concept.index].most_common(1)[0][0] if labelled else ""
        label = name if labelled and name in written[concept.index] else label
        share = len(within[concept.index]) / len(cases) if labelled else _OFTEN
        yield _Try(name, type, "label" if labelled else "place", label, weight * (0.5 + share / 2))


def _other_labels(beside: Sequence[tuple[int, Beside]], count: int, least: int) -> Iterable[_Try]:
    """Labels that the lexicon does not know: words that recur beside values that vary."""
    known = lexicon()
    sure: defaultdict[str, list[tuple[int, Beside]]] = defaultdict(list)
    weak: defaultdict[str, list[tuple[int, Beside]]] = defaultdict(list)
    for at, one in beside:
        if not key_of(one.label, known).startswith("="):
            (sure if one.sure else weak)[one.key].append((at, one))
    for key, found in sure.items():
        yield from _other(found + weak.pop(key, []), least, _ANY_LABEL)
    if count > 1:
        for found in weak.values():
            yield from _other(found, max(least, ceil(_OFTEN * count)), _WEAK_LABEL)


def _other(found: Sequence[tuple[int, Beside]], least: int, weight: float) -> Iterable[_Try]:
    within = {at for at, _ in found}
    values = {one.value for _, one in found}
    if len(within) < least or (len(within) > 1 and len(values) < _OFTEN * len(within)):
        return
    label = Counter(one.label for _, one in found).most_common(1)[0][0]
    name = plain(tidy(label))
    if len(name) > 2 and max(map(len, name.split())) <= _LONGEST_WORD:
        type = type_of_texts([one.value for _, one in found])
        beside = tuple((at, one.value) for at, one in found)
        yield _Try(name, type, "label", tidy(label), weight, beside)


def _tables(cases: Cases, least: int, language: str) -> list[_Try]:
    """The tables that recur most, at most two."""
    often = max(least, ceil(_OFTEN * len(cases)))
    found = recurring_tables(cases, often, lexicon(), language)[:2]
    names = (own_name("rows", language), own_name("more_rows", language))
    return [
        _Try(name, table_type(one), "columns", ", ".join(f.name for f in one.fields), _TABLE)
        for name, one in zip(names, found, strict=False)
    ]


def _tried(one: _Try, cases: Cases) -> _Tried:
    wanted = Wanted(slug(one.name), one.name, "", one.type)
    answers = tuple(answer(documents, wanted) for documents in cases)
    return _Tried(one, _agreeing(answers, one.beside) if one.beside else answers)


def _agreeing(answers: tuple[Answer, ...], beside: Sequence[tuple[int, str]]) -> tuple[Answer, ...]:
    """The answers, none at all where most are not what stands beside the label."""
    stood: defaultdict[int, list[str]] = defaultdict(list)
    for at, value in beside:
        stood[at].append(" ".join(value.split()))
    agree = sum(
        bool(answers[at].picks) and any(_text(answers[at]) in value for value in values)
        for at, values in stood.items()
    )
    if agree >= _OFTEN * len(stood):
        return answers
    return tuple(replace(each, picks=()) for each in answers)


def _gives_labels(tried: _Tried) -> bool:
    """Whether much of what was found is itself a label: then it stands beside the wrong words."""
    known = lexicon()
    picks = [each.picks[0].text for each in tried.answers if each.picks]
    if tried.one.type.name != "text" or not picks:
        return False
    labels = sum(key_of(text, known).startswith("=") for text in picks)
    return labels > _RECURS * len(picks)


def _distinct(found: Sequence[_Tried]) -> list[_Tried]:
    """Without those that give what a better one gives, and those of the same name."""
    kept: list[_Tried] = []
    names: set[str] = set()
    for one in found:
        name = slug(one.one.name)
        if name in names or name in ("documents", "today", ""):
            continue
        if any(_alike(one, other) for other in kept):
            continue
        names.add(name)
        kept.append(one)
    return kept


def _alike(one: _Tried, other: _Tried) -> bool:
    both = [
        (mine.picks[0], yours.picks[0])
        for mine, yours in zip(one.answers, other.answers, strict=True)
        if mine.picks and yours.picks
    ]
    if not both or len(both) < _OFTEN * min(one.count, other.count):
        return False
    equal = sum(_same_value(mine, yours) for mine, yours in both)
    return equal >= _SAME * len(both)


def _same_value(mine: Candidate, yours: Candidate) -> bool:
    place = (mine.document, mine.page) == (yours.document, yours.page)
    if place and mine.start < yours.end and yours.start < mine.end:
        return True
    return mine.value == yours.value


def _shown(found: Sequence[_Tried]) -> list[Proposal]:
    """Proposals with examples from one case, as far as that has them."""
    if not found:
        return []
    count = len(found[0].answers)
    has = [sum(bool(one.answers[at].picks) for one in found) for at in range(count)]
    best = max(range(count), key=lambda at: has[at])
    proposals: list[Proposal] = []
    for one in found:
        at = _telling_case(one, best)
        many = one.one.type.many
        values = tuple(
            ([pick.value for pick in each.picks] if many else each.picks[0].value)
            if each.picks
            else None
            for each in one.answers
        )
        asked = one.one
        proposals.append(
            Proposal(
                asked.name,
                asked.type,
                asked.origin,
                asked.label,
                one.count,
                count,
                one.rank,
                values,
                one.answers[at].picks[0],
                at,
                scores=tuple(each.picks[0].score if each.picks else None for each in one.answers),
            )
        )
    return proposals


def _telling_case(one: _Tried, best: int) -> int:
    """The case whose value is shown: `best`, the same for all fields, unless that has none, or one
    that was found by less than is usual for the field; then the one that was found best."""
    scores = [each.picks[0].score if each.picks else -inf for each in one.answers]
    if scores[best] >= min(one.strength, _FIRM):
        return best
    return max(range(len(scores)), key=lambda at: scores[at])


def _with_sums(found: list[Proposal], most: int, name: str) -> list[Proposal]:
    """With the sum that holds best behind what it adds up."""
    amounts = {one.name: one.values for one in found if one.type.name == "money"}
    sums = sums_among(amounts)
    if not sums or any(slug(one.name) == slug(name) for one in found):
        return found
    best = sums[0]
    one, other = best.parts
    rule = f"{{{one}}} + {{{other}}} == {{{best.whole}}}"
    count = found[0].of
    told = Proposal(
        name, ValueType("yes/no"), "sum", "", best.holds, count, _SUM, (), None,
        found[0].example_case, rule,
    )  # fmt: skip
    last = max(at for at, each in enumerate(found) if each.name in (one, other, best.whole))
    return [*found[: last + 1], told, *found[last + 1 :]][: max(most, last + 2)]


def _text(found: Answer) -> str:
    return " ".join(found.picks[0].text.split()) if found.picks else ""


@dataclass(frozen=True, slots=True)
class _Ranks:
    weight: dict[str, float]
    in_rows: frozenset[str]
    unlabelled: frozenset[str]
    agreements: frozenset[str]
    weaker_in_prose: dict[str, float]
    many: frozenset[str]


@cache
def _ranks() -> _Ranks:
    path = resources.files("casework.extraction.suggest") / "ranks.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    return _Ranks(
        {name: float(weight) for name, weight in told["weight"].items()},
        frozenset(told["in_rows"]),
        frozenset(told["unlabelled"]),
        frozenset(told["agreements"]),
        {name: float(part) for name, part in told["weaker_in_prose"].items()},
        frozenset(told["many"]),
    )
